"""Hyperparameter search: sampling on a log scale, coarse to fine, borders, early stopping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..candidate import Candidate, as_array
from ..exercise import Exercise, Inputs, Seen, case
from ..judges import agrees, fit
from ..model import Fault, Mismatch, Text, Verdict, text
from ..numerics import Array, as_float
from ..statistics import LogUniform, check_independent, check_sample

exercise = Exercise("hyperparameters")

RANGES = {"learning_rate": (1e-6, 1e-2), "reg": (1e-3, 1e3)}
SAMPLES = 3000


@case
def many_samples(rng: np.random.Generator) -> Mapping[str, Any]:
    """3,000 values between 1e-6 and 1e-2"""
    return {"low": 1e-6, "high": 1e-2}


def observe_samples(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    generator = candidate.generator(inputs.seed)
    arguments = (inputs.low, inputs.high, SAMPLES, generator)
    values = candidate.call("sample_log_uniform", *arguments, returns=("values",))
    return {"values": values, "used": candidate.used(generator)}


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


sample_log_uniform = exercise.question(
    "sample_log_uniform",
    observe_samples,
    points=2,
    cases=(many_samples,),
    summary="Samples whose logarithm is uniform between low and high.",
    drawn=True,
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


random_search_proposals = exercise.question(
    "random_search_proposals",
    observe_proposals,
    points=1,
    cases=(two_ranges,),
    summary="Trials drawn at random, each hyperparameter log-uniform in its range.",
    drawn=True,
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


@case
def twelve_trials(rng: np.random.Generator) -> Mapping[str, Any]:
    """Twelve scored trials of which the best four are kept"""
    listed = [11, 0, 4, 5, *rng.permutation([1, 2, 3, 6, 7, 8, 9, 10])]
    trials = [
        {
            name: float(low * (high / low) ** ((places[trial] + rng.uniform(0.2, 0.8)) / 12))
            for (name, (low, high)), places in zip(RANGES.items(), PLACES, strict=True)
        }
        for trial in listed
    ]
    return {"trials": trials, "scores": [float(1 - trial / 12) for trial in listed], "keep": 4}


def observe_ranges(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    arguments = (inputs.trials, inputs.scores, inputs.keep)
    found = candidate.call("refine_ranges", *arguments, returns=("ranges",))
    if not isinstance(found, dict) or set(found) != set(RANGES):
        raise Fault(Verdict.FAILED, text("refine_ranges must return a dict with the trials' names"))
    # on a log scale a range near 1e-6 is compared as closely as one near 1
    return {name: log10(as_array(name, found[name])) for name in RANGES}


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
    agrees(*RANGES),
    points=1,
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
