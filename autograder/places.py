"""Where things lie: the repository, and the student's copy that ``release`` makes of it.

A student's copy has no ``solutions/``; the untouched stubs lie in ``data/stubs`` there.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = ROOT / "assignment"
SOLUTIONS = ROOT / "solutions"
NOTEBOOKS = SOLUTIONS / "notebooks"
RECORDED = ROOT / "data" / "recorded"
STUBS = ROOT / "data" / "stubs"  # in a student's copy only
MANIFEST = ROOT / "data" / "manifest.json"  # the same


def is_students_copy() -> bool:
    return MANIFEST.is_file()
