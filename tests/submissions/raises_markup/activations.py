"""An error message made for whatever shows it."""

import numpy as np


def relu_forward(x):
    return np.maximum(x, 0.0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0.0)


def tanh_forward(x):
    raise ValueError('{0.__class__} %s <script>alert(1)</script> \x1b[2J\x00 \ud800 \u202e')
