"""Says what this machine offers for grading strangers' code, one fact a line.

Exit code: 0 when it can be locked down, 1 when it cannot.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator
from statistics import median

import numpy as np

from .. import syllabus
from ..sandbox.lockdown import PROFILES
from ..sandbox.slot import Refused, Slot, SlotBroken, WorkerEnded
from ..truth import RECORDED

EXAMPLE = "python3 course.py doctor"
FORKS = 20
SECONDS = 10.0
Facts = Iterator[tuple[str, object]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lockdown", choices=("auto", *PROFILES), default="auto", help="the profile to look at"
    )


def run(options: argparse.Namespace) -> int:
    show(machine())
    with Slot(options.lockdown) as slot:
        try:
            slot.start()
            problem = ""
        except (Refused, SlotBroken, WorkerEnded) as error:
            problem = str(error)
        show(offered(slot.hello))
        show(refused(problem) if problem else locked(slot))
        locks = not problem and slot.hello["profile"] != "unsafe"
    return 0 if locks else 1


def show(facts: Facts) -> None:
    for label, fact in facts:
        print(f"{label:<13}{fact}", flush=True)


def machine() -> Facts:
    yield "python", f"{platform.python_version()}, {sys.executable}"
    yield "numpy", np.__version__
    yield "platform", platform.platform()
    yield "cores", f"{usable_cores()} of {os.cpu_count()}: as many processes grade"
    yield "output", f"{sys.stdout.encoding}; what it cannot show is escaped"
    yield "recorded", recorded()


def usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def recorded() -> str:
    missing = [name for name in syllabus.EXERCISES if not readable(name)]
    if missing:
        return f"data/recorded lacks {', '.join(missing)}: check does not work offline"
    return "data/recorded is readable: check works offline"


def readable(name: str) -> bool:
    try:
        with np.load(RECORDED / f"{name}.npz", allow_pickle=False) as file:
            return bool(file.files)
    except (OSError, ValueError):
        return False


def offered(hello: dict[str, object]) -> Facts:
    abi = hello.get("landlock", 0)
    yield "landlock", f"ABI {abi}" if abi else "none: a worker gets no call that takes a path"
    yield "seccomp", "yes" if hello.get("seccomp") else "none: strangers' code cannot be graded"
    yield (
        "user",
        "root: workers become another user"
        if hello.get("root")
        else "not root: workers keep your user and lose its rights to the lockdown",
    )


def refused(problem: str) -> Facts:
    yield "profile", "none"
    yield "self-test", f"refused: {problem}"
    yield "grading", "goes on with --unsafe-local only: for your own code"


def locked(slot: Slot) -> Facts:
    yield "profile", slot.hello["profile"]
    if slot.hello["profile"] == "unsafe":
        yield "self-test", "not made: nothing is locked down"
    else:
        yield "self-test", "passed: a worker tried to escape and could not"
    yield "worker", f"{first_answer(slot):.1f} ms from fork to first answer (median of {FORKS})"


def first_answer(slot: Slot) -> float:
    """Milliseconds until a fresh worker has answered."""
    took = []
    for _ in range(FORKS):
        started = time.perf_counter()
        worker = slot.fork()
        worker.exchange(("usage",), SECONDS)
        took.append(time.perf_counter() - started)
        worker.end()
    return 1000 * median(took)
