# preprocessing.py  (Hwang Jisu)
from __future__ import annotations

from typing import Optional, Tuple

import numpy as np
from numpy import ndarray


def zero_center(x: ndarray, mean: Optional[ndarray] = None) -> Tuple[ndarray, ndarray]:
    if mean is None:
        mean = x.mean(axis=0)
    return np.subtract(x, mean), mean


def normalize(
    x: ndarray, mean: Optional[ndarray] = None, std: Optional[ndarray] = None, eps: float = 1e-8
) -> Tuple[ndarray, ndarray, ndarray]:
    centered, mean = zero_center(x, mean)
    if std is None:
        std = x.var(axis=0) ** 0.5
    return centered / (std + eps), mean, std


def pca_whiten(x_train: ndarray, x_test: ndarray, eps: float = 1e-5) -> Tuple[ndarray, ndarray]:
    train, mean = zero_center(x_train)
    _, singular, axes = np.linalg.svd(train / np.sqrt(len(train)))
    project = axes.T / np.sqrt(singular ** 2 + eps)
    return train @ project, (x_test - mean) @ project
