"""The child process of a submission: reads requests on one pipe, writes replies on another."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from . import host, lockdown, wire
from .reply import Reply

Request = tuple[Any, ...]
Script = dict[str, list[Request]]  # what each exercise is asked, known before the worker starts
PLAY = "play"
IOV_MAX = 1024  # pieces that one writev takes
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
    sys.path[:] = filter(lockdown.is_standard, sys.path)
    answering = host.Host(sent=True)
    printed = Capture()
    sys.stdout = sys.stderr = printed
    while (payload := read_frame(requests)) is not None:
        request = wire.decode(payload)
        for together in played(script, request[1]) if request[0] == PLAY else [[request]]:
            kept: list[wire.Part] = []
            for one in together:
                parts = answer(answering, one, printed)
                kept += parts
                if len(parts) > 1:  # a student's own array: the next call may write to it
                    write_all(replies, kept)
                    kept = []
            write_all(replies, kept)


def played(script: Script, exercises: list[str]) -> Iterator[list[Request]]:
    """All requests of the script, whose answers may go together, exercise by exercise."""
    for exercise in exercises:
        yield [("load", exercise, False), *script[exercise]]
    yield [("usage",)]


def answer(answering: host.Host, request: Request, printed: Capture) -> list[wire.Part]:
    try:
        reply = answering.handle(request)
    except KeyError:  # a played request for what an earlier one failed to give: nobody looks
        reply = Reply("missing")
    if printed.kept:
        reply = reply._replace(remarks=reply.remarks._replace(printed=printed.take()))
    try:
        parts = wire.encode_parts(reply)
    except wire.WireError as error:  # too large a result: the student's, said as a result's kind
        parts = wire.encode_parts(Reply("returned", f"a result that cannot travel: {error}"))
    return joined([wire.header(sum(map(len, parts))), *parts])


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


def write_all(descriptor: int, parts: Sequence[wire.Part]) -> None:
    left = [memoryview(part) for part in parts]
    while left:
        written = os.writev(descriptor, left[:IOV_MAX])
        while left and written >= len(left[0]):
            written -= len(left.pop(0))
        if left:
            left[0] = left[0][written:]


def joined(parts: list[wire.Part]) -> list[wire.Part]:
    """The same in one piece, unless there are large arrays between."""
    if memoryview not in set(map(type, parts)):
        return [b"".join(parts)]
    groups = groupby(parts, lambda part: isinstance(part, bytes))
    return [piece for small, group in groups for piece in ([b"".join(group)] if small else group)]
