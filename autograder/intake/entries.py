"""The files in a folder or a zip, by name and unread; nothing is extracted, no link is followed."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from ..model import Text, text

MAX_FILE = 2**20  # bytes; an honest exercise file has some 10,000
MAX_DEPTH = 3  # kim/assignment/activations.py inside a zip
IGNORED = ("__pycache__", "__MACOSX")


@dataclass(frozen=True)
class Entry:
    """A file that could be read: its place in the submission and how to get at most N bytes."""

    path: PurePosixPath
    read: Callable[[int], bytes]


@dataclass
class Intake:
    """What is looked for in one submission, and what there is to say about it."""

    wanted: frozenset[str]
    notes: list[Text] = field(default_factory=list)

    def leave_out(self, path: object, reason: Text) -> None:
        self.notes.append(text("{file}: {reason}; it is left out", file=path, reason=reason))

    def unreadable(self, path: object, error: BaseException) -> None:
        reason = getattr(error, "strerror", None) or str(error)
        self.leave_out(path, text("cannot be read ({error})", error=reason))


def root_of(paths: Iterable[PurePosixPath], wanted: frozenset[str]) -> PurePosixPath | None:
    """The shallowest folder with a wanted file in it; the first by name among equals."""
    folders = {path.parent for path in paths if path.name in wanted}
    return min(folders, key=lambda folder: (len(folder.parts), str(folder)), default=None)


def folder_entries(folder: Path, intake: Intake) -> Iterator[Entry]:
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        hidden = {name for name in folders if name.startswith(".") or name in IGNORED}
        folders[:] = sorted(set(folders) - hidden) if depth + 1 < MAX_DEPTH else []
        for name in sorted(names):
            path = Path(place, name)
            inside = PurePosixPath(path.relative_to(folder).as_posix())
            if not name.endswith(".py"):
                continue
            try:
                regular = stat.S_ISREG(path.lstat().st_mode)
            except OSError as error:
                intake.unreadable(inside, error)
                continue
            if regular:
                yield Entry(inside, partial(_read_regular, path))
            else:
                intake.leave_out(inside, text("not a regular file"))
        for name in folders:
            if name.endswith(".py"):
                intake.leave_out(PurePosixPath(name), text("not a regular file"))


def _read_regular(path: Path, limit: int) -> bytes:
    """At most ``limit`` bytes; a file swapped for a link or a pipe in the meantime is refused."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return file.read(limit)


def zip_entries(archive: zipfile.ZipFile, intake: Intake) -> Iterator[Entry]:
    seen: set[str] = set()
    for member in archive.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir() or path.suffix != ".py" or set(path.parts) & set(IGNORED):
            continue
        kind = stat.S_IFMT(member.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            intake.leave_out(path, text("its name leads out of the archive"))
        elif str(path) in seen:
            intake.leave_out(path, text("a second file of the same name"))
        elif kind not in (0, stat.S_IFREG):
            intake.leave_out(path, text("not a regular file"))
        elif member.file_size > MAX_FILE:
            intake.leave_out(path, text("larger than {limit} bytes", limit=MAX_FILE))
        elif len(path.parts) <= MAX_DEPTH:
            seen.add(str(path))
            yield Entry(path, partial(_read_member, archive, member))


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(member) as file:
        return file.read(limit)
