"""Shapes whose product overflows, is negative, or is zero times too much."""

import os
import struct
import sys

import numpy as np

WIRE = sys.modules["autograder.sandbox.wire"]
Reply = sys.modules["autograder.sandbox.reply"].Reply


def send(data):
    while data:
        data = data[os.write(4, data) :]


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def tanh_forward(x):
    shape = (0, 2**26, 2**26, 2**26, 2**26)
    header = b'a' + struct.pack('<BB5q', 0, 5, *shape)
    ok = b't' + struct.pack('<q', 3) + b's' + struct.pack('<q', 2) + b'ok'
    send(WIRE.frame(ok + header + b't' + struct.pack('<q', 0)))
    return 0 * x, x
