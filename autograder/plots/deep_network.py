"""Pictures of the deep-network experiment: what becomes of a signal in ten layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..model import Text, text
from .picture import Plan
from .student import Array, Student, array
from .style import BLACK, BLUE, GREEN, ORANGE, PINK, labelled, sheet

LAYERS = 10
DEPTHS = np.arange(1, LAYERS + 1)


@dataclass(frozen=True)
class Init:
    """An initialiser as the experiment calls it, and the variance that it promises times fan_in."""

    title: str
    function: str
    gain: Callable[[int], float]  # of fan_in
    color: str
    options: tuple[float, ...] = ()

    def weights(self, student: Student, units: int, rng: np.random.Generator) -> list[Array]:
        arguments = (units, units, rng, *self.options)
        shape = (units, units)
        return [student.array(self.function, *arguments, shape=shape) for _ in range(LAYERS)]


SMALL = Init("0.01", "small_random_init", lambda n: n * 1e-4, PINK)
LARGE = Init("1.0", "small_random_init", float, ORANGE, (1.0,))
XAVIER = Init("Xavier", "xavier_init", lambda _n: 1.0, BLUE)
HE = Init("He", "he_init", lambda _n: 2.0, GREEN)
TRIED = {"tanh": (SMALL, LARGE, XAVIER), "relu": (SMALL, XAVIER, HE)}
LIMITS = {"tanh": (-1.05, 1.05), "relu": (-0.05, 3.0)}
NAMES = {"tanh": "tanh", "relu": "ReLU"}


def hidden_of(
    student: Student, activation: str, x: Array, weights: list[Array], *, normalize: bool = False
) -> list[Array]:
    """The activations of each layer, by the student's functions."""
    found = student.call(
        "forward_deep", x, weights, lambda z: student.forward(activation, z)[0], normalize
    )
    if not isinstance(found, (list, tuple, np.ndarray)) or len(found) != len(weights):
        found = [found] * len(weights)  # of a wrong shape, which is said then
    return [array("forward_deep", f"hidden[{i}]", h, x.shape) for i, h in enumerate(found)]


def histograms(
    student: Student, seed: int = 0, rows: int = 1000, units: int = 500
) -> tuple[Figure, Text]:
    """The activations of every layer for each initialiser, one histogram a layer."""
    figure, grid = sheet(2, 3, height=4.4, sharex=True, sharey="row")
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, units))
    drawn: dict[str, list[Array]] = {}
    last = []
    for row, (activation, inits) in zip(grid, TRIED.items(), strict=True):
        row[0].set_ylim(*LIMITS[activation])
        row[0].set_ylabel("activation")
        for axes, init in zip(row, inits, strict=True):
            labelled(axes, f"{NAMES[activation]}, {init.title}", "", row[0].get_ylabel())
            with student.part("forward_deep"):
                if init.title not in drawn:
                    drawn[init.title] = init.weights(student, units, rng)
                hidden = hidden_of(student, activation, x, drawn[init.title])
                draw_layers(axes, hidden, LIMITS[activation], init.color)
                last.append(level(activation, init, hidden[-1].std()))
    for axes in grid[1]:
        axes.set_xlabel("layer")
        axes.set_xticks(range(1, LAYERS + 1))
    return figure, text(
        "One histogram a layer, turned on its side. With 0.01 everything shrinks to 0; with 1.0 "
        "tanh sits at -1 and 1, saturated; Xavier keeps tanh alive and lets ReLU fade; He keeps "
        "ReLU alive. Standard deviations in layer {layer}: {last}.",
        layer=LAYERS,
        last=last,
    )


def level(activation: str, init: Init, std: float) -> Text:
    return text(
        "{activation} {init} {std:.2g}", activation=NAMES[activation], init=init.title, std=std
    )


def draw_layers(axes: Axes, hidden: list[Array], limits: tuple[float, float], color: str) -> None:
    """Histograms side by side; the highest bin may be cut, since half of ReLU's values are 0."""
    edges = np.linspace(*limits, 53)
    centres = (edges[1:] + edges[:-1]) / 2
    for layer, h in enumerate(hidden, 1):
        counts, _ = np.histogram(h, bins=len(centres), range=limits)
        full = max(np.sort(counts)[-2], h.size / 25)
        left = layer - 0.45
        widths = 0.9 * np.minimum(counts / full, 1)
        axes.fill_betweenx(centres, left, left + widths, step="mid", color=color, linewidth=0)


def spread(
    student: Student, seed: int = 0, rows: int = 100, units: int = 500
) -> tuple[Figure, Text]:
    """The standard deviation of every layer, for every initialiser, beside what theory says."""
    figure, grid = sheet(1, 2, height=3.3)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, units))
    last = []
    for init in (SMALL, XAVIER, HE, LARGE):
        with student.part(init.function):
            weights = init.weights(student, units, rng)
            for axes, activation in zip(grid[0], TRIED, strict=True):
                with student.part("layer_statistics"):
                    std = spreads(student, hidden_of(student, activation, x, weights))
                    theory = predicted(MOMENTS[activation], init.gain(units))
                    axes.plot(DEPTHS, std, "o", color=init.color, markersize=4, label=init.title)
                    axes.plot(DEPTHS, theory, "--", color=init.color, linewidth=1)
                    last.append(
                        text(
                            "{measured} ({theory:.2g})",
                            measured=level(activation, init, std[-1]),
                            theory=theory[-1],
                        )
                    )
                if init is SMALL:
                    with student.part("forward_deep"):
                        hidden = hidden_of(student, activation, x, weights, normalize=True)
                        std = spreads(student, hidden)
                        axes.plot(DEPTHS, std, "x", color=BLACK, label="0.01, normalized")
    for axes, activation, limits in zip(grid[0], TRIED, ((1e-8, 1e2), (1e-10, 1e14)), strict=True):
        axes.set(yscale="log", xticks=DEPTHS, ylim=limits)
        labelled(axes, NAMES[activation], "layer", "std of activations")
    grid[0, 0].legend(loc="lower left")
    return figure, text(
        "Dots: measured. Dashed: theory, which knows the variance of the weights and nothing else. "
        "A straight line down or up is a signal that dies out or explodes; level is what you want, "
        "and normalising (crosses) gives it to the worst weights. Layer {layer}, theory in "
        "brackets: {last}.",
        layer=LAYERS,
        last=last,
    )


def spreads(student: Student, hidden: list[Array]) -> Array:
    return student.array("layer_statistics", hidden, shape=(len(hidden), 4))[:, 1]


Moments = Callable[[float], tuple[float, float]]  # E[h] and E[h^2] of a normal z of this std


def of_tanh(std: float) -> tuple[float, float]:
    z = np.linspace(-8, 8, 4001)
    density = np.exp(-(z**2) / 2)
    return 0.0, float(np.sum(density * np.tanh(std * z) ** 2) / density.sum())


def of_relu(std: float) -> tuple[float, float]:
    """Half of the power, and the mean of a half-normal distribution, halved."""
    return std / sqrt(2 * pi), std**2 / 2


MOMENTS: dict[str, Moments] = {"tanh": of_tanh, "relu": of_relu}


def predicted(moments: Moments, gain: float) -> Array:
    """The std of each layer: the variance before the activation is ``gain`` E[h^2] of the last.

    With the units of a layer independent and normal, as in a wide layer; the input has E[x^2] = 1.
    """
    power, found = 1.0, []
    for _ in range(LAYERS):
        mean, power = moments(sqrt(gain * power))
        found.append(sqrt(power - mean**2))
    return np.array(found)


ACTIVATIONS = ("tanh_forward", "relu_forward")
INITS = ("small_random_init", "xavier_init", "he_init")
PLANS = (
    Plan(histograms, ("forward_deep", *INITS, *ACTIVATIONS)),
    Plan(spread, ("forward_deep", "layer_statistics", *INITS, *ACTIVATIONS)),
)
