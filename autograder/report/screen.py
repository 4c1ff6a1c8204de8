"""Lines to a terminal: painted where colours are wanted, and they only repeat what words say."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

from ..language import say

RED, GREEN, YELLOW, MAGENTA, BOLD = 31, 32, 33, 35, 1  # of ECMA-48, "select graphic rendition"
MARKERS = {"PASS": GREEN, "FAIL": RED, "TODO": YELLOW, "WAIT": YELLOW, "OURS": MAGENTA}
MARKER = re.compile(r"\[(PASS|FAIL|TODO|WAIT|OURS)\]")
BAR = re.compile(r"\[(#+)(\.*)\]")
LABELS = ("Cause", "Next", "Read", "Then", "Where")
PYTHON = "python" if sys.platform == "win32" else "python3"


def command(words: str) -> str:
    """What a student types, as it is typed on this system."""
    return f"{PYTHON} course.py {words}".rstrip()


def be_plain() -> None:
    """No colours from now on, here and in what this process starts (https://no-color.org)."""
    os.environ["NO_COLOR"] = "1"


def is_lively(stream: TextIO | None = None) -> bool:
    """Whether people look at ``stream``, on a terminal that shows colours and moves its cursor."""
    stream = sys.stdout if stream is None else stream
    environment = os.environ
    unwanted = environment.get("NO_COLOR") or environment.get("CI")
    return not unwanted and environment.get("TERM") != "dumb" and stream.isatty() and _enabled()


def _enabled() -> bool:
    """Windows' own console understands colours once a program has asked for them."""
    if sys.platform == "win32":
        os.system("")
    return True


def show(lines: Iterable[str]) -> None:
    """Print lines as they come."""
    paint = painted if is_lively() else str
    for line in lines:
        print(paint(harmless(line)), flush=True)


def harmless(line: str) -> str:
    """What a student's code says may hold no orders for a terminal: they are shown as escapes."""
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def painted(line: str) -> str:
    line = MARKER.sub(lambda found: paint(found[0], MARKERS[found[1]]), line)
    line = BAR.sub(lambda found: f"[{paint(found[1], GREEN)}{found[2]}]", line)
    first, space, rest = line.partition(" ")
    of_question = first.isidentifier() and rest.lstrip().startswith("\x1b")
    if of_question or first in map(say, LABELS):
        return f"{paint(first, BOLD)}{space}{rest}"
    return line


def paint(words: str, *codes: int) -> str:
    return f"\x1b[{';'.join(map(str, codes))}m{words}\x1b[0m"
