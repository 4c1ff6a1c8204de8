"""A database in a file or on a server: opened, made ready, and waited for when it has gone."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from ..language import say
from ..model import GraderError, Text, Unusable, text
from .tables import SCHEMA, schema, tables

PATIENCE = 60.0  # seconds that a server may take to come back
PAUSE = 0.5
LOCK_SECONDS = 30  # how long SQLite waits for another process's commit
Answer = TypeVar("Answer")


class StoreFailed(GraderError):
    """The store cannot be written or reached any more; what it holds stays."""


class Database:
    """What ``url`` leads to; if there is none, a temporary file.

    ``say`` is told when a server is waited for. Raises :class:`Unusable` where nothing can be kept.
    """

    def __init__(self, url: str | Path | None = None, say: Callable[[str], None] = print) -> None:
        self.say = say
        self.engine = opened(url)
        self.shared = self.engine.dialect.name != "sqlite"
        self.where = place(self.engine.url)
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
                    error=reason(error),
                    remedy=self._remedy(reason(error)),
                )
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.engine.dispose()

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
                    return version(connection) or make_tables(connection)
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
                error=reason(error),
                remedy=self._remedy(reason(error)),
            )
        )

    def _remedy(self, said: str) -> Text:
        if self.shared:
            return text("see that the server runs, has room and lets you in")
        if "malformed" in said or "not a database" in said:
            return text("the file is damaged: put a copy of it back, or choose another --out")
        return text(
            "see that the disk has room and the folder can be written, or choose another --out"
        )


def opened(url: str | Path | None) -> sa.Engine:
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
        sa.event.listen(engine, "connect", be_durable)
    return engine


def version(connection: sa.Connection) -> int | None:
    """None where there is no store yet, or one whose making was cut off."""
    if not sa.inspect(connection).has_table(schema.name):
        return None
    found: int | None = connection.execute(sa.select(schema.c.version)).scalar()
    return found


def make_tables(connection: sa.Connection) -> int:
    tables.create_all(connection)
    connection.execute(schema.insert().values(version=SCHEMA))
    return SCHEMA


def place(url: sa.URL) -> str:
    """Where that is, in words that can be shown: a file's path, or a URL without its password."""
    return url.database or "" if url.drivername == "sqlite" else url.render_as_string()


def be_durable(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")  # a reader does not hold the grader up
    connection.execute("PRAGMA synchronous=FULL")  # what is committed outlives a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def reason(error: exc.DBAPIError) -> str:
    """The database's own words, in one line and without the statement."""
    lines: Sequence[str] = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__
