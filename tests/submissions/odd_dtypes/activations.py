"""Objects, records, text and complex numbers in place of numbers."""

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def sigmoid_forward(x):
    return np.array([x, None, "a"], dtype=object), x


def tanh_forward(x):
    return np.zeros(x.shape, dtype=[("a", float)]), x


def leaky_relu_forward(x, alpha=0.01):
    return np.full(x.shape, "0.5"), x


def elu_forward(x, alpha=1.0):
    return np.full(x.shape, 0.5 + 0.5j), x


def prelu_forward(x, alpha):
    return np.full(x.shape, 1, dtype="datetime64[s]"), x
