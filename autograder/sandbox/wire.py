"""One strict codec for what crosses the pipe: values and length-prefixed frames, never pickle.

A frame is an 8-byte length and a payload. A payload is one value: a tag byte and its contents;
containers count their items. Decoding checks every length against the payload and every size in
Python integers before anything is allocated, so a forged frame is an error or a wrong value,
never a large allocation or a call. Imports nothing else of the project.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

MAX_FRAME = 64 * 2**20  # the largest honest reply is under 2 MiB
MAX_DEPTH = 12
MAX_ITEMS = 10_000  # values in one frame, containers included
MAX_TEXT = 2**16  # bytes of one string; a student's own text is cut far below
MAX_DIMENSIONS = 8
LARGE = 2**14  # bytes of an array that is worth not copying
Part = bytes | memoryview
DTYPES = ("<f8", "<f4", "<i8", "|b1")

_LENGTH = struct.Struct("<Q")
_INT = struct.Struct("<q")
_FLOAT = struct.Struct("<d")
_ARRAY = struct.Struct("<BB")
_DTYPE_CODES = {np.dtype(name): code for code, name in enumerate(DTYPES)}


class WireError(ValueError):
    """The bytes are not a frame of this protocol."""


@dataclass(frozen=True)
class Handle:
    """An object that stays in the worker (a cache, a generator, a dict), by number."""

    number: int


@dataclass(frozen=True)
class Generator:
    """A ``numpy.random.Generator`` made by the worker; the same number is the same generator."""

    number: int
    seed: int


@dataclass(frozen=True)
class Given:
    """A callable that the worker builds itself from the code handed to students, by name."""

    name: str


@dataclass(frozen=True)
class Opaque:
    """Something that cannot travel; ``kind`` describes it for a message."""

    kind: str


def encode(value: Any) -> bytes:
    """Encode ``value``; raises :class:`WireError` for anything the protocol has no tag for."""
    return b"".join(encode_parts(value))


def encode_parts(value: Any) -> list[Part]:
    """The same in parts; those of large arrays are the arrays' own memory, not copies."""
    parts: list[Part] = []
    _put(value, parts, 0)
    return parts


def decode(payload: bytes | bytearray | memoryview, *, writable: bool = False) -> Any:
    """Decode one value; arrays are read-only unless ``writable``."""
    reader = _Reader(memoryview(payload), writable)
    value = reader.value(0)
    if reader.position != len(payload):
        raise WireError("trailing bytes")
    return value


def frame(payload: bytes) -> bytes:
    return header(len(payload)) + payload


def header(length: int) -> bytes:
    """What comes before a payload of ``length`` bytes."""
    return _LENGTH.pack(length)


def frame_length(header: bytes) -> int:
    """The payload length that a frame's first :data:`HEADER_SIZE` bytes announce."""
    length: int = _LENGTH.unpack(header)[0]
    if length > MAX_FRAME:
        raise WireError(f"a frame of {length} bytes is over the limit of {MAX_FRAME}")
    return length


HEADER_SIZE = _LENGTH.size


def _put(value: Any, parts: list[Part], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    kind = type(value)
    writer = _WRITERS.get(tuple if issubclass(kind, tuple) else kind)
    if writer is None:
        raise WireError(f"no tag for {type(value).__name__}")
    writer(value, parts, depth)


def _put_int(value: int, parts: list[Part], _: int) -> None:
    if not -(2**63) <= value < 2**63:
        raise WireError("integer over 64 bits")
    parts.append(b"i" + _INT.pack(value))


def _put_bytes(tag: bytes, value: bytes, parts: list[Part]) -> None:
    parts.append(tag + _INT.pack(len(value)))
    parts.append(value)


def _put_array(value: np.ndarray, parts: list[Part], _: int) -> None:
    code = _DTYPE_CODES.get(value.dtype)
    if code is None or value.ndim > MAX_DIMENSIONS:
        raise WireError(f"no code for {value.ndim} dimensions of {value.dtype}")
    parts.append(b"a" + _ARRAY.pack(code, value.ndim))
    parts.extend(_INT.pack(length) for length in value.shape)
    if value.nbytes < LARGE or not value.flags.c_contiguous:
        parts.append(value.tobytes())
    else:
        parts.append(value.data.cast("B"))


def _put_sequence(tag: bytes) -> Callable[[Any, list[Part], int], None]:
    def put(value: Any, parts: list[Part], depth: int) -> None:
        parts.append(tag + _INT.pack(len(value)))
        for item in value:
            _put(item, parts, depth + 1)

    return put


def _put_dict(value: dict[Any, Any], parts: list[Part], depth: int) -> None:
    parts.append(b"d" + _INT.pack(len(value)))
    for key, item in value.items():
        if type(key) not in (str, int):
            raise WireError("dictionary keys are strings or integers")
        _put(key, parts, depth + 1)
        _put(item, parts, depth + 1)


_WRITERS: dict[type, Callable[[Any, list[Part], int], None]] = {
    type(None): lambda value, parts, depth: parts.append(b"N"),
    bool: lambda value, parts, depth: parts.append(b"T" if value else b"F"),
    int: _put_int,
    float: lambda value, parts, depth: parts.append(b"f" + _FLOAT.pack(value)),
    str: lambda value, parts, depth: _put_bytes(b"s", value.encode("utf-8", "replace"), parts),
    bytes: lambda value, parts, depth: _put_bytes(b"y", value, parts),
    np.ndarray: _put_array,
    tuple: _put_sequence(b"t"),
    list: _put_sequence(b"l"),
    dict: _put_dict,
    Handle: lambda value, parts, depth: parts.append(b"h" + _INT.pack(value.number)),
    Generator: lambda value, parts, depth: parts.append(
        b"r" + _INT.pack(value.number) + _INT.pack(value.seed)
    ),
    Given: lambda value, parts, depth: _put_bytes(b"g", value.name.encode(), parts),
    Opaque: lambda value, parts, depth: _put_bytes(
        b"o", value.kind.encode("utf-8", "replace"), parts
    ),
}


class _Reader:
    """Walks a payload; every read is bounded by what is left of it."""

    __slots__ = ("items", "payload", "position", "writable")

    def __init__(self, payload: memoryview, writable: bool) -> None:
        self.payload = payload
        self.position = 0
        self.items = 0
        self.writable = writable

    def skip(self, count: int) -> int:
        """Go past ``count`` bytes; the position they start at."""
        start = self.position
        if count < 0 or count > len(self.payload) - start:
            raise WireError("truncated")
        self.position = start + count
        return start

    def take(self, count: int) -> bytes:
        start = self.skip(count)
        return bytes(self.payload[start : self.position])

    def integer(self) -> int:
        number: int = _INT.unpack_from(self.payload, self.skip(8))[0]
        return number

    def string(self) -> str:
        length = self.integer()
        if length > MAX_TEXT:
            raise WireError("a string over the limit")
        try:
            return self.take(length).decode()
        except UnicodeDecodeError as error:
            raise WireError("not UTF-8") from error

    def value(self, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise WireError("too many or too deeply nested values")
        read = _READERS.get(self.payload[self.skip(1)])
        if read is None:
            raise WireError("unknown tag")
        return read(self, depth)

    def sequence(self, depth: int) -> list[Any]:
        count = self.integer()
        if not 0 <= count <= MAX_ITEMS:
            raise WireError("too many items")
        return [self.value(depth + 1) for _ in range(count)]

    def dictionary(self, depth: int) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for _ in range(self.integer()):
            key = self.value(depth + 1)
            if type(key) not in (str, int) or key in result:
                raise WireError("bad dictionary key")
            result[key] = self.value(depth + 1)
        return result

    def array(self) -> np.ndarray:
        code, ndim = _ARRAY.unpack_from(self.payload, self.skip(2))
        if code >= len(DTYPES) or ndim > MAX_DIMENSIONS:
            raise WireError("bad array header")
        dtype = np.dtype(DTYPES[code])
        shape = tuple(self.integer() for _ in range(ndim))
        if any(length < 0 for length in shape) or prod(n or 1 for n in shape) > MAX_FRAME:
            raise WireError("bad length")  # zero times 2**200 is none that numpy takes
        size = prod(shape) * dtype.itemsize
        start = self.skip(size)
        array = np.frombuffer(self.payload[start : self.position], dtype=dtype).reshape(shape)
        if dtype == np.bool_:  # a forged byte 2 would be neither true nor false
            array = np.asarray(array.view(np.uint8) != 0)
        else:
            array = array.copy()  # aligned, and the payload can go
        array.flags.writeable = self.writable
        return array


_READERS: dict[int, Callable[[_Reader, int], Any]] = {
    ord("N"): lambda reader, depth: None,
    ord("T"): lambda reader, depth: True,
    ord("F"): lambda reader, depth: False,
    ord("i"): lambda reader, depth: reader.integer(),
    ord("f"): lambda reader, depth: _FLOAT.unpack_from(reader.payload, reader.skip(8))[0],
    ord("s"): lambda reader, depth: reader.string(),
    ord("y"): lambda reader, depth: reader.take(reader.integer()),
    ord("a"): lambda reader, depth: reader.array(),
    ord("t"): lambda reader, depth: tuple(reader.sequence(depth)),
    ord("l"): lambda reader, depth: reader.sequence(depth),
    ord("d"): lambda reader, depth: reader.dictionary(depth),
    ord("h"): lambda reader, depth: Handle(reader.integer()),
    ord("r"): lambda reader, depth: Generator(reader.integer(), reader.integer()),
    ord("g"): lambda reader, depth: Given(reader.string()),
    ord("o"): lambda reader, depth: Opaque(reader.string()),
}
