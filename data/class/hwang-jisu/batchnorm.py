# batchnorm.py  (Hwang Jisu)
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    if mode not in ["train", "test"]:
        raise ValueError("mode?? " + mode)
    eps = bn_param.setdefault("eps", 1e-5)
    momentum = bn_param.setdefault("momentum", 0.9)
    running_mean = bn_param.setdefault("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.setdefault("running_var", np.zeros(x.shape[1]))

    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        # arrays in the dict are updated in place
        running_mean *= momentum
        running_mean += (1 - momentum) * mean
        running_var *= momentum
        running_var += (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
    inv = 1 / np.sqrt(var + eps)
    x -= mean
    x *= inv
    return x * gamma + beta, [x, inv, gamma]


def batchnorm_backward(do, cache):
    xhat, inv, gamma = cache
    dgamma = np.sum(do * xhat, axis=0)
    dbeta = np.sum(do, axis=0)
    do -= dbeta / len(do)
    do -= xhat * (dgamma / len(do))
    do *= gamma * inv
    return [do, dgamma, dbeta]


def batchnorm_backward_alt(do, cache):
    # the whole Jacobian of one column:
    # d xhat_i / d x_j = inv * (delta_ij - 1/N - xhat_i xhat_j / N)
    xhat, inv, gamma = cache
    n, D = xhat.shape
    dx = np.empty_like(do)
    for k in range(D):
        J = np.eye(n) - 1.0 / n - np.outer(xhat[:, k], xhat[:, k]) / n
        J *= inv[k] * gamma[k]
        dx[:, k] = np.einsum("ij,i->j", J, do[:, k])
    dgamma = np.einsum("nd,nd->d", do, xhat)
    dbeta = np.einsum("nd->d", do)
    return [dx, dgamma, dbeta]
