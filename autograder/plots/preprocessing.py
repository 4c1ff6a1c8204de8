"""Pictures of data preprocessing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..model import Text, text
from ..sandbox.given import softmax_regression
from .images import centred, images, normalised, whitened
from .picture import Plan
from .student import Array, Student, array
from .style import BLACK, BLUE, GREY, ORANGE, labelled, sheet
from .training import descend, digits, mini_batches

MIXING = np.array([[2.2, 0.0], [0.55, 0.35]])  # of two independent features
CENTRE = np.array([2.0, 4.0])
LIMIT = 8.0

Step = Callable[[Student, Array], Array]


STEPS: dict[str, Step | None] = {
    "raw": None,
    "zero_center": centred,
    "normalize": normalised,
    "pca_whiten": whitened,
}


def steps(student: Student, seed: int = 0, points: int = 400) -> tuple[Figure, Text]:
    """A cloud of points with two features, after each way of preprocessing."""
    figure, grid = sheet(1, 4, height=2.3, sharex=True, sharey=True)
    raw = np.random.default_rng(seed).normal(size=(points, 2)) @ MIXING.T + CENTRE
    numbers = []
    for axes, (name, step) in zip(grid[0], STEPS.items(), strict=True):
        labelled(axes, name, "feature 1", "")
        axes.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), aspect="equal")
        axes.axhline(0, color=BLACK, linewidth=0.7)
        axes.axvline(0, color=BLACK, linewidth=0.7)
        if step is None:
            draw_cloud(axes, raw, GREY)
            numbers.append(described(name, raw))
            continue
        with student.part(name):
            cloud = step(student, raw)
            draw_cloud(axes, cloud, BLUE)
            numbers.append(described(name, cloud))
    grid[0, 0].set_ylabel("feature 2")
    return figure, text(
        "The same points, on the same scale. zero_center moves the cloud onto the cross, normalize "
        "also makes both features equally wide, pca_whiten also takes the slant out: a round "
        "cloud. Means, standard deviations and correlation: {numbers}.",
        numbers=numbers,
    )


def draw_cloud(axes: Axes, cloud: Array, color: str) -> None:
    axes.plot(*cloud.T, ".", color=color, markersize=2, alpha=0.6)


def described(name: str, cloud: Array) -> Text:
    return text(
        "{name} ({mean_1:.1f} {mean_2:.1f}, {std_1:.1f} {std_2:.1f}, {correlation:.2f})",
        name=name,
        **{f"mean_{i}": value + 0.0 for i, value in enumerate(np.round(cloud.mean(axis=0), 9), 1)},
        **{f"std_{i}": value for i, value in enumerate(cloud.std(axis=0), 1)},
        correlation=float(np.round(np.corrcoef(cloud.T)[0, 1], 9)) + 0.0,
    )


def own_statistics(student: Student, seed: int = 0, epochs: int = 6) -> tuple[Figure, Text]:
    """A classifier on test images that come one digit at a time, normalised in two ways."""
    names = ("normalized", "mean", "std")
    data = digits()
    x, mean, std = student.call("normalize", data["x_train"], returns=names)
    train = {
        "x_train": array("normalize", "normalized", x, data["x_train"].shape),
        "y_train": data["y_train"],
    }
    params = {"w": np.zeros((64, 10)), "b": np.zeros(10)}
    batches = mini_batches(len(train["x_train"]), 64, epochs, np.random.default_rng(seed))
    descend(softmax_regression, params, train, 0.1, batches)

    def right(digit: int, *statistics: Any) -> float:
        group = data["x_test"][data["y_test"] == digit]
        x, *_ = student.call("normalize", group, *statistics, returns=names)
        scores = array("normalize", "normalized", x, group.shape) @ params["w"] + params["b"]
        return float(np.mean(scores.argmax(axis=1) == digit))

    figure, grid = sheet(height=2.6)
    [axes] = grid[0]
    shares = []
    for offset, name, color, given in (
        (-0.2, "mean and std of the training split", BLUE, (mean, std)),
        (0.2, "mean and std of the group itself", ORANGE, ()),
    ):
        share = np.array([right(digit, *given) for digit in range(10)])
        axes.bar(np.arange(10) + offset, 100 * share, width=0.38, color=color, label=name)
        shares.append(float(share.mean()))
    axes.set(ylim=(0, 125), xticks=range(10), yticks=range(0, 101, 20))
    axes.grid(axis="x", visible=False)
    axes.legend(loc="upper center", ncols=2)
    labelled(axes, "", "test images of this digit only", "recognised, %")
    return figure, text(
        "A classifier trained on normalised images gets the test images one digit at a time. With "
        "the training statistics it recognises {train:.0%}; with those of each group {own:.0%}: a "
        "group's own mean is the digit itself, and subtracting it takes away what was to be seen.",
        train=shares[0],
        own=shares[1],
    )


PLANS = (
    Plan(steps, ("zero_center", "normalize", "pca_whiten")),
    Plan(images, ("zero_center", "normalize", "pca_whiten")),
    Plan(own_statistics, ("normalize",)),
)
