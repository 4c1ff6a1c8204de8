"""Tables as CSV: an instructor's are read, and ours are such that nothing in them runs."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..model import Unusable, text
from .safe import shown

# Also the full-width signs, which some spreadsheets take for the others.
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)?%?)?")  # or a lone sign: no formula


@dataclass(frozen=True)
class Sheet:
    """A table with its header; every row is as long as that. ``mark``: it began with a BOM."""

    path: Path
    header: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    mark: bool = False

    def column(self, name: str) -> int:
        """Where a column is. Raises Unusable where there is none of that name."""
        if name in self.header:
            return self.header.index(name)
        missing = text("{path} has no column {name}", path=self.path, name=name)
        for close in get_close_matches(name, self.header, 1):
            raise Unusable(text("{missing}: rename {close} to that", missing=missing, close=close))
        known = ", ".join(self.header[:10])
        raise Unusable(text("{missing}; it has: {known}", missing=missing, known=known))

    def keyed(self, column: int) -> Iterator[tuple[int, str, list[str]]]:
        """Each row's number, key and cells, in NFC. Raises Unusable where a key comes again."""
        numbers: dict[str, int] = {}
        for number, cells in enumerate(self.rows, 2):
            row = [*map(composed, cells)]
            key = row[column].strip()
            if (first := numbers.setdefault(key, number)) != number:
                raise Unusable(
                    text(
                        "{path}: {key} stands in rows {first} and {second}: leave one of them",
                        path=self.path,
                        key=shown(key) or '""',
                        first=first,
                        second=number,
                    )
                )
            yield number, key, row


def read_sheet(path: Path) -> Sheet:
    """Read UTF-8 with or without BOM; columns are separated by what the header has most of."""
    try:
        data = path.read_bytes()
        lines = io.StringIO(data.decode("utf-8-sig"), newline="")
        delimiter = max(",;\t", key=lines.readline().count)
        lines.seek(0)
        found = [row for row in csv.reader(lines, delimiter=delimiter, strict=True) if any(row)]
    except UnicodeDecodeError as error:
        raise Unusable(
            text("{path} is not UTF-8: save it as CSV UTF-8 and try again", path=path)
        ) from error
    except FileNotFoundError as error:
        raise Unusable(text("there is no file {path}", path=path)) from error
    except (OSError, csv.Error) as error:
        raise Unusable(
            text("{path} cannot be read as CSV ({error})", path=path, error=error)
        ) from error
    if not found:
        raise Unusable(text("{path} is empty: the first row has to name the columns", path=path))
    header = [cell.strip() for cell in found[0]]
    rows = [(row + [""] * len(header))[: len(header)] for row in found[1:]]
    return Sheet(path, header, rows, delimiter, data.startswith(b"\xef\xbb\xbf"))


def write_sheet(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    delimiter: str = ",",
    mark: bool = False,
) -> int:
    """Write in one piece, as rows come; every cell harmless. Returns how many rows there were."""
    part = path.with_name(f"{path.name}.part")
    count = 0
    encoding = "utf-8-sig" if mark else "utf-8"
    with part.open("w", encoding=encoding, errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(map(harmless, header))
        for row in rows:
            writer.writerow(["" if cell is None else harmless(str(cell)) for cell in row])
            count += 1
    part.replace(path)
    return count


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run as a formula."""
    if not FORMULA.match(cell) or NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def composed(cell: str) -> str:
    """As submissions are named: in NFC, which macOS does not write."""
    return unicodedata.normalize("NFC", cell)


def folded(cell: str) -> str:
    """What two spellings of one name or identifier have in common."""
    return " ".join(composed(cell).casefold().split())


def number_in(cell: str) -> float | None:
    """The number that a cell is, with a point or a comma; None where it is none."""
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None
