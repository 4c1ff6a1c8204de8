"""summary.md for the class and for each student, as GitHub shows it with a workflow's step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..language import say
from ..model import Text, text
from .actions import (
    MOST_ANNOTATIONS,
    capped,
    command,
    markdown,
    preformatted,
    report_lines,
    show_in_workflow,
)
from .files import each_student, replace_text
from .result import Result, Results
from .summary import ATTENTION, ENDED_BADLY

FILE = "summary.md"


def write_github(results: Results, out: Path) -> Text:
    """Write the files; in a workflow, show the class's and point out who needs a person."""
    rows: list[str] = []
    standings: dict[str, Text] = {}
    urgent: list[str] = []

    def student(result: Result) -> str | None:
        rows.append(_row(result))
        if result.report is not None:
            standings.setdefault(str(result.standing), result.standing)
        if result.status in ATTENTION and len(urgent) < MOST_ANNOTATIONS:
            said = to_know(result) or result.status
            urgent.append(command("warning", said, title=result.person.name))
        return student_summary(result)

    written = each_student(FILE, student)(results, out)
    summary = capped([*_heading(standings.values()), *rows])
    replace_text(out / FILE, summary)
    show_in_workflow(summary, urgent)
    return text("{file} of the class; {students}", file=out / FILE, students=written)


def student_summary(result: Result) -> str | None:
    """One student's result; None of who handed nothing in."""
    if result.status == "missing":
        return None
    final = "-" if result.final is None else result.final
    lines = [
        f"# {markdown(result.person.name)}: {final}/{result.max_score}",
        "",
        say(result.standing),
        "",
    ]
    if result.problem is not None:
        lines += preformatted([say(result.problem)])
    lines += [f"- {markdown(say(reason))}" for reason in result.reasons]
    return capped([*lines, *(report_lines(result.report) if result.report else ())])


def _heading(standings: Iterable[Text]) -> Iterator[str]:
    names = text("student"), text("group"), text("mark"), text("status"), text("what to know")
    yield from (f"# {say(text('Grades'))}", "", *map(say, standings), "")
    yield f"| {' | '.join(map(say, names))} |"
    yield "|" + " --- |" * len(names)


def _row(result: Result) -> str:
    final = "-" if result.final is None else f"{result.final}/{result.max_score}"
    cells = [result.person.name, result.person.group, final, result.status, to_know(result)]
    return f"| {' | '.join(map(markdown, cells))} |"


def to_know(result: Result) -> str:
    """Why there is no mark, else what ended badly, else what changed the mark."""
    marks = result.report.marks if result.report else ()
    ended = (one.message for mark in marks for one in mark.findings if one.verdict in ENDED_BADLY)
    said = (one for one in (result.problem, *ended, *result.reasons) if one is not None)
    return say(next(said, ""))
