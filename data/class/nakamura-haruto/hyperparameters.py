import numpy as np

f = np.float32


def sample_log_uniform(low, high, size, rng):
    u = rng.random(size, dtype=f)
    return f(10) ** (f(np.log10(low)) + u * f(np.log10(high / low)))


def random_search_proposals(ranges, trials, rng):
    drawn = {name: sample_log_uniform(low, high, trials, rng) for name, (low, high) in ranges.items()}
    return [{name: values[i] for name, values in drawn.items()} for i in range(trials)]


def refine_ranges(trials, scores, keep):
    top = np.argsort(np.asarray(scores, dtype=f))[-keep:]
    ranges = {}
    for name in trials[0]:
        values = np.array([trials[i][name] for i in top], dtype=f)
        ranges[name] = (values.min(), values.max())
    return ranges


def on_border(best, ranges):
    result = {}
    for name, value in best.items():
        low, high = np.log(np.array(ranges[name], dtype=f))
        t = (np.log(f(value)) - low) / (high - low)
        result[name] = bool(t < f(0.1)) or bool(t > f(0.9))
    return result


def stop_early(losses, factor=3):
    first, last = f(losses[0]), f(losses[-1])
    return bool(np.isnan(last) or np.isinf(last) or last > f(factor) * first)
