"""The autograder zip that Gradescope runs: the grader with its answers, and two scripts.

It holds the references and the seed of the grade of record: it is for Gradescope and nobody else.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from ...places import ROOT

HERE = Path(__file__).parent
SCRIPTS = ("setup.sh", "run_autograder")
FOLDERS = ("autograder", "solutions", "data/recorded")
FILES = ("course.py", "requirements.txt", "LICENSE", "data/digits.npz")
LEFT_OUT = {"__pycache__", "notebooks", "bundle"}
DATE = (2020, 1, 1, 0, 0, 0)  # always the same: equal contents make equal files


def write_archive(file: Path, seed: int, language: str) -> int:
    """Write the zip, in one piece; returns the number of files in it."""
    part = file.with_name(f"{file.name}.part")
    settings = f"SEED={seed}\nLANGUAGE={language}\n"
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "settings", settings.encode())
        for name in SCRIPTS:
            _add(archive, name, (HERE / name).read_bytes(), 0o755)
        for path in _grader():
            _add(archive, path.relative_to(ROOT).as_posix(), path.read_bytes())
        count = len(archive.namelist())
    part.replace(file)
    return count


def _grader() -> Iterator[Path]:
    """What grading needs of this repository."""
    yield from (ROOT / name for name in FILES)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and not LEFT_OUT & set(path.relative_to(ROOT).parts[:-1]):
                yield path


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = zipfile.ZipInfo(name, DATE)
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)
