"""Wrong hyperparameter searches as students write them."""
# Student code: as it is written, not as it should be.
# ruff: noqa: B905, SIM103, SIM210

import math

import numpy as np

from . import student

# --- one mistake that is in no bank -----------------------------------------------------------


@student("sample_log_uniform", "triangular", wrong="exponents crowd in the middle: triangular")
def triangular_exponent(low, high, size, rng):
    a, b = np.log10(low), np.log10(high)
    return 10 ** rng.triangular(a, (a + b) / 2, b, size)


@student("sample_log_uniform", "two bases", wrong="log2 of the ends, but powers of 10")
def log2_and_ten(low, high, size, rng):
    return 10.0 ** rng.uniform(np.log2(low), np.log2(high), size)


@student("sample_log_uniform", "half", wrong="only the lower half of the exponents occurs")
def lower_half(low, high, size, rng):
    width = np.log(high) - np.log(low)
    return np.exp(np.log(low) + 0.5 * width * rng.random(size))


@student("random_search_proposals", "centre", wrong="only the first name varies")
def first_name_only(ranges, trials, rng):
    proposals = []
    for _ in range(trials):
        p = {}
        for i, (name, (low, high)) in enumerate(ranges.items()):
            if i == 0:
                p[name] = math.exp(rng.uniform(math.log(low), math.log(high)))
            else:
                p[name] = math.sqrt(low * high)
        proposals.append(p)
    return proposals


@student("random_search_proposals", "whole powers", wrong="exponents are whole numbers")
def whole_powers(ranges, trials, rng):
    return [
        {
            k: 10.0 ** int(rng.integers(round(np.log10(a)), round(np.log10(b)) + 1))
            for k, (a, b) in ranges.items()
        }
        for _ in range(trials)
    ]


def best_of(trials, scores, keep):
    """The best trials, rightly, by sorting pairs."""
    pairs = sorted(zip(scores, range(len(trials))), reverse=True)
    return [trials[i] for _, i in pairs[:keep]]


@student("refine_ranges", "margin", wrong="each range is a tenth wider than the best trials")
def with_margin(trials, scores, keep):
    best = best_of(trials, scores, keep)
    return {k: (0.9 * min(t[k] for t in best), 1.1 * max(t[k] for t in best)) for k in best[0]}


@student("refine_ranges", "around the best", wrong="a factor of 3 around the best trial")
def factor_around_best(trials, scores, keep):
    top = trials[int(np.argmax(scores))]
    return {name: (value / 3, value * 3) for name, value in top.items()}


@student(
    "refine_ranges",
    "list order",
    wrong="the last trials are kept, not the best",
    alike=("all-kept", "best-left-out"),
)
def last_kept(trials, scores, keep):
    kept = trials[-keep:]
    ranges = {}
    for name in kept[0]:
        values = [t[name] for t in kept]
        ranges[name] = (min(values), max(values))
    return ranges


@student("refine_ranges", "mean and std", wrong="mean plus and minus half a deviation")
def mean_and_std(trials, scores, keep):
    out = {}
    for name in trials[0]:
        v = np.array([t[name] for t in best_of(trials, scores, keep)])
        out[name] = (v.mean() * 0.5, v.mean() * 1.5)
    return out


@student("refine_ranges", "ends of the list", wrong="the values of the best and the last of them")
def first_and_last_of_best(trials, scores, keep):
    best = best_of(trials, scores, keep)
    return {k: tuple(sorted((best[0][k], best[-1][k]))) for k in best[0]}


@student(
    "on_border",
    "position",
    wrong="low is forgotten: log(value) / log(high / low)",
    alike=("one-answer-for-all",),
)
def low_forgotten(best, ranges):
    border = {}
    for name, (low, high) in ranges.items():
        t = np.log(best[name]) / np.log(high / low)
        border[name] = bool(t < 0.1 or t > 0.9)
    return border


@student(
    "on_border",
    "and",
    wrong="and in place of or: no value is ever on the border",
    alike=("ends-only",),
)
def and_for_or(best, ranges):
    out = {}
    for k, (lo, hi) in ranges.items():
        t = math.log(best[k] / lo) / math.log(hi / lo)
        out[k] = t < 0.1 and t > 0.9
    return out


@student("on_border", "middle", wrong="0.5 in place of 0.1 at the lower end")
def lower_half_is_border(best, ranges):
    return {
        k: math.log(best[k] / lo) / math.log(hi / lo) < 0.5
        or math.log(best[k] / lo) / math.log(hi / lo) > 0.9
        for k, (lo, hi) in ranges.items()
    }


@student(
    "stop_early",
    "difference",
    wrong="the rise is compared with factor, not the ratio",
    alike=("factor-hard-coded",),
)
def rise_above_factor(losses, factor=3):
    if not math.isfinite(losses[-1]):
        return True
    return losses[-1] - losses[0] > factor


@student(
    "stop_early",
    "mean",
    wrong="the mean of the losses is compared, not the last",
    alike=("factor-hard-coded",),
)
def mean_of_losses(losses, factor=3):
    m = float(np.nanmean(losses))
    return bool(np.isnan(losses[-1])) or m > factor * losses[0]


@student(
    "stop_early",
    "upside down",
    wrong="first > factor * last: it stops when all goes well",
    alike=("factor-hard-coded",),
)
def first_above_last(losses, factor=3):
    return bool(np.isnan(losses[-1]) or losses[0] > factor * losses[-1])


@student("stop_early", "constant", wrong="it never stops")
def never_stops(losses, factor=3):
    return False


@student("refine_ranges", "np.log10", wrong="the exponents are returned, not the values")
def exponents_returned(trials, scores, keep):
    best = best_of(trials, scores, keep)
    logs = {k: [math.log10(t[k]) for t in best] for k in best[0]}
    return {k: (min(v), max(v)) for k, v in logs.items()}


@student(
    "on_border",
    "width",
    wrong="the middle is called the border: less than 0.1 from 0.5",
    alike=("ends-only",),
)
def middle_called_border(best, ranges):
    out = {}
    for k, (lo, hi) in ranges.items():
        t = math.log(best[k] / lo) / math.log(hi / lo)
        out[k] = abs(t - 0.5) < 0.1
    return out


# --- two mistakes of the bank at once ---------------------------------------------------------


@student(
    "sample_log_uniform",
    "np.sort and np.random",
    wrong="the global generator is used, and the values are sorted",
    pair=("global-generator", "sorted-values"),
)
def global_and_sorted(low, high, size, rng):
    e = np.random.uniform(np.log10(low), np.log10(high), size)  # noqa: NPY002
    return np.sort(10**e)


@student(
    "random_search_proposals",
    "before the loop",
    wrong="values are uniform, and drawn once for all trials",
    pair=("values-uniform", "one-draw-for-all-trials"),
)
def uniform_once(ranges, trials, rng):
    proposal = {k: rng.uniform(lo, hi) for k, (lo, hi) in ranges.items()}
    return [dict(proposal) for _ in range(trials)]


@student(
    "refine_ranges",
    "argsort",
    wrong="the worst are kept, and the pairs are (high, low)",
    pair=("worst-kept", "ends-swapped"),
)
def worst_and_swapped(trials, scores, keep):
    kept = [trials[i] for i in np.argsort(scores)[:keep]]
    return {k: (max(t[k] for t in kept), min(t[k] for t in kept)) for k in kept[0]}


@student(
    "refine_ranges",
    "slice",
    wrong="one trial too many, and the pairs are (high, low)",
    pair=("one-too-many", "ends-swapped"),
)
def one_more_and_swapped(trials, scores, keep):
    best = best_of(trials, scores, keep + 1)
    out = {}
    for k in best[0]:
        values = sorted((t[k] for t in best), reverse=True)
        out[k] = (values[0], values[-1])
    return out


@student(
    "on_border",
    "one end",
    wrong="the upper end only, and the answer is the wrong way round",
    pair=("upper-end-only", "inside-for-border"),
    alike=("linear-scale",),
)
def not_at_the_upper_end(best, ranges):
    out = {}
    for k, (lo, hi) in ranges.items():
        out[k] = not np.log(best[k] / lo) / np.log(hi / lo) > 0.9
    return out


@student(
    "stop_early",
    "one comparison",
    wrong="the limit is 3 whatever factor is, and NaN goes on",
    pair=("factor-hard-coded", "nan-goes-on"),
)
def three_without_nan(losses, factor=3):
    if losses[-1] > 3 * losses[0]:
        return True
    else:
        return False


@student(
    "refine_ranges",
    "sorted values",
    wrong="one trial too few, of the worst",
    pair=("one-too-few", "worst-kept"),
    alike=("worst-kept",),
)
def worst_one_too_few(trials, scores, keep):
    order = sorted(range(len(trials)), key=lambda i: scores[i])[: keep - 1]
    return {
        k: (min(trials[i][k] for i in order), max(trials[i][k] for i in order)) for k in trials[0]
    }


@student(
    "stop_early",
    "min",
    wrong="the smallest loss replaces the first, and NaN goes on",
    pair=("smallest-for-first", "nan-goes-on"),
)
def smallest_without_nan(losses, factor=3):
    return bool(losses[-1] > factor * min(losses))


# --- known ones in other clothes --------------------------------------------------------------


@student(
    "refine_ranges",
    "pandas habit",
    wrong="np.argsort sorts upwards, so the first are the worst",
    seen="worst-kept",
)
def argsort_from_the_front(trials, scores, keep):
    order = np.argsort(np.asarray(scores))
    table = np.array([[trials[i][k] for k in trials[0]] for i in order[:keep]])
    return dict(zip(trials[0], zip(table.min(axis=0), table.max(axis=0))))


@student(
    "on_border",
    "linear interpolation",
    wrong="the position is measured on a linear scale",
    seen="linear-scale",
)
def linear_position(best, ranges):
    answer = {}
    for name in best:
        lo, hi = ranges[name]
        margin = 0.1 * (hi - lo)
        answer[name] = not (lo + margin <= best[name] <= hi - margin)
    return answer


@student(
    "stop_early",
    "try",
    wrong="NaN is compared, and every comparison with it is false",
    seen="nan-goes-on",
)
def ratio_compared(losses, factor=3):
    ratio = losses[-1] / losses[0]
    return True if ratio > factor else False


@student("stop_early", "np.isinf", wrong="infinity is looked for, NaN is not", seen="nan-goes-on")
def only_infinity(losses, factor=3):
    if np.isinf(losses[-1]):
        return True
    return bool(losses[-1] > factor * losses[0])
