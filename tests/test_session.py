"""A student's own check: a call that takes too long is interrupted, and nothing after it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.model import Fault, Verdict
from autograder.session import LocalSession, interrupting

SECONDS = 0.003


def just_in_time():
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        pass
    return "an answer"


def test_an_interrupt_at_the_last_moment_never_comes_later():
    ended = []
    for _ in range(200):
        try:
            ended.append(interrupting(SECONDS, just_in_time))
        except Fault as late:
            ended.append(str(late))
        sum(range(300))  # where it would come
    assert set(ended) <= {"an answer", "no answer within 0.003 s"}


@pytest.mark.parametrize("end", ["os._exit(0)", "os.abort()", "exit_(3)"])
def test_code_that_ends_the_process_costs_its_own_check(end):
    source = f"import os\nfrom os import _exit as exit_\ndef bad():\n    {end}\n".encode()
    real = os._exit, os.abort
    with LocalSession({"student.py": source}, seconds=5.0) as session:
        candidate = session.candidate("student")
        candidate.begin(1)
        with pytest.raises(Fault, match="ends the whole program") as caught:
            candidate.call("bad", returns=("out",))
        assert caught.value.verdict == Verdict.RAISED
    assert (os._exit, os.abort) == real


def test_a_crash_of_python_itself_says_where(tmp_path):
    folder = tmp_path / "assignment"
    folder.mkdir()
    crash = "import ctypes\n\n\ndef relu_forward(x):\n    return ctypes.string_at(0)\n"
    (folder / "activations.py").write_text(crash)
    ended = subprocess.run(
        [sys.executable, "-m", "autograder", "check", "relu_forward", "--folder", folder],
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
    )
    assert ended.returncode == -signal.SIGSEGV
    assert 'File "activations.py", line 5 in relu_forward' in ended.stderr


def test_what_grading_has_no_time_for_is_noted_once(monkeypatch):
    monkeypatch.setattr("autograder.session.SECONDS_PER_CALL", 0.01)
    source = b"import time\ndef slow():\n    time.sleep(0.02)\n    return 1\n"
    with LocalSession({"student.py": source}, seconds=5.0) as session:
        candidate = session.candidate("student")
        candidate.begin(1)
        for _ in range(2):
            assert candidate.call("slow", returns=("out",)) == 1
        assert [str(note) for note in session.notes["student"]] == [
            "slow took 0.0 s for one call: graded, it has 0.01 s"
        ]


def test_a_file_that_hangs_in_whatever_is_loaded_of_it_is_loaded_twice_and_no_more():
    source = b"def hang():\n    while True:\n        pass\n\n\ndef bad(x=hang()):\n    return x\n"
    with LocalSession({"student.py": source}, seconds=0.1) as session:
        candidate = session.candidate("student")
        began = time.monotonic()
        for function in ("bad", "other", "third"):
            candidate.begin(1)
            with pytest.raises(Fault, match=f"{function}: no answer") as caught:
                candidate.call(function, returns=("out",))
            assert caught.value.verdict == Verdict.TIMED_OUT
        assert time.monotonic() - began < 0.1
