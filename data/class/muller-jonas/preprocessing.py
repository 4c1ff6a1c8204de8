from numpy import cov, diag, mean as average, std as deviation
from numpy.linalg import svd


def zero_center(x, mean=None):
  mean = average(x, axis=0) if mean is None else mean
  return x - mean, mean


def normalize(x, mean=None, std=None, eps=1e-8):
  x, mean = zero_center(x, mean)
  std = deviation(x, axis=0) if std is None else std
  return x / (std + eps), mean, std


def pca_whiten(x_train, x_test, eps=1e-5):
  # bias=True: numpy's cov divides by N - 1 otherwise
  u, s, _ = svd(cov(x_train, rowvar=False, bias=True))
  w = u @ diag((s + eps) ** -0.5)
  train, mean = zero_center(x_train)
  return train @ w, zero_center(x_test, mean)[0] @ w
