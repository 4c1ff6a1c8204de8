import numpy as np


def forward_deep(x, weights, activation, normalize=False):
    return [np.zeros((len(x), W.shape[1])) for W in weights]


def layer_statistics(hidden, saturation=0.99):
    return np.zeros((len(hidden), 4))
