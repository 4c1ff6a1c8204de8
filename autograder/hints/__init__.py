"""Hints in three levels: where to look, which expression, a worked example on another function.

The text is in one TOML file for each exercise, a table for each question:

    [relu_backward]
    read = what to read again; where = level 1, true whatever the mistake is
    [relu_backward.spots]    level 2: a question about each expression, by the name of a spot
    [relu_backward.checks]   the spot for a check that failed for an unknown cause; where several
                             failed, the first one listed here decides
    [relu_backward.example]  level 3: text and code on a function that is no question

Never the solution: the audit looks for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..model import Mark, Verdict

FOLDER = Path(__file__).parent
LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Hints:
    """All hints of one question; ``checks`` keep the order of the file."""

    read: str
    where: str
    spots: Mapping[str, str]
    checks: Mapping[str, str]
    example_text: str
    example_code: str

    def spot(self, failed: Container[str]) -> str:
        """The spot to speak of when the checks in ``failed`` did not pass, for an unknown cause."""
        return next(spot for check, spot in self.checks.items() if check in failed)


def hints(exercise: str, question: str) -> Hints:
    """The hints of one question; KeyError where there are none."""
    table = _tables(exercise)[question]
    return Hints(
        read=_line(table["read"]),
        where=_line(table["where"]),
        spots={name: _line(words) for name, words in table["spots"].items()},
        checks=table["checks"],
        example_text=_line(table["example"]["text"]),
        example_code=f"import numpy as np\n\n{table['example']['code']}".strip(),
    )


def hint(of: Hints, level: int, spot: str) -> str:
    """The words of one level, one paragraph; ``spot`` matters on level 2 only."""
    return {1: of.where, 2: of.spots[spot], 3: of.example_text}[level]


def spot_of(mark: Mark, of: Hints) -> str:
    """The spot to speak of: that of the cause where one is known, else by what failed."""
    cause = next((finding.diagnosis for finding in mark.findings if finding.diagnosis), None)
    return cause.spot if cause and cause.spot in of.spots else of.spot(failed(mark))


def failed(mark: Mark) -> set[str]:
    """The checks that did not pass; those that only wait for another where all of them wait."""
    left = [finding for finding in mark.findings if finding.verdict != Verdict.PASSED]
    failing = [finding for finding in left if finding.verdict != Verdict.BLOCKED]
    return {finding.check for finding in failing or left}


@cache
def _tables(exercise: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{exercise}.toml").read_text(encoding="utf-8"))


def _line(words: str) -> str:
    """Text as one line: it is wrapped where it is shown."""
    return " ".join(words.split())
