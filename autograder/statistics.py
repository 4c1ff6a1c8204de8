"""Exact tests of random draws: initial weights, and samples of hyperparameters.

Every ``check_*`` takes float64 arrays, returns None when the promise holds and raises
:class:`Mismatch` with one sentence for the student when it does not. A right answer fails any one
comparison with probability 1e-9 or less, given 1,000 values or more in rows and columns of 50 or
more. Comparisons ask for the truth (``if not value <= allowed``), so NaN fails. Constants that end
in SIGMAS count standard deviations; ``tests/test_statistics.py`` proves all of them against SciPy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .model import Mismatch, Text, text

__all__ = [
    "LogUniform",
    "Normal",
    "Uniform",
    "check_distribution",
    "check_independent",
    "check_sample",
    "check_scale",
]

Array = NDArray[np.float64]
Range = tuple[float, float]

MEAN_SIGMAS = 6.11  # norm.isf(1e-9 / 2) = 6.1094
SQUARE_SIGMAS = 6.5  # 2 norm.sf(6.5) = 8e-11: the rest is for the skewness of a mean square
LINE_SIGMAS = 8.0  # 2 norm.sf(8.0) = 1.2e-15: room for skewness and 10,000 rows and columns
CORRELATION_SIGMAS = 6.5  # 2 norm.sf(6.5) = 8e-11: a product of two normals has heavy tails
FARTHEST = 3.273  # sqrt(log(2 / 1e-9) / 2) = 3.2723, after Dvoretzky, Kiefer, Wolfowitz, Massart
NEAREST = 0.2  # kstwo.cdf(0.2 / sqrt(n), n) <= 2.1e-10 for n >= 20
LARGEST_TOO_SMALL = 20.73  # -log(1e-9) = 20.723: (1 - 20.73 / n)^n < 1e-9
LARGEST_TOO_LARGE = 5e-10  # per tail: n entries together exceed it with probability 1e-9
REPEAT_SIGMAS = 6.5  # and 10 more: poisson.sf is below 1e-9 for every n up to 100,000
FLOAT32_GRID = 2**24  # numpy's float32 uniform draw has this many values, so a few repeat
ROUNDING = 1e-6  # a float32 result may pass a bound by 6e-8 of its size
SCREENED = 5_000  # from this size on a band is cheaper than the exact distance
EXPLAIN_SIGMAS = 4.5  # 2 norm.sf(4.5) = 7e-6: what is lost is an explanation, never a point

# Draws of 1e200 overflow when squared; the comparison then fails, and numpy need not warn.
quietly = np.errstate(over="ignore", invalid="ignore", divide="ignore")


# --- laws -------------------------------------------------------------------------------------


class Law(Protocol):
    """What a sample can be compared with: a support and a cumulative distribution function."""

    def __hash__(self) -> int:
        """A law is frozen: what follows from it is computed once."""

    @property
    def low(self) -> float:
        """The least possible value."""

    @property
    def high(self) -> float:
        """The greatest possible value."""

    def cdf(self, values: Array) -> Array:
        """Probability of at most ``values``, in the same shape."""

    def quantile(self, shares: Array) -> Array:
        """Where the cdf reaches ``shares``; infinite outside 0 to 1. Good to 2e-5 of a share."""


class WeightLaw(Law, Protocol):
    """The law of a weight: symmetric about 0, with moments known exactly."""

    @property
    def std(self) -> float:
        """Standard deviation of one entry."""

    def square_range(self, count: int, sigmas: float) -> Range:
        """Where the mean square of ``count`` entries lies, as multiples of ``std**2``."""

    def largest_range(self, count: int) -> Range:
        """Where the largest absolute value of ``count`` entries lies."""


@dataclass(frozen=True)
class Normal:
    """Entries are normal with mean 0 and standard deviation ``std``."""

    std: float

    @property
    def low(self) -> float:
        """No least value."""
        return -math.inf

    @property
    def high(self) -> float:
        """No greatest value."""
        return math.inf

    def cdf(self, values: Array) -> Array:
        """Taylor's cubic about the nearest point of a grid; absolute error below 1e-10.

        The error is at most max|phi'''| (1/128)^4 / 24 = 8.5e-11. NaN stays NaN.
        """
        grid, probability, density = _normal_table()
        z = np.clip(values / self.std, grid[0], grid[-1])
        nearest = np.rint((np.nan_to_num(z) - grid[0]) * GRID_PER_SIGMA).astype(np.intp)
        centre = grid[nearest]
        step = z - centre
        slope = 1 - step * (centre / 2 - step * (centre * centre - 1) / 6)
        shares: Array = probability[nearest] + density[nearest] * step * slope
        return shares

    def quantile(self, shares: Array) -> Array:
        """Interpolated between the points of the cdf's grid."""
        grid, probability, _ = _normal_table()
        return np.interp(shares, probability, grid * self.std, -math.inf, math.inf)

    def square_range(self, count: int, sigmas: float) -> Range:
        """Quantiles of chi-square(count) / count, after Wilson and Hilferty (1931).

        Its cube root is normal with mean 1 - v and variance v = 2 / (9 count). At 6.5 sigmas and
        1,000 entries the true tails are 3.9e-11 each, where the normal law says 4.0e-11.
        """
        variance = 2 / (9 * count)
        spread = sigmas * math.sqrt(variance)
        return max(0.0, 1 - variance - spread) ** 3, (1 - variance + spread) ** 3

    def largest_range(self, count: int) -> Range:
        """norm.isf(20.73 / 2n) ... norm.isf(5e-10 / n), times ``std``."""
        low = NormalDist().inv_cdf(min(0.5, LARGEST_TOO_SMALL / (2 * count)))
        high = NormalDist().inv_cdf(LARGEST_TOO_LARGE / count)
        return -low * self.std, -high * self.std


@dataclass(frozen=True)
class Uniform:
    """Entries are uniform between ``-bound`` and ``bound``."""

    bound: float

    @property
    def std(self) -> float:
        """Bound / sqrt(3)."""
        return self.bound / math.sqrt(3)

    @property
    def low(self) -> float:
        """Least possible value."""
        return -self.bound

    @property
    def high(self) -> float:
        """Greatest possible value."""
        return self.bound

    def cdf(self, values: Array) -> Array:
        """Exact; 0 below and 1 above the support."""
        return (np.clip(values / self.bound, -1, 1) + 1) / 2

    def quantile(self, shares: Array) -> Array:
        """Exact."""
        return _outside_infinite(shares, (2 * shares - 1) * self.bound)

    def square_range(self, count: int, sigmas: float) -> Range:
        """Use that a square has mean b^2/3 and variance b^4 (1/5 - 1/9) = 0.8 std^4."""
        spread = sigmas * math.sqrt(0.8 / count)
        return max(0.0, 1 - spread), 1 + spread

    def largest_range(self, count: int) -> Range:
        """Bound * (1 - 20.73 / n) ... bound, give or take rounding."""
        return self.bound * (1 - LARGEST_TOO_SMALL / count), self.bound * (1 + ROUNDING)


@dataclass(frozen=True)
class LogUniform:
    """The logarithm of a value is uniform between log(low) and log(high); 0 < low < high."""

    low: float
    high: float

    def cdf(self, values: Array) -> Array:
        """Exact; 0 below and 1 above the support."""
        inside = np.clip(values, self.low, self.high)
        return np.log(inside / self.low) / math.log(self.high / self.low)

    def quantile(self, shares: Array) -> Array:
        """Exact."""
        return _outside_infinite(shares, self.low * (self.high / self.low) ** shares)


def _outside_infinite(shares: Array, values: Array) -> Array:
    return np.where(shares < 0, -math.inf, np.where(shares > 1, math.inf, values))


GRID_PER_SIGMA = 64
GRID_SIGMAS = 9  # norm.sf(9) = 1e-19


@cache
def _normal_table() -> tuple[Array, Array, Array]:
    """Grid of z with the normal distribution function and density there, (1153,) each."""
    grid = np.arange(-GRID_SIGMAS * GRID_PER_SIGMA, GRID_SIGMAS * GRID_PER_SIGMA + 1)
    z = grid / GRID_PER_SIGMA
    probability = np.array([math.erfc(-value / math.sqrt(2)) / 2 for value in z])
    return z, probability, np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


# --- checks -----------------------------------------------------------------------------------


@quietly
def check_scale(weights: Array, law: WeightLaw) -> None:
    """Require that mean and variance of ``weights`` (fan_in, fan_out) are those of ``law``.

    The mean is normal to high accuracy (false alarm 1e-9); the mean square about 0 has the
    quantiles of :meth:`WeightLaw.square_range` (1e-10).
    """
    _require_finite(weights)
    count = weights.size
    mean = float(weights.mean())
    allowed = MEAN_SIGMAS * law.std / math.sqrt(count)
    if not abs(mean) <= allowed:
        raise Mismatch(
            text(
                "The weights must average 0: their mean is {mean:.4g}, "
                "and chance allows no more than {allowed:.4g} either way.",
                mean=mean,
                allowed=allowed,
            )
        )
    low, high = law.square_range(count, SQUARE_SIGMAS)
    ratio = float(np.mean(weights * weights)) / law.std**2
    if not low <= ratio <= high:
        raise Mismatch(
            text(
                "The weights must have standard deviation {expected:.4g}: "
                "theirs is {measured:.4g}, and chance allows {low:.4g} to {high:.4g}.",
                expected=law.std,
                measured=law.std * math.sqrt(ratio),
                low=law.std * math.sqrt(low),
                high=law.std * math.sqrt(high),
            )
        )


@quietly
def check_distribution(weights: Array, law: WeightLaw) -> None:
    """Require that entries of ``weights`` (fan_in, fan_out) are independent draws from ``law``.

    Repeated values, distance from the law, largest entry, correlation of neighbours, variance of
    each row and column: a right matrix fails each test with probability 1e-9 or less. Together with
    :func:`check_scale` they saw every kind of wrong draw tried, given 20,000 entries.
    """
    _require_finite(weights)
    ordered = np.sort(weights, axis=None)
    _require_distinct(ordered)
    _require_law(ordered, law)
    _require_largest(max(-float(ordered[0]), float(ordered[-1])), ordered.size, law)
    _require_unrelated_neighbours(weights, law)
    _require_equal_lines(weights, law)


@quietly
def check_sample(values: Array, law: Law) -> None:
    """Require that ``values`` (n,) lie in the support of ``law`` and are random draws from it.

    Kolmogorov-Smirnov from both sides: too far from the law (false alarm 1e-9) and too near, which
    betrays a grid (2e-10 for n >= 20). Few values show little: 100 are a sensible least.
    """
    _require_finite(values)
    low = law.low - ROUNDING * abs(law.low)
    high = law.high + ROUNDING * abs(law.high)
    outside = values[~((low <= values) & (values <= high))]
    if outside.size:
        raise Mismatch(
            text(
                "Every value must lie between {low:.4g} and {high:.4g}: "
                "{outside} of {count} do not, the first is {value:.4g}.",
                low=law.low,
                high=law.high,
                outside=outside.size,
                count=values.size,
                value=float(outside[0]),
            )
        )
    ordered = np.sort(values, axis=None)
    _require_distinct(ordered)
    _require_law(ordered, law)


@quietly
def check_independent(first: Array, second: Array) -> None:
    """Require that two draws of one size, with mean 0, are unrelated: correlation about 0.

    For two calls with one generator, and for calls with two seeds. The correlation times sqrt(n)
    is normal to high accuracy; false alarm 8e-11. All zeros have no correlation, and fail.
    """
    _require_finite(first)
    _require_finite(second)
    a, b = first.ravel(), second.ravel()
    correlation = float(np.mean(a * b) / np.sqrt(np.mean(a * a) * np.mean(b * b)))
    allowed = CORRELATION_SIGMAS / math.sqrt(a.size)
    if not abs(correlation) <= allowed:
        raise Mismatch(
            text(
                "Two draws must be independent: the correlation of their entries is "
                "{correlation:.4g}, and chance allows no more than {allowed:.4g} either way.",
                correlation=correlation,
                allowed=allowed,
            )
        )


# --- one test each ----------------------------------------------------------------------------


def _require_finite(values: Array) -> None:
    finite = int(np.count_nonzero(np.isfinite(values)))
    if not finite == values.size:
        raise Mismatch(
            text(
                "Every value must be a finite number: {bad} of {count} are NaN or infinite.",
                bad=values.size - finite,
                count=values.size,
            )
        )


def _require_distinct(ordered: Array) -> None:
    """Repeats among sorted values (n,): n^2 / 2^25 expected in float32, next to none in float64."""
    repeats = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
    expected = ordered.size**2 / (2 * FLOAT32_GRID)
    allowed = expected + REPEAT_SIGMAS * math.sqrt(expected) + 10
    if not repeats <= allowed:
        raise Mismatch(
            text(
                "Every value must be drawn on its own: {repeats} of {count} repeat another, "
                "and chance allows no more than {allowed:.0f}.",
                repeats=repeats,
                count=ordered.size,
                allowed=allowed,
            )
        )


def _clearly_follows(ordered: Array, law: Law) -> bool:
    """Whether sorted values keep well between both limits: two comparisons, where the exact
    distance takes a distribution function of every value.

    D <= d means that every value lies between the quantiles of i/n - d and (i - 1)/n + d. The
    margin of 2 % covers the error of an interpolated quantile, which is below 2e-5.
    """
    if ordered.size < SCREENED:
        return False
    far = _band(law, ordered.size, 0.98 * FARTHEST)
    near = _band(law, ordered.size, 1.02 * NEAREST)
    return _within(ordered, far) and not _within(ordered, near)


def _within(ordered: Array, band: tuple[Array, Array]) -> bool:
    return bool(np.all((band[0] <= ordered) & (ordered <= band[1])))


@cache
def _band(law: Law, count: int, distance: float) -> tuple[Array, Array]:
    """Least and greatest sorted values (count,) at D sqrt(n) <= ``distance``."""
    steps = np.arange(count + 1) / count
    width = distance / math.sqrt(count)
    return law.quantile(steps[1:] - width), law.quantile(steps[:-1] + width)


def _require_law(ordered: Array, law: Law) -> None:
    """Kolmogorov-Smirnov distance of sorted values (n,) from ``law``."""
    if _clearly_follows(ordered, law):
        return
    count = ordered.size
    probability = law.cdf(ordered)
    above = np.arange(1, count + 1) / count - probability  # just after the step at a value
    gaps = np.maximum(above, 1 / count - above)  # just before it
    worst = int(np.argmax(gaps))
    gap, root = float(gaps[worst]), math.sqrt(count)
    if not gap * root <= FARTHEST:
        raise Mismatch(
            text(
                "The values do not follow the promised law: the share of values up to {value:.4g} "
                "differs by {gap:.4g} from the promised {probability:.4g}, "
                "and chance allows no more than {allowed:.4g}.",
                value=float(ordered[worst]),
                gap=gap,
                probability=float(probability[worst]),
                allowed=FARTHEST / root,
            )
        )
    if not gap * root >= NEAREST:
        raise Mismatch(
            text(
                "The values must be random, but they are spaced as evenly as a grid: their shares "
                "differ by {gap:.4g} at most from the promised law, "
                "and chance makes that {allowed:.4g} or more.",
                gap=gap,
                allowed=NEAREST / root,
            )
        )


def _require_largest(largest: float, count: int, law: WeightLaw) -> None:
    low, high = law.largest_range(count)
    if not low <= largest <= high:
        raise Mismatch(
            text(
                "The largest of {count} weights must have a size of {low:.4g} to {high:.4g}: "
                "it is {largest:.4g}.",
                count=count,
                low=low,
                high=high,
                largest=largest,
            )
        )


def _require_unrelated_neighbours(weights: Array, law: WeightLaw) -> None:
    for lines, before, after in (
        (text("rows"), weights[:, :-1], weights[:, 1:]),
        (text("columns"), weights[:-1], weights[1:]),
    ):
        correlation = float(np.mean(before * after)) / law.std**2
        allowed = CORRELATION_SIGMAS / math.sqrt(before.size)
        if not abs(correlation) <= allowed:
            raise Mismatch(
                text(
                    "Neighbouring weights must be independent: along the {lines} their "
                    "correlation is {correlation:.4g}, "
                    "and chance allows no more than {allowed:.4g} either way.",
                    lines=lines,
                    correlation=correlation,
                    allowed=allowed,
                )
            )


def _require_equal_lines(weights: Array, law: WeightLaw) -> None:
    """Mean square of every row and column: 10,000 of 50 entries together fail with 1.2e-10."""
    squares = weights * weights / law.std**2
    for axis, length in ((1, weights.shape[1]), (0, weights.shape[0])):
        low, high = law.square_range(length, LINE_SIGMAS)
        ratios = squares.mean(axis=axis)
        right = (low <= ratios) & (ratios <= high)
        if not right.all():
            index = int(np.argmin(right))
            raise Mismatch(
                text(
                    "Every row and column must have the same spread: {line} has standard "
                    "deviation {measured:.4g}, and chance allows {low:.4g} to {high:.4g}.",
                    line=_line(axis, index),
                    measured=law.std * math.sqrt(float(ratios[index])),
                    low=law.std * math.sqrt(low),
                    high=law.std * math.sqrt(high),
                )
            )


def _line(axis: int, index: int) -> Text:
    return text("row {index}", index=index) if axis else text("column {index}", index=index)


# --- diagnosis by signature -------------------------------------------------------------------
