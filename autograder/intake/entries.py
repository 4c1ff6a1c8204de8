"""The files in a folder or a zip, by name and unread; nothing is extracted, no link is followed."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from ..model import Text, text

MAX_FILE = 2**20  # bytes; an honest exercise file has some 10,000
MAX_TOTAL = 8 * 2**20
MAX_FILES = 200
MAX_DEPTH = 3  # kim/assignment/activations.py inside a zip
MAX_SEEN = 1000  # files of any kind that are remembered, to say what is there
MAX_FOLDERS = 1000  # that are looked into for files that lie too deep
IGNORED = ("__pycache__", "__MACOSX")


@dataclass(frozen=True)
class Entry:
    """A file that could be read: its place in the submission and how to get at most N bytes."""

    path: PurePosixPath
    read: Callable[[int], bytes]


@dataclass
class Intake:
    """What is looked for in one submission, what was seen there and what to say about it.

    ``too_deep`` is a folder that has wanted files and lies too deep to be looked for.
    """

    wanted: frozenset[str]
    notes: list[Text] = field(default_factory=list)
    seen: list[PurePosixPath] = field(default_factory=list)
    too_deep: PurePosixPath | None = None

    def see(self, path: PurePosixPath) -> None:
        hidden = any(part.startswith(".") for part in path.parts)
        if not hidden and len(self.seen) < MAX_SEEN:
            self.seen.append(path)

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
        folders[:] = visible(folders) if depth + 1 < MAX_DEPTH else []
        for name in sorted(names):
            path = Path(place, name)
            inside = PurePosixPath(path.relative_to(folder).as_posix())
            intake.see(inside)
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


def visible(folders: Iterable[str]) -> list[str]:
    return sorted(name for name in folders if not name.startswith(".") and name not in IGNORED)


def look_deeper(folder: Path, intake: Intake) -> None:
    """Where nothing was found: whether the files lie deeper than :func:`folder_entries` looks."""
    for place, folders, names in islice(os.walk(folder), MAX_FOLDERS):
        folders[:] = visible(folders)
        within = Path(place).relative_to(folder)
        if len(within.parts) >= MAX_DEPTH and intake.wanted & set(names):
            intake.too_deep = PurePosixPath(within.as_posix())
            return


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
        if not path.parts or member.is_dir() or set(path.parts) & set(IGNORED):
            continue
        intake.see(path)
        if path.suffix != ".py":
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
        elif path.name in intake.wanted:
            intake.too_deep = path.parent


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    with archive.open(member) as file:
        return file.read(limit)
