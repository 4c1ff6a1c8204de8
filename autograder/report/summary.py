"""A class in a few lines: a row for each, or only for those that need attention, and a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ..language import say
from ..model import Text, Verdict, text
from ..store import Row
from .data import Sentence, revived_text, text_data
from .text import table_line, table_lines, width

ENDED_BADLY = (Verdict.BROKEN, Verdict.TIMED_OUT, Verdict.CRASHED)
ATTENTION = ("broken", "ungradable", "timed_out", "crashed")


def headline(report: dict[str, Any]) -> Sentence:
    """What to know first: what ended badly, then a named mistake, then what is missing."""
    questions = report["questions"]
    checks = [(question["question"], c) for question in questions for c in question["checks"]]
    for _, check in checks:
        if check["verdict"] in ENDED_BADLY:
            return check["message"]
    for name, check in checks:
        cause = check["diagnosis"]
        if cause and cause["misconception"] and cause["certainty"] == "certain":
            mistake = cause["misconception"]
            return text_data(text("{name}: {mistake}", name=name, mistake=mistake))
    for note in report["notes"]:
        return note
    return text_data(shortfall(questions))


def shortfall(questions: list[dict[str, Any]]) -> Text:
    """What there is to say where nothing in particular is."""
    unsolved = sum(
        all(check["verdict"] == Verdict.UNSOLVED for check in question["checks"])
        for question in questions
    )
    if unsolved:
        return text(
            "{unsolved} of {count} functions are not written yet",
            unsolved=unsolved,
            count=len(questions),
        )
    wrong = [one["question"] for one in questions if one["score"] < one["max_score"]]
    return text("{name} is wrong", name=wrong[0]) if wrong else text("")


@dataclass
class Tally:
    """What is to be said of a class, added up row by row; with a ``limit``, few rows are kept.

    A large class needs one: what a row is made of takes half a kilobyte.
    """

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
            yield say(
                text(
                    "and {count:,} more that need attention: see grades.csv",
                    count=attention - len(shown),
                )
            )

    def summary(self) -> str:
        others = ", ".join(f"{count:,} {name}" for name, count in sorted(self.statuses.items()))
        if not self.scores:
            return say(text("{count:,} submissions: {others}", count=self.count, others=others))
        return say(
            text(
                "{count:,} submissions: {others}, median {middle:g}",
                count=self.count,
                others=others,
                middle=median(self.scores),
            )
        )

    def insights(self) -> Iterator[str]:
        """The hardest question and the commonest mistake."""
        shares = {name: self.earned[name] / most for name, most in self.possible.items()}
        if shares:
            hardest = min(shares, key=lambda name: shares[name])
            yield say(
                text(
                    "Hardest question: {name} ({share:.0f} % of its points).",
                    name=hardest,
                    share=100 * shares[hardest],
                )
            )
        for mistake, count in self.mistakes.most_common(1):
            yield say(
                text(
                    "Commonest mistake: {mistake} ({count:,} students).",
                    mistake=mistake,
                    count=count,
                )
            )


def row_lines(rows: Iterable[Row], names: Iterable[str]) -> Iterator[str]:
    """A line for each row as it comes, in columns wide enough for all ``names`` and statuses."""
    widths = max(map(width, names)), len("100/100"), max(map(len, ATTENTION))
    return (table_line(cells(row), widths) for row in rows)


def cells(row: Row) -> list[str]:
    """Name, score, status, and the first thing to know about it."""
    score = "-" if row.score is None else f"{row.score:>3}/{row.max_score}"
    return [row.student, score, row.status, say(revived_text(row.brief["headline"]))]
