"""What a submission is called: its folder or zip, in one spelling."""

from __future__ import annotations

import unicodedata
from pathlib import Path


def name_of(path: Path) -> str:
    """The student's name: that of the folder, or of the zip without its ending.

    Files are named after it, so "..", of a zip called "...zip", is none.
    """
    zipped = path.suffix.lower() == ".zip" and not path.is_dir()  # also if it has gone meanwhile
    name = unicodedata.normalize("NFC", path.stem if zipped else path.resolve().name)
    return name if name.strip(".") else f"{name}zip"
