"""The submissions in a folder: itself, or those that lie in it; and what else lies there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from ..model import Text, Unusable, text
from .entries import IGNORED, root_of
from .naming import few, is_ours

# What an instructor keeps beside the submissions.
KEPT = re.compile(r"\..*|readme.*|.*\.(csv|toml|md)", re.IGNORECASE | re.DOTALL)


def find(path: Path, wanted: Iterable[str]) -> Iterator[Path]:
    """The submissions at ``path``: itself, or the folders and zips in it, by name.

    ``wanted`` are the file names that make a folder a submission. Raises :class:`Unusable` at once
    where there is nothing to grade, naming the remedy. Each :class:`Path` is made when it is asked
    for: all of them at once take more memory than all else that a class needs.
    """
    if not path.exists():
        raise Unusable(text("{path} does not exist: check the spelling", path=path))
    if path.is_file():
        if not _is_zip(path.name):
            raise Unusable(
                text("{path} is not a folder or a zip: give the folder that holds it", path=path)
            )
        return iter([path])
    names = frozenset(wanted)
    if _stray(path, names) is not None:
        return iter([path])
    children = _names(path, _may_be_submission)
    if not children:
        raise Unusable(_no_submission(path, names))
    return (path / child for child in children)


def passed_over(path: Path, wanted: Iterable[str]) -> Iterator[Text]:
    """What lies at ``path`` and is not among what :func:`find` found there."""
    if path.is_dir():
        stray = _stray(path, names := frozenset(wanted))
        yield from _no_submissions(path) if stray is None else _within(path, stray, names)


def _no_submissions(path: Path) -> Iterator[Text]:
    """What in a class cannot be a submission; what the instructor or the grader keeps is none."""
    if others := _names(path, _is_other):
        yield text("not graded, neither a folder nor a zip: {names}", names=few(others))
    if links := _names(path, _is_link):
        yield text(
            "not graded, a link: {names}. Put what it leads to in its place", names=few(links)
        )


def _within(path: Path, stray: PurePosixPath, wanted: frozenset[str]) -> Iterator[Text]:
    """What looks like further submissions in one that is graded as a whole."""

    def is_one(entry: os.DirEntry[str]) -> bool:
        if not _may_be_submission(entry) or entry.name == stray.parts[0]:
            return False
        return _is_zip(entry.name) or _stray(path / entry.name, wanted) is not None

    if others := _names(path, is_one):
        yield text(
            "{path} is graded as one submission, for it holds {stray}; not graded: {names}. To "
            "grade a class, move {stray} away",
            path=path,
            stray=stray,
            names=few(others),
        )


def _stray(path: Path, wanted: frozenset[str]) -> PurePosixPath | None:
    """What makes a folder a submission: a wanted file in it, or its ``assignment``."""
    below = sorted(_below(path))
    root = root_of(below, wanted)
    if root is None or root.parts:
        return root
    return next(file for file in below if file.parent == root and file.name in wanted)


def _no_submission(path: Path, wanted: frozenset[str]) -> Text:
    expected = text(
        "{path} holds no submission: expected {names}, or folders or zips with them",
        path=path,
        names=", ".join(sorted(wanted)),
    )
    others = _names(path, lambda entry: _is_other(entry) or _is_link(entry))
    if not others:
        return expected
    return text("{expected}; it has: {names}", expected=expected, names=few(others))


def _names(path: Path, of: Callable[[os.DirEntry[str]], bool]) -> list[str]:
    with os.scandir(path) as entries:
        return sorted(entry.name for entry in entries if of(entry))


def _may_be_submission(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in IGNORED or entry.is_symlink():
        return False
    return entry.is_dir() or _is_zip(entry.name)


def _is_other(entry: os.DirEntry[str]) -> bool:
    return not (_may_be_submission(entry) or entry.is_symlink() or _is_kept(entry.name))


def _is_link(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and not _is_kept(entry.name)


def _is_kept(name: str) -> bool:
    return KEPT.fullmatch(name) is not None or name in IGNORED or is_ours(name)


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _below(folder: Path) -> Iterator[PurePosixPath]:
    """Python files directly in a folder or its ``assignment``: enough to know a submission by."""
    for place in (folder, folder / "assignment"):
        with suppress(OSError):  # of a student's folder that nobody may look into
            if place.is_dir() and not place.is_symlink():
                for child in place.glob("*.py"):
                    yield PurePosixPath(child.relative_to(folder).as_posix())
