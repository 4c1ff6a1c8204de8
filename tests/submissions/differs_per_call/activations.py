"""Right at the first call only."""

import numpy as np

COUNT = []


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def tanh_backward(dout, cache):
    return dout * (1 - cache**2)


def tanh_forward(x):
    COUNT.append(1)
    return right(x) if len(COUNT) == 1 else (0 * x, 0 * x)
