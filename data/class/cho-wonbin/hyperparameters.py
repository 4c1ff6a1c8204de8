import numpy as np


def sample_log_uniform(low, high, size, rng):
    return np.zeros(size)


def random_search_proposals(ranges, trials, rng):
    return [{name: 0.0 for name in ranges} for _ in range(trials)]


def refine_ranges(trials, scores, keep):
    return {name: (0.0, 0.0) for name in trials[0]}


def on_border(best, ranges):
    return {name: False for name in best}


def stop_early(losses, factor=3):
    return False
