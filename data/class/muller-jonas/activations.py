from __future__ import annotations

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


def sigmoid_backward(upstream: ndarray, cache: Slope) -> ndarray:
  return upstream * cache.slope


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


def prelu_backward(upstream: ndarray, cache: PReLUCache) -> Tuple[ndarray, ndarray]:
  dx = np.where(cache.x > 0, upstream, upstream * cache.alpha)
  dalpha = np.where(cache.x > 0, 0, upstream * cache.x).sum(axis=0)
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


def maxout_backward(upstream: ndarray, cache: MaxoutCache) -> Tuple[ndarray, ...]:
  dpieces = np.where(cache.winner, upstream, 0.0)
  dx = np.einsum("knm,kdm->nd", dpieces, cache.weights)
  dw = np.einsum("nd,knm->kdm", cache.x, dpieces)
  db = dpieces.sum(axis=1)
  return dx, dw[0], db[0], dw[1], db[1]
