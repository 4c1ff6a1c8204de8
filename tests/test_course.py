"""The launcher: course.py prepares an environment once, gets out of the way, and says what failed.

Each test works on a copy in a folder whose name has spaces and Hangul. A shell script stands in
for uv: it makes an environment without pip and writes down what it was asked for.
"""

import ast
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parent.parent
LAUNCHER = ROOT / "course.py"
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"

UV = """#!/bin/sh
echo "$*" >> "$UV_LOG"
case $1 in
    venv) exec "$3" -I -m venv --without-pip "$4" ;;
    pip) eval "$UV_PIP" ;;
esac
"""
UNTIL_TOLD = 'while [ ! -e "$UV_LOG.go" ]; do sleep 0.05; done'
# What stands in for autograder and for pytest: says how it was started.
ECHO = """
import json, os, sys
print(json.dumps({"name": NAME, "arguments": sys.argv[1:], "cwd": os.getcwd(),
                  "prefix": sys.prefix, "path": sys.path}))
sys.exit(int(os.environ.get("CODE", "0")))
"""

needs_shell = pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a shell script")


class Course:
    """A copy of the launcher with a stand-in for everything that it starts."""

    def __init__(self, folder):
        self.root = folder
        self.log = folder / "uv.log"
        self.venv = folder / ".venv"
        self.stamp = self.venv / "course-stamp"
        self.python = self.venv / "bin" / "python"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
            "UV_LOG": str(self.log),
            "UV_PIP": "",
        }
        self.environment.pop("COURSE_NO_VENV", None)

    def command(self, *arguments):
        return [sys.executable, str(self.root / "course.py"), *arguments]

    def start(self, *arguments, **variables):
        return subprocess.Popen(
            self.command(*arguments),
            env={**self.environment, **variables},
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments, cwd=None, command=None, **variables):
        return subprocess.run(
            command or self.command(*arguments),
            cwd=cwd or self.root.parent,
            env={**self.environment, **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )

    def answer(self, *arguments, **how):
        """Run it and return what the stand-in said; nothing else may be on stdout."""
        result = self.run(*arguments, **how)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def steps(self):
        """Return the steps of the set-up since the last call: ``venv`` and ``pip``."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line.split()[0] for line in lines]

    def wait_for(self, step):
        deadline = time.monotonic() + 20
        while not (self.log.exists() and step in self.log.read_text(encoding="utf-8")):
            assert time.monotonic() < deadline, f"no step {step}"
            time.sleep(0.02)

    def go_on(self):
        """Let a step end that waits until told."""
        self.log.with_name("uv.log.go").touch()


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "내 과제 (1)"
    for name in ("autograder", "tests", "bin"):
        (folder / name).mkdir(parents=True)
    shutil.copy(LAUNCHER, folder)
    for name in ("requirements.txt", "tests/requirements.txt"):
        (folder / name).write_text(f"# {name}\n", encoding="utf-8")
    (folder / "autograder" / "__init__.py").touch()
    (folder / "autograder" / "__main__.py").write_text(ECHO.replace("NAME", "'autograder'"))
    (folder / "pytest.py").write_text(ECHO.replace("NAME", "'pytest'"))
    uv = folder / "bin" / "uv"
    uv.write_text(UV)
    uv.chmod(0o755)
    return Course(folder)


@pytest.fixture
def without_uv(course):
    """Only venv and pip, and a network that refuses every connection."""
    course.environment["PATH"] = str(course.root)
    course.environment |= {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
    course.environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    return course


@needs_shell
class TestHandingOver:
    def test_arguments_folder_and_environment_arrive(self, course, tmp_path):
        answer = course.answer("check", "두 단어", "--seed", "3", cwd=tmp_path)
        assert answer["arguments"] == ["check", "두 단어", "--seed", "3"]
        assert Path(answer["cwd"]) == tmp_path
        assert Path(answer["prefix"]) == course.venv
        assert course.answer()["arguments"] == []

    def test_exit_codes_pass_through(self, course):
        assert [course.run(CODE=str(code)).returncode for code in (0, 1, 2, 3, 4, 130)] == [
            0, 1, 2, 3, 4, 130,
        ]  # fmt: skip

    def test_tests_run_in_the_folder_of_the_course(self, course, tmp_path):
        answer = course.answer("test", "-k", "relu", cwd=tmp_path)
        assert (answer["name"], answer["arguments"]) == ("pytest", ["-k", "relu"])
        assert Path(answer["cwd"]) == course.root

    def test_what_the_user_has_set_or_left_around_does_not_get_in(self, course, tmp_path):
        for name in ("autograder.py", "random.py", "json.py"):
            (tmp_path / name).write_text("raise SystemExit('the wrong file')")
        answer = course.answer(
            command=[sys.executable, "-E", *course.command()[1:]],  # -E: itself it must start
            cwd=tmp_path,
            PYTHONPATH=str(tmp_path / "elsewhere"),
            PYTHONHOME="/no/such/python",
        )
        assert Path(answer["prefix"]) == course.venv
        assert str(tmp_path / "elsewhere") not in answer["path"]
        assert str(tmp_path) not in answer["path"]


@needs_shell
class TestSetUp:
    def test_a_second_start_installs_nothing_says_nothing_and_loads_little(self, course):
        first = course.run()
        assert "about a minute" in first.stderr
        assert course.steps() == ["venv", "pip"]
        assert course.run().stderr == ""
        slow = course.run(command=[sys.executable, "-X", "importtime", *course.command()[1:]])
        after_start = slow.stderr.rpartition("| site\n")[2]
        assert not re.search(r"\| +\w", after_start, re.MULTILINE)
        assert course.steps() == []

    def test_changed_requirements_are_installed(self, course):
        course.answer()
        course.steps()
        (course.root / "requirements.txt").write_text("# another\n")
        course.answer()
        assert course.steps() == ["pip"]
        course.answer()
        assert course.steps() == []

    def test_test_requirements_are_added_once(self, course):
        course.answer()
        course.steps()
        course.answer("test")
        assert course.steps() == ["pip"]
        course.answer("test")
        course.answer()
        assert course.steps() == []

    def test_only_ready_made_packages_are_asked_for(self, course):
        course.answer("test")
        pip = course.log.read_text(encoding="utf-8").splitlines()[1]
        assert "--only-binary :all:" in pip
        assert pip.count(" -r ") == 2

    @pytest.mark.parametrize(
        "damage", ["stamp gone", "stamp torn", "python gone", "other version", "other python"]
    )
    def test_a_broken_environment_is_made_anew(self, course, damage):
        course.answer()
        course.steps()
        stray = course.venv / "left over"
        stray.touch()
        stamp = course.stamp.read_bytes()
        if damage == "stamp gone":
            course.stamp.unlink()
        elif damage == "stamp torn":
            course.stamp.write_bytes(stamp[:9] + b"\xff")
        elif damage == "python gone":
            course.python.unlink()
            course.python.symlink_to("/no/such/python")
        elif damage == "other version":
            course.stamp.write_bytes(stamp.replace(f"python {VERSION} ".encode(), b"python 3.10 "))
        else:
            course.stamp.write_bytes(stamp.replace(b" '", b" '/opt", 1))
        assert not damage.startswith("other") or course.stamp.read_bytes() != stamp
        course.answer()
        assert course.steps() == ["venv", "pip"]
        assert not stray.exists()
        assert course.stamp.read_bytes() == stamp

    def test_a_moved_folder_still_works(self, course):
        course.answer()
        course.steps()
        moved = Course(course.root.rename(course.root.with_name("옮긴 폴더")))
        assert Path(moved.answer()["prefix"]) == moved.venv
        assert moved.steps() == []

    def test_an_own_environment_is_left_alone(self, course):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", course.venv], check=True)
        mine = course.venv / "mine"
        mine.touch()
        answer = course.answer(command=[str(course.python), *course.command()[1:]])
        assert Path(answer["prefix"]) == course.venv
        assert course.steps() == []
        assert mine.exists()

    def test_a_half_made_environment_is_made_anew_by_its_own_python(self, course):
        course.answer()
        course.steps()
        course.stamp.write_bytes(b"unfinished")
        answer = course.answer(command=[str(course.python), *course.command()[1:]])
        assert Path(answer["prefix"]) == course.venv
        assert course.steps() == ["venv", "pip"]

    def test_the_running_python_can_be_asked_for(self, course, tmp_path):
        answer = course.answer(COURSE_NO_VENV="1", PYTHONPATH=str(tmp_path))
        assert Path(answer["prefix"]) == Path(sys.prefix)
        assert str(tmp_path) in answer["path"]  # where it keeps numpy, perhaps
        assert course.steps() == []
        assert not course.venv.exists()


@pytest.fixture
def interruptible():
    """Ctrl-C must reach what a test starts, even where pytest was told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@needs_shell
class TestInterruptions:
    @pytest.mark.usefixtures("interruptible")
    @pytest.mark.parametrize("first", [True, False])
    def test_ctrl_c_during_the_set_up(self, course, first):
        requirements = course.root / "requirements.txt"
        wanted = requirements.read_bytes()
        if not first:
            course.answer()
            course.steps()
            requirements.write_text("# another\n")
        started = course.start(UV_PIP="exec sleep 30")
        course.wait_for("pip")
        os.killpg(started.pid, signal.SIGINT)
        error = started.communicate(timeout=10)[1]
        assert started.returncode == 130
        assert "Interrupted" in error
        assert "Traceback" not in error
        course.steps()
        requirements.write_bytes(wanted)  # half an update fits the old requirements no more
        course.answer()
        assert course.steps() == ["venv", "pip"]

    def test_two_first_starts_share_one_set_up(self, course):
        first = course.start(UV_PIP=UNTIL_TOLD)
        course.wait_for("pip")
        second = course.start()
        assert "waiting" in second.stderr.readline()
        course.go_on()
        assert "waiting" not in first.communicate(timeout=20)[1]
        assert "Making" not in second.communicate(timeout=20)[1]
        assert (first.returncode, second.returncode) == (0, 0)
        assert course.steps() == ["venv", "pip"]

    def test_a_killed_launcher_leaves_no_lock_and_its_pip_in_peace(self, course):
        first = course.start(UV_PIP=UNTIL_TOLD + '; echo finished >> "$UV_LOG"')
        course.wait_for("pip")
        first.kill()
        second = course.start()
        assert "waiting" in second.stderr.readline()
        course.go_on()
        assert "Making" in second.communicate(timeout=20)[1]
        assert course.steps() == ["venv", "pip", "finished", "venv", "pip"]
        first.communicate()


class TestFailures:
    def test_no_network_names_the_remedy(self, without_uv):
        (without_uv.root / "requirements.txt").write_text("numpy==2.4.6\n")
        result = without_uv.run("status")
        assert result.returncode == 4
        assert result.stdout == ""
        assert "No matching distribution" in result.stderr
        assert "What to do: The packages could not be downloaded." in result.stderr
        assert "Traceback" not in result.stderr

    @needs_shell
    def test_pip_takes_over_where_uv_fails(self, course):
        result = course.run(UV_PIP="echo uv has a bad day; exit 1")
        assert result.returncode == 0, result.stderr
        assert "with a new .venv and pip" in result.stderr
        assert course.steps() == ["venv", "pip"]
        assert (course.venv / "bin" / "pip").exists()

    @needs_shell
    def test_something_else_in_the_place_of_the_environment(self, course):
        course.venv.write_text("a file")
        result = course.run()
        assert result.returncode == 4
        assert "Delete the folder .venv" in result.stderr

    def test_a_part_of_the_course_is_missing(self, course):
        (course.root / "requirements.txt").unlink()
        result = course.run()
        assert result.returncode == 4
        assert "Get the whole folder" in result.stderr

    @pytest.mark.parametrize(
        ("output", "remedy"),
        [
            ("Could not install: [Errno 28] No space left on device", "The disk is full."),
            ("not created because ensurepip is not\navailable. ...", "install python3-venv"),
            ("No module named ensurepip", "install python3-venv"),
            ("[Errno 30] Read-only file system: '.venv.lock'", "cannot be written"),
            ("[WinError 5] Access is denied: 'python.exe'", "cannot be written"),
            ("Connection refused ... No matching distribution", "Check the network"),
            ("error: failed to fetch ... dns error", "Check the network"),
            ("ERROR: No matching distribution found for numpy", "64-bit"),
            ("Refusing to create a venv: it contains the PATH separator :", "Rename the folder"),
            ("something nobody has seen", "Delete the folder .venv"),
        ],
    )
    def test_remedies(self, capsys, output, remedy):
        runpy.run_path(str(LAUNCHER))["explain"]("first line\n" * 20 + output)
        shown = capsys.readouterr().err
        assert remedy in shown.splitlines()[-1]
        assert output.splitlines()[-1] in shown
        assert shown.count("first line") < 9

    def test_a_full_disk_is_seen_where_nothing_says_so(self, capsys, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=0))
        runpy.run_path(str(LAUNCHER))["explain"]("ensurepip returned non-zero exit status 1.")
        assert "The disk is full." in capsys.readouterr().err


class TestVersions:
    def as_if(self, course, version):
        pretend = (
            f"import runpy, sys; sys.version_info = {version}; sys.argv = sys.argv[1:];"
            "runpy.run_path(sys.argv[0], run_name='__main__')"
        )
        return course.run(command=[sys.executable, "-c", pretend, str(course.root / "course.py")])

    def test_an_older_python_gets_one_clear_line(self, course):
        result = self.as_if(course, (3, 10, 13))
        assert result.returncode == 2
        assert result.stderr.startswith("Python 3.10 is too old")
        assert "install Python 3.11" in result.stderr
        assert result.stderr.count("\n") == 1

    def test_an_older_python_understands_the_file(self):
        ast.parse(LAUNCHER.read_text(encoding="utf-8"), feature_version=(3, 6))

    @needs_shell
    def test_a_newer_python_gets_a_note_and_goes_on(self, course):
        result = self.as_if(course, (3, 99, 0))
        assert result.returncode == 0, result.stderr
        assert "Note: " in result.stderr


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-notebooks.txt",
        "tests/requirements.txt",
        ".ci/requirements.txt",
        ".ci/oracle-requirements.txt",
    ],
)
def test_requirements_are_pinned_and_give_their_reasons(name):
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.+|(-r \S+|[\w-]+(\[\w+\])?==[\d.]+( ; [^#]+)?)  # .+", line), line
