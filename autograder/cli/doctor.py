"""Says whether this machine and this copy have what it takes, one fact a line, with remedies.

Exit code: 0 when all is fine, 1 when something is not.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from ..fitness import Fact, facts
from ..language import say
from ..model import text
from ..places import is_students_copy
from ..report.screen import show
from ..report.text import padded, wrapped
from . import FAILED, PASSED

EXAMPLE = "python3 course.py doctor"
LABEL = 13  # columns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    if not is_students_copy():
        from ..fitness_to_grade import CHOICES  # not in a student's copy

        parser.add_argument(
            "--lockdown", choices=CHOICES, default="auto", help="the profile to look at"
        )


def run(options: argparse.Namespace) -> int:
    wrong = 0
    for fact in wanted(options):
        wrong += fact.remedy is not None
        show(fact_lines(fact))
    show(fact_lines(result(wrong)))
    return FAILED if wrong else PASSED


def wanted(options: argparse.Namespace) -> Iterator[Fact]:
    yield from facts()
    if not is_students_copy():
        from ..fitness_to_grade import facts as facts_of_grading  # not in a student's copy

        yield from facts_of_grading(options.lockdown)


def result(wrong: int) -> Fact:
    fine, faults = text("all is fine"), text("{count} to mend, see above", count=wrong)
    return Fact(text("result"), faults if wrong else fine)


def fact_lines(fact: Fact) -> Iterator[str]:
    """A remedy is in one line: there may be a command in it, to be copied."""
    yield from wrapped(f"{padded(say(fact.label), LABEL)}{say(fact.fact)}", " " * LABEL)
    if fact.remedy is not None:
        yield f"{padded('  ' + say(text('remedy')), LABEL)}{say(fact.remedy)}"
