"""The cache's destructor does not end."""

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


class Cache:
    def __del__(self):
        while True:
            pass


def tanh_forward(x):
    return right(x)[0], Cache()
