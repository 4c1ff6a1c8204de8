"""A report as plain lines: one fact a line, ASCII markers, nothing that only colour says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ..language import say
from ..model import Diagnosis, Finding, Mark, Report, Text, Verdict, text

WIDTH = 80
MARKERS = {
    Verdict.PASSED: "[PASS]",
    Verdict.UNSOLVED: "[TODO]",
    Verdict.BLOCKED: "[WAIT]",
    Verdict.BROKEN: "[OURS]",
}
CERTAINTIES = {"certain": text("certain"), "likely": text("likely")}
LABEL = 10  # columns
WORD = re.compile(r" *(?:\([\d, ]*\)|[^ ])+")  # a shape is one word


def marker(verdict: Verdict) -> str:
    return MARKERS.get(verdict, "[FAIL]")


def summary_marker(mark: Mark) -> str:
    """One marker for a question: failed beats waiting beats unsolved."""
    markers = {marker(verdict) for verdict in mark.verdicts}
    for gravest in ("[OURS]", "[FAIL]", "[WAIT]", "[TODO]"):
        if gravest in markers:
            return gravest
    return "[PASS]"


def mark_line(mark: Mark) -> str:
    return f"{mark.question:<24} {summary_marker(mark)} {mark.score}/{mark.max_score}"


def mark_lines(mark: Mark) -> Iterator[str]:
    """A question in full: each check, and of each array that is wrong the first time how."""
    yield mark_line(mark)
    if mark.verdicts == {Verdict.UNSOLVED}:
        yield from wrapped(f"  {said(mark.findings[0].message)}", "  ")
        return
    told: set[tuple[str, Verdict]] = set()
    for finding in mark.findings:
        yield from wrapped(f"{marker(finding.verdict)} {say(finding.promise)}", "       ")
        subject = str(finding.message).partition(" ")[0]  # the array, or the function
        if finding.message is not None and (subject, finding.verdict) not in told:
            told.add((subject, finding.verdict))
            yield from finding_lines(finding)
    causes = [finding.diagnosis for finding in mark.findings if finding.diagnosis]
    if causes:
        yield from diagnosis_lines(causes[0])
    for note in mark.notes:
        yield from note_lines(note)


def note_lines(note: Text) -> Iterator[str]:
    yield from wrapped(say(text("Note: {note}", note=note)), "  ")


def said(sentence: Text | None) -> str:
    return "" if sentence is None else say(sentence)


def finding_lines(finding: Finding) -> Iterator[str]:
    yield from wrapped(f"       {said(finding.message)}", "       ")
    for detail in finding.details:
        label = padded(say(detail.label), LABEL)
        yield from wrapped(f"  {label} {say(detail.text)}", " " * (LABEL + 3))


def diagnosis_lines(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.certainty not in CERTAINTIES:
        sure = text("What is sure: {evidence}.", evidence=diagnosis.evidence)
        said = [diagnosis.sentence, sure] if diagnosis.evidence else [diagnosis.sentence]
        yield from wrapped(" ".join(map(say, said)), "  ")
        return
    certainty, evidence = CERTAINTIES[diagnosis.certainty], diagnosis.evidence
    cause = text("Cause ({certainty})", certainty=certainty)
    if evidence is not None:
        cause = text("Cause ({certainty}: {evidence})", certainty=certainty, evidence=evidence)
    yield from wrapped(say(cause), "  ")
    yield from wrapped(f"  {say(diagnosis.sentence)}", "  ")


def report_lines(report: Report) -> Iterator[str]:
    """Everything: questions that need attention in full, the others in a line."""
    for note in report.notes:
        yield from note_lines(note)
    for mark in report.marks:
        if mark.solved and not mark.notes:
            yield mark_line(mark)
        else:
            yield from mark_lines(mark)
    yield f"{report.score}/{report.max_score}"


def wrapped(line: str, indent: str) -> list[str]:
    """Lines of at most 80 columns, broken at spaces; a long run of wide letters within it too.

    A run of narrow letters stays whole: it is a path or a name, to be copied.
    """
    lines, now = [], ""
    for word in WORD.findall(re.sub(r"\s", " ", line.expandtabs())) or [line]:
        endless = width(word) > max(len(word), WIDTH - width(indent))
        if now.strip() and width(now + word) > WIDTH and not endless:
            lines.append(now)
            now, word = indent, word.lstrip()
        now += word
        while width(now) > WIDTH and width(word) > len(word):
            fits = fitting(now)
            lines.append(now[:fits])
            now = indent + now[fits:]
    return [*lines, now]


def fitting(line: str) -> int:
    """How many letters of ``line`` have room; at least one."""
    columns = 0
    for count, letter in enumerate(line):
        columns += width(letter)
        if columns > WIDTH:
            return max(1, count)
    return len(line)


def width(string: str) -> int:
    """Columns that a string takes in a terminal: East Asian wide characters take two."""
    if string.isascii():  # nearly always, and letter by letter takes a hundred times longer
        return len(string)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in string)


def padded(string: str, columns: int) -> str:
    return string + " " * max(0, columns - width(string))


def table_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns wide enough for all; the last column runs on."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return (table_line(row, widths) for row in rows)


def table_line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [padded(cell, columns) for cell, columns in zip(row, widths, strict=False)]
    return "  ".join([*cells, row[-1]]).rstrip()
