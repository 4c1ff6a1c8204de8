"""Candidates: anything that answers calls, and the observations they leave.

One seam, one method wide: a candidate turns a request into a reply. :class:`Local` does it in this
process (references, misconceptions, a student's own check), :class:`Sandboxed` in a worker.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .model import Detail, Fault, Text, Verdict, text
from .sandbox import host
from .sandbox.wire import Given, Handle, Opaque

__all__ = ["Candidate", "Fault", "Given", "Handle", "Local", "Observation", "as_array"]

CACHE = host.CACHE
Array = np.ndarray
Reply = dict[str, Any]


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


class Exchange(Protocol):
    """What a candidate talks to: a host in this process, or a worker's session."""

    def __call__(self, request: tuple[Any, ...]) -> Reply: ...


class Candidate:
    """Calls the functions of one exercise through ``exchange`` and turns replies into values.

    ``lost`` names functions that the file defines but that could not be loaded, and why.
    """

    def __init__(
        self, module: str, exchange: Exchange, lost: Mapping[str, Fault] | None = None
    ) -> None:
        self.module = module
        self.exchange = exchange
        self.lost = dict(lost or {})
        self.calls = 0
        self.remarks: dict[str, Text] = {}

    def begin(self, seed: int) -> None:
        """Start a case: nothing is kept from the one before."""
        self.remarks = {}
        self.exchange(("begin", seed))

    def call(
        self, function: str, *arguments: Any, returns: tuple[str, ...], **keywords: Any
    ) -> Any:
        """Call ``function`` and return its named results: one value, or a tuple of several.

        A result named ``cache`` stays with the candidate and comes back as a handle.
        Raises :class:`Fault` when there is no such answer.
        """
        reply = self._ask(function, arguments, keywords, returns)
        if reply["status"] == "raised":
            raise raised(function, reply)
        values: tuple[Any, ...] = reply["value"]
        return values[0] if len(returns) == 1 else values

    def refuses(self, function: str, *arguments: Any, error: str) -> Array:
        """Whether calling ``function`` raises ``error`` (a type's name), as a boolean array ()."""
        reply = self._ask(function, arguments, {}, ("result",))
        if reply["status"] != "raised":
            return np.array(False)
        if "NotImplementedError" in reply["types"]:
            raise raised(function, reply)
        return np.array(error in reply["types"])

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
            reply = self.exchange(("call", self.module, function, arguments, keywords, returns))
        except Fault as fault:
            sentence = text("{function}: {reason}", function=function, reason=fault.text)
            self.lost[function] = Fault(fault.verdict, sentence, fault.details, function)
            raise self.lost[function] from fault  # and not called again: it cost its time once
        if not well_formed(reply, returns):
            raise Fault(Verdict.CRASHED, text("the reply is none"), function=function)
        if reply["status"] == "missing":
            raise Fault(
                Verdict.UNSOLVED,
                text("{file}.py has no function {function}", file=self.module, function=function),
                function=function,
            )
        if reply["status"] == "returned":
            raise wrong_results(function, returns, reply["kind"])
        if reply["status"] == "ok":
            self._remark(function, reply)
        return reply

    def _remark(self, function: str, reply: Reply) -> None:
        if reply["changed"]:
            self.remarks["changed"] = text(
                "{function} changes its input in place: copy it first", function=function
            )
        for warning in reply["warnings"]:
            remark = text("{function} warns: {warning}", function=function, warning=warning)
            self.remarks.setdefault(warning, remark)

    def generator(self, seed: int) -> Handle:
        """A ``numpy.random.Generator`` that stays with the candidate."""
        return self._value(("generator", seed))

    def keep(self, value: Any) -> Handle:
        """Place ``value`` with the candidate, to be passed by reference and fetched later."""
        return self._value(("keep", value))

    def fetch(self, handle: Handle) -> Any:
        return self.exchange(("fetch", handle)).get("value")

    def _value(self, request: tuple[Any, ...]) -> Handle:
        handle = self.exchange(request).get("value")
        if not isinstance(handle, Handle):
            raise Fault(Verdict.CRASHED, text("the worker's reply is not a handle"))
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


def well_formed(reply: Reply, returns: tuple[str, ...]) -> bool:
    """Whether a reply has the parts of its status: a student can write anything into the pipe."""
    status = reply.get("status")
    if status == "ok":
        value = reply.get("value")
        return (
            isinstance(value, tuple)
            and len(value) == len(returns)
            and all(
                isinstance(v, Handle) == (n == CACHE) for v, n in zip(value, returns, strict=True)
            )
            and isinstance(reply.get("changed"), list)
            and _all_are(str, reply.get("warnings"))
        )
    if status == "raised":
        frames = reply.get("frames")
        return (
            _all_are(str, reply.get("types"))
            and isinstance(reply.get("message"), str)
            and _all_are(tuple, frames)
            and all(tuple(map(type, frame)) == (str, int, str, str) for frame in frames or ())
        )
    return status == "missing" or (status == "returned" and isinstance(reply.get("kind"), str))


def _all_are(kind: type, values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


def raised(function: str, reply: Reply) -> Fault:
    """The fault for a reply that says a call raised."""
    if "NotImplementedError" in reply["types"]:
        return Fault(
            Verdict.UNSOLVED,
            text("{function} is not written yet", function=function),
            function=function,
        )
    sentence = text("{function} raised {error}", function=function, error=reply["message"][:400])
    frames = tuple(_frame(frame) for frame in reply["frames"])
    return Fault(Verdict.RAISED, sentence, frames, function)


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


def wrong_results(function: str, returns: tuple[str, ...], kind: str) -> Fault:
    return Fault(
        Verdict.FAILED,
        text(
            "{function} returned {kind}; expected {count} results: {names}",
            function=function,
            kind=kind[:400],
            count=len(returns),
            names=", ".join(returns),
        ),
        function=function,
    )


def as_array(name: str, value: Any) -> Array:
    """``value`` as a numeric, boolean or text array; raises :class:`Fault` where it is none."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, (bool, int, float, str)):
        return np.array(value)
    if isinstance(value, (list, tuple)):
        array = _stack(value)
        if array is not None:
            return array
    kind = value.kind if isinstance(value, Opaque) else host.kind(value)
    raise Fault(
        Verdict.FAILED, text("{name} is {kind}; expected an array", name=name, kind=kind[:400])
    )


def _stack(values: list[Any] | tuple[Any, ...]) -> Array | None:
    """A list of numbers, lists or equal arrays as one array; None where it is anything else."""
    try:
        array = np.array(values)
    except (ValueError, TypeError):
        return None
    return array if array.dtype.kind in "fib" else None
