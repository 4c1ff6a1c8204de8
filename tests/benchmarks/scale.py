"""What a class of a million takes: python -m tests.benchmarks.scale --ms 45.

Measures on this machine, on a generated class: bytes of a submission on the way to a worker and of
a result in either database, results per second that one writer keeps, and what a Dask scheduler
passes on. Prints the table of docs/scale.md, which follows from these and from the CPU per
submission that ``python -m tests.benchmarks`` measures. ``--postgresql URL``: an empty database.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from autograder import batch
from autograder.grading import Chosen, Grading
from autograder.store import Store, Wanted

from .generate import write

MOST = 32  # submissions of a task, as in autograder/cluster/
CLASSES = {
    "a class": 30,
    "a university course": 1_000,
    "a national course": 100_000,
    "a course of a million": 1_000_000,
}
CORES = (4, 16, 64)  # of a laptop, a server, four servers


@dataclass(frozen=True)
class Figures:
    """All that the table follows from."""

    cpu_ms: float  # of CPU for each submission
    shipped_kb: float  # a submission on the way to a worker
    sqlite_kb: float  # a result in results.db
    postgresql_kb: float
    sqlite_rate: float  # results per second that one process keeps, with a report.json for each
    postgresql_rate: float
    client_rate: float  # ... that one client reads, ships, gets back and keeps in SQLite
    tasks_rate: float  # tasks of 32 submissions per second through a scheduler on this machine


def table(figures: Figures) -> list[str]:
    """Lines of Markdown: what each class takes. No run is faster than its one client."""
    cores = " | ".join(f"{count} cores" for count in CORES)
    lines = [
        f"| | submissions | {cores} | results.db | PostgreSQL | shipped |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, count in CLASSES.items():
        cpu = count * figures.cpu_ms / 1000
        walls = (span(max(cpu / cores, count / figures.client_rate)) for cores in CORES)
        volumes = figures.sqlite_kb, figures.postgresql_kb, figures.shipped_kb
        sizes = (size(count * each * 1e3) for each in volumes)
        lines.append(" | ".join((f"| {name} | {count:,}", *walls, *sizes)) + " |")
    return lines


def span(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(1, seconds):.0f} s"


def size(count: float) -> str:
    for unit, length in (("GB", 1e9), ("MB", 1e6)):
        if count >= length:
            return f"{count / length:.0f} {unit}"
    return f"{count / 1e3:.0f} KB"


def kept(results: list[batch.Result], where: str | Path, out: Path | None) -> tuple[float, float]:
    """Keep the results as a run does; how many a second, and kilobytes of each."""
    if out is not None:
        out.mkdir()
    with Store(where) as store:
        settings = {"seconds": 2.0, "lockdown": "auto"}
        grading = Grading(
            store,
            {one.name: str(one.path) for one in results},
            Wanted("1", 1, settings),
            Chosen(),
            out,
        )
        before = volume(store)
        began = time.perf_counter()
        for one in results:
            grading.attempts[one.name] = 1
            grading._keep(one)
        rate = len(results) / (time.perf_counter() - began)
        return rate, (volume(store) - before) / len(results) / 1e3


def volume(store: Store) -> int:
    """Bytes on disk."""
    with store.engine.connect() as connection:
        if store.shared:
            query = "SELECT pg_total_relation_size('results')"
            return int(connection.execute(sa.text(query)).scalar_one())
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        pages: Any = connection.exec_driver_sql("PRAGMA page_count").scalar()
        return int(pages) * 4096


def passed_on(volume: int, count: int) -> float:
    """Tasks with this many bytes per second through a scheduler with two worker processes."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        Client(local) as client,
    ):
        began = time.perf_counter()
        client.gather([client.submit(len, b"x" * volume, key=str(n)) for n in range(count)])
        return count / (time.perf_counter() - began)


def shipped(paths: list[Path], results: list[batch.Result]) -> tuple[int, float]:
    """Bytes of a task, and seconds that a client spends on reading, packing and unpacking all."""
    began = time.perf_counter()
    tasks = [pickle.dumps([*map(batch.take, some)]) for some in split(paths)]
    seconds = time.perf_counter() - began
    answers = [pickle.dumps(some) for some in split(results)]
    began = time.perf_counter()
    for answer in answers:
        pickle.loads(answer)
    return len(tasks[0]), seconds + time.perf_counter() - began


def split(whole: list[Any]) -> list[list[Any]]:
    return [whole[start : start + MOST] for start in range(0, len(whole), MOST)]


def measured(cpu_ms: float, submissions: int, url: str | None) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        room.chmod(0o755)
        write(room / "class", submissions, 0, "class")
        paths = list(batch.intake.find(room / "class", batch.FILES))
        results = list(batch.run(paths, batch.Settings(1), 2))
        task, seconds = shipped(paths, results)
        lite = kept(results, room / "results.db", room / "out")
        server = kept(results, url, room / "out2") if url else (float("nan"), float("nan"))
    client = len(results) / (len(results) / lite[0] + seconds)
    tasks = passed_on(task, 200)
    return Figures(cpu_ms, task / MOST / 1e3, lite[1], server[1], lite[0], server[0], client, tasks)


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scale", description=__doc__)
    parser.add_argument("--ms", type=float, default=45.0, help="CPU of a submission (default 45)")
    parser.add_argument("--submissions", type=int, default=300)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database")
    options = parser.parse_args(arguments and list(arguments))
    figures = measured(options.ms, options.submissions, options.postgresql)
    for one in fields(figures):
        print(f"{one.name}: {getattr(figures, one.name):.3g}")
    print("\n".join(table(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
