"""Grades hostile submissions by the real path and looks at what they left behind.

``python tests/hostile.py PROFILE ... [SAMPLE ...]`` grades as whoever runs it, prints what broke;
without names, all samples that do not let their time run out.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import product
from pathlib import Path

import numpy as np

from autograder import batch
from autograder.model import Verdict

SUBMISSIONS = Path(__file__).with_name("submissions")
EXPECTED = tomllib.loads((SUBMISSIONS / "expected.toml").read_text(encoding="utf-8"))
PROFILES = ("landlock", "no-path")
SECONDS = 0.6  # for one call of what lets its time run out
PATIENCE = 5.0  # for one of any other: a machine that does other things too must not end it
FULL = 6
LONGEST = 8 * SECONDS + 6  # a few calls that hang, on such a machine
PORTS = range(47230, 47240)  # as in the samples
NUMPY = Path(np.__file__).parent


class Watch:
    """Everything that a submission must leave alone; :meth:`changes` says what it did not."""

    def __init__(self, stack: ExitStack, ports: range) -> None:
        self.ears = [stack.enter_context(ear) for ear in ears(ports)]
        self.heard: list[int] = []
        for number in (signal.SIGUSR1, signal.SIGURG, signal.SIGALRM, signal.SIGTERM):
            before = signal.signal(number, lambda number, _: self.heard.append(number))
            stack.callback(signal.signal, number, before)
        self.before = self.look()

    def look(self) -> dict[str, object]:
        return {
            "files made": sorted(map(str, marks())),
            "numpy": fingerprint(NUMPY),
            "the submissions": {f.name: fingerprint(f) for f in sorted(SUBMISSIONS.iterdir())},
            "limits": [resource.getrlimit(kind) for kind in range(16)],
            "processors": os.sched_getaffinity(0),
            "priority": os.getpriority(os.PRIO_PROCESS, 0),
            "environment": dict(os.environ, PYTEST_CURRENT_TEST=""),
            "folder": os.getcwd(),
            "signals": list(self.heard),
            "messages": [ear.getsockname() for ear in self.ears if message(ear)],
        }

    def changes(self) -> list[str]:
        after = self.look()
        found = [name for name in after if after[name] != self.before[name]]
        for path in marks():
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        self.heard.clear()
        return found


def marks() -> Iterator[Path]:
    """Files that only a hostile submission makes."""
    folders = (".", "/", "/run", "/root", "/dev/shm", "/var/tmp", "/tmp", SUBMISSIONS.parents[1])
    for folder in (*folders, NUMPY):
        with suppress(PermissionError):
            yield from Path(folder).glob("pwned*")
    for name in ("results.json", "result.pkl", "report.json", "conftest.py"):
        for folder in ("/tmp", SUBMISSIONS.parents[1]):
            if Path(folder, name).exists():
                yield Path(folder, name)


def fingerprint(path: Path) -> list[tuple[str, int, int, int]]:
    """Names, modes, sizes and times of a file, or of a folder's entries."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    stats = ((file.name, file.lstat()) for file in files if file.name != "__pycache__")
    return [(name, s.st_mode, s.st_size, s.st_mtime_ns) for name, s in stats]


def ears(ports: range) -> Iterator[socket.socket]:
    """Sockets that hear whatever a submission sends: TCP, UDP, unix by path and by name."""
    for family, kind, address in (
        (socket.AF_INET, socket.SOCK_STREAM, lambda port: ("127.0.0.1", port)),
        (socket.AF_INET, socket.SOCK_DGRAM, lambda port: ("127.0.0.1", port)),
        (socket.AF_UNIX, socket.SOCK_DGRAM, lambda port: f"\0canary-{port}"),
        (socket.AF_UNIX, socket.SOCK_DGRAM, lambda port: f"/tmp/canary-{port}.sock"),
    ):
        ear = socket.socket(family, kind)
        for port in ports:  # another test process may have taken one
            with suppress(OSError):
                ear.bind(address(port))
                break
        if kind == socket.SOCK_STREAM:
            ear.listen()
        if family == socket.AF_UNIX and isinstance(ear.getsockname(), str):
            os.chmod(ear.getsockname(), 0o777)
        ear.setblocking(False)
        yield ear


def message(ear: socket.socket) -> bool:
    with suppress(BlockingIOError):
        if ear.type == socket.SOCK_STREAM:
            ear.accept()[0].close()
        else:
            ear.recv(100)
        return True
    return False


@contextmanager
def watching(ports: range = PORTS) -> Iterator[Watch]:
    with ExitStack() as stack:
        watch = Watch(stack, ports)
        yield watch
        for ear in watch.ears:
            name = ear.getsockname()
            if isinstance(name, str) and name.startswith("/"):
                os.unlink(name)


def living_children(pid: int) -> list[int]:
    """Processes below ``pid`` that still run."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [child for child in map(int, text.split()) if alive(child)]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def problems(grader: batch.Grader, watch: Watch, path: Path, expected: Mapping) -> list[str]:
    """Grade ``path``, then an honest neighbour in the same slot; what of the promise was broken."""
    server = grader.slot.process.pid
    started = time.monotonic()
    result = grader.grade(path)
    found = wrong_marks(result, expected)
    if (seconds := time.monotonic() - started) > LONGEST:
        found.append(f"took {seconds:.1f} s")
    if watch_changes := watch.changes():
        found.append(f"changed {', '.join(watch_changes)}")
    if grader.slot.process is None or grader.slot.process.pid != server:
        found.append("the fork server had to be started again")
    elif left := living_children(server):
        found.append(f"processes {left} are left")
    neighbour = grader.grade(SUBMISSIONS / "honest")
    if neighbour.report is None or neighbour.report.score != FULL:
        found.append(f"the next submission lost marks: {neighbour}")
    return found


def wrong_marks(result: batch.Result, expected: Mapping) -> list[str]:
    report = result.report
    if report is None:
        return [f"no report: {result.problem}"]
    found = []
    if Verdict.BROKEN in report.verdicts:
        found.append("the grader broke")
    low = 0 if expected.get("at_most") else expected["score"]
    if not low <= report.score <= expected["score"]:
        found.append(f"scored {report.score}, not {expected['score']}")
    seen = value_of_tanh(result)
    if seen.verdict not in expected["verdict"]:
        found.append(f"{seen.verdict}, not {expected['verdict']} ({str(seen.message)[:300]})")
    if expected.get("says", "") not in str(seen.message):
        found.append(f"said {str(seen.message)[:300]!r}, not {expected['says']!r}")
    if (size := len(repr(report))) > 200_000:
        found.append(f"a report of {size} characters")
    return found


def value_of_tanh(result: batch.Result):
    marks = (mark for mark in result.report.marks if mark.question == "tanh_forward")
    return next(finding for mark in marks for finding in mark.findings if finding.check == "value")


def seconds_for(expected: Mapping) -> float:
    hangs = "timed_out" in expected["verdict"] or "hangs" in expected
    return SECONDS if hangs else PATIENCE


def grader_for(profile: str, seconds: float) -> batch.Grader:
    grader = batch.Grader(batch.Settings(seed=20260731, seconds=seconds, lockdown=profile))
    grader.grade(SUBMISSIONS / "honest")  # the truth of this seed is computed once
    return grader


def main(arguments: list[str]) -> int:
    """Grade the samples named, in the profiles named."""
    quick = [name for name in EXPECTED if seconds_for(EXPECTED[name]) == PATIENCE]
    names = [name for name in arguments if name in EXPECTED] or sorted(quick)
    profiles = [argument for argument in arguments if argument not in EXPECTED]
    broken = 0
    with watching() as watch:
        for profile, seconds in product(profiles, (SECONDS, PATIENCE)):
            chosen = [name for name in names if seconds_for(EXPECTED[name]) == seconds]
            if not chosen:
                continue
            grader = grader_for(profile, seconds)
            for name in chosen:
                for problem in problems(grader, watch, SUBMISSIONS / name, EXPECTED[name]):
                    print(f"{profile} {name}: {problem}")
                    broken += 1
            grader.close()
    print(f"uid {os.getuid()}: {broken} broken promises")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
