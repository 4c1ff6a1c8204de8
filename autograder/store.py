"""Results that outlive a run: each is committed as it comes, and none is ever overwritten.

In a file (SQLite) or on a server that several machines share (PostgreSQL). A report is kept as
plain data; a *brief* of it, small enough to read ten thousand of in a second, stands beside it.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from .language import say
from .model import Finding, GraderError, Mark, Report, Text, Unusable, Verdict, text

SCHEMA = 1
PATIENCE = 60.0  # seconds that a server may take to come back
PAUSE = 0.5
LOCK_SECONDS = 30  # how long SQLite waits for another process's commit
PAGE = 200  # rows read at once
Data = dict[str, Any]
Answer = TypeVar("Answer")

_tables = sa.MetaData()
_schema = sa.Table("schema_version", _tables, sa.Column("version", sa.Integer, primary_key=True))
_runs = sa.Table(
    "runs",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("base", sa.ForeignKey("runs.id")),  # of a regrade: the run that it amends
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("grader", sa.Text, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("chosen", sa.JSON(none_as_null=True)),  # of a regrade: what it was asked to take
    sa.Column("fresh", sa.Boolean, nullable=False),  # begun although the last could go on
    sa.Column("started", sa.Text, nullable=False),  # times are UTC in ISO 8601: they sort
    sa.Column("finished", sa.Text),
)
_name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")  # sorted as Python sorts
_results = sa.Table(
    "results",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("student", _name, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("grader", sa.Text, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("score", sa.Integer),
    sa.Column("max_score", sa.Integer),
    sa.Column("finished", sa.Text, nullable=False),
    sa.Column("brief", sa.JSON, nullable=False),
    sa.Column("report", sa.JSON(none_as_null=True)),
    # Two machines that graded the same submission: the second one's row is refused.
    sa.UniqueConstraint("run", "student", "attempt"),
)
_ADDING = _results.insert().returning(_results.c.id)  # made once: that takes longer than to do it
_BRIEF = [column for column in _results.columns if column.name != "report"]


class StoreFailed(GraderError):
    """The store cannot be written or reached any more; what it holds stays."""


@dataclass(frozen=True)
class Wanted:
    """The run that is asked for. A seed or setting that is not given is that of the last run.

    ``defaults`` are the settings of a run that has none to take over.
    """

    grader: str
    seed: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    chosen: Mapping[str, Any] | None = None
    fresh: bool = False


@dataclass(frozen=True)
class Run:
    """What the results of a run have in common. A regrade amends the run that is its ``base``."""

    id: int
    base: int | None
    seed: int
    grader: str
    settings: Data
    chosen: Data | None
    fresh: bool
    started: str
    finished: str | None


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
        return Report(self.student, self.seed, tuple(_light(*mark[:4]) for mark in self.marks))

    @property
    def marks(self) -> list[BriefMark]:
        return [BriefMark(*mark) for mark in self.brief["marks"]]

    @property
    def finished_at(self) -> float:
        return datetime.fromisoformat(self.finished).timestamp()


class Store:
    """The results in a file or at a URL; if neither is given, in a temporary file.

    ``say`` is told when a server is waited for.
    """

    def __init__(self, url: str | Path | None = None, say: Callable[[str], None] = print) -> None:
        self.say = say
        self.engine = _engine(url)
        self.shared = self.engine.dialect.name != "sqlite"
        self.where = _place(self.engine.url)
        try:
            self._prepare()
        except Unusable:
            self.close()
            raise
        except exc.DBAPIError as error:
            self.close()
            raise Unusable(
                text(
                    "the results cannot be kept at {where} ({error}): {remedy}",
                    where=self.where,
                    error=_reason(error),
                    remedy=self._remedy(),
                )
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.engine.dispose()

    def open_run(self, wanted: Wanted) -> Run:
        """The last run where it is the one that is wanted, else a new one, just begun."""

        def work(connection: sa.Connection) -> Run:
            # Whoever writes here first goes first: two machines begin one run, not two.
            connection.execute(_schema.update().values(version=_schema.c.version))
            last = _last(connection, wanted.seed)
            wish = _completed(wanted, last)
            if last is not None and _goes_on(last, wish):
                return last
            return _begin(connection, wish, last)

        return self._do(work)

    def last_run(self, seed: int | None = None) -> Run | None:
        return self._do(lambda connection: _last(connection, seed))

    def run(self, number: int) -> Run:
        one = _runs.select().where(_runs.c.id == number)
        return self._do(lambda connection: Run(*connection.execute(one).one()))

    def runs(self) -> list[Run]:
        """All runs, the oldest first."""
        every = _runs.select().order_by(_runs.c.id)
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
        rows = self._latest(_results.c.run.in_(runs), _results.c.student.in_(names))
        return {row.student: row for row in rows}

    def rows(self, runs: Collection[int]) -> Iterator[Row]:
        """Every student's latest result in these runs, by name; read page by page."""
        last = ""
        while page := self._page(runs, last):
            yield from page
            last = page[-1].student

    def _page(self, runs: Collection[int], after: str) -> list[Row]:
        return self._latest(_results.c.run.in_(runs), _results.c.student > after)

    def _latest(self, *where: sa.ColumnElement[bool]) -> list[Row]:
        """The latest result of each of the first students that fulfil ``where``, by name."""
        latest = sa.select(sa.func.max(_results.c.id)).where(*where).group_by(_results.c.student)
        query = (
            sa.select(*_BRIEF)
            .where(_results.c.id.in_(latest))
            .order_by(_results.c.student)
            .limit(PAGE)
        )
        return self._do(lambda connection: [Row(*row) for row in connection.execute(query)])

    def report(self, row: Row) -> Data | None:
        """The whole report of a result, as data."""
        query = sa.select(_results.c.report).where(_results.c.id == row.id)
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
            "finished": _now(),
            "brief": outcome.brief,
        }
        whole = {**values, "report": outcome.report}
        try:
            number = self._do(lambda connection: connection.execute(_ADDING, whole).scalar_one())
        except exc.IntegrityError:
            return None
        return Row(id=number, **values)

    def finish(self, run: Run) -> None:
        """Note that nothing of the run is left to do."""
        noting = _runs.update().where(_runs.c.id == run.id, _runs.c.finished.is_(None))
        self._do(lambda connection: connection.execute(noting.values(finished=_now())))

    def _prepare(self) -> None:
        """Make the tables of an empty store; refuse those of another version."""
        found = self._version_made()
        if found != SCHEMA:
            raise Unusable(
                text(
                    "{where} is of version {found}, and this grader keeps version {ours}: use the "
                    "grader that made it, or another place",
                    where=self.where,
                    found=found,
                    ours=SCHEMA,
                )
            )

    def _version_made(self) -> int:
        """The store's version, made if there is none; another machine may do so at this moment."""
        for tries_left in range(20, -1, -1):
            try:
                with self.engine.begin() as connection:
                    return _version(connection) or _make_tables(connection)
            except exc.DBAPIError:
                if not tries_left:
                    raise
                time.sleep(0.1)
        raise AssertionError

    def _do(self, work: Callable[[sa.Connection], Answer]) -> Answer:
        """Do ``work`` in one transaction; a server that has gone is waited for.

        Whether a commit that was not confirmed took place cannot be known, so it is done again:
        the unique key refuses what is already there.
        """
        deadline = time.monotonic() + PATIENCE
        told = False
        while True:
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except exc.IntegrityError:
                raise
            except exc.DBAPIError as error:
                if not self._may_return(error) or time.monotonic() > deadline:
                    raise self._failed(error) from error
                if not told:
                    waits = text(
                        "{where} does not answer: waiting up to {seconds:.0f} s for it",
                        where=self.where,
                        seconds=PATIENCE,
                    )
                    self.say(say(waits))
                told = True
            time.sleep(PAUSE)

    def _may_return(self, error: exc.DBAPIError) -> bool:
        lost = error.connection_invalidated or isinstance(error, exc.OperationalError)
        return self.shared and lost

    def _failed(self, error: exc.DBAPIError) -> StoreFailed:
        return StoreFailed(
            text(
                "a result cannot be stored at {where} ({error}). What was graded before is kept: "
                "{remedy}, then run the same command again to go on",
                where=self.where,
                error=_reason(error),
                remedy=self._remedy(),
            )
        )

    def _remedy(self) -> Text:
        if self.shared:
            return text("see that the server runs, has room and lets you in")
        return text(
            "see that the disk has room and the folder can be written, or choose another --out"
        )


@dataclass(frozen=True)
class Outcome:
    """What there is to keep of one grading: a report as data, or the problem that left none."""

    status: str
    report: Data | None
    brief: Data


def outcome(status: str, report: Data | None, headline: str | Data) -> Outcome:
    """An outcome with its brief; ``headline`` is the first thing to know about it, as data."""
    marks = [list(_brief_mark(one)) for one in report["questions"]] if report else []
    return Outcome(status, report, {"headline": headline, "marks": marks})


def _brief_mark(question: Data) -> BriefMark:
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
def _light(question: str, score: int, max_score: int, verdicts: str) -> Mark:
    first, *others = map(Verdict, verdicts.split())
    whole = Finding("", "", first, score, max_score)
    return Mark("", question, (whole, *(Finding("", "", other, 0, 0) for other in others)))


def storable(name: str) -> str:
    """A folder's name in letters that every database takes: its bytes may be no text at all."""
    return name.encode(errors="backslashreplace").decode()


def _engine(url: str | Path | None) -> sa.Engine:
    if url is None:  # an empty name is SQLite's own temporary file, deleted with the connection
        return sa.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(""), poolclass=sa.StaticPool
        )
    try:
        made = (
            sa.URL.create("sqlite", database=str(url))
            if isinstance(url, Path)
            else sa.make_url(url)
        )
        lite = made.get_backend_name() == "sqlite"
        engine = sa.create_engine(made, connect_args={"timeout": LOCK_SECONDS} if lite else {})
    except (exc.ArgumentError, exc.NoSuchModuleError, ImportError) as error:
        raise Unusable(
            text("{url} is no store: expected postgresql://USER@HOST/DATABASE", url=url)
        ) from error
    if lite:
        sa.event.listen(engine, "connect", _be_durable)
    return engine


def _version(connection: sa.Connection) -> int | None:
    """None where there is no store yet, or one whose making was cut off."""
    if not sa.inspect(connection).has_table(_schema.name):
        return None
    found: int | None = connection.execute(sa.select(_schema.c.version)).scalar()
    return found


def _make_tables(connection: sa.Connection) -> int:
    _tables.create_all(connection)
    connection.execute(_schema.insert().values(version=SCHEMA))
    return SCHEMA


def _place(url: sa.URL) -> str:
    """Where that is, in words that can be shown: a file's path, or a URL without its password."""
    return url.database or "" if url.drivername == "sqlite" else url.render_as_string()


def _be_durable(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")  # a reader does not hold the grader up
    connection.execute("PRAGMA synchronous=FULL")  # what is committed outlives a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _last(connection: sa.Connection, seed: int | None) -> Run | None:
    query = _runs.select().order_by(_runs.c.id.desc()).limit(1)
    if seed is not None:
        query = query.where(_runs.c.seed == seed)
    found = connection.execute(query).one_or_none()
    return None if found is None else Run(*found)


def _completed(wanted: Wanted, last: Run | None) -> Wanted:
    taken_over = {} if last is None or wanted.fresh else last.settings
    settings = {**wanted.defaults, **taken_over, **wanted.settings}
    seed = wanted.seed if last is None else last.seed
    return replace(
        wanted, seed=secrets.randbelow(2**31) if seed is None else seed, settings=settings
    )


def _goes_on(last: Run, wish: Wanted) -> bool:
    """A run is gone on with unless something in it would be of another kind."""
    if last.grader != wish.grader or last.settings != wish.settings:
        return False
    if not wish.fresh and wish.chosen is None:
        return True
    same = last.chosen == wish.chosen and last.fresh == wish.fresh
    return same and last.finished is None  # the same command again, after an interruption


def _begin(connection: sa.Connection, wish: Wanted, last: Run | None) -> Run:
    base = last.id if last is not None and wish.chosen is not None else None
    values: Data = {
        "base": base,
        "seed": wish.seed,
        "grader": wish.grader,
        "settings": wish.settings,
        "chosen": wish.chosen,
        "fresh": wish.fresh,
        "started": _now(),
    }
    number = connection.execute(_runs.insert().values(**values).returning(_runs.c.id)).scalar_one()
    return Run(id=number, **values, finished=None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _reason(error: exc.DBAPIError) -> str:
    """The database's own words, in one line and without the statement."""
    lines: Sequence[str] = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__
