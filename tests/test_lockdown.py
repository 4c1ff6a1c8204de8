"""Every layer of the lockdown is needed: with it off a hostile submission breaks the promise."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hostile import (
    EXPECTED,
    FULL,
    PATIENCE,
    PORTS,
    SUBMISSIONS,
    alive,
    grader_for,
    living_children,
    problems,
    seconds_for,
    watching,
)

from autograder import cli
from autograder.model import Fault
from autograder.sandbox import lockdown, slot, wire
from autograder.sandboxed import WorkerSession

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can lock down")
needs_landlock = pytest.mark.skipif(
    sys.platform != "linux" or not lockdown.offer().landlock, reason="this kernel has no Landlock"
)
only_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root has a layer more to lose"
)

LEAKING = range(47250, 47260)  # not where others, at the same time, listen for what must not come
NO_LANDLOCK = "def readable_libraries(): return None"
NO_SECCOMP = "def filter_calls(*, paths): return None"
NO_LIMITS = "LIMITS = ()"
NO_CLOSING = "MAX_DESCRIPTORS = 6"
NO_CLEARING = "type(os.environ).clear = lambda self: None"
ANY_FCNTL = "CONDITIONS = (*CONDITIONS, ('fcntl', {}))"
ANY_LIMIT = "CONDITIONS = (*CONDITIONS, ('prlimit64', {2: (0,)}))"
ANY_AFFINITY = "CONDITIONS = (*CONDITIONS, ('sched_getaffinity', {}))"
PATHS_TOO = "filter_all = filter_calls\ndef filter_calls(*, paths): return filter_all(paths=True)"

# (what is off, the profile that is left, how to turn it off, the samples that then get through)
LAYERS = (
    ("Landlock", "landlock", NO_LANDLOCK, ("reads_system_files", "reads_solutions")),
    ("Landlock", "landlock", NO_LANDLOCK, ("reads_recorded", "reads_site_packages")),
    ("seccomp", "landlock", NO_SECCOMP, ("udp", "unix_path", "hidden_memory", "threads")),
    ("seccomp", "landlock", NO_SECCOMP, ("limits_of_grader", "schedule_of_grader", "descriptors")),
    ("seccomp", "landlock", NO_SECCOMP, ("forks", "daemon", "becomes_another")),
    ("seccomp", "landlock", NO_SECCOMP, ("signals_otherwise", "rare_system_calls")),
    ("seccomp", "no-path", NO_SECCOMP, ("tcp", "unix_abstract", "reads_system_files", "signals")),
    ("no paths", "no-path", PATHS_TOO, ("reads_system_files",)),
    ("the limits", "landlock", NO_LIMITS, ("virtual_bomb",)),
    ("closing descriptors", "landlock", NO_CLOSING, ("descriptors",)),
    ("closing descriptors", "no-path", NO_CLOSING, ("descriptors",)),
    ("the empty environment", "landlock", NO_CLEARING, ("environment",)),
    ("fcntl by command", "landlock", ANY_FCNTL, ("descriptors", "signals_otherwise")),
    ("limits of itself only", "landlock", ANY_LIMIT, ("limits_of_grader",)),
    ("processors of itself only", "landlock", ANY_AFFINITY, ("schedule_of_grader",)),
)


@pytest.fixture
def without(monkeypatch):
    """Run ``code`` in the fork server's ``lockdown`` before it starts to lock down."""

    def patch(code, *, self_test=True):
        if not self_test:
            monkeypatch.setattr(slot.Slot, "_refuse_if_leaky", lambda self: None)
        start, end = slot.BOOT.split("forkserver.main")
        prelude = f"exec({code!r}, vars(forkserver.lockdown)); "
        monkeypatch.setattr(slot, "BOOT", f"{start}{prelude}forkserver.main{end}")

    return patch


@pytest.fixture
def common():
    """A folder that another uid may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@needs_landlock
@pytest.mark.parametrize(("layer", "profile", "code", "names"), LAYERS)
def test_without_this_layer_the_promise_breaks(without, tmp_path, layer, profile, code, names):
    without(code, self_test=False)
    for name in names:
        grader = grader_for(profile, seconds_for(EXPECTED[name]))
        server = grader.slot.process.pid
        source = (SUBMISSIONS / name / "activations.py").read_text(encoding="utf-8")
        changed = source.replace(str(PORTS), str(LEAKING))
        (tmp_path / "activations.py").write_text(changed, encoding="utf-8")
        with watching(LEAKING) as watch:
            found = problems(grader, watch, tmp_path, EXPECTED[name])
        assert found, f"without {layer}, {name} still earns nothing: what is that layer for?"
        grader.close()
        assert not alive(server)


@needs_landlock
@pytest.mark.parametrize(
    ("code", "says"),
    [
        (NO_LANDLOCK, "read a file"),
        (NO_SECCOMP, "fork, open a socket"),
        (NO_LIMITS, "take all memory"),
        (NO_CLOSING, "use the grader's descriptors"),
        ("def enter(plan, last): raise OSError('no room')", "no room"),
        ("def harden_server(): raise OSError('no way')", "no way"),
    ],
)
def test_grading_does_not_start_where_a_layer_fails(without, code, says):
    without(code)
    with pytest.raises(slot.Refused, match=says), slot.Slot("landlock") as leaky:
        leaky.start()


@needs_landlock
def test_a_worker_that_cannot_be_locked_in_later_is_our_fault(without, common):
    flag = common / "fail"
    without(
        "real = enter\n"
        "def enter(plan, last):\n"
        f"    if os.path.exists({str(flag)!r}): raise OSError('too late')\n"
        "    real(plan, last)"
    )
    grader = grader_for("landlock", PATIENCE)
    flag.touch()
    result = grader.grade(SUBMISSIONS / "honest")
    assert result.status == "broken"
    flag.unlink()
    assert grader.grade(SUBMISSIONS / "honest").report.score == FULL
    grader.close()


@pytest.mark.parametrize(
    ("asked", "offer", "says"),
    [
        ("auto", "Offer(0, False, False)", "no seccomp filters"),
        ("no-path", "Offer(7, False, False)", "no seccomp filters"),
        ("landlock", "Offer(0, True, False)", "no Landlock"),
    ],
)
def test_it_refuses_with_a_sentence_where_the_machine_cannot(without, capsys, asked, offer, says):
    without(f"def offer(): return {offer}")
    path = str(SUBMISSIONS / "honest")
    assert cli.main(["grade", path, "--lockdown", asked]) == cli.USAGE
    said = capsys.readouterr().err
    assert says in said
    assert "--unsafe-local" in said
    assert cli.main(["grade", path, "--unsafe-local", "--seed", "1"]) == cli.FAILED  # and goes on
    assert f"{FULL}" in capsys.readouterr().out


def test_where_landlock_is_missing_the_stricter_profile_is_taken(without):
    without("def offer(): return Offer(0, True, os.geteuid() == 0)")
    with slot.Slot("auto") as started:
        started.start()
        assert started.hello["profile"] == lockdown.NO_PATH


@needs_landlock
@pytest.mark.parametrize("flags", [None, "NOT_TO_READ = (os.O_WRONLY,)"])
def test_an_old_landlock_needs_the_filter_to_keep_files_whole(without, common, flags):
    """Before its ABI 3 (Linux 6.2), Landlock does not know about truncation."""
    target = common / "library.txt"
    target.write_text("whole")
    target.chmod(0o666)
    without(
        "import landlockpy\n"
        "landlockpy._syscall.abi_version = lambda: 2\n"
        "libraries = library_paths\n"
        f"def library_paths(): return [*libraries(), {str(common)!r}]\n" + (flags or ""),
        self_test=False,
    )
    source = f"import os\ndef f():\n    os.close(os.open({str(target)!r}, os.O_TRUNC))\n"
    outcome = ask("landlock", source)
    assert (target.read_text() == "whole") == (flags is None)
    assert ("PermissionError" in outcome) == (flags is None)


def ask(profile, source, seconds=5.0):
    """Call ``f`` of ``source`` in a worker: its result or its fault, as text."""
    files = {"s.py": source.encode()}
    with slot.Slot(profile) as started, WorkerSession(files, started, seconds=seconds) as session:
        candidate = session.candidate("s")
        candidate.begin(1)
        try:
            return str(candidate.call("f", returns=("out",)))
        except Fault as fault:
            return str(fault)


@only_root
@pytest.mark.parametrize("stays", [False, True])
def test_root_does_not_stay_root(without, common, stays):
    """With Landlock broken, another uid still keeps root's own files closed."""
    secret = common / "secret"
    secret.write_text("grades")
    secret.chmod(0o600)
    without(NO_LANDLOCK + ("\ndef leave_root(): pass" if stays else ""), self_test=False)
    said = ask("landlock", f"def f():\n    return open({str(secret)!r}).read()\n")
    assert ("grades" in said) == stays


@only_root
def test_where_root_may_become_nobody_else_it_gives_up_its_powers(without):
    without("def forbidden(*_): raise PermissionError\nos.setgroups = forbidden")
    grader = grader_for("auto", PATIENCE)
    status = Path(f"/proc/{grader.slot.process.pid}/status").read_text()
    assert "Uid:\t0\t0" in status
    assert "CapEff:\t0000000000000000" in status
    assert "CapPrm:\t0000000000000000" in status
    assert grader.grade(SUBMISSIONS / "honest").report.score == FULL
    grader.close()


def test_the_fork_server_is_closed_to_others_and_the_first_to_go():
    with slot.Slot() as started:
        started.start()
        folder = Path(f"/proc/{started.process.pid}")
        assert (folder / "oom_score_adj").read_text() == "1000\n"
        assert (folder / "environ").stat().st_uid == 0  # not dumpable: its memory is root's
        assert "Threads:\t1\n" in (folder / "status").read_text()  # locks hold for one thread
        if os.geteuid() == 0:
            ids = "\t".join([str(lockdown.NOBODY)] * 4)
            assert f"Uid:\t{ids}\nGid:\t{ids}" in (folder / "status").read_text()


@pytest.mark.parametrize("dies", [True, False])
def test_a_worker_dies_with_its_server_even_in_the_middle_of_a_loop(without, dies):
    if not dies:
        without("def prctl(option, value): pass")
    started = slot.Slot()
    worker = started.fork()
    worker.exchange(("files", {"s.py": b"while True: pass"}), 5)
    os.write(worker.requests, wire.frame(wire.encode(("load", "s", False))))
    assert alive(worker.pid)
    server = started.process
    server.send_signal(signal.SIGKILL)
    server.wait()
    time.sleep(0.2)
    try:
        assert alive(worker.pid) != dies
    finally:
        if alive(worker.pid):
            os.kill(worker.pid, signal.SIGKILL)
        started.close()


UNSHARE = ("unshare", "--user", "--map-root-user")


def test_it_works_as_root_of_a_user_namespace():
    """As in an unprivileged container: uid 0 inside, no other uid, an ordinary user outside."""
    command = [*UNSHARE, sys.executable, SUBMISSIONS.with_name("hostile.py")]
    if shutil.which("unshare") is None or subprocess.run([*UNSHARE, "true"]).returncode:
        pytest.skip("no user namespaces for this user here")
    names = ("reads_solutions", "writes_outside", "forks", "udp", "signals", "other_memory")
    ended = subprocess.run(
        [*command, "auto", "no-path", *names],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SUBMISSIONS.parents[1])},
        capture_output=True,
        text=True,
    )
    assert ended.stdout == "uid 0: 0 broken promises\n", ended.stdout + ended.stderr


def test_a_lost_worker_leaves_no_process():
    with slot.Slot() as started:
        workers = [started.fork() for _ in range(3)]
        server = started.process.pid
        assert len(living_children(server)) == 3
        for worker in workers:
            worker.end()
        assert living_children(server) == []


def test_doctor_says_what_this_machine_offers(capsys):
    assert cli.main(["doctor"]) == cli.PASSED
    said = capsys.readouterr().out
    assert "self-test    passed" in said
    assert "ms from fork to first answer" in said
    labelled = [line for line in said.splitlines() if line[:13].strip()]  # others go on
    assert all(line[12] == " " for line in labelled)


def test_doctor_says_why_grading_cannot_be_locked_down(without, capsys):
    without("def offer(): return Offer(0, False, False)")
    assert cli.main(["doctor"]) == cli.FAILED
    said = capsys.readouterr().out
    assert "refused: this system has no seccomp filters" in said
    assert "--unsafe-local" in said
    assert cli.main(["doctor", "--lockdown", "unsafe"]) == cli.FAILED
    assert "nothing is locked down" in capsys.readouterr().out
