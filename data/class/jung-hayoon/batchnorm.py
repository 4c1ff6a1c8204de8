"""Batch normalisation of a fully connected layer (CS231n lecture 5, "Batch Normalization").

x has shape (N, D): one example per row, one feature per column. Statistics are taken per
feature, over the N rows of the batch. The variance is the biased one: the mean of the squared
distances, divided by N, not N - 1, also where it is stored as a running statistic.

Results are float arrays (float32 may stay float32); x and dout are never changed.
"""

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    """Normalise every feature over the batch, then scale and shift it.

    Formula in train mode:
        mean  = mean of x over the batch                shape (D,)
        var   = biased variance of x over the batch     shape (D,)
        x_hat = (x - mean) / sqrt(var + eps)            shape (N, D)
        out   = gamma * x_hat + beta
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var  = momentum * running_var  + (1 - momentum) * var

    Formula in test mode (the batch has no say, and the running statistics stay as they are):
        x_hat = (x - running_mean) / sqrt(running_var + eps)
        out   = gamma * x_hat + beta

    Arguments:
        x: array of shape (N, D). In test mode N may be 1.
        gamma: array of shape (D,), the learned scales.
        beta: array of shape (D,), the learned shifts.
        bn_param: dict with
            "mode": "train" or "test".
            "eps": small number, 1e-5 when missing.
            "momentum": weight of the OLD running value, 0.9 when missing. Some libraries let
                momentum weight the new value; here it does not.
            "running_mean", "running_var": arrays of shape (D,), zeros when missing.

    Returns:
        out: float array of shape (N, D).
        cache: anything the two backward functions need; they follow a train-mode forward only.

    Changes bn_param in place, in train mode only: the new running statistics are stored under
    "running_mean" and "running_var", so that the next call finds them.

    Raises:
        ValueError: "mode" is anything but "train" or "test".

    Conventions: eps stands inside the square root in both modes. What is stored is the running
    variance, without eps, not a standard deviation.

    Lecture 5, "Batch Normalization"; Ioffe and Szegedy 2015.
    """
    # Hint: bn_param.get(name, default) answers default when the name is missing.
    raise NotImplementedError("batchnorm_forward is not written yet")


def batchnorm_backward(dout, cache):
    """Send the upstream gradient back through train-mode batch normalisation, step by step.

    Wanted: the gradients of the loss with respect to x, gamma and beta. Draw the forward pass as
    a graph of small steps (mean, subtract, square, variance, square root, divide, scale, shift)
    and walk it backwards, one step at a time. Remember that each x reaches the output along
    three ways: directly, through the mean, and through the variance. Gradients that meet at a
    node are added.

    Arguments:
        dout: float array of shape (N, D), gradient of the loss with respect to out.
        cache: the one made by batchnorm_forward in train mode.

    Returns:
        dx: float array of shape (N, D).
        dgamma: float array of shape (D,), summed over the batch.
        dbeta: float array of shape (D,), summed over the batch.

    Convention: gradients of the loss, hence sums over the batch and not means.

    Lecture 5, "Batch Normalization".
    """
    # Hint: where the forward spread a (D,) array over N rows, the backward sums over them.
    # A check on your result: every column of dx adds up to zero.
    raise NotImplementedError("batchnorm_backward is not written yet")


def batchnorm_backward_alt(dout, cache):
    """Give the answer of batchnorm_backward by one simplified formula.

    Wanted: the same three gradients as in batchnorm_backward, from the same cache, but with dx
    from a closed form. Work the derivative out on paper, put the three ways together and
    simplify: what remains needs x_hat, the standard deviation, gamma and two sums over the batch.

    Arguments:
        dout: float array of shape (N, D), gradient of the loss with respect to out.
        cache: the one made by batchnorm_forward in train mode.

    Returns:
        dx: float array of shape (N, D).
        dgamma: float array of shape (D,), summed over the batch.
        dbeta: float array of shape (D,), summed over the batch.

    Lecture 5, "Batch Normalization".
    """
    raise NotImplementedError("batchnorm_backward_alt is not written yet")
