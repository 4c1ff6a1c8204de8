import numpy as np


def small_random_init(fan_in, fan_out, rng, std=0.01):
    W = std * rng.normal(size=(fan_in, fan_out))
    # look at them: do they look normal?
    for value in W.ravel():
        print(value)
    return W


def xavier_init(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)


def glorot_init(fan_in, fan_out, rng):
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=(fan_in, fan_out))


def he_init(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in / 2)
