# 활성화 함수들. 벡터화는 아직 어려워서 원소 하나씩 계산했습니다.
import math

import numpy as np


def each(function, *arrays):
    """같은 자리의 원소들에 function을 적용한다"""
    result = np.zeros(arrays[0].shape)
    for index in np.ndindex(arrays[0].shape):
        result[index] = function(*[float(a[index]) for a in arrays])
    return result


def sigmoid_forward(x):
    def sigmoid(v):
        if v >= 0:
            return 1 / (1 + math.exp(-v))
        return math.exp(v) / (1 + math.exp(v))  # 오버플로 방지

    out = each(sigmoid, x)
    return out, out


def sigmoid_backward(dout, cache):
    return each(lambda d, s: d * s * (1 - s), dout, cache)


def tanh_forward(x):
    out = each(math.tanh, x)
    return out, out


def tanh_backward(dout, cache):
    return each(lambda d, t: d * (1 - t * t), dout, cache)


def relu_forward(x):
    return each(lambda v: max(v, 0.0), x), x


def relu_backward(dout, cache):
    return each(lambda d, v: d if v > 0 else 0.0, dout, cache)


def leaky_relu_forward(x, alpha=0.01):
    return each(lambda v: v if v > 0 else alpha * v, x), (x, alpha)


def leaky_relu_backward(dout, cache):
    x, alpha = cache
    return each(lambda d, v: d if v > 0 else alpha * d, dout, x)


def elu_forward(x, alpha=1.0):
    return each(lambda v: v if v > 0 else alpha * (math.exp(v) - 1), x), (x, alpha)


def elu_backward(dout, cache):
    x, alpha = cache
    return each(lambda d, v: d if v > 0 else d * alpha * math.exp(v), dout, x)


def prelu_forward(x, alpha):
    out = np.array(x, dtype=float)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] < 0:
                out[i, j] = alpha[j] * x[i, j]
    return out, (x, alpha)


def prelu_backward(dout, cache):
    x, alpha = cache
    dx = np.array(dout)
    dalpha = np.zeros(len(alpha))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] < 0:
                dx[i, j] = alpha[j] * dout[i, j]
                dalpha[j] += x[i, j] * dout[i, j]
    return dx, dalpha


def maxout_forward(x, w1, b1, w2, b2):
    N, M = x.shape[0], w1.shape[1]
    out = np.zeros((N, M))
    winner = np.zeros((N, M), dtype=int)
    for i in range(N):
        for k in range(M):
            first = b1[k] + sum(x[i, j] * w1[j, k] for j in range(x.shape[1]))
            second = b2[k] + sum(x[i, j] * w2[j, k] for j in range(x.shape[1]))
            out[i, k] = max(first, second)
            winner[i, k] = 1 if first > second else 2
    return out, (x, w1, w2, winner)


def maxout_backward(dout, cache):
    x, w1, w2, winner = cache
    dx, dw1, dw2 = np.zeros(x.shape), np.zeros(w1.shape), np.zeros(w2.shape)
    db1, db2 = np.zeros(w1.shape[1]), np.zeros(w2.shape[1])
    for i in range(dout.shape[0]):
        for k in range(dout.shape[1]):
            # 이긴 쪽으로만 기울기가 흐른다
            w, dw, db = (w1, dw1, db1) if winner[i, k] == 1 else (w2, dw2, db2)
            dx[i] += dout[i, k] * w[:, k]
            dw[:, k] += dout[i, k] * x[i]
            db[k] += dout[i, k]
    return dx, dw1, db1, dw2, db2
