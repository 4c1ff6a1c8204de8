"""Candidates: anything that answers calls, and the observations they leave.

One seam, one method wide: a candidate turns a request into a reply. :class:`Local` does it in this
process (references, misconceptions, a student's own check), :class:`Sandboxed` in a worker.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .model import Detail, Details, Fault, Text, Verdict, text
from .sandbox import host
from .sandbox.reply import CACHE, Raised, Remarks, Reply
from .sandbox.wire import Generator, Given, Handle, Opaque

__all__ = ["CACHE", "Candidate", "Fault", "Given", "Handle", "Local", "Observation", "as_array"]

if TYPE_CHECKING:
    from .raising import Raising

Array = np.ndarray
NO_FUNCTION = text("{file}.py has no function {function}", file="", function="")


@dataclass(frozen=True)
class Observation:
    """The named arrays that a candidate produced for one case, and remarks that carry no points."""

    values: Mapping[str, Array]
    remarks: tuple[Text, ...] = ()

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    def gradients(self) -> list[str]:
        """Names of the arrays that have a numeric counterpart."""
        return [name for name in self.values if f"numeric_{name}" in self.values]


class NoValue(Fault):
    """What stands for the result ``name`` is nothing to compare: it is of another kind."""

    def __init__(self, name: str, kind: Text, expected: Text, details: Details = ()) -> None:
        self.name, self.kind = name, kind
        sentence = text(
            "{name} is {kind}; expected {expected}", name=name, kind=kind, expected=expected
        )
        super().__init__(Verdict.FAILED, sentence, details)


class Exchange(Protocol):
    """What a candidate talks to: a host in this process, or a worker's session."""

    def __call__(self, request: tuple[Any, ...]) -> Reply: ...


class Candidate:
    """Calls the functions of one exercise through ``exchange`` and turns replies into values.

    ``lost`` names what the file defines or imports but what could not be loaded, and why;
    ``source`` is the file, which tells more of an exception than its message does.
    """

    def __init__(
        self,
        module: str,
        exchange: Exchange,
        lost: dict[str, Fault] | None = None,
        source: bytes = b"",
    ) -> None:
        self.module = module
        self.exchange = exchange
        self.lost = {} if lost is None else lost  # not copied: it may stand for every function
        self.source = source
        self.calls = 0
        self.remarks: dict[str, Text] = {}
        self.nothing: set[str] = set()  # results whose function returned None
        self.seed: int | None = None
        self.generators = 0

    def begin(self, seed: int) -> None:
        """Start a case: nothing is kept from the one before."""
        self.remarks = {}
        self.nothing = set()
        self.seed = seed
        self.generators = 0

    def _send(self, *request: Any) -> Reply:
        """Exchange a request; the first of a case starts it."""
        if self.seed is None:
            return self.exchange(request)
        seed, self.seed = self.seed, None
        return self.exchange(("case", seed, *request))

    def call(
        self, function: str, *arguments: Any, returns: tuple[str, ...], **keywords: Any
    ) -> Any:
        """Call ``function`` and return its named results: one value, or a tuple of several.

        A result named ``cache`` stays with the candidate and comes back as a handle.
        Raises :class:`Fault` when there is no such answer.
        """
        reply = self._ask(function, arguments, keywords, returns)
        if reply.status == "raised":
            raise self._raised(function, reply.value)
        values: tuple[Any, ...] = reply.value
        if len(values) == 1 and values[0] is None:
            self.nothing.update(returns)
        return values[0] if len(returns) == 1 else values

    def refuses(self, function: str, *arguments: Any, error: str) -> Array:
        """Whether calling ``function`` raises ``error`` (a type's name), as a boolean array ()."""
        reply = self._ask(function, arguments, {}, ("result",))
        if reply.status != "raised":
            return np.array(False)
        if "NotImplementedError" in reply.value.types:
            raise self._raised(function, reply.value)
        return np.array(error in reply.value.types)

    def _ask(
        self,
        function: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        returns: tuple[str, ...],
    ) -> Reply:
        if function in self.lost:
            raise self.lost[function]
        self.calls += 1
        try:
            reply = self._send("call", self.module, function, arguments, keywords, returns)
        except Fault as fault:
            sentence = text("{function}: {reason}", function=function, reason=fault.text)
            self.lost[function] = Fault(fault.verdict, sentence, fault.details, function)
            raise self.lost[function] from fault  # and not called again: it cost its time once
        if reply.status == "missing":
            raise Fault(
                Verdict.UNSOLVED,
                Text(NO_FUNCTION.template, {"file": self.module, "function": function}),
                function=function,
            )
        if reply.status == "returned":
            raise wrong_results(function, returns, reply.value)
        self._remark(function, reply.remarks)
        return reply

    def _raised(self, function: str, error: Raised) -> Fault:
        lost = {name: fault.text for name, fault in self.lost.items()}
        return raised(function, error, self.source, lost)

    def _remark(self, function: str, remarks: Remarks) -> None:
        if remarks.changed:
            self.remarks["changed"] = text(
                "{function} changes its input in place: copy it first", function=function
            )
        for warning in remarks.warnings:
            remark = text("{function} warns: {warning}", function=function, warning=warning)
            self.remarks.setdefault(warning, remark)
        if remarks.printed:
            remark = text(
                "{function} prints: {said}", function=function, said=remarks.printed[:200]
            )
            self.remarks.setdefault("printed", remark)

    def generator(self, seed: int) -> Generator:
        """A new ``numpy.random.Generator``, made and kept by the candidate."""
        self.generators += 1
        return Generator(self.generators, seed)

    def used(self, generator: Generator) -> Array:
        """Whether a function drew from ``generator``, as a boolean array ()."""
        untouched = np.random.default_rng(generator.seed).random()
        return np.array(self._send("draw", generator).value != untouched)

    def fetch(self, handle: Handle) -> Any:
        return self._send("fetch", handle).value

    def keep(self, value: Any) -> Handle:
        """Place ``value`` with the candidate, to be passed by reference and fetched later."""
        handle: Handle = self._send("keep", value).value
        return handle


class Local(Candidate):
    """A candidate in this process: a module's functions, some of them replaced.

    >>> Local(solutions.activations, sigmoid_forward=naive)  # doctest: +SKIP
    """

    def __init__(self, module: types.ModuleType, /, **replaced: Any) -> None:
        short = module.__name__.rpartition(".")[2]
        namespace = types.ModuleType(short)
        namespace.__dict__.update({**vars(module), **replaced})
        super().__init__(short, host.Host({short: namespace}).handle)


def raised(
    function: str, error: Raised, source: bytes = b"", lost: Mapping[str, Text] | None = None
) -> Fault:
    """The fault for a call that raised ``error``; explained by the file and what it has lost."""
    from .meanings import meaning  # nobody waits for it where nothing is raised
    from .raising import Raising

    frames = tuple(map(_frame, dict.fromkeys(error.frames)))  # a recursion repeats them
    raising = Raising(function, error, source, lost or {})
    if "NotImplementedError" in error.types:
        return unsolved(raising, frames)
    sentence = text("{function} raised {error}", function=function, error=error.message[:400])
    means = meaning(raising)
    details = frames if means is None else (*frames, Detail("means", means))
    return Fault(Verdict.RAISED, sentence, details, function)


def unsolved(raising: Raising, frames: Details) -> Fault:
    """The fault for a stub, also for one whose last line was forgotten."""
    from .names import STUB, is_stub  # as in raised

    function = raising.function
    if raising.is_its_own and raising.line.startswith(STUB) and not is_stub(raising.here):
        sentence = text(
            "{function}: the line {stub} is still there: delete it", function=function, stub=STUB
        )
        return Fault(Verdict.UNSOLVED, sentence, frames, function)
    sentence = text("{function} is not written yet", function=function)
    return Fault(Verdict.UNSOLVED, sentence, function=function)


def _frame(frame: tuple[str, int, str, str]) -> Detail:
    file, line, function, code = frame
    return Detail(
        "line",
        text(
            "{file}:{line} in {function}: {code}",
            file=file,
            line=line,
            function=function,
            code=code,
        ),
    )


# What a host calls a value (``host.kind``), as sentences that can be translated.
KINDS = {
    r"an array of shape (?P<shape>.*) and dtype (?P<dtype>.*)": text(
        "an array of shape {shape} and dtype {dtype}"
    ),
    r"a (?P<kind>\w+) of (?P<count>\d+)": text("a {kind} of {count}"),
    r"a value of type (?P<kind>.*)": text("a value of type {kind}"),
    r"a result with too many or too deeply nested parts": text(
        "a result with too many or too deeply nested parts"
    ),
}


def kind_of(words: str) -> Text:
    for pattern, sentence in KINDS.items():
        if found := re.fullmatch(pattern, words):
            return Text(sentence.template, found.groupdict())
    return text("{words}", words=words)


def wrong_results(function: str, returns: tuple[str, ...], kind: str) -> Fault:
    return Fault(
        Verdict.FAILED,
        text(
            "{function} returned {kind}; expected {count} results: {names}",
            function=function,
            kind=kind_of(kind[:400]),
            count=len(returns),
            names=", ".join(returns),
        ),
        (WITHOUT_RETURN,) if kind == "None" else (),
        function,
    )


def as_array(name: str, value: Any) -> Array:
    """``value`` as a numeric, boolean or text array; raises :class:`Fault` where it is none."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, (bool, int, float, str, np.generic)):
        return np.array(value)
    if isinstance(value, (list, tuple)):
        array = _stack(value)
        if array is not None:
            return array
    kind = value.kind if isinstance(value, Opaque) else host.kind(value)
    raise NoValue(name, kind_of(kind[:400]), REAL)


REAL = text("real numbers")
WITHOUT_RETURN = Detail("means", text("A function that ends without return gives None."))


def better_told(fault: NoValue, right: Array | None, returned_none: bool) -> NoValue:
    """The fault with what is expected in place of ``right``, and why it may be None."""
    details = (WITHOUT_RETURN,) if returned_none else ()
    return NoValue(fault.name, fault.kind, REAL if right is None else in_words(right), details)


def in_words(right: Array) -> Text:
    """What ``right`` is, as a student is told what is expected."""
    if right.dtype.kind in "Ub":
        return {"U": text("a string"), "b": text("True or False")}[right.dtype.kind]
    return {0: text("a number"), 1: REAL}.get(right.ndim, text("an array of real numbers"))


def as_numbers(name: str, value: Any, shape: tuple[int, ...] | None = None) -> Array:
    """``value`` as a numeric array, of ``shape`` where given; raises :class:`Fault` otherwise."""
    array = as_array(name, value)
    if array.dtype.kind not in "fib":
        raise Fault(Verdict.FAILED, text("{name} must be numbers, not text", name=name))
    if shape is not None and array.shape != shape:
        raise Fault(Verdict.FAILED, wrong_shape(name, array, shape))
    return array


def wrong_shape(name: str, got: Array, expected: tuple[int, ...]) -> Text:
    return text(
        "{name} has shape {got}, expected {expected}",
        name=name,
        got=str(got.shape),
        expected=str(expected),
    )


def _stack(values: list[Any] | tuple[Any, ...]) -> Array | None:
    """A list of numbers, lists or equal arrays as one array; None where it is anything else."""
    try:
        array = np.array(values)
    except (ValueError, TypeError):
        return None
    return array if array.dtype.kind in "fib" else None
