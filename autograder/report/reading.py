"""The results of a class as writers get them: from the rows that ``grade`` kept, for each student.

What is known of a student (roster), a submission (times) and the course (policies) meets here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path, PurePath

from .. import syllabus
from ..model import Text, Unusable, Verdict, text
from ..policies import Attempt, Judged, Policies
from ..policies.file import refuse_unknown
from ..store import Row, Store
from .data import revived, revived_text
from .result import Person, Result
from .roster import nobody, one_line
from .safe import cleaned
from .times import Sent, split

Rows = Callable[[], Iterator[Row]]
MOST_NAMED = 3
NO_SUBMISSION = text("no submission")


@dataclass(frozen=True)
class Course:
    """What the instructor says beside the submissions; nothing of it has to be said."""

    roster: Mapping[str, Person] = field(default_factory=dict)
    times: Mapping[str, Sent] = field(default_factory=dict)
    policies: Policies = field(default_factory=Policies)
    roster_at: str | Path = ""  # for messages
    times_at: str | Path = ""


@dataclass(frozen=True)
class Class:
    """Which row of the store counts for whom, and what it is worth: little for each student."""

    counted: Mapping[int, tuple[Person, datetime | None, Judged]]
    missing: tuple[Person, ...]

    def __len__(self) -> int:
        return len(self.counted) + len(self.missing)


def class_of(rows: Iterable[Row], course: Course) -> Class:
    """Each student's counted submission.

    Raises Unusable where one is of nobody in the roster, and where a due date needs a time that
    nothing says.
    """
    attempts: dict[str, dict[int, Attempt]] = defaultdict(dict)
    for row in rows:
        sent, broken = _sent(row.student, course), _is_broken(row)
        score = None if broken else row.score
        attempt = Attempt(row.student, sent.time, score, broken)
        attempts[sent.student or row.student][row.id] = attempt
    _refuse_strangers(attempts, course)
    _refuse_timeless(attempts, course)
    counted = {}
    for key, theirs in attempts.items():
        attempt, judged = course.policies.counted(key, list(theirs.values()))
        row_id = next(number for number, one in theirs.items() if one is attempt)
        counted[row_id] = course.roster.get(key) or nobody(key), attempt.submitted, judged
    missing = tuple(person for key, person in course.roster.items() if key not in attempts)
    return Class(counted, missing)


def _refuse_strangers(attempts: Mapping[str, Mapping[int, Attempt]], course: Course) -> None:
    """A name that is nowhere else is a mistake in one of the files; a folder may hold new ones."""
    if course.roster:
        refuse_unknown(attempts, course.roster, course.roster_at)
    refuse_unknown(course.policies.students, {**course.roster, **attempts}, course.policies.source)
    if not Path(course.times_at).is_dir():
        names = [one.name for theirs in attempts.values() for one in theirs.values()]
        refuse_unknown(course.times, names, course.times_at)


def _refuse_timeless(attempts: Mapping[str, Mapping[int, Attempt]], course: Course) -> None:
    """A due date needs times: where nothing else says them, every submission's name has to."""
    if course.policies.due is None or course.times or course.times_at:
        return
    every = (one for theirs in attempts.values() for one in theirs.values())
    if timeless := [one.name for one in every if one.submitted is None]:
        raise Unusable(
            text(
                "there is a due date; submissions whose names do not say when they came: "
                "{count:,} ({names}). Say it by --submissions with a CSV or the folder that was "
                "graded",
                count=len(timeless),
                names=few(timeless),
            )
        )


def few(names: Sequence[str]) -> str:
    """The first names of a list, and a sign that there are more."""
    more = ["..."] if len(names) > MOST_NAMED else []
    return ", ".join([*map(one_line, names[:MOST_NAMED]), *more])


def _sent(name: str, course: Course) -> Sent:
    """Whose a submission is and when it came: what a list says, then what its name says."""
    own = split(name, course.policies.zone)
    said = course.times.get(name, Sent(None, None))
    return Sent(said.student or own.student, own.time if said.time is None else said.time)


def _is_broken(row: Row) -> bool:
    return any(Verdict.BROKEN in mark.verdicts.split() for mark in row.marks) or (
        row.status == Verdict.BROKEN
    )


def results(store: Store, rows: Iterable[Row], found: Class, *, whole: bool) -> Iterator[Result]:
    """The counted results in the rows' order, then those who handed nothing in.

    Reports have every sentence, or, where not ``whole``, marks alone, which is five times faster.
    """
    for row in rows:
        if row.id in found.counted:
            yield _result(store, row, *found.counted[row.id], whole)
    for person in found.missing:
        yield Result(person, "missing", 0, "", None, NO_SUBMISSION, None, most())


def _result(
    store: Store,
    row: Row,
    person: Person,
    submitted: datetime | None,
    judged: Judged,
    whole: bool,
) -> Result:
    report = row.report
    if report is not None and whole and (data := store.report(row)) is not None:
        report = revived(cleaned(data))
    return Result(
        person=person,
        status=row.status,
        seed=row.seed,
        finished=row.finished,
        report=report,
        problem=_problem(row) if report is None else None,
        score=judged.score,
        max_score=most() if row.max_score is None else row.max_score,
        penalty=judged.penalty,
        final=judged.final,
        reasons=judged.reasons,
        submitted="" if submitted is None else submitted.isoformat(timespec="seconds"),
    )


def _problem(row: Row) -> Text:
    """Why there is no report; where the file lay on the grading machine is left out."""
    said = revived_text(cleaned(row.brief["headline"]))
    folder = {"path": PurePath(str(said.values["path"])).name} if "path" in said.values else {}
    return Text(said.template, {**said.values, **folder})


@cache
def most() -> int:
    """The points of the whole syllabus: what a submission that has no report could have had."""
    return sum(question.points for question in syllabus.questions())
