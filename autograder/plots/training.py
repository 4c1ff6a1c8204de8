"""What pictures train with besides the student's functions: the digits, and a plain loop of SGD."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from functools import cache
from math import ceil, sqrt
from typing import Any

import numpy as np

from ..model import Unusable, text
from ..places import ASSIGNMENT
from .student import Array

Params = dict[str, Array]
Loss = Callable[[Params, Array, Array], tuple[float, Params]]


@cache
def digits() -> dict[str, Array]:
    """The handwritten digits, raw, as the given data.py splits them."""
    given = ASSIGNMENT / "data.py"
    try:
        loaded: dict[str, Array] = runpy.run_path(str(given))["load_digits"]()
    except Exception as error:  # it lies among the student's files
        raise Unusable(
            text(
                "{path} does not load the digits ({error}): get a fresh copy of it",
                path=given,
                error=repr(error)[:200],
            )
        ) from error
    return loaded


@cache
def standardised() -> dict[str, Array]:
    """The same with every pixel at mean 0 and standard deviation 1, by the training split."""
    raw = digits()
    mean, std = raw["x_train"].mean(axis=0), raw["x_train"].std(axis=0)
    return {n: (a - mean) / (std + 1e-8) if n[0] == "x" else a for n, a in raw.items()}


def mini_batches(count: int, size: int, epochs: int, rng: np.random.Generator) -> Iterator[Array]:
    """Row numbers of one mini-batch after another, drawn anew each time.

    Not in turns, as the question ``train`` has it: a student's copy holds no answer.
    """
    return (rng.integers(count, size=size) for _ in range(epochs * ceil(count / size)))


def descend(
    loss_and_gradients: Loss,
    params: Params,
    data: dict[str, Array],
    rate: float,
    batches: Iterator[Array],
) -> list[float]:
    """Plain SGD over the training split; updates ``params`` and returns the losses."""
    curve = []
    for rows in batches:
        loss, grads = loss_and_gradients(params, data["x_train"][rows], data["y_train"][rows])
        curve.append(float(loss))
        params.update({name: params[name] - rate * grads[name] for name in params})
    return curve


def like_he(fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    """Weights for pictures that are not about initialisation: of as much power as He's.

    Those into one unit have the length sqrt(2), which He's have on average. Not He's own: a
    student's copy holds no answer.
    """
    directions = rng.standard_normal((fan_in, fan_out))
    return sqrt(2) * directions / np.linalg.norm(directions, axis=0)


def accuracy(net: Any, data: dict[str, Array], split: str = "val") -> float:
    return float(np.mean(net.predict(net.params, data[f"x_{split}"]) == data[f"y_{split}"]))
