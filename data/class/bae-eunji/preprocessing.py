# preprocessing 과제 - 배은지
# 5강 강의 노트를 보고 작성함
import numpy as np


def zero_center(x, mean=None):
    if mean is None:
        mean = np.mean(x, axis=0, keepdims=True)
    return x - mean, mean


def normalize(x, mean=None, std=None, eps=1e-8):
    if mean is None:
        mean = np.mean(x, axis=0, keepdims=True)
    if std is None:
        # Var[x] = E[(x - mean)^2]
        std = np.sqrt(np.mean((x - mean) ** 2, axis=0, keepdims=True))
    normalized = (x - mean) / (std + eps)
    return normalized, mean, std


def pca_whiten(x_train, x_test, eps=1e-5):
    # 1. center with the training mean
    mean = np.mean(x_train, axis=0, keepdims=True)
    train = x_train - mean
    test = x_test - mean
    # 2. covariance (divide by N)
    cov = np.dot(train.T, train) / train.shape[0]
    # 3. eigenvectors, largest eigenvalue first
    values, vectors = np.linalg.eigh(cov)
    order = np.argsort(-values)
    values, vectors = values[order], vectors[:, order]
    # 4. rotate and scale
    return np.dot(train, vectors) / np.sqrt(values + eps), np.dot(test, vectors) / np.sqrt(values + eps)
