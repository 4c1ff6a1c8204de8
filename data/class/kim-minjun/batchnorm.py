import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, m = bn_param['mode'], bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    rm = bn_param.get('running_mean', np.zeros(x.shape[1]))
    rv = bn_param.get('running_var', np.zeros(x.shape[1]))
    if mode == 'train':
        mu, var = x.mean(0), x.var(0)
        std = np.sqrt(var + eps)
        xhat = (x - mu) / std
        bn_param.update(running_mean=m * rm + (1 - m) * mu, running_var=m * rv + (1 - m) * var)
        return gamma * xhat + beta, (xhat, std, gamma)
    if mode == 'test':
        return gamma * (x - rm) / np.sqrt(rv + eps) + beta, ()
    raise ValueError('bad mode ' + str(mode))

def batchnorm_backward(dout, cache):
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(0) - xhat * (dxhat * xhat).mean(0)) / std
    return dx, (dout * xhat).sum(0), dout.sum(0)

def batchnorm_backward_alt(dout, cache):
    xhat, std, gamma = cache
    N = len(dout)
    dgamma, dbeta = (dout * xhat).sum(0), dout.sum(0)
    return gamma / (N * std) * (N * dout - dbeta - xhat * dgamma), dgamma, dbeta
