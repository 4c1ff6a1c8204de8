"""Filling in another system's table: whose result belongs in which row, and what is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..model import GraderError, Text, Unusable, text
from .result import Person
from .roster import Directory, one_line
from .sheets import folded

MOST_NAMED = 10


@dataclass(frozen=True)
class Entry:
    """What goes into one student's row: little, so that a class of any size has room."""

    person: Person
    final: int | None
    feedback: str = ""


class FewFound(GraderError):
    """Fewer than half of the students are in the table; ``written`` says that it was written."""

    def __init__(self, written: Text, sentence: Text) -> None:
        super().__init__(sentence)
        self.written = written


@dataclass(frozen=True)
class Filling:
    """The entry of each row, where there is one, and the students who are in no row."""

    path: Path
    found: list[Entry | None]
    nowhere: list[Person]

    def told(self, file: Path) -> Text:
        """What was written. Raises FewFound where it lacks most of the class."""
        found = sum(one is not None for one in self.found)
        count = found + len(self.nowhere)
        if 2 * found >= count:
            return self._written(file)
        raise FewFound(
            self._written(file),
            text(
                "of {count:,} students only {found:,} are in {path}: give a --roster with a column "
                "of what {path} knows them by, such as the login in Canvas or the e-mail address "
                "in Moodle",
                count=count,
                found=found,
                path=self.path,
            ),
        )

    def _written(self, file: Path) -> Text:
        marks = sum(one is not None and one.final is not None for one in self.found)
        done = text(
            "{file} with {marks:,} marks in {rows:,} rows",
            file=file,
            marks=marks,
            rows=len(self.found),
        )
        if not self.nowhere:
            return done
        return text(
            "{done}; not in {path}: {names} ({count:,} in all). Give a --roster with a column that "
            "{path} has too, such as the e-mail address",
            done=done,
            path=self.path,
            names=", ".join(person.name for person in self.nowhere[:MOST_NAMED]),
            count=len(self.nowhere),
        )


def filled(path: Path, rows: Iterable[Sequence[str]], entries: Iterable[Entry]) -> Filling:
    """Find each row's entry by the cells that name its student.

    Raises Unusable where two rows name one student: one of them is somebody else's.
    """
    rows = list(rows)
    by_key = {entry.person.key: entry for entry in entries}
    directory = Directory.of(entry.person for entry in by_key.values())
    keys = [directory.find(cells) for cells in rows]
    counts = Counter(key for key in keys if key is not None)
    for key, count in counts.most_common(1):
        if count > 1:
            raise Unusable(
                text(
                    "{path}: {count} rows are of {key}: give a --roster that tells them apart",
                    path=path,
                    count=count,
                    key=key,
                )
            )
    _refuse_shared(path, rows, directory)
    nowhere = [entry.person for key, entry in by_key.items() if key not in counts]
    return Filling(path, [None if key is None else by_key[key] for key in keys], nowhere)


def _refuse_shared(path: Path, rows: Sequence[Sequence[str]], directory: Directory) -> None:
    """Two rows with one student's login or address: even if names tell them apart, it is wrong."""
    first: dict[tuple[int, str], int] = {}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            key = directory.identified(cell)
            if key is None or (other := first.setdefault((column, folded(cell)), number)) == number:
                continue
            raise Unusable(
                text(
                    "{path}: {first} and {second} both have {cell}, by which {key} is known: "
                    "correct the one that is wrong",
                    path=path,
                    first=one_line(rows[other][0]),
                    second=one_line(row[0]),
                    cell=one_line(cell),
                    key=key,
                )
            )
