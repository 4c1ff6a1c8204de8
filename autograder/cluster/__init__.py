"""Many submissions over the machines of a Dask cluster, with the contract of ``batch.run``.

Each thread of a Dask worker has a slot of its own. Submissions are read here and travel as bytes,
so that the machines share nothing but this code; marks come back and are kept by who asked.
"""

# mypy: untyped-calls-exclude="distributed,autograder.cluster"

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from queue import Empty, SimpleQueue
from uuid import uuid4

from .. import batch
from ..batch import Result, Settings, Taken
from ..model import GraderError, Text, Unusable, text

try:
    from distributed import Client, Future, KilledWorker
    from distributed.comm.core import CommClosedError

    from .there import Answer, Slots, grade_there, problem_there
except ImportError as missing:
    raise Unusable(
        text(
            "--cluster needs Dask ({error}): install requirements-cluster.txt, as docs/cluster.md "
            "says, or grade without --cluster",
            error=missing,
        )
    ) from missing

MOST = 32  # submissions of a task: a second or two, beside which its overhead is nothing
BYTES = 4 * 2**20  # ... and fewer where they are large
AHEAD = 2  # tasks for each thread: one in hand and one waiting, so that none stands idle
CONNECT_SECONDS = 5.0
PATIENCE = 30.0  # seconds that a cluster may be without any worker
LOOK = 1.0  # seconds between two looks at which workers there are
LEAVE_SECONDS = 1.0  # to stop what runs there: Ctrl-C ends within two
# They log how a connection was lost; who reads here gets one sentence instead.
TALKERS = ("distributed", "tornado", "asyncio")


class ClusterLost(GraderError):
    """The scheduler or all workers have gone; what was kept before stays."""


def run(paths: Iterable[Path], settings: Settings, address: str) -> Generator[Result, None, None]:
    """Grade all of ``paths``, each exactly once; results come in the order they finish.

    Paths are taken only when there is room for another task. Raises :class:`Unusable` where the
    cluster cannot grade, and :class:`ClusterLost` where it has gone.
    """
    waiting = iter(paths)
    first = next(waiting, None)
    if first is None:
        return
    cluster = _Cluster(address, settings)
    try:
        cluster.prepare()
        yield from _spread(chain([first], waiting), cluster)
    finally:
        cluster.close()


def _spread(waiting: Iterator[Path], cluster: _Cluster) -> Iterator[Result]:
    """Keep the workers busy; a task that ended without an answer is graded again, one by one.

    When a worker dies, all that lay on it is suspect. So each suspect is graded while nothing else
    is there: if a worker dies once more, there is no doubt whose doing it was.
    """
    suspects: list[Taken] = []
    results: list[Result] = []
    while True:
        if not suspects:
            results += _fill(waiting, cluster)
        elif not cluster.tasks:
            cluster.give([suspects.pop()], alone=True)
        yield from results  # only now: meanwhile the workers are at work
        if not cluster.tasks and not results:
            return
        results = _settled(cluster, suspects) if cluster.tasks else []


def _fill(waiting: Iterator[Path], cluster: _Cluster) -> list[Result]:
    """Give tasks while there is room; the results are those of submissions that we cannot read."""
    unread: list[Result] = []
    while not unread and cluster.has_room():
        taken, unread = _read(waiting, cluster.size())
        if taken:
            cluster.give(taken)
        elif not unread:
            break
    return unread


def _read(waiting: Iterator[Path], most: int) -> tuple[list[Taken], list[Result]]:
    """What the next task takes, and results where reading failed by our own fault."""
    taken: list[Taken] = []
    unread: list[Result] = []
    volume = 0
    for path in islice(waiting, most):
        try:
            taken.append(batch.take(path))
        except Exception as error:
            unread.append(batch.broken(path, repr(error)[:300]))
        else:
            volume += size_of(taken[-1])
        if volume > BYTES:
            break
    return taken, unread


def size_of(taken: Taken) -> int:
    return sum(map(len, taken.submission.files.values())) if taken.submission else 0


def _settled(cluster: _Cluster, suspects: list[Taken]) -> list[Result]:
    """Wait for a task; its results, or none yet of one whose submissions become suspects."""
    task, answer = cluster.answer()
    if isinstance(answer, list):
        return answer
    if not task.alone:
        suspects += task.taken
        return []
    return [replace(batch.broken(one.path, answer), digest=one.digest) for one in task.taken]


@dataclass(frozen=True)
class _Task:
    taken: list[Taken]
    alone: bool


class _Client(Client):
    """Closed by :class:`_Cluster` alone: one that was interrupted while it was made waits 10 s."""

    def __del__(self) -> None:
        """Nothing: the process ends, and its threads with it."""


class _Cluster:
    """A connection for one run, and the tasks that it has not answered yet."""

    def __init__(self, address: str, settings: Settings) -> None:
        self.address = address
        self.slots = Slots(f"autograder-{uuid4().hex}", settings)
        self.tasks: dict[str, tuple[Future[Answer], _Task]] = {}
        self.ended: SimpleQueue[str] = SimpleQueue()
        self.given = 0
        self.threads = 0
        self.looked = self.manned = time.monotonic()
        for name in list(logging.root.manager.loggerDict):
            if name.partition(".")[0] in TALKERS:
                logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self.client: Client = _Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise Unusable(
                text(
                    "no scheduler answers at {address} ({error}): start one with "
                    "python -m dask scheduler, and give the address that it prints",
                    address=address,
                    error=str(error).splitlines()[0] if str(error) else type(error).__name__,
                )
            ) from error

    def prepare(self) -> None:
        """Have a slot on every worker. Raises :class:`Unusable` where one cannot grade."""
        with self.asking():
            while not self.threads:
                self.look()
            with suppress(CommClosedError):  # of a worker that died: its successor has a slot too
                self.client.register_plugin(self.slots, name=self.slots.name)
            problems = self.client.run(problem_there, self.slots.name, on_error="return")
        for problem in problems.values():
            if isinstance(problem, Text):
                raise Unusable(problem)

    def has_room(self) -> bool:
        return len(self.tasks) < max(1, AHEAD * self.threads)

    def size(self) -> int:
        """Small tasks at first, so that a class of thirty is spread over all machines too."""
        rounds = self.given // max(1, AHEAD * self.threads)
        return min(MOST, 2 ** min(rounds, 10))

    def give(self, taken: list[Taken], alone: bool = False) -> None:
        self.given += 1
        key = f"{self.slots.name}-{self.given}"
        with self.asking():
            future = self.client.submit(grade_there, self.slots.name, pickle.dumps(taken), key=key)
        self.tasks[key] = future, _Task(taken, alone)
        future.add_done_callback(lambda one: self.ended.put(one.key))

    def answer(self) -> tuple[_Task, list[Result] | str]:
        """Wait until a task has ended: its results, or how it ended without any."""
        future, task = self.tasks.pop(self._next_ended())
        if future.status == "cancelled":
            raise self.lost()
        try:
            with self.asking():
                answer = future.result()
        except KilledWorker as killed:
            return task, f"its worker process was killed {killed.allowed_failures + 1} times"
        if isinstance(answer, Text):
            raise Unusable(answer)
        return task, pickle.loads(answer) if isinstance(answer, bytes) else answer

    def look(self) -> None:
        """See how many threads there are. Raises where there are none for too long."""
        with self.asking():
            self.threads = sum(self.client.nthreads().values())
        self.looked = time.monotonic()
        if self.threads:
            self.manned = self.looked
        elif self.looked - self.manned > PATIENCE:
            raise ClusterLost(
                text(
                    "there has been no worker at {address} for {seconds:.0f} s: start some, as "
                    "docs/cluster.md says, then run the same command again to go on",
                    address=self.address,
                    seconds=PATIENCE,
                )
            )

    def _next_ended(self) -> str:
        while True:
            if time.monotonic() - self.looked > LOOK:
                self.look()
            with suppress(Empty):
                return self.ended.get(timeout=LOOK)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While something is asked of the cluster: say it clearly where that cannot be done."""
        try:
            yield
        except (GraderError, KilledWorker):
            raise
        except Exception as error:
            if isinstance(error, (CommClosedError, CancelledError)) or not self.connected():
                raise self.lost() from error
            raise Unusable(unprepared(error)) from error

    def connected(self) -> bool:
        return self.client.status == "running"

    def lost(self) -> ClusterLost:
        return ClusterLost(
            text(
                "the scheduler at {address} does not answer any more: see that it and its workers "
                "run, then run the same command again. What --out or --store had kept is not "
                "graded again",
                address=self.address,
            )
        )

    def close(self) -> None:
        """Stop what still runs there; a scheduler that does not answer is not waited for."""
        with suppress(Exception):
            if self.connected():
                self.client.sync(self._leave, callback_timeout=LEAVE_SECONDS)
        with suppress(Exception):
            self.client.close(timeout=LEAVE_SECONDS / 2)

    async def _leave(self) -> None:
        futures = [future for future, _ in self.tasks.values()]
        await self.client.cancel(futures, force=True)
        await self.client.unregister_worker_plugin(self.slots.name)


def unprepared(error: Exception) -> Text:
    return text(
        "the cluster cannot grade ({error}): start the scheduler and the workers in the folder of "
        "the course, as docs/cluster.md says",
        error=str(error)[:300],
    )
