"""Gradescope: the results.json of one submission; ``archive`` makes the autograder it runs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ...language import say
from ...model import Mark, text
from ..data import dumps
from ..result import Result
from ..safe import shown
from ..text import mark_lines, note_lines

FILE = "results.json"
MOST_OUTPUT = 20_000  # characters of one test


def gradescope(result: Result) -> str | None:
    """The file's content. None where there is no mark: Gradescope says then that grading failed.

    What cannot be graded is the student's, who can hand in again: that is 0 and says why.
    """
    if result.report is not None and result.final is not None:
        tests = list(_tests(result.report.marks))
        return dumps(_whole(result.final, "\n".join(_lines(result)), tests))
    if result.status == "ungradable" and result.problem is not None:
        return dumps(_whole(0, say(result.problem), []))
    return None


def _whole(score: int, output: str, tests: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "score": score,
        "output": shown(output, MOST_OUTPUT),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def _lines(result: Result) -> list[str]:
    """What concerns the whole submission: the mark after penalties, and what could not be used."""
    lines = []
    if result.penalty:
        sentence = text(
            "{score} points, {penalty} taken off: {final} of {most}",
            score=result.score,
            penalty=result.penalty,
            final=result.final,
            most=result.max_score,
        )
        lines.append(say(sentence))
    lines += map(say, result.reasons)
    notes = result.report.notes if result.report else ()
    return lines + [line for note in notes for line in note_lines(note)]


def _tests(marks: tuple[Mark, ...]) -> list[dict[str, Any]]:
    """A test for each question, numbered by exercise and within it."""
    exercises = list(dict.fromkeys(mark.exercise for mark in marks))
    seen: Counter[str] = Counter()
    tests = []
    for mark in marks:
        seen[mark.exercise] += 1
        number = f"{exercises.index(mark.exercise) + 1}.{seen[mark.exercise]}"
        tests.append(_test(mark, number))
    return tests


def _test(mark: Mark, number: str) -> dict[str, Any]:
    output = "" if mark.solved and not mark.notes else "\n".join(mark_lines(mark))
    return {
        "number": number,
        "name": f"{mark.exercise}: {mark.question}",
        "score": mark.score,
        "max_score": mark.max_score,
        "status": "passed" if mark.solved else "failed",
        "output": shown(output, MOST_OUTPUT),
        "tags": [mark.exercise],
        "visibility": "visible",
    }
