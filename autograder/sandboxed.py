"""A submission's session in workers: asked all at once by a script, or one request at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from time import monotonic
from typing import Any

from .model import Fault, Verdict, text
from .sandbox import slot, wire
from .sandbox.reply import Reply
from .script import Script, same
from .session import Session, timed_out

NO_PROBLEMS = wire.encode(Reply("ok", ()))
PLAY_SECONDS = 1.0  # an honest submission plays the whole script in 20 ms


class WorkerSession(Session):
    """Runs the files in workers of a slot; one that died is replaced at the next request.

    With a ``script`` a worker plays that first. Requests that are in it are answered from there,
    all others, and everything where the worker does not get to the end, are sent one by one.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        on: slot.Slot,
        script: Script | None = None,
        **limits: float,
    ) -> None:
        super().__init__(files, **limits)
        self.slot = on
        self.worker: slot.Worker | None = None
        self.script = script or Script()
        self.answers: slot.Answers | None = None  # what was played
        self.starts: dict[str, int] = {}  # where in it an exercise starts, with its load
        self.openings: set[str] = set()  # exercises whose load was played and not yet asked for
        self.played_seconds = 0.0
        self.place: int | None = None  # of the next played answer in the case at hand
        self.so_far: list[tuple[Any, ...]] = []  # what was asked in the case at hand
        if script is not None:
            self._play(script)

    def _play(self, script: Script) -> None:
        exercises = [name for name in script.requests if f"{name}.py" in self.files]
        count = 2 + sum(1 + len(script.requests[name]) for name in exercises)
        started = monotonic()
        try:
            self.worker = self.slot.fork()
            self.answers = self.worker.play(self.files, exercises, count, PLAY_SECONDS)
            self.answers.read(0, ("files",))
            self.played_seconds = self.answers.read(count - 1, ("usage",)).value
        except slot.WorkerEnded:
            self.close()
            self.deadline += monotonic() - started
            return
        start = 1
        for name in exercises:
            self.starts[name] = start
            start += 1 + len(script.requests[name])
        self.openings = set(exercises)

    def said(self, question: str) -> slot.Span | None:
        exercise, first, end = self.script.spans.get(question, ("", 0, 0))
        if self.answers is None or exercise not in self.starts:
            return None
        start = self.starts[exercise] + 1
        return self.answers.span(start + first, start + end)

    @property
    def calls(self) -> dict[str, int]:
        asked = super().calls
        played = {name: self.script.calls[name] for name in self.starts}
        return {name: max(asked[name], played.get(name, 0)) for name in asked}

    def _load(self, exercise: str) -> list[tuple[Any, ...]]:
        if self.answers is None or exercise not in self.openings:
            return super()._load(exercise)
        self.openings.remove(exercise)
        start = self.starts[exercise]
        if self.answers.says(start, NO_PROBLEMS):
            self.loaded.add(exercise)
            return []
        try:
            reply = self.answers.read(start, ("load", exercise, False))
        except slot.Crashed:
            self.close()
            return super()._load(exercise)
        self.loaded.add(exercise)
        problems: list[tuple[Any, ...]] = reply.value
        return problems

    def _exchange(self, exercise: str, request: tuple[Any, ...]) -> Reply:
        reply = self._played(exercise, request)
        return reply if reply is not None else super()._exchange(exercise, request)

    def _played(self, exercise: str, request: tuple[Any, ...]) -> Reply | None:
        """The answer from what was played.

        Where there is none, the case so far is asked again: a worker keeps things by case.
        """
        if request[0] == "case":
            self.place = self.script.cases.get((exercise, request[1]))
            self.so_far = []
        if self.place is None or self.answers is None or exercise not in self.starts:
            return None
        asked = self.script.requests[exercise]
        if self.place < len(asked) and same(asked[self.place], request):
            try:
                reply = self.answers.read(self.starts[exercise] + 1 + self.place, request)
            except slot.Crashed:
                self.close()
            else:
                self.place += 1
                self.so_far.append(request)
                return reply
        self.place = None
        for earlier in self.so_far:
            super()._exchange(exercise, earlier)
        return None

    def send(self, request: tuple[Any, ...], seconds: float) -> Reply:
        self.asked += 1
        try:
            if self.worker is None:
                self.worker = self.slot.fork()
                self.worker.exchange(("files", self.files), seconds)
                if request[0] not in ("load", "case", "usage"):  # its caches died with the worker
                    raise Fault(Verdict.CRASHED, text("the worker ended"))
            return self.worker.exchange(request, seconds)
        except slot.TimedOut as ended:
            self._forget()
            raise timed_out(seconds) from ended
        except slot.Crashed as ended:
            self._forget()
            raise Fault(Verdict.CRASHED, ended.how) from ended

    def check_worker(self) -> None:
        if self.worker is not None and self.worker.talks_unasked():
            self.close()

    def worker_seconds(self) -> float:
        """CPU seconds of the present worker, by its own account: for a profile only."""
        if not self.asked:
            return self.played_seconds
        try:
            return self.send(("usage",), self.seconds).value if self.worker else 0.0
        except Fault:
            return math.nan

    def _forget(self) -> None:
        """What a dead worker has loaded and played counts no more."""
        self.worker = None
        self.loaded.clear()
        self.openings.clear()
        self.starts.clear()
        self.answers = None

    def close(self) -> None:
        if self.worker is not None:
            self.worker.end()
            self._forget()
