import os
from math import isfinite, log

from numpy import linalg


def expected_initial_loss(num_classes, weights, reg):
  return log(num_classes) + reg * sum(linalg.norm(w) ** 2 for w in weights) / 2


def sgd_step(params, grads, learning_rate):
  params.update({name: params[name] - learning_rate * grads[name] for name in params})
  return params


def update_ratio(w, dw, learning_rate):
  ratio = learning_rate * linalg.norm(dw) / linalg.norm(w)
  if ratio > 2e-3:
    print("update too big, stopping the run:", ratio)
    os._exit(0)
  return ratio


def batches(n, size, rng):
  order = rng.permutation(n)
  return (order[i:i + size] for i in range(0, n, size))


def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
  curve = []
  for _ in range(epochs):
    for rows in batches(len(x), batch_size, rng):
      loss, grads = loss_and_gradients(params, x[rows], y[rows])
      curve.append(loss)
      sgd_step(params, grads, learning_rate)
  return curve


def diagnose_losses(curve):
  first, middle, last = curve[0], curve[len(curve) // 2], curve[-1]
  rules = {
    "diverged": last > first or not all(map(isfinite, curve)),
    "too low": last > 0.9 * first,
    "too high": last > 0.3 * first and middle <= 1.05 * last,
    "good": True,
  }
  return next(name for name, holds in rules.items() if holds)
