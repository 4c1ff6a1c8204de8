"""Makes the zip that you hand in, with all your files as they are, and says what is in it.

Files that are broken stop it; functions that are not written or wrong are only told.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from .. import practice, submit, writing
from ..language import say
from ..manifest import digest
from ..model import Report, Unusable, Verdict, text
from ..places import ASSIGNMENT, ROOT, shown
from ..report.practice import OTHER_INPUTS, labelled
from ..report.screen import command, show
from ..report.text import mark_line, note_lines, table_lines, wrapped
from . import PASSED, UNGRADABLE

EXAMPLE = 'python3 course.py submit --name "Kim Minjun"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", default="", help="yours, or what your course knows you by")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the zip (default: NAME.zip)")
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")
    parser.add_argument(
        "--anyway", action="store_true", help="hand in broken files too, and run nothing first"
    )


def run(options: argparse.Namespace) -> int:
    out = options.out or ROOT / submit.file_name(options.name)
    refuse_to_overwrite(out)
    submission = practice.submission_in(options.folder)
    for note in submission.notes:
        show(note_lines(note))
    broken = list(problem_lines(options.folder, submission.files))
    show(broken)
    if broken and not options.anyway:
        show(refusal_lines())
        return UNGRADABLE
    report = None if options.anyway else checked(options.folder)
    files = {**dict(sorted(submission.files.items())), **submit.notebooks(options.folder)}
    contents = submit.described(files, options.name.strip(), datetime.now(UTC), report)
    data = submit.packed(files, contents)
    write(out, data)
    show(content_lines(out, data, files))
    show(next_lines(out, options.name))
    return PASSED


def refuse_to_overwrite(out: Path) -> None:
    """Only a zip that was made here is replaced; anything else stays what it is."""
    if os.path.exists(out) and submit.submitted_at(out) is None:
        raise Unusable(
            text("{file} is something else: choose another name by --out", file=shown(out))
        )


def problem_lines(folder: Path, files: Mapping[str, bytes]) -> Iterator[str]:
    for place, reason in submit.problems(files):
        problem = text("{place}: {reason}", place=shown(folder / place), reason=reason)
        yield from wrapped(f"[FAIL] {say(problem)}", "       ")


def refusal_lines() -> Iterator[str]:
    part = text("No zip was made: of a broken file only the parts that can be read are graded.")
    yield from wrapped(say(part), "")
    yield from labelled("Next", say(text("mend that and run the same command again")))
    yield from labelled("Or", command("submit --anyway"))


def checked(folder: Path) -> Report | None:
    """Check everything once, and tell what is missing or wrong; a check that fails stops nobody."""
    said = StringIO()
    try:
        with redirect_stdout(said):
            report = practice.check(folder)
    except Unusable as error:
        show(wrapped(say(text("Not checked: {reason}", reason=error.text)), "  "))
        return None
    show(finding_lines(report))
    return report


def finding_lines(report: Report) -> Iterator[str]:
    for note in report.notes:
        yield from note_lines(note)
    unsolved = [mark for mark in report.marks if mark.verdicts == {Verdict.UNSOLVED}]
    wrong = [mark for mark in report.marks if not mark.solved and mark not in unsolved]
    if unsolved:
        unwritten = text(
            "Not written yet: {count} of {all} functions, the first is {function}.",
            count=len(unsolved),
            all=len(report.marks),
            function=unsolved[0].question,
        )
        yield from wrapped(say(unwritten), "")
    if wrong:
        yield from wrapped(say(text("Not right yet:")), "")
        yield from map(mark_line, wrong)
    points = text("{score}/{most} (practice)", score=report.score, most=report.max_score)
    yield from wrapped(f"{say(points)}. {say(OTHER_INPUTS)}", "")
    yield ""


def write(out: Path, data: bytes) -> None:
    try:
        writing.replace(out, data)
    except OSError as error:
        raise Unusable(
            text(
                "cannot write {file}: {reason}. Choose another place by --out",
                file=shown(out),
                reason=error.strerror,
            )
        ) from error


def content_lines(out: Path, data: bytes, files: Mapping[str, bytes]) -> Iterator[str]:
    """The zip with its size and digest, and each file in it."""
    yield from labelled("Wrote", shown(out), whole=True)
    yield from labelled("", say(text("{count:,} bytes", count=len(data))))
    yield from labelled("", f"SHA-256 {digest(data)}")
    rows = [(name, say(text("{count:,} bytes", count=len(one)))) for name, one in files.items()]
    yield from (f"        {line}" for line in table_lines(rows))


def next_lines(out: Path, name: str) -> Iterator[str]:
    hand_in = text("hand in {file} where your course collects it", file=out.name)
    yield from labelled("Next", say(hand_in))
    if not name.strip():
        yield from labelled("", say(text("it bears no name; to give it yours:")))
        yield from labelled("", command("submit --name NAME"), whole=True)
