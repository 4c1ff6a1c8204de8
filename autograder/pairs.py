"""Two known mistakes in one function, found from what each does alone.

No pair is run: where one of two mistakes alone changes an entry, a function with both shows what
that one does; where both change it, their changes add up, multiply, or one hides the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .candidate import Observation
from .comparison import SAME, Outcomes
from .exercise import FREE, Question
from .model import Fault
from .numerics import Array, scaled_difference, without_leading_ones
from .truth import Known, Truth

OWN = 2  # entries that each of the two alone must explain


@dataclass(frozen=True)
class Table:
    """What each of ``known`` does, all arrays of all cases in one row; made once for a question."""

    shapes: Mapping[tuple[str, str], tuple[int, ...]]  # of each array, by case and name
    right: Array  # (entries,)
    known: list[Known]  # those whose answers have the right shapes
    wrong: Array  # (known, entries)
    changed: Array  # (known, entries): what each does wrong


def two_known(
    question: Question, outcomes: Outcomes, truth: Truth, tolerance: float
) -> tuple[Known, Known] | None:
    """The only two known misconceptions that explain every entry together."""
    table = table_of(question, truth)
    got = row(outcomes, table.shapes)
    if got is None:
        return None
    found = list(pairs(table, got, tolerance))
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=50)  # there are fewer questions
def table_of(question: Question, truth: Truth) -> Table:
    expected = {case.name: truth.expected(question, case) for case in question.cases}
    return make_table(expected, truth.known(question))


def make_table(expected: Mapping[str, Observation], known: list[Known]) -> Table:
    shapes = {
        (case, name): array.shape
        for case, right in expected.items()
        for name, array in right.values.items()
        if not name.startswith((FREE, "numeric_")) and array.dtype.kind in "fib"
    }
    right = row(expected, shapes)
    if right is None:  # an answer in words: nothing to compare entry by entry
        return Table(shapes, np.zeros(0), [], np.zeros((0, 0)), np.zeros((0, 0), bool))
    rows = [(one, row(one.observations, shapes)) for one in known]
    usable = [(one, found) for one, found in rows if found is not None]
    wrong = np.array([found for _, found in usable]).reshape(len(usable), len(right))
    changed = scaled_difference(wrong, right) > SAME
    return Table(shapes, right, [one for one, _ in usable], wrong, changed)


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


def pairs(table: Table, got: Array, tolerance: float) -> Iterator[tuple[Known, Known]]:
    """All pairs that explain every entry."""
    changed = table.changed
    like = scaled_difference(got, table.wrong) <= tolerance  # (known, entries)
    right = scaled_difference(got, table.right) <= tolerance
    for i in range(len(table.known) - 1):
        rest = slice(i + 1, None)
        first, second = changed[i] & ~changed[rest], changed[rest] & ~changed[i]
        both = changed[i] & changed[rest]
        alone = np.where(first, like[i], np.where(second, like[rest], both | right))
        apart = (first.sum(axis=1) >= OWN) & (second.sum(axis=1) >= OWN)
        possible = alone.all(axis=1) & (apart | (both.sum(axis=1) >= OWN))
        for offset in np.flatnonzero(possible):
            j = i + 1 + int(offset)
            if together(table, got, i, j, both[offset], bool(apart[offset]), tolerance):
                yield table.known[i], table.known[j]


def together(
    table: Table, got: Array, i: int, j: int, both: Array, apart: bool, tolerance: float
) -> bool:
    """Whether the two explain the entries that both of them change."""
    seen, right = got[both], table.right[both]
    one, other = table.wrong[i][both], table.wrong[j][both]
    with np.errstate(all="ignore"):
        made = [one + other - right, one * other / right]
    if apart:  # each has shown itself elsewhere
        made += [one, other]
    return any(bool((scaled_difference(seen, each) <= tolerance).all()) for each in made)
