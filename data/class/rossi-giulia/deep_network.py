from __future__ import annotations

from typing import Callable, List

import numpy as np
from numpy import ndarray

EPS = 1e-5


def forward_deep(
    x: ndarray, weights: List[ndarray], activation: Callable[[ndarray], ndarray], normalize: bool = False
) -> List[ndarray]:
    hidden: List[ndarray] = []
    for W in weights:
        z = np.matmul(hidden[-1] if hidden else x, W)
        if normalize:
            z = (z - z.mean(axis=0, keepdims=True)) / np.sqrt(z.var(axis=0, keepdims=True) + EPS)
        hidden.append(activation(z))
    return hidden


def layer_statistics(hidden: List[ndarray], saturation: float = 0.99) -> ndarray:
    columns = [
        [np.mean(h) for h in hidden],
        [np.std(h) for h in hidden],
        [np.mean(np.abs(h) > saturation) for h in hidden],
        [np.mean(~np.any(h != 0, axis=0)) for h in hidden],
    ]
    return np.array(columns).T
