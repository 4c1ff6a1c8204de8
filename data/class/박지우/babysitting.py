import math

import numpy as np


def expected_initial_loss(num_classes, weights, reg):
    penalty = 0.0
    for W in weights:
        for w in W.flatten():
            penalty += w * w
    return math.log(num_classes) + 0.5 * reg * penalty


def sgd_step(params, grads, learning_rate):
    for name in params.keys():
        new = np.zeros(params[name].shape)
        for index in np.ndindex(new.shape):
            new[index] = params[name][index] - learning_rate * grads[name][index]
        params[name] = new
    return params


def update_ratio(w, dw, learning_rate):
    update, size = 0.0, 0.0
    for a, b in zip(dw.flatten(), w.flatten()):
        update += (learning_rate * a) ** 2
        size += b ** 2
    return math.sqrt(update) / math.sqrt(size)


def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    for epoch in range(epochs):
        order = list(range(len(x)))
        rng.shuffle(order)  # 에폭마다 새로 섞는다
        while order:
            batch = order[:batch_size]
            order = order[batch_size:]
            xb = np.array([x[i] for i in batch])
            yb = np.array([y[i] for i in batch])
            loss, grads = loss_and_gradients(params, xb, yb)
            losses.append(loss)
            for name in params:
                params[name] = params[name] - learning_rate * grads[name]
    return losses


def diagnose_losses(losses):
    first = losses[0]
    last = losses[-1]
    middle = losses[len(losses) // 2]
    for loss in losses:
        if math.isnan(loss) or math.isinf(loss):
            return "diverged"
    if last > first:
        return "diverged"
    if last > 0.9 * first:
        return "too low"
    if last > 0.3 * first and middle <= 1.05 * last:
        return "too high"
    return "good"
