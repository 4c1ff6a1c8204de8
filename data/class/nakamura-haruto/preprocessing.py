import numpy as np

f = np.float32


def zero_center(x, mean=None):
    x = np.asarray(x, dtype=f)
    mean = x.mean(axis=0) if mean is None else np.asarray(mean, dtype=f)
    return x - mean, mean


def normalize(x, mean=None, std=None, eps=1e-8):
    x, mean = zero_center(x, mean)
    std = np.sqrt(np.mean(x * x, axis=0)) if std is None else np.asarray(std, dtype=f)
    return x / (std + f(eps)), mean, std


def pca_whiten(x_train, x_test, eps=1e-5):
    train, mean = zero_center(x_train)
    test, _ = zero_center(x_test, mean)
    values, vectors = np.linalg.eigh(train.T @ train / f(len(train)))
    matrix = vectors / np.sqrt(np.maximum(values, f(0)) + f(eps))
    return train @ matrix, test @ matrix
