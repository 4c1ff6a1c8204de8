"""Makes one function an empty stub again, or a whole file; what you had is kept as a backup.

Everything else in the file stays as it is. --undo puts the last backup back.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import backups, stubs, writing
from ..editing import with_stub
from ..exercise import Question
from ..language import say
from ..model import Text, Unusable, text
from ..places import ASSIGNMENT, shown
from ..report.practice import labelled
from ..report.screen import command, show
from ..report.text import wrapped
from . import PASSED
from .check import select

EXAMPLE = "python3 course.py reset relu_forward"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="QUESTION", help="a function or a file's name")
    parser.add_argument("--undo", action="store_true", help="put the last backup back")
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")


def run(options: argparse.Namespace) -> int:
    if options.name is None and not options.undo:
        raise Unusable(
            text("say which function or file: {command}", command=command("reset relu_forward"))
        )
    name = options.name and file_of(options.name)
    with changing(options.folder):
        if options.undo:
            lines = undone(options.folder, name)
        elif name == in_full(options.name):
            lines = whole(options.folder / name)
        else:
            lines = one_function(options.folder / name, select([options.name])[0])
    show(lines)
    return PASSED


def in_full(name: str) -> str:
    """The name of a file as it is in the assignment, with or without ending and folder."""
    return f"{name.replace(chr(92), '/').rpartition('/')[2].removesuffix('.py')}.py"


def file_of(name: str) -> str:
    """The file that is meant, or the one with the question that is meant."""
    if in_full(name) in stubs.untouched():
        return in_full(name)
    return f"{select([name])[0].exercise}.py"


def one_function(file: Path, question: Question) -> list[str]:
    if not file.exists():
        return whole(file)
    now, given = file.read_bytes(), stubs.untouched()[file.name]
    try:
        edited = with_stub(now, question.name, given)
    except Unusable as error:
        raise Unusable(
            text(
                "{file}: {reason}; or begin the whole file anew: {command}",
                file=file.name,
                reason=error.text,
                command=command(f"reset {file.name}"),
            )
        ) from error
    what = text(
        "{question} is an empty stub again, in {place}; the rest of the file is as it was.",
        question=question.name,
        place=f"{shown(file)}:{edited.line}",
    )
    again = labelled("Next", command(f"show {question.name}"))
    return [*changed(file, edited.source, what), *again]


def whole(file: Path) -> list[str]:
    what = text("{file} is as you were given it.", file=file.name)
    return changed(file, stubs.untouched()[file.name], what)


def undone(folder: Path, name: str | None) -> list[str]:
    copy = backups.newest(folder, name)
    if copy is None:
        raise Unusable(text("there is no backup in {folder}", folder=folder / backups.FOLDER))
    file = backups.original(copy)
    what = text("{file} is as in {copy}.", file=file.name, copy=copy.name)
    return changed(file, copy.read_bytes(), what)


def changed(file: Path, source: bytes, what: Text) -> list[str]:
    """Write the file, if anything is new in it, and say where the old one is."""
    old = file.read_bytes() if file.exists() else None
    if old == source:
        return wrapped(say(text("{file} is like that already.", file=file.name)), "")
    lines = wrapped(say(what), "")
    if old is not None:
        lines += labelled("Backup", shown(backups.keep(file)), whole=True)
        lines += labelled("Undo", command(f"reset --undo {file.name}"))
    writing.replace(file, source)
    return lines


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unusable(
            text(
                "cannot change {path}: {reason}. Nothing was changed; see that you may write in "
                "{folder}, and close programs that have the file open",
                path=error.filename,
                reason=error.strerror,
                folder=folder,
            )
        ) from error
