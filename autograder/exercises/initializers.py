"""Initialisers: judged by exact tests of what they draw, never by comparing numbers.

Two shapes tell fan_in from fan_out; five draws tell a generator that is used from one that is not.
Each test rejects right code less than once in a billion times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..candidate import Candidate, Observation, as_array
from ..exercise import Exercise, Inputs, Seen, case
from ..judges import fit
from ..model import Diagnosis, Mismatch, Text, text
from ..numerics import Array
from ..signatures import explain_scale
from ..statistics import (
    Normal,
    Uniform,
    WeightLaw,
    check_distribution,
    check_independent,
    check_scale,
)

exercise = Exercise("initializers")

FAN_IN, FAN_OUT = 200, 100  # 20,000 entries tell 2/fan_in from 2/(fan_in + fan_out) with certainty
STD = 0.03  # other than small_random_init's default


@case
def five_draws(rng: np.random.Generator) -> Mapping[str, Any]:
    """Two shapes, (200, 100) and (100, 200), in five draws from three generators"""
    first, other = (int(seed) for seed in rng.integers(2**62, size=2))
    return {"first": first, "other": other}


def observe(name: str, *, extra: tuple[float, ...] = ()) -> Callable[[Candidate, Inputs], Any]:
    def draw_all(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
        def draw(generator: Any, fan_in: int = FAN_IN, fan_out: int = FAN_OUT) -> Array:
            drawn = candidate.call(name, fan_in, fan_out, generator, *extra, returns=("weights",))
            return as_array("weights", drawn)

        generator = candidate.generator(inputs.first)
        return {
            "wide": draw(generator),
            "next": draw(generator),
            "again": draw(candidate.generator(inputs.first)),
            "tall": draw(candidate.generator(inputs.other), FAN_OUT, FAN_IN),
            "other": draw(candidate.generator(inputs.other)),
        }

    return draw_all


def laws(seen: Seen, law: Callable[[int, int], WeightLaw]) -> list[tuple[Array, WeightLaw]]:
    """The two shapes' weights as float64, each with its exact law."""
    shapes = {"wide": (FAN_IN, FAN_OUT), "tall": (FAN_OUT, FAN_IN)}
    return [
        (fit("weights", seen.got[name], shape, []).astype(np.float64), law(*shape))
        for name, shape in shapes.items()
    ]


def draws_from_rng(seen: Seen) -> tuple[Text, ...]:
    shape = (FAN_IN, FAN_OUT)
    first, following, again, other = (
        fit("weights", seen.got[name], shape, []).astype(np.float64)
        for name in ("wide", "next", "again", "other")
    )
    if not np.array_equal(first, again):
        raise Mismatch(text("the same generator state gives other weights: draw from rng only"))
    check_independent(first, following)
    check_independent(first, other)
    return ()


def fitting_formula(observed: Mapping[str, Observation], right: str) -> Diagnosis | None:
    """The known formula, other than the right one, whose standard deviation both shapes fit."""
    draws = observed[five_draws.name]
    shapes = {"wide": (FAN_IN, FAN_OUT), "tall": (FAN_OUT, FAN_IN)}
    if any(draws[name].shape != shape for name, shape in shapes.items()):
        return None
    samples = [
        (draws[name].astype(np.float64), float(fan_in), float(fan_out))
        for name, (fan_in, fan_out) in shapes.items()
    ]
    formula = explain_scale(samples)
    if formula is None or formula.name == right:
        return None
    return Diagnosis("certain", formula.sentence, formula.name)


def declare(
    name: str,
    law: Callable[[int, int], WeightLaw],
    scale: str,
    shape: str,
    *,
    right: str,
    extra: tuple[float, ...] = (),
) -> None:
    question = exercise.question(
        name,
        observe(name, extra=extra),
        points=4,
        cases=(five_draws,),
        summary=f"{shape} {scale}",
        drawn=True,
        explain=lambda observed: fitting_formula(observed, right),
    )

    def scale_is_right(seen: Seen) -> tuple[Text, ...]:
        for weights, exact in laws(seen, law):
            check_scale(weights, exact)
        return ()

    def distribution_is_right(seen: Seen) -> tuple[Text, ...]:
        for weights, exact in laws(seen, law):
            check_distribution(weights, exact)
        return ()

    question.check("scale", f"The mean is 0 and {scale}", scale_is_right, points=2)
    question.check(
        "distribution",
        f"{shape} Entries are independent of each other.",
        distribution_is_right,
        points=1,
        needs=("scale",),
    )
    question.check(
        "generator",
        "All randomness comes from rng: same state same weights, next state others.",
        draws_from_rng,
        points=1,
        needs=("scale",),
    )


declare(
    "small_random_init",
    lambda fan_in, fan_out: Normal(STD),
    "the standard deviation is std.",
    "Weights are normal.",
    right="",
    extra=(STD,),
)
declare(
    "xavier_init",
    lambda fan_in, fan_out: Normal((1 / fan_in) ** 0.5),
    "the variance is 1/fan_in.",
    "Weights are normal.",
    right="xavier",
)
declare(
    "glorot_init",
    lambda fan_in, fan_out: Uniform((6 / (fan_in + fan_out)) ** 0.5),
    "the variance is 2/(fan_in + fan_out).",
    "Weights are uniform within sqrt(6/(fan_in + fan_out)).",
    right="glorot",
)
declare(
    "he_init",
    lambda fan_in, fan_out: Normal((2 / fan_in) ** 0.5),
    "the variance is 2/fan_in.",
    "Weights are normal.",
    right="he",
)
