"""A notebook of test cells alone, for a course whose students hand in Python files."""

from __future__ import annotations

import nbformat

from .. import syllabus
from ..exercise import Question
from .mending import RUN_BY, Cell, new_markdown

NAME = "questions"
SETUP = "from autograder.lab import check"


def questions_notebook() -> bytes:
    """Every question of the course, exercise by exercise."""
    cells = [nbformat.v4.new_code_cell(SETUP, id="setup")]
    for exercise in syllabus.exercises():
        cells.append(new_markdown(f"## {exercise.name}.py", id=f"about_{exercise.name}"))
        cells += map(test_cell, exercise.questions.values())
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=RUN_BY)
    return f"{nbformat.writes(notebook)}\n".encode()


def test_cell(question: Question) -> Cell:
    says: dict[str, object] = {"grade": True, "solution": False, "locked": True, "task": False}
    says |= {"points": question.points, "grade_id": question.name, "schema_version": 3}
    source = f'check("{question.name}")'
    return nbformat.v4.new_code_cell(source, id=question.name, metadata={"nbgrader": says})
