"""When each was submitted: from the instructor's list, or from the submissions themselves.

A list says it for certain, and then the submission's name. Without them it is the time in the
manifest of the zip that ``submit`` makes, else that of the newest file. Both come from the
student's machine and prove nothing.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from .. import intake, syllabus
from ..model import Text, Unusable, text
from ..policies import in_zone
from ..store import storable
from .roster import is_key, one_line
from .sheets import read_sheet

MANIFEST = "manifest.json"
MOST_BYTES = 64 * 2**10  # an honest manifest has some hundred
# The minutes have to be there: Python takes T10-05 for ten o'clock, five hours west of Greenwich.
TIME = re.compile(
    r"\d{4}-?\d\d-?\d\d[T ]\d\d:?\d\d(:?\d\d([.,]\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?", re.ASCII
)


@dataclass(frozen=True)
class Sent:
    """Whose submission it is, where that is said, and when it was handed in."""

    student: str | None
    time: datetime | None


def read_times(where: Path, zone: tzinfo) -> dict[str, Sent]:
    """What is known of each submission, by name, from a CSV or from the folder that was graded."""
    if where.is_dir():
        paths = intake.find(where, [f"{name}.py" for name in syllabus.EXERCISES])
        named = ((storable(intake.name_of(path)), path) for path in paths)
        return {
            key: Sent(None, split(key, zone).time or own_time(path, zone)) for key, path in named
        }
    sheet = read_sheet(where)
    name, time = sheet.column("submission"), sheet.column("time")
    student = sheet.header.index("student") if "student" in sheet.header else None
    found: dict[str, Sent] = {}
    for number, key, row in sheet.keyed(name):
        place = text("{path} row {number}", path=where, number=number)
        whose = None if student is None else _key(place, row[student].strip())
        found[key] = Sent(whose, _time(place, row[time].strip(), zone))
    return found


def _key(place: Text, whose: str) -> str | None:
    """Whose a row says it is, where it says so."""
    if whose and not is_key(whose):
        raise Unusable(
            text("{place}: {key} is no key of a student", place=place, key=one_line(whose))
        )
    return whose or None


def _time(place: Text, written: str, zone: tzinfo) -> datetime:
    if (found := moment(written, zone)) is None:
        raise Unusable(
            text(
                "{place}: {written} is no time: write it as 2026-11-20T23:59+09:00",
                place=place,
                written=one_line(written) or '""',
            )
        )
    return found


def split(name: str, zone: tzinfo) -> Sent:
    """Whose a submission named ``kim@2026-11-20T1000`` is and when it came; else it is its own."""
    key, at, rest = name.rpartition("@")
    when = moment(rest, zone) if at else None
    return Sent(key or name, when) if when is not None and key else Sent(name, None)


def moment(written: str, zone: tzinfo) -> datetime | None:
    """A time in ISO 8601, also without colons or as policies write it (a space before the offset).

    One without an offset is on the clock of ``zone``; where that shows it twice, the earlier is
    taken. None where it is no date and time.
    """
    if not TIME.fullmatch(written):
        return None
    try:
        found = datetime.fromisoformat(re.sub(" (?=[Z+-])", "", written))
    except ValueError:
        return None
    return in_zone(found, zone, min) if found.tzinfo is None else found.astimezone(UTC)


def own_time(path: Path, zone: tzinfo) -> datetime:
    """The time that a submission gives itself; its newest file's where it gives none."""
    said = _manifest(path).get("submitted")
    if isinstance(said, str) and (when := moment(said, zone)) is not None:
        return when
    files = [] if path.is_file() else [*path.glob("*.py"), *path.glob("*/*.py")]
    return datetime.fromtimestamp(max(file.lstat().st_mtime for file in files or [path]), UTC)


def _manifest(path: Path) -> Mapping[str, Any]:
    """A student wrote it, so anything may be wrong with it: then it says nothing."""
    try:
        if path.is_dir():
            data = _start_of(path / MANIFEST)
        else:
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if name.split("/")[-1] == MANIFEST]
                with archive.open(min(names, key=lambda name: name.count("/"))) as file:
                    data = file.read(MOST_BYTES)
        found = json.loads(data)
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return {}
    return found if isinstance(found, dict) else {}


def _start_of(file: Path) -> bytes:
    if file.is_symlink() or not file.is_file():
        raise OSError(os.strerror(2))
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES)
