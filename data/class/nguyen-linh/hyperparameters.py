"""hyperparameters, lecture 5 (Nguyen Linh)"""
import numpy as np


def sample_log_uniform(low, high, size, rng):
    exponent = rng.uniform(np.log10(low), np.log10(high), size)
    return 10 ** exponent


def random_search_proposals(ranges, trials, rng):
    # all values of one hyperparameter at once
    columns = {}
    for name in ranges:
        low, high = ranges[name]
        columns[name] = sample_log_uniform(low, high, trials, rng)
    return [{name: columns[name][i] for name in columns} for i in range(trials)]


def refine_ranges(trials, scores, keep):
    order = sorted(range(len(trials)), key=lambda i: scores[i], reverse=True)
    new_ranges = {}
    for name in trials[0]:
        values = [trials[i][name] for i in order[:keep]]
        new_ranges[name] = (np.min(values), np.max(values))
    return new_ranges


def on_border(best, ranges):
    result = {}
    for name in best:
        low, high = np.log10(ranges[name][0]), np.log10(ranges[name][1])
        t = (np.log10(best[name]) - low) / (high - low)
        result[name] = t < 0.1 or t > 0.9
    return result


def stop_early(losses, factor=3):
    if np.isnan(losses[-1]) or np.isinf(losses[-1]):
        return True
    if losses[-1] > factor * losses[0]:
        return True
    return False
