"""How every picture looks: one paper size, one palette, and files that come out the same each time.

Words inside a figure stay English: matplotlib's own font has no Hangul. What is said of a picture
is its caption.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FORMATS = ("png", "svg")
WIDTH = 7.2  # inches: a notebook's column

# Okabe and Ito (2008): told apart with any colour vision.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
AMBER, SKY, GREY, BLACK = "#E69F00", "#56B4E9", "#8C8C8C", "#222222"
COLOURS = (BLUE, ORANGE, GREEN, PINK, AMBER, SKY, BLACK)

STYLE: dict[str, Any] = {
    "figure.dpi": 110,
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "image.interpolation": "nearest",
    "svg.hashsalt": "autograder",  # else the names inside an SVG are drawn at random
}


def sheet(
    rows: int = 1, columns: int = 1, *, height: float = 2.8, **options: Any
) -> tuple[Figure, Any]:
    """An empty figure and its axes, an array of shape (rows, columns); ``height`` in inches."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def labelled(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


def our_style() -> Any:
    """A context in which figures are made and saved in our style, whatever the user's settings."""
    return style.context(["default", STYLE])


def rendered(figure: Figure, form: str = "png") -> bytes:
    """The figure as a file of ``form``; equal figures give equal bytes."""
    file = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    with our_style(), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of values too large to be drawn
        figure.savefig(file, format=form, metadata=metadata)
    return file.getvalue()
