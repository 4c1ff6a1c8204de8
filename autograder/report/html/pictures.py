"""Pictures of a class, drawn by matplotlib as SVG: one for light pages and one for dark ones."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

BINS = 10
SIZE = (5.2, 2.4)  # inches; on a phone its numbers are still as large as small print
SETTINGS: dict[RcKeyType, object] = {
    "svg.hashsalt": "the same picture every time",
    "svg.fonttype": "none",  # numbers as text: a third of the bytes of outlines
    "font.family": "sans-serif",
    "font.size": 11,
}
INKS = {"light": ("#57606a", "#2f6fd0"), "dark": ("#a9b3bd", "#7eb0ff")}  # as in style.css


@dataclass(frozen=True)
class Histogram:
    """Scores in :data:`BINS` ranges: ``edges`` are one more than ``counts``, the last included."""

    edges: list[float]
    counts: list[int]

    @property
    def ranges(self) -> list[tuple[float, float, int]]:
        return list(zip(self.edges, self.edges[1:], self.counts, strict=False))


def histogram(scores: Sequence[int], most: int) -> Histogram:
    counts, edges = np.histogram(scores, bins=BINS, range=(0, most))
    return Histogram(edges.tolist(), counts.tolist())


def drawn(of: Histogram) -> dict[str, Markup]:
    """The picture by colour scheme, each as an address that holds the whole picture."""
    return {scheme: bars(of, *inks) for scheme, inks in INKS.items()}


def bars(of: Histogram, words: str, fill: str) -> Markup:
    with rc_context(SETTINGS | {"text.color": words, "xtick.color": words}):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.add_subplot()
        made = axes.bar(
            of.edges[:-1], of.counts, np.diff(of.edges) * 0.92, align="edge", color=fill
        )
        axes.bar_label(made, [f"{count:,}" if count else "" for count in of.counts], padding=2)
        axes.set_xticks(of.edges)
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        return address(figure)


def address(figure: Figure) -> Markup:
    file = BytesIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return Markup(f"data:image/svg+xml;base64,{b64encode(file.getvalue()).decode()}")
