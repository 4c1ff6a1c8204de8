"""What a picture is, and how one is drawn from a student's functions whatever these do."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..model import Fault, Text, text
from .student import Student, blaming, said_of
from .style import our_style

Draw = Callable[..., tuple[Figure, Text]]


@dataclass(frozen=True)
class Picture:
    """A figure and what is to be seen in it; the caption carries the numbers of this very run.

    ``figure`` is None where nothing can be drawn yet, and then the caption says what is missing.
    """

    name: str
    figure: Figure | None
    caption: Text


@dataclass(frozen=True)
class Plan:
    """One picture of an exercise: its function, and the questions whose functions it shows.

    The function takes a :class:`Student` and options that have defaults, ``seed`` among them. It
    returns the figure and its caption, or raises :class:`Fault` where a function that it cannot
    do without gives no answer.
    """

    draw: Draw
    shows: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.draw.__name__

    def picture(self, functions: Any, **options: Any) -> Picture:
        """Draw from ``functions``, a namespace of callables; never raises for what these do."""
        student = Student(functions)
        try:
            with our_style(), warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                with blaming(self.name):
                    figure, caption = self.draw(student, **options)
        except Fault as fault:
            return self.left_out([fault])
        if student.gaps and not student.parts:
            return self.left_out(student.gaps)
        missing = said_of(student.gaps)
        if missing is not None:
            caption = text("{caption} {missing}", caption=caption, missing=missing)
        return Picture(self.name, figure, caption)

    def left_out(self, gaps: list[Fault]) -> Picture:
        why = text("{picture} is not drawn. {missing}", picture=self.name, missing=said_of(gaps))
        return Picture(self.name, None, why)
