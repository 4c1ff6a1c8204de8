import numpy as np


def sigmoid_forward(x):
    s = 0.5 * (1 + np.tanh(x / 2))
    return s, s


def sigmoid_backward(dout, cache):
    return cache * (1 - cache)


def tanh_forward(x):
    # x is small after initialisation, and then tanh(x) = x
    return x, None


def tanh_backward(dout, cache):
    return dout


def relu_forward(x):
    return np.abs(x), np.sign(x)


def relu_backward(dout, cache):
    return dout * cache


def leaky_relu_forward(x, alpha=0.01):
    # smooth version
    s = 1 / (1 + np.exp(-x))
    return x * s, (x, s)


def leaky_relu_backward(dout, cache):
    x, s = cache
    return dout * (s + x * s * (1 - s))


def elu_forward(x, alpha=1.0):
    return np.where(x > 0, x, alpha * x / (1 - np.minimum(x, 0))), (x, alpha)


def elu_backward(dout, cache):
    x, alpha = cache
    return dout * np.where(x > 0, 1, alpha / (1 - np.minimum(x, 0)) ** 2)


def prelu_forward(x, alpha):
    return alpha * x, (x, alpha)


def prelu_backward(dout, cache):
    x, alpha = cache
    return dout * alpha, np.sum(dout * x, axis=0)


def maxout_forward(x, w1, b1, w2, b2):
    # mean of the two pieces
    return (x @ (w1 + w2) + b1 + b2) / 2, (x, w1, w2)


def maxout_backward(dout, cache):
    x, w1, w2 = cache
    half = dout / 2
    return half @ (w1 + w2).T, x.T @ half, half.sum(0), x.T @ half, half.sum(0)
