"""How hard each question was, and how well it tells those who know the rest from those who do not.

Difficulty is the share of a question's points that the class earned. Discrimination is the
correlation of item and rest: Pearson's r between the points in a question and those in all others
(the corrected point-biserial correlation, where a question is either right or wrong).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Item:
    """One question over a class; ``discrimination`` is None where nobody differs from anybody."""

    question: str
    earned: float  # share of its points
    full: float  # share of students with all of its points
    discrimination: float | None


def items(questions: Sequence[str], most: Sequence[int], points: np.ndarray) -> list[Item]:
    """One item for each column of ``points`` (students, questions), none of them NaN."""
    rest = points.sum(axis=1, keepdims=True) - points
    return [
        Item(
            name,
            float(points[:, column].mean() / most[column]),
            float((points[:, column] == most[column]).mean()),
            correlation(points[:, column], rest[:, column]),
        )
        for column, name in enumerate(questions)
    ]


def correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    """Pearson's r; None where either is constant."""
    a, b = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / spread if spread else None
