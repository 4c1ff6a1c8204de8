"""Memory that outlives a worker, or that no limit counts."""

import ctypes
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
    def succeed(result):
        if result == -1:
            raise PermissionError


    libc = ctypes.CDLL(None)
    one_works(
        lambda: os.memfd_create("pwned"),
        lambda: succeed(libc.shmget(4242, 4096, 0o1666)),
        lambda: succeed(libc.msgget(4242, 0o1666)),
        lambda: succeed(libc.semget(4242, 1, 0o1666)),
        lambda: succeed(libc.mq_open(b"/pwned", 0o102, 0o666, None)),
        lambda: os.pipe(),
        lambda: os.eventfd(0),
    )
    return right(x)
