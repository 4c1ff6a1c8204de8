"""One neuron that learns from activations of the layer before: all positive, or centred on 0.

The neuron computes w . h and wants to be w* . h: the loss is mean((h . (w - w*))^2) / 2. The
gradient of one example is (a number) * h: where all of h is positive, all of it has one sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..model import Text, text
from .student import Array, Student
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, labelled, sheet

EXAMPLES, INPUTS = 1000, 50
START, GOAL = np.array([-1.2, 0.9]), np.array([1.0, -1.0])
LEARNED = 1e-3  # of the first loss
MAX_STEPS = 3000


@dataclass(frozen=True)
class Layer:
    """What the neuron gets: the activations of ``function``, minus ``shift``."""

    title: str
    function: str
    shift: float
    color: str

    def of(self, student: Student, z: Array) -> Array:
        return student.forward(self.function, z)[0] - self.shift


LAYERS = (
    Layer("sigmoid", "sigmoid", 0.0, ORANGE),
    Layer("tanh", "tanh", 0.0, BLUE),
    Layer("sigmoid - 0.5", "sigmoid", 0.5, GREEN),
)


def zigzag(student: Student, seed: int = 0, examples: int = EXAMPLES) -> tuple[Figure, Text]:
    """The way of two weights for each kind of input, and the loss of a neuron with fifty."""
    figure, grid = sheet(1, 3, height=2.6)
    *paths, losses = grid[0]
    measured = []
    for number, layer in enumerate(LAYERS):
        rng = np.random.default_rng(seed)  # the same numbers for all layers
        with student.part(f"{layer.function}_forward"):
            if number < len(paths):
                draw_path(paths[number], layer, layer.of(student, rng.normal(size=(60, 2))))
            h = layer.of(student, rng.normal(size=(examples, INPUTS)))
            fall = descent(h, rng.normal(size=INPUTS))
            losses.plot(fall / fall[0], color=layer.color, label=layer.title)
            measured.append(
                text(
                    "{layer}: {steps} steps (one sign in {share:.0%})",
                    layer=layer.title,
                    steps=len(fall) - 1,
                    share=same_sign(h),
                )
            )
    losses.set(xscale="symlog", yscale="log", xlim=(0, MAX_STEPS), ylim=(LEARNED, 40))
    labelled(losses, "50 weights", "gradient steps", "loss / first loss")
    losses.set_box_aspect(1)
    losses.legend(loc="upper right")
    return figure, text(
        "From the cross to the star. With inputs that are all positive, both weights can only grow "
        "together or shrink together, so the way down goes zigzag; with inputs around 0 it can be "
        "straight. Until the loss is a thousandth, and how often the gradient of one example has "
        "a single sign in all 50 weights: {measured}. Subtracting 0.5 is all it takes: the mean is "
        "to blame.",
        measured=measured,
    )


def draw_path(axes: Axes, layer: Layer, h: Array) -> None:
    """The loss as contours, and the steps of w over it, one example each."""
    ticks = np.linspace(-2, 2, 60)
    w = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    loss = np.mean(((w - GOAL) @ h.T) ** 2, axis=-1)
    axes.contour(ticks, ticks, np.sqrt(loss), levels=8, colors=GREY, linewidths=0.5)
    axes.plot(*path(h).T, color=layer.color, linewidth=1.1, marker=".", markersize=3)
    axes.plot(*START, "x", color=BLACK)
    axes.plot(*GOAL, "*", color=BLACK, markersize=9)
    axes.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal")
    labelled(axes, f"{layer.title} inputs", "weight 1", "weight 2")


def path(h: Array, rate: float = 0.9) -> Array:
    """Weights after each example, each of which takes away ``rate`` of its own error."""
    w, places = START, [START]
    for row in h:
        w = w - rate * (row @ (w - GOAL)) * row / (row @ row)
        places.append(w)
    return np.array(places)


def descent(h: Array, goal: Array) -> Array:
    """The losses of gradient descent from 0 at rate 1 / (largest curvature), until learned."""
    curvature = h.T @ h / len(h)
    rate = 1 / np.linalg.eigvalsh(curvature)[-1]
    away = -goal
    losses: list[float] = []
    while len(losses) <= MAX_STEPS:
        losses.append(away @ curvature @ away / 2)
        if not losses[-1] > LEARNED * losses[0]:
            break
        away = away - rate * (curvature @ away)
    return np.array(losses)


def same_sign(h: Array) -> float:
    """The fraction of examples whose weight gradient, a number times h, has one sign throughout."""
    return float(np.mean(np.all(h > 0, axis=1) | np.all(h < 0, axis=1)))
