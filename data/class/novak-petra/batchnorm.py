# CS231n homework 5, Petra Novak
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros((1, D)))
    running_var = bn_param.get('running_var', np.zeros((1, D)))

    ctx = None
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

        running_mean = (1 - momentum) * running_mean + momentum * mu
        running_var = (1 - momentum) * running_var + momentum * var
        ctx = {'xmu': xmu, 'sqrtvar': sqrtvar, 'ivar': ivar, 'xhat': xhat, 'gamma': gamma}
    elif mode == 'test':
        xhat = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * xhat + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, ctx


def batchnorm_backward(grad_out, ctx):
    D, N = grad_out.shape
    xmu, sqrtvar, ivar = ctx['xmu'], ctx['sqrtvar'], ctx['ivar']
    # step 8 and 7
    dbeta = np.sum(grad_out, axis=0, keepdims=True)
    dgamma = np.sum(grad_out * ctx['xhat'], axis=0, keepdims=True)
    dxhat = grad_out * ctx['gamma']
    # step 6
    divar = np.sum(dxhat * xmu, axis=0, keepdims=True)
    dxmu1 = dxhat * ivar
    # step 5
    dsqrtvar = -1. / (sqrtvar ** 2) * divar
    # step 4
    dvar = 0.5 * ivar * dsqrtvar
    # step 3 and 2
    dsq = 1. / N * dvar
    dxmu2 = 2 * xmu * dsq
    # step 1
    dx1 = dxmu1 + dxmu2
    dmu = -1 * np.sum(dx1, axis=0, keepdims=True)
    dx2 = 1. / N * dmu
    dx = dx1 + dx2
    return dx, dgamma, dbeta


def batchnorm_backward_alt(grad_out, ctx):
    N = grad_out.shape[0]
    xhat, ivar, gamma = ctx['xhat'], ctx['ivar'], ctx['gamma']
    dbeta = np.sum(grad_out, axis=0, keepdims=True)
    dgamma = np.sum(grad_out * xhat, axis=0, keepdims=True)
    dx = gamma * ivar * grad_out
    return dx, dgamma, dbeta
