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


def shown(path: Path) -> str:
    """A path as people type it in this copy; in full where it leads elsewhere."""
    path = path.resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
