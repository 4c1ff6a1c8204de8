# Yoon Sohee, initializers
from math import sqrt


def small_random_init(fan_in, fan_out, rng, std=0.01):
    return rng.normal(scale=std, size=(fan_in, fan_out))


def xavier_init(fan_in, fan_out, rng):
    return small_random_init(fan_in, fan_out, rng, sqrt(1 / fan_in))


def he_init(fan_in, fan_out, rng):
    return small_random_init(fan_in, fan_out, rng, sqrt(2 / fan_in))


def glorot_init(fan_in, fan_out, rng):
    return sqrt(6 / (fan_in + fan_out)) * rng.uniform(-1, 1, (fan_in, fan_out))
