"""Pages for people: one for each student, and one or more that show the class.

Each page is one file that asks nothing of a network: its style, its script and its pictures are in
it, and its own policy lets it run nothing else. ``FOLDER/<student>/feedback.html`` is the student's
own and says nothing of anybody else; ``FOLDER/index.html`` is the instructor's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from ...language import speaking
from ..files import writing
from ..result import Result
from .class_page import Gathered, pages_of
from .page import FEEDBACK, Page
from .student import feedback


def write_pages(
    results: Iterable[Result],
    folder: Path,
    language: str,
    title: str,
    progress: Callable[[], None] = lambda: None,
) -> list[Path]:
    """Write all pages; returns their paths, the class page first.

    One pass: of each result only what the class page shows of it is kept. ``progress`` is called
    after each student.
    """
    paths = []
    gathered = Gathered()
    with speaking(language), writing(folder):
        page = Page(language, title)
        for result in results:
            path = folder / result.person.key / FEEDBACK
            paths.append(written(path, feedback(page, result)))
            gathered.add(result)
            progress()
        pages = pages_of(page, gathered)
        return [written(folder / name, made) for name, made in pages] + paths


def written(path: Path, page: bytes) -> Path:
    """Write a page in one piece: who reads it sees the old one or the new one."""
    part = path.with_name(f"{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(page)
    part.replace(path)
    return path
