"""How `nbgrader autograde` reads what students handed in: in order, or something in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter

from ..model import Unusable
from . import gradebook, handed_in
from .course import Course
from .mending import UNREADABLE, Notebook, mended, stand_in


class Reader(NotebookExporter):
    """Reads submissions by :mod:`mending`; what cannot be read is graded without its answers.

    Before the first notebook of a submission all its automatic scores are taken back: should this
    regrade fail, there are none, instead of old ones.
    """

    begun: tuple[str, str] = ("", "")

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        place = resources["nbgrader"]
        course = Course(self.parent.coursedir, place["assignment"])
        folder = course.submitted(place["student"])
        if Path(filename).parent != folder:  # what was read before, now to be graded
            return super().from_filename(filename, resources=resources, **options)
        if self.begun != (place["assignment"], place["student"]):
            self.begun = (place["assignment"], place["student"])
            gradebook.forget(course.url, *self.begun)
            handed_in.only_harmless(course.autograded(place["student"]))
        released = dict(course.notebooks())[place["notebook"]]
        resources["metadata"] = {"name": place["notebook"], "path": str(folder)}
        return self.from_notebook_node(read(Path(filename), released), resources, **options)


def read(path: Path, released: Notebook) -> Notebook:
    try:
        return mended(handed_in.read(path), released)
    except (Unusable, RecursionError):
        return stand_in(released, UNREADABLE)
