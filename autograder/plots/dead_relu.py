"""Units that no gradient reaches any more, by the learning rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from ..model import Text, text
from .student import Array, Student, array
from .style import BLUE, GREEN, ORANGE, labelled, sheet
from .training import accuracy, descend, digits, like_he, mini_batches, standardised

RATES = (0.01, 0.03, 0.1, 0.2, 0.3)
SIZES, BATCH = [64, 100, 10], 64


@dataclass(frozen=True)
class Run:
    """One line of the picture: an activation, and how the pixels were prepared."""

    title: Text
    activation: str
    raw: bool
    color: str
    line: str


RUNS = (
    Run(text("ReLU on raw pixels"), "relu", True, ORANGE, "o-"),
    Run(text("leaky ReLU on raw pixels"), "leaky_relu", True, BLUE, "s--"),
    Run(text("ReLU on standardised pixels"), "relu", False, GREEN, "^-"),
)


def dead_relu(
    student: Student, seed: int = 0, epochs: int = 5, rates: tuple[float, ...] = RATES
) -> tuple[Figure, Text]:
    """Dead units and accuracy after a short training, for several learning rates."""
    figure, grid = sheet(1, 2, height=2.8)
    measured = []
    for run in RUNS:
        with student.part(f"{run.activation}_backward"):
            ends = np.array([trained(student, run, rate, epochs, seed) for rate in rates])
            for axes, column in zip(grid[0], ends.T, strict=True):
                axes.plot(rates, 100 * column, run.line, color=run.color, label=str(run.title))
            measured.append(
                text(
                    "{run} {dead:.0%} dead and {right:.0%} right",
                    run=run.title,
                    dead=ends[-1, 0],
                    right=ends[-1, 1],
                )
            )
    for axes, name in zip(grid[0], ("dead hidden units, %", "right on validation, %"), strict=True):
        axes.set(xscale="log", ylim=(-4, 104))
        axes.set_xticks(rates, [f"{rate:g}" for rate in rates], minor=False)
        axes.set_xticks([], minor=True)
        labelled(axes, "", "learning rate", name)
    grid[0, 0].legend(loc="upper left")
    return figure, text(
        "A unit is dead when no training image sends a gradient through it: it will never change "
        "again. One large step is enough, and with raw pixels (0 to 16) steps are large: see the "
        "ReLU die between {low:g} and {high:g}. A leaky ReLU cannot die, though such steps still "
        "do it no good; standardised pixels cure the cause. At rate {high:g}: {measured}.",
        low=rates[0],
        high=rates[-1],
        measured=measured,
    )


def trained(student: Student, run: Run, rate: float, epochs: int, seed: int) -> tuple[float, float]:
    """The fraction of dead hidden units and the validation accuracy at the end."""
    rng = np.random.default_rng(seed)
    data = digits() if run.raw else standardised()
    net = student.call("FullyConnectedNet", SIZES, like_he, rng, run.activation)
    batches = mini_batches(len(data["x_train"]), BATCH, epochs, rng)
    descend(net.loss_and_gradients, net.params, data, rate, batches)
    z = data["x_train"] @ net.params["W1"] + net.params["b1"]
    return dead_fraction(student, run.activation, z), accuracy(net, data)


def dead_fraction(student: Student, activation: str, z: Array) -> float:
    """Of the columns of ``z`` (N, D), those through which no row's gradient passes."""
    _, cache = student.forward(activation, z)
    backward = f"{activation}_backward"
    dz = array(backward, "dx", student.call(backward, np.ones_like(z), cache), z.shape)
    return float(np.mean(np.all(dz == 0, axis=0)))
