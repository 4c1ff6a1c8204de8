"""A class in a few lines: a row for each, or only for those that need attention, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ..model import Verdict
from ..store import Row
from .text import table_lines

ENDED_BADLY = (Verdict.BROKEN, Verdict.TIMED_OUT, Verdict.CRASHED)
ATTENTION = ("broken", "ungradable", "timed_out", "crashed")


def headline(report: dict[str, Any]) -> str:
    """What to know first: what ended badly, then a named mistake, then what is missing."""
    questions = report["questions"]
    checks = [(question["question"], c) for question in questions for c in question["checks"]]
    for _, check in checks:
        if check["verdict"] in ENDED_BADLY:
            return str(check["message"])
    for name, check in checks:
        cause = check["diagnosis"]
        if cause and cause["misconception"] and cause["certainty"] == "certain":
            return f"{name}: {cause['misconception']}"
    for note in report["notes"]:
        return str(note)
    unsolved = sum(
        all(check["verdict"] == Verdict.UNSOLVED for check in question["checks"])
        for question in questions
    )
    if unsolved:
        return f"{unsolved} of {len(questions)} functions are not written yet"
    wrong = [one["question"] for one in questions if one["score"] < one["max_score"]]
    return f"{wrong[0]} is wrong" if wrong else ""


@dataclass
class Tally:
    """What is to be said of a class, added up row by row; with a ``limit``, few rows are kept."""

    limit: int | None = None
    count: int = 0
    full: bool = True
    statuses: Counter[str] = field(default_factory=Counter)
    scores: list[int] = field(default_factory=list)
    earned: Counter[str] = field(default_factory=Counter)
    possible: Counter[str] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    shown: list[list[str]] = field(default_factory=list)

    @property
    def partial(self) -> bool:
        return self.limit is not None

    def counted(self, row: Row) -> Row:
        self.add(row)
        return row

    def add(self, row: Row) -> None:
        self.count += 1
        self.statuses[row.status] += 1
        self.full = self.full and row.score is not None and row.score == row.max_score
        if row.score is not None:
            self.scores.append(row.score)
        for mark in row.marks:
            self.earned[mark.question] += mark.score
            self.possible[mark.question] += mark.max_score
            if mark.mistake:
                self.mistakes[f"{mark.question}: {mark.mistake}"] += 1
        if self.limit is None or (
            row.status in ATTENTION and self.statuses[row.status] <= self.limit
        ):
            self.shown.append(cells(row))

    def lines(self) -> Iterator[str]:
        shown = self.shown
        if self.partial:
            shown = sorted(shown, key=lambda cells: ATTENTION.index(cells[2]))[: self.limit]
        if shown:
            yield from table_lines(shown)
        attention = sum(self.statuses[status] for status in ATTENTION)
        if self.partial and attention > len(shown):
            yield f"and {attention - len(shown):,} more that need attention: see grades.csv"

    def summary(self) -> str:
        others = ", ".join(f"{count:,} {name}" for name, count in sorted(self.statuses.items()))
        middle = f", median {median(self.scores):g}" if self.scores else ""
        return f"{self.count:,} submissions: {others}{middle}"

    def insights(self) -> Iterator[str]:
        """The hardest question and the commonest mistake."""
        shares = {name: self.earned[name] / most for name, most in self.possible.items()}
        if shares:
            hardest = min(shares, key=lambda name: shares[name])
            yield f"Hardest question: {hardest} ({100 * shares[hardest]:.0f} % of its points)."
        for mistake, count in self.mistakes.most_common(1):
            yield f"Commonest mistake: {mistake} ({count:,} students)."


def cells(row: Row) -> list[str]:
    """Name, score, status, and the first thing to know about it."""
    score = "-" if row.score is None else f"{row.score:>3}/{row.max_score}"
    return [row.student, score, row.status, row.brief["headline"]]
