from __future__ import annotations

import cs231n
import matplotlib.pyplot as plt
from dataclasses import dataclass
from typing import Any, Tuple

import numpy as np
from numpy import ndarray


@dataclass
class Slope:
    """What backward multiplies the upstream gradient with."""
    slope: ndarray


def sigmoid_forward(x: ndarray) -> Tuple[ndarray, Slope]:
    out = 0.5 * (1 + np.tanh(0.5 * x))
    return out, Slope(out * (1 - out))


def sigmoid_backward(dout: ndarray, ctx: Slope) -> ndarray:
    return dout * ctx.slope


def tanh_forward(x: ndarray) -> Tuple[ndarray, Slope]:
    out = np.tanh(x)
    return out, Slope(1 - out * out)


tanh_backward = sigmoid_backward


def relu_forward(x: ndarray) -> Tuple[ndarray, Slope]:
    return x.clip(min=0), Slope(np.heaviside(x, 0.5))


relu_backward = sigmoid_backward


def leaky_relu_forward(x: ndarray, alpha: float = 0.01) -> Tuple[ndarray, Slope]:
    slope = np.where(x > 0, 1.0, alpha)
    return x * slope, Slope(slope)


leaky_relu_backward = sigmoid_backward


def elu_forward(x: ndarray, alpha: float = 1.0) -> Tuple[ndarray, Slope]:
    below = alpha * np.expm1(x.clip(max=0))
    return np.where(x > 0, x, below), Slope(np.where(x > 0, 1.0, below + alpha))


elu_backward = sigmoid_backward


@dataclass
class PReLUCache:
    x: ndarray
    alpha: ndarray


def prelu_forward(x: ndarray, alpha: ndarray) -> Tuple[ndarray, PReLUCache]:
    return np.where(x > 0, x, x * alpha), PReLUCache(x, alpha)


def prelu_backward(dout: ndarray, ctx: PReLUCache) -> Tuple[ndarray, ndarray]:
    dx = np.where(ctx.x > 0, dout, dout * ctx.alpha)
    dalpha = np.where(ctx.x > 0, 0, dout * ctx.x).sum(axis=0)
    return dx, dalpha


@dataclass
class MaxoutCache:
    x: ndarray
    weights: ndarray  # (2, D, M)
    winner: ndarray  # (2, N, M), one-hot along the first axis


def maxout_forward(x: ndarray, w1: ndarray, b1: ndarray, w2: ndarray, b2: ndarray) -> Tuple[ndarray, Any]:
    weights, biases = np.stack([w1, w2]), np.stack([b1, b2])
    pieces = np.matmul(x, weights) + biases[:, None, :]
    winner = pieces.argmax(axis=0) == np.arange(2)[:, None, None]
    return pieces.max(axis=0), MaxoutCache(x, weights, winner)


def maxout_backward(dout: ndarray, ctx: MaxoutCache) -> Tuple[ndarray, ...]:
    dpieces = np.where(ctx.winner, dout, 0.0)
    dx = np.einsum("knm,kdm->nd", dpieces, ctx.weights)
    dw = np.einsum("nd,knm->kdm", ctx.x, dpieces)
    db = dpieces.sum(axis=1)
    return dx, dw[0], db[0], dw[1], db[1]


get_ipython().run_line_magic("matplotlib", "inline")
grid = np.linspace(-4, 4, 200)
for forward in (sigmoid_forward, tanh_forward, relu_forward, elu_forward):
    plt.plot(grid, forward(grid)[0], label=forward.__name__)
plt.legend()
