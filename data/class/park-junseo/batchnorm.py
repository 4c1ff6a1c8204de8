# lec 5 batchnorm, Park Junseo
from numpy import sqrt, zeros


def batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] not in {"train", "test"}:
        raise ValueError(bn_param["mode"])
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    n, d = x.shape
    mean = bn_param.get("running_mean", zeros(d))
    var = bn_param.get("running_var", zeros(d))
    if bn_param["mode"] == "train":
        batch_mean, batch_var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = mean + (1 - momentum) * (batch_mean - mean)
        bn_param["running_var"] = var + (1 - momentum) * (batch_var - var)
        mean, var = batch_mean, batch_var
    scale = 1 / sqrt(var + eps)
    xhat = (x - mean) * scale

    def backward(g):
        dgamma, dbeta = (g * xhat).sum(axis=0), g.sum(axis=0)
        dx = g * gamma * scale
        dx = dx - dx.mean(axis=0) - xhat * (dx * xhat).mean(axis=0)
        return dx, dgamma, dbeta

    return gamma * xhat + beta, backward


def batchnorm_backward(g, c):
    return c(g)


def batchnorm_backward_alt(g, c):
    return c(g)
