"""Makes the students' copy, ready to publish: no source of an answer, nothing of the instructor's.

DIR is empty, or holds an earlier release, which is brought up to date: the checker is replaced, and
of all other files those that nobody has changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from .. import manifest, writing
from ..language import say
from ..model import Unusable, text
from ..places import MANIFEST, ROOT, shown
from ..publishing import Update, carry_out, update
from ..release import contents
from ..report.practice import labelled
from ..report.screen import show
from ..report.text import wrapped
from . import PASSED, STUDENT

EXAMPLE = "python3 course.py release dist/lecture5 --zip"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the copy is to be")
    parser.add_argument("--zip", action="store_true", help="make DIR.zip too, as it was released")


def run(options: argparse.Namespace) -> int:
    folder: Path = options.folder.resolve()
    if ROOT.is_relative_to(folder):
        raise Unusable(text("{folder} holds the answers: give another folder", folder=folder))
    files = contents(STUDENT)
    try:
        changes = update(folder, files)
        carry_out(changes, folder)
        show(update_lines(changes, folder, files))
        if options.zip:
            archive = folder.with_name(f"{folder.name}.zip")
            inside = {f"{folder.name}/{path}": data for path, data in files.items()}
            writing.replace(archive, writing.zipped(inside))
            show(labelled("Zip", shown(archive), whole=True))
    except OSError as error:
        raise Unusable(
            text(
                "cannot write {path}: {reason}. Mend that, then run the same command again",
                path=error.filename,
                reason=error.strerror,
            )
        ) from error
    return PASSED


def update_lines(changes: Update, folder: Path, files: dict[str, bytes]) -> Iterator[str]:
    release = manifest.read(folder / MANIFEST.relative_to(ROOT))
    yield from labelled("Release", release.course if release else "")
    written = text(
        "{folder}: {count} of {all} files were new, {removed} were removed",
        folder=shown(folder),
        count=len(changes.write),
        all=len(files),
        removed=len(changes.remove),
    )
    yield from labelled("Wrote", say(written))
    for path in changes.kept:
        kept = text("{file} stays: somebody has changed it", file=path)
        yield from wrapped(f"        {say(kept)}", " " * 8)
    yield from labelled("Next", say(text("look at it, commit it, push it: see docs/students.md")))
