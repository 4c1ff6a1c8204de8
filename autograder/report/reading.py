"""The results of a class as writers get them, from the rows that ``grade`` kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .. import syllabus
from ..model import Verdict
from ..store import Row, Store
from .data import revived, revived_text
from .result import Person, Result


def results(
    store: Store, rows: Iterable[Row], people: Mapping[str, Person], *, whole: bool
) -> Iterator[Result]:
    """A result for each row; its report with every sentence, or, five times faster, marks alone."""
    for row in rows:
        yield result(store, row, people.get(row.student, Person(row.student, row.student)), whole)


def result(store: Store, row: Row, person: Person, whole: bool) -> Result:
    report, score = row.report, row.score
    if report is not None and whole and (data := store.report(row)) is not None:
        report = revived(data)
    if report is not None and Verdict.BROKEN in report.verdicts:
        score = None
    problem = revived_text(row.brief["headline"]) if report is None else None
    most = sum(question.points for question in syllabus.questions())
    return Result(
        person=person,
        status=row.status,
        seed=row.seed,
        finished=row.finished,
        report=report,
        problem=problem,
        score=score,
        max_score=most if row.max_score is None else row.max_score,
        final=score,
    )
