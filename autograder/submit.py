"""What a student hands in: a zip of their files, with a manifest that says what is in it.

    manifest.json   {"format": "submission/v1", "name": "Kim", "submitted": "2026-11-23T13:50:02Z",
                     "versions": {"python": ..., "numpy": ..., "grader": ..., "course": ...},
                     "files": {"activations.py": "sha256", ...},
                     "practice": {"score": 94, "max_score": 100, "note": "practice, not the grade"}}

Only the name ends in the zip's own: graders read the Python files and nothing else of it. Equal
files, name and moment give equal bytes.
"""

from __future__ import annotations

import ast
import json
import platform
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from . import __version__, manifest, syllabus, writing
from .model import Report, Text, text
from .sandbox import loader

FORMAT = "submission/v1"
MANIFEST = "manifest.json"
NOTEBOOKS = "*.ipynb"
UNNAMEABLE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in no name of a file on Windows
LONGEST = 200  # bytes of a name: file systems take 255
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)  # ... and no whole names


def problems(files: Mapping[str, bytes]) -> Iterator[tuple[str, Text]]:
    """What keeps the files from being graded whole: the place, and what is wrong there."""
    for exercise in syllabus.EXERCISES:
        name = f"{exercise}.py"
        if name not in files:
            yield name, text("the file is missing")
            continue
        source, unreadable = loader.decode(files[name])
        if unreadable:
            yield f"{name}:{unreadable[0].line}", text("is not UTF-8: save the file as UTF-8")
        else:
            yield from unparsed(name, source)


def unparsed(name: str, source: str) -> Iterator[tuple[str, Text]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a student's code is like
            ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1  # only a SyntaxError knows
        reason = getattr(error, "msg", None) or str(error) or repr(error)
        yield f"{name}:{line}", text("does not parse: {reason}", reason=reason)


def notebooks(folder: Path) -> dict[str, bytes]:
    """Notebooks by their path in the folder; what Jupyter hides beside them is left out."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob(NOTEBOOKS))}
    return {
        place.as_posix(): path.read_bytes()
        for place, path in found.items()
        if path.is_file() and not any(part.startswith(".") for part in place.parts)
    }


def described(
    files: Mapping[str, bytes], name: str, moment: datetime, report: Report | None
) -> dict[str, Any]:
    """The manifest's contents; ``moment`` in UTC, no ``report`` where nothing was checked."""
    release = manifest.read()
    return {
        "format": FORMAT,
        "name": name,
        "submitted": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "grader": __version__,
            "course": release and release.course,
        },
        "files": {path: manifest.digest(data) for path, data in files.items()},
        "practice": report
        and {
            "score": report.score,
            "max_score": report.max_score,
            "note": "practice, not the grade",
        },
    }


def packed(files: Mapping[str, bytes], contents: Mapping[str, Any]) -> bytes:
    said = (json.dumps(contents, indent=1, ensure_ascii=False) + "\n").encode()
    return writing.zipped({**files, MANIFEST: said})


def file_name(name: str) -> str:
    """``Kim.zip``; ``submission.zip`` where no name was given, or none that a file can have."""
    safe = UNNAMEABLE.sub("_", unicodedata.normalize("NFC", name))
    safe = safe.encode(errors="replace")[:LONGEST].decode(errors="ignore").strip("._ ")
    device = "_" if DEVICES.fullmatch(safe) else ""
    return f"{safe or 'submission'}{device}.zip"


def submitted_at(path: Path) -> str | None:
    """When the zip at ``path`` was made by this module; None where it is anything else."""
    try:
        with zipfile.ZipFile(path) as archive:
            contents = json.loads(archive.read(MANIFEST))
        return str(contents["submitted"]) if contents["format"] == FORMAT else None
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError, LookupError, TypeError):
        return None
