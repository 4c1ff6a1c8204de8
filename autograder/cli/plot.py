"""Draws the lecture's pictures from your own functions, and says what to look for in each.

Without a name: those of every exercise that you have begun. A function with wrong values gets a map
of where they are wrong as well; --error draws that alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import syllabus
from ..exercise import Question
from ..grade import grade
from ..language import say
from ..model import Fault, Mark, Text, Unusable, Verdict, text
from ..places import ASSIGNMENT
from ..practice import SECONDS, submission_in
from ..report.screen import is_lively
from ..report.text import WIDTH, padded, wrapped
from ..session import LocalSession, interrupting
from ..truth import Recorded
from . import FAILED, PASSED
from .check import select

if TYPE_CHECKING:
    from ..plots import Picture

EXAMPLE = "python3 course.py plot activations"
FORMATS = ("png", "svg")
PATIENCE = 60.0  # seconds for one picture: a student's loops may be slow


@dataclass(frozen=True)
class Job:
    """One picture: the name of its file, what draws it, and wrong functions that it shows."""

    name: str
    draw: Callable[[], Picture]
    wrong: Sequence[str] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="an exercise or a function: its pictures only"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("plots"), help="the folder for the pictures (plots)"
    )
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0])
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")
    parser.add_argument("--error", action="store_true", help="only the maps of wrong values")


def run(options: argparse.Namespace) -> int:
    questions = select(options.names)
    plots = drawing_room()
    submission = submission_in(options.folder)
    files, truth = plots.with_given(submission.files), Recorded()
    with LocalSession(files, seconds=SECONDS, total=float("inf")) as session:
        with redirect_stdout(sys.stderr):
            marks = grade(session, truth, submission.name, questions).marks
            jobs = list(jobs_for(plots, session, truth, marks, options))
        shown = [show(job, doing, plots, options) for doing, job in counted(jobs)]
    if not jobs:
        print("\n".join(wrapped(nothing_to_draw(options.error), "")))
    all_well = all(mark.solved or mark.verdicts == {Verdict.UNSOLVED} for mark in marks)
    return PASSED if all_well and (options.error or (jobs and all(shown))) else FAILED


def drawing_room() -> Any:
    """The room of pictures, imported where it is wanted: matplotlib takes half a second."""
    try:
        from .. import plots
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "matplotlib":
            raise
        raise Unusable(
            text(
                "pictures need matplotlib, which is not installed: "
                "python3 -m pip install -r requirements.txt"
            )
        ) from error
    return plots


def jobs_for(
    plots: Any,
    session: LocalSession,
    truth: Recorded,
    marks: Sequence[Mark],
    options: argparse.Namespace,
) -> Iterator[Job]:
    """The pictures of the questions in ``marks``, and a map for each that is wrong."""
    functions = plots.loaded(session)
    for exercise in syllabus.exercises():
        mine = [mark for mark in marks if mark.exercise == exercise.name]
        asked = {mark.question for mark in mine if options.names or begun(mark)}
        wrong = {mark.question for mark in mine if begun(mark) and not mark.solved}
        for plan in () if options.error else plots.plans(exercise.name):
            if asked.intersection(plan.shows):
                draw = partial(plan.picture, functions)
                yield Job(f"{exercise.name}-{plan.name}", draw, sorted(wrong & {*plan.shows}))
        for mark in mine:
            if Verdict.FAILED in mark.verdicts or (options.error and options.names):
                question = exercise.questions[mark.question]
                yield Job(
                    f"{question.name}-error", partial(map_of, plots, question, session, truth)
                )


def begun(mark: Mark) -> bool:
    return mark.verdicts != {Verdict.UNSOLVED}


def map_of(plots: Any, question: Question, session: LocalSession, truth: Recorded) -> Picture:
    made: Picture = plots.error_map(question, session.candidate(question.exercise), truth)
    return made


def counted(jobs: Sequence[Job]) -> Iterator[tuple[Text, Job]]:
    for number, job in enumerate(jobs, 1):
        yield (
            text(
                "drawing {picture} ({number} of {count})",
                picture=job.name,
                number=number,
                count=len(jobs),
            ),
            job,
        )


@contextmanager
def announced(doing: Text) -> Iterator[None]:
    """A line that says what is at work, for as long as it is; only where a person watches."""
    if not is_lively(sys.stderr):
        yield
        return
    print(padded(say(doing), WIDTH - 1), end="\r", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print(" " * (WIDTH - 1), end="\r", file=sys.stderr, flush=True)


def show(job: Job, doing: Text, plots: Any, options: argparse.Namespace) -> bool:
    """Draw, write the file, and print its path and what to look for; whether there is a picture."""
    path = options.out / f"{job.name}.{options.format}"

    def drawing() -> tuple[Any, Any]:
        picture = job.draw()
        return picture, picture.figure and plots.rendered(picture.figure, options.format)

    try:
        with announced(doing), redirect_stdout(sys.stderr):
            picture, drawn = interrupting(PATIENCE, drawing)
    except Fault as fault:  # only that of interrupting: a picture says itself what it lacks
        late = text("{picture} is not drawn: {reason}", picture=job.name, reason=fault.text)
        print("\n".join(wrapped(say(late), "  ")))
        return False
    if drawn:
        write(path, drawn)
        print(path)
    print("\n".join(wrapped(f"  {say(picture.caption)}", "  ")), flush=True)
    if drawn and job.wrong:
        yours = text(
            "Not right yet: {functions}. The picture shows yours, the words are of the right one.",
            functions=", ".join(job.wrong),
        )
        print("\n".join(wrapped(f"  {say(yours)}", "  ")), flush=True)
    return bool(drawn)


def write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable(
            text(
                "cannot write {path} ({reason}): give another folder with --out",
                path=path,
                reason=reason,
            )
        ) from error


def nothing_to_draw(error: bool) -> str:
    if error:
        return say("No value is wrong: there is no error to draw.")
    return say(
        text(
            "Nothing is written yet, so there is nothing to draw. Write one function, such as "
            "{first}, and plot again.",
            first=syllabus.questions()[0].name,
        )
    )
