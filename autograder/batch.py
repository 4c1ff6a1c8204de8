"""Many submissions over several processes: results as they come, no one's failure another's.

The processes here are the grader's own; each has a slot whose workers run the student code.
"""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from . import __version__, intake, syllabus
from .grade import Memory, grade
from .model import Fault, Report, Text, Unusable, Verdict, text
from .places import ROOT
from .sandbox.slot import Refused, Slot, SlotBroken, WorkerEnded
from .sandboxed import WorkerSession
from .script import Script
from .session import SECONDS_PER_CALL
from .truth import Live

FILES = tuple(f"{name}.py" for name in syllabus.EXERCISES)
MORE_TRIES = 3
STATUSES = (Verdict.BROKEN, Verdict.TIMED_OUT, Verdict.CRASHED)
# What decides none: a change there grades nobody again.
NO_MARKS = {
    *("cli", "report", "hints", "plots", "bundle", "nbgrader", "notebooks", "policies"),
    *("store", "grading.py", "language.py", "messages.py", "places.py", "stubs.py"),
    *("release.py", "watching.py", "progress.py", "submit.py", "editing.py"),
}


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
    digest: str = ""  # of what was graded; none where the grader failed before it could read


@dataclass(frozen=True)
class Taken:
    """A submission as it was read from ``path``, or why it cannot be graded."""

    path: Path
    name: str
    digest: str
    submission: intake.Submission | None = None
    problem: Text | None = None

    def ungradable(self) -> Result:
        return Result(self.name, self.path, None, "ungradable", self.problem, digest=self.digest)


@dataclass(frozen=True)
class Settings:
    """What a run has to hold constant for its marks to be comparable."""

    seed: int
    seconds: float = SECONDS_PER_CALL
    lockdown: str = "auto"


class Grader:
    """A slot and the truth for one seed, for as many submissions as come."""

    kind: type[Slot] = Slot

    def __init__(self, settings: Settings) -> None:
        self.truth = Live(settings.seed)
        self.script = Script.of(self.truth)
        self.memory = Memory()
        self.slot = locked_down(settings.lockdown, self.script, self.kind)
        self.seconds = settings.seconds

    def grade(self, path: Path) -> Result:
        try:
            taken = take(path)
        except Exception as error:  # ours: said, and nobody else's grade is lost
            return broken(path, repr(error)[:300])
        return self.grade_taken(taken)

    def grade_taken(self, taken: Taken) -> Result:
        """Grade one submission; where a process ended meanwhile, until two tries agree.

        What somebody else killed does not end there again; what the submission does, it repeats.
        """
        result, disturbed = self._try(taken)
        for _ in range(MORE_TRIES):
            if not disturbed:
                break
            before = endings(result)
            result, disturbed = self._try(taken)
            if endings(result) == before:
                break
        return result

    def _try(self, taken: Taken) -> tuple[Result, bool]:
        """A result, and whether a process ended before it had answered."""
        if taken.submission is None:
            return taken.ungradable(), False
        try:
            result, disturbed = self._grade(taken.path, taken.submission)
            return replace(result, digest=taken.digest), disturbed
        except Exception as error:
            reason = str(error) if isinstance(error, SlotBroken) else repr(error)[:300]
            return replace(broken(taken.path, reason), digest=taken.digest), True

    def _grade(self, path: Path, submission: intake.Submission) -> tuple[Result, bool]:
        started = time.process_time()
        files, notes = submission.files, submission.notes
        with _Watched(files, self.slot, self.script, seconds=self.seconds) as session:
            report = grade(session, self.truth, submission.name, notes=notes, memory=self.memory)
            seconds = time.process_time() - started
            drawn = session.calls.get("initializers", 0)
            others = sum(session.calls.values()) - drawn
            profile = Profile(others, drawn, seconds, session.worker_seconds())
        result = Result(submission.name, path, report, status(report.verdicts), None, profile)
        return result, session.disturbed

    def close(self) -> None:
        self.slot.close()


class _Watched(WorkerSession):
    """Notes whether a process ended without an answer, in whichever function it shows."""

    disturbed = False

    def send(self, request: tuple[Any, ...], seconds: float) -> Any:
        try:
            return super().send(request, seconds)
        except Fault as fault:
            self.disturbed = self.disturbed or fault.verdict == Verdict.CRASHED
            raise
        except Exception:
            self.disturbed = True
            raise


def version() -> str:
    """The grader's version with a digest of all that decides a mark: a mended check changes it."""
    sources = chain((ROOT / "autograder").rglob("*.py"), (ROOT / "solutions").rglob("*.py"))
    deciding = sorted(p for p in sources if not NO_MARKS & set(p.relative_to(ROOT).parts))
    return f"{__version__}+{hashed(*(path.read_bytes() for path in deciding))[:8]}"


def take(path: Path) -> Taken:
    """Read a submission. What cannot be graded is taken as that, with the reason."""
    try:
        submission = intake.read(path, FILES)
    except Unusable as error:
        name = intake.name_of(path)
        return Taken(path, name, digest_of_nothing(path, error), problem=error.text)
    return Taken(path, submission.name, digest_of(submission), submission)


def digest(path: Path) -> str:
    """What a submission's result is known by: its files and what was left out of them."""
    return take(path).digest


def digest_of_nothing(path: Path, why: Unusable) -> str:
    """Wherever the submission lies, the same reason is the same."""
    return hashed(_bytes(why).replace(_bytes(path), b""))


def digest_of(submission: intake.Submission) -> str:
    names = sorted(submission.files)
    files = (part for name in names for part in (_bytes(name), submission.files[name]))
    return hashed(*files, *(_bytes(note) for note in submission.notes))


def _bytes(sentence: object) -> bytes:
    return str(sentence).encode(errors="backslashreplace")


def hashed(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "little") + part)  # no two splits look alike
    return whole.hexdigest()


def status(verdicts: Iterable[Verdict]) -> str:
    """The gravest thing that happened, or ``graded``."""
    met = set(verdicts)
    return next((str(verdict) for verdict in STATUSES if verdict in met), "graded")


def endings(result: Result) -> list[str]:
    """How everything ended, in order; messages aside, since they may differ between two tries."""
    marks = result.report.marks if result.report else ()
    return [result.status, *(finding.verdict for mark in marks for finding in mark.findings)]


def broken(path: Path, reason: str) -> Result:
    sentence = text("the grader failed, not the submission: {reason}", reason=reason)
    return Result(intake.name_of(path), path, None, str(Verdict.BROKEN), sentence)


def locked_down(profile: str, script: Script | None = None, kind: type[Slot] = Slot) -> Slot:
    """A started slot. Raises :class:`Unusable` where this machine cannot lock workers down."""
    with suppress(Refused, SlotBroken, WorkerEnded):  # as if one was killed while it started
        return _started(profile, script, kind)
    try:
        return _started(profile, script, kind)
    except Refused as refused:
        raise Unusable(
            text(
                "strangers' code cannot be locked down here: {reason}. For your own code only, "
                "--unsafe-local goes on without",
                reason=str(refused),
            )
        ) from refused


def _started(profile: str, script: Script | None, kind: type[Slot]) -> Slot:
    slot = kind(profile, script.requests if script else None)
    try:
        slot.start()
    except BaseException:
        slot.close()  # it may run, but it has not passed its test
        raise
    return slot


def run(paths: Iterable[Path], settings: Settings, jobs: int = 1) -> Generator[Result, None, None]:
    """Grade all of ``paths``, each exactly once; results come in the order they finish.

    The next path is taken only when a process is free for it.
    """
    waiting = iter(paths)
    first = next(waiting, None)
    if first is None:
        return
    waiting = chain([first], waiting)
    if jobs > 1:
        locked_down(settings.lockdown).close()  # refuse here, before any process is started
        yield from _spread(waiting, settings, jobs)
        return
    grader = Grader(settings)
    try:
        yield from map(grader.grade, waiting)
    finally:
        grader.close()


def _spread(waiting: Iterator[Path], settings: Settings, jobs: int) -> Iterator[Result]:
    """Keep ``jobs`` processes busy; what a killed one had in hand is graded again, once."""
    pool = _Pool(settings)
    killed: set[Path] = set()
    results: list[Result] = []
    try:
        while True:
            while len(pool.busy) < jobs and (path := next(waiting, None)) is not None:
                pool.give(path)
            yield from results  # only now: meanwhile the processes are at work
            if not pool.busy:
                return
            results = []
            for path, result in pool.answers():
                if result is not None:
                    results.append(result)
                elif path not in killed:
                    killed.add(path)
                    waiting = chain([path], waiting)
                else:
                    results.append(broken(path, "its grading process was killed twice"))
    finally:
        pool.close()


class _Pool:
    """Processes with at most one submission each, so that a death tells whose it was."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.idle: list[_Process] = []
        self.busy: dict[Connection, _Process] = {}

    def give(self, path: Path) -> None:
        process = self.idle.pop() if self.idle else _Process(self.settings)
        try:
            process.give(path)
        except OSError:  # it was killed while it waited
            process.kill()
            self.give(path)
        else:
            self.busy[process.pipe] = process

    def answers(self) -> Iterator[tuple[Path, Result | None]]:
        """Wait for at least one process; a path whose process was killed has no result."""
        for pipe in wait(list(self.busy)):
            assert isinstance(pipe, Connection)
            process = self.busy.pop(pipe)
            try:
                result = process.answer()
            except (EOFError, OSError):
                process.kill()
                yield process.path, None
            else:
                self.idle.append(process)
                yield process.path, result

    def close(self) -> None:
        for process in (*self.idle, *self.busy.values()):
            process.kill()


class _Process:
    """One of the grader's own processes."""

    path: Path

    def __init__(self, settings: Settings) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, settings), daemon=True)
        with _interrupts_held():  # inherited: Ctrl-C is for the parent alone to handle
            self.process.start()
        theirs.close()

    def give(self, path: Path) -> None:
        self.path = path
        self.pipe.send(path)

    def answer(self) -> Result:
        answer: Result | str = self.pipe.recv()
        if isinstance(answer, str):
            raise Unusable(text("{reason}", reason=answer))
        return answer

    def kill(self) -> None:
        """End it at once; its fork server and workers end with it."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    resource_tracker.ensure_running()  # which would let them through again, were it started below
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, settings: Settings) -> None:
    """Grade what comes through the pipe until the parent has gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        grader = Grader(settings)
    except Exception as error:
        pipe.send(str(error) if isinstance(error, Unusable) else repr(error))
        return
    with suppress(EOFError, OSError):
        while True:
            pipe.send(grader.grade(pipe.recv()))
    grader.close()


def _end_with_parent() -> None:
    """Also in the middle of a grading: after kill -9 of the parent nothing is left behind."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
