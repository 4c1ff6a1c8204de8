"""What batch normalisation does to one layer: its outputs and its running statistics."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..model import Text, text
from .student import Array, Student, array
from .style import BLACK, BLUE, COLOURS, GREY, ORANGE, labelled, sheet


def normalised(
    student: Student, x: Array, bn_param: dict[str, Any], gamma: float = 1.0, beta: float = 0.0
) -> Array:
    """What batchnorm_forward makes of ``x``, with the same gamma and beta for every feature."""
    scale, shift = np.full(x.shape[1], gamma), np.full(x.shape[1], beta)
    arguments = (x, scale, shift, bn_param)
    out, _ = student.call("batchnorm_forward", *arguments, returns=("out", "cache"))
    return array("batchnorm_forward", "out", out, x.shape)


def before_after(student: Student, seed: int = 0, rows: int = 5000) -> tuple[Figure, Text]:
    """The inputs of six units: as they come, normalised, and with a gamma and a beta."""
    figure, [[before, after, shaped]] = sheet(1, 3, height=2.6)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 6)) * [1.6, 0.5, 2.2, 0.8, 1.2, 0.4] + [-6, -3, 0, 2, 4, 6.5]
    draw_densities(before, x, "as they come")
    said = [described(text("as they come"), x)]
    for axes, gamma, beta in ((after, 1.0, 0.0), (shaped, 2.0, 3.0)):
        with student.part("batchnorm_forward"):
            out = normalised(student, x, {"mode": "train"}, gamma, beta)
            draw_densities(axes, out, f"gamma {gamma:g}, beta {beta:g}")
            said.append(described(text("gamma {gamma:g}", gamma=gamma), out))
    before.set_ylabel("density")
    return figure, text(
        "One line per unit of a layer. However wide and wherever they are, after batchnorm all "
        "units have mean beta and standard deviation gamma, which the network learns. Means, and "
        "standard deviations: {said}.",
        said=said,
    )


def draw_densities(axes: Axes, x: Array, title: str) -> None:
    for column, color in zip(x.T, COLOURS, strict=False):
        counts, edges = np.histogram(column, bins=60, range=(-10, 10), density=True)
        axes.plot((edges[1:] + edges[:-1]) / 2, counts, color=color, linewidth=1.2)
    labelled(axes, title, "input of the activation", "")


def described(title: Text, x: Array) -> Text:
    mean, std = x.mean(axis=0).round(6) + 0.0, x.std(axis=0)
    return text(
        "{title}: {low:.2f} to {high:.2f}, and {narrow:.2f} to {wide:.2f}",
        title=title,
        low=mean.min(),
        high=mean.max(),
        narrow=std.min(),
        wide=std.max(),
    )


MOMENTA = ((0.9, BLUE), (0.99, ORANGE))
MEAN, STD = 4.0, 1.5  # of the data


def running(student: Student, seed: int = 0, steps: int = 300) -> tuple[Figure, Text]:
    """Running mean and variance on their way from 0 to those of the data."""
    figure, [[means, variances]] = sheet(1, 2, height=2.7)
    batches = MEAN + STD * np.random.default_rng(seed).normal(size=(steps, 32, 1))
    means.plot(batches.mean(axis=(1, 2)), ".", color=GREY, markersize=3, label="of each batch")
    variances.plot(batches.var(axis=(1, 2)), ".", color=GREY, markersize=3)
    said = []
    for momentum, color in MOMENTA:
        with student.part("batchnorm_forward"):
            bn_param: dict[str, Any] = {"mode": "train", "momentum": momentum}
            found = np.array([kept(student, batch, bn_param) for batch in batches])
            for axes, values in zip((means, variances), found.T, strict=True):
                axes.plot(values, color=color, label=f"running, momentum {momentum:g}")
            near = np.flatnonzero(np.abs(found[:, 0] / MEAN - 1) < 0.1)
            said.append(
                text(
                    "{momentum:g} after {count} steps (at the end {mean:.2f} and {var:.2f})",
                    momentum=momentum,
                    count=int(near[0]) + 1 if len(near) else f">{steps}",
                    mean=found[-1, 0],
                    var=found[-1, 1],
                )
            )
    for axes, name, value in ((means, "mean", MEAN), (variances, "variance", STD**2)):
        axes.axhline(value, color=BLACK, linewidth=0.8, linestyle="--")
        axes.set_ylim(bottom=0)
        labelled(axes, "", "training step", name)
    means.legend(loc="lower right")
    return figure, text(
        "Dots: the statistics of each mini-batch of 32. Dashed: those of the data, {mean:g} and "
        "{var:g}. The running values start at 0; a large momentum is smooth and slow. A momentum "
        "comes within a tenth of the mean: {said}.",
        mean=MEAN,
        var=STD**2,
        said=said,
    )


def kept(student: Student, batch: Array, bn_param: dict[str, Any]) -> tuple[float, float]:
    """The running statistics of a one-feature layer after one more batch."""
    normalised(student, batch, bn_param)
    names = ("running_mean", "running_var")
    mean, var = (array("batchnorm_forward", name, bn_param.get(name), (1,)) for name in names)
    return float(mean[0]), float(var[0])


SIZES = (4, 8, 16, 32, 64, 128)


def train_and_test(student: Student, seed: int = 0, draws: int = 200) -> tuple[Figure, Text]:
    """What becomes of one example, whose neighbours in the batch change, in both modes."""
    figure, [[axes]] = sheet(height=2.7)
    rng = np.random.default_rng(seed)
    one = np.array([[MEAN + STD]])
    bn_param: dict[str, Any] = {"mode": "train"}
    for _ in range(100):
        normalised(student, MEAN + STD * rng.normal(size=(128, 1)), bn_param)
    spreads = []
    for place, size in enumerate(SIZES):
        batches = [
            np.vstack([one, MEAN + STD * rng.normal(size=(size - 1, 1))]) for _ in range(draws)
        ]
        outs = {
            mode: np.array(
                [normalised(student, b, {**bn_param, "mode": mode})[0, 0] for b in batches]
            )
            for mode in ("train", "test")
        }
        across = place + rng.uniform(-0.3, 0.3, draws)
        axes.plot(across, outs["train"], ".", color=ORANGE, markersize=3, label="train mode")
        axes.plot(across, outs["test"], ".", color=BLUE, markersize=3, label="test mode")
        spreads.append(
            text(
                "{size}: {train:.2f} and {test:.2g}",
                size=size,
                train=outs["train"].std(),
                test=np.ptp(outs["test"]),
            )
        )
    axes.set_xticks(range(len(SIZES)), [str(size) for size in SIZES])
    axes.legend(*(entry[:2] for entry in axes.get_legend_handles_labels()), loc="upper right")
    labelled(axes, "one and the same example", "examples in the batch", "its output")
    return figure, text(
        "The same example, {draws} times with other neighbours in its batch. In train mode they "
        "have a say in its output, the more the fewer they are; in test mode the running "
        "statistics decide, and it is always the same. Spread of the output by batch size, train "
        "and test: {spreads}.",
        draws=draws,
        spreads=spreads,
    )
