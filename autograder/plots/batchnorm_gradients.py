"""What a student's batchnorm_backward does to an upstream gradient."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..model import Text, text
from .batchnorm_layer import MEAN, STD
from .student import Array, Student, array
from .style import BLACK, BLUE, GREY, ORANGE, labelled, sheet

BACKWARDS = (("batchnorm_backward", BLUE, "o"), ("batchnorm_backward_alt", ORANGE, "+"))


def gradients(student: Student, seed: int = 0, rows: int = 200) -> tuple[Figure, Text]:
    """What the backward takes out of the upstream gradient: its mean, and its trend along x_hat."""
    figure, [[above, below]] = sheet(1, 2, height=2.9, sharey=True)
    rng = np.random.default_rng(seed)
    x = MEAN + STD * rng.normal(size=(rows, 1))
    x_hat = (x - x.mean()) / x.std()
    dout = 1.5 + 1.2 * x_hat + 0.7 * rng.normal(size=(rows, 1))
    draw_trend(above, x_hat, dout, GREY, "o", "dout")
    said = [trend("dout", x_hat, dout)]
    for name, color, marker in BACKWARDS:
        with student.part(name):
            dx = dx_of(student, name, x, dout)
            draw_trend(below, x_hat, dx * x.std(), color, marker, name)
            said.append(trend(name, x_hat, dx * x.std()))
    labelled(above, "coming in", "x_hat", "gradient")
    labelled(below, "going out: dx * std", "x_hat", "")
    for axes in (above, below):
        axes.axhline(0, color=BLACK, linewidth=0.8)
        axes.legend(loc="upper left")
    return figure, text(
        "One feature, a dot for each example. The output cannot change when all x are shifted or "
        "stretched together, so no gradient may ask for that: the backward takes out the mean and "
        "the slope along x_hat, and both of your formulas have to give the same cloud. Mean and "
        "slope: {said}.",
        said=said,
    )


def dx_of(student: Student, name: str, x: Array, dout: Array) -> Array:
    arguments = (x, np.ones(1), np.zeros(1), {"mode": "train"})
    _, cache = student.call("batchnorm_forward", *arguments, returns=("out", "cache"))
    dx, *_ = student.call(name, dout, cache, returns=("dx", "dgamma", "dbeta"))
    return array(name, "dx", dx, x.shape)


def draw_trend(axes: Axes, x: Array, y: Array, color: str, marker: str, name: str) -> None:
    axes.plot(x, y, marker, color=color, markersize=4, label=name)
    ends = np.array([x.min(), x.max()])
    axes.plot(ends, np.polyval(np.polyfit(x[:, 0], y[:, 0], 1), ends), color=color)


def trend(name: str, x: Array, y: Array) -> Text:
    slope = float(np.polyfit(x[:, 0], y[:, 0], 1)[0])
    return text(
        "{name} {mean:.2f} and {slope:.2f}",
        name=name,
        mean=float(y.mean().round(6)) + 0.0,
        slope=round(slope, 6) + 0.0,
    )
