"""`nbgrader autograde`, from what lies in the folder to a gradebook in which nobody is missing."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import batch
from ..language import say
from ..model import Text
from . import gradebook, handed_in
from .course import Course, nbgrader

TRIES = 3  # a conflict in the gradebook stops nbgrader in the middle of a class
LOCK = ".autograde.lock"


@dataclass(frozen=True)
class Graded:
    """One submission: what was wrong with what was handed in, and what has no mark yet."""

    student: str
    notes: tuple[Text, ...]
    failed: bool  # nbgrader did not get through it
    without: gradebook.Open


def autograde(
    course: Course, config: Any, *, fresh: bool = False, tell: Callable[[str], None]
) -> list[Graded]:
    """Grade whatever has changed since it was graded; ``fresh`` takes everybody."""
    settings = settings_of(config)
    batch.locked_down(settings.lockdown).close()  # refuse here, before anybody's marks are touched
    with alone(course.root, tell):
        students = course.students()
        notes = {student: handed_in.put_in_order(course, student) for student in students}
        wanted = {name: handed_in.fingerprint(course, name, settings) for name in students}
        for student in left(course, wanted) if not fresh else students:
            shutil.rmtree(course.autograded(student), ignore_errors=True)
        run(course, wanted)
        failed = set(left(course, wanted))
        for student in failed:
            shutil.rmtree(course.autograded(student), ignore_errors=True)
            gradebook.forget(course.url, course.assignment, student)
        gradebook.enrol(course.url, course.assignment, students)
    return [
        Graded(
            student,
            tuple(notes[student]),
            student in failed,
            gradebook.without_marks(course.url, course.assignment, student),
        )
        for student in students
    ]


def settings_of(config: Any) -> batch.Settings:
    """What the course's settings say to SandboxGrade."""
    ours = config.SandboxGrade
    return batch.Settings(
        ours.get("seed", 0),
        ours.get("seconds", batch.Settings.seconds),
        ours.get("lockdown", "auto"),
    )


def run(course: Course, wanted: dict[str, str]) -> None:
    """Run the command again as long as it gets further: it passes over who is graded."""
    before = None
    for _ in range(TRIES):
        todo = left(course, wanted)
        if not todo or todo == before:
            return
        before = todo
        nbgrader(course.root, "autograde", course.assignment)


def left(course: Course, wanted: dict[str, str]) -> list[str]:
    """Who has no grades yet of what is handed in."""
    return [name for name, what in wanted.items() if not handed_in.is_graded(course, name, what)]


@contextmanager
def alone(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """One autograde at a time in a folder: two would work on the same files."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(say("waiting: another autograde works in this course"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
