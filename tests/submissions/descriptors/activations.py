"""Uses descriptors that it was not given, or makes more of them."""

import fcntl
import os

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def one_works(*attempts):
    for attempt in attempts:
        try:
            return attempt()
        except Exception as error:
            last = error
    raise last


def tanh_forward(x):
    one_works(
        *(lambda number=number: os.read(number, 0) for number in range(5, 2000)),
        lambda: os.dup(4),
        lambda: fcntl.fcntl(4, fcntl.F_DUPFD, 10),
        lambda: fcntl.fcntl(4, 1031, 4096),
        lambda: fcntl.ioctl(0, 0x5412, b"x"),
    )
    return right(x)
