"""The files beside a store: a report.json for each submission and grades.csv for the class."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .. import syllabus
from ..model import Text, text
from ..store import Row, StoreFailed
from .data import compact
from .result import EachStudent, Results, Writer
from .table import write_grades


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Where a file cannot be written, that is said with its remedy."""
    try:
        yield
    except OSError as error:
        raise StoreFailed(
            text(
                "cannot write to {out} ({error}). What was graded is kept in the store: see that "
                "the disk has room, then run the same command again to go on",
                out=out,
                error=error.strerror,
            )
        ) from error


def write_report(out: Path, row: Row, report: dict[str, Any] | None) -> None:
    """Write report.json with the time of its result, by which it is known again."""
    problem = {"submission": row.student, "status": row.status, "problem": row.brief["headline"]}
    file = out / row.student / "report.json"
    part = file.with_suffix(".part")
    with writing(out):
        file.parent.mkdir(exist_ok=True)
        line = compact(report or problem)
        part.write_text(f"{line}\n", encoding="utf-8", errors="backslashreplace")
        os.utime(part, (row.finished_at, row.finished_at))
        part.replace(file)


def is_written(out: Path, row: Row) -> bool:
    try:
        written_at = (out / row.student / "report.json").stat().st_mtime
    except OSError:
        return False
    return abs(written_at - row.finished_at) < 1e-5


def write_class(out: Path, rows: Iterable[Row]) -> None:
    """Write grades.csv in one piece: who reads it sees the old one or the new one."""
    names = [question.name for question in syllabus.questions()]
    part = out / "grades.csv.part"
    with writing(out):
        with part.open("w", encoding="utf-8", newline="") as file:
            write_grades(file, rows, names)
        part.replace(out / "grades.csv")


def each_student(name: str, content: EachStudent) -> Writer:
    """A writer of one file of that name in each student's folder."""

    def write(results: Results, out: Path) -> Text:
        count = 0
        for result in results():
            file, made = out / result.person.key / name, content(result)
            if made is None:
                file.unlink(missing_ok=True)  # of another day: it is not so any more
                continue
            replace_text(file, made)
            count += 1
        return text("{count:,} {name}, one in each student's folder", count=count, name=name)

    return write


def replace_text(file: Path, content: str) -> None:
    """Write in one piece: who reads it sees the old file or the new one."""
    file.parent.mkdir(exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.write_text(content, encoding="utf-8", errors="backslashreplace", newline="")
    part.replace(file)
