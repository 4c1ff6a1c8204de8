"""A folder or a zip to a submission: regular files by name, capped before they are read.

Nothing is extracted and nothing is followed. What cannot be used is left out and said.
"""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from .model import Text, Unusable, text

MAX_FILE = 2**20  # bytes; an honest exercise file has some 10,000
MAX_TOTAL = 8 * 2**20
MAX_FILES = 200
MAX_DEPTH = 3  # kim/assignment/activations.py inside a zip
IGNORED = ("__pycache__", "__MACOSX")


@dataclass(frozen=True)
class Submission:
    """A student's Python files by name; ``notes`` say what was left out and why."""

    name: str
    files: Mapping[str, bytes]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A file that could be read: its place in the submission and how to get at most N bytes."""

    path: PurePosixPath
    read: Callable[[int], bytes]


@dataclass
class _Intake:
    wanted: frozenset[str]
    notes: list[Text] = field(default_factory=list)

    def leave_out(self, path: object, reason: Text) -> None:
        self.notes.append(text("{file}: {reason}; it is left out", file=path, reason=reason))


def find(path: Path, wanted: Iterable[str]) -> Iterator[Path]:
    """The submissions at ``path``: itself, or the folders and zips in it, by name.

    ``wanted`` are the file names that make a folder a submission. Raises :class:`Unusable` at once
    where there is nothing to grade, naming the remedy. Each :class:`Path` is made when it is asked
    for: all of them at once take more memory than all else that a class needs.
    """
    if not path.exists():
        raise Unusable(text("{path} does not exist: check the spelling", path=path))
    if path.is_file():
        if path.suffix.lower() != ".zip":
            raise Unusable(
                text("{path} is not a folder or a zip: give the folder that holds it", path=path)
            )
        return iter([path])
    names = frozenset(wanted)
    if _root(_below(path), names) is not None:
        return iter([path])
    with os.scandir(path) as entries:
        children = sorted(entry.name for entry in entries if _may_be_submission(entry))
    if not children:
        raise Unusable(
            text(
                "{path} holds no submission: expected {names}, or folders or zips with them",
                path=path,
                names=", ".join(sorted(names)),
            )
        )
    return (path / child for child in children)


def _may_be_submission(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in IGNORED or entry.is_symlink():
        return False
    return entry.is_dir() or entry.name.lower().endswith(".zip")


def name_of(path: Path) -> str:
    """The student's name: that of the folder, or of the zip without its ending.

    Files are named after it, so "..", of a zip called "...zip", is none.
    """
    zipped = path.suffix.lower() == ".zip" and not path.is_dir()  # also if it has gone meanwhile
    name = unicodedata.normalize("NFC", path.stem if zipped else path.resolve().name)
    return name if name.strip(".") else f"{name}zip"


def read(path: Path, wanted: Iterable[str]) -> Submission:
    """Read one submission. Raises :class:`Unusable` where it has none of the wanted files."""
    intake = _Intake(frozenset(wanted))
    if path.is_dir():
        files = _choose(list(_folder_entries(path, intake)), intake)
    else:
        try:
            with zipfile.ZipFile(path) as archive:
                files = _choose(list(_zip_entries(archive, intake)), intake)
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            raise Unusable(
                text("{path} is not a readable zip: {error}", path=path, error=error)
            ) from error
    if not intake.wanted & files.keys():
        raise Unusable(nothing_in(path, intake))
    return Submission(name_of(path), files, tuple(intake.notes))


def nothing_in(path: Path, intake: _Intake) -> Text:
    names = ", ".join(sorted(intake.wanted))
    if not intake.notes:
        return text("{path} has none of {names}", path=path, names=names)
    return text(
        "{path} has none of {names} ({reasons})", path=path, names=names, reasons=intake.notes[:3]
    )


def _choose(entries: list[Entry], intake: _Intake) -> dict[str, bytes]:
    """The Python files of the shallowest folder that has a wanted one."""
    root = _root((entry.path for entry in entries), intake.wanted)
    beside = [entry for entry in entries if entry.path.parent == root]
    beside.sort(key=lambda entry: (entry.path.name not in intake.wanted, entry.path.name))
    files: dict[str, bytes] = {}
    total = 0
    for entry in beside:
        if len(files) >= MAX_FILES or total > MAX_TOTAL:
            intake.leave_out(entry.path, text("the submission is too large"))
            continue
        try:
            data = entry.read(MAX_FILE + 1)
        except (OSError, zipfile.BadZipFile, RuntimeError, EOFError) as error:
            intake.leave_out(entry.path, text("cannot be read ({error})", error=_reason(error)))
            continue
        if len(data) > MAX_FILE:
            intake.leave_out(entry.path, text("larger than {limit} bytes", limit=MAX_FILE))
            continue
        files[entry.path.name] = data
        total += len(data)
    return files


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error)


def _root(paths: Iterable[PurePosixPath], wanted: frozenset[str]) -> PurePosixPath | None:
    """The shallowest folder with a wanted file in it; the first by name among equals."""
    folders = {path.parent for path in paths if path.name in wanted}
    return min(folders, key=lambda folder: (len(folder.parts), str(folder)), default=None)


def _below(folder: Path) -> Iterator[PurePosixPath]:
    """Python files directly in a folder or its ``assignment``: enough to know a submission by."""
    for place in (folder, folder / "assignment"):
        if place.is_dir() and not place.is_symlink():
            for child in place.glob("*.py"):
                yield PurePosixPath(child.relative_to(folder).as_posix())


def _folder_entries(folder: Path, intake: _Intake) -> Iterator[Entry]:
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
                intake.leave_out(inside, text("cannot be read ({error})", error=_reason(error)))
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


def _zip_entries(archive: zipfile.ZipFile, intake: _Intake) -> Iterator[Entry]:
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
