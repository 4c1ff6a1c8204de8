import math


def sample_log_uniform(low, high, size, rng):
    values = []
    for _ in range(size):
        exponent = rng.uniform(math.log10(low), math.log10(high))
        values.append(10 ** exponent)
    return values


def random_search_proposals(ranges, trials, rng):
    result = []
    for _ in range(trials):
        one = {}
        for name in ranges:
            one[name] = sample_log_uniform(ranges[name][0], ranges[name][1], 1, rng)[0]
        result.append(one)
    return result


def refine_ranges(trials, scores, keep):
    pairs = sorted(zip(scores, range(len(trials))), reverse=True)
    best = [trials[index] for score, index in pairs[:keep]]
    ranges = {}
    for name in best[0]:
        values = sorted(trial[name] for trial in best)
        ranges[name] = (values[0], values[-1])
    return ranges


def on_border(best, ranges):
    border = {}
    for name in best:
        low, high = ranges[name]
        t = math.log(best[name] / low) / math.log(high / low)
        border[name] = t < 0.1 or t > 0.9
    return border


def stop_early(losses, factor=3):
    if not math.isfinite(losses[-1]):
        return True
    return losses[-1] > factor * losses[0]
