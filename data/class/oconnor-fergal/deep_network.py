import numpy as np


def forward_deep(x, weights, activation, normalize=False):
    hidden = [None] * len(weights)
    for i in range(len(weights)):
        x = x.dot(weights[i])
        if normalize:
            x -= x.mean(axis=0)
            x /= np.sqrt((x ** 2).mean(axis=0) + 1e-5)   # the mean is 0 now
        x = activation(x)
        hidden[i] = x
    return hidden


def layer_statistics(hidden, saturation=0.99):
    rows = []
    for h in hidden:
        alive = h.any(axis=0)
        size = np.abs(h)
        rows += [[h.mean(), h.std(), np.count_nonzero(size > saturation) / h.size, 1 - alive.mean()]]
    return rows
