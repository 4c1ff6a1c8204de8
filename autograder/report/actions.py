"""What GitHub Actions reads of a step: a summary in Markdown, and commands in its output.

What a student's code said is text in both: nothing of it is a link, a picture, a command or markup.
"""

from __future__ import annotations

import html
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..definitions import line_of
from ..language import say
from ..model import Mark, Report, Text, Verdict, text
from .data import report_data, revived
from .safe import cleaned
from .text import mark_lines, summary_marker

MOST_BYTES = 1_000 * 1024  # GitHub takes 1,024k of a step, and nothing of one with more
MOST_ANNOTATIONS = 10  # GitHub shows no more of a step
MARKUP = re.compile(r"([!-%'-/:;=?@\[-`{-~])")  # all signs but & < >, which HTML escapes
Places = Mapping[str, tuple[str, int | None]]  # of questions: file and line
PRACTICE = text(
    "This is feedback and not the grade: the grade of record uses other inputs, on the "
    "instructor's machine."
)
CUT = text("The rest is left out: GitHub shows no more.")


def show_practice(report: Report, folder: Path) -> None:
    """What a check in the student's own repository found: the step's summary and annotations."""
    fit = revived(cleaned(report_data(report, "practice")))
    show_in_workflow(practice_summary(fit), annotated(fit.marks, places(fit.marks, folder)))


def places(marks: Iterable[Mark], folder: Path) -> Places:
    """Where each question's function is, by the folder's name: it lies in the repository's root."""
    found = {}
    for mark in marks:
        file = folder / f"{mark.exercise}.py"
        line = line_of(file.read_bytes(), mark.question) if file.is_file() else None
        found[mark.question] = f"{folder.resolve().name}/{file.name}", line
    return found


def practice_summary(report: Report) -> str:
    score = text("{score}/{most} (practice)", score=report.score, most=report.max_score)
    return capped([f"# {say(score)}", "", say(PRACTICE), "", *report_lines(report)])


def report_lines(report: Report) -> Iterator[str]:
    """A table of the questions, then in full those that are not solved."""
    yield from (f"- {markdown(say(note))}" for note in report.notes)
    yield ""
    yield f"| | {say(text('function'))} | {say(text('points'))} |"
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
    return html.escape(MARKUP.sub(r"\\\1", " ".join(string.split())), quote=False)


def capped(lines: Iterable[str], most: int = MOST_BYTES) -> str:
    """As many whole lines as GitHub takes; the last one says that there were more."""
    kept: list[str] = []
    left = most - 1_000  # room for the last line, in any language
    for line in lines:
        left -= len(line.encode(errors="backslashreplace")) + 1
        if left < 0:
            within = kept.count("<pre>") > kept.count("</pre>")
            kept += [*(["</pre>"] if within else []), "", say(CUT)]
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


def annotated(marks: Iterable[Mark], places: Places) -> Iterator[str]:
    """A command for each question that is wrong, then for those that are not written yet.

    Each is by the file and line of its function, where that is known.
    """
    wrong = sorted((mark for mark in marks if not mark.solved), key=is_unwritten)
    kept = wrong if len(wrong) <= MOST_ANNOTATIONS else wrong[: MOST_ANNOTATIONS - 1]
    for mark in kept:
        file, line = places.get(mark.question, ("", None))
        kind = "notice" if is_unwritten(mark) else "error"
        yield command(kind, first_message(mark), file=file, line=line, title=mark.question)
    if len(wrong) > len(kept):
        more = text("{count} more are not right yet", count=len(wrong) - len(kept))
        yield command("notice", say(more))


def is_unwritten(mark: Mark) -> bool:
    return mark.verdicts <= {Verdict.UNSOLVED, Verdict.PASSED}


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


def show_in_workflow(summary: str, commands: Iterable[str]) -> None:
    """Append to the step's summary and say the commands; outside of a workflow, nothing."""
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(file, "a", encoding="utf-8", errors="backslashreplace") as step:
            step.write(summary)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for one in commands:
            print(one, flush=True)
