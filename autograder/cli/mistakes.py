"""The table of known mistakes: what a student who makes each of them reads.

Each is run as a student's function; its line says how sure the diagnosis is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from ..audit import graded_misconceptions
from ..exercise import Misconception
from ..hints import hints
from ..language import say
from ..model import Mark, Text, text
from ..report.screen import show
from ..report.text import CERTAINTIES, wrapped
from ..truth import PUBLIC_SEED, Live
from .check import select

EXAMPLE = "python3 course.py mistakes batchnorm_backward"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="of these only")


def run(options: argparse.Namespace) -> int:
    names = {question.name for question in select(options.questions)}
    graded = graded_misconceptions(Live(PUBLIC_SEED))
    chosen = [(one, mark) for one, mark in graded if one.question in names]
    for one, mark in chosen:
        show(entry(one, mark))
    print(say(text("{count} mistakes", count=len(chosen))))
    return 0


def entry(one: Misconception, mark: Mark) -> Iterator[str]:
    """One mistake: its names, how sure its diagnosis is, what is said of it, the second hint."""
    yield f"{one.question}  {one.name}  [{', '.join(sorted(one.fails))}]"
    lines = [
        text("{how}: {sentence}", how=certainty(one, mark), sentence=Text(one.sentence)),
        *(text("note: {note}", note=note) for note in mark.notes[:1]),
        text("hint: {hint}", hint=Text(hints(mark.exercise, one.question).spots[one.spot])),
    ]
    for line in lines:
        yield from wrapped(f"  {say(line)}", "  ")


def certainty(one: Misconception, mark: Mark) -> Text:
    causes = [finding.diagnosis for finding in mark.findings if finding.diagnosis]
    if causes and causes[0].misconception == one.name:
        return CERTAINTIES[causes[0].certainty]
    return text("costs no points") if one.advised else text("not named")
