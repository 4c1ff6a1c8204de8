"""What decides a mark: deviation, and numeric gradients from one stacked call.

No finite difference decides between right and wrong by relative error: near zero that measure fails
right code (sigmoid at x = 20 has a gradient of 2e-9 and a "relative error" of 4e-4). It is shown,
because students of CS231n know it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray

TOLERANCE = 3e-4  # between float32 right code (3.6e-5 at worst) and the smallest bug (6.7e-3)
NUMERIC_TOLERANCE = 3e-3  # right float32 code 7.8e-4 at worst, bugs 8.2e-3 at least
FLOAT32 = 1e-7, 1e-4  # float64 code stays below 8e-14, mixed code above; float32 code within
STEP = 1e-2  # of the numeric gradient; Richardson's error at this step is below 1e-8
MAP = (12, 24)  # rows and columns of a map of errors, at most
FARTHER = (1e-2, 1e-1, 1.0, 10.0)  # where its levels 2 to 5 begin, in scaled differences
LEVELS = ".12345"
KINK = 2.5 * STEP  # entries this near to a kink have no numeric gradient


def scaled_difference(got: Array, expected: Array) -> Array:
    """``|got - expected| / (1 + |expected|)`` per entry; infinite where NaN or inf differ."""
    got, expected = as_float(got), as_float(expected)
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    with np.errstate(all="ignore"):
        difference = np.abs(got - expected) / (1 + np.abs(expected))
    return np.where(same, 0.0, np.where(np.isfinite(difference), difference, np.inf))


def deviation(got: Array, expected: Array) -> float:
    """The largest scaled difference; infinite for another shape. Compare so that NaN fails."""
    if got.shape != expected.shape:
        return float("inf")
    if expected.dtype.kind == "U" or got.dtype.kind == "U":
        return 0.0 if bool(np.all(got == expected)) else float("inf")
    return float(scaled_difference(got, expected).max(initial=0.0))


def in_float32(got: Array) -> bool:
    """Whether every entry is a float32 (also in a wider array), and not every one a float16."""
    if got.dtype == np.float32:
        return True
    with np.errstate(all="ignore"):
        single, half = (np.array_equal(got.astype(t), got, equal_nan=True) for t in ("f4", "f2"))
    return single and not half


def relative_error(got: Array, expected: Array) -> float:
    """CS231n's ``max |a - b| / max(1e-8, |a| + |b|)``; for showing, never for deciding."""
    got, expected = as_float(got), as_float(expected)
    with np.errstate(all="ignore"):
        error = np.abs(got - expected) / np.maximum(1e-8, np.abs(got) + np.abs(expected))
    return float(np.nan_to_num(error, nan=1.0, posinf=1.0).max(initial=0.0))


def without_leading_ones(array: Array, shape: tuple[int, ...]) -> Array:
    """``(1, D)`` as ``(D,)`` where that is the shape asked for; else unchanged."""
    extra = array.ndim - len(shape)
    if extra > 0 and array.shape == (1,) * extra + shape:
        return array.reshape(shape)
    return array


@dataclass(frozen=True)
class Worst:
    """How many entries differ, and the one that differs most."""

    count: int
    total: int
    index: tuple[int, ...]
    got: float
    expected: float


def worst(got: Array, expected: Array, tolerance: float) -> Worst:
    """Where two numeric arrays of one shape differ; they must not be empty."""
    difference = scaled_difference(got, expected)
    flat = int(np.argmax(difference))
    index = tuple(int(i) for i in np.unravel_index(flat, difference.shape))
    count = int(np.count_nonzero(~(difference <= tolerance)))
    return Worst(
        count, difference.size, index, float(got[index]) + 0.0, float(expected[index]) + 0.0
    )


def error_map(got: Array, expected: Array, tolerance: float) -> str:
    """How far each entry is off, rows joined by ``/``: ``.`` equal, ``1`` near, ``5`` far or NaN.

    All axes but the first are laid out along a row; in what is larger than :data:`MAP` the worst
    of a block of entries speaks for it.
    """
    difference = scaled_difference(got, expected)
    table = difference.reshape(len(difference) if difference.ndim > 1 else 1, -1)
    for axis, most in enumerate(MAP):
        length = table.shape[axis]
        if length > most:
            table = np.maximum.reduceat(table, np.arange(most) * length // most, axis=axis)
    levels = np.where(table <= tolerance, 0, 1 + np.digitize(table, FARTHER))
    return "/".join("".join(LEVELS[level] for level in row) for row in levels)


@dataclass(frozen=True)
class Stack:
    """How copies of the inputs are laid side by side so that they do not interact.

    ``axes`` names, for each input that is copied, the axis along which; inputs left out are
    shared. ``out`` is the axis of the output along which the copies come back.
    """

    axes: Mapping[str, int]
    out: int


def stacked_gradient(
    forward: Callable[[Mapping[str, Array]], Array],
    inputs: Mapping[str, Array],
    wrt: tuple[str, ...],
    stack: Stack,
    dout: Array,
    steps: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Gradients of ``sum(forward(inputs) * dout)`` with respect to ``wrt``, in one forward call.

    Central differences at h and 2h, combined as ``(4 D(h) - D(2h)) / 3`` (Richardson); the outputs
    are subtracted before they are contracted with ``dout``, which keeps float32 usable.
    ``forward`` gets the inputs with all perturbed copies stacked as ``stack`` says.
    """
    steps = dict(steps or {})
    names = [name for name in wrt for _ in range(4 * inputs[name].size)]
    offsets = {name: _offsets(inputs[name], steps.get(name)) for name in wrt}
    copies = len(names)
    stacked = dict(inputs)
    for name, axis in stack.axes.items():
        tiled = np.repeat(inputs[name][np.newaxis], copies, axis=0).astype(np.float64)
        if name in offsets:
            mine = np.array([owner == name for owner in names])
            tiled[mine] += offsets[name]
        stacked[name] = np.concatenate(list(tiled), axis=axis)
    outputs = np.asarray(forward(stacked), dtype=np.float64)
    parts = np.split(outputs, copies, axis=stack.out)
    gradients, start = {}, 0
    for name in wrt:
        count = 4 * inputs[name].size
        gradients[name] = _richardson(parts[start : start + count], offsets[name], dout)
        start += count
    return gradients


def _offsets(values: Array, step: Array | None) -> Array:
    """(4 size, *shape): +h, -h, +2h, -2h for each entry in turn."""
    h = STEP * np.maximum(1.0, np.abs(values) / 4) if step is None else step
    units = np.eye(values.size).reshape(values.size, 1, *values.shape) * h
    pattern = np.array([1.0, -1.0, 2.0, -2.0]).reshape(1, 4, *(1 for _ in values.shape))
    return (units * pattern).reshape(4 * values.size, *values.shape)


def _richardson(parts: list[Array], offsets: Array, dout: Array) -> Array:
    shape = offsets.shape[1:]
    slopes = []
    for plus, minus in ((0, 1), (2, 3)):
        change = [
            np.sum((a - b) * dout) for a, b in zip(parts[plus::4], parts[minus::4], strict=True)
        ]
        width = (offsets[plus::4] - offsets[minus::4]).reshape(len(change), -1).sum(axis=1)
        slopes.append(np.array(change) / width)
    return ((4 * slopes[0] - slopes[1]) / 3).reshape(shape)


def skip(gradient: Array, near_kink: Array) -> Array:
    """``gradient`` with NaN, which compares with nothing, where there is no numeric gradient."""
    return np.where(near_kink, np.nan, gradient)


def as_float(value: Any) -> Array:
    return np.asarray(value, dtype=np.float64)
