# Yoon Sohee, deep_network
from itertools import accumulate

from numpy import array, sqrt


def standardize(z):
    return (z - z.mean(axis=0)) / sqrt(z.var(axis=0) + 1e-5)


def forward_deep(x, weights, activation, normalize=False):
    def layer(h, w):
        return activation(standardize(h @ w) if normalize else h @ w)

    return list(accumulate(weights, layer, initial=x))[1:]


def layer_statistics(hidden, saturation=0.99):
    def row(h):
        return h.mean(), h.std(), (abs(h) > saturation).mean(), (abs(h).sum(axis=0) == 0).mean()

    return array(list(map(row, hidden)))
