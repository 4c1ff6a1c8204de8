"""What a check can promise of an observation: each factory returns a judge.

A judge takes what was seen on one case, returns remarks, and raises :class:`Mismatch`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .candidate import wrong_shape
from .exercise import FREE, Inputs, Judge, Seen
from .model import Detail, Details, Mismatch, Text, text
from .numerics import (
    FLOAT32,
    NUMERIC_TOLERANCE,
    TOLERANCE,
    Worst,
    deviation,
    error_map,
    in_float32,
    relative_error,
    without_leading_ones,
    worst,
)

Array = np.ndarray
Where = Callable[[Inputs], Array]


class Differs(Mismatch):
    """Two arrays of one shape differ: what was compared, on which entries, how near is equal.

    ``mask`` is None where all entries were compared; ``worst`` is the entry that is told.
    """

    def __init__(
        self, name: str, got: Array, expected: Array, mask: Array | None, tolerance: float
    ) -> None:
        self.name, self.got, self.expected = name, got, expected
        self.mask, self.tolerance = mask, tolerance
        shown, masked = within(mask, got), within(mask, expected)
        w = self.worst = worst(shown, masked, tolerance)
        wrong_in = text(
            "{name} is wrong in {count} of {total}",
            name=name,
            count=w.count,
            total=w.total,
            map=error_map(shown, masked, tolerance),  # for a page that has room for a picture
        )
        super().__init__(wrong_in, facts(name, shown, masked, w))


def agrees(*names: str, where: Where | None = None) -> Judge:
    """Each named array equals the reference's, within :data:`TOLERANCE`; on ``where`` only."""

    def judge(seen: Seen) -> tuple[Text, ...]:
        remarks: list[Text] = []
        mask = None if where is None else where(seen.inputs)
        for name in names:
            shown, expected = name.removeprefix(FREE), seen.expected[name]
            got = fit(shown, seen.got[name], expected.shape, remarks)
            compare(shown, got, expected, mask, TOLERANCE, remarks)
        return tuple(remarks)

    return judge


def numeric(*names: str, where: Where | None = None) -> Judge:
    """Each named gradient agrees with the numeric gradient of the reference's forward."""

    def judge(seen: Seen) -> tuple[Text, ...]:
        remarks: list[Text] = []
        for name in names:
            expected = seen.expected[f"numeric_{name}"]
            got = fit(name, seen.got[name], expected.shape, [])
            known = np.isfinite(expected)
            mask = known if where is None else known & where(seen.inputs)
            compare(name, got, expected, mask, NUMERIC_TOLERANCE, remarks)
        return ()

    return judge


def refuses(name: str, error: str) -> Judge:
    """The call observed as ``name`` raised ``error``."""

    def judge(seen: Seen) -> tuple[Text, ...]:
        if not seen.got[name]:
            raise Mismatch(text("no {error} was raised", error=error))
        return ()

    return judge


def between(name: str, low: Where, high: Where, where: Where, tolerance: float = 1e-5) -> Judge:
    """Where ``where``, each entry lies between two bounds, in whichever order they come."""

    def judge(seen: Seen) -> tuple[Text, ...]:
        mask = where(seen.inputs)
        shown = name.removeprefix(FREE)
        got = fit(shown, seen.got[name], mask.shape, [])[mask]
        bounds = low(seen.inputs)[mask], high(seen.inputs)[mask]
        least, most = np.minimum(*bounds) - tolerance, np.maximum(*bounds) + tolerance
        inside = (got >= least) & (got <= most)
        if not inside.all():
            at = int(np.argmin(inside))
            raise Mismatch(
                text(
                    "{name} is {got:.6g} where anything from {low:.6g} to {high:.6g} is right",
                    name=shown,
                    got=float(got[at]),
                    low=float(least[at]),
                    high=float(most[at]),
                )
            )
        return ()

    return judge


def both(*judges: Judge) -> Judge:
    """All of ``judges``; the first that fails speaks."""

    def judge(seen: Seen) -> tuple[Text, ...]:
        return tuple(remark for one in judges for remark in one(seen))

    return judge


def fit(name: str, got: Array, shape: tuple[int, ...], remarks: list[Text]) -> Array:
    """``got`` in ``shape``, forgiving leading axes of length one with a remark."""
    fitted = without_leading_ones(got, shape)
    if fitted.shape != shape:
        raise Mismatch(wrong_shape(name, got, shape))
    if fitted.ndim != got.ndim:
        remarks.append(
            text(
                "{name} has shape {got}; {expected} is asked for (accepted)",
                name=name,
                got=str(got.shape),
                expected=str(shape),
            )
        )
    return fitted


def compare(
    name: str,
    got: Array,
    expected: Array,
    mask: Array | None,
    tolerance: float,
    remarks: list[Text],
) -> None:
    """Raise a mismatch with the facts a student needs, or remark on what is less exact."""
    if "U" in (got.dtype.kind, expected.dtype.kind) or expected.dtype.kind == "b":
        return compare_words(name, got, expected)
    compared = within(mask, got)
    difference = deviation(compared, within(mask, expected))
    if not difference <= tolerance:  # so that NaN fails
        raise Differs(name, got, expected, mask, tolerance)
    if difference > FLOAT32[0] and tolerance == TOLERANCE:
        remarks.append(inexact(name, compared, difference))
    return None


def inexact(name: str, got: Array, difference: float) -> Text:
    """What is said of values that are right, and less exact than float64 code gives them."""
    if difference < FLOAT32[1] and in_float32(got):
        return text("{name} is right to float32 only: computed in float32?", name=name)
    return text(
        "{name} is right within the tolerance of {most:.0e}, not exactly", name=name, most=TOLERANCE
    )


def within(mask: Array | None, array: Array) -> Array:
    """The entries that are compared; the others as 0."""
    return array if mask is None else np.where(mask, array, 0)


def compare_words(name: str, got: Array, expected: Array) -> None:
    if got.shape != expected.shape or not bool(np.all(got == expected)):
        raise Mismatch(
            text(
                "{name} is {got}, expected {expected}",
                name=name,
                got=repr(got.tolist())[:200],
                expected=repr(expected.tolist()),
            )
        )


def facts(name: str, got: Array, expected: Array, w: Worst) -> Details:
    """The worst entry, CS231n's relative error, and where a result stops being finite."""
    entry = f"{name}{list(w.index)}" if w.index else name
    lines = [
        Detail("shape", text("{shape}, as expected", shape=str(got.shape))),
        Detail(
            "worst",
            text(
                "{entry}: got {got:.6g}, expected {expected:.6g}",
                entry=entry,
                got=w.got,
                expected=w.expected,
            ),
        ),
        Detail("rel error", text("{error:.1e}", error=relative_error(got, expected))),
    ]
    if not np.isfinite(got).all() and np.isfinite(expected).all():
        at = np.argwhere(~np.isfinite(got))[0].tolist()
        lines.append(Detail("not finite", text("first at {name}{at}", name=name, at=str(at))))
    return tuple(lines)
