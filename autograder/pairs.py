"""Two known mistakes in one function, found from what each does alone.

No pair is run: where one of two mistakes alone changes an entry, a function with both shows what
that one does; where both change it, their changes add up, multiply, or one hides the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .candidate import Observation
from .comparison import Outcomes
from .exercise import FREE
from .model import Fault
from .numerics import Array, scaled_difference, without_leading_ones
from .truth import Known

OWN = 2  # entries that each of the two alone must explain


@dataclass(frozen=True)
class Flat:
    """All arrays of all cases in one row."""

    got: Array  # (entries,)
    right: Array  # (entries,)
    known: list[Known]
    wrong: Array  # (known, entries): what each does


def two_known(
    outcomes: Outcomes,
    expected: Mapping[str, Observation],
    known: list[Known],
    tolerance: float,
) -> tuple[Known, Known] | None:
    """The only two of ``known`` that explain every entry together."""
    flat = flattened(outcomes, expected, known)
    if flat is None:
        return None
    found = list(pairs(flat, tolerance))
    return found[0] if len(found) == 1 else None


def flattened(
    outcomes: Outcomes, expected: Mapping[str, Observation], known: list[Known]
) -> Flat | None:
    """None where the answer has another shape, or is none."""
    names = [
        (case, name)
        for case, right in expected.items()
        for name, array in right.values.items()
        if not name.startswith((FREE, "numeric_")) and array.dtype.kind in "fib"
    ]
    shapes = {key: expected[key[0]][key[1]].shape for key in names}
    got = row(outcomes, shapes)
    if got is None:
        return None
    rows = [(one, row(one.observations, shapes)) for one in known]
    usable = [(one, found) for one, found in rows if found is not None]
    if len(usable) < 2:
        return None
    right = row(expected, shapes)
    assert right is not None
    return Flat(got, right, [one for one, _ in usable], np.array([found for _, found in usable]))


def row(
    observations: Mapping[str, Observation | Fault | None],
    shapes: Mapping[tuple[str, str], tuple[int, ...]],
) -> Array | None:
    parts = []
    for (case, name), shape in shapes.items():
        seen = observations.get(case)
        if seen is None or isinstance(seen, Fault) or name not in seen.values:
            return None
        array = without_leading_ones(seen[name], shape)
        if array.shape != shape or array.dtype.kind not in "fib":
            return None
        parts.append(np.ravel(array).astype(np.float64))
    return np.concatenate(parts) if parts else None


def pairs(flat: Flat, tolerance: float) -> Iterator[tuple[Known, Known]]:
    """All pairs that explain every entry."""
    changed = scaled_difference(flat.wrong, flat.right) > tolerance  # (known, entries)
    like = scaled_difference(flat.got, flat.wrong) <= tolerance
    right = scaled_difference(flat.got, flat.right) <= tolerance
    for i in range(len(flat.known) - 1):
        rest = slice(i + 1, None)
        first, second = changed[i] & ~changed[rest], changed[rest] & ~changed[i]
        both = changed[i] & changed[rest]
        alone = np.where(first, like[i], np.where(second, like[rest], both | right))
        apart = (first.sum(axis=1) >= OWN) & (second.sum(axis=1) >= OWN)
        possible = alone.all(axis=1) & (apart | (both.sum(axis=1) >= OWN))
        for offset in np.flatnonzero(possible):
            j = i + 1 + int(offset)
            if together(flat, i, j, both[offset], bool(apart[offset]), tolerance):
                yield flat.known[i], flat.known[j]


def together(flat: Flat, i: int, j: int, both: Array, apart: bool, tolerance: float) -> bool:
    """Whether the two explain the entries that both of them change."""
    got, right = flat.got[both], flat.right[both]
    one, other = flat.wrong[i][both], flat.wrong[j][both]
    with np.errstate(all="ignore"):
        made = [one + other - right, one * other / right]
    if apart:  # each has shown itself elsewhere
        made += [one, other]
    return any(bool((scaled_difference(got, each) <= tolerance).all()) for each in made)
