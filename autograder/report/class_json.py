"""The whole class as one JSON file: who it is, the mark and what it is made of, the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..model import Text, text
from .data import compact, report_data, text_data
from .result import Result, Results

FILE = "class.json"
CLASS_FORMAT = "class/v1"


def write_json(results: Results, out: Path) -> Text:
    """Write class.json, one line a student, so that no class is too large for it."""
    part, file = out / f"{FILE}.part", out / FILE
    count = 0
    with part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as lines:
        lines.write(f'{{"format": "{CLASS_FORMAT}", "results": [')
        for count, result in enumerate(results(), 1):
            lines.write("\n" if count == 1 else ",\n")
            lines.write(compact(result_data(result)))
        lines.write("\n]}\n")
    part.replace(file)
    return text("{file} with {count:,} students", file=file, count=count)


def result_data(result: Result) -> dict[str, Any]:
    """The raw score, the penalty and what is left stand apart; null is not known, never 0."""
    person, report = result.person, result.report
    return {
        "key": person.key,
        "name": person.name,
        "group": person.group,
        "identifiers": dict(person.identifiers),
        "status": result.status,
        "submitted": result.submitted or None,
        "finished": result.finished,
        "score": result.score,
        "penalty": result.penalty,
        "final": result.final,
        "max_score": result.max_score,
        "reasons": [text_data(reason) for reason in result.reasons],
        "problem": None if result.problem is None else text_data(result.problem),
        "report": None if report is None else report_data(report, result.status),
    }
