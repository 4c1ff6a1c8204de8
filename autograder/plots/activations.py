"""Pictures of the activation functions."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np
from matplotlib.figure import Figure

from ..model import Text, text
from .dead_relu import dead_relu
from .picture import Plan
from .student import Array, Student, array
from .style import BLUE, GREEN, GREY, ORANGE, PINK, labelled, sheet
from .zigzag import zigzag

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
            steepest.append(text("{name} {slope:.2f}", name=name, slope=float(slope.max())))
    for axes in grid[1]:
        axes.set_xlabel("x")
    for axes in grid[:, 0]:
        axes.set_ylabel("f(x), f'(x)")
    last.axis("off")
    for name, color, dashes in (("f(x)", BLUE, "-"), ("gradient f'(x)", ORANGE, "--")):
        last.plot([], [], color=color, linestyle=dashes, label=name)
    last.legend(loc="center", fontsize=9)
    return figure, text(
        "Look where the dashed gradient is 0: no learning passes there. The sigmoid's output is "
        "never negative, that of tanh is centred on 0. Largest gradients: {steepest}.",
        steepest=steepest,
    )


FADING = {"sigmoid": (ORANGE, "-"), "tanh": (BLUE, "-"), "relu": (GREEN, "-"), "elu": (PINK, "--")}
FAR = 10.0  # where the lecture asks what becomes of the gradient
FLOOR = 1e-12  # of the picture: 0 has no place on a logarithmic axis


def saturation(student: Student, points: int = 201) -> tuple[Figure, Text]:
    """The gradient against the distance from 0, left and right of it."""
    figure, grid = sheet(1, 2, height=2.9, sharey=True)
    distance = np.linspace(0.05, 15, points)
    there = []
    for name, (color, dashes) in FADING.items():
        with student.part(f"{name}_backward"):
            slopes = [value_and_slope(student, name, side * distance)[1] for side in (-1, 1)]
            for axes, slope in zip(grid[0], slopes, strict=True):
                shown = np.maximum(np.abs(slope), FLOOR)
                axes.plot(distance, shown, color=color, linestyle=dashes, label=TITLES[name])
            far = [float(slope[np.argmin(np.abs(distance - FAR))]) for slope in slopes]
            there.append(
                text("{name} {left:.1g} and {right:.1g}", name=name, left=far[0], right=far[1])
            )
    for axes, sign in zip(grid[0], "-+", strict=True):
        axes.set(yscale="log", ylim=(FLOOR, 4), xlim=(0, 15))
        axes.axvspan(FAR, 15, color=GREY, alpha=0.15, linewidth=0)
        labelled(axes, f"at x = {sign}|x|", "|x|", "")
    grid[0, 0].set_ylabel("gradient (0 is at the bottom)")
    grid[0, 1].legend(loc="lower left")
    return figure, text(
        "The gradient left and right of 0, on a logarithmic scale; grey is beyond |x| = 10. "
        "Sigmoid and tanh fade on both sides: what is saturated does not learn. ReLU keeps its 1 "
        "on the right and is 0 on the whole left, where ELU only fades. At -10 and at 10: {there}.",
        there=there,
    )


COSTS = (("relu", GREEN), ("leaky_relu", GREY), ("tanh", BLUE), ("elu", PINK), ("sigmoid", ORANGE))


def cost_of_exp(
    student: Student,
    values: int = 20_000,
    runs: int = 51,
    clock: Callable[[], float] = perf_counter,
) -> tuple[Figure, Text]:
    """The time of a forward pass. The one picture that no seed repeats: it shows a stopwatch."""
    figure, grid = sheet(height=2.3)
    [axes] = grid[0]
    x = np.random.default_rng(0).normal(size=values)
    times: dict[str, float] = {}
    for name, color in COSTS:
        with student.part(f"{name}_forward"):
            times[name] = nanoseconds(lambda: student.forward(name, x), runs, clock) / values  # noqa: B023 - called here
            axes.barh(TITLES[name].partition(",")[0], times[name], color=color, height=0.6)
            axes.text(times[name], len(times) - 1, f" {times[name]:.1f}", va="center")
    axes.grid(axis="y", visible=False)
    axes.invert_yaxis()
    labelled(axes, "", "nanoseconds per value, forward", "")
    return figure, text(
        "What an exponential costs: the time of your forward passes on {values} numbers, median of "
        "{runs} runs. ReLU only compares. Times ReLU's: {ratios}.",
        values=values,
        runs=runs,
        ratios=[
            text("{name} {ratio:.1f}", name=name, ratio=time / times["relu"])
            for name, time in times.items()
            if "relu" in times and name != "relu"
        ],
    )


def nanoseconds(run: Callable[[], object], runs: int, clock: Callable[[], float]) -> float:
    """The median time of ``runs`` runs, after one to warm up."""
    run()
    times = []
    for _ in range(runs):
        start = clock()
        run()
        times.append(clock() - start)
    return float(np.median(times)) * 1e9


BOTH_WAYS = ("forward", "backward")
PLANS = (
    Plan(curves, tuple(f"{name}_{way}" for name in TITLES for way in BOTH_WAYS)),
    Plan(saturation, tuple(f"{name}_{way}" for name in FADING for way in BOTH_WAYS)),
    Plan(zigzag, ("sigmoid_forward", "tanh_forward")),
    Plan(dead_relu, tuple(f"{name}_{way}" for name in ("relu", "leaky_relu") for way in BOTH_WAYS)),
    Plan(cost_of_exp, tuple(f"{name}_forward" for name, _ in COSTS)),
)
