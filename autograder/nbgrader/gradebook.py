"""nbgrader's gradebook: the automatic scores of code in it are ours, all else is a person's.

Several processes may write at once: each submission is written in one transaction, and whoever
comes second tries again.
"""

from __future__ import annotations

import logging
import random
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import nbformat
import sqlalchemy as sa
from nbgrader.api import (
    BaseCell,
    Grade,
    Gradebook,
    InvalidEntry,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import exc, orm

from ..model import text
from ..report.result import Person
from ..store import StoreFailed

PATIENCE = 60.0  # seconds that others may take
Answer = TypeVar("Answer")


def write(
    url: str,
    assignment: str,
    student: str,
    scores: Mapping[str, float | None],
    timestamp: str = "",
) -> None:
    """Write the scores of all test cells at once; those that are not given have none.

    What a person has given stays, and is to be looked at again where the score beside it changes.
    """
    when = {"timestamp": timestamp} if timestamp else {}

    def work(book: Any) -> None:
        book.update_or_create_student(student)
        book.update_or_create_submission(assignment, student, **when)
        for grade in grades(book, assignment, student):
            if is_test(grade):
                put(grade, scores.get(grade.cell.name))
        book.db.commit()

    patiently(url, work)


def know(url: str, student: str, person: Person) -> None:
    """Make a student known; with name and address where the roster has them."""
    named = {"last_name": person.name} if person.name != person.key else {}
    address = person.identifiers.get("email")
    named |= {"email": address} if address else {}
    patiently(url, lambda book: book.update_or_create_student(student, **named))


def forget(url: str, assignment: str, student: str) -> None:
    """Take back all automatic scores: until there are new ones, nothing is graded."""

    def work(book: Any) -> None:
        try:
            found = grades(book, assignment, student)
        except MissingEntry:
            return
        for grade in found:
            put(grade, None)
        book.db.commit()

    patiently(url, work)


def settle(
    url: str,
    assignment: str,
    student: str,
    scores: Mapping[str, float | None],
    undecided: Mapping[str, str],
) -> None:
    """The scores of one notebook's test cells; ``undecided`` answers are left open, and why."""

    def work(book: Any) -> None:
        for grade in grades(book, assignment, student):
            name = grade.cell.name
            if name in scores or name in undecided:
                put(grade, scores.get(name))
            if name in undecided:
                comment = book.find_comment(name, grade.notebook.name, assignment, student)
                comment.auto_comment = undecided[name]
        book.db.commit()

    patiently(url, work)


def enrol(url: str, assignment: str, students: Collection[str]) -> None:
    """Give a row to everyone who handed something in, graded or not."""

    def work(book: Any) -> None:
        for student in students:
            book.update_or_create_student(student)
            book.update_or_create_submission(assignment, student)

    patiently(url, work)


def is_test(grade: Any) -> bool:
    """Whether the grader gives it: code that is not an answer, which a person marks."""
    answers = {cell.name for cell in grade.notebook.notebook.solution_cells}
    return bool(grade.cell.cell_type == "code" and grade.cell.name not in answers)


class Open(NamedTuple):
    """Cells without a mark: those that the grader should have given one, and those of a person."""

    tests: tuple[str, ...]
    by_hand: tuple[str, ...]


def without_marks(url: str, assignment: str, student: str, notebook: str = "") -> Open:
    """What nobody has given a mark, in a submission or in one notebook of it."""

    def work(book: Any) -> Open:
        found = [
            grade
            for grade in grades(book, assignment, student)
            if notebook in ("", grade.notebook.name) and is_open(grade)
        ]
        tests = [grade for grade in found if is_test(grade)]
        return Open(names(tests), names(grade for grade in found if grade not in tests))

    return patiently(url, work)


def names(found: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted(grade.cell.name for grade in found))


def is_open(grade: Any) -> bool:
    return grade.auto_score is None and grade.manual_score is None


def has_submissions(url: str, assignment: str) -> bool:
    def work(book: Any) -> bool:
        try:
            return bool(book.find_assignment(assignment).submissions)
        except MissingEntry:
            return False

    return patiently(url, work)


def put(grade: Any, score: float | None) -> None:
    """Set an automatic score. Without one, and without a person's, somebody has to look."""
    given = grade.manual_score is not None
    again = given and (grade.needs_manual_grade or grade.auto_score != score)
    grade.auto_score = score
    grade.needs_manual_grade = again or (score is None and not given)


def grades(book: Any, assignment: str, student: str) -> list[Any]:
    """The grades of a submission, which nobody else writes until the next commit."""
    found = book.find_submission(assignment, student)
    locked = sa.select(SubmittedAssignment.id).where(SubmittedAssignment.id == found.id)
    book.db.execute(locked.with_for_update())
    query = (
        sa.select(Grade)
        .join(Grade.notebook)
        .where(SubmittedNotebook.assignment_id == found.id)
        .options(orm.selectinload(Grade.cell.of_type(orm.with_polymorphic(BaseCell, "*"))))
    )
    return list(book.db.scalars(query))


def penalise(config: Any, url: str, assignment: str, student: str) -> None:
    """Bring the late penalty in line with the scores as they are, by the course's own rule."""

    def late(book: Any) -> list[str]:
        submission = book.find_submission(assignment, student)
        matters = submission.total_seconds_late > 0 or submission.late_submission_penalty
        return [one.name for one in submission.notebooks] if matters else []

    for name in patiently(url, late):
        who = {"student": student, "assignment": assignment, "notebook": name, "db_url": url}
        rule = AssignLatePenalties(config=config)
        rule.log.setLevel(logging.ERROR)
        rule.preprocess(nbformat.v4.new_notebook(), {"nbgrader": who})


def patiently(url: str, work: Callable[[Any], Answer]) -> Answer:
    """Do ``work`` with the gradebook; where somebody else was first, again.

    Raises :class:`StoreFailed` where that does not end, or there is no gradebook.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with quiet(), Gradebook(url) as book:
                return work(book)
        except (InvalidEntry, exc.OperationalError, exc.IntegrityError) as error:
            if time.monotonic() > deadline:
                raise StoreFailed(
                    text("the gradebook cannot be written: {error}", error=str(error)[:300])
                ) from error
            time.sleep(random.uniform(0.05, 0.5))


@contextmanager
def quiet() -> Iterator[None]:
    """Without nbgrader's log of each conflict, and SQLAlchemy's warnings of nbgrader's ways."""
    log = logging.getLogger("tornado.application")
    log.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Object of type", exc.SAWarning)
            yield
    finally:
        log.disabled = False
