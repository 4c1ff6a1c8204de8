"""What a random answer tells of itself: tables of misconceptions, each with a fact that betrays it.

A fact is a function of what was drawn. It holds of no right draw, and of another mistake's only
where the misconception's sentence is true of that one too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from .model import Mismatch
from .statistics import (
    LARGEST_TOO_SMALL,
    ROUNDING,
    Array,
    Normal,
    Range,
    WeightLaw,
    check_distribution,
    check_scale,
    quietly,
)

Drawn = TypeVar("Drawn")
Table = Sequence[tuple[str, Callable[[Drawn], bool]]]


class Likely(str):
    """A misconception's name, where the facts leave room for another mistake."""


@quietly
def first_told(table: Table[Drawn], drawn: Drawn) -> str | None:
    """The first misconception of ``table`` whose fact holds of ``drawn``."""
    return next((name for name, holds in table if holds(drawn)), None)


def passes(check: Callable[..., None], *arguments: Any) -> bool:
    """Whether ``check`` finds nothing wrong."""
    try:
        check(*arguments)
    except Mismatch:
        return False
    return True


def follows(weights: Array, law: WeightLaw) -> bool:
    """Whether ``weights`` (fan_in, fan_out) pass every test of ``law``.

    The largest entry comes first: it costs little, and tells the laws of one spread apart.
    """
    low, high = law.largest_range(weights.size)
    return (
        bool(low <= np.abs(weights).max() <= high)
        and passes(check_scale, weights, law)
        and passes(check_distribution, weights, law)
    )


def is_proportional(first: Array, second: Array) -> bool:
    """Whether two arrays of one size hold the same numbers in order, but for scale and mean."""
    a, b = first.ravel() - first.mean(), second.ravel() - second.mean()
    return bool(np.sum(a * b) >= SAME * math.sqrt(np.sum(a * a) * np.sum(b * b)) > 0)


SAME = 1 - 1e-6  # correlation: float32 code reaches 1 - 1e-12, unrelated numbers 0.3 at most


def is_from_global(values: Array, seed: int) -> bool:
    """Whether ``values`` are the first that np.random gives in a case of ``seed``.

    A worker seeds it with the case's own seed (``do_case`` of sandbox/host.py).
    """
    first = values.ravel()[:COMPARED]
    streams = ("standard_normal", "random_sample")
    return any(
        is_proportional(first, getattr(np.random.RandomState(seed % 2**32), stream)(first.size))
        for stream in streams
    )


COMPARED = 500  # numbers


@dataclass(frozen=True)
class CutNormal:
    """A normal law of which values beyond 2 of its standard deviations are drawn again.

    ``std`` is the standard deviation of what is left. Entries may pass the cut by ``slack``, as a
    share of it: a draw divided by its own spread does.
    """

    std: float
    slack: float = ROUNDING

    @property
    def whole(self) -> Normal:
        """The law before it is cut."""
        return Normal(self.std / CUT_STD)

    @property
    def high(self) -> float:
        """Where it is cut."""
        return 2 * self.std / CUT_STD

    @property
    def low(self) -> float:
        """Where it is cut below 0."""
        return -self.high

    def cdf(self, values: Array) -> Array:
        """Of the whole law, the cut tails taken away."""
        shares: Array = (self.whole.cdf(values) - CUT_TAIL) / (1 - 2 * CUT_TAIL)
        return np.clip(shares, 0, 1)

    def quantile(self, shares: Array) -> Array:
        """Infinite outside 0 to 1."""
        inside = self.whole.quantile(CUT_TAIL + np.clip(shares, 0, 1) * (1 - 2 * CUT_TAIL))
        return np.where(shares < 0, -math.inf, np.where(shares > 1, math.inf, inside))

    def square_range(self, count: int, sigmas: float) -> Range:
        """The whole law's, which is wider by a fifth: the variance of z**2 is 1.37, not 2."""
        return self.whole.square_range(count, sigmas)

    def largest_range(self, count: int) -> Range:
        """The cut, less what (1 - CUT_EDGE d)^n = 1e-9 leaves to the relative distance d."""
        nearest = 1 - LARGEST_TOO_SMALL / (CUT_EDGE * count)
        return self.high * (nearest - self.slack), self.high * (1 + self.slack)


CUT_TAIL = 0.022750131948179195  # norm.sf(2)
CUT_STD = 0.8796256610342398  # truncnorm.std(-2, 2)
CUT_EDGE = 0.2262587  # 2 * 2 * truncnorm.pdf(2, -2, 2), of both edges
