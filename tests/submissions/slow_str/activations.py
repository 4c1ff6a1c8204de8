"""The error's text does not end."""

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


class Slow(Exception):
    def __str__(self):
        while True:
            pass


def tanh_forward(x):
    raise Slow
