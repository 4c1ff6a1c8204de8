"""The submissions in a folder: itself, or what lies in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from ..model import Unusable, text
from .entries import IGNORED, root_of


def find(path: Path, wanted: Iterable[str]) -> Iterator[Path]:
    """The submissions at ``path``: itself, or the folders and zips in it, by name.

    ``wanted`` are the file names that make a folder a submission. Raises :class:`Unusable` at once
    where there is nothing to grade, naming the remedy. Each :class:`Path` is made when it is asked
    for: all of them at once take more memory than all else that a class needs.
    """
    if not path.exists():
        raise Unusable(text("{path} does not exist: check the spelling", path=path))
    if path.is_file():
        if path.suffix.lower() != ".zip":
            raise Unusable(
                text("{path} is not a folder or a zip: give the folder that holds it", path=path)
            )
        return iter([path])
    names = frozenset(wanted)
    if root_of(_below(path), names) is not None:
        return iter([path])
    with os.scandir(path) as entries:
        children = sorted(entry.name for entry in entries if _may_be_submission(entry))
    if not children:
        raise Unusable(
            text(
                "{path} holds no submission: expected {names}, or folders or zips with them",
                path=path,
                names=", ".join(sorted(names)),
            )
        )
    return (path / child for child in children)


def _may_be_submission(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in IGNORED or entry.is_symlink():
        return False
    return entry.is_dir() or entry.name.lower().endswith(".zip")


def _below(folder: Path) -> Iterator[PurePosixPath]:
    """Python files directly in a folder or its ``assignment``: enough to know a submission by."""
    for place in (folder, folder / "assignment"):
        if place.is_dir() and not place.is_symlink():
            for child in place.glob("*.py"):
                yield PurePosixPath(child.relative_to(folder).as_posix())
