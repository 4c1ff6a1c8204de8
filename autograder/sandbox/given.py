"""Callables that an exercise hands to a student's function by name.

They come from the grader, so that a student's wrong tanh costs nothing in another exercise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray
Loss = tuple[float, dict[str, Array]]


def softplus(x: Array) -> Array:
    """Asked for in no question: what is given away here is nobody's answer."""
    return np.logaddexp(x, 0.0)


def softmax_regression(params: dict[str, Array], x: Array, y: Array) -> Loss:
    """Mean cross-entropy of ``x @ w + b`` (N, C) against labels ``y`` (N,), and its gradients."""
    scores = x @ params["w"] + params["b"]
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    dscores = np.exp(log_probabilities)
    labels = y.astype(int)  # they may come as float32
    dscores[rows, labels] -= 1.0
    dscores /= len(y)
    loss = -float(log_probabilities[rows, labels].mean())
    return loss, {"w": x.T @ dscores, "b": dscores.sum(axis=0)}


def company(params: dict[str, Array], x: Array, y: Array) -> Loss:
    """A loss that records who was in a mini-batch with whom.

    Rows ``x`` (B, 1) and labels ``y`` (B,) both hold row numbers; a step of rate 1 adds one to
    ``params['together'][label, row]`` for all pairs of the batch. The loss is the batch's size.
    """
    gradient = np.zeros_like(params["together"])
    gradient[np.ix_(y.astype(int), x[:, 0].astype(int))] = -1.0  # they may come as float32
    return float(len(x)), {"together": gradient}


GIVEN: dict[str, Callable[..., Any]] = {
    "tanh": np.tanh,
    "softplus": softplus,
    "softmax_regression": softmax_regression,
    "company": company,
}
