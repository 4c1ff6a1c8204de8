"""The digits before and after preprocessing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..model import Text, text
from .student import Array, Student, array
from .style import BLUE, GREY, WIDTH, labelled
from .training import digits

SHOWN = 6  # digits in a row
EPS = 1.0  # for whitening: directions that hold only noise stay faint
PIXELS = (8, 8)
INK, SIGNED = "gray_r", "RdBu_r"  # colour maps


def centred(student: Student, x: Array) -> Array:
    out, _ = student.call("zero_center", x, returns=("centered", "mean"))
    return array("zero_center", "centered", out, x.shape)


def normalised(student: Student, x: Array) -> Array:
    out, *_ = student.call("normalize", x, returns=("normalized", "mean", "std"))
    return array("normalize", "normalized", out, x.shape)


def whitened(student: Student, x: Array, **options: float) -> Array:
    out, _ = student.call("pca_whiten", x, x[:1], returns=("train", "test"), **options)
    return array("pca_whiten", "train", out, x.shape)


def images(student: Student) -> tuple[Figure, Text]:
    """Digits after each step, the directions they differ in most, and the pixels' statistics."""
    figure = Figure(figsize=(WIDTH, 3.7), layout="constrained")
    halves: Any = figure.subfigures(1, 2, width_ratios=[1.9, 1])
    left, right = halves
    raws, centreds, whites, components = left.subplots(4, SHOWN)
    above, below = right.subplots(2, 1, height_ratios=[1, 1.1])
    x = digits()["x_train"]
    draw_row(raws, "raw", x, INK, 0, 16)
    said = []
    with student.part("zero_center"):
        moved = centred(student, x)
        draw_row(centreds, "zero_center", moved, SIGNED, -16, 16)
        draw_image(above, (x - moved)[0], INK, 0, 16)
        above.set_title("mean image")
        said.append(text("zero_center leaves a mean of {mean:.1g}", mean=abs(moved.mean())))
    with student.part("normalize"):
        draw_spread(below, x, normalised(student, x), said)
    with student.part("pca_whiten"):
        rounded, directions = straightened(x - x.mean(axis=0), whitened(student, x, eps=EPS))
        draw_row(whites, "pca_whiten", rounded, SIGNED, -3, 3)
        draw_row(components, "components", directions.T, SIGNED, -0.3, 0.3)
        said.append(correlation_left(x, rounded))
    return figure, text(
        "Blue is below 0, red above. The first components are the strokes in which digits differ "
        "most; whitening plays them down and leaves the edges. normalize makes all pixels vary "
        "alike, but for those that are always white. Measured: {said}.",
        said=said,
    )


def draw_row(
    row: Iterable[Axes], name: str, pictures: Array, colors: str, low: float, high: float
) -> None:
    for number, axes in enumerate(row):
        draw_image(axes, pictures[number], colors, low, high)
        if number == 0:
            axes.set_ylabel(name, rotation=0, ha="right", va="center")


def draw_image(axes: Axes, pixels: Array, colors: str, low: float, high: float) -> None:
    axes.imshow(pixels.reshape(PIXELS), cmap=colors, vmin=low, vmax=high)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def draw_spread(axes: Axes, raw: Array, normal: Array, said: list[Text]) -> None:
    """The standard deviation of every pixel before and after."""
    axes.plot(raw.std(axis=0), color=GREY, label="raw")
    axes.plot(normal.std(axis=0), color=BLUE, label="normalize")
    axes.legend(loc="upper right", ncols=2)
    axes.set_ylim(0, 9)
    labelled(axes, "", "pixel", "std over images")
    one = np.isclose(normal.std(axis=0), 1, atol=0.01)
    said.append(
        text(
            "normalize gives {count} of {total} pixels std 1", count=int(one.sum()), total=one.size
        )
    )


def straightened(centered: Array, white: Array) -> tuple[Array, Array]:
    """Whitened images turned back onto the pixels, and the components, largest variance first.

    ``white`` = ``centered`` @ A, and A = (components) / (their spread), turned in any way: so its
    singular vectors are the components, whatever their order and signs.
    """
    a = np.linalg.lstsq(centered, white, rcond=None)[0]
    components, scales, _ = np.linalg.svd(a)
    varying = scales > 1e-9 * scales.max()  # white pixels have no component
    order = np.flatnonzero(varying)[::-1]
    turned_back = (components * scales) @ components.T
    return centered @ turned_back, components[:, order]


def correlation_left(before: Array, after: Array) -> Text:
    return text(
        "the mean correlation between pixels falls from {before:.2f} to {after:.2f}",
        before=mean_correlation(before),
        after=mean_correlation(after),
    )


def mean_correlation(x: Array) -> float:
    """The mean magnitude over all pairs of columns that vary."""
    table = np.corrcoef(x[:, x.std(axis=0) > 1e-6].T)
    return float(np.abs(table[~np.eye(len(table), dtype=bool)]).mean())
