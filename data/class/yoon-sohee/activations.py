# Yoon Sohee, activations
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
    kept = y
    return y, kept


def sigmoid_backward(delta, kept):
    y = kept
    dx = y * (1 - y) * delta
    return dx


def tanh_forward(x):
    y = np.tanh(x)
    kept = y
    return y, kept


def tanh_backward(delta, kept):
    dx = (1 - kept ** 2) * delta
    return dx


def relu_forward(x):
    y = np.maximum(0, x)
    kept = x
    return y, kept


def relu_backward(delta, kept):
    x = kept
    dx = np.array(delta, copy=True)
    dx[x <= 0] = 0
    return dx


def leaky_relu_forward(x, alpha=0.01):
    y = np.copy(x)
    y[x < 0] *= alpha
    kept = (x, alpha)
    return y, kept


def leaky_relu_backward(delta, kept):
    x, alpha = kept
    dx = np.array(delta, copy=True)
    dx[x < 0] *= alpha
    return dx


def elu_forward(x, alpha=1.0):
    y = np.copy(x)
    neg = x < 0
    y[neg] = alpha * (np.exp(x[neg]) - 1)
    kept = (x, alpha)
    return y, kept


def elu_backward(delta, kept):
    x, alpha = kept
    dx = np.array(delta, copy=True)
    neg = x < 0
    dx[neg] *= alpha * np.exp(x[neg])
    return dx


def prelu_forward(x, alpha):
    y = np.maximum(0, x) + alpha * np.minimum(0, x)
    kept = (x, alpha)
    return y, kept


def prelu_backward(delta, kept):
    x, alpha = kept
    dx = delta * (x > 0) + delta * alpha * (x <= 0)
    # alpha is shared by the whole column -> sum over the batch
    dalpha = np.sum(delta * np.minimum(0, x), axis=0)
    return dx, dalpha


def maxout_forward(x, w1, b1, w2, b2):
    s1 = x.dot(w1) + b1
    s2 = x.dot(w2) + b2
    y = np.maximum(s1, s2)
    kept = (x, w1, w2, s1, s2)
    return y, kept


def maxout_backward(delta, kept):
    x, w1, w2, s1, s2 = kept
    ds1 = delta * (s1 >= s2)
    ds2 = delta * (s1 < s2)
    dx = ds1.dot(w1.T) + ds2.dot(w2.T)
    dw1 = x.T.dot(ds1)
    db1 = np.sum(ds1, axis=0)
    dw2 = x.T.dot(ds2)
    db2 = np.sum(ds2, axis=0)
    return dx, dw1, db1, dw2, db2
