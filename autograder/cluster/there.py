"""What runs on a Dask worker: a slot for each of its threads, and the task that grades there."""

# mypy: untyped-calls-exclude="distributed"

from __future__ import annotations

import asyncio
import pickle
import threading
import time
from typing import Any, TypeAlias

from distributed import Worker, WorkerPlugin, get_worker
from tornado.ioloop import PeriodicCallback

from .. import batch
from ..batch import Result, Settings, Taken
from ..model import Text, text
from ..sandbox.slot import Slot

IDLE = 60.0  # seconds after which a slot that nobody uses is closed, should its client be killed
LOADED = batch.version()  # of the code in this process, whatever is on the disk later

# Pickled results, how grading failed, or why this worker cannot grade at all. Never an exception:
# one that cannot be pickled would not come back.
Answer: TypeAlias = bytes | str | Text


class Stopped(BaseException):
    """The run has ended while this worker graded for it; not an error of any submission."""


class Slots(WorkerPlugin):
    """What a worker needs to grade for one run: a slot for each thread that asks for one.

    A worker that cannot grade is not refused by Dask: it answers every task with its ``problem``.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        self.name, self.settings, self.version = name, settings, batch.version()

    async def setup(self, worker: Worker) -> None:
        self.lock = threading.Lock()
        self.graders: list[_Grader] = []
        self.idle: list[_Grader] = []
        self.used = time.monotonic()
        self.stopped = False
        self.where = worker.address
        self.watch = PeriodicCallback(self.close_unused, IDLE / 4 * 1000)
        self.problem = await asyncio.to_thread(self._problem)
        if not self.stopped:  # torn down in the meantime
            self.watch.start()

    def grade(self, taken: list[Taken]) -> list[Result]:
        """Grade these, one after the other. Raises :class:`Stopped` when the run has ended."""
        grader = self._lent()
        try:
            return [grader.grade_taken(one) for one in taken]
        finally:
            self._give_back(grader)

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask passes it
        self.watch.stop()
        with self.lock:
            self.stopped = True
            for grader in self.graders:
                grader.slot.stop()
        await asyncio.to_thread(self._close_idle)

    def close_unused(self) -> None:
        with self.lock:
            unused = len(self.idle) == len(self.graders)
            unused = unused and time.monotonic() - self.used > IDLE
        if unused:
            self._close_idle()

    def _problem(self) -> Text | None:
        for found in (LOADED, batch.version()):
            if found != self.version:
                return text(
                    "the worker at {worker} has grader {found}, and this is {ours}: bring both to "
                    "the same commit and start the workers again",
                    worker=self.where,
                    found=found,
                    ours=self.version,
                )
        try:
            self._give_back(self._lent())
        except Exception as error:
            return text("the worker at {worker}: {error}", worker=self.where, error=str(error))
        return None

    def _lent(self) -> _Grader:
        with self.lock:
            if self.idle:
                return self.idle.pop()
        grader = _Grader(self.settings)
        with self.lock:
            self.graders.append(grader)
        return grader

    def _give_back(self, grader: _Grader) -> None:
        with self.lock:
            self.used = time.monotonic()
            self.idle.append(grader)
            stopped = self.stopped
        if stopped:
            self._close_idle()

    def _close_idle(self) -> None:
        with self.lock:
            closing, self.idle = self.idle, []
            self.graders = [grader for grader in self.graders if grader not in closing]
        for grader in closing:
            grader.close()


class _Slot(Slot):
    """A slot that another thread can stop for good, whatever its worker is doing."""

    stopped = False

    def start(self) -> Any:
        control = None if self.stopped else super().start()
        if self.stopped:  # perhaps in the meantime
            self.close()
            raise Stopped
        return control

    def stop(self) -> None:
        self.stopped = True
        if (process := self.process) is not None:
            process.kill()  # its workers end with it


class _Grader(batch.Grader):
    """A grader that can be stopped in the middle of a submission."""

    kind = _Slot
    slot: _Slot


def grade_there(name: str, shipped: bytes) -> Answer:
    """The task: grade what was shipped with the slots of the run called ``name``."""
    slots = get_worker().plugins.get(name)
    if not isinstance(slots, Slots):
        return text("the worker at {worker} has no slots", worker=get_worker().address)
    if slots.problem is not None:
        return slots.problem
    try:
        return pickle.dumps(slots.grade(pickle.loads(shipped)))
    except Stopped:
        return text("the run has ended")
    except Exception as error:
        return repr(error)[:300]


def problem_there(name: str, dask_worker: Worker) -> Text | None:
    slots = dask_worker.plugins.get(name)
    return slots.problem if isinstance(slots, Slots) else None
