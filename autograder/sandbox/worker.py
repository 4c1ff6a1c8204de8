"""The child process of a submission: reads requests on one pipe, writes replies on another."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from typing import Any

from . import host, wire
from .reply import Reply

Request = tuple[Any, ...]
Script = dict[str, list[Request]]  # what each exercise is asked, known before the worker starts
PLAY = "play"
MAX_PRINTED = 4_000  # characters of a call's output that travel with its reply


class Capture(io.TextIOBase):
    """Keeps the first characters a submission prints and drops the rest."""

    def __init__(self) -> None:
        self.kept = ""

    def write(self, text: str) -> int:
        if len(self.kept) < MAX_PRINTED:
            self.kept += text[: MAX_PRINTED - len(self.kept)]
        return len(text)

    def take(self) -> str:
        text, self.kept = self.kept, ""
        return text


def serve(requests: int, replies: int, script: Script) -> None:
    """Answer requests until the other end closes the pipe."""
    answering = host.Host()
    printed = Capture()
    sys.stdout = sys.stderr = printed
    while (payload := read_frame(requests)) is not None:
        request = wire.decode(payload)
        for together in played(script, request[1]) if request[0] == PLAY else [[request]]:
            answers = [answer(answering, one, printed) for one in together]
            write_all(replies, b"".join(answers))


def played(script: Script, exercises: list[str]) -> Iterator[list[Request]]:
    """All requests of the script, whose answers may go together, exercise by exercise."""
    for exercise in exercises:
        yield [("load", exercise, False), *script[exercise]]
    yield [("usage",)]


def answer(answering: host.Host, request: Request, printed: Capture) -> bytes:
    try:
        reply = answering.handle(request)
    except KeyError:  # a played request for what an earlier one failed to give: nobody looks
        reply = Reply("missing")
    remarks = reply.remarks._replace(printed=printed.take())
    return wire.frame(_encode(reply._replace(remarks=remarks)))


def _encode(answer: Reply) -> bytes:
    try:
        return wire.encode(answer)
    except wire.WireError as error:  # too large a result: the student's, said as a result's kind
        return wire.encode(Reply("returned", f"a result that cannot travel: {error}"))


def read_frame(descriptor: int) -> bytes | None:
    header = read_exactly(descriptor, wire.HEADER_SIZE)
    return None if header is None else read_exactly(descriptor, wire.frame_length(header))


def read_exactly(descriptor: int, count: int) -> bytes | None:
    """``count`` bytes, or None where the pipe was closed."""
    parts = []
    while count:
        part = os.read(descriptor, min(count, 2**20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
