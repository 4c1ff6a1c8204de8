import numpy as np


def sigmoid_forward(x):
    x = np.asarray(x, dtype=float)
    pos_mask = (x >= 0)
    neg_mask = (x < 0)
    z = np.zeros_like(x)
    z[pos_mask] = np.exp(-x[pos_mask])
    z[neg_mask] = np.exp(x[neg_mask])
    top = np.ones_like(x)
    top[neg_mask] = z[neg_mask]
    y = top / (1 + z)
    saved = y
    return y, saved


def sigmoid_backward(dy, saved):
    y = saved
    dx = y * (1 - y) * dy
    return dx


def tanh_forward(x):
    y = np.tanh(x)
    saved = y
    return y, saved


def tanh_backward(dy, saved):
    dx = (1 - saved ** 2) * dy
    return dx


def relu_forward(x):
    y = np.maximum(0, x)
    saved = x
    return y, saved


def relu_backward(dy, saved):
    x = saved
    dx = np.array(dy, copy=True)
    dx[x <= 0] = 0
    return dx


def leaky_relu_forward(x, alpha=0.01):
    y = np.copy(x)
    y[x < 0] *= alpha
    saved = (x, alpha)
    return y, saved


def leaky_relu_backward(dy, saved):
    x, alpha = saved
    dx = np.array(dy, copy=True)
    dx[x < 0] *= alpha
    return dx


def elu_forward(x, alpha=1.0):
    raise NotImplementedError("elu_forward is not written yet")


def elu_backward(dy, saved):
    raise NotImplementedError("elu_backward is not written yet")


def prelu_forward(x, alpha):
    y = np.maximum(0, x) + alpha * np.minimum(0, x)
    saved = (x, alpha)
    return y, saved


def prelu_backward(dy, saved):
    raise NotImplementedError("prelu_backward is not written yet")


def maxout_forward(x, w1, b1, w2, b2):
    raise NotImplementedError("maxout_forward is not written yet")


def maxout_backward(dy, saved):
    raise NotImplementedError("maxout_backward is not written yet")
