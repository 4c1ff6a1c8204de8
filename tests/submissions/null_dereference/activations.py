"""Reads address 0."""

import ctypes

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def tanh_forward(x):
    ctypes.string_at(0)
