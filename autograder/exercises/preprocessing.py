"""Preprocessing: zero-centring, normalising, whitening.

Whitening is judged by its properties: signs and order of components, and a rotation of them, are
free, so what is compared is the Gram matrix of the whitened rows, which none of these change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..candidate import Candidate, as_numbers
from ..exercise import Exercise, Inputs, case
from ..judges import agrees
from ..model import text
from ..numerics import Array

exercise = Exercise("preprocessing")


def table(rng: np.random.Generator, rows: int) -> Array:
    """``rows`` examples of three features with unlike, non-zero means and unlike scales."""
    return rng.normal(size=(rows, 3)) * rng.uniform(0.5, 3.0, 3) + rng.uniform(1.0, 4.0, 3)


@case
def training(rng: np.random.Generator) -> Mapping[str, Any]:
    """Eight rows, three features, no statistics given"""
    return {"x": table(rng, 8)}


@case
def constant_feature(rng: np.random.Generator) -> Mapping[str, Any]:
    """Eight rows, three features, the second one constant, eps 0.5"""
    x = table(rng, 8)
    x[:, 1] = np.ceil(x[0, 1])  # its mean is exact: the standard deviation is 0
    return {"x": x, "eps": 0.5}


@case
def test_split(rng: np.random.Generator) -> Mapping[str, Any]:
    """Five rows of test data, with the training statistics given"""
    return {"x": table(rng, 5), "mean": rng.uniform(1.0, 4.0, 3), "std": rng.uniform(0.5, 3.0, 3)}


def observe_zero_center(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    given = (inputs.mean,) if hasattr(inputs, "mean") else ()
    centered, mean = candidate.call("zero_center", inputs.x, *given, returns=("centered", "mean"))
    return {"centered": centered, "mean": mean}


zero_center = exercise.question(
    "zero_center",
    observe_zero_center,
    points=2,
    cases=(training, test_split),
    summary="Subtract each feature's training mean.",
)
zero_center.check(
    "train",
    "Each feature's mean is subtracted and returned.",
    agrees("centered", "mean"),
    points=1,
    on=(training,),
)
zero_center.check(
    "reuse",
    "A mean that is given is used as it is: the test split gets the training mean.",
    agrees("centered", "mean"),
    points=1,
    on=(test_split,),
)
zero_center.invariant(
    text("On the training split each column of centered has mean 0."),
    lambda seen: seen.got["centered"].mean(axis=0),
    on=(training,),
)


def observe_normalize(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    given = {
        name: getattr(inputs, name) for name in ("mean", "std", "eps") if hasattr(inputs, name)
    }
    names = ("normalized", "mean", "std")
    results = candidate.call("normalize", inputs.x, returns=names, **given)
    return dict(zip(names, results, strict=True))


normalize = exercise.question(
    "normalize",
    observe_normalize,
    points=4,
    cases=(training, constant_feature, test_split),
    summary="Subtract each feature's mean and divide by its standard deviation plus eps.",
)
normalize.check(
    "train",
    "Each feature is centred and divided by its standard deviation.",
    agrees("normalized", "mean", "std"),
    points=2,
    on=(training,),
)
normalize.check(
    "eps",
    "The divisor is std + eps, so that a constant feature becomes 0, not NaN.",
    agrees("normalized", "std"),
    points=1,
    on=(constant_feature,),
)
normalize.check(
    "reuse",
    "Statistics that are given are used as they are: the test split gets the training ones.",
    agrees("normalized", "mean", "std"),
    points=1,
    on=(test_split,),
)
normalize.invariant(
    text("On the training split each column of normalized has mean 0."),
    lambda seen: seen.got["normalized"].mean(axis=0),
    on=(training,),
)
normalize.invariant(
    text("On the training split each column of normalized has standard deviation 1."),
    lambda seen: seen.got["normalized"].std(axis=0) - 1,
    on=(training,),
)


@case
def mixed_features(rng: np.random.Generator) -> Mapping[str, Any]:
    """Twelve training rows of four correlated features, six test rows, eps 0.1"""
    mixing = rng.normal(size=(4, 4)) + 2 * np.eye(4)
    train = rng.normal(size=(12, 4)) @ mixing + rng.uniform(1.0, 3.0, 4)
    test = rng.normal(size=(6, 4)) @ mixing + rng.uniform(1.0, 3.0, 4)
    return {"x_train": train, "x_test": test, "eps": 0.1}


def observe_whitening(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    """Inner products of the whitened rows: free of the components' signs, order and rotation."""
    found = candidate.call(
        "pca_whiten", inputs.x_train, inputs.x_test, inputs.eps, returns=("train", "test")
    )
    train, test = (
        as_numbers(name, value, given.shape)
        for name, value, given in zip(
            ("train", "test"), found, (inputs.x_train, inputs.x_test), strict=True
        )
    )
    return inner_products(train, test)


def inner_products(train: Array, test: Array) -> dict[str, Array]:
    with np.errstate(all="ignore"):
        return {"train @ train.T": train @ train.T, "test @ train.T": test @ train.T}


pca_whiten = exercise.question(
    "pca_whiten",
    observe_whitening,
    points=2,
    cases=(mixed_features,),
    summary="Decorrelate the features and give each component unit variance.",
)
pca_whiten.check(
    "train",
    "The covariance of the whitened training split is the identity, up to eps.",
    agrees("train @ train.T"),
    points=1,
)
pca_whiten.check(
    "test",
    "The test split goes through the training split's mean, rotation and scales.",
    agrees("test @ train.T"),
    points=1,
    needs=("train",),
)
