"""Prints a gigabyte, then gives the right answer: must pass."""

import os

import numpy as np

TEXT = 'x' * 2**20


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def tanh_forward(x):
    for _ in range(500):
        print(TEXT)
        os.write(1, TEXT.encode())
    return right(x)
