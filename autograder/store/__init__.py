"""Results that outlive a run: each is committed as it comes, and none is ever overwritten.

In a file (SQLite) or on a server that several machines share (PostgreSQL).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy import exc

from . import runs as of_runs
from .database import Database, StoreFailed
from .kept import WITHDRAWN, BriefMark, Data, Outcome, Row, merged, outcome, storable
from .runs import Run, Wanted, now
from .tables import ADDING, BRIEF, results, runs

__all__ = [
    "WITHDRAWN",
    "BriefMark",
    "Data",
    "Outcome",
    "Row",
    "Run",
    "Store",
    "StoreFailed",
    "Wanted",
    "merged",
    "outcome",
    "storable",
]

PAGE = 200  # rows read at once
Condition: TypeAlias = sa.ColumnElement[bool]
ALL: Condition = sa.true()


class Store(Database):
    """The results in a file or at a URL; if neither is given, in a temporary file."""

    def open_run(self, wanted: Wanted) -> Run:
        """The last run where it is the one that is wanted, else a new one, just begun."""
        return self._do(lambda connection: of_runs.open_run(connection, wanted))

    def last_run(self, seed: int | None = None) -> Run | None:
        return self._do(lambda connection: of_runs.last_run(connection, seed))

    def run(self, number: int) -> Run:
        one = runs.select().where(runs.c.id == number)
        return self._do(lambda connection: Run(*connection.execute(one).one()))

    def runs(self) -> list[Run]:
        """All runs, the oldest first."""
        every = runs.select().order_by(runs.c.id)
        return self._do(lambda connection: [Run(*row) for row in connection.execute(every)])

    def lineage(self, run: Run) -> list[int]:
        """The run and those that it amends."""
        numbers = [run.id]
        while run.base is not None:
            run = self.run(run.base)
            numbers.append(run.id)
        return numbers

    def newest(self, runs: Collection[int], student: str) -> Row | None:
        """A student's latest result in these runs."""
        return self.newest_of(runs, [student]).get(storable(student))

    def newest_of(self, runs: Collection[int], students: Collection[str]) -> dict[str, Row]:
        """These students' latest results in these runs, of those who have one."""
        names = map(storable, students)
        rows = self._latest(results.c.run.in_(runs), results.c.student.in_(names))
        return {row.student: row for row in rows}

    def rows(self, runs: Collection[int]) -> Iterator[Row]:
        """Every student's latest result in these runs, by name; read page by page.

        Who has been withdrawn has none.
        """
        last = ""
        while page := self._page(runs, last):
            yield from page
            last = page[-1].student

    def _page(self, runs: Collection[int], after: str) -> list[Row]:
        there = results.c.status != WITHDRAWN
        return self._latest(results.c.run.in_(runs), results.c.student > after, shown=there)

    def _latest(self, *where: Condition, shown: Condition = ALL) -> list[Row]:
        """The latest result of each of the first students that fulfil ``where``, by name.

        Of these, what is ``shown``.
        """
        latest = sa.select(sa.func.max(results.c.id)).where(*where).group_by(results.c.student)
        query = (
            sa.select(*BRIEF)
            .where(results.c.id.in_(latest), shown)
            .order_by(results.c.student)
            .limit(PAGE)
        )
        return self._do(lambda connection: [Row(*row) for row in connection.execute(query)])

    def report(self, row: Row) -> Data | None:
        """The whole report of a result, as data."""
        query = sa.select(results.c.report).where(results.c.id == row.id)
        found: Data | None = self._do(lambda connection: connection.execute(query).scalar_one())
        return found

    def add(
        self, run: Run, attempt: int, student: str, digest: str, outcome: Outcome
    ) -> Row | None:
        """Commit one result; None if it is there already, from another machine for instance."""
        values: Data = {
            "run": run.id,
            "student": storable(student),
            "attempt": attempt,
            "digest": digest,
            "grader": run.grader,
            "seed": run.seed,
            "status": outcome.status,
            "score": outcome.report and outcome.report["score"],
            "max_score": outcome.report and outcome.report["max_score"],
            "finished": now(),
            "brief": outcome.brief,
        }
        whole = {**values, "report": outcome.report}
        try:
            number = self._do(lambda connection: connection.execute(ADDING, whole).scalar_one())
        except exc.IntegrityError:
            return None
        return Row(id=number, **values)

    def withdraw(self, run: Run, student: str) -> bool:
        """Take a student out of the class, by a newest result without a mark; False if not there.

        What was kept stays, and whoever hands in again is in the class again.
        """
        row = self.newest(self.lineage(run), student)
        if row is None or row.status == WITHDRAWN:
            return False
        attempt = row.attempt + 1 if row.run == run.id else 1
        left = outcome(WITHDRAWN, None, WITHDRAWN)
        return self.add(run, attempt, student, "", left) is not None

    def finish(self, run: Run) -> None:
        """Note that nothing of the run is left to do."""
        noting = runs.update().where(runs.c.id == run.id, runs.c.finished.is_(None))
        self._do(lambda connection: connection.execute(noting.values(finished=now())))
