"""One submission's candidates: its files loaded, each exercise on its own, salvaged if need be."""

from __future__ import annotations

import _thread
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from time import monotonic, sleep
from typing import Any, NoReturn, Protocol, Self, TypeVar

from .candidate import Candidate
from .model import Fault, Text, Verdict, text
from .sandbox import host
from .sandbox.reply import Reply

SECONDS_PER_CALL = 2.0  # honest calls take milliseconds
SECONDS_PER_SUBMISSION = 60.0

Made = TypeVar("Made")
ENDS = ("_exit", "abort")  # functions of os


class Said(Protocol):
    """Something that was said, to compare with what was said before."""

    def equals(self, data: bytes) -> bool: ...
    def copy(self) -> bytes: ...
    def digest(self) -> bytes: ...


class Session:
    """Loads each exercise file on its own, so that a broken one costs only itself.

    ``notes`` say what could not be used of the files. Subclasses say where requests go.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        seconds: float = SECONDS_PER_CALL,
        total: float = SECONDS_PER_SUBMISSION,
    ) -> None:
        self.files = dict(files)
        self.seconds = seconds
        self.deadline = monotonic() + total
        self.loaded: set[str] = set()
        self.definitions_only: set[str] = set()
        self.notes: dict[str, list[Text]] = {}
        self.candidates: list[Candidate] = []
        self.asked = 0  # requests that were sent one by one

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End whatever the session started."""

    def check_worker(self) -> None:
        """Replace what cannot be talked to any more, between two requests."""

    def send(self, request: tuple[Any, ...], seconds: float) -> Reply:
        raise NotImplementedError

    def said(self, question: str) -> Said | None:
        """All answers to a question as they came, where they did before it is graded."""

    def candidate(self, exercise: str) -> Candidate:
        """The candidate for one exercise, loaded as far as it can be."""
        lost: dict[str, Fault] = {}
        if f"{exercise}.py" in self.files:
            lost = self._load_or_salvage(exercise)
        else:
            self.notes[exercise] = [text("{file}.py is missing", file=exercise)]
        source = self.files.get(f"{exercise}.py", b"")
        ask = partial(self._exchange, exercise)
        self.candidates.append(Candidate(exercise, ask, lost, source))
        return self.candidates[-1]

    @property
    def calls(self) -> dict[str, int]:
        """How many calls of the submission's functions were made, by exercise."""
        return {candidate.module: candidate.calls for candidate in self.candidates}

    def _exchange(self, exercise: str, request: tuple[Any, ...]) -> Reply:
        left = self.deadline - monotonic()
        if left <= 0:
            raise Fault(Verdict.TIMED_OUT, text("the submission used up its total time"))
        self.check_worker()
        if exercise not in self.loaded and f"{exercise}.py" in self.files:
            self._load(exercise)
        return self.send(request, min(self.seconds, left))

    def _load(self, exercise: str) -> list[tuple[Any, ...]]:
        """Load a file; the problems found as (line, kind, message, functions)."""
        request = ("load", exercise, exercise in self.definitions_only)
        reply = self.send(request, self.seconds)
        self.loaded.add(exercise)
        problems: list[tuple[Any, ...]] = reply.value
        return problems

    def _load_or_salvage(self, exercise: str) -> dict[str, Fault]:
        """Load; a file whose top level hangs or exits is loaded again without its loose code."""
        try:
            return self._lost(exercise, self._load(exercise))
        except Fault as fault:
            self._note(exercise, text("{file}.py: {reason}", file=exercise, reason=fault.text))
            self.definitions_only.add(exercise)
        try:
            return self._lost(exercise, self._load(exercise))
        except Fault as fault:
            return _EveryFunction(fault)

    def _lost(self, exercise: str, problems: list[tuple[Any, ...]]) -> dict[str, Fault]:
        lost = {}
        for line, kind, message, functions in problems:
            sentence = PROBLEMS.get(kind, "{file} line {line}: {message}")
            note = text(sentence, file=f"{exercise}.py", line=line, message=message)
            self._note(exercise, note)
            for function in functions:
                lost[function] = Fault(Verdict.RAISED, note, function=function)
        return lost

    def _note(self, exercise: str, note: Text) -> None:
        self.notes.setdefault(exercise, []).append(note)


PROBLEMS = {
    "syntax": "{file} line {line} does not parse: {message}",
    "merge": "{file} line {line}: a merge was left half-done; choose a version, and delete the "
    "lines that begin with <<<<<<<, ======= and >>>>>>>",
    "import": "{file} line {line} raised at import: {message}",
    "encoding": "{file} line {line} is not UTF-8: save the file as UTF-8",
    "skipped": "{file} line {line}: code outside functions was left out",
}


class _EveryFunction(dict[str, Fault]):
    """Every function is lost, for one reason."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault

    def __contains__(self, function: object) -> bool:
        return True

    def __missing__(self, function: str) -> Fault:
        sentence = text("{function}: {reason}", function=function, reason=self.fault.text)
        return Fault(self.fault.verdict, sentence, self.fault.details, function)


class LocalSession(Session):
    """Runs the files in this process: a student checking their own code.

    Until it is closed, code that would end the process at once raises SystemExit instead; a crash
    of Python itself says on which line.
    """

    def __init__(self, files: Mapping[str, bytes], **limits: float) -> None:
        super().__init__(files, **limits)
        self.slow: set[str] = set()
        self.host = host.Host()
        self.host.handle(("files", self.files))
        self.ends = {name: getattr(os, name) for name in ENDS}
        for name in ENDS:
            setattr(os, name, partial(refuse_to_end, name))
        if sys.__stderr__ is not None and not faulthandler.is_enabled():
            with suppress(ValueError, OSError):  # it has no descriptor
                faulthandler.enable(sys.__stderr__, all_threads=False)

    def send(self, request: tuple[Any, ...], seconds: float) -> Reply:
        began = monotonic()
        reply = interrupting(seconds, lambda: self.host.handle(request))
        self._note_slowness(request, monotonic() - began)
        return reply

    def _note_slowness(self, request: tuple[Any, ...], took: float) -> None:
        """Patience is for a student's machine: graded, a call has less time."""
        kind, *call = request[2:] if request[0] == "case" else request
        if kind != "call" or took <= SECONDS_PER_CALL or call[1] in self.slow:
            return
        self.slow.add(call[1])
        slow = text(
            "{function} took {seconds:.1f} s for one call: graded, it has {limit:g} s",
            function=call[1],
            seconds=took,
            limit=SECONDS_PER_CALL,
        )
        self._note(call[0], slow)

    def close(self) -> None:
        self.host.close()
        for name, real in self.ends.items():
            setattr(os, name, real)


def refuse_to_end(name: str, *_: object) -> NoReturn:
    raise SystemExit(f"os.{name} ends the whole program")


def interrupting(seconds: float, work: Callable[[], Made]) -> Made:
    """What ``work`` gives; after ``seconds`` this, the main, thread is interrupted on any system.

    Raises :class:`Fault` in place of the interrupt. For a student's own code only: it can be
    caught, so it protects nobody from anybody.
    """
    guard, expired, over = threading.Lock(), threading.Event(), threading.Event()

    def expire() -> None:
        with guard:
            if not over.is_set():
                expired.set()
                _thread.interrupt_main()

    if threading.current_thread() is not threading.main_thread():
        return work()  # only the main thread can be interrupted
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    timer = threading.Timer(seconds, expire)
    timer.daemon = True  # an interrupt that comes before `try` leaves it: nobody waits for it
    try:
        timer.start()
        reply = work()
        with guard:
            over.set()
        if expired.is_set():
            sleep(1)  # it ended at the last moment: the interrupt is on its way
        return reply
    except KeyboardInterrupt:
        if not expired.is_set():
            raise
        raise timed_out(seconds) from None
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before)


def timed_out(seconds: float) -> Fault:
    return Fault(Verdict.TIMED_OUT, text("no answer within {seconds:g} s", seconds=seconds))
