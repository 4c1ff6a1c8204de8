"""What a submission is called: its folder or zip, in one spelling."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ..model import Text, text

SHOWN = 5  # names in one sentence
LONGEST = 80  # characters of one: a zip may call a file by 65,535


def name_of(path: Path) -> str:
    """The student's name: that of the folder, or of the zip without its ending.

    Files are named after it, so "..", of a zip called "...zip", is none.
    """
    zipped = path.suffix.lower() == ".zip" and not path.is_dir()  # also if it has gone meanwhile
    name = unicodedata.normalize("NFC", path.stem if zipped else path.resolve().name)
    return name if name.strip(".") else f"{name}zip"


def few(names: Sequence[object]) -> Text:
    """The first of the names, and how many more there are."""
    shown = ", ".join(shortened(str(name)) for name in names[:SHOWN])
    if len(names) <= SHOWN:
        return text("{names}", names=shown)
    return text("{names} and {count:,} more", names=shown, count=len(names) - SHOWN)


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
