import numpy as np


def zero_center(x, mean=None):
    return np.zeros_like(x), np.zeros(x.shape[1])


def normalize(x, mean=None, std=None, eps=1e-8):
    return np.zeros_like(x), np.zeros(x.shape[1]), np.zeros(x.shape[1])


def pca_whiten(x_train, x_test, eps=1e-5):
    return np.zeros_like(x_train), np.zeros_like(x_test)
