"""Who takes part: the instructor's roster, and whose result a row of another system's table is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..model import Unusable, text
from .result import Person
from .safe import shown
from .sheets import folded, read_sheet

NAMED = ("key", "name", "group")
# How other systems name the folders that they hand out: the number is their own of the student.
MOODLE = re.compile(r"_(\d+)_assignsubmission_")
PARTICIPANT = "moodle's {}"
CANVAS = re.compile(r"[^_]+_(?:LATE_)?(\d+)_\d+_")


def nobody(key: str) -> Person:
    """Of whom only the submission's name is known, and what that itself says."""
    numbers = {
        system: found[1]
        for system, pattern in (("moodle", MOODLE), ("canvas", CANVAS))
        if (found := pattern.search(key))
    }
    return Person(key, one_line(key), identifiers=numbers)


def one_line(name: str) -> str:
    """A name as it can be shown."""
    return " ".join(shown(name).split())


def read_roster(path: Path) -> dict[str, Person]:
    """People by key, from a CSV with the column ``key`` and, as wanted, ``name`` and ``group``.

    Every other column (email, student number, GitHub name) is an identifier of another system.
    """
    sheet = read_sheet(path)
    people: dict[str, Person] = {}
    for number, key, row in sheet.keyed(sheet.column("key")):
        if not is_key(key):
            raise Unusable(
                text(
                    "{path} row {number}: {key} is no key: give each student one without slashes",
                    path=path,
                    number=number,
                    key=shown(key) or '""',
                )
            )
        people[key] = _person(key, dict(zip(sheet.header, row, strict=True)))
    return people


def is_key(key: str) -> bool:
    """Whether a folder of that name is one folder, in the place where it is made."""
    return key not in ("", ".", "..") and not re.search(r"[/\\\x00-\x1f]", key)


def _person(key: str, row: Mapping[str, str]) -> Person:
    others = {name: cell.strip() for name, cell in row.items() if name not in NAMED and cell}
    return Person(
        key,
        one_line(row.get("name", "")) or one_line(key),
        one_line(row.get("group", "")),
        {**nobody(key).identifiers, **others},
    )


@dataclass
class Directory:
    """Finds people by what another system calls them: identifiers and keys, else a name."""

    by_identifier: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, people: Iterable[Person]) -> Directory:
        found = cls()
        for person in people:
            names = {PARTICIPANT.format(person.identifiers.get("moodle"))}
            for identifier in (person.key, *person.identifiers.values(), *names):
                found.by_identifier[folded(identifier)].add(person.key)
            found.by_name[folded(person.name)].add(person.key)
        return found

    def identified(self, cell: str) -> str | None:
        """The key of the one person who is known by that, unless it is a name as well."""
        known = folded(cell)
        keys = self.by_identifier.get(known, ()) if known and known not in self.by_name else ()
        return next(iter(keys)) if len(keys) == 1 else None

    def find(self, cells: Sequence[str]) -> str | None:
        """The key of the one person that these cells name; None where it is nobody or several.

        Where an identifier says one and the name says another, it is nobody: numbers of different
        systems may be equal.
        """
        names = list(_names(cells))
        identified, named = (
            set().union(*(known[name] for name in names if name in known))
            for known in (self.by_identifier, self.by_name)
        )
        keys = identified & named if identified and named else identified | named
        return keys.pop() if len(keys) == 1 else None


def _names(cells: Iterable[str]) -> Iterator[str]:
    """Each cell; "Kim, Minjun" also as "Minjun Kim", and "Teilnehmer/in 123" as Moodle's 123."""
    for cell in filter(None, map(folded, cells)):
        yield cell
        last, comma, first = cell.partition(", ")
        if comma:
            yield f"{first} {last}"
        if number := re.fullmatch(r"\D+(\d+)", cell):
            yield PARTICIPANT.format(number[1])
