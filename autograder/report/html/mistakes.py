"""Students against misconceptions: who makes which mistake, from the lowest score on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...model import Mark, Report, Text

SHOWN = 25  # mistakes; what few students make is on their own pages
GROUPS = 40  # of students with like scores, in a row of the map
LEVELS = 5  # shades

Key = tuple[str, str]  # question, misconception


@dataclass
class Tally:
    """Who made which mistake, added up student by student; mistakes are numbered as they come."""

    numbers: dict[Key, int] = field(default_factory=dict)
    sentences: list[Text] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)
    unknown: int = 0  # wrong functions whose cause has no name

    def add(self, report: Report) -> tuple[int, ...]:
        """The numbers of the mistakes in a report."""
        made = tuple(number for mark in report.marks for number in self._of(mark))
        self.counts.update(made)
        return made

    def _of(self, mark: Mark) -> Iterable[int]:
        causes = [finding.diagnosis for finding in mark.findings if finding.diagnosis]
        named = {one.misconception: one for one in causes if one.misconception}
        self.unknown += bool(causes) and not named
        for name, cause in named.items():
            key = (mark.question, name)
            if key not in self.numbers:
                self.numbers[key] = len(self.numbers)
                self.sentences.append(cause.sentence)
            elif cause.certainty == "certain":  # of less certain ones the sentence says that too
                self.sentences[self.numbers[key]] = cause.sentence
            yield self.numbers[key]


@dataclass(frozen=True)
class Line:
    """One mistake: ``cells`` are the columns of the map that are not empty, with their shades.

    ``thirds`` count its students in the lowest, the middle and the highest third of the class.
    """

    number: int
    question: str
    name: str
    sentence: Text
    count: int
    cells: list[tuple[int, int]]
    thirds: list[int]


@dataclass(frozen=True)
class Map:
    """The commonest mistakes over ``columns`` groups of students, the lowest scores first.

    In the strongest cell the share ``strongest`` of a group makes the mistake.
    """

    lines: list[Line]
    columns: int
    strongest: float
    left: int  # mistakes that are not shown

    @property
    def numbers(self) -> set[int]:
        return {line.number for line in self.lines}


def share(group: np.ndarray) -> float:
    """Of a group that may be empty: where nobody has a score."""
    return float(group.mean()) if group.size else 0.0


def mapped(tally: Tally, made: Sequence[Sequence[int]]) -> Map:
    """The map of ``made``: the mistakes of each student, the lowest score first."""
    chosen = [number for number, _ in tally.counts.most_common(SHOWN)]
    makes = np.array([[number in own for own in made] for number in chosen], dtype=float)
    columns = min(GROUPS, len(made)) or 1
    shares = np.array([[share(group) for group in np.array_split(row, columns)] for row in makes])
    strongest = float(shares.max(initial=0))
    levels = np.ceil(shares * (LEVELS / strongest)).astype(int) if strongest else shares.astype(int)
    names = {number: key for key, number in tally.numbers.items()}
    lines = [
        Line(
            number,
            *names[number],
            tally.sentences[number],
            tally.counts[number],
            [(column, int(level)) for column, level in enumerate(row) if level],
            [int(third.sum()) for third in np.array_split(own, 3)],
        )
        for number, row, own in zip(chosen, levels, makes, strict=True)
    ]
    return Map(lines, columns, strongest, len(tally.counts) - len(chosen))
