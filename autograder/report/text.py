"""A report as plain lines: one fact a line, ASCII markers, nothing that only colour says."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from ..model import Diagnosis, Finding, Mark, Report, Verdict

WIDTH = 80
MARKERS = {
    Verdict.PASSED: "[PASS]",
    Verdict.UNSOLVED: "[TODO]",
    Verdict.BLOCKED: "[WAIT]",
    Verdict.BROKEN: "[OURS]",
}
CERTAINTIES = {"certain": "Cause (certain{})", "likely": "Cause (likely{})"}


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
        yield f"  {mark.findings[0].message}"
        return
    told: set[tuple[str, Verdict]] = set()
    for finding in mark.findings:
        yield from wrapped(f"{marker(finding.verdict)} {finding.promise}", "       ")
        subject = str(finding.message).partition(" ")[0]  # the array, or the function
        if finding.message is not None and (subject, finding.verdict) not in told:
            told.add((subject, finding.verdict))
            yield from finding_lines(finding)
    causes = [finding.diagnosis for finding in mark.findings if finding.diagnosis]
    if causes:
        yield from diagnosis_lines(causes[0])
    for note in mark.notes:
        yield from wrapped(f"Note: {note}", "  ")


def finding_lines(finding: Finding) -> Iterator[str]:
    yield from wrapped(f"       {finding.message}", "       ")
    for detail in finding.details:
        yield from wrapped(f"  {detail.label:<10} {detail.text}", " " * 13)


def diagnosis_lines(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.certainty not in CERTAINTIES:
        yield str(diagnosis.sentence)
        return
    evidence = f": {diagnosis.evidence}" if diagnosis.evidence else ""
    yield from wrapped(CERTAINTIES[diagnosis.certainty].format(evidence), "  ")
    yield from wrapped(f"  {diagnosis.sentence}", "  ")


def report_lines(report: Report) -> Iterator[str]:
    """Everything: questions that need attention in full, the others in a line."""
    for note in report.notes:
        yield from wrapped(f"Note: {note}", "  ")
    for mark in report.marks:
        if mark.solved and not mark.notes:
            yield mark_line(mark)
        else:
            yield from mark_lines(mark)
    yield f"{report.score}/{report.max_score}"


def wrapped(line: str, indent: str) -> list[str]:
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [line]


def width(string: str) -> int:
    """Columns that a string takes in a terminal: East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in string)


def padded(string: str, columns: int) -> str:
    return string + " " * max(0, columns - width(string))


def table_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns wide enough for all; the last column runs on."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [padded(cell, columns) for cell, columns in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[-1]]).rstrip()
