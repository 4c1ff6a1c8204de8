"""An error of 50 MB, for the report."""

import os
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
    Raised = sys.modules['autograder.sandbox.reply'].Raised
    long = 'E' * 10**7
    frames = ((long, 1, long, long),)
    send(WIRE.frame(WIRE.encode(Reply('raised', Raised((long,), long, frames)))))
    return 0 * x, x
