import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros((1, D)))
    running_var = bn_param.get('running_var', np.zeros((1, D)))

    cache = None
    if mode == 'train':
        # step 1: mean
        mu = 1. / N * np.sum(x, axis=0, keepdims=True)
        # step 2: variance, E[x^2] - E[x]^2
        var = 1. / N * np.sum(x ** 2, axis=0, keepdims=True) - mu ** 2
        # step 3: center
        xmu = x - mu
        # step 4: standard deviation
        sqrtvar = np.sqrt(var + eps)
        # step 5: invert it
        ivar = 1. / sqrtvar
        # step 6: normalize
        xhat = xmu * ivar
        # step 7 and 8: scale and shift
        out = gamma * xhat + beta

        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
        cache = {'xmu': xmu, 'sqrtvar': sqrtvar, 'ivar': ivar, 'xhat': xhat, 'gamma': gamma}
    elif mode == 'test':
        xhat = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * xhat + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    N, D = dout.shape
    xmu, sqrtvar, ivar = cache['xmu'], cache['sqrtvar'], cache['ivar']
    # step 8 and 7
    dbeta = np.sum(dout, axis=0, keepdims=True)
    dgamma = np.sum(dout * cache['xhat'], axis=0, keepdims=True)
    dxhat = dout * cache['gamma']
    # step 6
    divar = np.sum(dxhat * xmu, axis=0, keepdims=True)
    dxmu1 = dxhat * ivar
    # step 5
    dsqrtvar = -1. / (sqrtvar ** 2) * divar
    # step 4
    dvar = 0.5 * ivar * dsqrtvar
    # step 3 and 2
    dsq = 1. / N * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    # step 1
    dx1 = dxmu1 + dxmu2
    dmu = -1 * np.sum(dx1, axis=0, keepdims=True)
    dx2 = 1. / N * np.ones((N, D)) * dmu
    dx = dx1 + dx2
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    N = dout.shape[0]
    xhat, ivar, gamma = cache['xhat'], cache['ivar'], cache['gamma']
    dbeta = np.sum(dout, axis=0, keepdims=True)
    dgamma = np.sum(dout * xhat, axis=0, keepdims=True)
    dx = (1. / N) * gamma * ivar * (N * dout - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta
