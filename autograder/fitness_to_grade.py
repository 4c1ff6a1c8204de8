"""Whether this machine can grade strangers' code: for instructors, and in no student's copy."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from statistics import median

from .fitness import Fact
from .model import text
from .sandbox.lockdown import PROFILES
from .sandbox.slot import Refused, Slot, SlotBroken, WorkerEnded

CHOICES = ("auto", *PROFILES)
FORKS = 20
SECONDS = 10.0


def facts(profile: str) -> Iterator[Fact]:
    """What there is to lock a worker down with, whether it holds, and how fast that is."""
    yield Fact(
        text("cores"),
        text("{ours} of {all}: as many processes grade", ours=usable_cores(), all=os.cpu_count()),
    )
    with Slot(profile) as slot:
        try:
            slot.start()
            problem = ""
        except (Refused, SlotBroken, WorkerEnded) as error:
            problem = str(error)
        yield from offered(slot.hello)
        yield from refused(problem) if problem else locked(slot)


def usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def offered(hello: dict[str, object]) -> Iterator[Fact]:
    abi = hello.get("landlock", 0)
    none = text("none: a worker gets no call that takes a path")
    yield Fact("landlock", text("ABI {abi}", abi=abi) if abi else none)
    none = text("none: strangers' code cannot be graded")
    yield Fact("seccomp", text("yes") if hello.get("seccomp") else none)
    yield Fact(
        text("user"),
        text("root: workers become another user")
        if hello.get("root")
        else text("not root: workers keep your user and lose its rights to the lockdown"),
    )


def refused(problem: str) -> Iterator[Fact]:
    yield Fact(text("profile"), text("none"))
    yield Fact(
        text("self-test"),
        text("refused: {problem}", problem=problem),
        text("grade on Linux, or your own code only: --unsafe-local"),
    )


def locked(slot: Slot) -> Iterator[Fact]:
    yield Fact(text("profile"), str(slot.hello["profile"]))
    if slot.hello["profile"] == "unsafe":
        yield Fact(
            text("self-test"),
            text("not made: nothing is locked down"),
            text("grade strangers' code with another profile"),
        )
    else:
        yield Fact(text("self-test"), text("passed: a worker tried to escape and could not"))
    yield Fact(
        text("worker"),
        text(
            "{took:.1f} ms from fork to first answer (median of {count})",
            took=first_answer(slot),
            count=FORKS,
        ),
    )


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
