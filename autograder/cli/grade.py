"""Grades one submission, a folder of them, or zips; marks are decided outside student code.

Exit code: 0 full marks for all, 1 something failed, 3 something could not be graded, 4 our fault.
"""

from __future__ import annotations

import argparse
import os
import secrets
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from tqdm import tqdm

from .. import batch, intake, syllabus
from ..batch import Result
from ..model import Unusable, Verdict, text
from ..report.data import dumps, report_data
from ..report.table import write_grades
from ..report.text import padded, report_lines, table_lines
from ..session import SECONDS_PER_CALL
from . import FAILED, OURS, PASSED, UNGRADABLE

ENDED_BADLY = (Verdict.BROKEN, Verdict.TIMED_OUT, Verdict.CRASHED)
EXAMPLE = "python3 course.py grade data/class --out results"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folders or zips")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write grades.csv and reports here")
    parser.add_argument("--seed", type=int, help="seed of the inputs (default: drawn, and printed)")
    parser.add_argument("--jobs", type=int, default=cores(), help="processes (default: one a core)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS_PER_CALL, help="time limit of one call"
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


def cores() -> int:
    available = getattr(os, "process_cpu_count", os.cpu_count)()
    return available or 1


def run(options: argparse.Namespace) -> int:
    if not hasattr(os, "fork"):
        raise Unusable(
            text("grading needs Linux or macOS (on Windows: WSL); check works everywhere")
        )
    paths = [found for path in options.paths for found in intake.find(path, batch.FILES)]
    refuse_equal_names(paths)
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    lockdown = "unsafe" if options.unsafe_local else options.lockdown
    settings = batch.Settings(seed, options.seconds, lockdown)
    results = graded(paths, settings, options)
    if options.format == "json":
        reports = [report_data(r.report, r.status) for r in results if r.report]
        print(dumps(reports[0] if len(paths) == 1 and reports else reports), end="")
    else:
        show(results, seed, options)
    return exit_code(results)


def refuse_equal_names(paths: Iterable[Path]) -> None:
    counts = Counter(intake.name_of(path) for path in paths)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise Unusable(
            text("two submissions are named {name}: rename one, or grade them apart", name=twice[0])
        )


def graded(
    paths: list[Path], settings: batch.Settings, options: argparse.Namespace
) -> list[Result]:
    """Grade with a progress bar on a terminal; reports are written as they come."""
    out: Path | None = options.out
    if out is not None:
        prepare(out)
    results = []
    running = batch.run(paths, settings, options.jobs)
    bar = tqdm(
        running, total=len(paths), unit=" submissions", disable=None, leave=False, ascii=" #"
    )
    try:
        for result in bar:
            results.append(result)
            if out is not None:
                write_report(out, result)
    finally:
        running.close()
        results.sort(key=lambda result: result.name)
        if out is not None:
            write_class(out, results)
    return results


def prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "grades.csv").touch()
    except OSError as error:
        raise Unusable(
            text("cannot write to {out} ({error}): choose another --out", out=out, error=error)
        ) from error


def write_report(out: Path, result: Result) -> None:
    folder = out / result.name
    folder.mkdir(exist_ok=True)
    data = (
        {"submission": result.name, "status": result.status, "problem": str(result.problem)}
        if result.report is None
        else report_data(result.report, result.status)
    )
    (folder / "report.json").write_text(dumps(data), encoding="utf-8")


def write_class(out: Path, results: list[Result]) -> None:
    names = [question.name for question in syllabus.questions()]
    with (out / "grades.csv").open("w", encoding="utf-8", newline="") as file:
        write_grades(file, results, names)


def show(results: list[Result], seed: int, options: argparse.Namespace) -> None:
    if len(results) == 1 and results[0].report is not None:
        for line in report_lines(results[0].report):
            print(line)
    else:
        for line in table_lines([row(result) for result in results]):
            print(line)
    print(summary(results, seed))
    if options.profile:
        show_profile(results)
    if options.out is not None:
        print(f"wrote {options.out / 'grades.csv'} and a report.json for each submission")


def row(result: Result) -> list[str]:
    """Name, score, status, and the first thing to know about it."""
    if result.report is None:
        return [result.name, "-", result.status, str(result.problem)]
    report = result.report
    score = f"{report.score:>3}/{report.max_score}"
    return [result.name, score, result.status, headline(result)]


def headline(result: Result) -> str:
    """What to know first: what ended badly, then a named mistake, then what is missing."""
    assert result.report is not None
    marks = result.report.marks
    findings = [(mark, finding) for mark in marks for finding in mark.findings]
    for _, finding in findings:
        if finding.verdict in ENDED_BADLY:
            return str(finding.message)
    for mark, finding in findings:
        if finding.diagnosis and finding.diagnosis.misconception:
            return f"{mark.question}: {finding.diagnosis.misconception}"
    for note in result.report.notes:
        return str(note)
    unsolved = sum(mark.verdicts == {Verdict.UNSOLVED} for mark in marks)
    if unsolved:
        return f"{unsolved} of {len(marks)} functions are not written yet"
    failed = [mark.question for mark in marks if mark.score < mark.max_score]
    return f"{failed[0]} is wrong" if failed else ""


def summary(results: list[Result], seed: int) -> str:
    scores = [result.report.score for result in results if result.report]
    counts = Counter(result.status for result in results)
    others = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    middle = f", median {median(scores):g}" if scores else ""
    return f"{len(results)} submissions: {others}{middle}; seed {seed}"


def show_profile(results: list[Result]) -> None:
    for result in results:
        if result.profile is not None:
            p = result.profile
            total = 1000 * (p.grader_seconds + p.worker_seconds)
            print(
                f"{padded(result.name, 24)} {p.calls} calls and {p.initialiser_calls} of "
                f"initialisers, {total:.0f} ms of CPU "
                f"({1000 * p.grader_seconds:.0f} grader, {1000 * p.worker_seconds:.0f} worker)"
            )


def exit_code(results: list[Result]) -> int:
    statuses = {result.status for result in results}
    if "broken" in statuses:
        return OURS
    if "ungradable" in statuses:
        return UNGRADABLE
    full = all(r.report is not None and r.report.score == r.report.max_score for r in results)
    return PASSED if full else FAILED
