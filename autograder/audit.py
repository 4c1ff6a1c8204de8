"""The grader grading itself: each promise it makes about its own checks, tried out.

Every part yields the problems it finds, one sentence each; no problem means the promise holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from . import record, stubs, syllabus
from .diagnose import distance
from .exercise import Misconception
from .grade import grade, grade_question
from .model import Mark, Verdict
from .numerics import deviation
from .session import LocalSession
from .truth import Live, bank, reference

TOTAL_POINTS = 100
EXACT = 1e-6  # of a right float64 gradient against the stacked numeric one (4.2e-9 measured)
APART = 5e-4  # between two misconceptions of a question
WRONG = 5e-3  # between a misconception and the reference


@dataclass(frozen=True)
class Part:
    """One promise, and how to find where it is broken: with the truth of a seed, or without."""

    promise: str
    find: Callable[..., Iterator[str]]
    seeded: bool = True

    def problems(self, seeds: Iterable[int]) -> Iterator[str]:
        if not self.seeded:
            yield from self.find()
            return
        for seed in seeds:
            for problem in self.find(live(seed)):
                yield f"seed {seed}: {problem}"


@lru_cache(maxsize=1)
def live(seed: int) -> Live:
    """The truth for one seed, shared by the parts that look at it one after another."""
    return Live(seed)


def points_add_up() -> Iterator[str]:
    total = 0
    for question in syllabus.questions():
        given = sum(check.points for check in question.checks)
        total += given
        if given != question.points:
            yield f"{question.name} is worth {question.points}, its checks {given}"
    if total != TOTAL_POINTS:
        yield f"all questions together are worth {total}, not {TOTAL_POINTS}"


def references_pass(truth: Live) -> Iterator[str]:
    for question in syllabus.questions():
        mark = grade_question(question, reference(question.exercise), truth)
        for finding in mark.findings:
            if finding.verdict != Verdict.PASSED:
                yield f"{question.name}::{finding.check}: {finding.message}"
        if mark.notes:
            yield f"{question.name} draws a note: {mark.notes[0]}"


def gradients_are_exact(truth: Live) -> Iterator[str]:
    for question in syllabus.questions():
        for case in question.cases if question.numeric else ():
            expected = truth.expected(question, case)
            for name in expected.gradients():
                numeric = expected[f"numeric_{name}"]
                known = np.isfinite(numeric)
                difference = deviation(expected[name][known], numeric[known])
                if not known.any() or not difference <= EXACT:
                    yield f"{question.name}: {name} is off by {difference:.1e}"


@lru_cache(maxsize=1)
def graded_misconceptions(truth: Live) -> list[tuple[Misconception, Mark]]:
    """Every misconception run as a student's function."""
    return [
        (one, grade_question(question, reference(question.exercise, **one.replaced), truth))
        for question in syllabus.questions()
        for one in bank(question.exercise).of(question.name)
    ]


def misconceptions_fail(truth: Live) -> Iterator[str]:
    """Each fails exactly the checks that it names, and one that costs no points draws a note."""
    for one, mark in graded_misconceptions(truth):
        failed = failed_checks(mark)
        if failed != one.fails:
            yield f"{one}: fails {sorted(failed)}, declared {sorted(one.fails)}"
        if one.advised and not mark.notes:
            yield f"{one}: draws no note"
        if not one.advised and not one.fails:
            yield f"{one}: is declared to fail nothing"


def failed_checks(mark: Mark) -> frozenset[str]:
    """Checks that did not pass of themselves; one that only waits for another has not failed."""
    ended = (Verdict.PASSED, Verdict.BLOCKED)
    return frozenset(finding.check for finding in mark.findings if finding.verdict not in ended)


def misconceptions_are_named(truth: Live) -> Iterator[str]:
    """Run as a student, each is told to be itself, or nothing: never another."""
    for one, mark in graded_misconceptions(truth):
        told = {f.diagnosis.misconception for f in mark.findings if f.diagnosis}
        if told - {one.name, None}:
            yield f"{one} is called {told}"


def misconceptions_are_apart(truth: Live) -> Iterator[str]:
    for question in syllabus.questions():
        known = truth.known(question)
        advised = {one.name for one in bank(question.exercise).of(question.name) if one.advised}
        right = {case.name: truth.expected(question, case) for case in question.cases}
        for one in known:
            if one.name not in advised and distance(right, one) < WRONG:
                yield f"{question.name}, {one.name} is near the reference"
        for one, other in combinations(known, 2):
            if {one.name, other.name} <= advised:
                continue  # both are right in value: the note tells them apart
            seen = {case: o for case, o in one.observations.items() if o is not None}
            if seen and distance(seen, other) < APART:
                yield f"{question.name}, {one.name} is like {other.name}"


def checks_catch() -> Iterator[str]:
    for question in syllabus.questions():
        caught = {name for one in bank(question.exercise).of(question.name) for name in one.fails}
        for check in question.checks:
            if check.name not in caught:
                yield f"{question.name}::{check.name} catches no known misconception"
        for name in caught - {check.name for check in question.checks}:
            yield f"{question.name} has no check {name}"


def misconceptions_belong() -> Iterator[str]:
    for exercise in syllabus.exercises():
        names = [(one.question, one.name) for one in bank(exercise.name).misconceptions]
        for question, name in names:
            if question not in exercise.questions:
                yield f"{exercise.name}: {name} is of no question: {question}"
            if names.count((question, name)) > 1:
                yield f"{question}: {name} is declared twice"


def stubs_are_unsolved() -> Iterator[str]:
    for name in stubs.stale():
        yield f"assignment/{name} is stale: run stubs"
    files = {name: source.encode() for name, source in stubs.stubs().items()}
    with LocalSession(files) as session:
        report = grade(session, Live(), "stubs")
    for mark in report.marks:
        if mark.score or mark.verdicts != {Verdict.UNSOLVED}:
            yield f"{mark.question} is not unsolved as a stub: {sorted(mark.verdicts)}"


def recordings_are_fresh() -> Iterator[str]:
    for name in record.stale():
        yield f"data/recorded/{name}.npz is stale: run record"


PARTS = (
    Part("points add up to 100", points_add_up, seeded=False),
    Part("references pass every check", references_pass),
    Part("reference gradients agree with the stacked numeric gradient", gradients_are_exact),
    Part("every misconception belongs to a question, once", misconceptions_belong, seeded=False),
    Part("every misconception fails where it says and nowhere else", misconceptions_fail),
    Part("every misconception is named as itself or not at all", misconceptions_are_named),
    Part("misconceptions are apart from each other", misconceptions_are_apart),
    Part("every check catches a misconception", checks_catch, seeded=False),
    Part("stubs are fresh, unsolved and worth nothing", stubs_are_unsolved, seeded=False),
    Part("recordings are fresh", recordings_are_fresh, seeded=False),
)
