"""Answers requests with a submission's functions: load, call, keep, fetch.

The worker wraps a host in a pipe; a student's own check uses one directly. Requests and replies are
plain values of :mod:`wire`. Nothing here knows an expected value or decides a mark.
"""

from __future__ import annotations

import sys
import time
import types
import warnings
from collections.abc import Callable, Mapping
from dataclasses import astuple
from typing import Any

import numpy as np

from . import loader, wire
from .given import GIVEN
from .reply import CACHE, Raised, Remarks, Reply

MakeArray = Callable[..., np.ndarray]
MAX_FRAMES = 6
MAX_PROBLEMS = 20
MAX_WARNINGS = 4
MAX_TEXT = 500


class Host:
    """Holds one submission's modules and the objects that stay with them.

    Results are copies, which the student's code cannot change later, unless ``sent`` says that
    they leave the process before that code runs again.
    """

    def __init__(
        self, modules: Mapping[str, types.ModuleType] | None = None, *, sent: bool = False
    ) -> None:
        self.array = np.asarray if sent else np.array
        self.modules: dict[str, types.ModuleType] = dict(modules or {})
        self.kept: dict[int, Any] = {}
        self.generators: dict[int, np.random.Generator] = {}
        self.files: dict[str, bytes] = {}
        self.lines: dict[str, list[str]] = {}
        self.finder: loader.SubmissionFinder | None = None

    def handle(self, request: tuple[Any, ...]) -> Reply:
        """Answer one request; only KeyboardInterrupt passes through."""
        operation, *arguments = request
        reply: Reply = getattr(self, f"do_{operation}")(*arguments)
        return reply

    def do_files(self, files: dict[str, bytes]) -> Reply:
        self.files = files
        self.lines = {name: loader.decode(source)[0].split("\n") for name, source in files.items()}
        self.finder = loader.SubmissionFinder(files)
        sys.meta_path.append(self.finder)
        return Reply("ok")

    def do_usage(self) -> Reply:
        return Reply("ok", time.process_time())

    def close(self) -> None:
        """Take back what a host in the grader's own process has registered there."""
        if self.finder in sys.meta_path:
            sys.meta_path.remove(self.finder)
        for name in self.files:
            sys.modules.pop(name.removesuffix(".py"), None)

    def do_load(self, name: str, definitions_only: bool) -> Reply:
        loaded = loader.load(name, self.files[f"{name}.py"], definitions_only=definitions_only)
        self.modules[name] = loaded.module
        return Reply("ok", tuple(map(astuple, loaded.problems[:MAX_PROBLEMS])))

    def do_case(self, seed: int, *request: Any) -> Reply:
        """Start a case with its first request: nothing kept, global generators repeatable."""
        self.kept.clear()
        self.generators.clear()
        np.random.seed(seed % 2**32)  # noqa: NPY002 - a student may use it: still repeatable
        return self.handle(request)

    def do_keep(self, value: Any) -> Reply:
        return Reply("ok", self.keep(self.live(value)))

    def do_draw(self, generator: wire.Generator) -> Reply:
        """What the generator gives next, which tells whether it was used."""
        return Reply("ok", float(self.live(generator).random()))

    def do_fetch(self, handle: wire.Handle) -> Reply:
        return Reply("ok", self.plain(self.kept.get(handle.number)))

    def keep(self, value: Any) -> wire.Handle:
        number = len(self.kept)
        self.kept[number] = value
        return wire.Handle(number)

    def live(self, value: Any) -> Any:
        """An argument as the student's function gets it: own writable arrays, kept objects."""
        if isinstance(value, np.ndarray):
            return value.copy()
        if isinstance(value, wire.Handle):
            return self.kept[value.number]
        if isinstance(value, wire.Generator):
            if value.number not in self.generators:
                self.generators[value.number] = np.random.default_rng(value.seed)
            return self.generators[value.number]
        if isinstance(value, wire.Given):
            return GIVEN[value.name]
        if isinstance(value, (list, tuple)):
            return type(value)(self.live(item) for item in value)
        if isinstance(value, dict):
            return {key: self.live(item) for key, item in value.items()}
        return value

    def do_call(
        self,
        module: str,
        function: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        returns: tuple[str, ...],
    ) -> Reply:
        target = getattr(self.modules.get(module), function, None)
        if not callable(target):
            return Reply("missing")
        live = [self.live(argument) for argument in arguments]
        live_keywords = {key: self.live(value) for key, value in keywords.items()}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = target(*live, **live_keywords)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                return self.raised(error)
        changed = tuple(
            position
            for position, (before, after) in enumerate(
                zip((*arguments, *keywords.values()), (*live, *live_keywords.values()), strict=True)
            )
            if isinstance(before, np.ndarray) and not same(before, after)
        )
        said = tuple(str(warning.message)[:MAX_TEXT] for warning in caught[:MAX_WARNINGS])
        return self.results(result, returns)._replace(remarks=Remarks(changed, said))

    def results(self, result: Any, returns: tuple[str, ...]) -> Reply:
        """Split a result into the named ones; those named ``cache`` stay here."""
        values = (result,) if len(returns) == 1 else result
        if not isinstance(values, (tuple, list)) or len(values) != len(returns):
            return Reply("returned", kind(result))
        budget = [wire.MAX_ITEMS // 2]
        pairs = zip(returns, values, strict=True)
        return Reply(
            "ok", tuple(self.keep(v) if n == CACHE else self.plain(v, budget) for n, v in pairs)
        )

    def plain(self, value: Any, budget: list[int] | None = None) -> Any:
        return plain(value, self.array, budget)

    def raised(self, error: BaseException) -> Reply:
        types_ = tuple(cls.__name__[:80] for cls in type(error).__mro__[:10])
        frames = self.frames(error.__traceback__)
        return Reply("raised", Raised(types_, loader.describe(error), frames))

    def frames(
        self, traceback: types.TracebackType | None
    ) -> tuple[tuple[str, int, str, str], ...]:
        """The student's own frames, outermost first: (file, line, function, the line's text)."""
        found = []
        while traceback is not None:
            code, number = traceback.tb_frame.f_code, traceback.tb_lineno
            lines = self.lines.get(code.co_filename)
            if lines is not None:
                shown = lines[number - 1].strip()[:MAX_TEXT] if number <= len(lines) else ""
                found.append((code.co_filename, number, code.co_name[:80], shown))
            traceback = traceback.tb_next
        return tuple(found[-MAX_FRAMES:])


def same(before: np.ndarray, after: np.ndarray) -> bool:
    """Bitwise equality, so that a NaN in an input does not count as a change."""
    return before.shape == after.shape and before.tobytes() == after.tobytes()


def plain(value: Any, array: MakeArray = np.array, budget: list[int] | None = None) -> Any:
    """A result as a value the wire can carry; what it cannot carry becomes ``Opaque``.

    ``budget`` counts the parts that the results of one call may still have; ``array`` makes the
    arrays.
    """
    return _plain(value, array, budget or [wire.MAX_ITEMS // 2], 0)


def _plain(value: Any, array: MakeArray, budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > wire.MAX_DEPTH - 4:
        return wire.Opaque("a result with too many or too deeply nested parts")
    if value is None or type(value) in (bool, float, str):
        return value[:10_000] if isinstance(value, str) else value
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain_array(value, array)
    if type(value) is int and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, (tuple, list, dict)) and len(value) > budget[0]:
        return wire.Opaque(kind(value))
    if isinstance(value, (tuple, list)):
        items = [_plain(item, array, budget, depth + 1) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict) and all(type(key) in (str, int) for key in value):
        return {key: _plain(item, array, budget, depth + 1) for key, item in value.items()}
    return wire.Opaque(kind(value))


_CONVERSIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "f": lambda array: array if array.dtype.itemsize in (4, 8) else array.astype(np.float64),
    "i": lambda array: array.astype(np.int64),
    "u": lambda array: array.astype(np.int64 if array.dtype.itemsize < 8 else np.float64),
    "b": lambda array: array,
}


def _plain_array(value: np.ndarray | np.generic, make: MakeArray) -> Any:
    array = np.asarray(value)
    convert = _CONVERSIONS.get(array.dtype.kind)
    if array.dtype.kind == "U" and array.ndim == 0:
        return str(array)[:10_000]
    if convert is None or array.ndim > wire.MAX_DIMENSIONS or array.nbytes > wire.MAX_FRAME // 4:
        return wire.Opaque(kind(value))
    converted = convert(array)
    return make(converted, converted.dtype.newbyteorder("<"), order="C")


def kind(value: Any) -> str:
    """What a value is, in words: ``an array of shape (6, 3)``, ``a tuple of 2``, ``None``."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"[:MAX_TEXT]
    name = type(value).__name__[:80]
    if isinstance(value, (tuple, list, dict)):
        return f"a {name} of {len(value)}"
    return f"a value of type {name}"
