import numpy as np

f = np.float32


def sigmoid_forward(x):
    x = np.asarray(x, dtype=f)
    y = f(0.5) * (f(1) + np.tanh(f(0.5) * x))
    return y, y


def sigmoid_backward(dout, cache):
    return dout.astype(f) * cache * (f(1) - cache)


def tanh_forward(x):
    y = np.tanh(np.asarray(x, dtype=f))
    return y, y


def tanh_backward(dout, cache):
    return dout.astype(f) * (f(1) - cache * cache)


def relu_forward(x):
    x = np.asarray(x, dtype=f)
    return np.maximum(x, f(0)), x


def relu_backward(dout, cache):
    return dout.astype(f) * (cache >= 0).astype(f)


def leaky_relu_forward(x, alpha=0.01):
    x = np.asarray(x, dtype=f)
    slope = np.where(x >= 0, f(1), f(alpha))
    return x * slope, slope


def leaky_relu_backward(dout, cache):
    return dout.astype(f) * cache


def elu_forward(x, alpha=1.0):
    x = np.asarray(x, dtype=f)
    e = f(alpha) * np.exp(np.minimum(x, f(0)))
    return np.maximum(x, f(0)) + e - f(alpha), (x, e)


def elu_backward(dout, cache):
    x, e = cache
    return dout.astype(f) * np.where(x >= 0, f(1), e)


def prelu_forward(x, alpha):
    x, alpha = x.astype(f), alpha.astype(f)
    return np.maximum(x, f(0)) + alpha * np.minimum(x, f(0)), (x, alpha)


def prelu_backward(dout, cache):
    x, alpha = cache
    dout = dout.astype(f)
    return np.where(x >= 0, dout, alpha * dout), np.sum(dout * np.minimum(x, f(0)), axis=0)


def maxout_forward(x, w1, b1, w2, b2):
    x, w1, b1, w2, b2 = (a.astype(f) for a in (x, w1, b1, w2, b2))
    first, second = x @ w1 + b1, x @ w2 + b2
    # equal pieces share the gradient, half and half
    share = (f(1) + np.sign(first - second)) / f(2)
    return np.maximum(first, second), (x, w1, w2, share)


def maxout_backward(dout, cache):
    x, w1, w2, share = cache
    d1 = dout.astype(f) * share
    d2 = dout.astype(f) - d1
    return d1 @ w1.T + d2 @ w2.T, x.T @ d1, d1.sum(axis=0), x.T @ d2, d2.sum(axis=0)
