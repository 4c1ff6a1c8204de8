"""The deep-network experiment: activations of every layer, judged by their statistics.

Statistics and never entries: rounding in float32 grows from layer to layer, and no wrong forward
keeps four statistics of every layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from ..candidate import Candidate, Given, as_numbers
from ..exercise import Exercise, Inputs, case
from ..judges import agrees, both
from ..model import Fault, Verdict, text
from ..numerics import Array, as_float

exercise = Exercise("deep_network")

WIDTHS = (30, 24, 20, 20, 16, 16)  # unlike, so that a transposed weight cannot go unnoticed


def layers(rng: np.random.Generator, gain: float) -> dict[str, Any]:
    shapes = list(pairwise(WIDTHS))
    weights = [rng.normal(size=shape) * np.sqrt(gain / shape[0]) for shape in shapes]
    return {"x": rng.normal(size=(24, WIDTHS[0])), "weights": weights}


@case
def tanh_layers(rng: np.random.Generator) -> Mapping[str, Any]:
    """Twenty-four rows through five tanh layers with weights of variance 1/fan_in"""
    return {**layers(rng, 1.0), "activation": Given("tanh"), "normalize": False}


@case
def normalized_layers(rng: np.random.Generator) -> Mapping[str, Any]:
    """Twenty-four rows through five normalised softplus layers, two units hardly changing"""
    inputs = layers(rng, 0.3)
    inputs["weights"][0][:, 3:5] *= 1e-3  # a variance of 3e-7, which the 1e-5 covers
    return {**inputs, "activation": Given("softplus"), "normalize": True}


def observe_layers(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    hidden = candidate.call(
        "forward_deep",
        *(inputs.x, inputs.weights, inputs.activation, inputs.normalize),
        returns=("hidden",),
    )
    if isinstance(hidden, np.ndarray) and hidden.ndim == 3:  # layers of equal width, stacked
        hidden = list(hidden)
    if not isinstance(hidden, (list, tuple)) or len(hidden) > 2 * len(WIDTHS):
        raise Fault(
            Verdict.FAILED, text("forward_deep must return a list with one array per weight matrix")
        )
    rows = len(inputs.x)
    arrays = [as_numbers(f"hidden[{index}]", h) for index, h in enumerate(hidden)]
    if any(h.ndim != 2 or len(h) != rows or h.shape[1] not in WIDTHS for h in arrays):
        shapes = ", ".join(str(h.shape) for h in arrays)[:200]
        raise Fault(
            Verdict.FAILED,
            text("the arrays of forward_deep have the shapes {shapes}", shapes=shapes),
        )
    widths = np.array([h.shape[1] for h in arrays])
    return {"widths": widths, "statistics": np.array([describe(h) for h in arrays]).reshape(-1, 4)}


def describe(h: Array) -> list[float]:
    """Mean, standard deviation, mean magnitude, and how unlike the units' means are."""
    with np.errstate(all="ignore"):
        h = as_float(h)
        return [h.mean(), h.std(), np.abs(h).mean(), h.mean(axis=0).std()]


forward_deep = exercise.question(
    "forward_deep",
    observe_layers,
    points=4,
    cases=(tanh_layers, normalized_layers),
    summary="The hidden activations of every layer, with or without normalisation.",
)
forward_deep.check(
    "layers",
    "There is one array of activations per weight matrix, each computed from the last.",
    both(agrees("widths"), agrees("statistics")),
    points=2,
    on=(tanh_layers,),
)
forward_deep.check(
    "normalize",
    "With normalize each column is normalised over the batch before the activation.",
    both(agrees("widths"), agrees("statistics")),
    points=2,
    on=(normalized_layers,),
)


# How many of 160 activations lie in which range: no two wrong counts are equal.
RANGES = (
    (12, 0.92, 0.94),  # above the limit, and below its square root
    (18, 0.955, 0.98),
    (10, 0.992, 0.999),
    (20, -0.98, -0.955),
    (5, -0.999, -0.992),
    (15, -0.8, -0.05),
    (76, -0.8, 0.8),
    (4, 0.9, 0.9),  # the limit itself
)


def saturated(rng: np.random.Generator) -> Array:
    """Twenty rows of eight tanh-like units, the second of which is always negative."""
    values = np.concatenate([rng.uniform(low, high, count) for count, low, high in RANGES])
    negative = rng.permutation(np.flatnonzero(values < 0))[:20]
    others = rng.permutation(np.delete(values, negative)).reshape(20, 7)
    return np.insert(others, 1, values[negative], axis=1)


@case
def three_layers(rng: np.random.Generator) -> Mapping[str, Any]:
    """Three layers of twenty rows with dead, saturated, negative and faint units, saturation 0.9"""
    rectified = np.maximum(rng.normal(size=(20, 10)), 0)
    rectified[:, :3] = 0.0
    squashed = saturated(rng)
    faint = rng.normal(size=(20, 6)) * 0.01
    faint[:, 5] = 0.0
    faint[:, 4] = np.where(np.arange(20) % 2, 0.01, -0.01)  # alive, but its sum is 0
    faint[:, 2:4] *= 1e-8  # alive, but np.isclose takes it for 0
    return {"hidden": [rectified, squashed, faint], "saturation": 0.9}


def observe_statistics(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    found = candidate.call(
        "layer_statistics", inputs.hidden, inputs.saturation, returns=("statistics",)
    )
    return {"statistics": found}


MEAN, STD, SATURATED, DEAD = np.eye(4, dtype=bool)

layer_statistics = exercise.question(
    "layer_statistics",
    observe_statistics,
    points=4,
    cases=(three_layers,),
    summary="Mean, standard deviation, saturated fraction and dead fraction of every layer.",
)
layer_statistics.check(
    "moments",
    "Columns 0 and 1 are the mean and the standard deviation of each layer.",
    agrees("statistics", where=lambda inputs: MEAN | STD),
    points=2,
)
layer_statistics.check(
    "saturated",
    "Column 2 is the fraction of entries whose magnitude is above saturation.",
    agrees("statistics", where=lambda inputs: SATURATED),
    points=1,
)
layer_statistics.check(
    "dead",
    "Column 3 is the fraction of units that are 0 for every row of the batch.",
    agrees("statistics", where=lambda inputs: DEAD),
    points=1,
)
