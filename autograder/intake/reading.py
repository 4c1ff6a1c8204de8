"""One submission: the Python files of one folder in it, capped before they are read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..model import Text, Unusable, text
from .entries import (
    MAX_FILE,
    MAX_FILES,
    MAX_TOTAL,
    Entry,
    Intake,
    folder_entries,
    look_deeper,
    root_of,
    zip_entries,
)
from .naming import name_of
from .remarks import nothing_in, other_copies, renamed


@dataclass(frozen=True)
class Submission:
    """A student's Python files by name; ``notes`` say what was left out and why."""

    name: str
    files: Mapping[str, bytes]
    notes: tuple[Text, ...] = ()


def read(path: Path, wanted: Iterable[str]) -> Submission:
    """Read one submission. Raises :class:`Unusable` where it has none of the wanted files."""
    intake = Intake(frozenset(wanted))
    name = name_of(path)
    if path.is_dir():
        files = _choose(name, list(folder_entries(path, intake)), intake)
    else:
        try:
            with zipfile.ZipFile(path) as archive:
                files = _choose(name, list(zip_entries(archive, intake)), intake)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise Unusable(
                text("{path} is not a readable zip: {error}", path=path, error=error)
            ) from error
    if not intake.wanted & files.keys():
        if path.is_dir():
            look_deeper(path, intake)
        raise Unusable(nothing_in(path, intake))
    return Submission(name, files, tuple(intake.notes))


def _choose(name: str, entries: list[Entry], intake: Intake) -> dict[str, bytes]:
    """The Python files of the shallowest folder that has a wanted one; notes on what is not."""
    root = root_of((entry.path for entry in entries), intake.wanted)
    if root is None:
        return {}
    files = _read([entry for entry in entries if entry.path.parent == root], intake)
    intake.notes += renamed(root, intake, files)
    named_alike = (entry for entry in entries if entry.path.name in intake.wanted)
    intake.notes += other_copies(name, root, named_alike, files)
    return files


def _read(beside: list[Entry], intake: Intake) -> dict[str, bytes]:
    """The files of one folder, the wanted ones first, as far as the caps allow."""
    beside.sort(key=lambda entry: (entry.path.name not in intake.wanted, entry.path.name))
    files: dict[str, bytes] = {}
    total = 0
    for entry in beside:
        if len(files) >= MAX_FILES or total > MAX_TOTAL:
            intake.leave_out(entry.path, text("the submission is too large"))
            continue
        try:
            data = entry.read(MAX_FILE + 1)
        except Exception as error:  # a damaged member breaks in many ways
            intake.unreadable(entry.path, error)
            continue
        if len(data) > MAX_FILE:
            intake.leave_out(entry.path, text("larger than {limit} bytes", limit=MAX_FILE))
            continue
        files[entry.path.name] = data
        total += len(data)
    return files
