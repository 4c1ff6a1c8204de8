"""Many submissions over several processes: results as they come, no one's failure another's.

The processes here are the grader's own; each has a slot whose workers run the student code.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from . import intake, syllabus
from .grade import grade
from .model import Report, Text, Unusable, Verdict, text
from .sandbox.slot import Refused, Slot, SlotBroken
from .session import SECONDS_PER_CALL, WorkerSession
from .truth import Live

FILES = tuple(f"{name}.py" for name in syllabus.EXERCISES)
AHEAD = 4  # submissions handed to each process in advance
TRIES = 2
STATUSES = (Verdict.BROKEN, Verdict.TIMED_OUT, Verdict.CRASHED)


@dataclass(frozen=True)
class Profile:
    """What one grade cost: calls of student functions, and CPU seconds on either side.

    Calls of initialisers count apart: exact tests take several draws.
    """

    calls: int
    initialiser_calls: int
    grader_seconds: float
    worker_seconds: float


@dataclass(frozen=True)
class Result:
    """One submission's report, or why there is none; ``status`` in one word."""

    name: str
    path: Path
    report: Report | None
    status: str
    problem: Text | None = None
    profile: Profile | None = None


@dataclass(frozen=True)
class Settings:
    """What a run has to hold constant for its marks to be comparable."""

    seed: int
    seconds: float = SECONDS_PER_CALL
    lockdown: str = "auto"


class Grader:
    """A slot and the truth for one seed, for as many submissions as come."""

    def __init__(self, settings: Settings) -> None:
        self.truth = Live(settings.seed)
        self.slot = locked_down(settings.lockdown)
        self.seconds = settings.seconds

    def grade(self, path: Path) -> Result:
        name = intake.name_of(path)
        try:
            submission = intake.read(path, FILES)
            return self._grade(path, submission)
        except Unusable as error:
            return Result(name, path, None, "ungradable", error.text)
        except SlotBroken as error:
            return broken(name, path, str(error))
        except Exception as error:  # ours: said, and nobody else's grade is lost
            return broken(name, path, repr(error)[:300])

    def _grade(self, path: Path, submission: intake.Submission) -> Result:
        started = time.process_time()
        with WorkerSession(submission.files, self.slot, seconds=self.seconds) as session:
            report = grade(session, self.truth, submission.name, notes=submission.notes)
            seconds = time.process_time() - started
            drawn = session.calls.get("initializers", 0)
            others = sum(session.calls.values()) - drawn
            profile = Profile(others, drawn, seconds, session.worker_seconds())
        return Result(submission.name, path, report, status(report), None, profile)

    def close(self) -> None:
        self.slot.close()


def status(report: Report) -> str:
    """The gravest thing that happened, or ``graded``."""
    return next((str(v) for v in STATUSES if v in report.verdicts), "graded")


def broken(name: str, path: Path, reason: str) -> Result:
    sentence = text("the grader failed, not the submission: {reason}", reason=reason)
    return Result(name, path, None, str(Verdict.BROKEN), sentence)


def locked_down(profile: str) -> Slot:
    """A started slot. Raises :class:`Unusable` where this machine cannot lock workers down."""
    slot = Slot(profile)
    try:
        slot.start()
    except Refused as refused:
        raise Unusable(
            text(
                "strangers' code cannot be locked down here: {reason}. For your own code only, "
                "--unsafe-local goes on without",
                reason=str(refused),
            )
        ) from refused
    return slot


def run(paths: Sequence[Path], settings: Settings, jobs: int = 1) -> Generator[Result, None, None]:
    """Grade all of ``paths``, each exactly once; results come in the order they finish."""
    if jobs == 1 or len(paths) == 1:
        grader = Grader(settings)
        try:
            yield from map(grader.grade, paths)
        finally:
            grader.close()
        return
    locked_down(settings.lockdown).close()  # refuse here, where it can be said
    waiting, tries = list(reversed(paths)), Counter[Path]()
    while waiting:
        yield from _pool_round(waiting, tries, settings, min(jobs, len(waiting)))


def _pool_round(
    waiting: list[Path], tries: Counter[Path], settings: Settings, jobs: int
) -> Iterator[Result]:
    """Run until all are done or the pool has died; what was in flight then waits again."""
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _start, (settings,))
    flying: dict[Future[Result], Path] = {}
    ahead = jobs * AHEAD if not tries else 1  # after a death one at a time, to find the culprit
    try:
        while waiting or flying:
            while waiting and len(flying) < ahead:
                path = waiting.pop()
                flying[pool.submit(_grade, path)] = path
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                yield future.result()
                del flying[future]
    except BrokenProcessPool:
        tries.update(flying.values())
        for path in flying.values():
            if tries[path] < TRIES:
                waiting.append(path)
            else:
                yield broken(intake.name_of(path), path, "its grading process was killed twice")
    finally:
        _stop(pool)


def _stop(pool: ProcessPoolExecutor) -> None:
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()


_grader: Grader | None = None


def _start(settings: Settings) -> None:
    global _grader
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    _grader = Grader(settings)


def _grade(path: Path) -> Result:
    assert _grader is not None
    return _grader.grade(path)
