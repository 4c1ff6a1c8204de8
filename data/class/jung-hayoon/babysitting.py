"""Babysitting the learning process (CS231n lecture 5, "Babysitting the Learning Process").

Before a long run: is the first loss the one expected from chance? Can the network overfit a
handful of examples? While it runs: does the loss curve, and the size of the updates, look right?

Parameters and gradients are dicts from names to float arrays, such as {"W1": ..., "b1": ...},
with the same names and shapes in both. No function raises an error of its own.
"""

import numpy as np


def expected_initial_loss(num_classes, weights, reg):
    """Tell the loss of a softmax classifier that knows nothing yet.

    Formula: log(num_classes) + 0.5 * reg * (sum of the squares of all weights)

    Arguments:
        num_classes: number of classes; an untrained network gives each the same probability.
        weights: list of float arrays of any shapes, the regularised ones (no biases).
        reg: strength of the L2 penalty.

    Returns:
        loss: number.

    Convention: natural logarithm, and the penalty has the factor 0.5, which some courses omit.

    Lecture 5, "Babysitting the Learning Process", double check that the loss is reasonable.
    """
    raise NotImplementedError("expected_initial_loss is not written yet")


def sgd_step(params, grads, learning_rate):
    """Take one step of plain stochastic gradient descent.

    Formula: params[name] = params[name] - learning_rate * grads[name], for every name

    Arguments:
        params: dict of float arrays.
        grads: dict of float arrays, same names and shapes.
        learning_rate: positive number.

    Returns:
        params: the very dict that was given, now holding the new values.

    Convention: the dict params is updated in place; whether its arrays are edited or replaced by
    new ones is your choice. grads is not changed.

    Lecture 5, "Babysitting the Learning Process".
    """
    raise NotImplementedError("sgd_step is not written yet")


def update_ratio(w, dw, learning_rate):
    """Compare the size of an update with the size of the weights it is added to.

    Formula: norm(learning_rate * dw) / norm(w)

    Arguments:
        w: float array of any shape, the weights before the update; not all zero.
        dw: float array of the same shape, the gradient of the loss with respect to w.
        learning_rate: positive number.

    Returns:
        ratio: number; about 0.001 is healthy.

    Convention: norm is the Euclidean norm over all entries, also for a matrix. It is the update
    that is measured, not the gradient.

    Lecture 5, "Babysitting the Learning Process", ratio of weight updates to weight magnitudes.
    """
    raise NotImplementedError("update_ratio is not written yet")


def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    """Train by mini-batch stochastic gradient descent and record the loss of every step.

    In every epoch: put the examples into a new random order, cut that order into mini-batches,
    and for each mini-batch work out loss and gradients, record the loss, then take one step.

    Arguments:
        loss_and_gradients: function called as loss_and_gradients(params, x_batch, y_batch); it
            returns (loss, grads), a number and a dict with the names of params.
        params: dict of float arrays, updated in place.
        x: array of shape (N, D), one example per row.
        y: array of shape (N,), the labels; they stay with their examples.
        learning_rate: positive number.
        epochs: number of passes over the data.
        batch_size: number of examples in a mini-batch; the last one of an epoch is shorter when
            batch_size does not divide N.
        rng: numpy.random.Generator, the only source of randomness.

    Returns:
        losses: list of epochs * ceil(N / batch_size) numbers, the loss of each step, worked out
            before the parameters were updated.

    Conventions: every example is visited exactly once per epoch (drawn without replacement).
    x and y themselves keep their order. A loss that is not finite does not stop the training.

    Lecture 5, "Babysitting the Learning Process", overfit a small part of the data first.
    """
    # Hint: one random order of the row numbers, used on x and y alike, keeps the pairs together.
    raise NotImplementedError("train is not written yet")


def diagnose_losses(losses):
    """Tell from the losses whether the learning rate was well chosen.

    Rules, tried in this order, with first = losses[0], last = losses[-1] and
    middle = losses[len(losses) // 2]:
        "diverged"  if any loss is not finite, or last is larger than first
        "too low"   if last > 0.9 * first: less than a tenth of the loss is gone
        "too high"  if last > 0.3 * first and middle <= 1.05 * last: the loss dropped, then
                    levelled off early at a bad value
        "good"      in all other cases

    Arguments:
        losses: list or array of at least one number, in the order of the training.

    Returns:
        diagnosis: "diverged", "too low", "too high" or "good".

    Lecture 5, "Babysitting the Learning Process", loss not going down, loss exploding.
    """
    raise NotImplementedError("diagnose_losses is not written yet")
