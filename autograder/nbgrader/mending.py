"""A handed-in notebook put in order: every cell that counts once, as it was given out.

Students copy, delete, split and retype cells, and their editors drop metadata. Of theirs only the
text of answers and cells of their own are taken; what counts is known by the released notebook.
"""

from __future__ import annotations

from typing import Any

import nbformat

Notebook = Any  # of nbformat, which has no types
Cell = Any
OURS = "autograder"  # the key of our remarks in a notebook's metadata
STANDS_IN = "stands_in"  # in them: why somebody's notebook is not their own
MISSING, UNREADABLE = REASONS = ("missing", "unreadable")
RUN_BY = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
PICTURES = ("image/png", "image/jpeg", "image/gif")


def marked(cell: Cell) -> dict[str, Any]:
    """What a cell says to nbgrader of itself; nothing where that makes no sense."""
    return table(table(cell.get("metadata")).get("nbgrader"))


def table(value: Any) -> dict[str, Any]:
    """``value`` if it is a dictionary: in a student's file anything can be anything."""
    return value if isinstance(value, dict) else {}


def is_test(cell: Cell) -> bool:
    """A cell whose marks come from the grader."""
    says = marked(cell)
    return bool(says.get("grade")) and not says.get("solution") and cell.cell_type == "code"


def is_answer(cell: Cell) -> bool:
    """A cell that a student fills in and a person marks."""
    return bool(marked(cell).get("solution"))


def counted(notebook: Notebook) -> dict[str, Cell]:
    """The cells of a released notebook that nbgrader knows, by their grade id."""
    return {
        marked(cell)["grade_id"]: cell for cell in notebook.cells if marked(cell).get("grade_id")
    }


def mended(submitted: Notebook, released: Notebook) -> Notebook:
    """A new notebook: the student's order and text, the released cells' identity."""
    ours = counted(released)
    theirs = [table(cell) for cell in submitted["cells"]]
    chosen = choice(theirs, ours)
    cells: list[Cell] = []
    for number, cell in enumerate(theirs):
        name = name_of(cell, ours)
        if name and chosen[name] is cell:
            cells.append(rebuilt(cell, ours[name]))
        elif not name or text_of(cell) != ours[name].source:
            cells.append(plain(cell, f"own-{number}"))
    put_back(cells, ours)
    why = table(table(submitted.get("metadata")).get(OURS)).get(STANDS_IN)
    remarks = {OURS: {STANDS_IN: why}} if why in REASONS else {}
    return nbformat.v4.new_notebook(cells=cells, metadata={**RUN_BY, **remarks})


def stand_in(released: Notebook, why: str) -> Notebook:
    """For a notebook that is missing or cannot be read: as it was given out, and says so."""
    return mended({**released, "metadata": {OURS: {STANDS_IN: why}}}, released)


def name_of(cell: Cell, ours: dict[str, Cell]) -> str:
    """Which of our cells this is or was copied from; editors that drop metadata keep the id."""
    for name in (marked(cell).get("grade_id"), cell.get("id")):
        if isinstance(name, str) and name in ours:
            return name
    return ""


def choice(theirs: list[Cell], ours: dict[str, Cell]) -> dict[str, Cell]:
    """Of several copies of a cell the first in which something was written, else the first.

    A later, untouched copy must not turn an answer into none.
    """
    chosen: dict[str, Cell] = {}
    for cell in theirs:
        name = name_of(cell, ours)
        if not name:
            continue
        before = chosen.setdefault(name, cell)
        if text_of(before) == ours[name].source != text_of(cell):
            chosen[name] = cell
    return chosen


def rebuilt(cell: Cell, released: Cell) -> Cell:
    """The released cell; where it is one to answer in, with the student's text."""
    if not is_answer(released):
        return fresh(released, released.source)
    answer = fresh(released, text_of(cell))
    if released.cell_type == "markdown" and (found := pictures(cell)):
        answer.attachments = found
    return answer


def fresh(released: Cell, source: str) -> Cell:
    metadata = {"nbgrader": dict(marked(released))}
    identity = released.get("id") or marked(released)["grade_id"]
    make = nbformat.v4.new_code_cell if released.cell_type == "code" else new_markdown
    return make(source, id=identity, metadata=metadata)


def plain(cell: Cell, identity: str) -> Cell:
    """A cell of the student's own: text or code without anything that a tool might obey."""
    if cell.get("cell_type") == "code":
        return nbformat.v4.new_code_cell(text_of(cell), id=identity)
    if cell.get("cell_type") != "markdown":  # raw cells are put into pages as they are
        lines = text_of(cell).splitlines()
        return new_markdown("\n".join(f"    {line}" for line in lines), id=identity)
    own = new_markdown(text_of(cell), id=identity)
    if found := pictures(cell):
        own.attachments = found
    return own


def new_markdown(source: str, **options: Any) -> Cell:
    return nbformat.v4.new_markdown_cell(source, **options)


def text_of(cell: Cell) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else ""


def pictures(cell: Cell) -> dict[str, dict[str, str]]:
    """Pictures that were pasted into a cell."""
    return {
        str(name): {kind: data[kind]}
        for name, data in table(cell.get("attachments")).items()
        for kind in PICTURES
        if isinstance(table(data).get(kind), str)
    }


def put_back(cells: list[Cell], ours: dict[str, Cell]) -> None:
    """Insert the cells that were deleted, each behind the one that it followed."""
    place = 0
    for released in ours.values():
        here = next((at for at, cell in enumerate(cells) if cell.id == released_id(released)), None)
        if here is None:
            cells.insert(place, fresh(released, released.source))
            here = place
        place = here + 1


def released_id(released: Cell) -> str:
    return str(released.get("id") or marked(released)["grade_id"])


def stands_in_for(notebook: Notebook) -> str:
    """Why somebody else's notebook stands here; empty where it is the student's own."""
    return str(table(notebook.metadata.get(OURS)).get(STANDS_IN, ""))


def has_own_text(notebook: Notebook, released: Notebook) -> bool:
    """Whether there is text beside the answers: somebody may have answered in another cell."""
    given = {cell.source.strip() for cell in released.cells}
    return any(
        cell.cell_type == "markdown" and not marked(cell) and cell.source.strip() not in given
        for cell in notebook.cells
    )
