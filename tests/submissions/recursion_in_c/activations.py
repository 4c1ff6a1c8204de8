"""Nests a value until C runs out of stack."""

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def tanh_forward(x):
    value = ()
    for _ in range(10**6):
        value = (value,)
    return hash(value), x
