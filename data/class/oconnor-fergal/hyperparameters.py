import numpy as np


def sample_log_uniform(low, high, size, rng):
    v = rng.random(size)
    v *= np.log(high / low)
    np.exp(v, out=v)
    v *= low
    return v


def random_search_proposals(ranges, trials, rng):
    proposals = []
    while len(proposals) < trials:
        p = dict(ranges)
        for name in p:
            low, high = p[name]
            p[name] = sample_log_uniform(low, high, 1, rng).item()
        proposals.append(p)
    return proposals


def refine_ranges(trials, scores, keep):
    order = np.argsort(-np.array(scores))
    ranges = {}
    for i in order[:keep]:
        for name, value in trials[i].items():
            low, high = ranges.get(name, [value, value])
            ranges[name] = [min(low, value), max(high, value)]
    return ranges


def on_border(best, ranges):
    border = {}
    for name in best:
        low, high = ranges[name]
        t = np.log(best[name] / low) / np.log(high / low)
        border[name] = not 0.1 <= t <= 0.9
    return border


def stop_early(losses, factor=3):
    return not np.isfinite(losses[-1]) or losses[-1] > factor * losses[0]
