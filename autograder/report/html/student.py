"""A student's page: what is wrong and how to go on first, what is correct folded below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from ... import syllabus
from ...exercise import Question
from ...hints import Hints, hints, spot_of
from ...model import Details, Diagnosis, Finding, Mark, Text, Verdict
from ...numerics import LEVELS
from ..result import Person, Result
from ..safe import shown
from ..text import CERTAINTIES
from .page import filled
from .words import VERDICTS, State, state

UNHINTED = {Verdict.BROKEN, Verdict.PASSED}


@dataclass(frozen=True)
class Picture:
    """Where an array is wrong: (row, column) of each square, by the level of its error."""

    name: str
    rows: int
    columns: int
    squares: dict[str, list[tuple[int, int]]]
    whole: bool  # a square for each entry, not for several


@dataclass(frozen=True)
class Problem:
    """Checks that did not pass for one and the same reason; ``wrong`` is the share of values."""

    findings: list[Finding]
    state: State
    message: Text | None
    details: Details
    wrong: float | None


@dataclass(frozen=True)
class Shown:
    """A question with all that its page says of it."""

    mark: Mark
    state: State
    summary: str
    causes: list[Diagnosis]
    picture: Picture | None
    problems: list[Problem]
    hints: Hints | None
    spot: str

    @property
    def unwritten(self) -> bool:
        """Whether there is nothing yet that a check could speak of."""
        return self.mark.verdicts == {Verdict.UNSOLVED}

    @property
    def explained(self) -> bool:
        """Whether the cause is known for sure: then the facts are only its proof."""
        return any(cause.certainty == "certain" for cause in self.causes)

    @property
    def passed(self) -> list[Finding]:
        return [one for one in self.mark.findings if one.verdict == Verdict.PASSED]


@dataclass(frozen=True)
class Part:
    """An exercise and its questions."""

    name: str
    questions: list[Shown]

    @property
    def score(self) -> int:
        return sum(one.mark.score for one in self.questions)

    @property
    def max_score(self) -> int:
        return sum(one.mark.max_score for one in self.questions)

    @property
    def solved(self) -> bool:
        return not self.left

    @property
    def left(self) -> list[Shown]:
        return [one for one in self.questions if not one.mark.solved]

    @property
    def correct(self) -> list[Shown]:
        return [one for one in self.questions if one.mark.solved]


def feedback(result: Result) -> str:
    """The page; without a report it says why there is none."""
    marks = result.report.marks if result.report else ()
    parts = [
        Part(name, [showing(mark) for mark in of])
        for name, of in groupby(marks, lambda mark: mark.exercise)
    ]
    left = [one for part in parts for one in part.left]
    return filled(
        "student.html",
        result=result,
        known_as=known_as(result.person),
        parts=parts,
        left=left,
        first=next((one for one in left if one.state.look == "wrong"), left[0] if left else None),
        certainties=CERTAINTIES,
        words=VERDICTS,
    )


def known_as(person: Person) -> list[str]:
    """What a student is called beside the name: the submission and the group, if they differ."""
    return [name for name in (shown(person.key), person.group) if name not in ("", person.name)]


def showing(mark: Mark) -> Shown:
    question = asked(mark)
    of = hints(mark.exercise, mark.question) if question and mark.verdicts - UNHINTED else None
    causes = {str(one.diagnosis): one.diagnosis for one in mark.findings if one.diagnosis}
    return Shown(
        mark,
        state(mark),
        question.summary if question else "",
        list(causes.values()),
        next(filter(None, map(picture, mark.findings)), None),
        list(problems(mark)),
        of,
        of.spots[spot_of(mark, of)] if of else "",
    )


def asked(mark: Mark) -> Question | None:
    """The question that was asked; None where this grader asks another one by that name."""
    now = questions().get(mark.question)
    checks = [finding.check for finding in mark.findings]
    return now if now and checks == [check.name for check in now.checks] else None


@cache
def questions() -> dict[str, Question]:
    return {question.name: question for question in syllabus.questions()}


def problems(mark: Mark) -> Iterator[Problem]:
    """What did not pass, by what there is to say of it: an error is told once for all checks."""
    alike: dict[str, list[Finding]] = {}
    for one in mark.findings:
        if one.verdict != Verdict.PASSED:
            alike.setdefault(f"{one.verdict}{one.message}{one.details}", []).append(one)
    for findings in alike.values():
        first = findings[0]
        yield Problem(
            findings,
            VERDICTS[first.verdict],
            first.message,
            first.details,
            share_wrong(first),
        )


def picture(finding: Finding) -> Picture | None:
    """The map of errors in a finding; None where all entries are as far off as each other."""
    values = values_of(finding)
    errors, name, total = (values.get(key) for key in ("map", "name", "total"))
    if not isinstance(errors, str) or len({*errors} - {"/"}) < 2:
        return None
    rows = errors.split("/")
    squares: dict[str, list[tuple[int, int]]] = {}
    for place, row in enumerate(rows):
        for column, level in enumerate(row):
            if level in LEVELS[1:]:
                squares.setdefault(level, []).append((place, column))
    columns = max(map(len, rows))
    return Picture(str(name), len(rows), columns, squares, len(rows) * columns == total)


def values_of(finding: Finding) -> Mapping[str, object]:
    return finding.message.values if finding.message else {}


def share_wrong(finding: Finding) -> float | None:
    """Of "out is wrong in 6 of 48": an eighth. None of a finding that counts no values."""
    values = values_of(finding)
    count, total = values.get("count"), values.get("total")
    return count / total if isinstance(count, int) and isinstance(total, int) and total else None
