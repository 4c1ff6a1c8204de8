# 배치 정규화. 열(특징) 하나씩 따로 계산합니다.
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    if mode != 'train' and mode != 'test':
        raise ValueError("mode는 train 아니면 test: " + repr(mode))
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    # 없으면 0에서 시작
    run_mean = [float(v) for v in bn_param.get('running_mean', np.zeros(D))]
    run_var = [float(v) for v in bn_param.get('running_var', np.zeros(D))]

    out = np.zeros((N, D))
    xhat = np.zeros((N, D))
    stds = []
    for j in range(D):
        if mode == 'train':
            mean = sum(x[:, j]) / N
            var = sum((v - mean) ** 2 for v in x[:, j]) / N
            run_mean[j] = momentum * run_mean[j] + (1 - momentum) * mean
            run_var[j] = momentum * run_var[j] + (1 - momentum) * var
        else:
            mean, var = run_mean[j], run_var[j]
        stds.append((var + eps) ** 0.5)
        for i in range(N):
            xhat[i, j] = (x[i, j] - mean) / stds[j]
            out[i, j] = gamma[j] * xhat[i, j] + beta[j]
    bn_param['running_mean'] = np.array(run_mean)
    bn_param['running_var'] = np.array(run_var)
    return out, {'xhat': xhat, 'std': stds, 'gamma': gamma}


def batchnorm_backward(dout, cache):
    xhat, std, gamma = cache['xhat'], cache['std'], cache['gamma']
    N, D = dout.shape
    dx, dgamma, dbeta = np.zeros((N, D)), np.zeros(D), np.zeros(D)
    for j in range(D):
        for i in range(N):
            dbeta[j] += dout[i, j]
            dgamma[j] += dout[i, j] * xhat[i, j]
        # 출력 i가 입력 k에 의존하는 정도를 모두 더한다
        for k in range(N):
            for i in range(N):
                same = 1.0 if i == k else 0.0
                dx[k, j] += dout[i, j] * gamma[j] / std[j] * (same - 1 / N - xhat[i, j] * xhat[k, j] / N)
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    xhat, std, gamma = cache['xhat'], cache['std'], cache['gamma']
    N, D = dout.shape
    dx = np.zeros((N, D))
    dgamma = sum(dout[i] * xhat[i] for i in range(N))
    dbeta = sum(dout[i] for i in range(N))
    for i in range(N):
        dx[i] = gamma / np.array(std) * (dout[i] - dbeta / N - xhat[i] * dgamma / N)
    return dx, dgamma, dbeta
