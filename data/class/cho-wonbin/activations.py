import numpy as np


def sigmoid_forward(x):
    return np.zeros_like(x), x


def sigmoid_backward(dout, cache):
    return np.zeros_like(dout)


def tanh_forward(x):
    return np.zeros_like(x), x


def tanh_backward(dout, cache):
    return np.zeros_like(dout)


def relu_forward(x):
    return np.zeros_like(x), x


def relu_backward(dout, cache):
    return np.zeros_like(dout)


def leaky_relu_forward(x, alpha=0.01):
    return np.zeros_like(x), x


def leaky_relu_backward(dout, cache):
    return np.zeros_like(dout)


def elu_forward(x, alpha=1.0):
    return np.zeros_like(x), x


def elu_backward(dout, cache):
    return np.zeros_like(dout)


def prelu_forward(x, alpha):
    return np.zeros_like(x), alpha


def prelu_backward(dout, cache):
    return np.zeros_like(dout), np.zeros_like(cache)


def maxout_forward(x, w1, b1, w2, b2):
    return np.zeros((len(x), len(b1))), (x, w1, b1, w2, b2)


def maxout_backward(dout, cache):
    return tuple(np.zeros_like(a) for a in cache)
