"""Results of `grade` into the gradebook, for students with notebooks and for those without."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from ..report.result import Result
from . import gradebook
from .course import TIMESTAMP, Course
from .marks import Coded, fill_in, of_report, printable, scores
from .mending import MISSING, Notebook, stand_in

NOTHING = "missing"  # the status of who handed nothing in


def push(course: Course, config: Any, result: Result) -> Coded | None:
    """One result into the gradebook, and beside it the pages that formgrader shows.

    Who is in the roster and handed nothing in becomes known to the gradebook; that is None.
    """
    student = folder_name(result.person.key)
    gradebook.know(course.url, student, result.person)
    if result.status == NOTHING:
        return None
    coded = of_report(result.report, result.problem)
    timestamp = result.submitted or collected(course, student)
    found = pages(course, student, coded)
    every = {name: score for page in found.values() for name, score in scores(page).items()}
    gradebook.write(course.url, course.assignment, student, every, timestamp)
    write_pages(course, student, found, timestamp)
    gradebook.penalise(config, course.url, course.assignment, student)
    return coded


def folder_name(student: str) -> str:
    """A student as nbgrader knows one: by a folder's name."""
    return printable(student).replace("/", "_")


def collected(course: Course, student: str) -> str:
    """When nbgrader says that something was handed in; empty where it does not."""
    file = course.submitted(student) / TIMESTAMP
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""


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
    course: Course, student: str, found: Mapping[str, Notebook], timestamp: str
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
    if timestamp:
        write_timestamp(folder / TIMESTAMP, timestamp)


def write_timestamp(path: Path, timestamp: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(timestamp, encoding="utf-8")
    os.replace(part, path)
