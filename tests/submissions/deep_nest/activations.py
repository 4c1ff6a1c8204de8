"""A list in a list, 100,000 times."""

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def tanh_forward(x):
    value = 0.5
    for _ in range(100_000):
        value = [value]
    return value, x
