"""Known wrong ways to write the functions of preprocessing."""

import numpy as np

from autograder.exercise import Bank

bank = Bank("preprocessing")


def given_or(given, own):
    return own if given is None else given


# zero_center


@bank.mistake("zero_center", fails="reuse", spot="given")
def own_mean_for_the_test_split(x, mean=None):
    """The mean that is given is ignored, and that of x is subtracted: a test split is centred with
    the training mean.
    """
    mean = np.mean(x, axis=0)
    return x - mean, mean


@bank.mistake("zero_center", fails="reuse", spot="given")
def given_mean_not_subtracted(x, mean=None):
    """When a mean is given, nothing is subtracted: subtract that one."""
    if mean is None:
        mean = np.mean(x, axis=0)
        return x - mean, mean
    return 1.0 * x, mean


@bank.mistake("zero_center", fails="train", spot="axis")
def one_mean_for_all_features(x, mean=None):
    """np.mean(x) is one number for the whole table: take a mean per feature, with axis=0."""
    mean = given_or(mean, np.mean(x))
    return x - mean, mean


@bank.mistake("zero_center", fails="train", spot="axis")
def mean_of_each_row(x, mean=None):
    """axis=1 averages each row, over features that have nothing in common: take axis=0."""
    mean = given_or(mean, np.mean(x, axis=1, keepdims=True))
    return x - mean, mean


@bank.mistake("zero_center", fails=("train", "reuse"), spot="returned")
def mean_of_the_result(x, mean=None):
    """The mean that is returned is that of the centred data: return the one that was subtracted."""
    centered = x - given_or(mean, np.mean(x, axis=0))
    return centered, np.mean(centered, axis=0)


@bank.mistake("zero_center", fails=("train", "reuse"), spot="sign")
def mean_added(x, mean=None):
    """The mean is added, which moves the data further from 0: subtract it."""
    mean = given_or(mean, np.mean(x, axis=0))
    return x + mean, mean


@bank.mistake("zero_center", advised=True, spot="copy")
def centered_in_place(x, mean=None):
    """The values are right, but the caller's x has changed: x -= mean writes into it, while
    x - mean makes a new array.
    """
    mean = given_or(mean, np.mean(x, axis=0))
    x -= mean
    return x, mean


# normalize


@bank.mistake("normalize", fails="reuse", spot="given")
def own_statistics_for_the_test_split(x, mean=None, std=None, eps=1e-8):
    """The mean and std that are given are ignored, and those of x are used: a test split is
    normalised with the training statistics.
    """
    mean, std = np.mean(x, axis=0), np.std(x, axis=0)
    return (x - mean) / (std + eps), mean, std


@bank.mistake("normalize", fails="reuse", spot="given")
def own_std_for_the_test_split(x, mean=None, std=None, eps=1e-8):
    """The mean that is given is used, but std is measured anew: use the given std as well."""
    mean, std = given_or(mean, np.mean(x, axis=0)), np.std(x, axis=0)
    return (x - mean) / (std + eps), mean, std


@bank.mistake("normalize", fails=("train", "eps"), spot="axis")
def one_scale_for_all_features(x, mean=None, std=None, eps=1e-8):
    """Without axis, mean and std are one number for the whole table: take them per feature, with
    axis=0.
    """
    mean, std = given_or(mean, np.mean(x)), given_or(std, np.std(x))
    return (x - mean) / (std + eps), mean, std


@bank.mistake("normalize", fails=("train", "eps"), spot="std")
def divided_by_n_minus_one(x, mean=None, std=None, eps=1e-8):
    """This std divides by N - 1: the biased one, which divides by N, is asked for."""
    mean, std = given_or(mean, np.mean(x, axis=0)), given_or(std, np.std(x, axis=0, ddof=1))
    return (x - mean) / (std + eps), mean, std


@bank.mistake("normalize", fails=("train", "eps"), spot="std")
def variance_for_std(x, mean=None, std=None, eps=1e-8):
    """This std is the variance: take its square root."""
    mean, std = given_or(mean, np.mean(x, axis=0)), given_or(std, np.var(x, axis=0))
    return (x - mean) / (std + eps), mean, std


@bank.mistake("normalize", fails=("train", "eps", "reuse"), spot="center")
def mean_not_subtracted(x, mean=None, std=None, eps=1e-8):
    """x is divided by std without being centred: subtract the mean first."""
    mean, std = given_or(mean, np.mean(x, axis=0)), given_or(std, np.std(x, axis=0))
    return x / (std + eps), mean, std


@bank.mistake("normalize", fails="eps", spot="eps")
def eps_missing(x, mean=None, std=None, eps=1e-8):
    """A constant feature has std 0, or next to it after rounding, and dividing by that gives NaN or
    noise: divide by std + eps.
    """
    mean, std = given_or(mean, np.mean(x, axis=0)), given_or(std, np.std(x, axis=0))
    return (x - mean) / std, mean, std


@bank.mistake("normalize", fails="eps", spot="eps")
def eps_for_constant_features_only(x, mean=None, std=None, eps=1e-8):
    """eps has no effect on features that vary, as if it were always tiny, or used only where std is
    0: add the eps that is given to every std.
    """
    mean, std = given_or(mean, np.mean(x, axis=0)), given_or(std, np.std(x, axis=0))
    return (x - mean) / np.maximum(std, eps), mean, std


@bank.mistake("normalize", fails="eps", spot="eps")
def eps_under_the_root(x, mean=None, std=None, eps=1e-8):
    """This divides by sqrt(var + eps), as batch normalisation does: here eps is added to std."""
    mean, std = given_or(mean, np.mean(x, axis=0)), given_or(std, np.std(x, axis=0))
    return (x - mean) / np.sqrt(std**2 + eps), mean, std


@bank.mistake("normalize", fails="eps", spot="returned")
def eps_in_the_returned_std(x, mean=None, std=None, eps=1e-8):
    """The std that is returned includes eps, so the test split would get eps twice: return std
    without it.
    """
    mean = given_or(mean, np.mean(x, axis=0))
    std = given_or(std, np.std(x, axis=0)) + eps
    return (x - mean) / std, mean, std


@bank.mistake("normalize", advised=True, spot="copy")
def normalized_in_place(x, mean=None, std=None, eps=1e-8):
    """The values are right, but the caller's x has changed: -= and /= write into it, while x - mean
    makes a new array.
    """
    mean, std = given_or(mean, np.mean(x, axis=0)), given_or(std, np.std(x, axis=0))
    x -= mean
    x /= std + eps
    return x, mean, std


# pca_whiten


def centered(x_train, x_test):
    mean = np.mean(x_train, axis=0)
    return x_train - mean, x_test - mean


def components(train):
    """Eigenvalues and eigenvectors of the covariance of rows that are centred."""
    return np.linalg.eigh(train.T @ train / len(train))


@bank.mistake("pca_whiten", fails=("train", "test"), spot="scale")
def divided_by_eigenvalues(x_train, x_test, eps=1e-5):
    """The components are divided by their variance: divide by its square root, sqrt(S + eps)."""
    train, test = centered(x_train, x_test)
    values, vectors = components(train)
    return train @ vectors / (values + eps), test @ vectors / (values + eps)


@bank.mistake("pca_whiten", fails=("train", "test"), spot="scale")
def eps_outside_the_root(x_train, x_test, eps=1e-5):
    """This divides by sqrt(S) + eps: eps goes inside the square root, sqrt(S + eps)."""
    train, test = centered(x_train, x_test)
    values, vectors = components(train)
    scale = np.sqrt(values) + eps
    return train @ vectors / scale, test @ vectors / scale


@bank.mistake("pca_whiten", fails=("train", "test"), spot="scale")
def whitened_without_eps(x_train, x_test, eps=1e-5):
    """The eps that is given has no effect: it is added to each eigenvalue, sqrt(S + eps)."""
    train, test = centered(x_train, x_test)
    values, vectors = components(train)
    return train @ vectors / np.sqrt(values), test @ vectors / np.sqrt(values)


@bank.mistake("pca_whiten", fails=("train", "test"), spot="center")
def not_centered(x_train, x_test, eps=1e-5):
    """Nothing is centred: subtract the training mean from both splits before anything else."""
    values, vectors = components(x_train)
    scale = np.sqrt(values + eps)
    return x_train @ vectors / scale, x_test @ vectors / scale


@bank.mistake("pca_whiten", fails=("train", "test"), spot="covariance")
def covariance_not_divided_by_n(x_train, x_test, eps=1e-5):
    """The covariance is a sum over the rows here: divide it by N, or the result is too small."""
    train, test = centered(x_train, x_test)
    values, vectors = np.linalg.eigh(train.T @ train)
    scale = np.sqrt(values + eps)
    return train @ vectors / scale, test @ vectors / scale


@bank.mistake("pca_whiten", fails=("train", "test"), spot="covariance")
def covariance_divided_by_n_minus_one(x_train, x_test, eps=1e-5):
    """This covariance divides by N - 1, as np.cov does by itself: N is asked for."""
    train, test = centered(x_train, x_test)
    values, vectors = np.linalg.eigh(train.T @ train / (len(train) - 1))
    scale = np.sqrt(values + eps)
    return train @ vectors / scale, test @ vectors / scale


@bank.mistake("pca_whiten", fails=("train", "test"), spot="scale")
def rotated_only(x_train, x_test, eps=1e-5):
    """The components are decorrelated but keep their variances: divide each by sqrt(S + eps)."""
    train, test = centered(x_train, x_test)
    _, vectors = components(train)
    return train @ vectors, test @ vectors


@bank.mistake("pca_whiten", fails=("train", "test"), spot="rotation")
def scaled_but_not_rotated(x_train, x_test, eps=1e-5):
    """Each feature has variance 1, but the features still go together: rotate the centred data by
    the eigenvectors of the covariance first.
    """
    train, test = centered(x_train, x_test)
    scale = np.sqrt(np.var(train, axis=0) + eps)
    return train / scale, test / scale


@bank.mistake("pca_whiten", fails="test", spot="test")
def own_mean_for_the_test_rows(x_train, x_test, eps=1e-5):
    """The test split is centred with its own mean: subtract the mean of x_train from both."""
    train, test = x_train - np.mean(x_train, axis=0), x_test - np.mean(x_test, axis=0)
    values, vectors = components(train)
    scale = np.sqrt(values + eps)
    return train @ vectors / scale, test @ vectors / scale


@bank.mistake("pca_whiten", fails="test", spot="test")
def uncentered_test_rows(x_train, x_test, eps=1e-5):
    """The test split is not centred: subtract the mean of x_train from it too."""
    train, _ = centered(x_train, x_test)
    values, vectors = components(train)
    scale = np.sqrt(values + eps)
    return train @ vectors / scale, x_test @ vectors / scale


@bank.mistake("pca_whiten", fails="test", spot="test")
def own_whitening_for_the_test_rows(x_train, x_test, eps=1e-5):
    """The test split has a mean, rotation and scales of its own: use those of x_train for both."""

    def whitened(x):
        rows = x - np.mean(x, axis=0)
        values, vectors = components(rows)
        # Rotated back: the signs of two sets of eigenvectors would depend on the machine.
        return rows @ vectors / np.sqrt(values + eps) @ vectors.T

    return whitened(x_train), whitened(x_test)
