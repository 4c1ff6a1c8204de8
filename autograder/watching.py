"""A check on every save: a folder that is looked at, and a worker that waits warm.

Looking (not being told by the system) works over network folders too. Every check has a process of
its own, started beforehand, so that it answers at once, begins afresh, and can be ended: code that
hangs costs nothing but its own check.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from . import practice, syllabus
from .definitions import blocks
from .model import Report, Text, Unusable
from .progress import needed
from .truth import Recorded

SECONDS_PER_CALL = 2.0
MOST_PRINTED = 4_000  # characters of what the student's code prints
Stamp = tuple[int, int]  # modified at (ns), size


class Folder:
    """A folder's Python files; ``changed`` names those that were saved since it last said so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last: dict[str, Stamp] = {}
        self.told = self.last = self._look()

    def changed(self) -> set[str]:
        """Names of saved files, once nothing has changed between two looks: saving takes time."""
        now = self._look()
        settled, self.last = now == self.last, now
        if not settled or now == self.told:
            return set()
        names = {name for name in {*now, *self.told} if now.get(name) != self.told.get(name)}
        self.told = now
        return names

    def read(self) -> dict[str, bytes]:
        """The files as they are; one that is being replaced at this moment is left out."""
        found = {}
        for name in self.told:
            with suppress(OSError):
                found[name] = (self.path / name).read_bytes()
        return found

    def _look(self) -> dict[str, Stamp]:
        found = {}
        try:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        seen = entry.stat()
                        found[entry.name] = (seen.st_mtime_ns, seen.st_size)
        except OSError:  # in the middle of a save, or the network is away: at the next look
            return self.last
        return found


def touched(files: Mapping[str, bytes], saved: Iterable[str]) -> list[str]:
    """The exercises whose answers can have changed: their own file was saved, or one they import.

    A file that is gone counts as saved.
    """
    names = set(saved)
    return [one for one in syllabus.EXERCISES if needed(files, f"{one}.py") & names]


def edited(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """The functions whose text has changed."""
    found = set()
    for name, source in after.items():
        old = blocks(before.get(name, b""))
        found |= {one for one, text in blocks(source).items() if old.get(one) != text}
    return found


@dataclass(frozen=True)
class Answer:
    """What a check found; ``printed`` is what the student's code said meanwhile.

    Without a report there is a problem, or the worker ended: then the student's code ended it.
    """

    report: Report | None
    printed: str = ""
    problem: Text | None = None


class Worker:
    """A process that has imported everything and waits to check once."""

    def __init__(self, folder: Path) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, folder, sys.path), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, saved: set[str]) -> None:
        """Have all that the ``saved`` files touch checked; of no files, everything."""
        self.pipe.send(saved)

    def answer(self, seconds: float) -> Answer | None:
        """The answer if it comes within ``seconds``."""
        if not self.pipe.poll(seconds):
            return None
        try:
            found: Answer = self.pipe.recv()
        except (EOFError, OSError):
            return Answer(None)
        return found

    def close(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


def serve(pipe: Connection, folder: Path, path: list[str]) -> None:
    """Wait, check once, answer; whatever the student's code prints goes into the answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who watches
    sys.path[:] = path
    truth = Recorded()
    for question in syllabus.questions():
        truth.known(question)
        for case in question.cases:
            truth.inputs(question, case)
            truth.expected(question, case)
    try:
        saved = pipe.recv()
    except EOFError:
        return
    with tempfile.TemporaryFile() as printed:
        for stream in (1, 2):
            os.dup2(printed.fileno(), stream)
        answer = checked(folder, saved, truth)
        sys.stdout.flush()
        printed.seek(0)
        said = printed.read(MOST_PRINTED).decode(errors="replace")
    pipe.send(replace(answer, printed=said))


def checked(folder: Path, saved: set[str], truth: Recorded) -> Answer:
    try:
        submission = practice.submission_in(folder)
        exercises = touched(submission.files, saved) if saved else syllabus.EXERCISES
        questions = [q for q in syllabus.questions() if q.exercise in exercises]
        report = practice.checked(
            submission, folder, questions, truth=truth, seconds=SECONDS_PER_CALL
        )
    except Unusable as error:
        return Answer(None, problem=error.text)
    return Answer(report)
