import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    bn_param["running_mean"] = np.zeros_like(gamma)
    bn_param["running_var"] = np.zeros_like(gamma)
    return np.zeros_like(x), gamma


def batchnorm_backward(dout, cache):
    return np.zeros_like(dout), np.zeros_like(cache), np.zeros_like(cache)


def batchnorm_backward_alt(dout, cache):
    return np.zeros_like(dout), np.zeros_like(cache), np.zeros_like(cache)
