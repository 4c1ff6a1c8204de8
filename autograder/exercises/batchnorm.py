"""Batch normalisation: the forward in both modes, and its gradient written in two ways.

At the default eps of 1e-5 half of the real mistakes are invisible, so eps is 0.1. Features with a
large variance do not feel it: what is promised apart from eps is judged on those, and eps on the
others, one of which is constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..candidate import CACHE, Candidate, as_array
from ..exercise import Exercise, Inputs, Observe, Question, case
from ..judges import agrees, both, numeric, refuses
from ..model import text
from ..numerics import STEP, Array, Stack, stacked_gradient

exercise = Exercise("batchnorm")


def features(rng: np.random.Generator, rows: int, columns: int) -> dict[str, Array]:
    """Inputs with means away from 0 and gamma of both signs; rows and columns differ in number."""
    signs = np.where(np.arange(columns) % 2, -1.0, 1.0)
    return {
        "x": rng.normal(size=(rows, columns)) * rng.uniform(0.7, 1.5, columns)
        + rng.uniform(1.0, 3.0, columns),
        "gamma": rng.permutation(signs) * rng.uniform(0.5, 2.0, columns),
        "beta": rng.normal(size=columns),
        "dout": rng.choice([-1, 1], (rows, columns)) * rng.uniform(0.2, 1.5, (rows, columns)),
    }


def statistics(rng: np.random.Generator, columns: int) -> dict[str, Array]:
    return {
        "running_mean": rng.normal(size=columns),
        "running_var": rng.uniform(0.5, 2.0, columns),
    }


@case
def defaults(rng: np.random.Generator) -> Mapping[str, Any]:
    """Six rows, three features, training, everything else by default"""
    return {**features(rng, 6, 3), "bn_param": {"mode": "train"}}


@case
def wide_eps(rng: np.random.Generator) -> Mapping[str, Any]:
    """Five rows, four features, one of them constant, eps 0.1, momentum 0.7"""
    inputs = features(rng, 5, 4)
    inputs["x"][:, 2] = np.round(inputs["x"][0, 2])  # its mean is exact: the variance is 0
    bn_param = {"mode": "train", "eps": 0.1, "momentum": 0.7, **statistics(rng, 4)}
    return {**inputs, "bn_param": bn_param}


LARGE = np.array([True, True, False, False, False])  # features that hide an eps of 0.1 ...
SCALE = np.array(
    [5000.0, 5000.0, 0.4, 0.7, 1.0]
)  # ... also outside the root, where it weighs eps / std
CONSTANT = 4


@case
def test_mode(rng: np.random.Generator) -> Mapping[str, Any]:
    """Four rows, five features, test mode with running statistics, eps 0.1"""
    running = statistics(rng, 5)
    running["running_var"] *= SCALE**2
    inputs = features(rng, 4, 5)
    inputs["x"] *= SCALE
    return {**inputs, "bn_param": {"mode": "test", "eps": 0.1, **running}}


@case
def mixed_scales(rng: np.random.Generator) -> Mapping[str, Any]:
    """Seven rows, five features, two of large variance and one constant, eps 0.1"""
    inputs = features(rng, 7, 5)  # N, N - 1 and D differ
    inputs["x"] *= SCALE
    inputs["gamma"] *= SCALE
    inputs["x"][:, CONSTANT] = np.round(inputs["x"][0, CONSTANT])
    return {**inputs, "bn_param": {"mode": "train", "eps": 0.1}}


def large(inputs: Inputs) -> Array:
    return LARGE


def small(inputs: Inputs) -> Array:
    return ~LARGE


@case
def unknown_mode(rng: np.random.Generator) -> Mapping[str, Any]:
    """A mode that is neither train nor test"""
    return {**features(rng, 4, 3), "bn_param": {"mode": "validate"}}


RUNNING = ("running_mean", "running_var")


def observe_forward(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    """The output, and the running statistics left in bn_param."""
    arguments = (inputs.gamma, inputs.beta)
    if inputs.bn_param["mode"] == "validate":
        refused = candidate.refuses(
            "batchnorm_forward", inputs.x, *arguments, inputs.bn_param, error="ValueError"
        )
        return {"refused": refused}
    bn_param = candidate.keep(inputs.bn_param)
    out, _ = candidate.call(
        "batchnorm_forward", inputs.x, *arguments, bn_param, returns=("out", CACHE)
    )
    left = candidate.fetch(bn_param)
    found = {"out": out}
    if isinstance(left, dict):
        found.update((name, left[name]) for name in RUNNING if left.get(name) is not None)
    return {**{name: np.zeros(0) for name in RUNNING}, **found}


batchnorm_forward = exercise.question(
    "batchnorm_forward",
    observe_forward,
    points=10,
    cases=(defaults, wide_eps, test_mode, unknown_mode),
    summary="Normalise each feature over the batch, then scale and shift; keep running statistics.",
)
batchnorm_forward.check(
    "train",
    "In training each feature is normalised by the batch, then scaled and shifted.",
    agrees("out"),
    points=3,
    on=(defaults,),
)
batchnorm_forward.check(
    "eps",
    "The divisor is sqrt(var + eps), also for a constant feature.",
    agrees("out"),
    points=1,
    on=(wide_eps,),
)
batchnorm_forward.check(
    "running",
    "Each running value becomes momentum times the old one plus the rest of the new.",
    agrees(*RUNNING),
    points=2,
    on=(wide_eps,),
)
batchnorm_forward.check(
    "defaults",
    "Without statistics in bn_param they start from 0, with a momentum of 0.9.",
    agrees(*RUNNING),
    points=1,
    on=(defaults,),
)
batchnorm_forward.check(
    "test",
    "In test mode the running statistics normalise, then gamma and beta apply.",
    both(agrees("out", where=large), agrees(*RUNNING)),
    points=1,
    on=(test_mode,),
)
batchnorm_forward.check(
    "test-eps",
    "In test mode too the divisor is sqrt(running_var + eps).",
    agrees("out", where=small),
    points=1,
    on=(test_mode,),
)
batchnorm_forward.check(
    "mode",
    "A mode other than train and test raises ValueError.",
    refuses("refused", "ValueError"),
    points=1,
    on=(unknown_mode,),
    needs=("train",),
)
batchnorm_forward.invariant(
    text("In training each column of out has mean beta."),
    lambda seen: seen.got["out"].mean(axis=0) - seen.inputs.beta,
    look=text("Either x is not centred by its column's mean, or beta is not added as it is."),
    on=(defaults, wide_eps),
)
batchnorm_forward.invariant(
    text("In training each column of out has standard deviation |gamma|, but for eps."),
    lambda seen: seen.got["out"].std(axis=0) - np.abs(seen.inputs.gamma),
    look=text("Look at what you divide by, and at gamma."),
    on=(defaults,),
)

GRADIENTS = ("dx", "dgamma", "dbeta")


def observe_backward(name: str) -> Observe:
    def observe(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
        _, cache = candidate.call(
            "batchnorm_forward",
            *(inputs.x, inputs.gamma, inputs.beta, inputs.bn_param),
            returns=("out", CACHE),
        )
        found = candidate.call(name, inputs.dout, cache, returns=GRADIENTS)
        return dict(zip(GRADIENTS, found, strict=True))

    return observe


def numeric_gradients(candidate: Candidate, inputs: Inputs) -> Mapping[str, Array]:
    """dx, dgamma and dbeta in one forward call: copies of all columns side by side."""

    def run(stacked: Mapping[str, Array]) -> Array:
        copies = stacked["x"].shape[1] // inputs.x.shape[1]
        bn_param = {
            key: np.tile(value, copies) if isinstance(value, np.ndarray) else value
            for key, value in inputs.bn_param.items()
        }
        out, _ = candidate.call(
            "batchnorm_forward",
            *(stacked["x"], stacked["gamma"], stacked["beta"], bn_param),
            returns=("out", CACHE),
        )
        return as_array("out", out)

    arrays = {name: getattr(inputs, name) for name in ("x", "gamma", "beta")}
    eps = inputs.bn_param.get("eps", 1e-5)
    step = STEP * np.broadcast_to(inputs.x.std(axis=0) + np.sqrt(eps), inputs.x.shape)
    stack = Stack({"x": 1, "gamma": 0, "beta": 0}, out=1)
    found = stacked_gradient(run, arrays, tuple(arrays), stack, inputs.dout, {"x": step})
    return {f"d{name}": gradient for name, gradient in found.items()}


def declare_backward(name: str, points: Mapping[str, int], summary: str) -> Question:
    question = exercise.question(
        name,
        observe_backward(name),
        points=sum(points.values()),
        cases=(mixed_scales,),
        summary=summary,
        numeric=numeric_gradients,
    )
    question.check(
        "numeric",
        "All three gradients agree with a numeric gradient.",
        numeric(*GRADIENTS, where=large),
        points=points["numeric"],
    )
    question.check(
        "dx",
        "dx counts all three ways of x to the output.",
        agrees("dx", where=large),
        points=points["dx"],
    )
    question.check(
        "parameters",
        "dgamma and dbeta sum over the batch.",
        agrees("dgamma", "dbeta", where=large),
        points=points["parameters"],
    )
    question.check(
        "eps",
        "The gradients use the forward's own sqrt(var + eps), also for a constant feature.",
        agrees(*GRADIENTS, where=small),
        points=points["eps"],
    )
    question.invariant(
        text("dbeta is the sum of dout over the rows: beta is added to every row as it is."),
        lambda seen: seen.got["dbeta"] - seen.inputs.dout.sum(axis=0),
    )
    question.invariant(
        text(
            "Each column of dx sums to 0: adding one number to a whole column of x does not change "
            "the output."
        ),
        lambda seen: seen.got["dx"].sum(axis=0)[LARGE],
        look=text("Look first at the gradient that flows through the batch mean."),
    )
    return question


batchnorm_backward = declare_backward(
    "batchnorm_backward",
    {"numeric": 1, "dx": 3, "parameters": 2, "eps": 2},
    "Gradients of the loss with respect to x, gamma and beta, step by step through the graph.",
)
batchnorm_backward_alt = declare_backward(
    "batchnorm_backward_alt",
    {"numeric": 1, "dx": 1, "parameters": 1, "eps": 1},
    "The same gradients in the simplified closed form.",
)
