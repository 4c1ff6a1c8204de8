"""A course folder of nbgrader: where its files lie, what its settings are, and its commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader

from .. import syllabus
from ..model import Unusable, text
from ..places import ROOT
from .mending import Notebook, is_test, marked

CONFIG = "nbgrader_config.py"
LOG = "nbgrader.log"
TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Course:
    """One assignment of a course; ``directory`` is nbgrader's own object of where things lie."""

    directory: Any
    assignment: str

    @property
    def root(self) -> Path:
        return Path(self.directory.root)

    @property
    def url(self) -> str:
        return str(self.directory.db_url)

    def source(self) -> Path:
        return self._folder(self.directory.source_directory, ".")

    def released(self) -> Path:
        return self._folder(self.directory.release_directory, ".")

    def submitted(self, student: str) -> Path:
        return self._folder(self.directory.submitted_directory, student)

    def autograded(self, student: str) -> Path:
        return self._folder(self.directory.autograded_directory, student)

    def _folder(self, step: str, student: str) -> Path:
        return Path(self.directory.format_path(step, student, self.assignment))

    def students(self) -> list[str]:
        """Who handed something in: the names of folders."""
        everybody = self.root / self.directory.submitted_directory
        names = (path.name for path in everybody.iterdir()) if everybody.is_dir() else ()
        return sorted(name for name in names if self.submitted(name).is_dir())

    def notebooks(self) -> Iterator[tuple[str, Notebook]]:
        """What was released, by name."""
        for path in sorted(self.released().glob("*.ipynb")):
            yield path.stem, released_notebook(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=20)
def released_notebook(path: Path, _changed: int) -> Notebook:
    return nbformat.read(path, as_version=4)


def opened(folder: Path, assignment: str | None = None) -> Course:
    """The course in ``folder``, with its only assignment unless one is named."""
    directory = CourseDirectory(config=settings(folder))
    source = Path(directory.root) / directory.source_directory
    names = sorted(path.name for path in source.iterdir() if path.is_dir())
    if assignment is None and len(names) != 1:
        raise Unusable(
            text("{folder} has several assignments: name one, by --assignment", folder=folder)
        )
    course = Course(directory, assignment or names[0])
    if not any(course.released().glob("*.ipynb")):
        raise Unusable(
            text(
                "{folder} is not released: run `nbgrader generate_assignment {name}` there",
                folder=folder,
                name=course.assignment,
            )
        )
    check_cells(dict(course.notebooks()))
    return course


def check_cells(notebooks: Mapping[str, Notebook]) -> None:
    """Every question has one test cell of its points; else marks would be lost on their way."""
    points = {question.name: question.points for question in syllabus.questions()}
    for name, notebook in notebooks.items():
        for cell in filter(is_test, notebook.cells):
            if points.pop(marked(cell)["grade_id"], None) != marked(cell)["points"]:
                raise Unusable(
                    text(
                        "{notebook}: cell {cell} is no question, is there twice, or has other "
                        "points: make the course anew",
                        notebook=name,
                        cell=marked(cell)["grade_id"],
                    )
                )
    if points:
        raise Unusable(
            text(
                "no notebook has a test cell for {names}: make the course anew",
                names=", ".join(sorted(points)),
            )
        )


def settings(folder: Path) -> Any:
    """The course's own settings, as nbgrader reads them."""
    if not (folder / CONFIG).is_file():
        raise Unusable(
            text("{folder} is no course: make one with `course.py nbgrader setup`", folder=folder)
        )
    return PyFileConfigLoader(CONFIG, path=str(folder.resolve())).load_config()


def nbgrader(folder: Path, *arguments: str) -> bool:
    """Run one of nbgrader's commands in a course; what it says is kept beside it."""
    command = [sys.executable, "-P", "-m", "nbgrader", *arguments]
    with (folder / LOG).open("ab") as log:
        log.write(f"\n$ nbgrader {' '.join(arguments)}\n".encode(errors="backslashreplace"))
        log.flush()
        ended = subprocess.run(
            command, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    return ended.returncode == 0


def environment() -> dict[str, str]:
    """With the programs of this Python first, and the repository for a notebook's own checks."""
    here = os.path.dirname(sys.executable)
    path = os.pathsep.join((here, os.environ.get("PATH", os.defpath)))
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
