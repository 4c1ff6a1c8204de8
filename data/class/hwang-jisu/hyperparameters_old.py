import numpy as np


def sample_log_uniform(low, high, size, rng):
    return rng.uniform(low, high, size)
