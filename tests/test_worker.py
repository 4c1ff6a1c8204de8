"""Workers: whatever a submission does is one verdict, in time, and costs what it touches."""

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.candidate import as_array
from autograder.model import Fault, Verdict
from autograder.sandbox import lockdown, wire
from autograder.sandbox.slot import Slot, SlotBroken
from autograder.sandboxed import WorkerSession
from autograder.session import LocalSession
from tests.timed import timed

SECONDS = 0.5
TOOLS = """
import os, sys, time, struct
import numpy as np

def good(x):
    return x + 1

def write(data):
    while data:
        data = data[os.write(4, data):]
"""


@pytest.fixture(scope="module")
def slot():
    with Slot() as started:
        started.start()
        yield started


@pytest.fixture
def call(slot):
    """Call a function of a submission in a worker; whatever it did, ``good`` must work after."""
    sessions = []

    def calling(source, *arguments, function="bad", returns=("out",)):
        files = {"student.py": (TOOLS + source).encode()}
        session = WorkerSession(files, slot, seconds=SECONDS)
        sessions.append(session)
        candidate = session.candidate("student")
        try:
            candidate.begin(1)
            return candidate.call(function, *arguments, returns=returns)
        finally:
            candidate.begin(2)
            assert candidate.call("good", np.ones(2), returns=("out",)).tolist() == [2.0, 2.0]

    yield calling
    for session in sessions:
        session.close()


FRAME = "write(struct.pack('<Q', len(p)) + p)"
ENDINGS = {
    "a loop": ("def bad(x):\n    while True: pass", Verdict.TIMED_OUT),
    "a sleep": ("def bad(x):\n    time.sleep(60)", Verdict.TIMED_OUT),
    "a loop that holds the GIL": ("def bad(x):\n    sum(range(10**12))", Verdict.TIMED_OUT),
    "swallowing every exception": (
        "def bad(x):\n    while True:\n        try:\n            time.sleep(9)\n"
        "        except BaseException: pass",
        Verdict.TIMED_OUT,
    ),
    "os._exit(0)": ("def bad(x):\n    os._exit(0)", Verdict.CRASHED),
    "a null dereference": ("def bad(x):\n    import ctypes; ctypes.string_at(0)", Verdict.CRASHED),
    "a signal to itself": ("def bad(x):\n    os.kill(os.getpid(), 9)", Verdict.RAISED),
    "a fork": ("def bad(x):\n    os.fork()", Verdict.RAISED),
    "a file read": ("def bad(x):\n    open('/etc/passwd')", Verdict.RAISED),
    "a socket": ("def bad(x):\n    import socket; socket.socket()", Verdict.RAISED),
    "closing the pipes": ("def bad(x):\n    os.close(3); os.close(4)", Verdict.CRASHED),
    "sys.exit": ("def bad(x):\n    sys.exit(0)", Verdict.RAISED),
    "KeyboardInterrupt": ("def bad(x):\n    raise KeyboardInterrupt", Verdict.CRASHED),
    "deep recursion": ("def bad(x):\n    return bad(x)", Verdict.RAISED),
    "a huge error": ("def bad(x):\n    raise ValueError('x' * 10**7)", Verdict.RAISED),
    "an error that cannot be printed": (
        "class E(BaseException):\n    def __str__(self): raise self\ndef bad(x):\n    raise E",
        Verdict.RAISED,
    ),
    "a stub": ("def bad(x):\n    raise NotImplementedError", Verdict.UNSOLVED),
    "no such function": ("", Verdict.UNSOLVED),
    "wrong number of results": ("def bad(x):\n    return 1", Verdict.FAILED),
    "garbage in place of a reply": (
        "def bad(x):\n    write(b'garbage garbage ' * 9)",
        Verdict.CRASHED,
    ),
    "an oversized reply": ("def bad(x):\n    write(struct.pack('<Q', 2**40))", Verdict.CRASHED),
    "a forged reply without parts": (
        f"def bad(x):\n    p = b'd' + struct.pack('<q', 1) + b's' + struct.pack('<q', 6)"
        f" + b'status' + b's' + struct.pack('<q', 2) + b'ok'\n    {FRAME}",
        Verdict.CRASHED,
    ),
    "a dripping reply": (
        "def bad(x):\n    write(struct.pack('<Q', 10**6))\n"
        "    while True:\n        write(b'N'); time.sleep(.01)",
        Verdict.TIMED_OUT,
    ),
    "too large a result": ("def bad(x):\n    return np.zeros((30, 10**6)), 1", Verdict.FAILED),
    "a memory bomb": ("def bad(x):\n    return np.ones((10**6, 10**6)), 1", Verdict.RAISED),
}


@timed
@pytest.mark.parametrize("name", ENDINGS)
def test_every_ending_is_one_verdict_in_time_and_the_next_call_works(call, name):
    source, verdict = ENDINGS[name]
    started = time.monotonic()
    with pytest.raises(Fault) as caught:
        as_array("out", call(source, np.ones(2), returns=("out", "cache"))[0])
    assert caught.value.verdict == verdict
    assert time.monotonic() - started < SECONDS + 3


def test_printing_does_not_reach_the_reply_pipe(call):
    source = "def bad(x):\n    print('x' * 10**7); os.write(1, b'y' * 10**6)\n    return x * 2"
    assert call(source, np.ones(2)).tolist() == [2.0, 2.0]


def test_every_kind_of_argument_and_result_crosses(call):
    source = "def bad(a, b, c, d, e):\n    return {'a': a, 'b': [b, (c,)], 'd': d, 'e': e(0.0)}"
    x = np.arange(6.0).reshape(2, 3)
    found = call(source, x, 3, "text", {"k": None, "x": x}, wire.Given("tanh"))
    np.testing.assert_array_equal(found["a"], x)
    assert found["b"] == [3, ("text",)]
    assert found["e"] == 0.0


def test_arrays_of_other_kinds_come_back_plain(call):
    source = (
        "class Lying(np.ndarray):\n"
        "    def __eq__(self, other): return True\n"
        "def bad(x):\n"
        "    return [x.view(Lying), np.float16(1.5), x.astype('>f4'), x[::2], np.uint8(3), 1j,"
        " np.array([1, 'a'], object), x > 0]"
    )
    found = call(source, np.arange(4.0))
    assert type(found[0]) is np.ndarray
    assert [getattr(v, "dtype", v) for v in found[1:5]] == ["f8", "f4", "f8", "i8"]
    assert [type(v) for v in found[5:7]] == [wire.Opaque] * 2
    assert found[7].dtype == bool


def test_caches_and_generators_stay_in_the_worker(slot):
    source = (
        "def forward(x):\n    return x, object()\n"
        "def backward(d, cache):\n    return d, type(cache).__name__\n"
        "def draw(rng):\n    return rng.normal()\n"
    )
    with WorkerSession({"student.py": source.encode()}, slot) as session:
        candidate = session.candidate("student")
        candidate.begin(1)
        _, cache = candidate.call("forward", 1.0, returns=("out", "cache"))
        assert isinstance(cache, wire.Handle)
        assert candidate.call("backward", 2.0, cache, returns=("d", "kind")) == (2.0, "object")
        generator = candidate.generator(5)
        draws = [candidate.call("draw", generator, returns=("value",)) for _ in range(2)]
    assert draws == np.random.default_rng(5).normal(size=2).tolist()


def test_the_callers_arrays_do_not_change_and_the_edit_is_noticed(slot):
    source = b"def edit(x, y):\n    x[:] = 0\n    return x\n"
    for session in (WorkerSession({"s.py": source}, slot), LocalSession({"s.py": source})):
        with session:
            candidate = session.candidate("s")
            candidate.begin(1)
            x = np.ones(3)
            candidate.call("edit", x, np.ones(2), returns=("out",))
            assert x.tolist() == [1, 1, 1]
            assert "in place" in str(candidate.remarks["changed"])


@pytest.mark.parametrize(
    ("top", "verdict"),
    [("while True: pass\n", "no answer"), ("import os\nos._exit(3)\n", "exit code 3")],
)
def test_a_file_whose_top_level_does_not_end_is_salvaged(slot, top, verdict):
    source = top + "def good(x):\n    return x\n"
    with WorkerSession({"student.py": source.encode()}, slot, seconds=SECONDS) as session:
        candidate = session.candidate("student")
        candidate.begin(1)
        assert candidate.call("good", 4.0, returns=("out",)) == 4.0
        assert verdict in " ".join(map(str, session.notes["student"]))


def test_a_worker_that_died_is_replaced_and_its_functions_are_loaded_again(slot):
    files = {"a.py": b"import os\ndef f():\n    os._exit(1)\n", "b.py": b"def g():\n    return 1\n"}
    with WorkerSession(files, slot) as session:
        first, second = session.candidate("a"), session.candidate("b")
        with pytest.raises(Fault) as caught:
            first.call("f", returns=("out",))
        assert caught.value.verdict == Verdict.CRASHED
        assert "exit code 1" in str(caught.value)
        second.begin(1)
        assert second.call("g", returns=("out",)) == 1


@timed
def test_a_function_that_hung_is_not_called_again(slot):
    files = {"student.py": b"def bad():\n    while True: pass\n"}
    with WorkerSession(files, slot, seconds=SECONDS) as session:
        candidate = session.candidate("student")
        started = time.monotonic()
        for _ in range(5):
            candidate.begin(1)
            with pytest.raises(Fault):
                candidate.call("bad", returns=("out",))
        assert time.monotonic() - started < 2 * SECONDS


@timed
def test_a_submission_has_a_total_time(slot):
    source = "".join(f"def f{i}():\n    while True: pass\n" for i in range(9)).encode()
    with WorkerSession({"s.py": source}, slot, seconds=0.2, total=0.5) as session:
        candidate = session.candidate("s")
        started = time.monotonic()
        for i in range(9):
            candidate.begin(1)
            with pytest.raises(Fault) as caught:
                candidate.call(f"f{i}", returns=("out",))
        assert caught.value.verdict == Verdict.TIMED_OUT
        assert time.monotonic() - started < 1.5


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_nothing_of_a_submission_is_left_behind_even_without_lockdown():
    source = (
        b"import os\ndef spawn():\n    pid = os.fork()\n    while not pid: pass\n    return pid\n"
    )
    with Slot("unsafe") as slot, WorkerSession({"s.py": source}, slot) as session:
        candidate = session.candidate("s")
        candidate.begin(1)
        grandchild = candidate.call("spawn", returns=("pid",))
        assert alive(grandchild)
    for _ in range(50):
        if not alive(grandchild):
            return
        time.sleep(0.02)
    pytest.fail("the grandchild still runs")


def test_the_worker_dies_with_the_grader():
    slot = Slot()
    worker = slot.fork()
    server = slot.process.pid
    slot.control.close()
    slot.process.wait(5)
    assert not alive(worker.pid)
    slot.control = None
    slot.process = None
    worker.ended = True
    assert server


def test_a_dead_fork_server_is_our_fault_and_the_next_fork_starts_another():
    with Slot() as slot:
        slot.start()
        os.kill(slot.process.pid, signal.SIGKILL)
        slot.process.wait()
        with pytest.raises(SlotBroken):
            slot.fork()
        slot.fork().end()


def test_a_slot_whose_self_test_did_not_end_is_not_used(monkeypatch):
    with Slot() as slot:
        monkeypatch.setattr("autograder.sandbox.slot.ESCAPE_SECONDS", 0.0)
        for _ in range(2):
            with pytest.raises(SlotBroken, match="self-test"):
                slot.start()
        monkeypatch.undo()
        slot.fork().end()


def test_there_is_no_secret_in_the_workers_environment(slot, monkeypatch):
    source = (
        b"import os, sys\ndef look():\n    return dict(os.environ), len(sys.argv), os.getcwd()\n"
    )
    with WorkerSession({"s.py": source}, slot) as session:
        candidate = session.candidate("s")
        environment, _, folder = candidate.call("look", returns=("e", "a", "c"))
    assert not {"HOME", "PATH", "USER"} & set(environment)
    assert folder == "/"


def test_the_project_cannot_be_imported_by_a_submission(slot):
    source = b"def look():\n    import autograder.grade\n"
    with WorkerSession({"s.py": source}, slot) as session, pytest.raises(Fault) as caught:
        session.candidate("s").call("look", returns=("out",))
    assert "ModuleNotFoundError" in str(caught.value)


def test_what_else_is_installed_is_missing_for_a_submission(slot):
    source = (
        b"try:\n    import pytest\nexcept ImportError:\n    pytest = None\n"
        b"def look():\n    import numpy.f2py\n    return pytest is None\n"
    )
    with WorkerSession({"s.py": source}, slot) as session:
        assert session.candidate("s").call("look", returns=("missing",)) is True
        assert not session.notes
    standard = set(filter(lockdown.is_standard, sys.path))
    assert {os.path.dirname(os.__file__)} <= standard < set(sys.path)
