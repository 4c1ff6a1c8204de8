"""Weight initialisation (CS231n lecture 5, "Weight initialization").

A layer with fan_in inputs and fan_out outputs computes x @ W, so W has shape (fan_in, fan_out).
The entries of W are drawn independently around zero; how widely they spread decides whether the
signal dies out, stays alive or explodes on its way through a deep network.

In this whole file fan_in and fan_out are positive integers, results are new float arrays, and
no function raises an error of its own. rng is a numpy.random.Generator, such as
np.random.default_rng(0), and the only source of randomness: the same generator state gives the
same weights, and np.random's global functions are not used.

Variance and standard deviation are not the same thing: the standard deviation is the square
root of the variance.
"""

import numpy as np


def small_random_init(fan_in, fan_out, rng, std=0.01):
    """Draw small weights from a normal distribution whatever the size of the layer.

    Formula: every entry is normal with mean 0 and standard deviation std

    Arguments:
        fan_in, fan_out: numbers of inputs and of outputs.
        rng: numpy.random.Generator.
        std: the standard deviation (not the variance).

    Returns:
        W: float array of shape (fan_in, fan_out).

    Lecture 5, "Weight initialization", small random numbers.
    """
    raise NotImplementedError("small_random_init is not written yet")


def xavier_init(fan_in, fan_out, rng):
    """Draw weights that keep the scale of a signal through a linear or tanh layer.

    Formula: every entry is normal with mean 0 and variance 1 / fan_in

    Arguments:
        fan_in, fan_out: numbers of inputs and of outputs.
        rng: numpy.random.Generator.

    Returns:
        W: float array of shape (fan_in, fan_out).

    Convention: this is the lecture's form, which looks at fan_in only. The form with both fans
    is glorot_init below; libraries call either of them "Xavier".

    Lecture 5, "Weight initialization", Xavier initialization.
    """
    raise NotImplementedError("xavier_init is not written yet")


def glorot_init(fan_in, fan_out, rng):
    """Draw weights that balance the signal going forward and the gradient coming back.

    Formula: every entry is uniform between -bound and bound,
             bound = sqrt(6 / (fan_in + fan_out))

    Arguments:
        fan_in, fan_out: numbers of inputs and of outputs.
        rng: numpy.random.Generator.

    Returns:
        W: float array of shape (fan_in, fan_out).

    Convention: uniform, not normal. A uniform distribution on (-bound, bound) has variance
    bound**2 / 3, which here is 2 / (fan_in + fan_out).

    Lecture 5, "Weight initialization", Glorot and Bengio 2010.
    """
    raise NotImplementedError("glorot_init is not written yet")


def he_init(fan_in, fan_out, rng):
    """Draw weights that keep the scale of a signal through a ReLU layer.

    Formula: every entry is normal with mean 0 and variance 2 / fan_in

    Arguments:
        fan_in, fan_out: numbers of inputs and of outputs.
        rng: numpy.random.Generator.

    Returns:
        W: float array of shape (fan_in, fan_out).

    Convention: ReLU throws half of the signal's power away, hence twice Xavier's variance.

    Lecture 5, "Weight initialization", He et al. 2015.
    """
    raise NotImplementedError("he_init is not written yet")
