# CS231n homework 5, Petra Novak
import numpy as np


def zero_center(x, mean=None):
    mean = x.mean(0)
    return x - mean, mean

def normalize(x, mean=None, std=None, eps=1e-8):
    mean = x.mean(0) if mean is None else mean
    std = x.std(0) if std is None else std
    return (x - mean) / (std + eps), mean, std

def pca_whiten(x_train, x_test, eps=1e-5):
    mu = x_train.mean(0)
    S, U = np.linalg.eigh((x_train - mu).T @ (x_train - mu) / len(x_train))
    W = U / (S + eps)
    return (x_train - mu) @ W, (x_test - mu) @ W
