# lec 5 activations, Park Junseo
import numpy as np


def sigmoid_forward(x):
    s = 1 / (1 + np.exp(-x))
    return s, (s,)

def sigmoid_backward(g, c):
    s, = c
    return g * s * (1 - s)

def tanh_forward(x):
    t = np.tanh(x)
    return t, (t,)

def tanh_backward(g, c):
    return g * (1 - c[0] ** 2)

def relu_forward(x):
    return np.maximum(0, x), (x,)

def relu_backward(g, c):
    return np.where(c[0] > 0, g, 0)

def leaky_relu_forward(x, alpha=0.01):
    return np.where(x > 0, x, alpha * x), (x, alpha)

def leaky_relu_backward(g, c):
    x, alpha = c
    return np.where(x > 0, g, alpha * g)

def elu_forward(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1)), (x, alpha)

def elu_backward(g, c):
    x, alpha = c
    return g * np.where(x > 0, 1, alpha * np.exp(x))

def prelu_forward(x, alpha):
    return np.where(x > 0, x, alpha * x), (x, alpha)

def prelu_backward(g, c):
    x, alpha = c
    neg = x <= 0
    dx = g * np.where(neg, alpha, 1)
    dalpha = (g * x * neg).sum(0
    return dx, dalpha

def maxout_forward(x, w1, b1, w2, b2):
    z1, z2 = x @ w1 + b1, x @ w2 + b2
    return np.maximum(z1, z2), (x, w1, w2, z1 > z2)

def maxout_backward(g, c):
    x, w1, w2, first = c
    d1, d2 = g * first, g * ~first
    return d1 @ w1.T + d2 @ w2.T, x.T @ d1, d1.sum(0), x.T @ d2, d2.sum(0)
