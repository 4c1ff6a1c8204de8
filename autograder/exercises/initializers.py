"""Initialisers: judged by exact tests of what they draw, never by comparing numbers.

Two shapes tell fan_in from fan_out; five draws tell a generator that is used from one that is not.
Each test rejects right code less than once in a billion times.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..candidate import Candidate, Observation, as_array
from ..drawn import (
    CUT_STD,
    CutNormal,
    Likely,
    Table,
    first_told,
    follows,
    is_from_global,
    is_proportional,
)
from ..exercise import Exercise, Inputs, Seen, case
from ..judges import fit
from ..model import Diagnosis, Mismatch, Text, text
from ..numerics import Array, as_float, without_leading_ones
from ..signatures import explain_scale, has_scale
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
            "seed": np.array(inputs.seed),  # of np.random in the worker: see is_from_global
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


# --- diagnosis by signature -------------------------------------------------------------------

Draws = Mapping[str, Array]  # by the names of SHAPES, and the seed
Fact = Callable[[Draws], bool]
Law = Callable[[int, int], WeightLaw]
SHAPES = {"wide": WIDE, "tall": TALL, "small": SMALL, "next": SMALL, "again": SMALL}
LARGE = {"wide": WIDE, "tall": TALL}
SCALED = {**LARGE, "small": SMALL}


def every(fact: Callable[[Array], bool]) -> Fact:
    return lambda draws: all(fact(draws[name]) for name in SHAPES)


def is_zero(weights: Array) -> bool:
    return not weights.any()


def is_constant(weights: Array) -> bool:
    return bool((weights == weights[0, 0]).all())


def is_from_0_upwards(weights: Array) -> bool:
    """No entry is negative, and the least is as near to 0 as many draws come."""
    return bool(0 <= weights.min() <= 0.01 * weights.max())


def repeats_rows(weights: Array) -> bool:
    return len({row.tobytes() for row in weights}) < len(weights)


def obeys(law: Law) -> Fact:
    return lambda draws: all(follows(draws[name], law(*shape)) for name, shape in LARGE.items())


def spreads_by(std: Callable[[float], float]) -> Fact:
    """Whether the standard deviation is ``std`` of fan_in."""
    return lambda draws: has_scale(samples(draws), lambda fan_in, fan_out: std(fan_in))


def starts_anew(right: Law) -> Fact:
    """Right weights, but the same for one generator's next state, and for other generators."""
    return lambda draws: (
        np.array_equal(draws["small"], draws["next"])
        and is_proportional(draws["wide"], draws["tall"])
        and obeys(right)(draws)
    )


def comes_from_global(right: Law) -> Fact:
    return lambda draws: is_from_global(draws["wide"], int(draws["seed"])) and obeys(right)(draws)


def rescaled(law: Law, family: Callable[[float], WeightLaw]) -> Law:
    """Another ``family`` of the same standard deviation."""
    return lambda fan_in, fan_out: family(law(fan_in, fan_out).std)


def uniform_of(std: float) -> WeightLaw:
    return Uniform(std * math.sqrt(3))


def cut_and_restored(std: float) -> WeightLaw:
    return CutNormal(std, slack=0.03)  # 7 sigmas of the spread of 20,000 entries


def cut(std: float) -> WeightLaw:
    return CutNormal(std * CUT_STD)


# Of any initialiser, whatever else is wrong with it.
FACTS: Table[Draws] = (
    ("zeros", every(is_zero)),
    ("constant", every(is_constant)),
    ("positive-only", every(is_from_0_upwards)),
    ("rows-repeated", every(repeats_rows)),
)


def of_generator(right: Law) -> Table[Draws]:
    """Right weights from elsewhere. That a generator is made anew is what the likeness tells; that
    another one is seeded in each call would look the same.
    """
    return (
        ("global-generator", comes_from_global(right)),
        (Likely("same-weights-each-call"), starts_anew(right)),
    )


def instead_of_normal(right: Law) -> Table[Draws]:
    return (
        ("uniform-instead-of-normal", obeys(rescaled(right, uniform_of))),
        ("tails-cut-off", obeys(rescaled(right, cut_and_restored))),
        ("truncated-at-two-sigmas", obeys(rescaled(right, cut))),
        *of_generator(right),
    )


def instead_of_uniform(right: Law) -> Table[Draws]:
    return (
        ("normal-instead-of-uniform", obeys(rescaled(right, Normal))),
        *of_generator(right),
    )


# What becomes of the std that small_random_init is given.
OF_STD: Table[Draws] = (
    ("std-squared", spreads_by(lambda fan_in: STD**2)),
    ("root-of-std", spreads_by(lambda fan_in: math.sqrt(STD))),
    ("std-as-bound", obeys(lambda fan_in, fan_out: Uniform(STD))),
    ("std-over-root-of-fan-in", spreads_by(lambda fan_in: STD / math.sqrt(fan_in))),
)


def explain(
    observed: Mapping[str, Observation], signatures: Table[Draws], right: str
) -> Diagnosis | str | None:
    """What the five draws tell; nothing where they are no matrices of finite numbers."""
    drawn = observed[five_draws.name].values
    if all(drawn[name].shape == shape[::-1] for name, shape in SHAPES.items()):
        return "shape-exchanged"
    draws = {name: without_leading_ones(drawn[name], shape) for name, shape in SHAPES.items()}
    if not all(is_matrix(draws[name], shape) for name, shape in SHAPES.items()):
        return None
    draws = {name: as_float(weights) for name, weights in draws.items()} | {"seed": drawn["seed"]}
    return first_told(signatures, draws) or fitting_formula(draws, right)


def is_matrix(weights: Array, shape: tuple[int, int]) -> bool:
    numbers = weights.shape == shape and weights.dtype.kind in "fib"
    return numbers and bool(np.isfinite(weights).all())


def samples(draws: Draws) -> list[tuple[Array, float, float]]:
    """One draw of each shape; the third tells fan_in * fan_out from a constant."""
    return [(draws[name], float(i), float(o)) for name, (i, o) in SCALED.items()]


def fitting_formula(draws: Draws, right: str) -> Diagnosis | None:
    """The known formula, other than the right one, whose standard deviation all shapes fit."""
    formula = explain_scale(samples(draws))
    if formula is None or formula.name == right:
        return None
    return Diagnosis("certain", formula.sentence, formula.name, spot=formula.spot)


def declare(
    name: str,
    law: Law,
    scale: str,
    shape: str,
    *,
    right: str,
    instead: Callable[[Law], Table[Draws]],
    extra: tuple[float, ...] = (),
    of_extra: Table[Draws] = (),
) -> None:
    signatures = (*FACTS, *of_extra, *instead(law))
    question = exercise.question(
        name,
        observe(name, extra=extra),
        points=4,
        cases=(five_draws,),
        summary=f"{shape} {scale}",
        drawn=True,
        explain=lambda observed: explain(observed, signatures, right),
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
    instead=instead_of_normal,
    extra=(STD,),
    of_extra=OF_STD,
)
declare(
    "xavier_init",
    lambda fan_in, fan_out: Normal((1 / fan_in) ** 0.5),
    "the variance is 1/fan_in.",
    "Weights are normal.",
    right="xavier",
    instead=instead_of_normal,
)
declare(
    "glorot_init",
    lambda fan_in, fan_out: Uniform((6 / (fan_in + fan_out)) ** 0.5),
    "the variance is 2/(fan_in + fan_out).",
    "Weights are uniform within sqrt(6/(fan_in + fan_out)).",
    right="glorot",
    instead=instead_of_uniform,
)
declare(
    "he_init",
    lambda fan_in, fan_out: Normal((2 / fan_in) ** 0.5),
    "the variance is 2/fan_in.",
    "Weights are normal.",
    right="he",
    instead=instead_of_normal,
)
