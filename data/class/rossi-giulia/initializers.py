from __future__ import annotations

import numpy as np
from numpy.random import Generator


def small_random_init(fan_in: int, fan_out: int, rng: Generator, std: float = 0.01) -> np.ndarray:
    return rng.normal(0, std, (fan_in, fan_out))


def xavier_init(fan_in: int, fan_out: int, rng: Generator) -> np.ndarray:
    return rng.normal(0, np.sqrt(1 / fan_in), (fan_in, fan_out))


def glorot_init(fan_in: int, fan_out: int, rng: Generator) -> np.ndarray:
    limit = np.sqrt(6 / (fan_in + fan_out))
    return limit * (2 * rng.random((fan_in, fan_out)) - 1)


def he_init(fan_in: int, fan_out: int, rng: Generator) -> np.ndarray:
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
