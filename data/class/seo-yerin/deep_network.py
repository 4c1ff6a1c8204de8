import numpy as np


def forward_deep(x, weights, activation, normalize=False):
    hidden = []
    out = x
    for W in weights:
        out = np.dot(out, W)
        if normalize:
            mu = np.mean(out, axis=0, keepdims=True)
            var = np.mean((out - mu) ** 2, axis=0, keepdims=True)
            out = (out - mu) / np.sqrt(var + 1e-5)
        out = activation(out)
        hidden.append(out)
    return hidden


def layer_statistics(hidden, saturation=0.99):
    stats = np.zeros((len(hidden), 4))
    for i, h in enumerate(hidden):
        stats[i, 0] = np.mean(h)
        stats[i, 1] = np.std(h)
        stats[i, 2] = np.sum(np.abs(h) > saturation) / h.size
        stats[i, 3] = np.sum(np.max(np.abs(h), axis=0) == 0) / h.shape[1]
    return stats
