"""The trusted side of a worker: start it, exchange frames under a deadline, end it.

A slot is one fork server; it runs one submission at a time. Whatever a worker does ends here as
a reply or as one of two exceptions, :class:`TimedOut` or :class:`Crashed`.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, Self

from ..model import Text, text
from ..starting import ONE_THREAD
from . import wire
from .forkserver import END, FORK, NUMBER, SCRIPT, TEST
from .lockdown import UNSAFE
from .reply import Reply, well_formed
from .worker import PLAY, Script

ROOT = Path(__file__).resolve().parents[2]
BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.sandbox import forkserver; "
    "del sys.path[0]; forkserver.main(int(sys.argv[2]), sys.argv[3])"
)
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    **ONE_THREAD,
}
ESCAPE_SECONDS = 10.0
MAX_ANSWERS = wire.MAX_FRAME  # bytes of all that a worker says at once
ANSWER_BYTES = 2**14  # of one answer, most are far smaller
PLAYED_BYTES = 2**21  # of all that a right submission answers
PIPE_BYTES = 2**18
F_SETPIPE_SZ = getattr(fcntl, "F_SETPIPE_SZ", 1031)  # Linux only
START_SECONDS = 60.0  # importing numpy from a cold disk
SILENT = text("the worker did not answer")


class WorkerEnded(Exception):
    """A worker gave no usable reply; ``how`` says how it ended."""

    def __init__(self, how: Text = SILENT) -> None:
        super().__init__(str(how))
        self.how = how


class TimedOut(WorkerEnded):
    """No whole reply before the deadline."""


class Crashed(WorkerEnded):
    """The process ended or sent something that is not a reply."""


class SlotBroken(Exception):
    """The fork server itself failed: our fault, never the submission's."""


class Refused(Exception):
    """This machine cannot lock workers down as asked; the message says what is missing."""


class Slot:
    """One fork server, started when first needed, with the ``lockdown`` profile asked for.

    Its workers know ``script`` and can be told to play it.
    """

    def __init__(self, lockdown: str = "auto", script: Script | None = None) -> None:
        self.asked = lockdown
        self.script = wire.encode(script or {})
        self.hello: dict[str, Any] = {}
        self.space = bytearray(
            PLAYED_BYTES
        )  # for what is played: it costs more to get than to fill
        self.process: subprocess.Popen[bytes] | None = None
        self.control: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> socket.socket:
        if self.control is not None:
            return self.control
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                self.command(theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=ENVIRONMENT,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C is for the grader to handle
            )
        ours.settimeout(START_SECONDS)
        self.control = ours
        self.hello = wire.decode(self._receive(wire.frame_length(self._receive(wire.HEADER_SIZE))))
        if not self.hello["profile"]:
            self.close()
            raise Refused(self.hello["problem"])
        try:
            self._refuse_if_leaky()
        except WorkerEnded as ended:  # not tested, so not to be used: the next start tests again
            self.close()
            raise SlotBroken(f"the self-test did not end: {ended}") from ended
        ours.sendall(SCRIPT + NUMBER.pack(len(self.script)))
        ours.sendall(self.script)
        self._answer()
        return ours

    def command(self, descriptor: int) -> list[str]:
        """What starts the fork server; ``descriptor`` is its control socket."""
        python = [sys.executable, "-P", "-s", "-c", BOOT]
        return [*python, str(ROOT), str(descriptor), self.asked]

    def _receive(self, count: int) -> bytes:
        assert self.control is not None
        try:
            data = self.control.recv(count, socket.MSG_WAITALL)
        except OSError as error:
            self.close()
            raise SlotBroken(f"the fork server does not answer: {error}") from error
        if len(data) < count:
            self.close()
            raise SlotBroken("the fork server ended")
        return data

    def _answer(self) -> int:
        number: int = NUMBER.unpack(self._receive(NUMBER.size))[0]
        return number

    def _refuse_if_leaky(self) -> None:
        """Let a throwaway worker try to escape; grading does not start where it can."""
        if self.hello["profile"] == UNSAFE:
            return
        with tempfile.NamedTemporaryFile(prefix="canary-") as canary:
            os.chmod(canary.name, 0o644)
            worker = self.fork(canary.name)
            escaped = worker.receive(ESCAPE_SECONDS)
            worker.end()
        if escaped:
            self.close()
            raise Refused(f"a locked-down worker could still {', '.join(map(str, escaped))}")

    def fork(self, canary: str = "") -> Worker:
        """A fresh worker; with a ``canary``, one that only tries to escape."""
        control = self.start()
        their_requests, our_requests = os.pipe()
        our_replies, their_replies = os.pipe()
        try:
            kind = TEST if canary else FORK
            message = kind + canary.encode()
            socket.send_fds(control, [message], [their_requests, their_replies])
            pid = self._answer()
        except (OSError, SlotBroken) as error:
            os.close(our_requests)
            os.close(our_replies)
            self.close()
            raise SlotBroken(str(error)) from error
        finally:
            os.close(their_requests)
            os.close(their_replies)
        return Worker(self, pid, our_requests, our_replies)

    def end(self, pid: int) -> int:
        """Kill worker ``pid`` if it still runs; its wait status."""
        if self.control is None:
            return -1
        try:
            self.control.sendall(END + NUMBER.pack(pid))
            return self._answer()
        except (OSError, SlotBroken):
            self.close()
            return -1

    def close(self) -> None:
        if self.control is not None:
            self.control.close()
            self.control = None
        if self.process is not None:
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


@dataclass(frozen=True)
class Span:
    """A piece of memory, compared without being copied."""

    space: bytearray
    start: int
    end: int

    def equals(self, data: bytes) -> bool:
        same_length = len(data) == self.end - self.start
        return same_length and self.space.startswith(data, self.start)

    def copy(self) -> bytes:
        return bytes(memoryview(self.space)[self.start : self.end])

    def digest(self) -> bytes:
        return sha256(memoryview(self.space)[self.start : self.end]).digest()


@dataclass(frozen=True)
class Answers:
    """Frames one after another in ``space``; ``bounds`` are those of their payloads."""

    space: bytearray
    bounds: list[tuple[int, int]]

    def payload(self, index: int) -> memoryview:
        start, end = self.bounds[index]
        return memoryview(self.space)[start:end]

    def span(self, first: int, end: int) -> Span:
        """The frames from ``first`` to before ``end``, in one piece."""
        start = self.bounds[first][0] - wire.HEADER_SIZE
        return Span(self.space, start, self.bounds[end - 1][1])

    def says(self, index: int, reply: bytes) -> bool:
        """Whether an answer is, byte for byte, this one."""
        return Span(self.space, *self.bounds[index]).equals(reply)

    def read(self, index: int, request: tuple[Any, ...]) -> Reply:
        """The reply to ``request``. Raises :class:`Crashed` where the payload is none."""
        try:
            reply = well_formed(request, wire.decode(self.payload(index)))
        except wire.WireError as error:
            raise Crashed(no_reply(error)) from error
        if reply is None:
            raise Crashed(text("sent something that is not an answer"))
        return reply


class Worker:
    """One forked child and its two pipes."""

    def __init__(self, slot: Slot, pid: int, requests: int, replies: int) -> None:
        self.slot, self.pid = slot, pid
        self.requests, self.replies = requests, replies
        self.ended = False
        self.readable, self.writable = select.poll(), select.poll()
        self.readable.register(replies, select.POLLIN)
        self.writable.register(requests, select.POLLOUT)
        for descriptor in (requests, replies):
            os.set_blocking(descriptor, False)
            with suppress(OSError):  # only faster: fewer wake-ups for a weight matrix
                fcntl.fcntl(descriptor, F_SETPIPE_SZ, PIPE_BYTES)

    def exchange(self, request: tuple[Any, ...], seconds: float) -> Reply:
        """Send one request and return its reply; ends the worker where there is none."""
        answers = self._answers([request], 1, seconds, bytearray(ANSWER_BYTES))
        with self._ending():
            return answers.read(0, request)

    def ask(self, request: tuple[Any, ...], seconds: float) -> Any:
        """The same for a worker that is no function server and answers with a bare value."""
        answers = self._answers([request], 1, seconds, bytearray(ANSWER_BYTES))
        with self._ending():
            return wire.decode(answers.payload(0))

    def play(
        self, files: Mapping[str, bytes], exercises: list[str], count: int, seconds: float
    ) -> Answers:
        """Load ``files`` and play the script of ``exercises``: ``count`` answers.

        The first is to the files, the last says the worker's CPU time. They hold until the slot's
        next worker plays.
        """
        asked = [("files", dict(files)), (PLAY, exercises)]
        return self._answers(asked, count, seconds, self.slot.space)

    def receive(self, seconds: float) -> Any:
        """What a worker says unasked."""
        with self._ending():
            space = bytearray(ANSWER_BYTES)
            return wire.decode(self._read_frames(1, monotonic() + seconds, space).payload(0))

    def _answers(
        self, requests: list[tuple[Any, ...]], count: int, seconds: float, space: bytearray
    ) -> Answers:
        data = b"".join(wire.frame(wire.encode(request)) for request in requests)
        deadline = monotonic() + seconds
        with self._ending():
            self._write(data, deadline)
            return self._read_frames(count, deadline, space)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """End the worker where it gives no answer."""
        try:
            yield
        except wire.WireError as error:
            self.end()
            raise Crashed(no_reply(error)) from error
        except WorkerEnded:
            self.end()
            raise

    def talks_unasked(self) -> bool:
        """Whether bytes wait that answer no request: the next reply would not be the next one."""
        return bool(self.readable.poll(0))

    def _wait(self, poll: select.poll, deadline: float) -> None:
        left = deadline - monotonic()
        if left <= 0 or not poll.poll(left * 1000):  # also when bytes keep dripping in
            raise TimedOut

    def _write(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self.requests, view) :]
            except BlockingIOError:
                self._wait(self.writable, deadline)
            except OSError as error:
                raise Crashed(self.how_it_ended()) from error

    def _read_frames(self, count: int, deadline: float, space: bytearray) -> Answers:
        """``count`` frames, in ``space``. A worker says no more than it is asked.

        Where that is too small, they are in a larger one.
        """
        bounds: list[tuple[int, int]] = []
        size = end = 0
        while len(bounds) < count:
            self._wait(self.readable, deadline)
            if size == len(space):
                space = space + bytes(size)
            read = os.readv(self.replies, [memoryview(space)[size:]])
            if not read:
                raise Crashed(self.how_it_ended())
            size += read
            while len(bounds) < count and (frame := whole_frame(space, end, size)) is not None:
                bounds.append(frame)
                end = frame[1]
            if size > MAX_ANSWERS:
                raise wire.WireError("too much at once")
        if end != size:
            raise wire.WireError("more than was asked for")
        return Answers(space, bounds)

    def how_it_ended(self) -> Text:
        status = self.end()
        if status >= 0 and os.WIFEXITED(status):
            code = os.WEXITSTATUS(status)
            return text("the process ended with exit code {code}", code=code)
        if status >= 0 and os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
            name = signal.Signals(os.WTERMSIG(status)).name
            return text("the process was ended by {signal}", signal=name)
        return text("the process closed its pipe")

    def end(self) -> int:
        if self.ended:
            return -1
        self.ended = True
        for descriptor in (self.requests, self.replies):
            with suppress(OSError):
                os.close(descriptor)
        return self.slot.end(self.pid)


def whole_frame(data: bytearray, position: int, size: int) -> tuple[int, int] | None:
    """Where the payload that begins at ``position`` starts and ends, once all of it is there."""
    start = position + wire.HEADER_SIZE
    if size < start:
        return None
    end = start + wire.frame_length(bytes(data[position:start]))
    return (start, end) if end <= size else None


def no_reply(error: wire.WireError) -> Text:
    return text("sent something that is not a reply ({error})", error=str(error))
