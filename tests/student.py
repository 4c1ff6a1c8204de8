"""A student's working folder for tests: functions in it are solved, wrong or untouched."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("autograder", "assignment", "data/recorded", "course.py")


def copy_to(folder: Path) -> Path:
    """What a student's own check needs, with untouched stubs."""
    for part in PARTS:
        source, target = ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return folder


def write(folder: Path, functions: dict[str, str]) -> None:
    """Put functions into the student's files: from the reference, or with the given source."""
    for name, source in functions.items():
        path = next(
            p for p in (folder / "assignment").glob("*.py") if f"def {name}(" in p.read_text()
        )
        new = source or function(ROOT / "solutions" / path.name, name)
        old = function(path, name)
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def solved(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "")


def function(path: Path, name: str) -> str:
    """The text of a top-level function."""
    found = re.search(
        rf"^def {name}\(.*?(?=^def |\Z)", path.read_text(encoding="utf-8"), re.M | re.S
    )
    assert found is not None, name
    return found[0]
