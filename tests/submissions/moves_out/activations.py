"""Changes its root or folder, or holds on to a path."""

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
        lambda: os.chdir("/tmp"),
        lambda: os.chroot("/tmp"),
        lambda: os.open("/etc", os.O_PATH),
        lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR),
        lambda: os.fchdir(os.open("/etc", os.O_PATH)),
    )
    return right(x)
