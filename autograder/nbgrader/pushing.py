"""Results of `grade` into the gradebook, for students with notebooks and for those without."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from ..model import Unusable, text
from ..report.data import revived, revived_text
from ..store import Row, Run, Store
from . import gradebook
from .course import TIMESTAMP, Course
from .marks import Coded, fill_in, of_report, printable, scores
from .mending import MISSING, Notebook, is_test, marked, stand_in


def last_run(store: Store) -> Run:
    run = store.last_run()
    if run is None:
        raise Unusable(
            text("nothing was graded at {where} yet: grade the class first", where=store.where)
        )
    return run


def refuse_unknown(course: Course, store: Store, run: Run) -> None:
    """A mark that has no cell in the gradebook would be lost."""
    known = {
        marked(cell)["grade_id"]
        for _, notebook in course.notebooks()
        for cell in notebook.cells
        if is_test(cell)
    }
    for row in store.rows(store.lineage(run)):
        if lost := [mark.question for mark in row.marks if mark.question not in known]:
            raise Unusable(
                text(
                    "{question} has no test cell in this course: set it up anew, in another folder",
                    question=lost[0],
                )
            )


def push(
    course: Course, config: Any, store: Store, row: Row, times: Mapping[str, str] | None = None
) -> Coded:
    """One result into the gradebook, and beside it the pages that formgrader shows."""
    report = store.report(row)
    problem = None if report else revived_text(row.brief["headline"])
    coded = of_report(revived(report) if report else None, problem)
    student = folder_name(row.student)
    timestamp = time_of(course, student, times or {})
    found = pages(course, student, coded)
    every = {name: score for page in found.values() for name, score in scores(page).items()}
    gradebook.write(course.url, course.assignment, student, every, timestamp)
    write_pages(course, student, found, timestamp)
    gradebook.penalise(config, course.url, course.assignment, student)
    return coded


def folder_name(student: str) -> str:
    """A student as nbgrader knows one: by a folder's name."""
    return printable(student).replace("/", "_")


def time_of(course: Course, student: str, times: Mapping[str, str]) -> str | None:
    """When something was handed in: as it is told, or as nbgrader collected it."""
    file = course.submitted(student) / TIMESTAMP
    if student in times or not file.is_file():
        return times.get(student)
    return file.read_text(encoding="utf-8").strip()


def pages(course: Course, student: str, coded: Coded) -> dict[str, Notebook]:
    """The student's notebooks with the marks in them; where there is none, the released one."""
    found = {}
    for name, released in course.notebooks():
        path = course.autograded(student) / f"{name}.ipynb"
        page = nbformat.read(path, as_version=4) if path.is_file() else stand_in(released, MISSING)
        fill_in(page, coded)
        found[name] = page
    return found


def write_pages(
    course: Course, student: str, found: Mapping[str, Notebook], timestamp: str | None
) -> None:
    """Unless the student has notebooks that nbgrader has not looked at: they come first."""
    folder = course.autograded(student)
    if not folder.is_dir() and any(course.submitted(student).glob("*.ipynb")):
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in found.items():
        part = folder / f"{name}.part"
        nbformat.write(page, part)
        part.replace(folder / f"{name}.ipynb")
    if timestamp is not None:
        write_timestamp(folder / TIMESTAMP, timestamp)


def write_timestamp(path: Path, timestamp: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(timestamp, encoding="utf-8")
    os.replace(part, path)
