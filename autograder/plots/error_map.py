"""Where a wrong answer is wrong: yours, the right one and their difference, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..candidate import Candidate
from ..exercise import Case, Check, Question, Seen
from ..grade import Outcome, grade_question, observe_cases
from ..judges import Differs
from ..model import Detail, Fault, Mismatch, Text, Verdict, text
from ..numerics import Array, scaled_difference
from ..truth import Truth
from .picture import Picture
from .style import BLACK, GREY, WIDTH, our_style

NAME = "error"
COLUMNS, ROWS = 6, 16  # at most, to write numbers into the cells
HUGE, TINY = 1e300, 1e-300  # stand for infinity, and for 0 on a logarithmic scale
YELLOW = "#F0E442"
SIGNED = colormaps["RdBu_r"].with_extremes(bad=GREY)
REDS = LinearSegmentedColormap.from_list("wrong", ["#FCBBA1", "#EF3B2C", "#67000D"]).with_extremes(
    under="#EEF3F7",  # within the tolerance
    bad="#C9C9C9",  # not compared
)


@dataclass(frozen=True)
class Wrong:
    """One array that a check finds wrong, in the first case that shows it."""

    name: str
    case: Case
    got: Array
    expected: Array
    difference: Array  # NaN where no failed check compares
    tolerance: float
    worst: tuple[int, ...]
    message: Text
    details: tuple[Detail, ...]

    @property
    def said(self) -> Text:
        return text(
            "{message}, worst {worst} (case: {case})",
            message=self.message,
            worst=next(one.text for one in self.details if one.label == "worst"),
            case=Text(self.case.sentence),
        )

    def and_also(self, other: Wrong) -> Wrong:
        """With the entries that another check of the same array finds wrong."""
        difference = np.fmax(self.difference, other.difference)
        tolerance = min(self.tolerance, other.tolerance)
        return replace(self, difference=difference, tolerance=tolerance)


def error_map(question: Question, candidate: Candidate, truth: Truth) -> Picture:
    """The arrays of a question that ``check`` calls wrong, with the worst entries that it names.

    No figure where nothing is wrong, or nothing that has entries; the caption says so.
    """
    wrong = list(wrong_arrays(question, observe_cases(question, candidate, truth), truth))
    if not wrong:
        return Picture(NAME, None, why_none(question, candidate, truth))
    with our_style():
        figure = drawn(wrong)
    return Picture(
        NAME,
        figure,
        text(
            "Yours, what is right, and |yours - right| / (1 + |right|): red is beyond the "
            "tolerance, grey is not compared. The frame marks the worst entry. {arrays}.",
            arrays=[one.said for one in wrong],
        ),
    )


def why_none(question: Question, candidate: Candidate, truth: Truth) -> Text:
    mark = grade_question(question, candidate, truth)
    if mark.solved:
        return text("{question} passes: there is no error to draw.", question=question.name)
    first = next(one for one in mark.findings if one.verdict != Verdict.PASSED)
    return text("There is no error to draw entry by entry: {reason}.", reason=first.message)


def wrong_arrays(question: Question, outcomes: dict[str, Outcome], truth: Truth) -> Iterator[Wrong]:
    """One for each array, where ``check`` tells of it: its first failed check, and that's case."""
    found: dict[str, Wrong] = {}
    for check in question.checks:
        one = first_wrong(question, check, outcomes, truth)
        if one is None:
            continue
        known = found.setdefault(one.name, one)
        if known.case is one.case:
            found[one.name] = known.and_also(one)
    yield from found.values()


def first_wrong(
    question: Question, check: Check, outcomes: dict[str, Outcome], truth: Truth
) -> Wrong | None:
    """What the first case that fails shows, if that is an array with wrong entries."""
    for case in check.cases:
        outcome = outcomes[case.name]
        if isinstance(outcome, Fault):
            return None
        seen = Seen(truth.inputs(question, case), outcome, truth.expected(question, case))
        try:
            with np.errstate(all="ignore"):
                check.judge(seen)
        except Differs as differs:
            right = seen.expected.values.get(differs.name, differs.expected)
            return of(case, differs, right)
        except Mismatch:
            return None
    return None


def of(case: Case, differs: Differs, right: Array) -> Wrong:
    """``right`` is whole where ``differs`` compares with a numeric gradient, which has gaps."""
    difference = scaled_difference(differs.got, right)
    if differs.mask is not None:
        difference = np.where(differs.mask, difference, np.nan)
    return Wrong(
        *(differs.name, case, differs.got, right, difference),
        *(differs.tolerance, differs.worst.index, differs.text, differs.details),
    )


def drawn(wrong: list[Wrong]) -> Figure:
    """A row for each array: yours, right, difference."""
    heights = [0.9 + 0.22 * min(len(table(one.got)), 16) for one in wrong]
    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    grid: Any = figure.subplots(len(wrong), 3, squeeze=False, height_ratios=heights)
    for (yours, right, apart), one in zip(grid, wrong, strict=True):
        most = typical(one.expected)
        for axes, title, array in ((yours, "yours", one.got), (right, "right", one.expected)):
            draw_table(axes, array, np.ones(array.shape), SIGNED, vmin=-most, vmax=most)
            axes.set_title(f"{one.name}, {title}")
            axes.add_patch(frame(one, BLACK))
        wrong_here = one.difference > one.tolerance
        positive = np.maximum(one.difference, TINY)
        image = draw_table(apart, positive, wrong_here, REDS, norm=shades(one))
        apart.set_title("difference")
        apart.add_patch(frame(one, YELLOW))
        figure.colorbar(image, ax=apart, extend="min")
        yours.set_ylabel(rows_of(one.got))
    return figure


def rows_of(array: Array) -> str:
    return "row" if array.ndim < 3 else " x ".join(map(str, array.shape[:-1]))


def shades(one: Wrong) -> LogNorm:
    """From the tolerance up to the largest finite difference."""
    largest = one.difference[np.isfinite(one.difference)].max(initial=0.0)
    return LogNorm(one.tolerance, max(10 * one.tolerance, min(float(largest), 1e6)))


def typical(expected: Array) -> float:
    """What most of the right values stay below."""
    sizes = np.abs(expected[np.isfinite(expected)])
    return float(np.quantile(sizes, 0.9, method="higher")) or 1.0 if sizes.size else 1.0


def table(array: Array) -> Array:
    """As rows and columns: the last axis along a row, all others down."""
    return np.asarray(array, dtype=np.float64).reshape(-1, array.shape[-1] if array.ndim else 1)


def draw_table(axes: Axes, array: Array, written: Array, colors: Colormap, **scale: Any) -> Any:
    """Entries as colours, and as numbers where they are ``written`` and have room."""
    cells = table(array)
    shown = np.where(np.isinf(cells), np.sign(cells) * HUGE, cells)
    image = axes.imshow(shown, cmap=colors, aspect="auto", **scale)
    axes.grid(visible=False)
    axes.set(yticks=ticks(len(cells)), xticks=ticks(cells.shape[1]), xlabel="column")
    axes.tick_params(labelsize=7)
    if cells.shape[1] <= COLUMNS and len(cells) <= ROWS:
        rgba: Any = image.cmap(image.norm(np.ma.masked_invalid(shown)))
        for row, column in np.argwhere(table(written)):
            color = "white" if rgba[row, column, :3].sum() < 1.5 else BLACK
            words = f"{cells[row, column]:.2g}"
            axes.text(column, row, words, color=color, ha="center", va="center", size=6)
    return image


def ticks(count: int) -> range:
    return range(0, count, 1 + (count - 1) // 8)


def frame(one: Wrong, color: str) -> Rectangle:
    """Around the worst entry."""
    place = int(np.ravel_multi_index(one.worst, one.got.shape)) if one.worst else 0
    row, column = divmod(place, table(one.got).shape[1])
    corner = (column - 0.5, row - 0.5)
    return Rectangle(corner, 1, 1, fill=False, edgecolor=color, linewidth=2, clip_on=False)
