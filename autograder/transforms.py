"""Simple relations of a wrong answer to the right one: a sign, a factor, a transpose, a sum.

Each is tried on every case; only one that makes the wrong answer of the right one on all of them
is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations

import numpy as np

from .comparison import Compared, equal, wrong_names
from .model import Diagnosis, Text, text
from .numerics import Array

NOTHING = 1e-6  # a factor below it is rounding
FEWEST = 3  # different right values that have to agree: with fewer it may be chance
ARGUMENTS = ("dout", "x", "gamma", "beta", "alpha", "w", "dw", "learning_rate", "reg")
Transform = Callable[[Compared], Array | None]  # the right answer made wrong; None: not possible
Relation = tuple[Text, Transform]


def simple_transform(compared: Mapping[str, list[Compared]], tolerance: float) -> Diagnosis | None:
    """The one relation that all wrong arrays have to the right ones, the simplest first."""
    names = wrong_names(compared)
    ones = [one for name in names for one in compared[name]]
    if not names or not enough(ones):
        return None
    swapped = changed_places(compared, names, tolerance)
    if swapped is not None:
        return Diagnosis("likely", swapped, None, EVIDENCE)
    for sentence, transform in relations(ones):
        if explains(ones, transform, tolerance):
            said = Text(sentence.template, {**sentence.values, "name": ", ".join(names)})
            return Diagnosis("likely", said, None, EVIDENCE)
    return None


EVIDENCE = text("true of every entry in every case")


def enough(ones: list[Compared]) -> bool:
    values = np.concatenate([one.expected[np.isfinite(one.expected)].ravel() for one in ones])
    different = set(np.round(values[np.abs(values) > 1e-3], 6).tolist())
    return len(different) >= FEWEST  # np.unique imports numpy.ma, 17 ms


def explains(ones: list[Compared], transform: Transform, tolerance: float) -> bool:
    """Whether ``transform`` makes what came of what should have, and not in a trivial way."""
    with np.errstate(all="ignore"):
        made = [transform(one) for one in ones]
    return all(
        one is not None and equal(c.got, np.asarray(one), tolerance)
        for c, one in zip(ones, made, strict=True)
    )


def changed_places(
    compared: Mapping[str, list[Compared]], names: list[str], tolerance: float
) -> Text | None:
    """Two results that stand where the other belongs."""
    for one, other in combinations(names, 2):
        pairs = list(zip(compared[one], compared[other], strict=False))
        if all(
            equal(a.got, b.expected, tolerance) and equal(b.got, a.expected, tolerance)
            for a, b in pairs
        ):
            return text(
                "{one} and {other} have changed places: look at the order of what you return.",
                one=one,
                other=other,
            )
    return None


def relations(ones: list[Compared]) -> Iterator[Relation]:
    """What the wrong may have to do with the right; ``{name}`` is still to be filled in."""
    yield from same_everywhere(ones)
    yield from SIMPLE
    yield from constant(ones)
    for argument in ARGUMENTS:
        for sentence, transform in WITH_ARGUMENT:
            said = Text(sentence.template, {"argument": argument})
            yield said, partial(with_argument, argument, transform)


def same_everywhere(ones: list[Compared]) -> Iterator[Relation]:
    values = np.concatenate([np.ravel(one.got) for one in ones])
    if values.size and np.array_equal(values, np.full_like(values, values[0]), equal_nan=True):
        number = float(values[0])
        yield (
            text("{name} is {number:.6g} everywhere.", name="", number=number),
            lambda one: one.got,
        )


def rows(one: Compared) -> int | None:
    """N, the length of the batch."""
    found = next(filter(lambda array: array is not None, map(one.input, ("x", "dout"))), None)
    return len(found) if found is not None and found.ndim else None


def by_rows(power: int) -> Transform:
    def transform(one: Compared) -> Array | None:
        count = rows(one)
        return None if count is None else one.expected * float(count) ** power

    return transform


def over_batch(reduce: Callable[..., Array]) -> Transform:
    """Reduced over the first axis, where that leaves the shape that came."""

    def transform(one: Compared) -> Array | None:
        return reduce(one.expected, axis=0) if one.expected.ndim > one.got.ndim else None

    return transform


def not_summed(one: Compared) -> Array | None:
    """What came, if its sum over the first axis is what should have come."""
    if one.got.ndim <= one.expected.ndim:
        return None
    return one.got if equal(one.got.sum(axis=0), one.expected, 1e-6) else None


SIMPLE: tuple[Relation, ...] = (
    (text("{name} has the wrong sign in every entry.", name=""), lambda one: -one.expected),
    (text("{name} is the transpose of what it should be.", name=""), lambda one: one.expected.T),
    (text("{name} is not summed over the batch; its sum would be right.", name=""), not_summed),
    (
        text("{name} is summed over the first axis, where nothing is to be summed.", name=""),
        over_batch(np.sum),
    ),
    (
        text("{name} is averaged over the first axis, where nothing is to be averaged.", name=""),
        over_batch(np.mean),
    ),
    (
        text("{name} is too large by a factor of N, the number of rows.", name=""),
        by_rows(1),
    ),
    (
        text("{name} is too small by a factor of N, the number of rows.", name=""),
        by_rows(-1),
    ),
    (
        text("{name} is in reverse order.", name=""),
        lambda one: one.expected[::-1] if one.expected.ndim else None,
    ),
    (text("{name} is 1 divided by what it should be.", name=""), lambda one: 1 / one.expected),
    (text("{name} is the square of what it should be.", name=""), lambda one: one.expected**2),
    (
        text("{name} is the square root of what it should be.", name=""),
        lambda one: np.sqrt(one.expected),
    ),
    (text("{name} is without its sign.", name=""), lambda one: np.abs(one.expected)),
    (text("{name} is cut off to whole numbers.", name=""), lambda one: np.trunc(one.expected)),
)


def constant(ones: list[Compared]) -> Iterator[Relation]:
    """One number that everything is multiplied by, or that is added to everything."""
    if not all(one.fits for one in ones):
        return
    got, right = (
        np.concatenate([np.ravel(getattr(one, side)).astype(float) for one in ones])
        for side in ("got", "expected")
    )
    at = int(np.argmax(np.abs(np.where(np.isfinite(right), right, 0))))
    with np.errstate(all="ignore"):
        factor, offset = float(got[at] / right[at]), float(got[at] - right[at])
    if np.isfinite(factor) and abs(factor) > NOTHING:
        yield (
            text("{name} is {factor:.6g} times what it should be.", name="", factor=factor),
            lambda one: one.expected * factor,
        )
    if np.isfinite(offset):
        yield (
            text("{name} is off by {offset:.6g} in every entry.", name="", offset=offset),
            lambda one: one.expected + offset,
        )


Elementwise = Callable[[Array, Array], Array]
WITH_ARGUMENT: tuple[tuple[Text, Elementwise], ...] = (
    (
        text("{name} lacks a factor: times {argument} it would be right.", name="", argument=""),
        lambda right, argument: right / argument,
    ),
    (
        text("{name} has one factor {argument} too many.", name="", argument=""),
        lambda right, argument: right * argument,
    ),
    (
        text("{name} lacks a term: plus {argument} it would be right.", name="", argument=""),
        lambda right, argument: right - argument,
    ),
    (
        text("{name} has one term {argument} too many.", name="", argument=""),
        lambda right, argument: right + argument,
    ),
)


def with_argument(name: str, transform: Elementwise, one: Compared) -> Array | None:
    argument = one.input(name)
    if argument is None or not one.fits or not fits_beside(argument, one.expected):
        return None
    return transform(one.expected, argument)


def fits_beside(argument: Array, right: Array) -> bool:
    """Whether they can be multiplied entry by entry without either growing."""
    try:
        return np.broadcast_shapes(argument.shape, right.shape) == right.shape
    except ValueError:
        return False
