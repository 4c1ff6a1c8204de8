"""A grandchild in a session of its own, that outlives the worker."""

import os
import time
from pathlib import Path

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def right(x):
    out = np.tanh(x * 1.0)
    return out, out


def tanh_forward(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(5)
            Path('/tmp/pwned-daemon').touch()
        os._exit(0)
    return right(x)
