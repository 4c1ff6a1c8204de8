"""Gives a hint for one function, in three levels; it never gives the solution.

Level 1 says where to look, level 2 which expression, by what your answer shows, and level 3 is a
worked example on another function. Your function is checked first, offline.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from .. import hints
from ..language import say
from ..model import Mark, Text, Verdict, text
from ..places import ASSIGNMENT
from ..report.practice import labelled
from ..report.screen import command, show
from ..report.text import wrapped
from .check import check, select

EXAMPLE = "python3 course.py hint relu_backward -n 2"
TITLES = {
    1: text("where to look"),
    2: text("which expression"),
    3: text("a worked example on another function"),
}
UNKNOWN = text("The cause is unknown; this is a good place to begin.")
SAID_BY_THE_HINT = (Verdict.UNSOLVED, Verdict.FAILED)  # of the others the message says more


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", metavar="QUESTION", help="a function's name")
    parser.add_argument(
        "-n", dest="level", type=int, choices=hints.LEVELS, default=1, help="1, 2 or 3 (default 1)"
    )
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")


def run(options: argparse.Namespace) -> int:
    # Of a whole exercise, the first that does not pass.
    mark = check(options.folder, select([options.question]), everything=False).marks[-1]
    if mark.solved:
        passes = text("{question} passes: there is nothing to hint at.", question=options.question)
        show(wrapped(say(passes), ""))
        return 0
    show(hint_lines(mark, options.level))
    return 0


def hint_lines(mark: Mark, level: int) -> Iterator[str]:
    of = hints.hints(mark.exercise, mark.question)
    cause = next((finding.diagnosis for finding in mark.findings if finding.diagnosis), None)
    spot = hints.spot_of(mark, of)
    title = text(
        "{question}, hint {level} of {most}: {title}",
        question=mark.question,
        level=level,
        most=len(TITLES),
        title=TITLES[level],
    )
    yield from wrapped(say(title), "  ")
    for message in faults(mark):
        yield from wrapped(say(message), "  ")
    if level == 2 and cause and cause.spot not in of.spots:
        yield from wrapped(say(UNKNOWN if cause.certainty == "unknown" else cause.sentence), "  ")
    yield from wrapped(f"  {say(hints.hint(of, level, spot))}", "  ")
    if level == 3:
        yield from ("", *of.example_code.splitlines(), "")  # unwrapped: to be copied
    yield from labelled("Read", say(of.read))
    yield from labelled("Then", command(following(mark.question, level)))


def faults(mark: Mark) -> Iterator[Text]:
    """What kept the function from answering: an error, a loop, a function that it waits for."""
    first = next(finding for finding in mark.findings if finding.check in hints.failed(mark))
    if first.message is not None and first.verdict not in SAID_BY_THE_HINT:
        yield first.message


def following(question: str, level: int) -> str:
    """The command for what comes next: another hint, or a look at what has changed."""
    return f"hint {question} -n {level + 1}" if level < len(TITLES) else f"check {question}"
