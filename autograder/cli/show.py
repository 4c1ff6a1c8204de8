"""Shows what a function is to do: its signature, its formula, what is promised of it, and where."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from .. import stubs
from ..definitions import place
from ..docstrings import Sentence, task
from ..exercise import Question
from ..language import say
from ..model import text
from ..places import ASSIGNMENT
from ..report.practice import labelled
from ..report.screen import command
from ..report.screen import show as print_lines
from ..report.text import WIDTH, padded, width, wrapped
from . import PASSED
from .check import select

EXAMPLE = "python3 course.py show relu_forward"
STEP = 4  # columns that what hangs below a line is indented by
POINTS = 4  # columns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", metavar="QUESTION", help="a function or a file's name")
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")


def run(options: argparse.Namespace) -> int:
    for number, question in enumerate(select([options.question])):
        print_lines(["", "-" * WIDTH, ""] if number else [])
        print_lines(question_lines(question, options.folder))
    return PASSED


def question_lines(question: Question, folder: Path) -> Iterator[str]:
    """The docstring of the untouched stub, then what is checked and where to write."""
    file = f"{question.exercise}.py"
    asked = task(stubs.untouched()[file].decode(), question.name)
    yield from title(asked.signature, question.points)
    for paragraph in asked.paragraphs:
        yield ""
        for sentence in paragraph:
            yield from sentence_lines(sentence)
    yield from promises(question)
    yield ""
    yield from labelled("Where", place(folder / file, question.name))
    yield from labelled("Then", command(f"check {question.name}"))
    yield from labelled("", command(f"hint {question.name}"))


def title(signature: str, points: int) -> Iterator[str]:
    worth = say(text("points: {points}", points=points))
    room = WIDTH - width(worth) - 2
    if width(signature) <= room:
        yield f"{padded(signature, room)}  {worth}"
    else:
        yield from wrapped(signature, " " * STEP)
        yield worth


def sentence_lines(sentence: Sentence) -> list[str]:
    if sentence.fixed:
        return wrapped(sentence.words, " " * 2 * STEP)
    hanging = sentence.indent + STEP if sentence.indent else 0
    return wrapped(" " * sentence.indent + say(sentence.words), " " * hanging)


def promises(question: Question) -> Iterator[str]:
    """What is checked, each with its points."""
    yield ""
    yield from wrapped(say("Checked, with points (practice):"), "")
    for check in question.checks:
        yield from wrapped(f"{check.points:>{POINTS}}  {say(check.promise)}", " " * (POINTS + 2))
