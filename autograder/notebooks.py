"""Notebooks from their text sources in ``solutions/notebooks``: the student's and nbgrader's.

A source is a jupytext percent file. Each cell has a title, which becomes its id, so that builds are
equal to the last byte; cells that nbgrader knows say so in their header. A second language has the
markdown cells alone, under the same titles in a file of the same name: code stands once.

What only instructors may read is a *solution* cell (a model answer with its mark scheme, which
gives way to a place to answer) or stands between the markers of nbgrader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from . import generated
from .language import LANGUAGES
from .model import Unusable, text
from .places import ASSIGNMENT, NOTEBOOKS

ENGLISH = LANGUAGES[0]
ANSWER_HERE = {"en": "YOUR ANSWER HERE", "ko": "여기에 답을 쓰세요."}
SPEAKS = 'use("{language}")'  # the one word of code in which the languages differ
_FOR_INSTRUCTORS = re.compile(
    r"^[# ]*=== BEGIN (MARK SCHEME|HIDDEN TESTS) ===.*?^[# ]*=== END \1 ===\n*"
    r"|^### BEGIN (HIDDEN TESTS|MARK SCHEME)$.*?^### END \2$\n*",
    re.M | re.S,
)
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Cell:
    """One cell: its title, ``code`` or ``markdown``, its text, and what nbgrader is told of it."""

    title: str
    kind: str
    source: str
    nbgrader: dict[str, Any] | None = None


def instructor_notebooks(language: str = ENGLISH) -> dict[str, bytes]:
    """The sources of an nbgrader assignment, with model answers, by file name."""
    return {
        f"{path.stem}.ipynb": serialised(in_language(path, language)) for path in source_files()
    }


def student_notebooks(language: str = ENGLISH) -> dict[str, bytes]:
    """What a student gets, by file name: nothing that only instructors may read."""
    return {
        f"{path.stem}.ipynb": serialised(
            for_students(cell, language) for cell in in_language(path, language)
        )
        for path in source_files()
    }


def source_files() -> list[Path]:
    return sorted(NOTEBOOKS.glob("[0-9]_*.py"))


def in_language(path: Path, language: str) -> list[Cell]:
    """The cells of one notebook, its markdown from the file of the language."""
    cells = read(path)
    if language == ENGLISH:
        return cells
    place = path.parent / language / path.name
    words = {cell.title: cell.source for cell in read(place)}
    wanted = [cell.title for cell in cells if cell.kind == "markdown"]
    for title in [*wanted, *words]:
        if title not in words or title not in wanted:
            raise Unusable(
                text("{path}: cell {title} is not in both languages", path=place, title=title)
            )
    english, other = (SPEAKS.format(language=one) for one in (ENGLISH, language))
    return [
        replace(cell, source=words.get(cell.title) or cell.source.replace(english, other))
        for cell in cells
    ]


@cache
def read(path: Path) -> list[Cell]:
    """The cells of a percent file. Raises :class:`Unusable` where a title is missing or twice."""
    try:
        import jupytext  # for authors only: no student and no grading run has it
    except ImportError:
        raise Unusable(
            text("making notebooks needs jupytext: install requirements-notebooks.txt")
        ) from None
    cells = [
        Cell(
            cell.metadata.get("title", ""),
            cell.cell_type,
            cell.source,
            cell.metadata.get("nbgrader"),
        )
        for cell in jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells
    ]
    for number, cell in enumerate(cells, 1):
        _check_title(path, number, cell, [one.title for one in cells])
    return cells


def _check_title(path: Path, number: int, cell: Cell, titles: list[str]) -> None:
    if not re.fullmatch(r"[a-z0-9_]{1,64}", cell.title) or titles.count(cell.title) > 1:
        raise Unusable(
            text(
                "{path}: cell {number} needs a title of its own, of small letters, digits and _",
                path=path,
                number=number,
            )
        )
    if cell.nbgrader and cell.nbgrader["grade_id"] != cell.title:
        raise Unusable(
            text("{path}: cell {title} has another grade_id", path=path, title=cell.title)
        )


def for_students(cell: Cell, language: str) -> Cell:
    """The cell without what only instructors may read."""
    if cell.nbgrader and cell.nbgrader["solution"]:
        return replace(cell, source=ANSWER_HERE[language])
    return replace(cell, source=_FOR_INSTRUCTORS.sub("", cell.source).rstrip("\n"))


def serialised(cells: Iterable[Cell]) -> bytes:
    import nbformat  # comes with jupytext

    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    notebook = nbformat.v4.new_notebook(
        cells=[
            make[cell.kind](
                cell.source,
                id=cell.title,
                metadata={"nbgrader": cell.nbgrader} if cell.nbgrader else {},
            )
            for cell in cells
        ],
        metadata=METADATA,
    )
    nbformat.validate(notebook)
    written: str = nbformat.writes(notebook)
    return f"{written}\n".encode()


def student_files() -> dict[str, bytes]:
    """All notebooks of the assignment, by path in it: a further language has its own folder."""
    return {
        name if language == ENGLISH else f"{language}/{name}": content
        for language in LANGUAGES
        for name, content in student_notebooks(language).items()
    }


def stale(folder: Path = ASSIGNMENT) -> list[str]:
    """Names of notebooks in ``folder`` that are missing or differ from what should be there."""
    return generated.stale(student_files(), folder)


def write(folder: Path = ASSIGNMENT) -> list[str]:
    """Write the notebooks that are missing or differ; their names."""
    return generated.write(student_files(), folder)
