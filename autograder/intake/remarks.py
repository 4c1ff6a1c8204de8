"""What is said of a submission: of what is not there, and of what is there and is not taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from ..model import Text, text
from .entries import MAX_DEPTH, MAX_FILES, MAX_TOTAL, Entry, Intake
from .naming import LONGEST, few

MOST = 3  # remarks of one kind
# They have files of these names too, if a student hands in all that was given out.
OUR_FOLDERS = {"autograder", "stubs"}
WORD = re.compile(r"[^\W\d_]+")
ADDED = {"copy", "of", "final", "new", "txt", "복사본", "사본"}  # by systems and by people


def nothing_in(path: Path, intake: Intake) -> Text:
    """Why a submission cannot be graded: what is there instead of the wanted files."""
    remarks = [*intake.notes[:MOST], *too_deep(intake), *to_rename(intake)]
    return text(
        "{path} has none of {first}, ... ({count} files); {remarks}",
        path=path,
        first=min(intake.wanted),
        count=len(intake.wanted),
        remarks=remarks or [instead(intake)],
    )


def instead(intake: Intake) -> Text:
    if not intake.seen:
        return text("it is empty")
    return text("it has: {names}", names=few(shallowest_first(intake.seen)))


def shallowest_first(paths: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    return sorted(paths, key=lambda path: (len(path.parts), str(path)))


def too_deep(intake: Intake) -> Iterator[Text]:
    if intake.too_deep is not None:
        yield text(
            "they lie in {place}: move them up, to at most {limit} folders deep",
            place=intake.too_deep,
            limit=MAX_DEPTH - 1,
        )


def to_rename(intake: Intake) -> Iterator[Text]:
    if pairs := list(near_misses(intake.wanted, intake.seen)):
        names, found = zip(*pairs, strict=True)
        yield text("there is {found}: rename to {names}", found=few(found), names=few(names))


def near_misses(
    wanted: Iterable[str], seen: Iterable[PurePosixPath]
) -> Iterator[tuple[str, PurePosixPath]]:
    """Wanted files that are not there, and what has nearly that name: a copy, or in capitals."""
    alike: dict[str, PurePosixPath] = {}
    for path in shallowest_first(seen):
        alike.setdefault(likeness(path.name), path)
    for name in sorted(wanted):
        found = alike.get(likeness(name))
        if found is not None and found.name != name:  # else there is a reason to leave it out
            yield name, found


def renamed(root: PurePosixPath, intake: Intake, taken: Mapping[str, bytes]) -> list[Text]:
    """A note for each file that would be taken under its right name."""
    missing = intake.wanted - taken.keys()
    here = [path for path in intake.seen if missing and path.parent == root]
    return [
        text("{name} is missing; there is {found}: rename it", name=name, found=few([path.name]))
        for name, path in near_misses(missing, here)
    ]


def likeness(name: str) -> str:
    """What spellings of one file's name have in common.

    >>> likeness("Deep-Network (1) - Copy.py") == likeness("deep_network.py")
    True
    """
    words = WORD.findall(unicodedata.normalize("NFC", name[:LONGEST]).casefold())
    return "".join(word for word in words if word not in ADDED)


def other_copies(
    name: str, root: PurePosixPath, entries: Iterable[Entry], taken: Mapping[str, bytes]
) -> list[Text]:
    """A note if files of these names lie in further folders and are not those that are taken."""
    differing: set[PurePosixPath] = set()
    compared = Comparison(taken)
    for entry in entries:
        folder = entry.path.parent
        if folder not in differing and folder != root and not _is_nobodys(folder):
            differing |= {folder} if compared.differs(entry) else set()
    if not differing:
        return []
    return [
        text(
            "the files in {taken} are graded, not the other ones in {others}: hand in one copy",
            taken=few([PurePosixPath(name, root)]),
            others=few([PurePosixPath(name, folder) for folder in sorted(differing)]),
        )
    ]


def _is_nobodys(folder: PurePosixPath) -> bool:
    """Whether a program keeps it, such as an editor or this one, and not the student."""
    return any(part.startswith(".") or part in OUR_FOLDERS for part in folder.parts)


class Comparison:
    """Files against those that are taken; what would be too much to read counts as another."""

    def __init__(self, taken: Mapping[str, bytes]) -> None:
        self.taken = taken
        self.files = self.bytes = 0

    def differs(self, entry: Entry) -> bool:
        ours = self.taken.get(entry.path.name)
        if ours is None or self.files >= MAX_FILES or self.bytes + len(ours) > MAX_TOTAL:
            return True
        self.files += 1
        self.bytes += len(ours)
        try:
            return entry.read(len(ours) + 1) != ours
        except Exception:  # as where it is taken
            return True
