"""The class page: who needs a person first, then how the class did, then everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import mean, quantiles

import numpy as np
from markupsafe import Markup

from ...language import say
from ...model import Report, Verdict
from ..data import report_data, revived_text
from ..result import Result
from ..summary import ATTENTION, headline
from .items import Item, items
from .mistakes import Tally, mapped
from .page import LARGEST, link, part, size
from .pictures import drawn, histogram
from .words import STATUSES

NEEDING = 30  # students that are shown first; the table has all of them
NAME = 100  # letters of a name or a sentence in a table
SPARE = 2_000  # bytes: links between pages, should there be several


@dataclass(frozen=True)
class Student:
    """What the class page keeps of one result."""

    key: str
    name: str
    group: str
    status: str
    score: int | None
    penalty: int
    final: int | None
    first: str  # the first thing to know
    mistakes: tuple[int, ...]
    points: tuple[int | None, ...]  # by question, as far as these were known; None: broken


@dataclass
class Gathered:
    """A class, added up result by result."""

    students: list[Student] = field(default_factory=list)
    questions: dict[str, int] = field(default_factory=dict)  # and the points of each
    mistakes: Tally = field(default_factory=Tally)
    max_score: int = 0
    seeds: set[int] = field(default_factory=set)
    finished: str = ""

    def add(self, result: Result) -> None:
        report, person = result.report, result.person
        self.max_score = max(self.max_score, result.max_score)
        if result.report is not None:
            self.seeds.add(result.seed)
        self.finished = max(self.finished, result.finished)
        self.students.append(
            Student(
                person.key,
                person.name,
                person.group,
                result.status,
                result.score,
                result.penalty,
                result.final,
                first(result),
                self.mistakes.add(report) if report else (),
                self.points(report) if report else (),
            )
        )

    @property
    def with_pages(self) -> int:
        """How many students have a page of their own."""
        return sum(student.status != "missing" for student in self.students)

    def points(self, report: Report) -> tuple[int | None, ...]:
        self.questions |= {mark.question: mark.max_score for mark in report.marks}
        scores = {m.question: m.score for m in report.marks if Verdict.BROKEN not in m.verdicts}
        return tuple(map(scores.get, self.questions))


def first(result: Result) -> str:
    """The first thing to know about a result."""
    if result.report is None:
        return say(result.problem) if result.problem and result.status != "missing" else ""
    return say(revived_text(headline(report_data(result.report, result.status))))


def pages_of(gathered: Gathered) -> Iterator[tuple[str, str]]:
    """The class page, and further ones where a page has no room for all students."""
    facts = overview(gathered)
    rows = [part("row.html", NAME, student=student, **facts) for student in gathered.students]
    empty = part("class.html", NAME, rows="", number=1, pages=[], **facts)
    parts = list(packed(rows, LARGEST - SPARE - size(empty)))
    names = ["index.html", *(f"index-{number}.html" for number in range(2, len(parts) + 1))]
    for number, (name, some) in enumerate(zip(names, parts, strict=True), 1):
        shown = {"rows": Markup("").join(some), "number": number, "pages": names}
        yield name, part("class.html", NAME, **shown, **facts)


def packed(rows: list[Markup], room: int) -> Iterator[list[Markup]]:
    """The rows in parts of at most ``room`` bytes; at least one part, and a row in each."""
    some: list[Markup] = []
    left = room
    for row in rows:
        if some and size(row) > left:
            yield some
            some, left = [], room
        some.append(row)
        left -= size(row)
    yield some


def overview(gathered: Gathered) -> dict[str, object]:
    """All that the page says but for its rows."""
    students = gathered.students
    finals = sorted(student.final for student in students if student.final is not None)
    by_score = sorted(
        (one for one in students if one.score is not None), key=lambda one: one.score or 0
    )
    bars = histogram(finals, gathered.max_score)
    return {
        "students": students,
        "gathered": gathered,
        "needing": needing(students),
        "most_needing": NEEDING,
        "links": {one.key: link(one.key) for one in students if one.status != "missing"},
        "statuses": STATUSES,
        "counts": Counter(student.status for student in students),
        "numbers": numbers(finals, gathered.max_score),
        "bars": bars,
        "pictures": drawn(bars) if finals else {},
        "items": class_items(gathered),
        "map": mapped(gathered.mistakes, [student.mistakes for student in by_score]),
        "grouped": any(student.group for student in students),
        "penalised": any(student.penalty for student in students),
    }


def needing(students: list[Student]) -> list[Student]:
    """Those that need a person, the gravest first."""
    found = [student for student in students if student.status in ATTENTION]
    return sorted(found, key=lambda student: ATTENTION.index(student.status))


def numbers(finals: list[int], most: int) -> dict[str, float]:
    """Mean, quartiles and full marks; nothing of a class without a score."""
    if not finals:
        return {}
    quarters = quantiles(finals, method="inclusive") if len(finals) > 1 else finals * 3
    names = ("lower", "median", "upper")
    full = sum(final == most for final in finals)
    return {"mean": mean(finals), "full": full, **dict(zip(names, quarters, strict=True))}


def class_items(gathered: Gathered) -> list[Item]:
    """Of students with a mark in every question; nothing where nobody has that."""
    names, most = list(gathered.questions), list(gathered.questions.values())
    every = [one.points for one in gathered.students if len(one.points) == len(names)]
    whole = [points for points in every if None not in points]
    return items(names, most, np.array(whole, float)) if whole else []
