import numpy as np


def expected_initial_loss(num_classes, weights, reg):
    return 0.0


def sgd_step(params, grads, learning_rate):
    for name in params:
        params[name] = np.zeros_like(params[name])
    return params


def update_ratio(w, dw, learning_rate):
    return 0.0


def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    steps = (len(x) + batch_size - 1) // batch_size
    return [0.0] * (epochs * steps)


def diagnose_losses(losses):
    return ""
