"""References to stubs: what stands between the markers becomes an unsolved function."""

from __future__ import annotations

import re
from pathlib import Path

from . import generated
from .model import Unusable, text
from .places import ASSIGNMENT, SOLUTIONS, STUBS, is_students_copy

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
_DEFINES = re.compile(r"def (\w+)\(")


def stub(source: str) -> str:
    """``source`` with each marked region replaced; a file without regions is unchanged.

    Raises :class:`Unusable` for a region that is not closed, or not inside a function.
    """
    kept: list[str] = []
    function, inside = "", False
    for number, line in enumerate(source.splitlines(keepends=True), 1):
        mark = line.strip()
        if found := _DEFINES.match(line):
            function = found[1]
        if (mark == BEGIN and (inside or not function)) or (mark == END and not inside):
            raise Unusable(text("line {number}: {mark} out of place", number=number, mark=mark))
        if mark == BEGIN:
            inside = True
            indent = line[: line.index("#")]
            kept.append(f'{indent}raise NotImplementedError("{function} is not written yet")\n')
        elif mark == END:
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise Unusable(text("{function}: {mark} is missing", function=function, mark=END))
    return "".join(kept)


def stubs() -> dict[str, str]:
    """The assignment's Python files by name, as they should be."""
    return {
        path.name: stub(path.read_text(encoding="utf-8"))
        for path in sorted(SOLUTIONS.glob("[!_]*.py"))
    }


def untouched() -> dict[str, bytes]:
    """The assignment's Python files by name, as students are given them, in either edition."""
    if is_students_copy():
        return {path.name: path.read_bytes() for path in sorted(STUBS.glob("*.py"))}
    return {name: source.encode() for name, source in stubs().items()}


def stale(folder: Path = ASSIGNMENT) -> list[str]:
    """Names of files in ``folder`` that are missing or differ from what should be there."""
    return generated.stale(_contents(), folder)


def write(folder: Path = ASSIGNMENT) -> list[str]:
    """Write the stubs that are missing or differ; their names."""
    return generated.write(_contents(), folder)


def _contents() -> dict[str, bytes]:
    return {name: source.encode() for name, source in stubs().items()}
