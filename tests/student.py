"""A student's working folder for tests: functions in it are solved, wrong or untouched."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from autograder import release
from autograder.cli import STUDENT

ROOT = Path(__file__).resolve().parents[1]


def copy_to(folder: Path) -> Path:
    """A copy as `release` makes it, with untouched stubs."""
    for path, data in contents().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@cache
def contents() -> dict[str, bytes]:
    return release.contents(STUDENT)


def solve(folder: Path) -> None:
    """Put every reference in place of the student's file."""
    for path in (ROOT / "solutions").glob("[!_]*.py"):
        (folder / "assignment" / path.name).write_bytes(path.read_bytes())


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
