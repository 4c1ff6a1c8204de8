"""Sets up a course of nbgrader, grades what was handed in there, and exports its marks.

Releasing, collecting, marking by hand and feedback are nbgrader's own commands: docs/nbgrader.md.
Exit code: 0 all is well, 3 something could not be graded, 4 our fault.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..language import LANGUAGES, say
from ..model import GraderError, Unusable, text
from ..policies import Policies
from ..report.reading import Course, class_of, results
from ..report.roster import read_roster
from ..report.text import table_lines
from ..report.times import read_times
from ..store import Store
from . import FAILED, OURS, PASSED, UNGRADABLE, numbers, spoken
from .diff import place
from .report import newest_rows

if TYPE_CHECKING:  # without nbgrader this command still has its help
    from ..nbgrader.autograding import Graded

EXAMPLE = "python3 course.py nbgrader setup lecture5-course"
ASSIGNMENT = "lecture5"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, (what, add) in {
        "setup": (say("make a course folder and release the assignment"), add_setup),
        "validate": (say("run the notebooks with the references"), add_assignment),
        "autograde": (say("grade what is new in submitted/"), add_autograde),
        "push": (say("write results of `grade` into the gradebook"), add_push),
        "export": (say("write all marks, question by question, as CSV"), add_export),
    }.items():
        step = steps.add_parser(name, help=what, description=what)
        step.add_argument("course", type=Path, metavar="COURSE", help=say("the course's folder"))
        add(step)
        spoken(step)


def add_setup(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    default = say(text("its name (default: {name})", name=ASSIGNMENT))
    add("--assignment", default=ASSIGNMENT, metavar="NAME", help=default)
    add("--db", metavar="URL", help=say("a gradebook in PostgreSQL, instead of a file"))
    add("--seed", type=numbers.seed, metavar="N", help=say("seed of the inputs (default: drawn)"))
    add("--edition", choices=LANGUAGES, default="en", help=say("language of the notebooks"))
    add("--exchange", type=Path, metavar="DIR", help=say("nbgrader's folder that students reach"))
    add(
        "--questions-only",
        action="store_true",
        help=say("students hand in Python files, no notebooks"),
    )


def add_assignment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--assignment", metavar="NAME", help=say("which, where there are several"))


def add_autograde(parser: argparse.ArgumentParser) -> None:
    add_assignment(parser)
    parser.add_argument("--fresh", action="store_true", help=say("grade everybody again"))


def add_push(parser: argparse.ArgumentParser) -> None:
    add_assignment(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help=say("that `grade` wrote to"))
    parser.add_argument("--store", metavar="URL", help=say("that `grade` wrote to"))
    parser.add_argument(
        "--roster", type=Path, metavar="CSV", help=say("who takes part, as for `report`")
    )
    parser.add_argument(
        "--submissions", type=Path, metavar="PATH", help=say("when each came, as for `report`")
    )


def add_export(parser: argparse.ArgumentParser) -> None:
    add_assignment(parser)
    parser.add_argument("--to", type=Path, default=Path("grades.csv"), metavar="FILE")
    parser.add_argument(
        "--bom", action="store_true", help=say("begin the file so that Excel likes it")
    )


def run(options: argparse.Namespace) -> int:
    with needing_nbgrader():
        try:
            return STEPS[options.step](options)
        except Unusable:
            raise
        except GraderError as failed:  # the gradebook, or the store of results
            print(say(text("error: {reason}", reason=failed.text)), file=sys.stderr)
            return OURS


@contextmanager
def needing_nbgrader() -> Iterator[None]:
    """Say how to get nbgrader where it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "autograder").startswith("autograder"):
            raise
        raise Unusable(
            text(
                "{module} is missing: .venv/bin/pip install -r requirements-notebooks.txt",
                module=error.name,
            )
        ) from error


def setup(options: argparse.Namespace) -> int:
    from ..nbgrader.setting_up import Wanted, set_up

    wanted = Wanted(
        options.assignment,
        options.db,
        options.seed,
        options.edition,
        options.exchange,
        options.questions_only,
    )
    course = set_up(options.course, wanted)
    print(
        say(
            text(
                "{folder} is ready; students get what is in {released}",
                folder=course.root,
                released=course.released(),
            )
        )
    )
    print(say("next: docs/nbgrader.md says how to release, collect, grade and mark"))
    return PASSED


def validate(options: argparse.Namespace) -> int:
    from ..nbgrader.course import opened
    from ..nbgrader.validating import validate as found_wrong

    code = PASSED
    for name, wrong in found_wrong(opened(options.course, options.assignment)):
        print(f"{name}  {wrong.strip() or 'ok'}")
        code = FAILED if wrong else code
    return code


def autograde(options: argparse.Namespace) -> int:
    from ..nbgrader import autograding
    from ..nbgrader.course import LOG, opened, settings

    course, config = opened(options.course, options.assignment), settings(options.course)
    tell = partial(print, flush=True)
    found = autograding.autograde(course, config, fresh=options.fresh, tell=tell)
    for line in graded_lines(found):
        print(line)
    if any(one.failed for one in found):
        log = course.root / LOG
        print(say(text("nbgrader failed where it says so above: see {log}", log=log)))
        return OURS
    return UNGRADABLE if any(one.without.tests for one in found) else PASSED


def graded_lines(found: Sequence[Graded]) -> Iterator[str]:
    """Whoever needs a person, then how many there are."""
    rows = [[one.student, state(one), "; ".join(map(say, one.notes))] for one in found]
    if wanting := [row for row in rows if any(row[1:])]:
        yield from table_lines(wanting)
    graded = sum(not one.failed and not one.without.tests for one in found)
    by_hand = sum(len(one.without.by_hand) for one in found)
    yield say(
        text(
            "{count} submissions, {graded} graded; {by_hand} answers to mark by hand",
            count=len(found),
            graded=graded,
            by_hand=by_hand,
        )
    )


def state(one: Graded) -> str:
    """What is wrong with the grades of one submission, in a word or two."""
    if one.failed:
        return say("not graded")
    count = len(one.without.tests)
    return say(text("{count} not graded", count=count)) if count else ""


def push(options: argparse.Namespace) -> int:
    from ..nbgrader import pushing
    from ..nbgrader.course import opened, settings

    course, config = opened(options.course, options.assignment), settings(options.course)
    roster = read_roster(options.roster) if options.roster else {}
    times = read_times(options.submissions, UTC) if options.submissions else {}
    said = Course(roster, times, Policies(), options.roster or "", options.submissions or "")
    with Store(place(options)) as store:
        rows = newest_rows(store)
        every = results(store, rows(), class_of(rows(), said), whole=True)
        whole = Counter(
            coded.is_whole
            for result in every
            if (coded := pushing.push(course, config, result)) is not None
        )
    sentence = text(
        "{count} submissions are in the gradebook, {without} of them not wholly graded",
        count=whole.total(),
        without=whole[False],
    )
    print(say(sentence))
    return UNGRADABLE if whole[False] else PASSED


def export(options: argparse.Namespace) -> int:
    from nbgrader.api import Gradebook

    from ..nbgrader.course import opened, settings
    from ..nbgrader.export import QuestionExport

    course, config = opened(options.course, options.assignment), settings(options.course)
    exporter: Any = QuestionExport(config=config)
    exporter.to, exporter.bom = str(options.to), options.bom
    exporter.assignment = [course.assignment]
    with Gradebook(course.url) as book, writing_to(options.to):
        exporter.export(book)
    print(say(text("wrote {file}", file=options.to)))
    return PASSED


@contextmanager
def writing_to(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unusable(
            text("cannot write {file}: {reason}", file=file, reason=error.strerror)
        ) from error


STEPS = {
    "setup": setup,
    "validate": validate,
    "autograde": autograde,
    "push": push,
    "export": export,
}
