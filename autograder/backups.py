"""Copies of a student's files from before they were changed, in ``.backup`` beside them.

A copy is called ``activations-2026-11-23_13-45-01.py``.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from . import writing

FOLDER = ".backup"  # no command and no submission looks into it
TIME = "%Y-%m-%d_%H-%M-%S"
NAME = re.compile(r"(.+)-(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)(\.\w+)")


def keep(file: Path) -> Path:
    """Copy ``file`` as it is now; the copy's path. Raises OSError where that cannot be done."""
    folder = file.parent / FOLDER
    folder.mkdir(exist_ok=True)
    moment = datetime.now().astimezone()
    while (copy := folder / f"{file.stem}-{moment:{TIME}}{file.suffix}").exists():
        moment += timedelta(seconds=1)  # the order of names stays that of time
    writing.replace(copy, file.read_bytes())
    return copy


def newest(folder: Path, name: str | None = None) -> Path | None:
    """The last copy of any file in ``folder``, or of the one called ``name``."""
    return next(iter(copies(folder, name)), None)


def copies(folder: Path, name: str | None = None) -> list[Path]:
    """All of them, the last one first."""
    found = {
        (parts[2], path)
        for path in (folder / FOLDER).glob("*")
        if (parts := NAME.fullmatch(path.name)) and name in (None, parts[1] + parts[3])
    }
    return [path for _, path in sorted(found, reverse=True)]


def original(copy: Path) -> Path:
    """The file that ``copy`` is a copy of."""
    found = NAME.fullmatch(copy.name)
    assert found, copy
    return copy.parent.parent / (found[1] + found[3])
