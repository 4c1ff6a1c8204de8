from __future__ import annotations

from typing import Callable, Dict, List

import cs231n
import numpy as np
from numpy import ndarray

Params = Dict[str, ndarray]


def expected_initial_loss(num_classes: int, weights: List[ndarray], reg: float) -> float:
    penalty = sum(float(np.sum(W ** 2)) for W in weights)
    return float(np.log(num_classes) + 0.5 * reg * penalty)


def sgd_step(params: Params, grads: Params, learning_rate: float) -> Params:
    for name, gradient in grads.items():
        params[name] = params[name] - learning_rate * gradient
    return params


def update_ratio(w: ndarray, dw: ndarray, learning_rate: float) -> float:
    return float(np.linalg.norm(learning_rate * dw) / np.linalg.norm(w))


def train(
    loss_and_gradients: Callable, params: Params, x: ndarray, y: ndarray,
    learning_rate: float, epochs: int, batch_size: int, rng: np.random.Generator,
) -> List[float]:
    n = len(x)
    losses: List[float] = []
    for _ in range(epochs):
        order = rng.permutation(n)
        shuffled_x, shuffled_y = x[order], y[order]
        for start in range(0, n, batch_size):
            stop = min(start + batch_size, n)
            loss, grads = loss_and_gradients(params, shuffled_x[start:stop], shuffled_y[start:stop])
            losses.append(float(loss))
            sgd_step(params, grads, learning_rate)
    return losses


def diagnose_losses(losses: List[float]) -> str:
    first, middle, last = losses[0], losses[len(losses) // 2], losses[-1]
    if not all(np.isfinite(loss) for loss in losses) or last > first:
        return "diverged"
    if last > 0.9 * first:
        return "too low"
    if last > 0.3 * first and middle <= 1.05 * last:
        return "too high"
    return "good"
