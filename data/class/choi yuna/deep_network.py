import numpy as np


def forward_deep(x, weights, activation, normalize=False):
    hs = []
    h = x
    for W in weights:
        z = h.dot(W)
        if normalize:
            z = (z - np.mean(z, axis=0)) / np.sqrt(np.var(z, axis=0) + 1e-5)
        h = activation(z)
        hs.append(h)
    return hs


def layer_statistics(hidden, saturation=0.99):
    stats = []
    for h in hidden:
        mean = np.mean(h)
        std = np.std(h)
        saturated = np.mean(np.abs(h) > saturation)
        dead = np.mean(np.all(h == 0, axis=0))
        stats.append([mean, std, saturated, dead])
    return np.array(stats)
