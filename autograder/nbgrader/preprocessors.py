"""What nbgrader's commands call, by the names in nbgrader_config.py: the grader's part of them."""

from __future__ import annotations

import atexit
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, Integer, Unicode

from .. import batch, language
from ..language import say
from ..model import Unusable, text
from . import gradebook, handed_in
from .course import Course
from .display import Display
from .marks import Coded, fill_in, of_result, scores
from .mending import (
    MISSING,
    OURS,
    UNREADABLE,
    Notebook,
    counted,
    has_own_text,
    is_answer,
    marked,
    stands_in_for,
)

Processed = tuple[Notebook, Any]
NO_ANSWER = {
    MISSING: text("This notebook was not handed in."),
    UNREADABLE: text("This notebook could not be read."),
    "": text("Nothing was written here; see whether the answer is in another cell."),
}


def course_of(preprocessor: Any, resources: Any) -> Course:
    return Course(preprocessor.parent.parent.coursedir, resources["nbgrader"]["assignment"])


def released(course: Course, resources: Any) -> Notebook:
    return dict(course.notebooks())[resources["nbgrader"]["notebook"]]


class DisplayExecute(NbGraderPreprocessor):
    """Runs the cells that give no marks, in a process that is locked down and may die."""

    seconds = Float(20.0, help="Time limit of a cell.").tag(config=True)
    total = Float(60.0, help="Time limit of a notebook.").tag(config=True)
    lockdown = Unicode("auto", help="As in `course.py grade --lockdown`.").tag(config=True)

    def preprocess(self, nb: Notebook, resources: Any) -> Processed:
        cells = [cell for cell in nb.cells if cell.cell_type == "code" and not marked(cell)]
        if stands_in_for(nb):
            return nb, resources
        course, student = course_of(self, resources), resources["nbgrader"]["student"]
        files = {path.name: path.read_bytes() for path in course.source().glob("*.py")}
        files |= handed_in.code(course.submitted(student))
        display = display_for(self.lockdown, self.seconds, self.total)
        for cell, found in zip(
            cells, display.run([cell.source for cell in cells], files), strict=True
        ):
            cell.outputs = found
        return nb, resources


@cache
def display_for(lockdown: str, seconds: float, total: float) -> Display:
    display = Display(lockdown, seconds, total)
    atexit.register(display.close)
    return display


class SandboxGrade(NbGraderPreprocessor):
    """Grades the student's files by `course.py grade`'s own path and fills in the test cells."""

    seed = Integer(help="Of the inputs; the same for all students.").tag(config=True)
    seconds = Float(batch.Settings.seconds, help="Time limit of a call.").tag(config=True)
    lockdown = Unicode("auto", help="As in `course.py grade --lockdown`.").tag(config=True)
    language = Unicode("en", help="What students read: en or ko.").tag(config=True)

    def preprocess(self, nb: Notebook, resources: Any) -> Processed:
        language.use(self.language)
        course, student = course_of(self, resources), resources["nbgrader"]["student"]
        settings = batch.Settings(self.seed, self.seconds, self.lockdown)
        wanted = handed_in.fingerprint(course, student, settings)
        fill_in(nb, coded(settings, course.submitted(student), wanted))
        nb.metadata[OURS] = {**nb.metadata.get(OURS, {}), handed_in.FINGERPRINT: wanted}
        return nb, resources


@lru_cache(maxsize=2)  # the notebooks of one submission come one after another
def coded(settings: batch.Settings, folder: Path, _fingerprint: str) -> Coded:
    try:
        return of_result(grader_for(settings).grade(folder))
    except Unusable as error:
        return Coded({}, problem=error.text)
    except Exception as error:  # ours: said in every cell, and nobody's zero
        return Coded({}, problem=text("the grader failed: {error}", error=repr(error)[:300]))


@cache
def grader_for(settings: batch.Settings) -> batch.Grader:
    grader = batch.Grader(settings)
    atexit.register(grader.close)
    return grader


class Reconcile(NbGraderPreprocessor):
    """After SaveAutoGrades: what has no score is open in the gradebook, and no zero."""

    def preprocess(self, nb: Notebook, resources: Any) -> Processed:
        course = course_of(self, resources)
        given = released(course, resources)
        student = resources["nbgrader"]["student"]
        open_answers = undecided(nb, given)
        gradebook.settle(course.url, course.assignment, student, scores(nb), open_answers)
        return nb, resources


def undecided(nb: Notebook, given: Notebook) -> dict[str, str]:
    """Untouched answers of which nobody knows that there is none, and what to say of each."""
    why = stands_in_for(nb)
    if not why and not has_own_text(nb, given):
        return {}
    before = counted(given)
    return {
        marked(cell)["grade_id"]: say(NO_ANSWER[why])
        for cell in nb.cells
        if is_answer(cell)
        and marked(cell).get("grade")
        and cell.source.strip() == before[marked(cell)["grade_id"]].source.strip()
    }


class ClearSecrets(NbGraderPreprocessor):
    """For feedback: of what was given out, students see what they were given, and no more.

    Where marks are missing, the page says so first.
    """

    def preprocess(self, nb: Notebook, resources: Any) -> Processed:
        course = course_of(self, resources)
        before = counted(released(course, resources))
        for cell in nb.cells:
            name = marked(cell).get("grade_id")
            if name in before and not is_answer(cell):
                cell.source = before[name].source
        where = resources["nbgrader"]
        missing = gradebook.without_marks(
            course.url, course.assignment, where["student"], where["notebook"]
        )
        if any(missing):
            nb.cells.insert(0, notice((*missing.tests, *missing.by_hand)))
        return nb, resources


def notice(missing: tuple[str, ...]) -> Any:
    sentence = text(
        "Not final: these have no mark yet and count as nothing so far: {names}",
        names=", ".join(missing),
    )
    return nbformat.v4.new_markdown_cell(f"**{say(sentence)}**", id="not-final")
