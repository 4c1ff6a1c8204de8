"""Reserves 3 GiB without touching it."""

import mmap

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
    KEPT.append(mmap.mmap(-1, 3 * 2**30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
    return right(x)
