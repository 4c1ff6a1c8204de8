"""What answers a request, and what it must look like: a student can write anything into the pipe.

Only the form is checked; a well-formed lie is a wrong value and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .wire import Handle

MAX_LINES = 20  # frames, types, warnings, problems: an honest worker sends no more

CACHE = "cache"  # the name of a result that stays with the worker, behind a handle


class Remarks(NamedTuple):
    """What there is to say of a call beside its results; decides nothing."""

    changed: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    printed: str = ""


class Raised(NamedTuple):
    """An exception: its types from the innermost class up, and the student's own frames."""

    types: tuple[str, ...]
    message: str
    frames: tuple[tuple[str, int, str, str], ...]


class Reply(NamedTuple):
    """``status`` is ok, raised, missing or returned (another number of results than asked for).

    ``value`` holds the results, a :class:`Raised`, None, or words for what was returned.
    """

    status: str
    value: Any = None
    remarks: Remarks = Remarks()


def well_formed(request: tuple[Any, ...], reply: Any) -> Reply | None:
    """``reply`` as a :class:`Reply` if it has the parts of an answer to ``request``."""
    operation, *arguments = request[2:] if request[0] == "case" else request
    if not _is(reply, str, object, tuple) or not _is(reply[2], tuple, tuple, str):
        return None
    status, value, remarks = reply
    if not (_all_are(int, remarks[0]) and _all_are(str, remarks[1])):
        return None
    if operation != "call":
        fits = status == "ok" and OTHERS[operation](value)
    else:
        fits = status in CALLS and CALLS[status](value, arguments[-1])
    if not fits:
        return None
    if status == "raised":
        value = Raised(*value)
    return Reply(status, value, Remarks(*remarks))


def _results(value: Any, returns: tuple[str, ...]) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == len(returns)
        and all(isinstance(v, Handle) == (n == CACHE) for v, n in zip(value, returns, strict=True))
    )


def _raised(value: Any, _: tuple[str, ...]) -> bool:
    return (
        _is(value, tuple, str, tuple)
        and _all_are(str, value[0])
        and _is_short(value[2])
        and all(_is(frame, str, int, str, str) for frame in value[2])
    )


def _problems(value: Any) -> bool:
    return _is_short(value) and all(
        _is(problem, int, str, str, tuple) and _all_are(str, problem[3]) for problem in value
    )


CALLS: dict[str, Callable[[Any, tuple[str, ...]], bool]] = {
    "ok": _results,
    "raised": _raised,
    "missing": lambda value, returns: value is None,
    "returned": lambda value, returns: isinstance(value, str),
}
OTHERS: dict[str, Callable[[Any], bool]] = {
    "files": lambda value: value is None,
    "load": _problems,
    "keep": lambda value: isinstance(value, Handle),
    "fetch": lambda value: True,
    "draw": lambda value: isinstance(value, float),
    "usage": lambda value: isinstance(value, float),
}


def _is(value: Any, *kinds: type) -> bool:
    """Whether ``value`` is a tuple of just these kinds."""
    return (
        isinstance(value, tuple) and len(value) == len(kinds) and all(map(isinstance, value, kinds))
    )


def _is_short(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) <= MAX_LINES


def _all_are(kind: type, values: tuple[Any, ...]) -> bool:
    return _is_short(values) and all(isinstance(value, kind) for value in values)
