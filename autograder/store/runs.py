"""Runs: which one a command begins, and when it goes on with the last."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from . import tables
from .kept import Data


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


def open_run(connection: sa.Connection, wanted: Wanted) -> Run:
    """The last run where it is the one that is wanted, else a new one, just begun."""
    # Whoever writes here first goes first: two machines begin one run, not two.
    connection.execute(tables.schema.update().values(version=tables.schema.c.version))
    last = last_run(connection, wanted.seed)
    wish = completed(wanted, last)
    if last is not None and goes_on(last, wish):
        return last
    return begin(connection, wish, last)


def last_run(connection: sa.Connection, seed: int | None) -> Run | None:
    query = tables.runs.select().order_by(tables.runs.c.id.desc()).limit(1)
    if seed is not None:
        query = query.where(tables.runs.c.seed == seed)
    found = connection.execute(query).one_or_none()
    return None if found is None else Run(*found)


def completed(wanted: Wanted, last: Run | None) -> Wanted:
    taken_over = {} if last is None else last.settings
    settings = {**wanted.defaults, **taken_over, **wanted.settings}
    seed = wanted.seed if last is None else last.seed
    return replace(
        wanted, seed=secrets.randbelow(2**31) if seed is None else seed, settings=settings
    )


def goes_on(last: Run, wish: Wanted) -> bool:
    """A run is gone on with unless something in it would be of another kind."""
    if last.grader != wish.grader or last.settings != wish.settings:
        return False
    if not wish.fresh and wish.chosen is None:
        return True
    same = last.chosen == wish.chosen and last.fresh == wish.fresh
    return same and last.finished is None  # the same command again, after an interruption


def begin(connection: sa.Connection, wish: Wanted, last: Run | None) -> Run:
    base = last.id if last is not None and wish.chosen is not None else None
    values: Data = {
        "base": base,
        "seed": wish.seed,
        "grader": wish.grader,
        "settings": wish.settings,
        "chosen": wish.chosen,
        "fresh": wish.fresh,
        "started": now(),
    }
    number = connection.execute(
        tables.runs.insert().values(**values).returning(tables.runs.c.id)
    ).scalar_one()
    return Run(id=number, **values, finished=None)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
