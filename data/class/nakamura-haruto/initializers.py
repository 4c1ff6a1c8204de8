import numpy as np

f = np.float32


def normal(shape, std, rng):
    return rng.standard_normal(shape, dtype=f) * f(std)


def small_random_init(fan_in, fan_out, rng, std=0.01):
    return normal((fan_in, fan_out), std, rng)


def xavier_init(fan_in, fan_out, rng):
    return normal((fan_in, fan_out), (1 / fan_in) ** 0.5, rng)


def glorot_init(fan_in, fan_out, rng):
    bound = f((6 / (fan_in + fan_out)) ** 0.5)
    return (f(2) * rng.random((fan_in, fan_out), dtype=f) - f(1)) * bound


def he_init(fan_in, fan_out, rng):
    return normal((fan_in, fan_out), (2 / fan_in) ** 0.5, rng)
