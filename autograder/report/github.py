"""GitHub Actions: a summary in Markdown, and annotations beside the code.

What a student's code said is text in both: nothing of it is a link, a picture, a command or markup.
"""

from __future__ import annotations

import html
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..language import say
from ..model import Mark, Report, Text, text
from .files import each_student, replace_text
from .result import Result, Results
from .summary import ATTENTION, ENDED_BADLY
from .text import mark_lines, summary_marker

FILE = "summary.md"
MOST_BYTES = 1_000 * 1024  # GitHub takes 1,024k of a step, and nothing of one with more
MOST_ANNOTATIONS = 10  # GitHub shows no more of a step
MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
PRACTICE = text(
    "This is feedback and not the grade: the grade of record uses other inputs, on the "
    "instructor's machine."
)
RECORD = text("This is the grade of record.")
FEWER = text("The rest is left out: GitHub shows no more.")


def student_summary(result: Result) -> str | None:
    """One student's result; None of who handed nothing in."""
    if result.status == "missing":
        return None
    final = "-" if result.final is None else result.final
    lines = [f"# {markdown(result.person.name)}: {final}/{result.max_score}", "", say(RECORD), ""]
    if result.problem is not None:
        lines += [*preformatted([say(result.problem)])]
    lines += [f"- {markdown(say(reason))}" for reason in result.reasons]
    return capped([*lines, *(report_lines(result.report) if result.report else ())])


def practice_summary(report: Report) -> str:
    """What a check in the student's own repository found."""
    title = f"# {report.score}/{report.max_score} ({markdown(say(text('practice')))})"
    return capped([title, "", say(PRACTICE), "", *report_lines(report)])


def write_github(results: Results, out: Path) -> Text:
    """Write summary.md for the class and for each student.

    In a workflow the class's is shown with the step, and who needs a person is pointed out.
    """
    rows: list[str] = []
    urgent: list[str] = []

    def student(result: Result) -> str | None:
        rows.append(_row(result))
        if result.status in ATTENTION and len(urgent) < MOST_ANNOTATIONS:
            said = to_know(result) or result.status
            urgent.append(command("warning", said, title=result.person.name))
        return student_summary(result)

    written = each_student(FILE, student)(results, out)
    summary = capped([*_class_heading(), *rows])
    replace_text(out / FILE, summary)
    show_in_workflow(summary, urgent)
    return text("{file} of the class; {students}", file=out / FILE, students=written)


def show_in_workflow(summary: str, commands: Iterable[str]) -> None:
    """Append to the step's summary and say the commands; outside of a workflow, nothing."""
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(file, "a", encoding="utf-8", errors="backslashreplace") as step:
            step.write(summary)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for one in commands:
            print(one)


def _class_heading() -> Iterator[str]:
    names = text("student"), text("group"), text("mark"), text("status"), text("what to know")
    yield from (f"# {say(text('Grades'))}", "", say(RECORD), "")
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


def report_lines(report: Report) -> Iterator[str]:
    """A table of the questions, then in full those that are not solved."""
    for note in report.notes:
        yield f"- {markdown(say(note))}"
    yield ""
    yield "| | {} | {} |".format(say(text("function")), say(text("points")))
    yield "| --- | --- | --- |"
    for mark in report.marks:
        marker = summary_marker(mark).strip("[]")
        yield f"| {marker} | {mark.question} | {mark.score}/{mark.max_score} |"
    for mark in report.marks:
        if not mark.solved:
            yield ""
            yield from preformatted(mark_lines(mark))


def preformatted(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they are, signs and all."""
    yield "<pre>"
    yield from map(html.escape, lines)
    yield "</pre>"


def markdown(string: str) -> str:
    """The string as Markdown shows it: every sign that could be markup is escaped."""
    return MARKUP.sub(r"\\\1", " ".join(string.split()))


def capped(lines: Iterable[str], most: int = MOST_BYTES) -> str:
    """As many whole lines as GitHub takes; the last one says that there were more."""
    kept: list[str] = []
    left = most - 1_000  # room for the last line, in any language
    for line in lines:
        left -= len(line.encode(errors="backslashreplace")) + 1
        if left < 0:
            within = kept.count("<pre>") > kept.count("</pre>")
            kept += [*(["</pre>"] if within else []), "", say(FEWER)]
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


def annotated(marks: Iterable[Mark], places: dict[str, tuple[str, int | None]]) -> Iterator[str]:
    """A command for each wrong question, by the file and line of its function where known."""
    wrong = [mark for mark in marks if not mark.solved]
    kept = wrong if len(wrong) <= MOST_ANNOTATIONS else wrong[: MOST_ANNOTATIONS - 1]
    for mark in kept:
        file, line = places.get(mark.question, ("", None))
        yield command("error", first_message(mark), file=file, line=line, title=mark.question)
    if len(wrong) > len(kept):
        more = text("{count} more are not right yet", count=len(wrong) - len(kept))
        yield command("error", say(more))


def first_message(mark: Mark) -> str:
    """The first thing that is wrong; if a mistake is named, what it is."""
    for finding in mark.findings:
        if finding.diagnosis is not None and finding.diagnosis.misconception:
            return say(finding.diagnosis.sentence)
    said = next((finding.message for finding in mark.findings if finding.message), Text(""))
    return say(said)


def command(name: str, message: str, **properties: object) -> str:
    """``::error file=a,line=1::message`` with everything escaped that would end a part of it."""
    given = {key: value for key, value in properties.items() if value}
    said = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in given.items())
    return f"::{name} {said}::{_escaped(message)}" if said else f"::{name}::{_escaped(message)}"


def _escaped(string: str, more: str = "") -> str:
    """Percent signs, line ends and, in a property, what separates properties."""
    return re.sub(rf"[%\r\n{more}]", lambda found: f"%{ord(found[0]):02X}", string)


@contextmanager
def commands_stopped() -> Iterator[None]:
    """What is printed meanwhile is no command to GitHub, whatever a student's code prints."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        yield
    finally:
        print(f"\n::{token}::", flush=True)
