"""A pair that has three parts when it is looked at again."""

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


class Lying(tuple):
    def __iter__(self):
        return iter([1, 2, 3])


def tanh_forward(x):
    return Lying(right(x))
