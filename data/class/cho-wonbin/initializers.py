import numpy as np


def small_random_init(fan_in, fan_out, rng, std=0.01):
    return np.zeros((fan_in, fan_out))


def xavier_init(fan_in, fan_out, rng):
    return np.zeros((fan_in, fan_out))


def glorot_init(fan_in, fan_out, rng):
    return np.zeros((fan_in, fan_out))


def he_init(fan_in, fan_out, rng):
    return np.zeros((fan_in, fan_out))
