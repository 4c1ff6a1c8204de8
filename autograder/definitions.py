"""Where a student's file defines a function, also in a file that does not parse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from .places import ROOT

DEFINITION = re.compile(rb"^(?:async )?def (\w+)", re.MULTILINE)


def line_of(source: bytes, function: str) -> int | None:
    """The line of a function's last definition, which is the one that counts; None without one."""
    found = [one for one in DEFINITION.finditer(source) if one[1] == function.encode()]
    return source.count(b"\n", 0, found[-1].start()) + 1 if found else None


def blocks(source: bytes) -> Mapping[str, bytes]:
    """By name, the text of each top-level function up to the next one; "" is what comes before."""
    starts = [(0, ""), *((one.start(), one[1].decode()) for one in DEFINITION.finditer(source))]
    ends = [*(start for start, _ in starts[1:]), len(source)]
    return {name: source[start:end] for (start, name), end in zip(starts, ends, strict=True)}


def place(file: Path, function: str) -> str:
    """``assignment/activations.py:12``; the file alone where it does not define the function."""
    try:
        line = line_of(file.read_bytes(), function)
        shown = file.resolve().relative_to(ROOT).as_posix()
    except OSError:
        return str(file)
    except ValueError:  # somewhere else than in this copy
        shown = str(file)
    return f"{shown}:{line}" if line else shown
