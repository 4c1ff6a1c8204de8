# initializers.py  (Hwang Jisu)
import numpy as np


def small_random_init(fan_in, fan_out, rng, std=0.01):
    w = rng.normal(loc=0.0, scale=std, size=(fan_in, fan_out))
    return w


def xavier_init(fan_in, fan_out, rng):
    variance = 1.0 / fan_in
    w = rng.normal(loc=0.0, scale=np.sqrt(variance), size=(fan_in, fan_out))
    return w


def glorot_init(fan_in, fan_out, rng):
    bound = np.sqrt(6.0 / (fan_in + fan_out))
    w = rng.uniform(low=-bound, high=bound, size=(fan_in, fan_out))
    return w


def he_init(fan_in, fan_out, rng):
    variance = 2.0 / fan_in
    w = rng.normal(loc=0.0, scale=np.sqrt(variance), size=(fan_in, fan_out))
    return w
