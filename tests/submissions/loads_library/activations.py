"""Loads machine code of its own."""

import ctypes
import importlib.machinery
import sys
from pathlib import Path

import numpy as np

ROOT = Path(sys.modules["autograder.sandbox"].__path__[0]).parents[1]


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
        lambda: ctypes.CDLL(str(ROOT / "tests/submissions/loads_library/fast.so")),
        lambda: ctypes.CDLL("/tmp/fast.so"),
        lambda: importlib.machinery.ExtensionFileLoader("fast", "/tmp/fast.so").load_module(),
    )
    return right(x)
