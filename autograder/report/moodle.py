"""Moodle: its grading worksheet, filled in with marks and feedback.

The headers are in the site's language, so columns are known by their place and what is in them: the
identifier comes first, the maximum is the same decimal number in every row, the grade stands before
it, feedback comments come last. See Moodle's ``mod/assign/feedback/offline/importgradeslib.php``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..language import say
from ..model import Text, Unusable, text
from .actions import first_message
from .filling import Entry, filled
from .result import Result, Results, Writer
from .sheets import Sheet, number_in, read_sheet, write_sheet

FILE = "moodle.csv"
IDENTIFIER = re.compile(r"\D+\d+")  # "Participant 123", in any language
DATED = re.compile(r"-|.*\d:\d\d.*")
DECIMAL = re.compile(r"\d+[.,]\d+")
MOST_WRONG = 12  # questions that feedback names


def moodle(worksheet: Path, most: int) -> Writer:
    """Fill in the worksheet of an assignment worth ``most``. Raises Unusable where it is none."""
    sheet = read_sheet(worksheet)
    grade = _grade_column(sheet)
    theirs = sheet.rows[0][grade + 1]
    if number_in(theirs) != most:
        raise Unusable(
            text(
                "the assignment of {path} is worth {theirs} points and {ours} here: make its "
                "maximum grade {ours} in Moodle, then download the worksheet again",
                path=worksheet,
                theirs=theirs,
                ours=most,
            )
        )
    return partial(_write, sheet, grade)


def _grade_column(sheet: Sheet) -> int:
    """The column before the last of which all cells are the same decimal number."""
    columns = list(zip(*sheet.rows, strict=True))
    dated = bool(columns) and all(map(DATED.fullmatch, columns[-1]))  # so it is no feedback
    if columns and all(map(IDENTIFIER.fullmatch, columns[0])) and not dated:
        for at in range(len(columns) - 1, 1, -1):
            if len(set(columns[at])) == 1 and DECIMAL.fullmatch(columns[at][0]):
                return at - 1
    raise Unusable(
        text(
            "{path} is no grading worksheet of Moodle: in the assignment switch on the offline "
            "grading worksheet and feedback comments, then download it there",
            path=sheet.path,
        )
    )


def _write(sheet: Sheet, grade: int, results: Results, out: Path) -> Text:
    names = (row[:grade] for row in sheet.rows)
    filling = filled(sheet.path, names, map(_entry, results()))

    def lines() -> Iterator[list[str]]:
        for row, entry in zip(sheet.rows, filling.found, strict=True):
            if entry is not None and entry.final is not None:
                row = [*row[:grade], str(entry.final), *row[grade + 1 : -1], entry.feedback]
            yield row

    write_sheet(out / FILE, sheet.header, lines(), delimiter=sheet.delimiter, mark=sheet.mark)
    return filling.told(out / FILE)


def _entry(result: Result) -> Entry:
    return Entry(result.person, result.final, feedback(result))


def feedback(result: Result) -> str:
    """What the student reads beside the grade; Moodle takes it for HTML, so it is written as such.

    The points after and before penalties, why, and the first functions that are not right.
    """
    lines = [f"{result.final}/{result.max_score}"]
    if result.penalty:
        lines[0] += f" ({result.score} - {result.penalty})"
    lines += map(say, result.reasons)
    wrong = [mark for mark in (result.report.marks if result.report else ()) if not mark.solved]
    lines += [
        f"{mark.question} {mark.score}/{mark.max_score}: {first_message(mark)}"
        for mark in wrong[:MOST_WRONG]
    ]
    if len(wrong) > MOST_WRONG:
        lines.append(say(text("{count} more are not right yet", count=len(wrong) - MOST_WRONG)))
    return "<br />".join(map(html.escape, lines))
