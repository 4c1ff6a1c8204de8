"""Every screen a student meets is what its golden file shows, also in a real terminal."""

import os
import shutil
import subprocess
import time
import unicodedata

import pytest

from autograder.report import screen
from autograder.report.text import width
from tests import screens
from tests.screens import COLUMNS, LANGUAGES, SCREENS, golden

ENCODINGS = ("cp949", "cp1252", "ascii")
ROWS = 60


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """A student's copy in each situation and language, made when it is asked for."""
    made = {}

    def copy(name, language="en"):
        if (name, language) not in made:
            folder = tmp_path_factory.mktemp("screens") / name
            made[name, language] = screens.prepared(folder, name)
        return made[name, language]

    return copy


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_it_is_what_the_golden_file_shows(name, language, copies):
    shown = screens.shown(copies(name, language), name, language)
    assert shown == golden(name, language).read_text(encoding="utf-8")


def test_no_golden_file_is_left_over():
    wanted = {golden(name, language) for name in SCREENS for language in LANGUAGES}
    assert set(screens.FOLDER.glob("*.txt")) == wanted


@pytest.mark.parametrize("path", sorted(screens.FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_it_fits_a_terminal_and_shows_ascii_but_for_words(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        remedy = line.startswith(("  remedy  ", "  해결  "))  # its command is copied whole
        assert width(line) <= COLUMNS or remedy, line
        letters = [c for c in line if not c.isascii()]
        assert all(unicodedata.category(c).startswith("L") for c in letters), line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["status-begun", "check-known"])
def test_a_real_terminal_shows_the_same_in_colours(name, language, copies):
    with terminal(copies(name, language)) as tmux:
        tmux("send-keys", f"clear; {tmux.typed(screens.command(name, language))}", "Enter")
        expected = golden(name, language).read_text(encoding="utf-8").rstrip().splitlines()
        plain = tmux.until(expected[-1])
        begins = plain.index(expected[0])
        assert plain[begins : begins + len(expected)] == expected  # nothing is wrapped
        painted = tmux("capture-pane", "-e", "-p")
        assert "\x1b[31m[FAIL]" in painted
        assert "\x1b[1m" in painted


@pytest.mark.parametrize("calm", [{"NO_COLOR": "1"}, {"CI": "true"}, {"TERM": "dumb"}, ["--plain"]])
def test_without_colours_where_they_are_not_wanted(calm, copies):
    folder = copies("status-begun")
    with terminal(folder) as tmux:
        words = screens.command("status-begun", "en") + (calm if isinstance(calm, list) else [])
        prefix = "".join(f"{k}={v} " for k, v in calm.items()) if isinstance(calm, dict) else ""
        tmux("send-keys", f"clear; {prefix}{tmux.typed(words)}", "Enter")
        tmux.until("where to look", ends=True)
        assert "\x1b[3" not in tmux("capture-pane", "-e", "-p")


def test_watch_in_a_real_terminal(copies, tmp_path):
    folder = screens.prepared(tmp_path / "copy", "check-known")
    with terminal(folder) as tmux:
        words = tmux.typed([*screens.command("help", "en")[:4], "watch"])
        tmux("send-keys", words, "Enter")
        tmux.until("h hint   a check everything   s status   q quit")
        file = folder / "assignment" / "batchnorm.py"
        file.write_text(f"{file.read_text(encoding='utf-8')}\n", encoding="utf-8")
        page = tmux.until("batchnorm: 1 of 3 functions, 12/22 points (practice)")
        assert not any("preprocessing" in line for line in page)  # the page was cleared
        tmux("send-keys", "h")
        tmux.until("batchnorm_backward, hint 1 of 3: where to look")
        tmux("send-keys", "h")
        tmux.until("batchnorm_backward, hint 2 of 3: which expression")
        tmux("send-keys", "s")
        tmux.until("batchnorm        [FAIL]  12/22  wrong: batchnorm_backward")
        tmux("send-keys", "q")
        time.sleep(0.3)
        tmux("send-keys", "echo ended $?", "Enter")
        tmux.until("ended 0", ends=True)
        tmux("send-keys", words, "Enter")
        time.sleep(0.5)
        tmux.until("h hint   a check everything   s status   q quit")
        tmux("send-keys", "C-c")
        tmux("send-keys", "echo ended $?", "Enter")
        tmux.until("ended 130", ends=True)


class Terminal:
    """tmux, with a shell in ``folder``."""

    def __init__(self, folder):
        self.socket = f"course-{os.getpid()}-{time.monotonic_ns()}"
        self.environment = screens.variables(folder)
        for name in ("CI", "NO_COLOR", "TMUX"):
            self.environment.pop(name, None)
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        self("-f", "/dev/null", "new-session", "-d", *size, "-c", str(folder), "env PS1='$ ' sh")

    def __call__(self, *arguments):
        ended = subprocess.run(
            ["tmux", "-u", "-L", self.socket, *arguments],
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return ended.stdout

    @staticmethod
    def typed(words):
        return " ".join(f"'{word}'" for word in words)

    def until(self, line, ends=False):
        """The lines on the screen, once one of them is ``line``."""
        for _ in range(300):
            lines = [one.rstrip() for one in self("capture-pane", "-p").splitlines()]
            if any(one.endswith(line) if ends else one == line for one in lines):
                return lines
            time.sleep(0.1)
        pytest.fail("\n".join([f"never shown: {line}", *lines]))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self("kill-server")


def terminal(folder):
    assert shutil.which("tmux"), "install tmux: the screens are tested in a real terminal"
    return Terminal(folder)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_console_crashes_for_want_of_a_letter(encoding, language, copies):
    folder = copies("check-known", language)
    ended = subprocess.run(
        screens.command("check-known", language),
        cwd=folder,
        env={**screens.variables(folder), "PYTHONIOENCODING": encoding},
        capture_output=True,
    )
    assert (ended.returncode, ended.stderr) == (1, b"")
    shown = ended.stdout.decode(encoding)
    assert "[FAIL]" in shown
    assert ("\\u" in shown) == (language == "ko" and encoding != "cp949")


def test_orders_to_a_terminal_are_shown_and_not_obeyed():
    assert screen.harmless("a\x1b[2Jb\u202ec\x07") == "a\\x1b[2Jb\\u202ec\\x07"
    assert screen.harmless("한글 é [PASS]") == "한글 é [PASS]"
