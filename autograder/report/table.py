"""A class as CSV: one row a student, one column a question."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO

from .. import syllabus
from ..language import say
from ..model import Report, Text, Verdict, text
from .result import Results
from .sheets import harmless, write_sheet

FILE = "class.csv"
COLUMNS = ("student", "score", "max", "status")
CLASS_COLUMNS = ("key", "name", "group", "status", "submitted", "score", "penalty", "final", "max")


class Row(Protocol):
    """What a row is made of: a submission's name, its status, and its report where there is one."""

    @property
    def name(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def report(self) -> Report | None: ...


def write_grades(file: TextIO, results: Iterable[Row], questions: Sequence[str]) -> None:
    """Write ``student,score,max,status,<question>...``.

    What the grader failed on is left empty and never 0; a submission without a report has no score.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*COLUMNS, *questions])
    for result in results:
        report = result.report
        known = report is not None and Verdict.BROKEN not in report.verdicts
        total = str(report.score) if report is not None and known else ""
        most = "" if report is None else report.max_score
        cells = [harmless(result.name), total, most, result.status]
        writer.writerow([*cells, *scores(report, questions)])


def scores(report: Report | None, questions: Sequence[str]) -> list[str]:
    """A cell for each question; empty where there is no mark or the grader failed."""
    found = {
        mark.question: "" if Verdict.BROKEN in mark.verdicts else str(mark.score)
        for mark in (report.marks if report else ())
    }
    return [found.get(question, "") for question in questions]


def write_csv(results: Results, out: Path, *, mark: bool = False) -> Text:
    """Write class.csv: who it is, the raw mark, what is taken off, what is left, each question."""
    file = out / FILE
    questions = [question.name for question in syllabus.questions()]
    header = [*CLASS_COLUMNS, *questions, "reasons"]
    count = write_sheet(file, header, _rows(results, questions), mark=mark)
    return text("{file} with {count:,} students", file=file, count=count)


def _rows(results: Results, questions: Sequence[str]) -> Iterator[list[Any]]:
    for result in results():
        person = result.person
        yield [
            *(person.key, person.name, person.group, result.status, result.submitted),
            *(result.score, result.penalty, result.final, result.max_score),
            *scores(result.report, questions),
            "; ".join(map(say, result.reasons)),
        ]
