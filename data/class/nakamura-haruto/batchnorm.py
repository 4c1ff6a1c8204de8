import numpy as np

f = np.float32


def batchnorm_forward(x, gamma, beta, bn_param):
    x, gamma, beta = x.astype(f), gamma.astype(f), beta.astype(f)
    D = x.shape[1]
    eps, momentum = f(bn_param.get("eps", 1e-5)), f(bn_param.get("momentum", 0.9))
    old_mean = np.asarray(bn_param.get("running_mean", np.zeros(D)), dtype=f)
    old_var = np.asarray(bn_param.get("running_var", np.zeros(D)), dtype=f)
    if bn_param["mode"] == "test":
        return gamma * ((x - old_mean) / np.sqrt(old_var + eps)) + beta, None
    if bn_param["mode"] != "train":
        raise ValueError("unknown mode")
    mean = x.mean(axis=0)
    xc = x - mean
    var = np.mean(xc * xc, axis=0)
    istd = f(1) / np.sqrt(var + eps)
    bn_param["running_mean"] = momentum * old_mean + (f(1) - momentum) * mean
    bn_param["running_var"] = momentum * old_var + (f(1) - momentum) * var
    return gamma * (xc * istd) + beta, (xc, istd, gamma)


def batchnorm_backward(dout, cache):
    xc, istd, gamma = cache
    dout = dout.astype(f)
    N = f(len(dout))
    dgamma = np.sum(dout * xc * istd, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dvar = f(-0.5) * istd ** 3 * np.sum(dxhat * xc, axis=0)
    dmean = -istd * np.sum(dxhat, axis=0) - f(2) * dvar * np.mean(xc, axis=0)
    dx = dxhat * istd + f(2) * dvar * xc / N + dmean / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    xc, istd, gamma = cache
    dout = dout.astype(f)
    xhat = xc * istd
    dgamma, dbeta = np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)
    dx = gamma * istd * (dout - dbeta / f(len(dout)) - xhat * dgamma / f(len(dout)))
    return dx, dgamma, dbeta
