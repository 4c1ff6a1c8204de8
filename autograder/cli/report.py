"""Makes feedback pages and files for other systems from the results that `grade --out` kept.

Files go beside the results: one folder for each student, and those of the class in DIR itself.
Exit code: 0 all is well, 3 another system's table lacks most of the class, 4 our fault.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path

from tqdm import tqdm

from ..language import say
from ..model import GraderError, Unusable, text
from ..policies import Policies
from ..policies.file import read_policies, refuse_unknown
from ..report.canvas import FILE as CANVAS
from ..report.canvas import canvas
from ..report.class_json import FILE as CLASS_JSON
from ..report.class_json import write_json
from ..report.classroom50 import FILE as RESULT
from ..report.classroom50 import result_of
from ..report.files import each_student, writing
from ..report.filling import FewFound
from ..report.github import FILE as SUMMARY
from ..report.github import write_github
from ..report.gradescope import FILE as RESULTS
from ..report.gradescope import gradescope
from ..report.junit import junit
from ..report.moodle import FILE as MOODLE
from ..report.moodle import moodle
from ..report.reading import Class, Course, Rows, class_of, few, most, results
from ..report.result import Result, Results, Writer
from ..report.roster import read_roster
from ..report.table import FILE as CLASS_CSV
from ..report.table import write_csv
from ..report.times import read_times
from ..store import Store
from . import OURS, PASSED, UNGRADABLE
from .diff import place

EXAMPLE = "python3 course.py report results --format html,canvas --canvas EXPORT.csv"


@dataclass(frozen=True)
class Format:
    """How the writer of a format is made; ``whole`` where marks alone are not enough for it.

    ``file`` is what it writes for the class, where it does.
    """

    writer: Callable[[argparse.Namespace], Writer]
    file: str = ""
    whole: bool = True


def html(_: argparse.Namespace) -> Writer:
    from ..report.html import write_pages  # Jinja and Matplotlib, only where pages are wanted

    return write_pages


def for_canvas(options: argparse.Namespace) -> Writer:
    if options.canvas is None:
        raise Unusable(text("canvas needs the export of your gradebook: --canvas EXPORT.csv"))
    return canvas(options.canvas, options.canvas_column, most())


def for_moodle(options: argparse.Namespace) -> Writer:
    if options.moodle is None:
        raise Unusable(text("moodle needs your grading worksheet: --moodle WORKSHEET.csv"))
    return moodle(options.moodle, most())


FORMATS = {
    "html": Format(html, "index.html"),
    "gradescope": Format(lambda _: each_student(RESULTS, gradescope)),
    "classroom50": Format(lambda _: each_student(RESULT, result_of()), whole=False),
    "junit": Format(lambda _: each_student("junit.xml", junit)),
    "github": Format(lambda _: write_github, SUMMARY),
    "canvas": Format(for_canvas, CANVAS, whole=False),
    "moodle": Format(for_moodle, MOODLE),
    "csv": Format(lambda options: partial(write_csv, mark=options.bom), CLASS_CSV, whole=False),
    "json": Format(lambda _: write_json, CLASS_JSON),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="DIR", help="that `grade --out` wrote to")
    parser.add_argument("--store", metavar="URL", help="where results are, if not in DIR")
    parser.add_argument(
        "--format",
        type=formats,
        default="html",
        metavar="NAME,...",
        help=f"of {', '.join(FORMATS)} (default: html)",
    )
    parser.add_argument(
        "--roster", type=Path, metavar="CSV", help="who takes part: key, name, group, identifiers"
    )
    parser.add_argument(
        "--policies", type=Path, metavar="TOML", help="due date, lateness, slip days, extensions"
    )
    parser.add_argument(
        "--submissions",
        type=Path,
        metavar="PATH",
        help="when each came: a CSV (submission, time, student) or the folder that was graded",
    )
    parser.add_argument("--canvas", type=Path, metavar="CSV", help="export of a Canvas gradebook")
    parser.add_argument("--canvas-column", metavar="TITLE", help="the assignment in it")
    parser.add_argument("--moodle", type=Path, metavar="CSV", help="Moodle's grading worksheet")
    parser.add_argument("--bom", action="store_true", help="begin class.csv so that Excel likes it")


def formats(names: str) -> list[str]:
    """The formats that are asked for, each once."""
    chosen = list(dict.fromkeys(filter(None, names.split(","))))
    refuse_unknown(chosen, FORMATS, "--format")
    return chosen


def run(options: argparse.Namespace) -> int:
    writers = {name: FORMATS[name].writer(options) for name in options.format}
    course = course_of(options)
    with Store(place(options)) as store:
        try:
            rows = newest_rows(store)
            with writing(options.out):
                options.out.mkdir(parents=True, exist_ok=True)
            found = class_of(rows(), course)
            codes = [
                write(name, writer, options.out, partial(read, store, rows, found, name))
                for name, writer in writers.items()
            ]
            tell_of_earlier(options.out, options.format)
            if options.roster or options.policies:
                print(summary(found))
        except Unusable:
            raise
        except GraderError as failed:  # the store, or a full disk
            print(say(text("error: {reason}", reason=failed.text)), file=sys.stderr)
            return OURS
    return max(codes, default=PASSED)


def course_of(options: argparse.Namespace) -> Course:
    """What the instructor says beside the submissions."""
    policies = read_policies(options.policies) if options.policies else Policies(UTC)
    roster = read_roster(options.roster) if options.roster else {}
    times = read_times(options.submissions, policies.zone) if options.submissions else {}
    return Course(roster, times, policies, options.roster or "", options.submissions or "")


def newest_rows(store: Store) -> Rows:
    """Everybody's newest result, by name, read anew each time."""
    last = store.last_run()
    if last is None:
        raise Unusable(
            text("nothing was graded at {where} yet: grade the class first", where=store.where)
        )
    lineage = store.lineage(last)
    return lambda: store.rows(lineage)


def read(store: Store, rows: Rows, found: Class, name: str) -> Iterator[Result]:
    """The class for the writer of that format, with a bar on a terminal."""
    every = results(store, rows(), found, whole=FORMATS[name].whole)
    count = len(found)
    yield from tqdm(every, name, count, disable=None, leave=False, unit="", ascii=".#")


def write(name: str, writer: Writer, out: Path, found: Results) -> int:
    """Write one format, say so, and return the exit code that it is worth."""
    problem = None
    with writing(out):
        try:
            written = writer(found, out)
        except FewFound as lacking:
            written, problem = lacking.written, lacking.text
        print(say(text("{format}: {written}", format=name, written=written)))
    if problem is None:
        return PASSED
    print(say(text("error: {reason}", reason=problem)), file=sys.stderr)
    return UNGRADABLE


def tell_of_earlier(out: Path, written: Sequence[str]) -> None:
    """Files of the class that were not written now may say other marks than those that were."""
    earlier = {
        name: one.file
        for name, one in FORMATS.items()
        if name not in written and one.file and (out / one.file).is_file()
    }
    if earlier:
        print(
            say(
                text(
                    "from an earlier report: {files}; to write them again: --format {formats}",
                    files=", ".join(earlier.values()),
                    formats=",".join(earlier),
                )
            )
        )


def summary(found: Class) -> str:
    """How many there are, and what the policies did."""
    judged = [one for _, _, one in found.counted.values()]
    counts = text(
        "{count:,} students: {missing:,} without a submission, {late:,} with a penalty, "
        "{slipped:,} with slip days",
        count=len(found),
        missing=len(found.missing),
        late=sum(one.penalty > 0 for one in judged),
        slipped=sum(one.slip_days > 0 for one in judged),
    )
    timeless = [one.name for one, _, worth in found.counted.values() if worth.is_timeless]
    if not timeless:
        return say(counts)
    return say(
        text(
            "{counts}; {timeless:,} counted as in time, because nothing says when they submitted: "
            "{names}",
            counts=counts,
            timeless=len(timeless),
            names=few(timeless),
        )
    )
