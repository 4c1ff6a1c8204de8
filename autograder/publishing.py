"""A release into a folder that is empty or holds an earlier one: what is new there is written.

The checker is nobody's to change and always becomes the new one. Of everything else, what somebody
has changed stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import manifest, writing
from .manifest import CHECKER, Manifest
from .model import Unusable, text
from .places import MANIFEST, ROOT

OWN = MANIFEST.relative_to(ROOT).as_posix()
GIT = ".git"  # a repository that waits for its first files counts as empty


@dataclass(frozen=True)
class Update:
    """What becomes of a folder: files to write and to remove; ``kept`` were changed by somebody."""

    write: dict[str, bytes]
    remove: list[str]
    kept: list[str]


def update(folder: Path, files: dict[str, bytes]) -> Update:
    """Compare a release with what is in ``folder``; nothing is written.

    Raises :class:`Unusable` where that is neither empty nor an earlier release.
    """
    before = earlier(folder)

    def is_changed(path: str) -> bool:
        file = folder / path
        if path.startswith(CHECKER) or not file.is_file():
            return False
        return manifest.digest(file.read_bytes()) != before.files.get(path)

    fresh = {path for path, data in files.items() if not same(folder / path, data)} - {OWN}
    gone = {path for path in before.files if path not in files and (folder / path).is_file()}
    kept = sorted(filter(is_changed, fresh | gone))
    write = {path: files[path] for path in sorted(fresh - set(kept))}
    return Update({**write, OWN: files[OWN]}, sorted(gone - set(kept)), kept)


def earlier(folder: Path) -> Manifest:
    """The release that is in ``folder``; one without files where the folder is empty."""
    if not folder.exists() or {path.name for path in folder.iterdir()} <= {GIT}:
        return Manifest("", {}, {})
    found = manifest.read(folder / OWN)
    if found is None:
        raise Unusable(
            text(
                "{folder} is not empty and no earlier release: give another folder, or empty it",
                folder=folder,
            )
        )
    return found


def same(file: Path, data: bytes) -> bool:
    return file.is_file() and file.read_bytes() == data


def carry_out(update: Update, folder: Path) -> None:
    """Write and remove. A first release cut short is still known as one by its empty manifest."""
    (folder / OWN).parent.mkdir(parents=True, exist_ok=True)
    if not (folder / OWN).exists():
        writing.replace(folder / OWN, manifest.written(Manifest("", {}, {})))
    for path, data in update.write.items():  # the manifest comes last
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        writing.replace(folder / path, data)
    for path in update.remove:
        (folder / path).unlink()
