# CS231n homework 5, Petra Novak
import numpy as np


def expected_initial_loss(num_classes, weights, reg):
    return np.log(num_classes) + reg / 2 * sum((W * W).sum() for W in weights)

def sgd_step(params, grads, learning_rate):
    for k in params:
        params[k] = params[k] + learning_rate * grads[k]
    return params

def update_ratio(w, dw, learning_rate):
    return np.linalg.norm(learning_rate * dw) / np.linalg.norm(w)

def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    for _ in range(epochs):
        p = rng.permutation(len(x))
        for i in range(0, len(x), batch_size):
            loss, grads = loss_and_gradients(params, x[p[i:i + batch_size]], y[i:i + batch_size])
            losses.append(loss)
            for k in params:
                params[k] = params[k] - learning_rate * grads[k]
    return losses

def diagnose_losses(losses):
    a, m, z = losses[0], losses[len(losses) // 2], losses[-1]
    if not np.isfinite(losses).all() or z > a: return 'diverged'
    if z > .9 * a: return 'too_low'
    return 'too_high' if z > .3 * a and m <= 1.05 * z else 'good'
