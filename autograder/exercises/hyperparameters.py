"""Hyperparameter search: sampling on a log scale, coarse to fine, borders, early stopping."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..candidate import Candidate, Observation, as_array
from ..drawn import Likely, Table, first_told, is_from_global, passes
from ..exercise import FREE, Exercise, Inputs, Seen, case
from ..judges import agrees, fit
from ..model import Fault, Mismatch, Text, Verdict, text
from ..numerics import TOLERANCE, Array, as_float, deviation, without_leading_ones
from ..statistics import (
    EXPLAIN_SIGMAS,
    ROUNDING,
    Law,
    LogUniform,
    Normal,
    Uniform,
    check_independent,
    check_sample,
)

exercise = Exercise("hyperparameters")

LOW, HIGH = 1e-6, 1e-2
RANGES = {"learning_rate": (LOW, HIGH), "reg": (1e-3, 1e3)}
SAMPLES = 3000


@case
def many_samples(rng: np.random.Generator) -> Mapping[str, Any]:
    """3,000 values between 1e-6 and 1e-2"""
    return {"low": LOW, "high": HIGH}


def observe_samples(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    generator = candidate.generator(inputs.seed)
    arguments = (inputs.low, inputs.high, SAMPLES, generator)
    values = candidate.call("sample_log_uniform", *arguments, returns=("values",))
    used = candidate.used(generator)
    seen = {"values": values, "used": used, "seed": np.array(inputs.seed)}  # see is_from_global
    if not used:  # then the explanation asks whether a second call gives the same
        seen["next"] = candidate.call("sample_log_uniform", *arguments, returns=("values",))
    return seen


def is_log_uniform(seen: Seen) -> tuple[Text, ...]:
    values = as_float(fit("values", seen.got["values"], (SAMPLES,), []))
    check_sample(values, LogUniform(seen.inputs.low, seen.inputs.high))
    check_independent(centered(values[:-1]), centered(values[1:]))
    return ()


def draws_from_rng(seen: Seen) -> tuple[Text, ...]:
    if not seen.got["used"]:
        raise Mismatch(text("rng was not used: all randomness has to come from it"))
    return ()


def centered(values: Array) -> Array:
    """Logarithms measured from their mean."""
    logarithms = log10(np.abs(values))
    return logarithms - logarithms.mean()


def log10(values: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.log10(as_float(values))


# What gives a wrong sample away. The range is that of the case.
Draws = Mapping[str, Array]  # what observe_samples names, and the logarithms of the values
Fact = Callable[[Draws], bool]


def follows(law: Law) -> Fact:
    return lambda draws: passes(check_sample, draws["values"], law)


def is_uniform(low: float, high: float) -> Fact:
    middle, law = (low + high) / 2, Uniform((high - low) / 2)
    return lambda draws: passes(check_sample, draws["values"] - middle, law)


def is_one_value(draws: Draws) -> bool:
    return bool(draws["used"]) and bool(np.ptp(draws["values"]) == 0)


def has_whole_exponents(draws: Draws) -> bool:
    """Two or more, up to what rounding to float32 does to an exponent and to its power."""
    whole = np.rint(draws["logs"])
    return bool(np.ptp(whole) > 0) and bool(np.abs(draws["logs"] - whole).max() < 1e-5)


def is_grid(draws: Draws) -> bool:
    """Five values or more, next to each other by equal factors; draws do not come so near it."""
    gaps = np.diff(sorted(set(draws["logs"].tolist())))
    return len(gaps) >= 4 and bool(np.ptp(gaps) <= 0.01 * gaps.mean())


def has_normal_exponents(draws: Draws) -> bool:
    """Some values out of range, and logarithms with the third and fourth moment of a normal law.

    Those of n normal numbers have variances 6 / n and 24 / n.
    """
    z = (draws["logs"] - draws["logs"].mean()) / draws["logs"].std()
    skewness, excess = np.mean(z**3), np.mean(z**4) - 3
    return (
        bool(draws["values"].min() < LOW or draws["values"].max() > HIGH)
        and bool(abs(skewness) <= EXPLAIN_SIGMAS * math.sqrt(6 / z.size))
        and bool(abs(excess) <= EXPLAIN_SIGMAS * math.sqrt(24 / z.size))
        and passes(check_sample, z, Normal(1))
    )


def is_sorted(draws: Draws) -> bool:
    steps = np.diff(draws["values"])
    return bool((steps >= 0).all() or (steps <= 0).all()) and RIGHT_LAW(draws)


def comes_from_global(draws: Draws) -> bool:
    return is_from_global(draws["logs"], int(draws["seed"])) and RIGHT_LAW(draws)


def starts_anew(draws: Draws) -> bool:
    """Right values without rng, and the same in the second call."""
    if draws["used"] or not np.array_equal(draws["values"], draws["next"]):
        return False
    return RIGHT_LAW(draws)


RIGHT_LAW = follows(LogUniform(LOW, HIGH))
EXPONENTS = math.log10(LOW), math.log10(HIGH)
SIGNATURES: Table[Draws] = (
    ("drawn-once", is_one_value),
    ("whole-exponents", has_whole_exponents),
    ("evenly-spaced", is_grid),
    ("value-uniform", is_uniform(LOW, HIGH)),
    ("exponent-returned", is_uniform(*EXPONENTS)),
    ("logarithm-missing", follows(LogUniform(10**LOW, 10**HIGH))),
    ("bases-mixed", follows(LogUniform(*map(math.exp, EXPONENTS)))),
    (Likely("normal-exponent"), has_normal_exponents),  # other laws have such moments too
    ("sorted-values", is_sorted),
    ("global-generator", comes_from_global),
    (Likely("own-generator"), starts_anew),  # or another is seeded in each call
)


def explain_samples(observed: Mapping[str, Observation]) -> str | None:
    """What the values tell, where they are as many finite numbers as were asked for."""
    drawn = observed[many_samples.name].values
    values = without_leading_ones(drawn["values"], (SAMPLES,))
    if not are_numbers(values, (SAMPLES,)):
        return None
    return first_told(SIGNATURES, {**drawn, "values": as_float(values), "logs": log10(values)})


def are_numbers(values: Array, shape: tuple[int, ...]) -> bool:
    numbers = values.shape == shape and values.dtype.kind in "fi"
    return numbers and bool(np.isfinite(values).all())


sample_log_uniform = exercise.question(
    "sample_log_uniform",
    observe_samples,
    points=2,
    cases=(many_samples,),
    summary="Samples whose logarithm is uniform between low and high.",
    drawn=True,
    explain=explain_samples,
)
sample_log_uniform.check(
    "distribution",
    "The exponent is uniform: each decade gets the same share.",
    is_log_uniform,
    points=1,
)
sample_log_uniform.check(
    "generator",
    "All randomness comes from rng.",
    draws_from_rng,
    points=1,
    needs=("distribution",),
)

TRIALS = 120


@case
def two_ranges(rng: np.random.Generator) -> Mapping[str, Any]:
    """120 trials of two hyperparameters"""
    return {"ranges": RANGES}


def observe_proposals(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    """One row per trial, one column per hyperparameter."""
    generator = candidate.generator(inputs.seed)
    arguments = (inputs.ranges, TRIALS, generator)
    trials = candidate.call("random_search_proposals", *arguments, returns=("trials",))
    if not isinstance(trials, (list, tuple)):
        raise Fault(Verdict.FAILED, text("random_search_proposals must return a list of dicts"))
    rows = np.array([row(trial) for trial in trials], dtype=np.float64)
    return {"trials": rows, "used": candidate.used(generator)}


def row(trial: Any) -> list[float]:
    if not isinstance(trial, dict) or set(trial) != set(RANGES):
        raise Fault(Verdict.FAILED, text("each trial must be a dict with the names of ranges"))
    return [number(trial[name]) for name in RANGES]


def number(value: Any) -> float:
    array = as_array("a value", value)
    if array.size != 1 or array.dtype.kind not in "fi":
        raise Fault(Verdict.FAILED, text("each value must be one number"))
    return float(array.reshape(())[()])


def proposals_are_random(seen: Seen) -> tuple[Text, ...]:
    trials = fit("trials", seen.got["trials"], (TRIALS, len(RANGES)), [])
    for column, (low, high) in zip(trials.T, RANGES.values(), strict=True):
        check_sample(column, LogUniform(low, high))
    check_independent(*map(centered, trials.T))
    return draws_from_rng(seen)


Scale = Callable[[Array], Array]
ENDS = tuple(RANGES.values())
EVEN = 1.95  # sqrt(log(2 / 1e-3) / 2) = 1.9495: one in a thousand even draws is not explained


@dataclass(frozen=True)
class Proposals:
    """What gives wrong proposals away: trials (TRIALS, 2), and whether rng was used."""

    trials: Array
    used: bool

    def places(self, ranges: Sequence[tuple[float, float]], scale: Scale) -> Array:
        """Where each value lies in its range on ``scale``, from 0 to 1; (TRIALS, 2)."""
        low, high = scale(np.array(ranges).T)
        return (scale(self.trials) - low) / (high - low)

    @property
    def are_equal(self) -> bool:
        return bool((self.trials == self.trials[0]).all())

    @property
    def grow_together(self) -> bool:
        """Whether all values of a trial lie at one place of their ranges."""
        return bool(np.ptp(self.places(ENDS, log10), axis=1).max() <= ROUNDING)

    @property
    def are_chosen(self) -> bool:
        """Whether the first value is an end of its range, or the middle."""
        place = self.places(ENDS, log10)[0, 0]
        return bool(np.abs(place - np.array([0, 0.5, 1])).min() <= ROUNDING)

    @property
    def are_unrelated(self) -> bool:
        return passes(check_independent, *map(centered, self.trials.T))

    @property
    def are_grid(self) -> bool:
        """Whether all differ, and hardly more combinations of their few values are possible."""
        counts = [len(set(column)) for column in self.trials.T.tolist()]
        corners = len(set(map(tuple, self.trials.tolist())))
        few = max(counts) <= TRIALS // 2
        return few and corners == TRIALS and math.prod(counts) < TRIALS + sum(counts)

    def are_even(self, scale: Scale, ranges: Sequence[tuple[float, float]] = ENDS) -> bool:
        """Whether all names are uniform within ``ranges`` on ``scale``: Kolmogorov-Smirnov."""
        places = np.sort(self.places(ranges, scale), axis=0)
        shares = np.arange(1, TRIALS + 1)[:, np.newaxis] / TRIALS
        gap = np.maximum(shares - places, places - shares + 1 / TRIALS).max()
        inside = (places >= -ROUNDING) & (places <= 1 + ROUNDING)
        return bool(inside.all()) and bool(gap * math.sqrt(TRIALS) <= EVEN)


PROPOSAL_SIGNATURES: Table[Proposals] = (
    # or one dict is changed again and again
    (Likely("one-draw-for-all-trials"), lambda p: p.used and p.are_equal),
    # without rng; or everything is one number of the student's own
    (
        Likely("generator-made-anew"),
        lambda p: p.are_equal and p.grow_together and not p.are_chosen,
    ),
    ("grid", lambda p: p.are_grid),
    ("one-draw-for-all-names", lambda p: p.used and p.grow_together and p.are_even(log10)),
    (
        "one-range-for-all-names",
        lambda p: p.are_even(log10, ENDS[:1] * len(ENDS)) and p.are_unrelated,
    ),
    # or another law: 120 values do not show it so closely
    (Likely("values-uniform"), lambda p: p.are_even(as_float)),
)


def explain_proposals(observed: Mapping[str, Observation]) -> str | None:
    """What the trials tell, where they are as many finite numbers as were asked for."""
    drawn = observed[two_ranges.name]
    if not are_numbers(drawn["trials"], (TRIALS, len(RANGES))):
        return None
    return first_told(PROPOSAL_SIGNATURES, Proposals(drawn["trials"], bool(drawn["used"])))


random_search_proposals = exercise.question(
    "random_search_proposals",
    observe_proposals,
    points=1,
    cases=(two_ranges,),
    summary="Trials drawn at random, each hyperparameter log-uniform in its range.",
    drawn=True,
    explain=explain_proposals,
    uses="sample_log_uniform",
)
random_search_proposals.check(
    "distribution",
    "Every hyperparameter of every trial is drawn anew, log-uniformly.",
    proposals_are_random,
    points=1,
)


# Twelfths of each range, the best trial's first. The best four span 3 to 8 of both; so does no
# smaller number of them, and the fifth is outside.
PLACES = (
    (5, 8, 6, 3, 9, 2, 7, 0, 4, 11, 1, 10),
    (8, 3, 5, 6, 2, 9, 4, 11, 7, 0, 10, 1),
)

EQUAL = {1: 2}  # both are among the best four, so every choice between them is the same


@case
def twelve_trials(rng: np.random.Generator) -> Mapping[str, Any]:
    """Twelve scored trials, two of them with equal scores, of which the best four are kept"""
    # The first four and the last four span other ranges than the best, the worst or all do.
    # The second best, without which the range is another, comes last and has an equal before it.
    listed = [11, 0, 4, 5, *rng.permutation([3, 7, 9, 10]), *rng.permutation([2, 6, 8]), 1]
    trials = [
        {
            name: float(low * (high / low) ** ((places[trial] + rng.uniform(0.2, 0.8)) / 12))
            for (name, (low, high)), places in zip(RANGES.items(), PLACES, strict=True)
        }
        for trial in listed
    ]
    ranks = [EQUAL.get(trial, trial) for trial in listed]
    return {"trials": trials, "scores": [float(1 - rank / 12) for rank in ranks], "keep": 4}


def observe_ranges(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    trials = candidate.keep(inputs.trials)
    arguments = (trials, inputs.scores, inputs.keep)
    found = candidate.call("refine_ranges", *arguments, returns=("ranges",))
    if not isinstance(found, dict) or set(found) != set(RANGES):
        raise Fault(Verdict.FAILED, text("refine_ranges must return a dict with the trials' names"))
    # on a log scale a range near 1e-6 is compared as closely as one near 1
    logs = {name: log10(as_array(name, found[name])) for name in RANGES}
    return {**logs, FREE + "trials": candidate.fetch(trials) == inputs.trials}


def spans_the_best(seen: Seen) -> tuple[Text, ...]:
    """Compared by logarithms, told as the values themselves."""
    for name in RANGES:
        expected = seen.expected[name]
        got = fit(name, seen.got[name], expected.shape, [])
        if not deviation(got, expected) <= TOLERANCE:  # so that NaN fails
            low, high = 10.0 ** as_float(got)
            least, most = 10.0**expected
            raise Mismatch(
                text(
                    "{name} runs from {low:.4g} to {high:.4g}, expected {least:.4g} to {most:.4g}",
                    name=name,
                    low=float(low),
                    high=float(high),
                    least=float(least),
                    most=float(most),
                )
            )
    return ()


refine_ranges = exercise.question(
    "refine_ranges",
    observe_ranges,
    points=1,
    cases=(twelve_trials,),
    summary="The ranges spanned by the best trials.",
)
refine_ranges.check(
    "value",
    "Each range runs from the least to the greatest value among the best trials.",
    spans_the_best,
    points=1,
)
refine_ranges.advise(
    "trials",
    "refine_ranges changes the list of trials, which belongs to the caller.",
    agrees(FREE + "trials"),
)


@case
def three_bests(rng: np.random.Generator) -> Mapping[str, Any]:
    """One best value near the lower end, one near the upper end, two well inside"""
    positions = {"low": 0.05, "high": 0.95, "inside": 0.3, "middle": 0.85}
    ranges = {name: (10.0 ** rng.uniform(-7, -5), 10.0 ** rng.uniform(-2, 1)) for name in positions}
    ranges = {name: (float(low), float(high)) for name, (low, high) in ranges.items()}
    best = {
        n: float(ranges[n][0] * (ranges[n][1] / ranges[n][0]) ** t) for n, t in positions.items()
    }
    return {"best": best, "ranges": ranges}


def observe_border(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    found = candidate.call("on_border", inputs.best, inputs.ranges, returns=("border",))
    if not isinstance(found, dict) or set(found) != set(inputs.best):
        raise Fault(Verdict.FAILED, text("on_border must return a dict with the names of best"))
    return {name: truth(name, found[name]) for name in inputs.best}


def truth(name: str, value: Any) -> Array:
    """A single truth value, also where it came as 0 or 1."""
    array = as_array(name, value)
    if array.size != 1 or array.dtype.kind == "U":
        raise Fault(Verdict.FAILED, text("{name} must be True or False", name=name))
    return array.reshape(()).astype(bool)


on_border = exercise.question(
    "on_border",
    observe_border,
    points=1,
    cases=(three_bests,),
    summary="Which best values sit at an end of their range, on the log scale.",
)
on_border.check(
    "value",
    "True within the outer tenth of a range at either end, on the log scale.",
    agrees("low", "high", "inside", "middle"),
    points=1,
)


@case
def risen(rng: np.random.Generator) -> Mapping[str, Any]:
    """A loss below 1 that ends above factor 1.5 times the first, which is not the least"""
    return {"losses": [0.4, 0.3, 0.5, 0.7], "factor": 1.5}


@case
def bad_but_bearable(rng: np.random.Generator) -> Mapping[str, Any]:
    """A loss that was high, and ends below factor 4.8 times the first"""
    return {"losses": [2.3, 1.6, 12.0, 6.8], "factor": 4.8}


@case
def recovered(rng: np.random.Generator) -> Mapping[str, Any]:
    """A loss that was NaN, then high, then low, and ends below the first"""
    return {"losses": [2.3, float("nan"), 9.0, 0.7, 1.9], "factor": 2.0}


@case
def undefined(rng: np.random.Generator) -> Mapping[str, Any]:
    """A loss that ends in NaN"""
    return {"losses": [2.3, 1.6, float("nan")], "factor": 3.0}


def observe_stop(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    found = candidate.call("stop_early", inputs.losses, inputs.factor, returns=("stop",))
    return {"stop": truth("stop", found)}


stop_early = exercise.question(
    "stop_early",
    observe_stop,
    points=1,
    cases=(risen, bad_but_bearable, recovered, undefined),
    summary="Whether the last loss is bad enough to give the trial up.",
)
stop_early.check(
    "value",
    "True when the last loss exceeds factor times the first, or is not finite.",
    agrees("stop"),
    points=1,
)
