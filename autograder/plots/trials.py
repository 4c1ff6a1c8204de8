"""Trials of a search: proposed and refined by a student's functions, and drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..model import Fault, Verdict, text
from .student import Student, array, blaming
from .style import BLACK
from .surface import RANGES, RATE, REG, Trial

Ranges = dict[str, tuple[float, float]]
WHITE = "white"


def proposals(
    student: Student, ranges: Ranges, trials: int, rng: np.random.Generator
) -> list[Trial]:
    """What random_search_proposals answers, if it can be tried."""
    name = "random_search_proposals"
    found = student.call(name, ranges, trials, rng)
    with blaming(name):
        tried: list[Trial] = [
            {key: positive(name, key, trial[key]) for key in ranges} for trial in found
        ]
    if len(tried) != trials:
        sentence = text(
            "{function} made {got} trials of {wanted}", function=name, got=len(tried), wanted=trials
        )
        raise Fault(Verdict.FAILED, sentence, function=name)
    return tried


def positive(function: str, name: str, value: Any) -> float:
    number = float(array(function, name, value, ()))
    if not number > 0:
        sentence = text("{function}: {name} is not positive", function=function, name=name)
        raise Fault(Verdict.FAILED, sentence, function=function)
    return number


def refined(student: Student, trials: list[Trial], scores: list[float], keep: int) -> Ranges:
    """What refine_ranges answers, if it can be searched."""
    name = "refine_ranges"
    found = student.call(name, trials, scores, keep)
    with blaming(name):
        boxes = {key: tuple(positive(name, key, end) for end in found[key]) for key in RANGES}
        return {key: (low, high) for key, (low, high) in boxes.items()}


def draw_trials(axes: Axes, trials: list[Trial], scores: list[float], color: str = WHITE) -> None:
    """Dots, and a star for the best."""
    rates, regs = ([trial[name] for trial in trials] for name in (RATE, REG))
    look: dict[str, Any] = {"color": color, "markeredgecolor": BLACK, "clip_on": False}
    axes.plot(rates, regs, "o", markersize=5, **look)
    best = int(np.argmax(scores))
    axes.plot(rates[best], regs[best], "*", markersize=13, **look)


def draw_box(axes: Axes, ranges: Ranges, color: str, line: str = "-") -> None:
    (left, right), (low, high) = ranges[RATE], ranges[REG]
    axes.plot([left, right, right, left, left], [low, low, high, high, low], line, color=color)
