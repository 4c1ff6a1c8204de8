import numpy as np


def zero_center(x, mean=None):
    if mean is None:
        mean = sum(x) / len(x)  # 행들의 평균
    return np.array([row - mean for row in x]), mean


def normalize(x, mean=None, std=None, eps=1e-8):
    if mean is None:
        mean = sum(x) / len(x)
    if std is None:
        std = (sum((row - mean) ** 2 for row in x) / len(x)) ** 0.5
    return np.array([(row - mean) / (std + eps) for row in x]), mean, std


def pca_whiten(x_train, x_test, eps=1e-5):
    train, mean = zero_center(x_train)
    test, _ = zero_center(x_test, mean)
    cov = sum(np.outer(row, row) for row in train) / len(train)
    values, vectors = np.linalg.eigh(cov)
    # ZCA: 회전한 다음 원래 축으로 되돌린다 (cs231n 노트)
    zca = vectors @ np.diag(1 / np.sqrt(values + eps)) @ vectors.T
    return np.array([zca @ row for row in train]), np.array([zca @ row for row in test])
