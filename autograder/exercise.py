"""Declarations: Exercise, Question, Case, Check, Advice, and the Bank of misconceptions.

Reading an exercise file runs nothing; :mod:`grade` interprets what it declares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import numpy as np

from .candidate import Candidate, Observation
from .model import Diagnosis, Text

Array = np.ndarray
FREE = "free_"  # begins the names of observed arrays in which right answers may differ
Inputs = SimpleNamespace


@dataclass(frozen=True)
class Case:
    """One named set of inputs; ``sentence`` describes it to a student."""

    name: str
    sentence: str
    build: Callable[[np.random.Generator], Mapping[str, Any]]

    def inputs(self, seed: int, question: str) -> Inputs:
        """The inputs, frozen by (seed, question, case name); arrays are read-only."""
        rng = np.random.default_rng([seed, crc32(question.encode()), crc32(self.name.encode())])
        inputs = Inputs(seed=int(rng.integers(2**31)), **self.build(rng))
        _freeze(vars(inputs))
        return inputs


def _freeze(value: Any) -> None:
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            _freeze(item)


def case(build: Callable[[np.random.Generator], Mapping[str, Any]]) -> Case:
    """Declare a case: the function builds the inputs, its docstring describes them."""
    return Case(build.__name__, sentence_of(build), build)


@dataclass(frozen=True)
class Seen:
    """What a judge looks at: the inputs of a case, what came back, and what should have."""

    inputs: Inputs
    got: Observation
    expected: Observation


Judge = Callable[[Seen], tuple[Text, ...]]  # remarks; raises Mismatch where the promise is broken


@dataclass(frozen=True)
class Check:
    """One promised property, carrying points; its promise is what the student reads.

    ``needs`` names checks of the same question without which this one earns nothing.
    """

    name: str
    promise: str
    points: int
    judge: Judge
    cases: tuple[Case, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Invariant:
    """Something that ``holds`` of every right answer: ``residual`` is 0 wherever it does.

    Carries no points; it explains an answer that is wrong in no known way. ``look`` says where
    whoever breaks it may look first.
    """

    holds: Text
    residual: Callable[[Seen], Array]
    cases: tuple[Case, ...]
    look: Text | None = None


Observe = Callable[[Candidate, Inputs], Mapping[str, Any]]
Numeric = Callable[[Candidate, Inputs], Mapping[str, Array]]
Explain = Callable[[Mapping[str, Observation]], Diagnosis | str | None]


@dataclass(eq=False)
class Question:
    """One graded function: the cases it is tried on, how it is observed, what is promised.

    ``numeric`` differentiates a candidate's own forward numerically: the reference's for the
    check, the student's for the explanation. ``drawn`` says that the answer is random and judged
    for itself: there is no reference to compare with, and ``explain`` takes the place of one. It
    returns a diagnosis, or the name of a misconception. ``uses`` is the question whose function
    this one may call: while both are wrong, this one waits.
    """

    exercise: str
    name: str
    points: int
    cases: tuple[Case, ...]
    observe: Observe
    summary: str
    numeric: Numeric | None = None
    drawn: bool = False
    explain: Explain | None = None
    uses: str = ""
    checks: list[Check] = field(default_factory=list)
    advice: list[Check] = field(default_factory=list)
    invariants: list[Invariant] = field(default_factory=list)

    def check(
        self,
        name: str,
        promise: str,
        judge: Judge,
        *,
        points: int,
        on: tuple[Case, ...] = (),
        needs: tuple[str, ...] = (),
    ) -> None:
        """Promise a property for ``points``, on all cases unless ``on`` names some."""
        self.checks.append(Check(name, promise, points, judge, on or self.cases, needs))

    def invariant(
        self,
        holds: Text,
        residual: Callable[[Seen], Array],
        *,
        look: Text | None = None,
        on: tuple[Case, ...] = (),
    ) -> None:
        """Declare what holds of every right answer, and where to look if it does not."""
        self.invariants.append(Invariant(holds, residual, on or self.cases, look))

    def advise(self, name: str, promise: str, judge: Judge, *, on: tuple[Case, ...] = ()) -> None:
        """A property worth a note and no points."""
        self.advice.append(Check(name, promise, 0, judge, on or self.cases))


@dataclass(eq=False)
class Exercise:
    """One topic and one student file, ``<name>.py``."""

    name: str
    questions: dict[str, Question] = field(default_factory=dict)

    def question(
        self,
        name: str,
        observe: Observe,
        *,
        points: int,
        cases: tuple[Case, ...],
        summary: str,
        numeric: Numeric | None = None,
        drawn: bool = False,
        explain: Explain | None = None,
        uses: str = "",
    ) -> Question:
        """Declare the question ``name``, the function of that name in the student's file."""
        question = Question(
            self.name, name, points, cases, observe, summary, numeric, drawn, explain, uses
        )
        self.questions[name] = question
        return question


@dataclass(frozen=True)
class Misconception:
    """A known wrong way to write a question's function.

    ``replaced`` are the functions that differ from the reference, ``fails`` the checks that must
    fail and no other; ``advised`` says that it costs no points but must draw a note. ``spot`` names
    the expression to look at, by its name in the question's hints.
    """

    question: str
    name: str
    sentence: str
    replaced: Mapping[str, Callable[..., Any]]
    fails: frozenset[str]
    advised: bool = False
    spot: str = ""

    def __str__(self) -> str:
        return f"{self.question}, {self.name}"


@dataclass
class Bank:
    """The misconceptions of one exercise."""

    exercise: str
    misconceptions: list[Misconception] = field(default_factory=list)

    def mistake(
        self,
        question: str,
        fails: str | tuple[str, ...] = (),
        *,
        advised: bool = False,
        spot: str = "",
        **also: Callable[..., Any],
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare the decorated function as a wrong ``question``; its docstring explains it.

        ``also`` replaces further functions, e.g. a forward that caches what this backward needs.
        """
        checks = frozenset((fails,) if isinstance(fails, str) else fails)

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            name = function.__name__.replace("_", "-")
            replaced = {**also, question: function}
            sentence = sentence_of(function)
            self.misconceptions.append(
                Misconception(question, name, sentence, replaced, checks, advised, spot)
            )
            return function

        return declare

    def of(self, question: str) -> list[Misconception]:
        return [m for m in self.misconceptions if m.question == question]


def sentence_of(function: Callable[..., Any]) -> str:
    """A docstring as one line of text; a declaration without one is an error."""
    if not function.__doc__:
        raise ValueError(f"{function.__name__} needs a docstring: it is what students read")
    return " ".join(function.__doc__.split())
