"""A class as CSV: one row a student, one column a question."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Protocol, TextIO

from ..model import Report, Verdict

COLUMNS = ("student", "score", "max", "status")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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
        if report is None:
            writer.writerow(
                [harmless(result.name), "", "", result.status, *("" for _ in questions)]
            )
            continue
        scores = {
            mark.question: "" if Verdict.BROKEN in mark.verdicts else str(mark.score)
            for mark in report.marks
        }
        total = "" if Verdict.BROKEN in report.verdicts else str(report.score)
        cells = [scores.get(question, "") for question in questions]
        writer.writerow([harmless(result.name), total, report.max_score, result.status, *cells])


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
