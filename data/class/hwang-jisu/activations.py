# activations.py  (Hwang Jisu)
import numpy as np

from my_utils import logistic


def sigmoid_forward(x):
    out = logistic(x)
    cache = out
    return out, cache


def sigmoid_backward(do, cache):
    out = cache
    dx = out * (1 - out) * do
    return dx


def tanh_forward(x):
    out = np.tanh(x)
    cache = out
    return out, cache


def tanh_backward(do, cache):
    dx = (1 - cache ** 2) * do
    return dx


def relu_forward(x):
    out = np.maximum(0, x)
    cache = x
    return out, cache


def relu_backward(do, cache):
    x = cache
    dx = np.array(do, copy=True)
    dx[x <= 0] = 0
    return dx


def leaky_relu_forward(x, alpha=0.01):
    out = np.copy(x)
    out[x < 0] *= alpha
    cache = (x, alpha)
    return out, cache


def leaky_relu_backward(do, cache):
    x, alpha = cache
    dx = np.array(do, copy=True)
    dx[x < 0] *= alpha
    return dx


def elu_forward(x, alpha=1.0):
    out = np.copy(x)
    neg = x < 0
    out[neg] = alpha * (np.exp(x[neg]) - 1)
    cache = (x, alpha)
    return out, cache


def elu_backward(do, cache):
    x, alpha = cache
    dx = np.array(do, copy=True)
    neg = x < 0
    dx[neg] *= alpha * np.exp(x[neg])
    return dx


def prelu_forward(x, alpha):
    out = np.maximum(0, x) + alpha * np.minimum(0, x)
    cache = (x, alpha)
    return out, cache


def prelu_backward(do, cache):
    x, alpha = cache
    dx = do * (x > 0) + do * alpha * (x <= 0)
    # alpha is shared by the whole column -> sum over the batch
    dalpha = np.sum(do * np.minimum(0, x), axis=0)
    return dx, dalpha


def maxout_forward(x, w1, b1, w2, b2):
    s1 = x.dot(w1) + b1
    s2 = x.dot(w2) + b2
    out = np.maximum(s1, s2)
    cache = (x, w1, w2, s1, s2)
    return out, cache


def maxout_backward(do, cache):
    x, w1, w2, s1, s2 = cache
    ds1 = do * (s1 >= s2)
    ds2 = do * (s1 < s2)
    dx = ds1.dot(w1.T) + ds2.dot(w2.T)
    dw1 = x.T.dot(ds1)
    db1 = np.sum(ds1, axis=0)
    dw2 = x.T.dot(ds2)
    db2 = np.sum(ds2, axis=0)
    return dx, dw1, db1, dw2, db2
