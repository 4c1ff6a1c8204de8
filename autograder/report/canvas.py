"""Canvas: a column of marks to upload, made from the export of the instructor's gradebook.

The columns up to Section name the student, and Section has to be the last of them; see Canvas's
``lib/gradebook_importer.rb``. Only the column of this assignment is written: no other mark changes.
Canvas deletes a mark where a cell is empty, so what stands in the export stays where we have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from ..model import Text, Unusable, text
from ..policies.file import refuse_unknown
from .filling import Entry, filled
from .result import Results, Writer
from .sheets import Sheet, folded, number_in, read_sheet, write_sheet

FILE = "canvas.csv"
SECTION = "Section"
# Canvas computes columns of these names itself and silently drops what is uploaded in them.
COMPUTED = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
POINTS = "points possible"
READ_ONLY = "read only"


def canvas(export: Path, title: str | None, most: int) -> Writer:
    """Fill in the assignment ``title``, worth ``most``. Raises Unusable where Canvas would not."""
    sheet = read_sheet(export)
    students = _student_columns(sheet)
    column = _assignment(sheet, students, title)
    points = next((row for row in sheet.rows if folded(row[0]).startswith(POINTS)), None)
    if points is not None:
        _check_points(export, sheet.header[column], points[column], most)
    return partial(_write, sheet, students, column, points)


def _student_columns(sheet: Sheet) -> int:
    """How many columns say who it is."""
    end = sheet.header.index(SECTION) + 1 if SECTION in sheet.header else 0
    if "ID" not in sheet.header[:end]:
        raise Unusable(
            text(
                "{path} is no export of a Canvas gradebook: it needs the columns Student, ID and "
                "Section; download it in Canvas by Grades, Export",
                path=sheet.path,
            )
        )
    return end


def _assignment(sheet: Sheet, students: int, title: str | None) -> int:
    """Where the assignment is: by its header, with or without the number at its end."""
    columns = {name: at for at, name in enumerate(sheet.header) if at >= students and name}
    known = [name for name in columns if not COMPUTED.search(name)]
    if title is None and len(known) != 1:
        raise Unusable(
            text(
                "say which column of {path} it is, by --canvas-column; there are: {known}",
                path=sheet.path,
                known=", ".join(known[:10]) or "-",
            )
        )
    wanted = known[0] if title is None else title
    if COMPUTED.search(wanted):
        raise Unusable(
            text("Canvas drops what is uploaded as {name}: rename the assignment", name=wanted)
        )
    plain = {re.sub(r" \(\d+\)$", "", name): name for name in known}
    refuse_unknown([wanted], [*known, *plain], sheet.path)
    return columns[plain.get(wanted, wanted)]


def _check_points(export: Path, name: str, cell: str, most: int) -> None:
    if READ_ONLY in folded(cell):
        raise Unusable(
            text("{path}: {name} is read-only in Canvas: choose another", path=export, name=name)
        )
    if cell.strip() and number_in(cell) != most:
        raise Unusable(
            text(
                "{name} is worth {theirs} points in {path} and {ours} here: make it {ours} there",
                name=name,
                theirs=cell.strip(),
                path=export,
                ours=most,
            )
        )


def _write(
    sheet: Sheet,
    students: int,
    column: int,
    points: Sequence[str] | None,
    results: Results,
    out: Path,
) -> Text:
    rows = [row for row in sheet.rows if row is not points and any(row[:students])]
    names = (row[: students - 1] for row in rows)  # a section names nobody
    filling = filled(sheet.path, names, (Entry(one.person, one.final) for one in results()))

    def lines() -> Iterator[list[object]]:
        if points is not None:
            yield [*points[:students], points[column]]
        for row, entry in zip(rows, filling.found, strict=True):
            final = None if entry is None else entry.final
            yield [*row[:students], row[column] if final is None else final]

    header = [*sheet.header[:students], sheet.header[column]]
    write_sheet(out / FILE, header, lines(), delimiter=sheet.delimiter, mark=sheet.mark)
    return filling.told(out / FILE)
