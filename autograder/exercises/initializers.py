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
from ..numerics import Array, as_float
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

# 20,000 entries tell 2/fan_in from 2/(fan_in + fan_out), and normal from uniform, with certainty;
# 2,000 tell draws that repeat from draws that do not.
WIDE, TALL, SMALL = (200, 100), (100, 200), (50, 40)
STD = 0.03  # other than small_random_init's default


@case
def five_draws(rng: np.random.Generator) -> Mapping[str, Any]:
    """Draws of shape (200, 100), (100, 200) and three of (50, 40), from four generators"""
    wide, tall, small = (int(seed) for seed in rng.integers(2**62, size=3))
    return {"wide": wide, "tall": tall, "small": small}


def observe(name: str, *, extra: tuple[float, ...] = ()) -> Callable[[Candidate, Inputs], Any]:
    def draw_all(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
        def draw(shape: tuple[int, int], generator: Any) -> Array:
            drawn = candidate.call(name, *shape, generator, *extra, returns=("weights",))
            return as_array("weights", drawn)

        generator = candidate.generator(inputs.small)
        return {
            "wide": draw(WIDE, candidate.generator(inputs.wide)),
            "tall": draw(TALL, candidate.generator(inputs.tall)),
            "small": draw(SMALL, generator),
            "next": draw(SMALL, generator),
            "again": draw(SMALL, candidate.generator(inputs.small)),
        }

    return draw_all


def weights(observed: Observation, name: str, shape: tuple[int, int]) -> Array:
    return as_float(fit("weights", observed[name], shape, []))


def draws_from_rng(seen: Seen) -> tuple[Text, ...]:
    small, following, again = (weights(seen.got, n, SMALL) for n in ("small", "next", "again"))
    if not np.array_equal(small, again):
        raise Mismatch(text("the same generator state gives other weights: draw from rng only"))
    check_independent(small, following)
    check_independent(weights(seen.got, "wide", WIDE), weights(seen.got, "tall", TALL))
    return ()


def fitting_formula(observed: Mapping[str, Observation], right: str) -> Diagnosis | None:
    """The known formula, other than the right one, whose standard deviation both shapes fit."""
    draws = observed[five_draws.name]
    shapes = {"wide": WIDE, "tall": TALL}
    if any(draws[name].shape != shape for name, shape in shapes.items()):
        return None
    samples = [(as_float(draws[name]), float(i), float(o)) for name, (i, o) in shapes.items()]
    formula = explain_scale(samples)
    if formula is None or formula.name == right:
        return None
    return Diagnosis("certain", formula.sentence, formula.name, spot=formula.spot)


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
        for name, shape in (("wide", WIDE), ("tall", TALL)):
            check_scale(weights(seen.got, name, shape), law(*shape))
        return ()

    def distribution_is_right(seen: Seen) -> tuple[Text, ...]:
        check_distribution(weights(seen.got, "wide", WIDE), law(*WIDE))
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
