"""Pictures of babysitting the learning process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..model import Text, text
from .picture import Plan
from .student import Array, Student, array
from .style import BLACK, BLUE, COLOURS, ORANGE, labelled, sheet
from .training import Params, digits, like_he, mini_batches, standardised

CLASSES = 10
Init = Callable[[int, int, np.random.Generator], Array]


def of_std(std: float) -> Init:
    return lambda i, o, rng: std * rng.normal(size=(i, o))


def network(student: Student, sizes: list[int], init: Init, rng: Any, reg: float = 0.0) -> Any:
    return student.call("FullyConnectedNet", sizes, init, rng, "relu", reg=reg)


REGS = (1.0, 10.0, 100.0, 300.0, 1000.0, 3000.0)


def initial_loss(
    student: Student, seed: int = 0, regs: tuple[float, ...] = REGS
) -> tuple[Figure, Text]:
    """The first loss of a network with small weights, measured and expected, by regularisation."""
    figure, [[axes]] = sheet(height=2.7)
    data = np.random.default_rng(seed)
    x, y = data.normal(size=(100, 3072)), data.integers(CLASSES, size=100)
    measured, expected = [], []
    for reg in (0.0, *regs):
        net = network(student, [3072, 50, CLASSES], of_std(1e-4), np.random.default_rng(seed), reg)
        weights = [net.params["W1"], net.params["W2"]]
        measured.append(float(net.loss_and_gradients(net.params, x, y)[0]))
        expected.append(float(student.array("expected_initial_loss", CLASSES, weights, reg)))
    axes.plot(regs, expected[1:], color=BLUE, label="expected_initial_loss")
    axes.plot(regs, measured[1:], "o", color=ORANGE, label="first loss of the network")
    axes.axhline(np.log(CLASSES), color=BLACK, linewidth=0.8, linestyle="--", label="log 10")
    axes.set_xscale("log")
    axes.legend(loc="upper left")
    labelled(axes, "3072-50-10, weights of std 1e-4", "regularisation strength", "loss")
    return figure, text(
        "Before any training each of {classes} classes gets the same probability, so the loss is "
        "log {classes}; the penalty comes on top. Dots off the line mean a bug in the loss, or "
        "weights that are too large. Without regularisation {plain:.4f} (expected "
        "{plain_expected:.4f}), at {reg:g} {loss:.2f} (expected {loss_expected:.2f}).",
        classes=CLASSES,
        plain=measured[0],
        plain_expected=expected[0],
        reg=1000,
        loss=measured[1 + regs.index(1000.0)],
        loss_expected=expected[1 + regs.index(1000.0)],
    )


def overfit(
    student: Student, seed: int = 0, examples: int = 20, epochs: int = 200
) -> tuple[Figure, Text]:
    """Twenty digits learned by heart."""
    figure, [[losses_axes, right_axes]] = sheet(1, 2, height=2.6)
    rng = np.random.default_rng(seed)
    data = standardised()
    x, y = data["x_train"][:examples], data["y_train"][:examples]
    net = network(student, [64, 50, CLASSES], like_he, rng)
    losses, right = [], []
    for _ in range(epochs):
        losses += losses_of(
            student, net.loss_and_gradients, net.params, x, y, 0.2, 1, examples, rng
        )
        right.append(np.mean(net.predict(net.params, x) == y))
    losses_axes.plot(losses, color=BLUE)
    losses_axes.set(yscale="log")
    labelled(losses_axes, "", "epoch", "loss")
    right_axes.plot(100 * np.array(right), color=BLUE)
    right_axes.set_ylim(0, 104)
    labelled(right_axes, "", "epoch", "right on these examples, %")
    return figure, text(
        "Before a long run: can your training learn {examples} examples by heart? The loss has to "
        "fall to nearly 0 and the accuracy to reach 100 %; if not, look for a bug before you look "
        "for a better learning rate. Here the loss ends at {loss:.4f}, with {right:.0%} right.",
        examples=examples,
        loss=losses[-1],
        right=right[-1],
    )


def losses_of(student: Student, *arguments: Any) -> list[float]:
    """What the student's train records; infinite and NaN losses are among the answers here."""
    found = student.call("train", *arguments)
    return [float(loss) for loss in found]


RATES = (1e-5, 0.01, 0.03, 0.3, 100.0)
TOP = 200.0  # of the picture


def loss_curves(
    student: Student, seed: int = 0, rates: tuple[float, ...] = RATES, epochs: int = 60
) -> tuple[Figure, Text]:
    """The loss at several learning rates, and what diagnose_losses says of each."""
    figure, [[axes]] = sheet(height=3.1)
    data = digits()
    x, y = data["x_train"][:640], data["y_train"][:640]
    told = []
    for rate, color in zip(rates, COLOURS, strict=False):
        with student.part("train"):
            rng = np.random.default_rng(seed)
            net = network(student, [64, 50, CLASSES], lambda *of: 0.6 * like_he(*of), rng)
            losses = losses_of(
                student, net.loss_and_gradients, net.params, x, y, rate, epochs, len(x), rng
            )
            verdict = str(student.call("diagnose_losses", losses))[:40]
            axes.plot(np.minimum(losses, TOP), color=color, label=f"{rate:g}: {verdict}")
            told.append(text("{rate:g} {verdict}", rate=rate, verdict=verdict))
    axes.set(yscale="log", ylim=(0.1, TOP))
    axes.axhline(np.log(CLASSES), color=BLACK, linewidth=0.8, linestyle="--")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), title="learning rate")
    labelled(axes, "64-50-10 on raw digits", "epoch", "loss")
    return figure, text(
        "Too low hardly moves; too high drops below its beginning and then lies flat at a bad "
        "value (dashed: log 10, chance, since the units are dead); diverged ends above its "
        "beginning; good keeps falling. By diagnose_losses: {told}.",
        told=told,
    )


STEPS = (
    (1e-4, COLOURS[3]),
    (0.01, COLOURS[0]),
    (0.1, COLOURS[2]),
    (1.0, COLOURS[4]),
    (10.0, COLOURS[1]),
)
HEALTHY = 1e-3


def update_ratio(student: Student, seed: int = 0, epochs: int = 3) -> tuple[Figure, Text]:
    """The size of the updates against the size of the weights, step by step."""
    figure, [[ratios_axes, losses_axes]] = sheet(1, 2, height=2.9)
    medians = []
    for rate, color in STEPS:
        with student.part("update_ratio"):
            ratios, losses = watched(student, rate, epochs, seed)
            ratios_axes.plot(ratios, color=color, linewidth=1)
            losses_axes.plot(np.minimum(losses, 30), color=color, linewidth=1, label=f"{rate:g}")
            medians.append(text("{rate:g} {ratio:.0e}", rate=rate, ratio=np.median(ratios)))
    ratios_axes.axhline(HEALTHY, color=BLACK, linestyle="--", linewidth=0.8)
    ratios_axes.set(yscale="log", ylim=(1e-8, 1e4))
    labelled(ratios_axes, "first layer (dashed: 0.001)", "step", "norm of update / norm of W")
    losses_axes.set(yscale="log", ylim=(0.02, 30))
    labelled(losses_axes, "", "step", "loss")
    losses_axes.legend(title="learning rate", loc="upper left", bbox_to_anchor=(1, 1))
    return figure, text(
        "Left: how far a step moves the weights, as a part of their size. About a thousandth "
        "(dashed) is healthy; far below it nothing is learned, far above it the weights are thrown "
        "about. So small a problem bears more: compare with the losses on the right. Median ratio "
        "by learning rate: {medians}.",
        medians=medians,
    )


def watched(student: Student, rate: float, epochs: int, seed: int) -> tuple[Array, list[float]]:
    rng = np.random.default_rng(seed)
    data = standardised()
    net = network(student, [64, 50, CLASSES], like_he, rng)
    params: Params = net.params
    ratios, losses = [], []
    for rows in mini_batches(len(data["x_train"]), 64, epochs, rng):
        loss, grads = net.loss_and_gradients(params, data["x_train"][rows], data["y_train"][rows])
        ratio = student.call("update_ratio", params["W1"], grads["W1"], rate)
        ratios.append(float(array("update_ratio", "ratio", ratio, ())))
        losses.append(float(loss))
        params.update({name: params[name] - rate * grads[name] for name in params})
    return np.array(ratios), losses


PLANS = (
    Plan(initial_loss, ("expected_initial_loss",)),
    Plan(overfit, ("train", "sgd_step")),
    Plan(loss_curves, ("train", "sgd_step", "diagnose_losses")),
    Plan(update_ratio, ("update_ratio",)),
)
