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
from ..language import say
from ..model import Text, text
from ..places import RECORDED
from ..report.text import padded
from ..sandbox.lockdown import PROFILES
from ..sandbox.slot import Refused, Slot, SlotBroken, WorkerEnded

EXAMPLE = "python3 course.py doctor"
FORKS = 20
SECONDS = 10.0
LABEL = 13  # columns
Facts = Iterator[tuple[Text | str, Text | str]]


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
        print(f"{padded(say(label), LABEL)}{say(fact)}", flush=True)


def machine() -> Facts:
    yield "python", f"{platform.python_version()}, {sys.executable}"
    yield "numpy", np.__version__
    yield text("platform"), platform.platform()
    yield (
        text("cores"),
        text("{ours} of {all}: as many processes grade", ours=usable_cores(), all=os.cpu_count()),
    )
    yield (
        text("output"),
        text("{encoding}; what it cannot show is escaped", encoding=sys.stdout.encoding),
    )
    yield text("recorded"), recorded()


def usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def recorded() -> Text:
    missing = [name for name in syllabus.EXERCISES if not readable(name)]
    if missing:
        return text(
            "data/recorded lacks {names}: check does not work offline", names=", ".join(missing)
        )
    return text("data/recorded is readable: check works offline")


def readable(name: str) -> bool:
    try:
        with np.load(RECORDED / f"{name}.npz", allow_pickle=False) as file:
            return bool(file.files)
    except (OSError, ValueError):
        return False


def offered(hello: dict[str, object]) -> Facts:
    abi = hello.get("landlock", 0)
    none = text("none: a worker gets no call that takes a path")
    yield "landlock", text("ABI {abi}", abi=abi) if abi else none
    none = text("none: strangers' code cannot be graded")
    yield "seccomp", text("yes") if hello.get("seccomp") else none
    yield (
        text("user"),
        text("root: workers become another user")
        if hello.get("root")
        else text("not root: workers keep your user and lose its rights to the lockdown"),
    )


def refused(problem: str) -> Facts:
    yield text("profile"), text("none")
    yield text("self-test"), text("refused: {problem}", problem=problem)
    yield text("grading"), text("goes on with --unsafe-local only: for your own code")


def locked(slot: Slot) -> Facts:
    yield text("profile"), str(slot.hello["profile"])
    if slot.hello["profile"] == "unsafe":
        yield text("self-test"), text("not made: nothing is locked down")
    else:
        yield text("self-test"), text("passed: a worker tried to escape and could not")
    yield (
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
