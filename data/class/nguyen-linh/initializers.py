"""initializers, lecture 5 (Nguyen Linh)"""
import numpy as np


def small_random_init(fan_in, fan_out, rng, std=0.01):
    W = np.empty((fan_in, fan_out))
    rng.standard_normal(out=W)
    W *= std
    return W


def xavier_init(fan_in, fan_out, rng):
    return small_random_init(fan_in, fan_out, rng, std=fan_in ** -0.5)


def he_init(fan_in, fan_out, rng):
    return small_random_init(fan_in, fan_out, rng, std=(fan_in / 2) ** -0.5)


def glorot_init(fan_in, fan_out, rng):
    W = rng.random((fan_in, fan_out))
    W -= 0.5
    W *= 2 * np.sqrt(6 / (fan_in + fan_out))
    return W
