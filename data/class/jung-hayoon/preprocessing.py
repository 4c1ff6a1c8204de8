"""Data preprocessing (CS231n lecture 5, "Data preprocessing").

Data come as arrays of shape (N, D): one example per row, one feature per column. Statistics are
taken per feature, over the rows. The statistics of the training split are measured once and
used for every split: a test split never has a mean of its own, since at test time the network
must see the numbers it was trained for.

In this whole file x may hold floats or integers, results are float arrays, the caller's arrays
are never changed, and no function raises an error of its own.
"""

import numpy as np


def zero_center(x, mean=None):
    """Subtract the mean of every feature.

    Formula: centered = x - mean

    Arguments:
        x: array of shape (N, D).
        mean: None, or an array of shape (D,) to subtract instead of the mean of x.

    Returns:
        centered: float array of shape (N, D).
        mean: array of shape (D,), the mean that was subtracted; the one given, if one was.

    Use it as  train, mean = zero_center(train)  and then  test, _ = zero_center(test, mean).

    Lecture 5, "Data preprocessing".
    """
    raise NotImplementedError("zero_center is not written yet")


def normalize(x, mean=None, std=None, eps=1e-8):
    """Bring every feature to mean 0 and standard deviation 1.

    Formula: normalized = (x - mean) / (std + eps)

    Arguments:
        x: array of shape (N, D).
        mean: None, or an array of shape (D,) to use instead of the mean of x.
        std: None, or an array of shape (D,) to use instead of the standard deviation of x.
        eps: small number that saves a constant feature from a division by zero.

    Returns:
        normalized: float array of shape (N, D).
        mean: array of shape (D,), the mean that was used.
        std: array of shape (D,), the standard deviation that was used, without eps.

    Conventions: the standard deviation is the biased one (the mean squared distance is a mean
    over N, not N - 1). eps is added to the standard deviation; batch normalisation does it
    differently. Statistics that are given are used as they are and returned.

    Lecture 5, "Data preprocessing".
    """
    raise NotImplementedError("normalize is not written yet")


def pca_whiten(x_train, x_test, eps=1e-5):
    """Decorrelate the features and give every direction variance 1.

    Formula:
        centered   = x - (mean of x_train)                     for both splits
        covariance = train_centered.T @ train_centered / N     shape (D, D)
        rotated    = centered @ eigenvectors                   of that covariance
        whitened   = rotated / sqrt(eigenvalue + eps)          component by component

    Arguments:
        x_train: array of shape (N, D), the only source of the mean and of the covariance.
        x_test: array of shape (N_test, D).
        eps: small number, inside the square root; keeps flat directions from blowing up.

    Returns:
        train: float array of shape (N, D), its covariance is close to the identity.
        test: float array of shape (N_test, D), treated with the statistics of x_train.

    Conventions: the covariance divides by N, not N - 1. All D components are kept. Order and
    signs of the components are free, and so is a rotation back to the original axes (ZCA), as
    long as both splits are treated alike.

    Lecture 5, "Data preprocessing", decorrelated and whitened data.
    """
    # Hint: np.linalg.eigh is made for symmetric matrices; its eigenvectors are the columns.
    raise NotImplementedError("pca_whiten is not written yet")
