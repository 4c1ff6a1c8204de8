"""Grades one submission, a folder of them, or zips; marks are decided outside student code.

With --out or --store every result is kept as it comes: run the same command again to go on.
Exit code: 0 full marks for all, 1 something failed, 3 something could not be graded, 4 our fault.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from tqdm import tqdm

from .. import batch, intake, syllabus
from ..batch import Profile, Result
from ..grading import ONLY, Chosen, Grading
from ..language import say
from ..model import GraderError, Unusable, text
from ..report.data import compact, dumps, revived
from ..report.files import write_class
from ..report.screen import harmless
from ..report.screen import show as lines_to_screen
from ..report.summary import Tally, row_lines
from ..report.text import padded, report_lines
from ..session import SECONDS_PER_CALL
from ..store import Row, Run, Store, Wanted, storable
from . import FAILED, INTERRUPTED, OURS, PASSED, UNGRADABLE, numbers

SHOWN = 60  # rows; of a larger class only those that need attention
NAMED = 5  # of whoever is only told about
EXAMPLE = "python3 course.py grade data/class --out results"
BAR = text("[{bar:36}]  {n_fmt}/{total_fmt}   {rate_noinv_fmt}   {remaining} left")  # of tqdm


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folders or zips")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="keep results.db, grades.csv and reports here"
    )
    parser.add_argument(
        "--store", metavar="URL", help="keep results in PostgreSQL, for several machines at once"
    )
    parser.add_argument(
        "--seed", type=numbers.seed, help="seed of the inputs (default: the last run's, or drawn)"
    )
    parser.add_argument(
        "--jobs", type=numbers.jobs, default=cores(), help="processes (default: one a core)"
    )
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help="grade on the workers of this Dask scheduler instead"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--seconds",
        type=numbers.seconds,
        help=f"time limit of one call (default: the last run's, or {SECONDS_PER_CALL:g})",
    )
    parser.add_argument(
        "--lockdown",
        choices=("auto", "landlock", "no-path"),
        default="auto",
        help="what workers may not do: the best this machine offers (default), or that one",
    )
    parser.add_argument(
        "--unsafe-local", action="store_true", help="no lockdown: for your own code only"
    )
    parser.add_argument("--profile", action="store_true", help="print calls and CPU time")
    parser.add_argument(
        "--all-rows", action="store_true", help=f"a row for everyone, also beyond {SHOWN}"
    )
    parser.add_argument(
        "--forget",
        action="append",
        metavar="NAME",
        help="who has left the class: no row any more, what was kept stays (repeatable)",
    )
    regrade = parser.add_argument_group("grade again, as a new run; the old results are kept")
    regrade.add_argument("--fresh", action="store_true", help="everything")
    regrade.add_argument("--only", choices=ONLY, help="those with a check that ended so")
    regrade.add_argument("--student", action="append", metavar="NAME", help="this one (repeatable)")
    regrade.add_argument(
        "--question", action="append", metavar="NAME", help="this question's marks (repeatable)"
    )


def cores() -> int:
    available = getattr(os, "process_cpu_count", os.cpu_count)()
    return available or 1


def run(options: argparse.Namespace) -> int:
    if not hasattr(os, "fork"):
        raise Unusable(
            text("grading needs Linux or macOS (on Windows: WSL); check works everywhere")
        )
    submissions = found(options.paths)
    refuse_unknown(map(storable, options.student or ()), submissions)
    refuse_unknown(options.question, [question.name for question in syllabus.questions()])
    for path in options.paths:
        for said in intake.passed_over(path, batch.FILES):
            tell(harmless(say(said)))
    with opened(options) as store:
        try:
            return grade(store, submissions, options)
        except Unusable:
            raise
        except GraderError as failed:  # the store or the cluster
            print(say(text("error: {reason}", reason=failed.text)), file=sys.stderr)
            return OURS


def found(paths: Iterable[Path]) -> dict[str, str]:
    """The path of each submission by the student's name in the store."""
    submissions: dict[str, str] = {}
    twice: dict[str, None] = {}  # in order
    for path in (one for given in paths for one in intake.find(given, batch.FILES)):
        name = storable(intake.name_of(path))
        if name in submissions:
            twice[name] = None
        submissions[name] = str(path)
    if twice:
        raise Unusable(
            text(
                "more than one submission is named {names}: rename all but one, or grade them "
                "apart",
                names=intake.few(list(twice)),
            )
        )
    return submissions


def grade(store: Store, submissions: Mapping[str, str], options: argparse.Namespace) -> int:
    """Grade, keep, write and show; the exit code."""
    grading = Grading(store, submissions, wanted(options), chosen(options), options.out)
    lasting = bool(options.store or options.out)
    if lasting:
        tell(announcement(store, grading.run, grading.last))
    try:
        with_progress(grading, options)
    except KeyboardInterrupt:
        if not lasting:
            raise
        if options.out is not None:
            write_class(options.out, grading.rows())
        tell(
            say(
                text(
                    "stopped: {count:,} are left. Run the same command again to go on.",
                    count=grading.left,
                )
            )
        )
        return INTERRUPTED
    grading.forget(map(storable, options.forget or ()))
    store.finish(grading.run)
    grading.write()
    code = show(grading, options)
    if lasting and len(submissions) > 1 and (absent := list(grading.absent())):
        tell(absence(absent))
    return code


def absence(students: list[str]) -> str:
    """Who is in the tables and not among the submissions, and what to do about it."""
    names = ", ".join(students[:NAMED]) + (", ..." if len(students) > NAMED else "")
    return say(
        text(
            "{count:,} with a result from before are not among these submissions: {names}. Their "
            "marks stay in the tables; --forget NAME takes out who has left or is renamed",
            count=len(students),
            names=names,
        )
    )


def with_progress(grading: Grading, options: argparse.Namespace) -> None:
    """Grade with a progress bar on a terminal, and above it what each cost if that was asked."""
    profile = options.profile and options.format != "json"
    bar = tqdm(
        total=len(grading.students),
        unit="",
        disable=None,
        leave=False,
        ascii=".#",
        smoothing=0,  # the rate since the start: single submissions differ too much
        bar_format=say(BAR.template),
    )

    def progress(result: Result) -> None:
        if profile and result.profile is not None:
            tqdm.write(profile_line(result.name, result.profile))
        bar.initial = grading.kept
        bar.update(grading.kept + grading.done - bar.n)

    with bar:
        grading.grade(options.jobs, progress, options.cluster)


def refuse_unknown(asked: Iterable[str] | None, known: Collection[str]) -> None:
    for name in asked or ():
        if name not in known:
            for close in get_close_matches(name, known, 1):
                raise Unusable(
                    text("there is no {name} here: did you mean {close}?", name=name, close=close)
                )
            raise Unusable(text("there is no {name} here", name=name))


def opened(options: argparse.Namespace) -> Store:
    """The store that was asked for; a temporary one if none was."""
    if chosen(options) and not (options.store or options.out):
        raise Unusable(text("nothing is kept to grade again: say which results, by --out DIR"))
    if options.out is not None:
        try:
            options.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unusable(
                text(
                    "cannot write to {out} ({error}): choose another --out",
                    out=options.out,
                    error=error,
                )
            ) from error
    return Store(options.store or (options.out and options.out / "results.db"), say=tell)


def tell(line: str) -> None:
    """Say something beside the progress bar."""
    tqdm.write(line, file=sys.stderr)


def chosen(options: argparse.Namespace) -> Chosen:
    students = sorted(map(storable, options.student or ()))
    return Chosen(options.only, tuple(students), tuple(sorted(options.question or ())))


def wanted(options: argparse.Namespace) -> Wanted:
    settings = {"lockdown": "unsafe" if options.unsafe_local else options.lockdown}
    if options.seconds is not None:
        settings["seconds"] = options.seconds
    defaults = {"seconds": SECONDS_PER_CALL}
    return Wanted(
        batch.version(), options.seed, settings, defaults, chosen(options).data(), options.fresh
    )


def announcement(store: Store, run: Run, last: Run | None) -> str:
    """Which run it is, and why it is another than the last."""
    if last is None or run.id == last.id:
        why = text("begins") if last is None else text("goes on")
    elif run.base is not None:
        why = text("grades a part of run {base} again", base=run.base)
    elif last.grader != run.grader:
        why = text("grades everything again: the grader has changed since run {last}", last=last.id)
    elif last.settings != run.settings:
        names = sorted(run.settings.keys() | last.settings.keys())
        new = [name for name in names if run.settings.get(name) != last.settings.get(name)]
        changes = (f"{name} {last.settings.get(name)} -> {run.settings.get(name)}" for name in new)
        why = text(
            "grades everything again: the settings are not those of run {last} ({changes})",
            last=last.id,
            changes=", ".join(changes),
        )
    else:
        why = text("grades everything again")
    return say(
        text(
            "run {run} {why}: seed {seed}, grader {grader}, kept at {where}",
            run=run.id,
            why=why,
            seed=run.seed,
            grader=run.grader,
            where=store.where,
        )
    )


def show(grading: Grading, options: argparse.Namespace) -> int:
    """Print what was asked for; the exit code."""
    submissions = grading.submissions
    tally = Tally(SHOWN if len(submissions) > SHOWN else None)
    rows = (tally.counted(row) for row in grading.rows() if row.student in submissions)
    if options.format == "json":
        print_reports(grading.store, rows, len(submissions) == 1)
        return exit_code(tally)
    lines_to_screen(shown(grading, tally, rows, options.all_rows))
    lines_to_screen([f"{tally.summary()}; {origin(grading, options)}"])
    if tally.partial and not options.all_rows:
        lines_to_screen(tally.insights())
    if missing := len(submissions) - tally.count:
        tally.full = False
        left = text(
            "{count:,} have no result yet: another machine grades them, or run again",
            count=missing,
        )
        print(say(left))
    if options.out is not None:
        file = options.out / "grades.csv"
        print(say(text("wrote {file} and a report.json for each submission", file=file)))
    return exit_code(tally)


def shown(grading: Grading, tally: Tally, rows: Iterable[Row], all_rows: bool) -> Iterator[str]:
    """The report of a single submission; of a class everyone, or those that need attention."""
    if tally.partial and all_rows:
        yield from row_lines(rows, grading.submissions)
        return
    for row in rows:
        report = grading.store.report(row) if len(grading.submissions) == 1 else None
        if report is not None:
            yield from report_lines(revived(report))
            return
    yield from tally.lines()


def origin(grading: Grading, options: argparse.Namespace) -> str:
    run = grading.run
    if not (options.store or options.out):
        return say(text("seed {seed}", seed=run.seed))
    return say(
        text(
            "seed {seed}, run {run}: {done:,} graded now, {kept:,} kept",
            seed=run.seed,
            run=run.id,
            done=grading.done,
            kept=grading.kept,
        )
    )


def exit_code(tally: Tally) -> int:
    if tally.statuses["broken"]:
        return OURS
    if tally.statuses["ungradable"]:
        return UNGRADABLE
    return PASSED if tally.full else FAILED


def print_reports(store: Store, rows: Iterable[Row], alone: bool) -> None:
    """One report as it is, several as a list with a line for each; one after the other."""
    reports = filter(None, map(store.report, rows))
    if alone:
        print("".join(map(dumps, reports)), end="")
        return
    between = "["
    for report in reports:
        print(between, compact(report), sep="\n")
        between = ","
    print("[]" if between == "[" else "]")


def profile_line(name: str, p: Profile) -> str:
    spent = text(
        "{calls} calls and {drawn} of initialisers, {total:.0f} ms of CPU "
        "({ours:.0f} grader, {theirs:.0f} worker)",
        calls=p.calls,
        drawn=p.initialiser_calls,
        total=1000 * (p.grader_seconds + p.worker_seconds),
        ours=1000 * p.grader_seconds,
        theirs=1000 * p.worker_seconds,
    )
    return f"{padded(storable(name), 24)} {say(spent)}"
