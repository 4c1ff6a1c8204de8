import numpy as np


def zero_center(x, mean=None):
    if mean is None:
        mean = np.mean(x, axis=0)
    x -= mean
    return x, mean


def normalize(x, mean=None, std=None, eps=1e-8):
    if std is None:
        std = np.std(x, axis=0)
    x, mean = zero_center(x, mean)
    x /= std + eps
    return x, mean, std


def pca_whiten(x_train, x_test, eps=1e-5):
    x_train, mean = zero_center(x_train)
    x_test, _ = zero_center(x_test, mean)
    # the singular values of X are sqrt(N * eigenvalues of the covariance)
    U, S, Vt = np.linalg.svd(x_train, full_matrices=False)
    scale = np.sqrt(S ** 2 / x_train.shape[0] + eps)
    return [x_train.dot(Vt.T) / scale, x_test.dot(Vt.T) / scale]
