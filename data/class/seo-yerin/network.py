"""A small fully connected network made of your own parts (given, complete, not graded).

It imports your activations.py and batchnorm.py, which must lie beside this file. A part that you
have not written yet only matters when a network uses it.

    net = FullyConnectedNet([64, 100, 100, 10], he_init, rng, use_batchnorm=True)
    losses = train(net.loss_and_gradients, net.params, x, y, 0.1, epochs=5, batch_size=50, rng=rng)
    labels = net.predict(net.params, x_test)
"""

from itertools import pairwise

import numpy as np
from activations import (
    elu_backward,
    elu_forward,
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from batchnorm import batchnorm_backward, batchnorm_forward

ACTIVATIONS = {
    "sigmoid": (sigmoid_forward, sigmoid_backward),
    "tanh": (tanh_forward, tanh_backward),
    "relu": (relu_forward, relu_backward),
    "leaky_relu": (leaky_relu_forward, leaky_relu_backward),
    "elu": (elu_forward, elu_backward),
}


def affine_forward(x, w, b):
    """Compute x @ w + b for x (N, D), w (D, M), b (M,); return out (N, M) and a cache."""
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    """Return dx (N, D), dw (D, M), db (M,) for the upstream gradient dout (N, M)."""
    x, w = cache
    return dout @ w.T, x.T @ dout, np.sum(dout, axis=0)


def softmax_loss(scores, y):
    """Return the mean cross-entropy of scores (N, C) for labels y (N,), and dscores (N, C)."""
    rows = np.arange(len(y))
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    dscores = np.exp(log_probabilities)
    dscores[rows, y] -= 1
    return -np.mean(log_probabilities[rows, y]), dscores / len(y)


class FullyConnectedNet:
    """affine - [batchnorm] - activation, for every hidden layer, then affine and softmax.

    Arguments:
        sizes: list of layer sizes, inputs first, classes last, such as [64, 100, 10].
        initializer: function called as initializer(fan_in, fan_out, rng) for every weight matrix.
        rng: numpy.random.Generator.
        activation: a name in ACTIVATIONS.
        use_batchnorm: whether to normalise before every activation.
        reg: strength of the L2 penalty 0.5 * reg * sum(W**2) on the weights.

    params holds "W1", "b1", "W2", ... and with batchnorm also "gamma1", "beta1", ...; layers count
    from 1. bn_params holds the running statistics of each hidden layer.
    """

    def __init__(self, sizes, initializer, rng, activation="relu", use_batchnorm=False, reg=0.0):
        self.activate, self.activate_backward = ACTIVATIONS[activation]
        self.use_batchnorm = use_batchnorm
        self.reg = reg
        self.depth = len(sizes) - 1
        self.bn_params = {layer: {} for layer in range(1, self.depth)}
        self.params = {}
        for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
            self.params[f"W{layer}"] = initializer(fan_in, fan_out, rng)
            self.params[f"b{layer}"] = np.zeros(fan_out)
            if use_batchnorm and layer < self.depth:
                self.params[f"gamma{layer}"] = np.ones(fan_out)
                self.params[f"beta{layer}"] = np.zeros(fan_out)

    def forward(self, params, x, mode):
        """Return the scores (N, C) and the caches of all layers; mode is "train" or "test"."""
        caches = []
        h = x
        for layer in range(1, self.depth):
            h, affine_cache = affine_forward(h, params[f"W{layer}"], params[f"b{layer}"])
            bn_cache = None
            if self.use_batchnorm:
                self.bn_params[layer]["mode"] = mode
                gamma, beta = params[f"gamma{layer}"], params[f"beta{layer}"]
                h, bn_cache = batchnorm_forward(h, gamma, beta, self.bn_params[layer])
            h, activation_cache = self.activate(h)
            caches.append((affine_cache, bn_cache, activation_cache))
        scores, last_cache = affine_forward(h, params[f"W{self.depth}"], params[f"b{self.depth}"])
        return scores, [*caches, last_cache]

    def loss_and_gradients(self, params, x, y):
        """Return the loss of a batch x (N, D), y (N,), and its gradients, named like params."""
        scores, caches = self.forward(params, x, "train")
        loss, dh = softmax_loss(scores, y)
        grads = {}
        last = self.depth
        dh, grads[f"W{last}"], grads[f"b{last}"] = affine_backward(dh, caches[-1])
        for layer in range(last - 1, 0, -1):
            affine_cache, bn_cache, activation_cache = caches[layer - 1]
            dh = self.activate_backward(dh, activation_cache)
            if self.use_batchnorm:
                dh, grads[f"gamma{layer}"], grads[f"beta{layer}"] = batchnorm_backward(dh, bn_cache)
            dh, grads[f"W{layer}"], grads[f"b{layer}"] = affine_backward(dh, affine_cache)
        for layer in range(1, last + 1):
            w = params[f"W{layer}"]
            loss += 0.5 * self.reg * np.sum(w**2)
            grads[f"W{layer}"] += self.reg * w
        return loss, grads

    def predict(self, params, x):
        """Return the most likely class of every row of x (N, D) as an integer array (N,)."""
        scores, _ = self.forward(params, x, "test")
        return np.argmax(scores, axis=1)
