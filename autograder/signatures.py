"""Which known formula the spread of a weight matrix fits: the diagnosis of a wrong initialiser.

Two shapes with fan_in and fan_out exchanged tell all formulas of the table apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .model import Text, text
from .statistics import EXPLAIN_SIGMAS, Array, Normal, quietly

Fans = Callable[[float, float], float]


@dataclass(frozen=True)
class ScaleFormula:
    """A known standard deviation: its ``formula`` in fan_in and fan_out, and what to say of it.

    ``spot`` names the expression to look at, by the name that the hints of every initialiser use.
    """

    name: str
    formula: str
    sentence: Text
    spot: str
    std: Fans = field(repr=False, compare=False)


@quietly
def explain_scale(samples: Sequence[tuple[Array, float, float]]) -> ScaleFormula | None:
    """Name the formula whose standard deviation all of ``samples`` have, if it is the only one.

    ``samples`` are triples (weights, fan_in, fan_out). Two shapes such as (200, 100) and (100, 200)
    tell all formulas of the table apart; square matrices do not. A formula fits when the mean
    square about 0 lies within 4.5 sigmas of a normal draw's, which holds of a uniform draw too.
    """
    fitting = [formula for formula in SCALES if has_scale(samples, formula.std)]
    return fitting[0] if len(fitting) == 1 else None


@quietly
def has_scale(samples: Sequence[tuple[Array, float, float]], std: Fans) -> bool:
    """Whether all of ``samples``, triples as above, have mean 0 and standard deviation ``std``."""
    return all(
        _fits(std(fan_in, fan_out), float(np.mean(w * w)), w.size) and _is_centred(w)
        for w, fan_in, fan_out in samples
    )


def _is_centred(weights: Array) -> bool:
    """Whether the mean is within chance of 0: else the spread alone tells half of the story."""
    return bool(abs(weights.mean()) <= EXPLAIN_SIGMAS * weights.std() / math.sqrt(weights.size))


def _fits(std: float, mean_square: float, count: int) -> bool:
    low, high = Normal(std).square_range(count, EXPLAIN_SIGMAS)
    return low <= mean_square / std**2 <= high


def _of_variance(name: str, variance: str, value: Fans) -> tuple[ScaleFormula, ...]:
    """List what becomes of ``variance``: used well, without root, or with its root as a bound."""
    root = f"sqrt({variance})"
    return (
        ScaleFormula(
            name,
            root,
            text("The standard deviation of your weights is {root}.", root=root),
            "scale",
            lambda i, o: math.sqrt(value(i, o)),
        ),
        ScaleFormula(
            f"{name}-variance-as-std",
            variance,
            text(
                "The standard deviation of your weights is {variance}. That is a variance: "
                "take its square root before you multiply.",
                variance=variance,
            ),
            "root",
            value,
        ),
        ScaleFormula(
            f"{name}-std-as-bound",
            f"{root} / sqrt(3)",
            text(
                "Your weights spread like a uniform draw between -{root} and {root}. Its standard "
                "deviation is smaller than that bound by a factor of sqrt(3).",
                root=root,
            ),
            "law",
            lambda i, o: math.sqrt(value(i, o) / 3),
        ),
    )


def _of_bound(name: str, squared: str, value: Fans) -> tuple[ScaleFormula, ...]:
    """List what becomes of the bound sqrt(``squared``) of a uniform law when it is misused."""
    root = f"sqrt({squared})"
    return (
        ScaleFormula(
            f"{name}-bound-as-std",
            root,
            text(
                "The standard deviation of your weights is {root}. That is the bound of a uniform "
                "law, whose standard deviation is the bound divided by sqrt(3).",
                root=root,
            ),
            "law",
            lambda i, o: math.sqrt(value(i, o)),
        ),
        ScaleFormula(
            f"{name}-bound-without-root",
            f"({squared}) / sqrt(3)",
            text(
                "Your weights spread like a uniform draw between -{squared} and {squared}. "
                "The bound is the square root of that.",
                squared=squared,
            ),
            "root",
            lambda i, o: value(i, o) / math.sqrt(3),
        ),
        ScaleFormula(
            f"{name}-bound-without-root-as-std",
            squared,
            text(
                "The standard deviation of your weights is {squared}. The square root of that is "
                "the bound of a uniform law, not its standard deviation.",
                squared=squared,
            ),
            "root",
            value,
        ),
    )


def _of_brackets(name: str, formula: str, std: Fans) -> ScaleFormula:
    sentence = text(
        "The standard deviation of your weights is {formula}. Division binds before addition: "
        "put the sum fan_in + fan_out in brackets.",
        formula=formula,
    )
    return ScaleFormula(name, formula, sentence, "scale", std)


def _of_division(name: str, formula: str, std: Fans) -> ScaleFormula:
    sentence = text(
        "The standard deviation of your weights is {formula}, one over what it should be: "
        "multiply by the scale where you divide by it.",
        formula=formula,
    )
    return ScaleFormula(name, formula, sentence, "scale", std)


def _of_root(name: str, formula: str, std: Fans) -> ScaleFormula:
    sentence = text(
        "The standard deviation of your weights is {formula}. "
        "Take the square root of the whole fraction.",
        formula=formula,
    )
    return ScaleFormula(name, formula, sentence, "root", std)


def _of_constant(name: str, formula: str, std: Fans) -> ScaleFormula:
    sentence = text(
        "The standard deviation of your weights is {formula} for every shape of layer.",
        formula=formula,
    )
    return ScaleFormula(name, formula, sentence, "scale", std)


SCALES: tuple[ScaleFormula, ...] = (
    *_of_variance("xavier", "1 / fan_in", lambda i, o: 1 / i),
    *_of_variance("xavier-fan-out", "1 / fan_out", lambda i, o: 1 / o),
    *_of_variance("glorot", "2 / (fan_in + fan_out)", lambda i, o: 2 / (i + o)),
    *_of_variance("glorot-half", "1 / (fan_in + fan_out)", lambda i, o: 1 / (i + o)),
    *_of_variance("he", "2 / fan_in", lambda i, o: 2 / i),
    *_of_variance("he-fan-out", "2 / fan_out", lambda i, o: 2 / o),
    *_of_bound("xavier", "3 / fan_in", lambda i, o: 3 / i),
    *_of_bound("glorot", "6 / (fan_in + fan_out)", lambda i, o: 6 / (i + o)),
    *_of_bound("he", "6 / fan_in", lambda i, o: 6 / i),
    _of_brackets(
        "glorot-brackets", "sqrt(2 / fan_in + fan_out)", lambda i, o: math.sqrt(2 / i + o)
    ),
    _of_brackets("glorot-brackets-variance-as-std", "2 / fan_in + fan_out", lambda i, o: 2 / i + o),
    _of_brackets(
        "glorot-brackets-bound",
        "sqrt(6 / fan_in + fan_out) / sqrt(3)",
        lambda i, o: math.sqrt((6 / i + o) / 3),
    ),
    _of_division("xavier-divided", "sqrt(fan_in)", lambda i, o: math.sqrt(i)),
    _of_division(
        "glorot-divided", "sqrt((fan_in + fan_out) / 2)", lambda i, o: math.sqrt((i + o) / 2)
    ),
    _of_division("he-divided", "sqrt(fan_in / 2)", lambda i, o: math.sqrt(i / 2)),
    _of_root("he-root-of-fan-in-only", "2 / sqrt(fan_in)", lambda i, o: 2 / math.sqrt(i)),
    _of_root("he-root-of-two-only", "sqrt(2) / fan_in", lambda i, o: math.sqrt(2) / i),
    _of_constant("unscaled", "1", lambda i, o: 1.0),
    _of_constant("small-random", "0.01", lambda i, o: 0.01),
)
