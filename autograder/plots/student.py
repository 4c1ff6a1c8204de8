"""A student's functions as a picture asks them: one that gives no answer leaves a gap, no crash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .. import syllabus
from ..candidate import as_numbers, raised, wrong_results
from ..model import Fault, GraderError, Text, Verdict, text
from ..numerics import as_float, without_leading_ones
from ..sandbox import host, loader
from ..sandbox.reply import Raised

Array = np.ndarray


class Student:
    """Calls the functions of a namespace; ``gaps`` collects why parts of a picture are missing."""

    def __init__(self, functions: Any) -> None:
        self.functions = functions
        self.gaps: list[Fault] = []
        self.parts = 0

    def call(
        self, name: str, *arguments: Any, returns: tuple[str, ...] = (), **keywords: Any
    ) -> Any:
        """What the function ``name`` returns for copies of the arrays among ``arguments``.

        With ``returns``, a tuple of as many results. Raises :class:`Fault` when there is no such
        answer.
        """
        function = self.named(name)
        with blaming(name, called=True):
            result = function(*map(own, arguments), **keywords)
        if returns and not (isinstance(result, (tuple, list)) and len(result) == len(returns)):
            raise wrong_results(name, returns, host.kind(result))
        return result

    def named(self, name: str) -> Any:
        """The function, or the class, itself; raises :class:`Fault` where there is none."""
        with blaming(name, called=True):
            found = getattr(self.functions, name, None)
            if found is None:
                raise NotImplementedError
        return found

    def array(self, name: str, *arguments: Any, shape: tuple[int, ...] | None = None) -> Array:
        """The one array that the function ``name`` returns."""
        return array(name, "result", self.call(name, *arguments), shape)

    def forward(self, name: str, x: Array, *arguments: Any) -> tuple[Array, Any]:
        """Output, in the shape of ``x``, and cache of the layer ``name``."""
        forward = f"{name}_forward"
        out, cache = self.call(forward, x, *arguments, returns=("out", "cache"))
        return array(forward, "out", out, x.shape), cache

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Draw a part of the picture, or leave it out where a function gives no answer."""
        try:
            with blaming(name):
                yield
            self.parts += 1
        except Fault as fault:
            self.gaps.append(fault)


@contextmanager
def blaming(name: str, called: bool = False) -> Iterator[None]:
    """Turn an error into a :class:`Fault` of the function that raised it, or whose answer did.

    Without a function of the assignment on the way to the error it is the answer of ``name`` that
    cannot be used; with ``called``, it is ``name`` that raised.
    """
    try:
        yield
    except (Fault, KeyboardInterrupt):
        raise
    except GraderError as error:
        raise Fault(Verdict.RAISED, error.text, function=name) from error
    except BaseException as error:  # sys.exit too
        guilty = culprit(error) or (name if called else None)
        raise fault_of(error, guilty) if guilty else unusable(error, name) from error


def culprit(error: BaseException) -> str | None:
    """The innermost function of the assignment on the way to the error."""
    names = {question.name for question in syllabus.questions()}
    found, traceback = None, error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        ours = str(frame.f_globals.get("__name__")).startswith(f"{__package__}.")
        if frame.f_code.co_name in names and not ours:  # a picture may have a function's name
            found = frame.f_code.co_name
        traceback = traceback.tb_next
    return found


def fault_of(error: BaseException, function: str) -> Fault:
    types = tuple(one.__name__ for one in type(error).__mro__)
    return raised(function, Raised(types, loader.describe(error), ()))


def unusable(error: BaseException, name: str) -> Fault:
    sentence = text(
        "the answer of {function} cannot be drawn ({error})",
        function=name,
        error=loader.describe(error),
    )
    return Fault(Verdict.FAILED, sentence, function=name)


def own(value: Any) -> Any:
    """Arrays as copies, since a function may change its arguments in place."""
    if isinstance(value, list):
        return [own(one) for one in value]
    return value.copy() if isinstance(value, np.ndarray) else value


def array(function: str, name: str, value: Any, shape: tuple[int, ...] | None = None) -> Array:
    """``value`` as finite floats of ``shape``; raises :class:`Fault` that names the function."""
    try:
        if shape is not None and isinstance(value, np.ndarray):
            value = without_leading_ones(value, shape)
        return finite(name, as_float(as_numbers(name, value, shape)))
    except Fault as fault:
        sentence = text("{function}: {reason}", function=function, reason=fault.text)
        raise Fault(fault.verdict, sentence, function=function) from fault


def finite(name: str, values: Array) -> Array:
    """``values``; raises :class:`Fault` where one of them is infinite or not a number."""
    if not np.isfinite(values).all():
        count = int(np.count_nonzero(~np.isfinite(values)))
        sentence = text(
            "{count} of {total} values of {name} are not finite",
            count=count,
            total=values.size,
            name=name,
        )
        raise Fault(Verdict.FAILED, sentence)
    return values


def said_of(gaps: list[Fault]) -> Text | None:
    """One sentence for what is missing, unwritten functions together; None if nothing is."""
    unique = {str(gap.text): gap for gap in gaps}.values()
    unwritten = [gap.function for gap in unique if gap.verdict == Verdict.UNSOLVED]
    others = [gap.text for gap in unique if gap.verdict != Verdict.UNSOLVED]
    reasons: list[Text] = list(others)
    if unwritten:
        names = ", ".join(map(str, unwritten))
        reasons.insert(0, text("not written yet: {names}", names=names))
    return text("Missing here: {reasons}.", reasons=reasons) if reasons else None
