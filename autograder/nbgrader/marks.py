"""What the grader says of one submission, as nbgrader takes it: a score for each test cell.

None is no score: whatever could not be graded stays open for a person, and is never a zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat

from ..batch import Result
from ..language import say
from ..model import Mark, Report, Text, Verdict, text
from ..report.text import mark_lines, note_lines
from .mending import Cell, Notebook, is_test, marked

NOT_GRADED = "NotGraded"  # the name of the error in a cell without a score


@dataclass(frozen=True)
class Coded:
    """The marks of the coded questions, or the problem that left none."""

    marks: Mapping[str, Mark]
    notes: tuple[Text, ...] = ()
    problem: Text | None = None

    def score(self, question: str) -> float | None:
        mark = self.marks.get(question)
        return None if mark is None or Verdict.BROKEN in mark.verdicts else float(mark.score)

    @property
    def is_whole(self) -> bool:
        return self.problem is None and all(self.score(name) is not None for name in self.marks)

    def why_not(self, question: str) -> Text:
        """Why a question has no score."""
        if self.problem is not None:
            return self.problem
        if question in self.marks:
            return text("the grader failed here, not the submission: it will be graded again")
        return text("{question} is no question of the grader", question=question)


def of_report(report: Report | None, problem: Text | None) -> Coded:
    if report is None:
        return Coded({}, problem=problem or text("it could not be graded"))
    return Coded({mark.question: mark for mark in report.marks}, report.notes)


def of_result(result: Result) -> Coded:
    return of_report(result.report, result.problem)


def fill_in(notebook: Notebook, coded: Coded) -> None:
    """Put into every test cell what the grader says: a log and a score, or an error.

    A cell without any output would have earned full marks.
    """
    tests = [cell for cell in notebook.cells if is_test(cell)]
    for number, cell in enumerate(tests):
        cell.outputs = list(outputs(cell, coded, first=number == 0))
        cell.execution_count = None


def outputs(cell: Cell, coded: Coded, *, first: bool) -> Iterator[Any]:
    """``first`` says that what concerns all questions is to be told here."""
    question = marked(cell)["grade_id"]
    lines = [line for note in (coded.notes if first else ()) for line in note_lines(note)]
    if question in coded.marks:
        lines += mark_lines(coded.marks[question])
    if lines:
        yield nbformat.v4.new_output("stream", name="stdout", text=printable("\n".join(lines)))
    score = coded.score(question)
    if score is None or coded.marks[question].max_score != marked(cell)["points"]:
        yield not_graded(why_not(cell, coded))
    else:
        data = {"text/plain": f"{score:g}"}
        yield nbformat.v4.new_output("execute_result", data=data, execution_count=1)


def why_not(cell: Cell, coded: Coded) -> Text:
    question, points = marked(cell)["grade_id"], marked(cell)["points"]
    if coded.score(question) is None:
        return coded.why_not(question)
    return text(
        "the cell is worth {points:g} points and the question {own}: make the course anew",
        points=points,
        own=coded.marks[question].max_score,
    )


def not_graded(why: Text) -> Any:
    said = printable(say(text("not graded: {why}", why=why)))
    return nbformat.v4.new_output("error", ename=NOT_GRADED, evalue=said, traceback=[said])


def scores(notebook: Notebook) -> dict[str, float | None]:
    """The score of each test cell of a notebook that was filled in."""
    return {marked(cell)["grade_id"]: score_shown(cell) for cell in notebook.cells if is_test(cell)}


def score_shown(cell: Cell) -> float | None:
    """The score in a cell's outputs; None where there is an error, or nothing."""
    for output in cell.outputs:
        if output.output_type == "execute_result":
            return float(output.data["text/plain"])
    return None


def printable(said: str) -> str:
    """Text that every file and database takes: a message may quote a student's bytes."""
    return said.replace("\0", "\\0").encode(errors="backslashreplace").decode()
