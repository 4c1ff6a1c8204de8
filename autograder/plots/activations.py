"""Pictures of the activation functions."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np
from matplotlib.figure import Figure

from ..model import Text, text
from .picture import Plan
from .student import Array, Student, array
from .style import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, labelled, sheet

LEAK = 0.1  # of leaky ReLU: at its default of 0.01 nothing is to be seen
PIECES = ((1.0, 0.0), (-0.5, -0.75))  # slope and offset of maxout's two lines
TITLES = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": f"leaky ReLU, {LEAK:g}",
    "elu": "ELU",
    "prelu": "PReLU, alpha 0.25",
    "maxout": "Maxout of two lines",
}
EXTRA = {
    "leaky_relu": (LEAK,),
    "prelu": (np.array([0.25]),),
    "maxout": tuple(np.full(s, v) for w, b in PIECES for s, v in (((1, 1), w), ((1,), b))),
}


def value_and_slope(
    student: Student, name: str, x: Array, upstream: float = 1.0
) -> tuple[Array, Array]:
    """What a function gives at every ``x`` (N,), and its gradient there, by its backward."""
    column = x[:, np.newaxis]  # PReLU and Maxout take (N, D)
    out, cache = student.forward(name, column, *EXTRA.get(name, ()))
    backward = f"{name}_backward"
    found = student.call(backward, np.full_like(column, upstream), cache)
    dx = found[0] if name in ("prelu", "maxout") and isinstance(found, (tuple, list)) else found
    return out[:, 0], array(backward, "dx", dx, column.shape)[:, 0]


def curves(student: Student, points: int = 401) -> tuple[Figure, Text]:
    """All seven functions and their gradients."""
    figure, grid = sheet(2, 4, height=3.7, sharex=True, sharey=True)
    *panels, last = grid.flat
    x = np.linspace(-4, 4, points)
    steepest = []
    for axes, (name, title) in zip(panels, TITLES.items(), strict=True):
        labelled(axes, title, "", "")
        axes.set_ylim(-1.7, 3.2)
        with student.part(f"{name}_forward"):
            out, slope = value_and_slope(student, name, x)
            if name == "maxout":
                for w, b in PIECES:
                    axes.plot(x, w * x + b, color=GREY, linewidth=0.8, linestyle=":")
            axes.plot(x, out, color=BLUE)
            axes.plot(x, slope, color=ORANGE, linestyle="--")
            steepest.append(text("{name} {slope:.2f}", name=title, slope=float(slope.max())))
    for axes in grid[1]:
        axes.set_xlabel("x")
    last.axis("off")
    for name, color, dashes in (("f(x)", BLUE, "-"), ("gradient f'(x)", ORANGE, "--")):
        last.plot([], [], color=color, linestyle=dashes, label=name)
    last.legend(loc="center", fontsize=9)
    return figure, text(
        "Look where the dashed gradient is 0: no learning passes there. The sigmoid's output is "
        "never negative, that of tanh is centred on 0. Largest gradients: {steepest}.",
        steepest=steepest,
    )


PLANS = (Plan(curves, tuple(f"{n}_{way}" for n in TITLES for way in ("forward", "backward"))),)
