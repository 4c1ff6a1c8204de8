"""Checks your functions against recorded observations, offline; nothing is sent anywhere.

Without a name: the first function that does not pass yet. The grade of record uses other inputs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path

from .. import practice, syllabus
from ..definitions import line_of
from ..exercise import Question
from ..model import Report, Text, Unusable, text
from ..places import ASSIGNMENT
from ..report.data import dumps, report_data
from ..report.practice import checked_lines
from ..report.screen import show
from . import FAILED, PASSED

EXAMPLE = "python3 course.py check relu_forward"
MEANT = 3  # names of questions that are offered


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "questions", nargs="*", metavar="QUESTION", help="a function or a file's name"
    )
    parser.add_argument("--all", action="store_true", help="every function")
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")
    parser.add_argument("--format", choices=FORMATS, default="text")


def run(options: argparse.Namespace) -> int:
    questions = select(options.questions)
    everything = options.all or bool(options.questions)
    report = FORMATS[options.format](partial(check, options.folder, questions, everything), options)
    passed = all(mark.solved for mark in report.marks)
    return PASSED if passed else FAILED


def as_text(asked: Callable[[], Report], options: argparse.Namespace) -> Report:
    report = asked()
    show(checked_lines(report, options.folder, in_full=not options.all))
    return report


def as_json(asked: Callable[[], Report], _: argparse.Namespace) -> Report:
    with redirect_stdout(sys.stderr):
        report = asked()
    print(dumps(report_data(report, "practice")), end="")
    return report


def for_github(asked: Callable[[], Report], options: argparse.Namespace) -> Report:
    """As text, in which nothing is a command; then the step's summary and annotations."""
    from ..report import actions  # a check elsewhere does not wait for it

    with actions.commands_stopped():
        report = as_text(asked, options)
    actions.show_practice(report, options.folder)
    return report


def for_classroom50(asked: Callable[[], Report], _: argparse.Namespace) -> Report:
    from ..report import classroom50  # the same

    environment = classroom50.named(os.environ)
    with redirect_stdout(sys.stderr):
        report = asked()
    print(classroom50.practice_result(report, environment), end="")
    return report


FORMATS = {
    "text": as_text,
    "json": as_json,
    "github": for_github,
    "classroom50": for_classroom50,
}


def select(names: Iterable[str]) -> list[Question]:
    """Questions by name; the name of an exercise (or its file) stands for all of its questions."""
    chosen: list[Question] = []
    for name in names:
        plain = name.removesuffix(".py").rpartition("/")[2]
        found = named(plain)
        if not found:
            raise Unusable(no_question(name, plain))
        chosen += [question for question in found if question not in chosen]
    return chosen or syllabus.questions()


def named(name: str) -> list[Question]:
    """The question of that name, or those of the exercise; later exercises are not imported."""
    for exercise in map(syllabus.exercise, likely_first(name)):
        if name == exercise.name:
            return list(exercise.questions.values())
        if name in exercise.questions:
            return [exercise.questions[name]]
    return []


def likely_first(name: str) -> list[str]:
    """The exercises, first the one of that name or whose file is to define that function."""
    return sorted(syllabus.EXERCISES, key=lambda one: not (one == name or defines(one, name)))


def defines(exercise: str, function: str) -> bool:
    file = ASSIGNMENT / f"{exercise}.py"
    return file.is_file() and line_of(file.read_bytes(), function) is not None


def no_question(name: str, plain: str) -> Text:
    import difflib  # for a slip of the finger only

    known = [question.name for question in syllabus.questions()] + list(syllabus.EXERCISES)
    wanted = plain.lower()
    holding = [one for one in known if wanted in one] if len(wanted) > 1 else []
    if close := difflib.get_close_matches(wanted, known, 1) or holding:
        meant = ", ".join(close[:MEANT])
        return text("there is no question {name}: did you mean {close}?", name=name, close=meant)
    return text("there is no question {name}; check --all shows the names", name=name)


def check(folder: Path, questions: list[Question], everything: bool) -> Report:
    """Check the questions; or only the first that does not pass, if there is one."""
    report = practice.check(folder, questions, lambda mark: not (everything or mark.solved))
    if everything or report.marks[-1].solved:
        return report
    return replace(report, marks=report.marks[-1:])
