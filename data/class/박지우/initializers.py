import math

import numpy as np


def small_random_init(fan_in, fan_out, rng, std=0.01):
    W = np.zeros((fan_in, fan_out))
    for i in range(fan_in):
        W[i] = rng.normal(0, std, fan_out)
    return W


def xavier_init(fan_in, fan_out, rng):
    return small_random_init(fan_in, fan_out, rng, std=1 / math.sqrt(fan_in))


def glorot_init(fan_in, fan_out, rng):
    bound = math.sqrt(6 / (fan_in + fan_out))
    rows = []
    for i in range(fan_in):
        rows.append(rng.uniform(-bound, bound, fan_out))
    return np.array(rows)


def he_init(fan_in, fan_out, rng):
    return small_random_init(fan_in, fan_out, rng, std=math.sqrt(2 / fan_in))
