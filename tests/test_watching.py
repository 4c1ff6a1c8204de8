"""A check on every save: what counts as a save, what it touches, and a worker that can be ended."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from queue import Empty, Queue

import pytest

from autograder.cli import watch
from autograder.definitions import blocks, line_of, place
from autograder.model import Finding, Mark, Verdict
from autograder.watching import Folder, deaf, edited, touched
from tests import student

PATIENCE = 40  # seconds, on a machine that does other things too


def save(path, words):
    path.write_text(words)
    seen = path.stat()
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))  # file systems with coarse times


def test_a_save_is_told_once_and_only_when_it_is_finished(tmp_path):
    save(tmp_path / "a.py", "1")
    folder = Folder(tmp_path)
    assert folder.changed() == set()
    save(tmp_path / "a.py", "")
    assert folder.changed() == set()  # perhaps half written
    save(tmp_path / "a.py", "22")
    assert folder.changed() == set()
    assert folder.changed() == {"a.py"}
    assert folder.changed() == set()


def test_new_files_and_those_that_are_gone_count_as_saved(tmp_path):
    save(tmp_path / "a.py", "1")
    save(tmp_path / "notes.txt", "1")
    folder = Folder(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    save(tmp_path / "notes.txt", "2")
    assert [folder.changed(), folder.changed()] == [set(), {"a.py", "b.py"}]


def test_a_folder_that_is_away_for_a_moment_is_no_change(tmp_path):
    save(tmp_path / "a.py", "1")
    folder = Folder(tmp_path)
    tmp_path.rename(f"{tmp_path}-away")
    assert [folder.changed(), folder.changed()] == [set(), set()]


def test_only_what_a_file_touches_is_checked():
    files = {
        "activations.py": b"import helper",
        "batchnorm.py": b"",
        "deep_network.py": b"from activations import relu_forward",
        "helper.py": b"",
    }
    assert touched(files, {"activations.py"}) == ["activations", "deep_network"]
    assert touched(files, {"helper.py"}) == ["activations", "deep_network"]
    assert touched(files, {"batchnorm.py"}) == ["batchnorm"]
    assert touched(files, {"network.py"}) == []


SOURCE = b"import numpy\n\ndef one():\n    pass\n\ndef two():\n    return 2\n"


def test_the_functions_that_were_edited_are_known():
    changed = SOURCE.replace(b"return 2", b"return 3")
    assert edited({"a.py": SOURCE}, {"a.py": changed}) == {"two"}
    assert edited({"a.py": SOURCE}, {"a.py": SOURCE}) == set()
    assert edited({}, {"a.py": SOURCE}) == {"", "one", "two"}
    assert b"".join(blocks(SOURCE).values()) == SOURCE


def test_where_a_function_stands(tmp_path):
    assert line_of(SOURCE, "two") == 6
    assert line_of(SOURCE + SOURCE, "two") == 13  # the last one counts
    assert line_of(b"def two(:\n  broken", "two") == 1
    assert line_of(SOURCE, "tw") is None
    (tmp_path / "a.py").write_bytes(SOURCE)
    assert place(tmp_path / "a.py", "one") == f"{tmp_path / 'a.py'}:3"
    assert place(tmp_path / "b.py", "one") == str(tmp_path / "b.py")
    assert place(student.ROOT / "assignment" / "data.py", "none") == "assignment/data.py"


def mark(question, verdict):
    return Mark("activations", question, (Finding("value", "Right.", verdict, 0, 2),))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"b"}, "b"),  # what was just changed and is wrong
        ({"d"}, "a"),  # it is right: the first that is wrong
        ({"c"}, "a"),  # it is not written yet: what is wrong comes first
        (set(), "a"),
    ],
)
def test_what_is_shown_in_full(changed, expected):
    verdicts = (Verdict.FAILED, Verdict.FAILED, Verdict.UNSOLVED, Verdict.PASSED)
    marks = [mark(name, verdict) for name, verdict in zip("abcd", verdicts, strict=True)]
    assert watch.focus(marks, changed).question == expected
    assert watch.focus(marks[2:], {"c"}).question == "c"
    assert watch.focus(marks[2:], {"d"}) is None


class Running:
    """`watch` in a process of its own, as a student's pipe or editor runs it."""

    def __init__(self, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder", "watch"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: Queue[str] = Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.said.put(line.rstrip())

    def page(self) -> str:
        """All lines up to the end of the next answer."""
        lines = []
        while not re.match(r"\d\d:\d\d:\d\d  Waiting", lines[-1] if lines else ""):
            try:
                lines.append(self.said.get(timeout=PATIENCE))
            except Empty:
                pytest.fail("\n".join(["no answer", *lines]))
        return "\n".join(lines)

    def save(self, **functions) -> str:
        student.write(self.folder, functions)
        return self.page()


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Running]:
    one = Running(student.copy_to(tmp_path_factory.mktemp("watch") / "with space 한글"))
    assert "Nothing is wrong" in one.page()
    yield one
    one.process.kill()
    one.process.wait()
    one.reader.join()
    one.process.stdout.close()


def test_a_save_is_answered_with_what_was_changed(running):
    wrong = "def relu_forward(x):\n    print('here I am')\n    return x, x\n\n\n"
    page = running.save(relu_forward=wrong)
    assert "relu_forward             [FAIL] 0/2" in page
    assert "Cause (certain" in page
    assert "hint relu_forward -n 2" in page
    assert "Your code printed:\n  here I am" in page
    assert "tanh_forward" not in page
    page = running.save(relu_forward="")
    assert "relu_forward             [PASS] 2/2" in page
    assert "activations: 1 of 14 functions, 2/32 points (practice)" in page


def test_what_only_waits_for_another_function_is_not_called_wrong(running):
    running.save(relu_backward="")
    assert "Wrong too" not in running.save(
        relu_forward="def relu_forward(x):\n    return x, x\n\n\n"
    )
    running.save(relu_forward="")


def test_the_status_remembers_what_watch_found(running):
    saved = (running.folder / ".course" / "progress.json").read_text()
    assert '"relu_forward"' in saved


def test_code_that_hangs_or_ends_its_process_costs_only_its_own_check(running):
    hangs = "def relu_forward(x):\n    while True: pass\n\n\n"
    page = running.save(relu_forward=hangs)
    assert "relu_forward: no answer within 2 s" in page
    ends = "def relu_forward(x):\n    import os\n    os.kill(os.getpid(), 9)\n\n\n"
    assert "Your code ended the check" in running.save(relu_forward=ends)
    assert "relu_forward             [PASS] 2/2" in running.save(relu_forward="")


def test_a_save_meanwhile_begins_the_check_anew(running):
    hangs = "def relu_forward(x):\n    while True:\n        try:\n            while True: pass\n"
    hangs += "        except BaseException: pass\n\n\n"
    student.write(running.folder, {"relu_forward": hangs})
    while running.said.get(timeout=PATIENCE) != "Checking ...":
        pass
    assert "relu_forward             [PASS] 2/2" in running.save(relu_forward="")


def test_a_file_that_does_not_parse_is_said_with_its_line(running):
    page = running.save(elu_backward="def elu_backward(dout, cache):\n    return (dout\n\n\n")
    assert re.search(r"activations.py line \d+ does not parse", page)
    running.save(elu_backward="def elu_backward(dout, cache):\n    raise NotImplementedError\n\n\n")


def test_a_file_that_no_question_uses(running):
    save(running.folder / "assignment" / "network.py", "x = 1\n")
    assert "No question uses what you saved." in running.page()


@pytest.fixture
def interruptible():
    """Ctrl-C raises here, even where pytest was told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.skipif(os.name == "nt", reason="Windows has no masks of signals")
def test_ctrl_c_is_not_for_what_is_being_started():
    started = []

    def start():
        with deaf():
            started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"]))
            os.kill(os.getpid(), signal.SIGINT)
            started[0].send_signal(signal.SIGINT)
            started.append("whole")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert started[1:] == ["whole"]
    with pytest.raises(subprocess.TimeoutExpired):
        started[0].wait(0.5)
    started[0].kill()
    started[0].wait()
