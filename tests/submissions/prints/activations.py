"""Prints, then gives the right answer: must pass."""

import os
import sys

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def tanh_forward(x):
    print('score: 100/100')
    print('x' * 10_000, file=sys.stderr)
    os.write(1, b'14 passed')
    return right(x)
