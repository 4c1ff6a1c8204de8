"""Validation accuracy over learning rate and regularisation: the land that a search walks over.

Measured once on a coarse grid of short trainings, and read off in between, so that a picture can
afford thousands of trials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from .student import Array, Student
from .style import labelled
from .training import accuracy, descend, like_he, mini_batches, standardised

RATE, REG = "learning_rate", "reg"
RANGES = {RATE: (1e-4, 1e2), REG: (1e-4, 1e2)}
POINTS = {RATE: 13, REG: 7}
SIZES, BATCH = [64, 30, 10], 64

Trial = Mapping[str, float]


@dataclass(frozen=True)
class Surface:
    """Accuracies of shape (reg, rate) at the decimal logarithms ``rates`` and ``regs``."""

    rates: Array
    regs: Array
    accuracies: Array

    def at(self, trial: Trial) -> float:
        """The accuracy of a trial, linear in the logarithms between the points of the grid."""
        place = np.interp(np.log10(trial[REG]), self.regs, np.arange(len(self.regs)))
        below = min(int(place), len(self.regs) - 2)
        low, high = (
            np.interp(np.log10(trial[RATE]), self.rates, row)
            for row in self.accuracies[below : below + 2]
        )
        return float(low + (place - below) * (high - low))

    def draw(self, axes: Axes, title: str) -> Any:
        """The accuracies as colours over both axes; returns what a colour bar is made of."""
        mesh = axes.pcolormesh(
            10**self.rates, 10**self.regs, self.accuracies, shading="gouraud", vmin=0, vmax=1
        )
        axes.set(xscale="log", yscale="log", xlim=RANGES[RATE], ylim=RANGES[REG])
        axes.grid(visible=False)
        labelled(axes, title, "learning rate", "regularisation")
        return mesh


def surface(student: Student, seed: int) -> Surface:
    """The accuracies of a network of the student's parts."""
    return measured(student.named("FullyConnectedNet"), seed)


@lru_cache(maxsize=2)  # several pictures of one run; a file that has changed makes a new class
def measured(net: Any, seed: int) -> Surface:
    rates, regs = (np.log10(np.geomspace(*RANGES[name], POINTS[name])) for name in (RATE, REG))
    found = [[ended(net, 10**rate, 10**reg, seed) for rate in rates] for reg in regs]
    return Surface(rates, regs, np.array(found))


def ended(net: Any, rate: float, reg: float, seed: int) -> float:
    """Validation accuracy after one epoch."""
    made, _ = run(net, rate, reg, seed, epochs=1)
    return accuracy(made, standardised())


def run(net: Any, rate: float, reg: float, seed: int, epochs: int) -> tuple[Any, list[float]]:
    """A short training; the network and its losses."""
    rng = np.random.default_rng(seed)
    data = standardised()
    made = net(SIZES, like_he, rng, reg=reg)
    batches = mini_batches(len(data["x_train"]), BATCH, epochs, rng)
    return made, descend(made.loss_and_gradients, made.params, data, rate, batches)
