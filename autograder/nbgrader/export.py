"""Marks out of the gradebook: a row for each student and a column for each question.

nbgrader's own CSV has neither quotes nor questions, and a student without marks has 0.0 in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nbgrader.api import BaseCell, Grade, Notebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import ExportPlugin
from traitlets import Bool

from .. import syllabus
from ..report.sheets import write_sheet
from . import gradebook

PERSON = ("student_id", "last_name", "first_name", "email")
BEFORE = ("assignment", *PERSON, "submitted", "due")
# A score while something is open would be too low, and nobody would see it.
AFTER = ("so_far", "penalty", "score", "max_score", "open", "to_review")
Names = dict[str, str]  # of columns, by the id of a cell


@dataclass
class Marks:
    """One submission's: by column, what it earned; None where nobody has given a mark."""

    values: dict[str, float | None] = field(default_factory=dict)
    to_review: int = 0

    def add(self, column: str, grade: Any) -> None:
        earned = grade.auto_score if grade.manual_score is None else grade.manual_score
        self.values[column] = None if earned is None else earned + (grade.extra_credit or 0.0)
        self.to_review += bool(grade.needs_manual_grade and earned is not None)


class QuestionExport(ExportPlugin):
    """What `nbgrader export` calls in a course that `course.py nbgrader setup` has made."""

    bom = Bool(False, help="Begin with a byte order mark, for Excel.").tag(config=True)

    def export(self, gradebook: Any) -> None:
        place = Path(self.to or "grades.csv")
        header, table = whole_table(gradebook, self.config, set(self.assignment), set(self.student))
        write_sheet(place, header, table, mark=self.bom)
        self.log.info("Exported grades to %s", place)


def whole_table(
    book: Any, config: Any, assignments: set[str], students: set[str]
) -> tuple[list[str], Iterator[list[str]]]:
    """The header and the rows for these assignments and students; for all, if none are named."""
    wanted = [one for one in book.assignments if not assignments or one.name in assignments]
    names = {one.name: columns(book, one) for one in wanted}
    questions = in_order(column for table in names.values() for column in table.values())
    header = [*BEFORE, *questions, *AFTER]
    found = (
        [row.get(column, "") for column in header]
        for assignment in wanted
        for row in rows(book, config, assignment, names[assignment.name])
        if not students or row["student_id"] in students
    )
    return header, found


def columns(book: Any, assignment: Any) -> Names:
    """A column for each cell with points; with its notebook's name where two have one name."""
    query = (
        sa.select(BaseCell.id, BaseCell.name, Notebook.name)
        .join(Notebook, Notebook.id == BaseCell.notebook_id)
        .where(Notebook.assignment_id == assignment.id)
        .where(BaseCell.type.in_(("GradeCell", "TaskCell")))
    )
    cells = book.db.execute(query).all()
    counts = Counter(name for _, name, _ in cells)
    return {
        cell: name if counts[name] == 1 else f"{notebook}/{name}" for cell, name, notebook in cells
    }


def in_order(found: Iterable[str]) -> list[str]:
    """The questions as the lecture has them, then the others by name."""
    ours = {question.name: place for place, question in enumerate(syllabus.questions())}
    return sorted(set(found), key=lambda name: (ours.get(name, len(ours)), name))


def rows(book: Any, config: Any, assignment: Any, names: Names) -> Iterator[dict[str, str]]:
    """Everybody's row, also of those who handed nothing in."""
    refresh_penalties(book, config, assignment)
    marks = marks_of(book, assignment, names)
    handed_in = {one.student_id: one for one in assignment.submissions}
    for student in sorted(book.students, key=lambda one: (one.last_name or "", one.id)):
        row = {"assignment": assignment.name, "due": said(assignment.duedate)}
        row |= {"student_id": student.id, "max_score": said(assignment.max_score)}
        row |= {name: getattr(student, name) or "" for name in PERSON[1:]}
        if student.id in handed_in:
            row |= earned(handed_in[student.id], marks[handed_in[student.id].id])
        else:
            row |= {"open": said(float(len(names)))}
        yield row


def refresh_penalties(book: Any, config: Any, assignment: Any) -> None:
    """A penalty is fixed when code is graded; marks given by hand since then change what is due."""
    url = book.engine.url.render_as_string(hide_password=False)
    if assignment.duedate is None:
        return
    late = [one.student_id for one in assignment.submissions if one.total_seconds_late > 0]
    book.db.rollback()  # others write now
    for student in late:
        gradebook.penalise(config, url, assignment.name, student)


def marks_of(book: Any, assignment: Any, names: Names) -> defaultdict[str, Marks]:
    """All marks of an assignment in one query, by the id of the submission."""
    query = (
        sa.select(SubmittedNotebook.assignment_id, Grade)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .where(SubmittedAssignment.assignment_id == assignment.id)
    )
    found: defaultdict[str, Marks] = defaultdict(Marks)
    for submission, grade in book.db.execute(query):
        found[submission].add(names[grade.cell_id], grade)
    return found


def earned(submission: Any, marks: Marks) -> dict[str, str]:
    so_far = sum(value for value in marks.values.values() if value is not None)
    penalty = submission.late_submission_penalty or 0.0
    missing = sum(value is None for value in marks.values.values())
    return {
        **{column: said(value) for column, value in marks.values.items()},
        "submitted": said(submission.timestamp),
        "so_far": said(so_far),
        "penalty": said(penalty),
        "score": "" if missing else said(max(0.0, so_far - penalty)),
        "open": said(float(missing)),
        "to_review": said(float(marks.to_review)),
    }


def said(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
