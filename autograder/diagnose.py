"""From a wrong observation to the mistake that made it, or an honest "unknown".

The order of explanation: equal to a known misconception (certain); right derivative of a wrong
forward, or wrong derivative of a right one (likely); otherwise the cause is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from .candidate import Candidate, Observation
from .exercise import FREE, Question
from .model import Diagnosis, Fault, Text, text
from .numerics import NUMERIC_TOLERANCE, TOLERANCE, deviation, without_leading_ones
from .truth import Known, Truth

SAME = 1e-6  # the smallest separation of two misconceptions is 5e-4
Outcomes = Mapping[str, Observation | Fault]


def diagnose(
    question: Question, candidate: Candidate, outcomes: Outcomes, truth: Truth
) -> Diagnosis:
    """Why ``outcomes`` are wrong; the candidate may be called once more."""
    return (
        by_signature(question, outcomes)
        or known_misconception(outcomes, truth.known(question))
        or own_derivative(question, candidate, outcomes, truth)
        or Diagnosis("unknown", text("Cause unknown."))
    )


def by_signature(question: Question, outcomes: Outcomes) -> Diagnosis | None:
    """What a random answer itself tells, e.g. which formula its standard deviation fits."""
    if question.explain is None:
        return None
    observed = {case: o for case, o in outcomes.items() if isinstance(o, Observation)}
    return question.explain(observed) if len(observed) == len(outcomes) else None


def known_misconception(outcomes: Outcomes, known: list[Known]) -> Diagnosis | None:
    """The one misconception that did the same on every case."""
    distances = {one.name: distance(outcomes, one) for one in known}
    limit = TOLERANCE if in_float32(outcomes) else SAME
    matching = [one for one in known if distances[one.name] <= limit]
    if len(matching) != 1:
        return None
    found = matching[0]
    evidence = text("equals this mistake to {apart:.0e}", apart=distances[found.name])
    if distances[found.name] == 0:
        evidence = text("equals this mistake to the last digit")
    certainty = "certain" if any(map(tells_much, outcomes.values())) else "likely"
    return Diagnosis(certainty, Text(found.sentence), found.name, evidence, found.spot)


def tells_much(outcome: Observation | Fault) -> bool:
    """Whether equality is no coincidence: a few words or truth values may be equal by chance."""
    return isinstance(outcome, Observation) and any(
        array.dtype.kind == "f" for array in outcome.values.values()
    )


def distance(outcomes: Outcomes, known: Known) -> float:
    """The largest deviation over all cases; infinite where only one of the two answered.

    Infinite too where neither answered any: that they have nothing to show is no likeness.
    """
    if all(one is None for one in known.observations.values()):
        return math.inf
    largest = 0.0
    for case, outcome in outcomes.items():
        theirs = known.observations.get(case)
        if isinstance(outcome, Fault) or theirs is None:
            if isinstance(outcome, Fault) and theirs is None:
                continue
            return math.inf
        compared = [name for name in theirs.values if not name.startswith(FREE)]
        largest = max(largest, *(apart(outcome, theirs, name) for name in compared))
    return largest


def apart(one: Observation, other: Observation, name: str) -> float:
    return deviation(without_leading_ones(one[name], other[name].shape), other[name])


def in_float32(outcomes: Outcomes) -> bool:
    return any(
        array.dtype == np.float32
        for outcome in outcomes.values()
        if isinstance(outcome, Observation)
        for array in outcome.values.values()
    )


def own_derivative(
    question: Question, candidate: Candidate, outcomes: Outcomes, truth: Truth
) -> Diagnosis | None:
    """Compare the backward with the numeric gradient of the student's own forward."""
    case = question.cases[0]
    seen = outcomes[case.name]
    if question.numeric is None or isinstance(seen, Fault):
        return None
    inputs, expected = truth.inputs(question, case), truth.expected(question, case)
    try:
        candidate.begin(inputs.seed)
        with np.errstate(all="ignore"):
            own = question.numeric(candidate, inputs)
    except Exception:  # a forward too different to be differentiated: there is no such evidence
        return None
    forward_right = all(close(own[name], expected[f"numeric_{name}"]) for name in own)
    backward_fits = all(close(seen[name], own[name]) for name in own)
    if backward_fits and not forward_right:
        return Diagnosis(
            "likely",
            text("This is the right derivative of your own forward: mend the forward first."),
        )
    if forward_right and not backward_fits:
        return Diagnosis("likely", text("Your forward is right; its derivative is not."))
    return None


def close(got: np.ndarray, expected: np.ndarray) -> bool:
    """Agreement where there is a numeric gradient."""
    got = without_leading_ones(got, expected.shape)
    if got.shape != expected.shape:
        return False
    known = np.isfinite(expected)
    return deviation(np.where(known, got, 0), np.where(known, expected, 0)) <= NUMERIC_TOLERANCE
