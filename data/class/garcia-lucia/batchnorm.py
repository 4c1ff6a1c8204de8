import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)

    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))

    y, saved = None, None
    if mode == 'train':
        mu = np.mean(x, axis=0)
        var = np.var(x, axis=0)
        xn = (x - mu) / np.sqrt(var + eps)
        y = gamma * xn + beta
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
        saved = (x, xn, mu, var, gamma, eps)
    elif mode == 'test':
        xn = (x - running_mean) / np.sqrt(running_var + eps)
        y = gamma * xn + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    # Store the updated running means back into bn_param
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return y, saved


def batchnorm_backward(dy, saved):
    xn = saved[1]
    dbeta = np.sum(dy, axis=0)
    dgamma = np.sum(dy * xn, axis=0)
    # TODO dx (see the paper)


def batchnorm_backward_alt(dy, saved):
    raise NotImplementedError("batchnorm_backward_alt is not written yet")
