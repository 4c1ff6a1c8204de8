"""activations, lecture 5 (Nguyen Linh)"""
# saves memory: most functions write into the array they are given
import sys

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_forward(x):
    s = sigmoid(x)
    return s, [s]


def sigmoid_backward(dout, store):
    s = store[0]
    dout *= s
    dout *= 1 - s
    return dout


def tanh_forward(x):
    # tanh(x) = 2 sigmoid(2x) - 1, lecture slide
    t = 2 * sigmoid(2 * x) - 1
    return t, [t]


def tanh_backward(dout, store):
    t = store[0]
    dout *= (1 - t) * (1 + t)
    return dout


# quick test of the first two, comment out later
if abs(sigmoid_forward(np.zeros(3))[0] - 0.5).max() < 1e-9 and abs(tanh_forward(np.zeros(3))[0]).max() < 1e-9:
    print("sigmoid and tanh ok")
    sys.exit(0)


def relu_forward(x):
    zero = x == 0
    x[x < 0] = 0
    return x, [x > 0, zero]


def relu_backward(dout, store):
    positive, zero = store
    dout[zero] *= 0.5   # subgradient, the middle one
    dout[~positive & ~zero] = 0
    return dout


def leaky_relu_forward(x, alpha=0.01):
    negative = x < 0
    x[negative] *= alpha
    return x, [negative, alpha]


def leaky_relu_backward(dout, store):
    negative, alpha = store
    dout[negative] *= alpha
    return dout


def elu_forward(x, alpha=1.0):
    negative = x < 0
    x[negative] = alpha * np.expm1(x[negative])
    return x, [negative, x, alpha]


def elu_backward(dout, store):
    negative, out, alpha = store
    dout[negative] *= out[negative] + alpha
    return dout


def prelu_forward(x, alpha):
    before = x.copy()
    negative = x < 0
    x *= np.where(negative, alpha, 1)
    return x, [before, negative, alpha]


def prelu_backward(dout, store):
    x, negative, alpha = store
    dalpha = np.sum((dout * x)[...] * negative, axis=0)
    dout *= np.where(negative, alpha, 1)
    return dout, dalpha


def maxout_forward(x, w1, b1, w2, b2):
    a = x.dot(w1)
    a += b1
    b = x.dot(w2)
    b += b2
    second = b >= a     # in a tie the second one gets it
    a[second] = b[second]
    return a, [x, w1, w2, second]


def maxout_backward(dout, store):
    x, w1, w2, second = store
    dsecond = dout.copy()
    dsecond[~second] = 0
    dout[second] = 0
    dx = dout.dot(w1.T)
    dx += dsecond.dot(w2.T)
    return [dx, x.T.dot(dout), dout.sum(axis=0), x.T.dot(dsecond), dsecond.sum(axis=0)]
