"""A submission's session in workers: reloaded in a fresh one after one has died."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .model import Fault, Verdict, text
from .sandbox import slot
from .sandbox.reply import Reply
from .session import Session, timed_out


class WorkerSession(Session):
    """Runs the files in workers of a slot; one that died is replaced at the next request."""

    def __init__(self, files: Mapping[str, bytes], on: slot.Slot, **limits: float) -> None:
        super().__init__(files, **limits)
        self.slot = on
        self.worker: slot.Worker | None = None

    def send(self, request: tuple[Any, ...], seconds: float) -> Reply:
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
            raise Fault(Verdict.CRASHED, text("{how}", how=str(ended))) from ended

    def check_worker(self) -> None:
        if self.worker is not None and self.worker.talks_unasked():
            self.close()

    def worker_seconds(self) -> float:
        """CPU seconds of the present worker, by its own account: for a profile only."""
        try:
            return self.send(("usage",), self.seconds).value if self.worker else 0.0
        except Fault:
            return math.nan

    def _forget(self) -> None:
        self.worker = None
        self.loaded.clear()

    def close(self) -> None:
        if self.worker is not None:
            self.worker.end()
            self._forget()
