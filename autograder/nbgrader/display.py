"""Runs the cells that only show something, in a process that is locked down and can be lost.

What comes back is text and pictures, whatever the cells do: nothing that a browser would execute.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import nbformat

from ..language import say
from ..model import Text, text
from ..places import ROOT
from ..sandbox.slot import Refused, Slot, SlotBroken, TimedOut, Worker, WorkerEnded

BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.nbgrader import kernel; "
    "del sys.path[0]; kernel.main(int(sys.argv[2]), sys.argv[3], sys.argv[1], sys.argv[4])"
)
PICTURES = ("image/png", "image/jpeg", "image/svg+xml")  # shown as images: no script runs in them
STREAMS = ("stdout", "stderr")
MOST_BYTES = 16 * 2**20  # of one notebook's outputs
MOST_TEXT = 100_000  # characters of one
Outputs = list[Any]


class Kernel(Slot):
    """A server of locked-down kernels whose notebooks find their files in the folder ``desk``."""

    def __init__(self, lockdown: str, desk: Path) -> None:
        super().__init__(lockdown)
        self.desk = desk

    def command(self, descriptor: int) -> list[str]:
        python = [sys.executable, "-P", "-s", "-c", BOOT]
        return [*python, str(ROOT), str(descriptor), self.asked, str(self.desk)]


class Display:
    """One warm server for as many notebooks as come; a notebook has ``total`` seconds."""

    def __init__(self, lockdown: str = "auto", seconds: float = 20.0, total: float = 60.0) -> None:
        self.seconds, self.total = seconds, total
        self.folder = Path(tempfile.mkdtemp(prefix="notebooks-"))
        self.desk = self.folder / "desk"
        self.desk.mkdir()
        self.kernel = Kernel(lockdown, self.desk)

    def close(self) -> None:
        self.kernel.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, sources: Sequence[str], files: Mapping[str, bytes]) -> Iterator[Outputs]:
        """The outputs of each cell. Where the process ends, a sentence stands for those left."""
        for name, content in files.items():
            (self.desk / name).write_bytes(content)
        try:
            worker = self.kernel.fork()
        except (Refused, SlotBroken) as error:
            yield from (told(not_run(error)) for _ in sources)
            return
        try:
            yield from self._run(worker, sources)
        finally:
            worker.end()
            for entry in self.desk.iterdir():
                entry.unlink()

    def _run(self, worker: Worker, sources: Sequence[str]) -> Iterator[Outputs]:
        deadline, left = monotonic() + self.total, MOST_BYTES
        ended: Text | None = None
        for source in sources:
            if ended is not None:
                yield told(text("not run: an earlier cell ended the kernel"))
                continue
            seconds = min(self.seconds, deadline - monotonic())
            try:
                parts = worker.ask((source.encode("utf-8", "replace"),), seconds)
                left -= size(parts)
                yield outputs(parts) if left > 0 else told(text("more output than is kept"))
            except WorkerEnded as end:
                ended = how(end, seconds)
                yield told(ended)


def how(end: WorkerEnded, seconds: float) -> Text:
    if isinstance(end, TimedOut):
        return text("stopped: it took more than {seconds:.0f} s", seconds=max(seconds, 0))
    return text("the kernel ended here: {how}", how=end.how)


def not_run(error: Exception) -> Text:
    return text("not run: kernels cannot be locked down here ({reason})", reason=str(error))


def told(sentence: Text) -> Outputs:
    return [stream("stdout", say(sentence))]


def stream(name: str, printed: str) -> Any:
    return nbformat.v4.new_output("stream", name=name, text=printed[:MOST_TEXT])


def size(parts: Any) -> int:
    """Bytes of an answer. Raises :class:`WorkerEnded` where it has not the form of one."""
    if not isinstance(parts, list) or not all(map(is_part, parts)):
        raise WorkerEnded(text("sent something that is not an answer"))
    return sum(len(value) for part in parts for value in part.values())


def is_part(part: Any) -> bool:
    return isinstance(part, dict) and all(
        isinstance(name, str) and isinstance(value, bytes) for name, value in part.items()
    )


def outputs(parts: list[dict[str, bytes]]) -> Outputs:
    """An answer as outputs of a cell: streams, pictures and plain text, and nothing else."""
    found = []
    for part in parts:
        found += [stream(name, as_text(part[name])) for name in STREAMS if name in part]
        data = {kind: as_text(part[kind]) for kind in PICTURES if kind in part}
        if "text/plain" in part:
            data["text/plain"] = as_text(part["text/plain"])[:MOST_TEXT]
        if data:
            words = {kind: {"alt": data.get("text/plain", "")} for kind in PICTURES if kind in data}
            found.append(nbformat.v4.new_output("display_data", data=data, metadata=words))
    return found


def as_text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
