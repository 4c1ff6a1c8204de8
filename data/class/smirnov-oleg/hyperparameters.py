import numpy as np
from activations import answer


def sample_log_uniform(low, high, size, rng):
    return answer(np.zeros(size))


def random_search_proposals(ranges, trials, rng):
    return [{name: answer(0.0) for name in ranges} for _ in range(trials)]


def refine_ranges(trials, scores, keep):
    return {name: answer(np.zeros(2)) for name in trials[0]}


def on_border(best, ranges):
    return {name: answer(False) for name in best}


def stop_early(losses, factor=3):
    return answer(False)
