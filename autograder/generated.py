"""Files that are made from others and committed: which are stale, and writing them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def stale(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Names, relative to ``folder``, of files that are missing or differ from what should be."""
    return [name for name, content in files.items() if _read(folder / name) != content]


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def write(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Write those that are stale; their names."""
    changed = stale(files, folder)
    for name in changed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(files[name])
    return changed
