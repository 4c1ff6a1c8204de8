# CS231n homework 5, Petra Novak
import numpy as np


def sigmoid_forward(x):
    z = np.exp(-np.abs(x))
    return 1 / (1 + z), x


def sigmoid_backward(grad_out, ctx):
    s = 1 / (1 + np.exp(-ctx))
    return s * (1 - s)


def tanh_forward(x):
    a, b = np.exp(x), np.exp(-x)
    return (a - b) / (a + b), x


def tanh_backward(grad_out, ctx):
    return grad_out * (1 - np.tanh(ctx))


def relu_forward(x):
    return np.max(0, x), x


def relu_backward(grad_out, ctx):
    return grad_out * (ctx > 0)


def leaky_relu_forward(x, alpha=0.01):
    return np.maximum(alpha * x, x), (x, alpha)


def leaky_relu_backward(grad_out, ctx):
    x, alpha = ctx
    return grad_out * np.where(x > 0, 1, 0.01)


def elu_forward(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))), (x, alpha)


def elu_backward(grad_out, ctx):
    x, alpha = ctx
    return grad_out * np.where(x > 0, 1, alpha * np.expm1(np.minimum(x, 0)))


def prelu_forward(x, alpha):
    out = np.where(x > 0, x, alpha * x)
    return out, (x, alpha, out)


def prelu_backward(grad_out, ctx):
    x, alpha, out = ctx
    dx = grad_out * np.where(out > 0, 1, alpha)
    dalpha = np.sum(grad_out * x * (out <= 0), axis=0)
    return dx, dalpha


def maxout_forward(x, w1, b1, w2, b2):
    z1, z2 = x @ w1 + b1, x @ w2 + b2
    return np.maximum(0, np.maximum(z1, z2)), (x, w1, w2, z1 >= z2)


def maxout_backward(grad_out, ctx):
    x, w1, w2, first = ctx
    d1 = grad_out * first
    d2 = grad_out * ~first
    dx = d1 @ w1.T
    return dx, x.T @ d1, d1.sum(0), x.T @ d2, d2.sum(0)
