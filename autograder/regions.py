"""Where a wrong answer is wrong: below zero, for large x, in one column, in one case only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from .comparison import Compared, wrong_names
from .model import Diagnosis, Text, text
from .numerics import Array

FEWEST = 2  # entries that are right, and that are wrong: fewer make no region
UNTOLD = 1e3  # a factor beyond this says only that the right value is almost 0
LARGE = 20.0  # beyond it exp(-x) is gone beside 1, and exp(x) soon overflows
Region = tuple[Text, Callable[[Array], Array]]

BELOW, ABOVE = text("{input} < 0", input=""), text("{input} > 0", input="")
WITHOUT_ZERO = (BELOW, ABOVE)  # what happens at 0 must be known to say so
OF_INPUT: tuple[Region, ...] = (
    (text("{input} is 0", input=""), lambda a: a == 0),
    (text("{input} is large and positive", input=""), lambda a: a > LARGE),
    (text("{input} is large and negative", input=""), lambda a: a < -LARGE),
    (text("{input} is large", input=""), lambda a: np.abs(a) > LARGE),
    (BELOW, lambda a: a < 0),
    (ABOVE, lambda a: a > 0),
    (text("{input} <= 0", input=""), lambda a: a <= 0),
    (text("{input} >= 0", input=""), lambda a: a >= 0),
    (text("a feature of {input} is constant", input=""), lambda a: constant_columns(a)),
    (text("a feature of {input} varies", input=""), lambda a: ~constant_columns(a)),
)


def constant_columns(array: Array) -> Array:
    return np.broadcast_to(np.ptp(array, axis=0) == 0, array.shape)


def wrong_region(compared: Mapping[str, list[Compared]]) -> Diagnosis | None:
    """The smallest region that holds all wrong entries, while there are right ones outside."""
    names = wrong_names(compared)
    if not names:
        return None
    label = ", ".join(names)
    ones = [one for name in names for one in compared[name]]
    return (
        only_where(label, ones)
        or only_from_index(label, ones)
        or only_in_case(label, ones)
        or only_results(names, compared)
    )


def only_where(label: str, ones: list[Compared]) -> Diagnosis | None:
    if not all(one.fits for one in ones):
        return None
    wrong = np.concatenate([one.wrong.ravel() for one in ones])
    for argument in ("x", "dout"):
        for place, inside in regions(argument, ones):
            if holds(inside, wrong):
                return Diagnosis(
                    "likely",
                    text("{name}: right except where {place}.", name=label, place=place),
                    None,
                    size_of_error(ones),
                )
    return only_between(label, ones, wrong)


def only_between(label: str, ones: list[Compared], wrong: Array) -> Diagnosis | None:
    """An interval of x, or of its magnitude, in which everything is wrong and nothing outside."""
    arrays = [one.input("x") for one in ones]
    if any(a is None or a.shape != one.got.shape for a, one in zip(arrays, ones, strict=True)):
        return None
    if wrong.mean() > 0.5:  # wrong in general: the ends of the interval would mean nothing
        return None
    x = np.concatenate([np.ravel(a).astype(float) for a in arrays if a is not None])
    for argument, values in (("x", x), ("|x|", np.abs(x))):
        if wrong.sum() < FEWEST or (~wrong).sum() < FEWEST:
            continue
        low, high = float(values[wrong].min()), float(values[wrong].max())
        inside = (values >= low) & (values <= high)
        if wrong[inside].all():
            interval = text(
                "{name}: wrong where {argument} is between {low:.3g} and {high:.3g}, and right "
                "for all other values that were tried.",
                name=label,
                argument=argument,
                low=low,
                high=high,
            )
            return Diagnosis("likely", interval, None, size_of_error(ones))
    return None


def regions(argument: str, ones: list[Compared]) -> Iterator[tuple[Text, Array]]:
    """Regions of one argument, the smallest first."""
    arrays = [one.input(argument) for one in ones]
    if any(a is None or a.shape != one.got.shape for a, one in zip(arrays, ones, strict=True)):
        return
    free = argument == "x" and any(one.zero_is_free for one in ones)
    found = [
        (
            Text(sentence.template, {"input": argument}),
            np.concatenate([member(array).ravel() for array in arrays if array is not None]),
        )
        for sentence, member in OF_INPUT
        if not (free and sentence in WITHOUT_ZERO)
        and all(array is not None and array.ndim for array in arrays)
    ]
    yield from sorted(found, key=lambda one: int(one[1].sum()))


def holds(inside: Array, wrong: Array) -> bool:
    """Whether what is wrong lies inside and fills most of it, and enough outside is right."""
    return bool(
        not wrong[~inside].any()
        and wrong.sum() >= FEWEST
        and (~inside).sum() >= FEWEST
        and wrong[inside].mean() > 0.5
    )


def only_from_index(label: str, ones: list[Compared]) -> Diagnosis | None:
    """Right for the first layers, steps or rows, and wrong for all that come after."""
    starts = set()
    for one in ones:
        x = one.input("x")
        entrywise = x is not None and x.shape == one.expected.shape  # rows have no order there
        if not one.fits or entrywise or one.expected.ndim == 0:
            return None
        if len(one.expected) < 2 * FEWEST:
            return None
        rows = np.asarray(one.wrong.reshape(len(one.expected), -1).any(axis=1))
        start = int(np.argmax(rows))
        if start == 0 or not rows[start:].all():
            return None
        starts.add(start)
    if len(starts) != 1:
        return None
    sentence = text(
        "{name}: right up to index {last}, and all wrong from index {first} on: look at what "
        "happens between the two.",
        name=label,
        last=min(starts) - 1,
        first=min(starts),
    )
    return Diagnosis("likely", sentence, None, None)


def only_in_case(label: str, ones: list[Compared]) -> Diagnosis | None:
    """One of several cases."""
    wrong = [one for one in ones if one.wrong.any()]
    cases = {one.case.name for one in wrong}
    if len(cases) != 1 or len({one.case.name for one in ones}) < 2:
        return None
    sentence = text(
        "{name}: right except in this case: {case}.",
        name=label,
        case=text(wrong[0].case.sentence),
    )
    return Diagnosis("likely", sentence, None, size_of_error(wrong))


def only_results(names: list[str], compared: Mapping[str, list[Compared]]) -> Diagnosis | None:
    right = [name for name in compared if name not in names]
    if not right:
        return None
    return Diagnosis(
        "unknown",
        text("Cause unknown."),
        None,
        text("right: {right}; wrong: {wrong}", right=", ".join(right), wrong=", ".join(names)),
    )


def size_of_error(ones: list[Compared]) -> Text | None:
    """The factor by which wrong entries are wrong, if it says anything."""
    with np.errstate(all="ignore"):
        ratios = np.concatenate(
            [
                np.atleast_1d(one.got / one.expected)[
                    np.atleast_1d(one.wrong & (one.expected != 0))
                ]
                for one in ones
                if one.fits
            ]
            or [np.zeros(0)]
        )
    if not ratios.size or not np.isfinite(ratios).all():
        return None
    low, high = float(ratios.min()), float(ratios.max())
    if max(abs(low), abs(high)) > UNTOLD:
        return None
    if high - low <= 1e-6 * (1 + abs(high)):
        return text("there yours is {factor:.4g} times the right value", factor=high)
    return text("there yours is {low:.3g} to {high:.3g} times the right value", low=low, high=high)
