"""Writes, forks and connects while it is imported, and hides that it failed."""

import os
import socket

import numpy as np

for attempt in (
    lambda: open("/tmp/pwned-import", "w").close(),
    lambda: os.fork(),
    lambda: socket.socket(),
    lambda: os.kill(os.getppid(), 15),
):
    try:
        attempt()
    except OSError:
        pass


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def tanh_forward(x):
    return right(x)
