"""Pictures of batch normalisation, and what it does for a deep network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from ..model import Text, text
from .batchnorm_gradients import gradients
from .batchnorm_layer import before_after, normalised, running, train_and_test
from .picture import Plan
from .student import Array, Student
from .style import BLUE, ORANGE, labelled, sheet
from .training import accuracy, descend, like_he, mini_batches, standardised

LAYERS, UNITS = 10, 100
SCALES = tuple(10.0 ** np.arange(-3, 0.1, 0.5))  # times He
NETS = (
    (True, BLUE, "s-", text("with batchnorm")),
    (False, ORANGE, "o--", text("without batchnorm")),
)


def against_init_scale(
    student: Student, seed: int = 0, scales: tuple[float, ...] = SCALES, epochs: int = 2
) -> tuple[Figure, Text]:
    """A deep signal, and a short training, for weights from far too small to right."""
    figure, [[signal, learning]] = sheet(1, 2, height=3.0)
    said: list[Text] = []
    with student.part("batchnorm_forward"):
        for batchnorm, color, line, title in NETS:
            std = [deep_std(student, scale, batchnorm, seed) for scale in scales]
            signal.plot(scales, std, line, color=color, label=str(title))
            said.append(
                text("std {first:.1g} to {last:.1g} {net}", net=title, first=std[0], last=std[-1])
            )
    with student.part("batchnorm_backward"):
        for batchnorm, color, line, title in NETS:
            right = [trained(student, scale, batchnorm, epochs, seed) for scale in scales]
            learning.plot(scales, 100 * np.array(right), line, color=color, label=str(title))
            said.append(text("at worst {worst:.0%} right {net}", net=title, worst=np.min(right)))
    signal.set(xscale="log", yscale="log")
    labelled(signal, f"signal in layer {LAYERS} (tanh)", "weights / He's", "std of activations")
    learning.set(xscale="log", ylim=(0, 104))
    labelled(learning, f"digits after {epochs} epochs (ReLU)", "weights / He's", "right, %")
    learning.legend(loc="center left")
    return figure, text(
        "Weights from a thousandth of He's up to He's. Without normalising, a deep signal dies out "
        "and a network learns only where the scale fits; with it both lines are flat: batchnorm "
        "forgives the initialisation. Measured: {said}.",
        said=said,
    )


def deep_std(student: Student, scale: float, batchnorm: bool, seed: int) -> float:
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(200, UNITS))
    for _ in range(LAYERS):
        h = h @ (scale * like_he(UNITS, UNITS, rng))
        # A tiny eps: the default would be noticed beside the variance of the smallest weights.
        h = np.tanh(normalised(student, h, {"mode": "train", "eps": 1e-12}) if batchnorm else h)
    return float(h.std())


def trained(student: Student, scale: float, batchnorm: bool, epochs: int, seed: int) -> float:
    """The validation accuracy of a small network on the digits."""
    rng = np.random.default_rng(seed)
    data = standardised()
    sizes = [64, 50, 50, 10]
    net = student.call(
        "FullyConnectedNet", sizes, scaled(scale), rng, "relu", use_batchnorm=batchnorm
    )
    batches = mini_batches(len(data["x_train"]), 64, epochs, rng)
    descend(net.loss_and_gradients, net.params, data, 0.2, batches)
    return accuracy(net, data)


def scaled(scale: float) -> Callable[[int, int, np.random.Generator], Array]:
    return lambda fan_in, fan_out, rng: scale * like_he(fan_in, fan_out, rng)


PLANS = (
    Plan(before_after, ("batchnorm_forward",)),
    Plan(running, ("batchnorm_forward",)),
    Plan(train_and_test, ("batchnorm_forward",)),
    Plan(gradients, ("batchnorm_backward", "batchnorm_backward_alt")),
    Plan(against_init_scale, ("batchnorm_forward", "batchnorm_backward")),
)
