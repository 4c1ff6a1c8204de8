"""From an empty folder to a course that nbgrader can release: sources, settings, gradebook."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

import nbformat

from .. import batch, notebooks, stubs
from ..model import Unusable, text
from ..places import ROOT
from . import gradebook
from .course import CONFIG, LOG, Course, check_cells, nbgrader, opened
from .mending import Notebook, counted
from .questions import NAME, questions_notebook

TEMPLATE = Path(__file__).with_name("nbgrader_config.template")
OURS = "autograder.nbgrader"
# Else a second writer of the same file gives up at once.
SQLITE = "f\"sqlite:///{HERE / 'gradebook.db'}?timeout=60\""
NAMES = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Wanted:
    """What to set up. No seed: one is drawn; no URL: a file of the course's own."""

    assignment: str
    db: str | None = None
    seed: int | None = None
    language: str = "en"
    exchange: Path | None = None
    questions_only: bool = False


def set_up(folder: Path, wanted: Wanted) -> Course:
    """Write the course and release it. A course that is there keeps its settings."""
    if not NAMES.fullmatch(wanted.assignment):
        raise Unusable(
            text("{name} is no name: use letters, digits, _ and -", name=wanted.assignment)
        )
    refuse_others(folder)
    files = sources(wanted)
    check_cells(notebooks_in(files))
    if (folder / CONFIG).is_file():
        refuse_changed_cells(folder, wanted.assignment, files)
    write(folder, wanted, files)
    if not nbgrader(folder, "generate_assignment", wanted.assignment, "--force"):
        raise Unusable(
            text(
                "nbgrader could not generate {name}: see {log}",
                name=wanted.assignment,
                log=folder / LOG,
            )
        )
    return opened(folder, wanted.assignment)


def refuse_others(folder: Path) -> None:
    config = folder / CONFIG
    if config.is_file() and OURS not in config.read_text(encoding="utf-8"):
        raise Unusable(
            text("{folder} is another course of nbgrader: choose another folder", folder=folder)
        )


def sources(wanted: Wanted) -> dict[str, bytes]:
    """The files of ``source/``: notebooks with their answers, and stubs, which stay stubs."""
    if wanted.questions_only:
        found = {f"{NAME}.ipynb": questions_notebook()}
    else:
        found = notebooks.instructor_notebooks(wanted.language)
    return {**found, **{name: source.encode() for name, source in stubs.stubs().items()}}


def notebooks_in(files: Mapping[str, bytes]) -> dict[str, Notebook]:
    return {
        name.removesuffix(".ipynb"): nbformat.reads(content.decode(), as_version=4)
        for name, content in sorted(files.items())
        if name.endswith(".ipynb")
    }


def refuse_changed_cells(folder: Path, assignment: str, files: Mapping[str, bytes]) -> None:
    """Once somebody has handed in, nbgrader cannot add or remove cells."""
    course = opened(folder, assignment)
    if not gradebook.has_submissions(course.url, assignment):
        return
    before = {name: set(counted(notebook)) for name, notebook in course.notebooks()}
    after = {name: set(counted(notebook)) for name, notebook in notebooks_in(files).items()}
    if before != after:
        raise Unusable(
            text(
                "{folder} has submissions already, and its cells would change: set up a new folder",
                folder=folder,
            )
        )


def write(folder: Path, wanted: Wanted, files: Mapping[str, bytes]) -> None:
    place = folder / "source" / wanted.assignment
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    if not (folder / CONFIG).is_file():
        (folder / CONFIG).touch(mode=0o600)  # it holds the seed, and may hold a password
        (folder / CONFIG).write_text(settings(folder, wanted), encoding="utf-8")


def settings(folder: Path, wanted: Wanted) -> str:
    """The text of nbgrader_config.py."""
    seed = secrets.randbelow(2**31) if wanted.seed is None else wanted.seed
    exchange = wanted.exchange and f"c.Exchange.root = {str(wanted.exchange.resolve())!r}\n"
    values = {
        "root": repr(str(ROOT)),
        "course": repr(re.sub(r"[^A-Za-z0-9_-]", "-", folder.resolve().name) or "course"),
        "db": SQLITE if wanted.db is None else repr(wanted.db),
        "exchange": exchange or "",
        "seed": str(seed),
        "seconds": str(batch.Settings.seconds),
        "language": repr(wanted.language),
        "assignment": repr(wanted.assignment),
        "modules": repr(list(batch.FILES)),
        "answer": repr(notebooks.ANSWER_HERE[wanted.language]),
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values)
