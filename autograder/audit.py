"""The grader grading itself: each promise it makes about its own checks, tried out.

Every part yields the problems it finds, one sentence each; no problem means the promise holds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from . import record, signatures, stubs, syllabus
from .candidate import Observation
from .diagnose import BROKEN, distance, known_misconception, pair_of_misconceptions, residual_of
from .exercise import Misconception, Question, Seen
from .grade import grade, grade_question
from .hints import Hints, hints
from .model import Mark, Verdict
from .numerics import deviation
from .places import SOLUTIONS
from .session import LocalSession
from .truth import Live, bank, reference

TOTAL_POINTS = 100
EXACT = 1e-6  # of a right float64 gradient against the stacked numeric one (4.2e-9 measured)
APART = 5e-4  # between two misconceptions of a question
WRONG = 5e-3  # between a misconception and the reference
SPOTS = 2  # at least: with one, the diagnosis would have nothing to choose
TELLING = 12  # characters of an expression, without spaces: what is shorter gives nothing away


@dataclass(frozen=True)
class Part:
    """One promise, and how to find where it is broken: with the truth of a seed, or without."""

    promise: str
    find: Callable[..., Iterator[str]]
    seeded: bool = True
    most: int | None = None  # seeds, of what is dear

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


def misconceptions_are_named_in_float32(truth: Live) -> Iterator[str]:
    for question in syllabus.questions():
        for one in bank(question.exercise).of(question.name):
            narrowed = {name: in_float32(function) for name, function in one.replaced.items()}
            mark = grade_question(question, reference(question.exercise, **narrowed), truth)
            told = {f.diagnosis.misconception for f in mark.findings if f.diagnosis}
            if told - {one.name, None}:
                yield f"{one} in float32 is called {told}"


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, given arrays of float32."""

    def narrow(value: Any) -> Any:
        is_wide = isinstance(value, np.ndarray) and value.dtype == np.float64
        return value.astype(np.float32) if is_wide else value

    def narrowed(*arguments: Any, **keywords: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(
                *map(narrow, arguments), **{name: narrow(v) for name, v in keywords.items()}
            )

    return narrowed


def strangers_are_not_named(truth: Live) -> Iterator[str]:
    """Right answers rescaled, by one number or entry by entry, and random ones are no mistake."""
    rng = np.random.default_rng(truth.seed)
    changes: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "rescaled": lambda array: array * 1.7,
        "rescaled by entry": lambda array: array * rng.uniform(0.5, 2.0, array.shape),
        "random": lambda array: rng.normal(size=array.shape),
    }
    for question in syllabus.questions():
        for label, change in changes.items() if not question.drawn else ():
            expected = {case.name: truth.expected(question, case) for case in question.cases}
            outcomes = {case: altered(seen, change) for case, seen in expected.items()}
            named = known_misconception(outcomes, truth.known(question))
            named = named or pair_of_misconceptions(question, outcomes, truth)
            if named is not None and any(a.values for a in outcomes.values()):
                yield f"{question.name}: {label} answers are called {named.misconception}"


def altered(seen: Observation, change: Callable[[np.ndarray], np.ndarray]) -> Observation:
    return Observation(
        {
            name: change(array) if array.dtype.kind == "f" and array.size > 1 else array
            for name, array in seen.values.items()
        }
    )


def invariants_hold(truth: Live) -> Iterator[str]:
    for question in syllabus.questions():
        for invariant in question.invariants:
            for case in invariant.cases:
                right = truth.expected(question, case)
                residual = residual_of(invariant, Seen(truth.inputs(question, case), right, right))
                if residual is None or np.abs(residual).max(initial=0) > BROKEN / 10:
                    yield f"{question.name}: the reference breaks: {invariant.holds}"


def misconceptions_are_apart(truth: Live) -> Iterator[str]:
    for question in syllabus.questions():
        known = truth.known(question)
        right = {case.name: truth.expected(question, case) for case in question.cases}
        for one in known:
            if distance(right, one) < WRONG:
                yield f"{question.name}, {one.name} is near the reference"
        for one, other in combinations(known, 2):
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


def hints_are_whole() -> Iterator[str]:
    """Every question has hints, and every spot in them is named by somebody."""
    for question in syllabus.questions():
        of = hints_of(question)
        if of is None:
            yield f"{question.name} has no hints, or incomplete ones"
            continue
        if not all((of.read, of.where, *of.spots.values(), of.example_text)):
            yield f"{question.name}: one of its hints is empty"
        if len(of.spots) < SPOTS:
            yield f"{question.name}: its hints have {len(of.spots)} spots, not {SPOTS}"
        if set(of.checks) != {check.name for check in question.checks}:
            yield f"{question.name}: its hints are for the checks {sorted(of.checks)}"
        named = spots_named(question, of)
        for who, spot in named.items():
            if spot not in of.spots:
                yield f"{who} names no spot of {question.name}: {spot!r}"
        for spot in set(of.spots) - set(named.values()):
            yield f"{question.name}: nothing names the spot {spot}"


def hints_of(question: Question) -> Hints | None:
    try:
        return hints(question.exercise, question.name)
    except (OSError, KeyError):
        return None


def spots_named(question: Question, of: Hints) -> dict[str, str]:
    """The spot that each check, misconception and formula of a scale names."""
    named = {f"{question.name}::{check}": spot for check, spot in of.checks.items()}
    named.update((str(one), one.spot) for one in bank(question.exercise).of(question.name))
    if any(check.name == "scale" for check in question.checks):
        named.update((f"the signature {one.name}", one.spot) for one in signatures.SCALES)
    return named


def hints_keep_the_secret() -> Iterator[str]:
    """No part of the reference is in a hint of its question, and no example is a question."""
    for question in syllabus.questions():
        of = hints_of(question)
        if of is None:
            continue  # said above
        said = (of.where, *of.spots.values(), of.example_text, of.example_code)
        given_away = [squeezed(words) for words in said]
        for part in sorted(solution(question)):
            if any(part in words for words in given_away):
                yield f"a hint of {question.name} gives {part} away"
        for other in syllabus.questions():
            if f"{other.name}(" in of.example_code:
                yield f"the example of {question.name} is about {other.name}"


def solution(question: Question) -> set[str]:
    """What the reference works out, down to the smallest part that tells much."""
    source = (SOLUTIONS / f"{question.exercise}.py").read_text(encoding="utf-8")
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    function = next(node for node in functions if node.name == question.name)
    parts = (ast.get_source_segment(source, node) for node in ast.walk(function) if is_work(node))
    return {part for part in map(squeezed, filter(None, parts)) if len(part) > TELLING}


def is_work(node: ast.AST) -> bool:
    return isinstance(node, (ast.Assign, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare))


def squeezed(words: str) -> str:
    return "".join(words.split())


PARTS = (
    Part("points add up to 100", points_add_up, seeded=False),
    Part("references pass every check", references_pass),
    Part("reference gradients agree with the stacked numeric gradient", gradients_are_exact),
    Part("every misconception belongs to a question, once", misconceptions_belong, seeded=False),
    Part("every misconception fails where it says and nowhere else", misconceptions_fail),
    Part("every misconception is named as itself or not at all", misconceptions_are_named),
    Part(
        "every misconception in float32 is named as itself or not at all",
        misconceptions_are_named_in_float32,
        most=20,
    ),
    Part("rescaled and random answers are named nothing", strangers_are_not_named, most=20),
    Part("references keep every invariant", invariants_hold, most=20),
    Part("misconceptions are apart from each other", misconceptions_are_apart),
    Part("every check catches a misconception", checks_catch, seeded=False),
    Part("every question has hints, and the bank speaks of them", hints_are_whole, seeded=False),
    Part("hints give no solution away", hints_keep_the_secret, seeded=False),
    Part("stubs are fresh, unsolved and worth nothing", stubs_are_unsolved, seeded=False),
    Part("recordings are fresh", recordings_are_fresh, seeded=False),
)
