"""A wrong answer beside the right one, array by array and case by case: what is explained from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .candidate import Observation
from .exercise import FREE, Case, Inputs
from .model import Fault
from .numerics import TOLERANCE, Array, deviation, scaled_difference, without_leading_ones

SAME = 1e-6  # the smallest separation of two misconceptions is 5e-4
Outcomes = Mapping[str, Observation | Fault]


@dataclass(frozen=True)
class Compared:
    """One array of one case: what came, what should have, and on which inputs."""

    case: Case
    inputs: Inputs
    got: Array
    expected: Array
    zero_is_free: bool = False  # entries at x = 0 are not in it: right answers differ there

    @property
    def fits(self) -> bool:
        return self.got.shape == self.expected.shape

    @property
    def wrong(self) -> Array:
        """Which entries are wrong; of another shape, all of what should have come."""
        if not self.fits:
            return np.ones(self.expected.shape, bool)
        return np.asarray(~(scaled_difference(self.got, self.expected) <= TOLERANCE))

    def input(self, name: str) -> Array | None:
        """An argument of the student's function, as numbers."""
        value = getattr(self.inputs, name, None)
        return value if isinstance(value, np.ndarray) and value.dtype.kind in "fi" else None


def comparisons(
    cases: tuple[Case, ...],
    outcomes: Outcomes,
    inputs: Mapping[str, Inputs],
    expected: Mapping[str, Observation],
) -> dict[str, list[Compared]]:
    """Every array of numbers by its name, of the cases that were answered."""
    found: dict[str, list[Compared]] = {}
    for case in cases:
        outcome = outcomes[case.name]
        if isinstance(outcome, Fault):
            continue
        for name, right in expected[case.name].values.items():
            if name.startswith((FREE, "numeric_")) or right.dtype.kind not in "fi":
                continue
            got = without_leading_ones(outcome[name], right.shape)
            if got.dtype.kind in "fib":
                free = FREE + name in outcome.values
                one = Compared(case, inputs[case.name], got, right, free)
                found.setdefault(name, []).append(one)
    return found


def wrong_names(compared: Mapping[str, list[Compared]]) -> list[str]:
    return [name for name, ones in compared.items() if any(one.wrong.any() for one in ones)]


def limit(outcomes: Outcomes) -> float:
    """How near is equal: code that computes in float32 comes less near."""
    return TOLERANCE if in_float32(outcomes) else SAME


def in_float32(outcomes: Outcomes) -> bool:
    return any(
        array.dtype == np.float32
        for outcome in outcomes.values()
        if isinstance(outcome, Observation)
        for array in outcome.values.values()
    )


def equal(got: Array, expected: Array, tolerance: float) -> bool:
    return deviation(got, expected) <= tolerance
