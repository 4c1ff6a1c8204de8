import numpy as np


def sample_log_uniform(low, high, size, rng):
    return np.exp(rng.uniform(np.log(low), np.log(high), size))

def random_search_proposals(ranges, trials, rng):
    return [{k: sample_log_uniform(*r, 1, rng)[0] for k, r in ranges.items()} for _ in range(trials)]

def refine_ranges(trials, scores, keep):
    best = [trials[i] for i in np.argsort(scores)[::-1][:keep]]
    return {k: (min(t[k] for t in best), max(t[k] for t in best)) for k in trials[0]}

def on_border(best, ranges):
    t = {k: np.log(best[k] / lo) / np.log(hi / lo) for k, (lo, hi) in ranges.items()}
    return {k: abs(v - .5) > .4 for k, v in t.items()}

def stop_early(losses, factor=3):
    return not losses[-1] <= factor * losses[0]
