"""From a wrong observation to the mistake that made it, or an honest "unknown".

The order of explanation: equal to a known misconception (certain); to two of them; the right
derivative of a wrong forward; a simple relation to the right answer; a broken invariant; where it
is wrong (all likely). Else the cause is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from .candidate import Candidate, Observation
from .comparison import Compared, Outcomes, comparisons, limit, wrong_names
from .exercise import FREE, Invariant, Question, Seen
from .model import Detail, Details, Diagnosis, Fault, Text, text
from .numerics import NUMERIC_TOLERANCE, deviation, without_leading_ones
from .pairs import two_known
from .regions import wrong_region
from .transforms import simple_transform
from .truth import Known, Truth


def diagnose(
    question: Question, candidate: Candidate, outcomes: Outcomes, truth: Truth
) -> Diagnosis:
    """Why ``outcomes`` are wrong; the candidate may be called once more."""
    known = truth.known(question)
    if question.drawn:
        return by_signature(question, outcomes, known) or UNKNOWN
    named = known_misconception(outcomes, known)
    if named is not None:
        return named
    inputs = {case.name: truth.inputs(question, case) for case in question.cases}
    expected = {case.name: truth.expected(question, case) for case in question.cases}
    compared = comparisons(question.cases, outcomes, inputs, expected)
    own = own_derivative(question, candidate, outcomes, truth)
    return (
        pair_of_misconceptions(question, outcomes, truth)
        or (own if own is MEND_FORWARD else None)
        or simple_transform(compared, limit(outcomes))
        or broken_invariant(question, outcomes, truth)
        or wrong_region(compared)
        or own
        or unknown(compared)
    )


UNKNOWN = Diagnosis("unknown", text("Cause unknown."))
ROUNDING = 1e-11  # of float64, after all steps of a question
MEND_FORWARD = Diagnosis(
    "likely",
    text("This is the right derivative of your own forward: mend the forward first."),
)
FORWARD_IS_RIGHT = Diagnosis("likely", text("Your forward is right; its derivative is not."))


def unknown(compared: Mapping[str, list[Compared]]) -> Diagnosis:
    """That the cause is not known, and what is."""
    wrong = [one for name in wrong_names(compared) for one in compared[name] if one.fits]
    if not wrong:
        return UNKNOWN
    count, total = sum(int(one.wrong.sum()) for one in wrong), sum(one.wrong.size for one in wrong)
    evidence = text("wrong values: {count} of {total}", count=count, total=total)
    return Diagnosis("unknown", UNKNOWN.sentence, None, evidence)


def by_signature(question: Question, outcomes: Outcomes, known: list[Known]) -> Diagnosis | None:
    """What a random answer itself tells, e.g. which formula its standard deviation fits."""
    observed = {case: o for case, o in outcomes.items() if isinstance(o, Observation)}
    if question.explain is None or len(observed) < len(outcomes):
        return None
    told = question.explain(observed)
    if not isinstance(told, str):
        return told
    from .drawn import Likely  # with statistics: nobody else waits for them

    [one] = [one for one in known if one.name == told]
    certainty = "likely" if isinstance(told, Likely) else "certain"
    return Diagnosis(certainty, Text(one.sentence), one.name, None, one.spot)


def known_misconception(outcomes: Outcomes, known: list[Known]) -> Diagnosis | None:
    """The one misconception that did the same on every case."""
    near = limit(outcomes)
    distances = {one.name: distance(outcomes, one, near) for one in known}
    matching = [one for one in known if distances[one.name] <= near]
    if len(matching) != 1:
        return None
    found = matching[0]
    evidence = text("equals this mistake to {apart:.0e}", apart=distances[found.name])
    if distances[found.name] < ROUNDING:
        evidence = text("equals this mistake, but for rounding")
    sentence = Text(found.sentence)
    if any(map(tells_much, outcomes.values())):
        return Diagnosis("certain", sentence, found.name, evidence, found.spot)
    perhaps = text(
        "Your answers are those of this mistake, perhaps by chance: {said}", said=sentence
    )
    return Diagnosis("likely", perhaps, found.name, None, found.spot)


def tells_much(outcome: Observation | Fault) -> bool:
    """Whether equality is no coincidence: a few words or truth values may be equal by chance."""
    return isinstance(outcome, Observation) and any(
        array.dtype.kind == "f" for array in outcome.values.values()
    )


def distance(outcomes: Outcomes, known: Known, near: float = math.inf) -> float:
    """The largest deviation over all cases, or the first beyond ``near``.

    Infinite where only one of the two answered.

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
        for name in theirs.values:
            if not name.startswith(FREE):
                largest = max(largest, apart(outcome, theirs, name))
                if largest > near:
                    return largest
    return largest


def apart(one: Observation, other: Observation, name: str) -> float:
    return deviation(without_leading_ones(one[name], other[name].shape), other[name])


def pair_of_misconceptions(
    question: Question, outcomes: Outcomes, truth: Truth
) -> Diagnosis | None:
    found = two_known(question, outcomes, truth, limit(outcomes))
    if found is None:
        return None
    first, second = found
    return Diagnosis(
        "likely",
        text(
            "Two mistakes at once. {first} And: {second}",
            first=Text(first.sentence),
            second=Text(second.sentence),
        ),
        f"{first.name} + {second.name}",
        text("together they explain every entry"),
        first.spot,
    )


def broken_invariant(question: Question, outcomes: Outcomes, truth: Truth) -> Diagnosis | None:
    """The first declared invariant that the answer breaks."""
    for invariant, residual in broken(question, outcomes, truth):
        sentence = text("Yours breaks this rule: {rule}", rule=invariant.holds)
        if invariant.look is not None:
            sentence = text("{broken} {look}", broken=sentence, look=invariant.look)
        return Diagnosis("likely", sentence, None, span(residual))
    return None


def broken_rule(
    question: Question, outcomes: Outcomes, truth: Truth, besides: Diagnosis
) -> Details:
    """One broken invariant as a fact, if the diagnosis does not speak of it."""
    for invariant, residual in broken(question, outcomes, truth):
        if str(invariant.holds) not in str(besides.sentence):
            fact = text("{rule} Here {by}.", rule=invariant.holds, by=span(residual))
            return (Detail("invariant", fact),)
    return ()


def broken(
    question: Question, outcomes: Outcomes, truth: Truth
) -> Iterator[tuple[Invariant, np.ndarray]]:
    """The declared invariants that the answer breaks, and by how much on the first such case."""
    for invariant in question.invariants:
        for case in invariant.cases:
            outcome = outcomes[case.name]
            if isinstance(outcome, Observation):
                inputs, expected = truth.inputs(question, case), truth.expected(question, case)
                residual = residual_of(invariant, Seen(inputs, outcome, expected))
                if residual is not None and np.abs(residual).max(initial=0) > BROKEN:
                    yield invariant, residual
                    break


BROKEN = 1e-2  # float32 code keeps an invariant to 1e-4


def residual_of(invariant: Invariant, seen: Seen) -> np.ndarray | None:
    """None where the answer has no such form that it could be kept or broken."""
    try:
        with np.errstate(all="ignore"):
            residual = np.asarray(invariant.residual(seen), dtype=np.float64)
    except Exception:  # of an answer in another shape, or of text
        return None
    return residual if np.isfinite(residual).all() else None


def span(residual: np.ndarray) -> Text:
    return text(
        "yours is off by {low:.3g} to {high:.3g}",
        low=float(residual.min()),
        high=float(residual.max()),
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
    if backward_fits:
        return None if forward_right else MEND_FORWARD
    return FORWARD_IS_RIGHT if forward_right else None


def close(got: np.ndarray, expected: np.ndarray) -> bool:
    """Agreement where there is a numeric gradient."""
    got = without_leading_ones(got, expected.shape)
    if got.shape != expected.shape:
        return False
    known = np.isfinite(expected)
    return deviation(np.where(known, got, 0), np.where(known, expected, 0)) <= NUMERIC_TOLERANCE
