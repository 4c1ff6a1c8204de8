"""What students handed in: put in order before nbgrader looks at it, and known again by content.

nbgrader passes over who has no notebook at all, and stops at links and devices.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import parse_utc

from .. import batch, intake
from ..model import Text, Unusable, text
from .course import TIMESTAMP, Course
from .mending import MISSING, OURS, Notebook, stand_in, table

FINGERPRINT = "fingerprint"  # in a graded notebook: what it was graded from, and by what
KEPT = {".py", ".ipynb", ".txt", ".csv", ".md", ".png", ".jpg", ".jpeg", ".gif"}
MOST_BYTES = 20 * 2**20  # of a notebook


def put_in_order(course: Course, student: str) -> list[Text]:
    """Make one submission something that nbgrader can take; what was wrong with it."""
    folder = course.submitted(student)
    notes = [
        text("{file} is no regular file: it was taken away", file=path.name)
        for path in irregular(folder)
    ]
    notes += unusable_timestamp(folder)
    for name, released in course.notebooks():
        path = folder / f"{name}.ipynb"
        if not path.exists() and not lifted(folder, path):
            nbformat.write(stand_in(released, MISSING), path)
        if is_stand_in(path):
            notes.append(text("{file} is missing", file=path.name))
        notes += unreadable(path)
    return notes


def unreadable(path: Path) -> list[Text]:
    try:
        read(path)
    except Unusable as error:
        return [error.text]
    return []


def irregular(folder: Path) -> Iterator[Path]:
    """Remove links, pipes and devices, which would be read in the instructor's name."""
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(place, name)
            kind = path.lstat().st_mode
            if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
                path.unlink()
                yield path


def unusable_timestamp(folder: Path) -> list[Text]:
    """Take away a time of handing in that cannot be read: nbgrader could not go on from there."""
    path = folder / TIMESTAMP
    if not path.is_file():
        return []
    try:
        parse_utc(path.read_text(encoding="utf-8").strip())
    except (ValueError, OverflowError, TypeError):
        path.replace(path.with_suffix(".unreadable"))
        return [text("the time in {file} cannot be read: it counts as none", file=path.name)]
    return []


def lifted(folder: Path, path: Path) -> bool:
    """Whether the notebook lay in a folder within, as in many a zip, and now is in its place."""
    found = sorted(one for one in folder.rglob(path.name) if ".ipynb_checkpoints" not in one.parts)
    if found:
        shutil.copyfile(found[0], path)
    return bool(found)


def is_stand_in(path: Path) -> bool:
    remarks = remarks_of(path)
    return set(remarks) == {"stands_in"} and remarks["stands_in"] == MISSING


def remarks_of(path: Path) -> dict[str, Any]:
    """Our remarks in a notebook's metadata; none where it has none or cannot be read."""
    try:
        return table(table(read(path).get("metadata")).get(OURS))
    except Unusable:
        return {}


def read(path: Path) -> Notebook:
    """A student's notebook. Raises :class:`Unusable` whatever is wrong with it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"larger than {MOST_BYTES} bytes")
        notebook = nbformat.read(path, as_version=4)
        if not isinstance(notebook["cells"], list):
            raise TypeError("no list of cells")
    except Exception as error:  # a broken file breaks in many ways
        raise Unusable(
            text("{file} cannot be read ({error})", file=path.name, error=repr(error)[:200])
        ) from error
    return notebook


def code(folder: Path) -> dict[str, bytes]:
    """The Python files of a submission, as the grader takes them."""
    try:
        return dict(intake.read(folder, batch.FILES).files)
    except Unusable:
        return {}


def only_harmless(folder: Path) -> None:
    """Of the files that nbgrader copies to where formgrader shows them, keep no web pages.

    A page of a student's would run in the browser of whoever marks, with that person's rights.
    """
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix.lower() not in KEPT:
            path.unlink()


def fingerprint(course: Course, student: str, settings: batch.Settings) -> str:
    """Of all that a mark rests on: the files handed in, the grader, its seed and limits."""
    folder = course.submitted(student)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    parts = (part for path in files for part in (name_within(path, folder), path.read_bytes()))
    return batch.hashed(batch.version().encode(), repr(settings).encode(), *parts)


def name_within(path: Path, folder: Path) -> bytes:
    return str(path.relative_to(folder)).encode(errors="backslashreplace")


def is_graded(course: Course, student: str, wanted: str) -> bool:
    """Whether every notebook was graded from what is handed in now."""
    folder = course.autograded(student)
    return all(
        remarks_of(folder / f"{name}.ipynb").get(FINGERPRINT) == wanted
        for name, _ in course.notebooks()
    )
