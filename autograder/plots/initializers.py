"""Pictures of weight initialisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from matplotlib.figure import Figure

from ..model import Text, text
from .picture import Plan
from .student import Array, Student
from .style import BLUE, GREEN, ORANGE, PINK, labelled, sheet

FANS = (400, 100)  # unlike, so that the two forms of Xavier differ
Density = Callable[[Array, float], Array]  # at these values, for this standard deviation


def normal(values: Array, std: float) -> Array:
    return np.exp(-((values / std) ** 2) / 2) / (std * sqrt(2 * np.pi))


def uniform(values: Array, std: float) -> Array:
    bound = sqrt(3) * std
    return np.where(np.abs(values) <= bound, 1 / (2 * bound), 0.0)


@dataclass(frozen=True)
class Rule:
    """What one initialiser promises: the law of its entries, and their standard deviation."""

    function: str
    formula: str
    std: Callable[[int, int], float]
    density: Density
    color: str
    line: str


RULES = (
    Rule("small_random_init", "std 0.01", lambda _i, _o: 0.01, normal, PINK, "-"),
    Rule("xavier_init", "variance 1/fan_in", lambda i, _o: sqrt(1 / i), normal, BLUE, "-"),
    Rule(
        "glorot_init",
        "uniform, 2/(fan_in + fan_out)",
        lambda i, o: sqrt(2 / (i + o)),
        uniform,
        GREEN,
        "--",
    ),
    Rule("he_init", "variance 2/fan_in", lambda i, _o: sqrt(2 / i), normal, ORANGE, "-"),
)


def weights(student: Student, seed: int = 0) -> tuple[Figure, Text]:
    """What each initialiser draws, as a histogram, against the density it should follow."""
    figure, grid = sheet(2, 2, height=3.8, sharex=True)
    edge = 4 * sqrt(2 / FANS[0])
    bins = np.linspace(-edge, edge, 101)
    fine = np.linspace(-edge, edge, 601)
    measured = []
    for axes, rule in zip(grid.flat, RULES, strict=True):
        labelled(axes, f"{rule.function}: {rule.formula}", "", "density")
        promised = rule.std(*FANS)
        axes.plot(fine, rule.density(fine, promised), color="black", linewidth=1)
        with student.part(rule.function):
            drawn = drawn_by(student, rule.function, *FANS, seed)
            axes.hist(drawn.ravel(), bins=bins, density=True, color=rule.color, alpha=0.6)
            measured.append(
                text(
                    "{function} {std:.4f} ({promised:.4f})",
                    function=rule.function,
                    std=drawn.std(),
                    promised=promised,
                )
            )
    for axes in grid[1]:
        axes.set_xlabel("weight")
    return figure, text(
        "Bars: {count} weights of a layer with fan_in {fan_in} and fan_out {fan_out}. Black: the "
        "density that is promised; the bars should fill it. Standard deviations, and in brackets "
        "the promised ones: {measured}.",
        count=FANS[0] * FANS[1],
        fan_in=FANS[0],
        fan_out=FANS[1],
        measured=measured,
    )


WIDTHS = (16, 32, 64, 128, 256, 512)


def fan_in(
    student: Student, seed: int = 0, widths: tuple[int, ...] = WIDTHS
) -> tuple[Figure, Text]:
    """How much wider or narrower a signal leaves a layer than it came, by the layer's fan_in."""
    figure, grid = sheet(height=2.9)
    [axes] = grid[0]
    changes = []
    for rule in RULES:
        with student.part(rule.function):
            gains = np.array([gain(student, rule.function, width, seed) for width in widths])
            axes.plot(widths, gains, "o" + rule.line, color=rule.color, label=rule.function)
            changes.append(
                text(
                    "{function} {narrow:.2g} and {wide:.2g}",
                    function=rule.function,
                    narrow=gains[0],
                    wide=gains[-1],
                )
            )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(widths, [str(width) for width in widths])
    axes.axhline(1, color="black", linewidth=0.8)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    labelled(axes, "one linear layer, fan_out 128", "fan_in", "std of output / std of input")
    return figure, text(
        "At 1 a signal leaves a layer as strong as it came. xavier_init stays there for every "
        "fan_in, he_init at 1.41 (ReLU will take half of the power away), glorot_init looks at "
        "both fans; fixed weights change the signal by another factor in each layer. At fan_in "
        "{narrow} and {wide}: {changes}.",
        narrow=widths[0],
        wide=widths[-1],
        changes=changes,
    )


def gain(student: Student, function: str, width: int, seed: int) -> float:
    x = np.random.default_rng(seed).normal(size=(500, width))
    return float((x @ drawn_by(student, function, width, 128, seed + 1)).std() / x.std())


def drawn_by(student: Student, function: str, inputs: int, outputs: int, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    return student.array(function, inputs, outputs, rng, shape=(inputs, outputs))


PLANS = (
    Plan(weights, tuple(rule.function for rule in RULES)),
    Plan(fan_in, tuple(rule.function for rule in RULES)),
)
