import numpy as np


def zero_center(x, mean=None):
    # test data: mean of the training data is given
    if mean is None:
        mean = np.mean(x, axis=0)
    centered = x - mean
    return centered, mean


def normalize(x, mean=None, std=None, eps=1e-8):
    if mean is None:
        mean = np.mean(x, axis=0)
    std = np.std(x, axis=0)
    normalized = (x - mean) / (std + eps)
    return normalized, mean, std


def pca_whiten(x_train, x_test, eps=1e-5):
    mean = np.mean(x_train, axis=0)
    X = x_train - mean
    cov = np.dot(X.T, X) / X.shape[0]
    U, S, V = np.linalg.svd(cov)
    Xrot = np.dot(X, U)
    Xwhite = Xrot / np.sqrt(S + eps)
    Xtest = np.dot(x_test - mean, U) / np.sqrt(S + eps)
    return Xwhite, Xtest
