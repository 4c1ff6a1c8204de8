"""Makes one function an empty stub again, or a whole file; what you had is kept as a backup.

Everything else in the file stays as it is. --undo brings back what was made empty, and leaves what
you have written since; a whole file comes back as it was.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import backups, stubs, syllabus, writing
from ..editing import emptied, text_of, with_stub
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
    parser.add_argument("--undo", action="store_true", help="bring back what was made empty")
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")


def run(options: argparse.Namespace) -> int:
    if options.name is None and not options.undo:
        raise Unusable(
            text("say which function or file: {command}", command=command("reset relu_forward"))
        )
    name = options.name and file_of(options.name)
    with changing(options.folder):
        if options.undo and options.name is not None and name != in_full(options.name):
            lines = function_undone(options.folder / str(name), select([options.name])[0])
        elif options.undo:
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
    return [*changed(file, edited.source, what, question.name), *again]


def whole(file: Path) -> list[str]:
    what = text("{file} is as you were given it.", file=file.name)
    return changed(file, stubs.untouched()[file.name], what)


def function_undone(file: Path, question: Question) -> list[str]:
    """Bring back one function, from the last backup in which it is another than now."""
    now = file.read_bytes() if file.exists() else b""
    known = {None, text_of(now, question.name)}
    for copy in backups.copies(file.parent, file.name):
        before = copy.read_bytes()
        if text_of(before, question.name) not in known:
            return brought_back(file, now, copy, [question.name])
    raise Unusable(
        text(
            "no backup in {folder} has another {question}",
            folder=file.parent / backups.FOLDER,
            question=question.name,
        )
    )


def undone(folder: Path, name: str | None) -> list[str]:
    """Bring back the functions that are empty since the last backup; if none is, the whole file."""
    copy = backups.newest(folder, name)
    if copy is None:
        raise Unusable(text("there is no backup in {folder}", folder=folder / backups.FOLDER))
    file = backups.original(copy)
    now, before = file.read_bytes() if file.exists() else b"", copy.read_bytes()
    given = stubs.untouched().get(file.name, b"")
    names = syllabus.exercise(file.stem).questions if file.stem in syllabus.EXERCISES else ()
    lost = [one for one in names if emptied(now, before, one, given)]
    if lost:
        return brought_back(file, now, copy, lost)
    what = text("{file} is as in {copy}.", file=file.name, copy=copy.name)
    return changed(file, before, what)


def brought_back(file: Path, now: bytes, copy: Path, functions: list[str]) -> list[str]:
    source, before = now, copy.read_bytes()
    for function in functions:
        source = with_stub(source, function, before).source
    what = text(
        "{functions}: as in {copy}; the rest of the file is as it was.",
        functions=", ".join(functions),
        copy=copy.name,
    )
    return changed(file, source, what, functions[0])


def changed(file: Path, source: bytes, what: Text, undo: str = "") -> list[str]:
    """Write the file, if anything is new in it, and say where the old one is."""
    old = file.read_bytes() if file.exists() else None
    if old == source:
        return wrapped(say(text("{file} is like that already.", file=file.name)), "")
    lines = wrapped(say(what), "")
    if old is not None:
        lines += labelled("Backup", shown(backups.keep(file)), whole=True)
        lines += labelled("Undo", command(f"reset --undo {undo or file.name}"))
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
