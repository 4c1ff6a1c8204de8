"""What is kept of one grading: a whole report as plain data, and a brief of it.

A brief is small enough to read ten thousand of in a second.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from ..model import Finding, Mark, Report, Verdict

Data = dict[str, Any]
WITHDRAWN = "withdrawn"  # the status of who has left the class: the newest result, and no mark


class BriefMark(NamedTuple):
    """One question in a brief; ``verdicts`` are those of its checks, separated by spaces."""

    question: str
    score: int
    max_score: int
    verdicts: str
    mistake: str | None


@dataclass(frozen=True)
class Row:
    """One result, without its whole report."""

    id: int
    run: int
    student: str
    attempt: int
    digest: str
    grader: str
    seed: int
    status: str
    score: int | None
    max_score: int | None
    finished: str
    brief: Data

    @property
    def name(self) -> str:
        return self.student

    @property
    def report(self) -> Report | None:
        """Marks and verdicts alone, which is what a class table is made of."""
        if self.score is None:
            return None
        return Report(self.student, self.seed, tuple(light(*mark[:4]) for mark in self.marks))

    @property
    def marks(self) -> list[BriefMark]:
        return [BriefMark(*mark) for mark in self.brief["marks"]]

    @property
    def finished_at(self) -> float:
        return datetime.fromisoformat(self.finished).timestamp()


@dataclass(frozen=True)
class Outcome:
    """What there is to keep of one grading: a report as data, or the problem that left none."""

    status: str
    report: Data | None
    brief: Data


def outcome(status: str, report: Data | None, headline: str | Data) -> Outcome:
    """An outcome with its brief; ``headline`` is the first thing to know about it, as data."""
    marks = [list(brief_mark(one)) for one in report["questions"]] if report else []
    return Outcome(status, report, {"headline": headline, "marks": marks})


def brief_mark(question: Data) -> BriefMark:
    checks = question["checks"]
    verdicts = sorted({check["verdict"] for check in checks})
    causes = [check["diagnosis"]["misconception"] for check in checks if check["diagnosis"]]
    totals = [sum(check[key] for check in checks) for key in ("score", "max_score")]
    known = next(filter(None, causes), None)
    return BriefMark(question["question"], totals[0], totals[1], " ".join(verdicts), known)


def merged(old: Data, new: Data, questions: Collection[str]) -> Data:
    """The new report with the old marks of all other questions than these."""
    before = {one["question"]: one for one in old["questions"] if one["question"] not in questions}
    marks = [before.get(one["question"], one) for one in new["questions"]]
    totals = {key: sum(mark[key] for mark in marks) for key in ("score", "max_score")}
    return {**new, **totals, "questions": marks}


@lru_cache(maxsize=10_000)  # a class has few different marks: most are the full ones
def light(question: str, score: int, max_score: int, verdicts: str) -> Mark:
    first, *others = map(Verdict, verdicts.split())
    whole = Finding("", "", first, score, max_score)
    return Mark("", question, (whole, *(Finding("", "", other, 0, 0) for other in others)))


def storable(name: str) -> str:
    """A folder's name in letters that every database takes: its bytes may be no text at all."""
    return name.encode(errors="backslashreplace").decode()
