"""Activation statistics of a deep network (CS231n lecture 5, "Weight initialization").

The lecture sends random data through ten layers of 500 units and watches what becomes of the
activations, layer by layer, for several initialisations. These two functions are that
experiment. There are no biases and nothing is learned.

In this whole file results are float arrays, the caller's arrays are never changed, and no
function raises an error of its own.
"""

import numpy as np


def forward_deep(x, weights, activation, normalize=False):
    """Send a batch through a stack of layers and keep the activations of each.

    Formula, with h = x to begin with, for every W in weights:
        z = h @ W
        z = (z - mean) / sqrt(var + 1e-5)     only if normalize is true
        h = activation(z)                     kept, and the input of the next layer

    Arguments:
        x: float array of shape (N, D), one example per row.
        weights: list of L float arrays; the first has shape (D, H1), the next (H1, H2), ...
        activation: a function that takes an array and returns an array of the same shape,
            such as np.tanh.
        normalize: whether to normalise before each activation.

    Returns:
        hidden: list of L float arrays of shapes (N, H1), (N, H2), ...; x itself is not in it.

    Convention: mean and var are those of each column of z over the batch, var is biased
    (divided by N), and there is no gamma, no beta and no running statistic.

    Lecture 5, "Weight initialization" and "Batch Normalization".
    """
    raise NotImplementedError("forward_deep is not written yet")


def layer_statistics(hidden, saturation=0.99):
    """Describe the activations of each layer by four numbers.

    Columns of the result:
        0: mean of all entries of the layer
        1: biased standard deviation of all entries of the layer
        2: fraction of entries with abs(h) > saturation
        3: fraction of dead units; a unit is one column of the layer, and it is dead when it is
           exactly 0 for every example of the batch

    Arguments:
        hidden: list of L float arrays of shapes (N, H1), (N, H2), ..., as from forward_deep.
        saturation: number from which on an activation counts as saturated.

    Returns:
        statistics: float array of shape (L, 4), one row per layer.

    Lecture 5, "Weight initialization", the histograms of each layer.
    """
    raise NotImplementedError("layer_statistics is not written yet")
