"""What a submission is called: its folder or zip, in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ..model import Text, text

SHOWN = 5  # names in one sentence
# What `grade` and `report` write beside the students' folders; disks may not tell case apart.
OURS = re.compile(
    r"results\.db.*|(grades|class|canvas|moodle)\.csv|class\.json|summary\.md|index(-\d+)?\.html"
    r"|.*\.part",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
LONGEST = 80  # characters of one: a zip may call a file by 65,535


def name_of(path: Path) -> str:
    """The student's name: that of the folder, or of the zip without its ending.

    Folders are named after it, so "..", of a zip called "...zip", is none; nor is the name of a
    file of ours, also before the time that a name may end with, as in kim@2026-11-20T1000.
    """
    zipped = path.suffix.lower() == ".zip" and not path.is_dir()  # also if it has gone meanwhile
    name = unicodedata.normalize("NFC", path.stem if zipped else path.resolve().name)
    if is_ours(name) or is_ours(name.rpartition("@")[0]):
        return f"{name}_"
    return name if name.strip(".") else f"{name}zip"


def is_ours(name: str) -> bool:
    """Whether `grade` or `report` may write a file of that name beside the students' folders."""
    return OURS.fullmatch(name) is not None


def few(names: Sequence[object]) -> Text:
    """The first of the names, and how many more there are."""
    shown = ", ".join(shortened(str(name)) for name in names[:SHOWN])
    if len(names) <= SHOWN:
        return text("{names}", names=shown)
    return text("{names} and {count:,} more", names=shown, count=len(names) - SHOWN)


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
