"""The checks as tests of pytest: ``sigmoid_forward::value``, one for each check of each question.

A class for each question and a function for each check, so that pytest and the panels of editors
see nothing out of the ordinary. Not imported by any command: ``tests/test_assignment.py`` of a
student's copy puts them into its namespace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from . import language, practice, syllabus
from .definitions import line_of
from .exercise import Check, Question
from .language import say
from .model import Finding, Mark, Verdict
from .places import ASSIGNMENT
from .report.practice import attention_lines
from .report.screen import harmless

LEFT_OUT = (Verdict.UNSOLVED, Verdict.BLOCKED)  # neither right nor wrong yet


def tests(module: str) -> dict[str, type]:
    """Classes by question, for the namespace of ``module``."""
    language.use()
    return {question.name: suite(question, module) for question in syllabus.questions()}


def suite(question: Question, module: str) -> type:
    namespace: dict[str, object] = {check.name: test(question, check) for check in question.checks}
    namespace |= {"__test__": True, "__module__": module, "__doc__": question.summary}
    return type(question.name, (), namespace)


def test(question: Question, check: Check) -> Callable[[object], None]:
    """The test of one check; it says that it stands where the student's function does."""

    def run(_: object) -> None:
        mark = marks(question.exercise)[question.name]
        conclude(mark, next(one for one in mark.findings if one.check == check.name))

    file = ASSIGNMENT / f"{question.exercise}.py"
    line = line_of(file.read_bytes(), question.name) if file.is_file() else None
    run.__code__ = run.__code__.replace(co_filename=str(file), co_firstlineno=line or 1)
    run.__name__, run.__qualname__ = check.name, f"{question.name}.{check.name}"
    run.__doc__ = check.promise
    run.__test__ = True  # type: ignore[attr-defined] # whatever its name is
    return run


@cache
def marks(exercise: str) -> dict[str, Mark]:
    """The marks of an exercise, graded when the first of its tests runs."""
    report = practice.check(ASSIGNMENT, syllabus.exercise(exercise).questions.values())
    return {mark.question: mark for mark in report.marks}


def conclude(mark: Mark, finding: Finding) -> None:
    """End the test as the check ended, with the words of ``course.py check``."""
    if finding.verdict in LEFT_OUT:
        pytest.skip(say(finding.message) if finding.message else "")
    if finding.verdict != Verdict.PASSED:
        _, *lines = attention_lines(replace(mark, findings=(finding,)), ASSIGNMENT)
        pytest.fail("\n".join(map(harmless, lines)), pytrace=False)  # the test has its name
