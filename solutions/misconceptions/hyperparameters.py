"""Known wrong ways to write the functions of hyperparameters."""

import numpy as np

from autograder.exercise import Bank
from solutions.hyperparameters import on_border as right_border
from solutions.hyperparameters import refine_ranges as right_ranges
from solutions.hyperparameters import sample_log_uniform as right_sample

bank = Bank("hyperparameters")


# --- sample_log_uniform: random, so that a mistake is named by what is drawn -------------------


@bank.mistake("sample_log_uniform", fails="distribution", spot="exponent")
def value_uniform(low, high, size, rng):
    """You draw the value uniformly, and 90 % of it falls in the last power of ten. Draw the
    exponent uniformly."""
    return rng.uniform(low, high, size)


@bank.mistake("sample_log_uniform", fails="distribution", spot="exponent")
def logarithm_missing(low, high, size, rng):
    """You raise 10 to a number between low and high. The exponent lies between log10(low) and
    log10(high)."""
    return 10 ** rng.uniform(low, high, size)


@bank.mistake("sample_log_uniform", fails="distribution", spot="base")
def bases_mixed(low, high, size, rng):
    """You take logarithms of base 10 and then use exp. Use one base for both: 10**exponent."""
    return np.exp(rng.uniform(np.log10(low), np.log10(high), size))


@bank.mistake("sample_log_uniform", fails="distribution", spot="exponent")
def exponent_returned(low, high, size, rng):
    """You return the exponents. Return 10 raised to them: 10**exponent."""
    return rng.uniform(np.log10(low), np.log10(high), size)


@bank.mistake("sample_log_uniform", fails="distribution", spot="draw")
def whole_exponents(low, high, size, rng):
    """Your exponents are whole numbers, so only powers of ten are tried. Draw them with
    rng.uniform."""
    return 10.0 ** rng.integers(np.log10(low), np.log10(high) + 1, size)


@bank.mistake("sample_log_uniform", fails="distribution", spot="draw")
def normal_exponent(low, high, size, rng):
    """Your exponents are normal, so some values leave the range. They are uniform between
    log10(low) and log10(high)."""
    middle, width = np.log10(low * high) / 2, np.log10(high / low)
    return 10 ** rng.normal(middle, width / 4, size)


@bank.mistake("sample_log_uniform", fails="distribution", spot="draw")
def evenly_spaced(low, high, size, rng):
    """Your values form a grid, as np.logspace makes it. Draw them at random."""
    return rng.permutation(np.geomspace(low, high, size))


@bank.mistake("sample_log_uniform", fails="distribution", spot="draw")
def drawn_once(low, high, size, rng):
    """You draw one value and repeat it. Draw each value on its own: pass size to rng.uniform."""
    return np.full(size, right_sample(low, high, 1, rng))


@bank.mistake("sample_log_uniform", fails="generator", spot="rng")
def global_generator(low, high, size, rng):
    """You draw from np.random. Draw from the rng that you are given: then the same state gives the
    same values."""
    return 10 ** np.random.uniform(np.log10(low), np.log10(high), size)  # noqa: NPY002


@bank.mistake("sample_log_uniform", fails="generator", spot="rng")
def own_generator(low, high, size, rng):
    """You make a generator of your own, so every call gives the same values. Draw from the rng that
    you are given."""
    return right_sample(low, high, size, np.random.default_rng(0))


@bank.mistake("sample_log_uniform", fails="distribution", spot="draw")
def sorted_values(low, high, size, rng):
    """You sort the values. Leave them in the order in which they are drawn: then they are
    independent."""
    return np.sort(right_sample(low, high, size, rng))


# --- random_search_proposals: the same --------------------------------------------------------


@bank.mistake("random_search_proposals", fails="distribution", spot="scale")
def values_uniform(ranges, trials, rng):
    """You draw the values uniformly. They act by their order of magnitude: draw the exponents
    uniformly."""
    return [{name: rng.uniform(*ends) for name, ends in ranges.items()} for _ in range(trials)]


@bank.mistake("random_search_proposals", fails="distribution", spot="grid")
def grid(ranges, trials, rng):
    """Your trials form a grid, so each parameter is tried at a few values only. Draw every value at
    random."""
    steps = np.linspace(0, 1, int(np.ceil(np.sqrt(trials))))
    corners = [(s, t) for s in steps for t in steps][:trials]
    return [
        {
            name: low * (high / low) ** t
            for (name, (low, high)), t in zip(ranges.items(), corner, strict=True)
        }
        for corner in corners
    ]


@bank.mistake("random_search_proposals", fails="distribution", spot="names")
def one_draw_for_all_names(ranges, trials, rng):
    """You draw one number per trial and use it for all parameters, so they grow together. Draw anew
    for each name."""
    return [
        {name: low * (high / low) ** t for name, (low, high) in ranges.items()}
        for t in rng.uniform(size=trials)
    ]


@bank.mistake("random_search_proposals", fails="distribution", spot="trials")
def one_draw_for_all_trials(ranges, trials, rng):
    """All of your trials are the same: their values are drawn before the loop, or all of them are
    one dict that each turn overwrites. Make a new dict in each turn, and draw its values there."""
    proposal = {name: right_sample(*ends, 1, rng)[0] for name, ends in ranges.items()}
    return [proposal for _ in range(trials)]


@bank.mistake("random_search_proposals", fails="distribution", spot="names")
def one_range_for_all_names(ranges, trials, rng):
    """You draw all parameters from the range of the first. Each name has its own (low, high)."""
    ends = next(iter(ranges.values()))
    return [{name: right_sample(*ends, 1, rng)[0] for name in ranges} for _ in range(trials)]


@bank.mistake("random_search_proposals", fails="distribution", spot="rng")
def generator_made_anew(ranges, trials, rng):
    """You make a new generator with a fixed seed for each value, so all come out the same. Draw
    from the rng that you are given."""
    return [
        {name: right_sample(*ends, 1, np.random.default_rng(0))[0] for name, ends in ranges.items()}
        for _ in range(trials)
    ]


# --- refine_ranges ----------------------------------------------------------------------------


@bank.mistake("refine_ranges", fails="value", spot="best")
def worst_kept(trials, scores, keep):
    """You keep the trials with the lowest scores. Higher is better: np.argsort sorts upwards, so
    the best are last."""
    return right_ranges(trials, [-score for score in scores], keep)


@bank.mistake("refine_ranges", fails="value", spot="slice")
def all_kept(trials, scores, keep):
    """Your ranges hold all trials. Keep only the best ones, as many as keep says."""
    return right_ranges(trials, scores, len(trials))


@bank.mistake("refine_ranges", fails="value", spot="slice")
def only_the_best(trials, scores, keep):
    """Your ranges hold the best trial alone, so low equals high. Keep as many trials as keep
    says."""
    return right_ranges(trials, scores, 1)


@bank.mistake("refine_ranges", fails="value", spot="best")
def largest_values(trials, scores, keep):
    """You keep the largest values of each parameter. Keep the values of the trials with the highest
    scores."""
    return {
        name: (sorted(trial[name] for trial in trials)[-keep], max(t[name] for t in trials))
        for name in trials[0]
    }


@bank.mistake("refine_ranges", fails="value", spot="ends")
def ends_swapped(trials, scores, keep):
    """Your pairs are (high, low). The smallest value comes first."""
    return {name: (high, low) for name, (low, high) in right_ranges(trials, scores, keep).items()}


@bank.mistake("refine_ranges", fails="value", spot="best")
def first_kept(trials, scores, keep):
    """You keep the first trials of the list. Keep those with the highest scores."""
    return right_ranges(trials[:keep], scores[:keep], keep)


@bank.mistake("refine_ranges", fails="value", spot="slice")
def one_too_many(trials, scores, keep):
    """You keep one trial too many. The best ones are the last of np.argsort(scores): [-keep:]."""
    return right_ranges(trials, scores, keep + 1)


@bank.mistake("refine_ranges", fails="value", spot="slice")
def one_too_few(trials, scores, keep):
    """You keep one trial too few. The best ones are the last of np.argsort(scores): [-keep:]."""
    return right_ranges(trials, scores, keep - 1)


@bank.mistake("refine_ranges", fails="value", spot="slice")
def best_left_out(trials, scores, keep):
    """You leave the very best trial out. A slice [-keep:-1] ends before the last one: use
    [-keep:]."""
    best = int(np.argmax(scores))
    others = [index for index in range(len(trials)) if index != best]
    return right_ranges([trials[i] for i in others], [scores[i] for i in others], keep - 1)


@bank.mistake("refine_ranges", fails="value", spot="best")
def found_by_their_score(trials, scores, keep):
    """You look a trial up by its score, and of two with equal scores the first is found twice. Sort
    the trials' numbers: np.argsort."""
    scores = list(scores)
    kept = [trials[scores.index(score)] for score in sorted(scores)[-keep:]]
    return {name: (min(t[name] for t in kept), max(t[name] for t in kept)) for name in kept[0]}


@bank.mistake("refine_ranges", fails="value", spot="best")
def pairs_sorted(trials, scores, keep):
    """You sort pairs of a score and a dict. Where two scores are equal Python compares the dicts,
    and raises TypeError: sort by the score alone."""
    kept = [trial for _, trial in sorted(zip(scores, trials, strict=True))][-keep:]
    return {name: (min(t[name] for t in kept), max(t[name] for t in kept)) for name in kept[0]}


@bank.mistake("refine_ranges", advised=True, spot="best")
def trials_taken_out(trials, scores, keep):
    """The ranges are right, but the caller's list has lost trials: work on a copy of it."""
    found = right_ranges(trials, scores, keep)
    trials.pop()
    return found


# --- on_border --------------------------------------------------------------------------------


def border(best, ranges, outside):
    """Outside is asked with the position t of each best value, 0 at low and 1 at high."""
    return {
        name: bool(outside(np.log(best[name] / low) / np.log(high / low)))
        for name, (low, high) in ranges.items()
    }


@bank.mistake("on_border", fails="value", spot="scale")
def linear_scale(best, ranges):
    """You measure the position on a linear scale, where most of the range looks like its lower end.
    Take logarithms: log(value / low) / log(high / low)."""
    return {
        name: bool(not 0.1 <= (best[name] - low) / (high - low) <= 0.9)
        for name, (low, high) in ranges.items()
    }


@bank.mistake("on_border", fails="value", spot="ends")
def ends_only(best, ranges):
    """You say True only for a value at the very end, or almost there. The border is the outer
    tenth: t < 0.1 or t > 0.9."""
    return border(best, ranges, lambda t: t <= 0 or t >= 1)


@bank.mistake("on_border", fails="value", spot="ends")
def lower_end_only(best, ranges):
    """You look at the lower end only. The upper one is a border too: t > 0.9."""
    return border(best, ranges, lambda t: t < 0.1)


@bank.mistake("on_border", fails="value", spot="ends")
def upper_end_only(best, ranges):
    """You look at the upper end only. The lower one is a border too: t < 0.1."""
    return border(best, ranges, lambda t: t > 0.9)


@bank.mistake("on_border", fails="value", spot="answer")
def inside_for_border(best, ranges):
    """Your answers are the wrong way round: True means that the value is on the border."""
    return {name: not found for name, found in right_border(best, ranges).items()}


@bank.mistake("on_border", fails="value", spot="ends")
def outer_fifth(best, ranges):
    """Your border is too wide. It is the outer tenth at each end: t < 0.1 or t > 0.9."""
    return border(best, ranges, lambda t: t < 0.2 or t > 0.8)


@bank.mistake("on_border", fails="value", spot="answer")
def one_answer_for_all(best, ranges):
    """One value on the border makes all of your answers True. Each name gets its own."""
    return dict.fromkeys(best, True)


@bank.mistake("on_border", fails="value", spot="scale")
def width_not_divided(best, ranges):
    """Your t counts powers of ten from the lower end. Divide it by the width of the range, log(high
    / low), so that it is 1 at high."""
    return {
        name: bool(not 0.1 <= np.log10(best[name] / low) <= 0.9)
        for name, (low, _) in ranges.items()
    }


# --- stop_early -------------------------------------------------------------------------------


@bank.mistake("stop_early", fails="value", spot="finite")
def nan_goes_on(losses, factor=3):
    """You go on after a NaN: every comparison with NaN is false. Stop when the last loss is not
    finite."""
    return bool(losses[-1] > factor * losses[0])


@bank.mistake("stop_early", fails="value", spot="factor")
def factor_hard_coded(losses, factor=3):
    """You always stop at 3 times the first loss. That is only the default: use factor."""
    return bool(not np.isfinite(losses[-1]) or losses[-1] > 3 * losses[0])


@bank.mistake("stop_early", fails="value", spot="first")
def first_times_one(losses, factor=3):
    """You stop at any loss above the first one. A loss may rise for a while: the limit is factor
    times the first."""
    return bool(not np.isfinite(losses[-1]) or losses[-1] > losses[0])


@bank.mistake("stop_early", fails="value", spot="first")
def factor_alone(losses, factor=3):
    """You compare the last loss with factor itself. The limit is factor times the first loss."""
    return bool(not np.isfinite(losses[-1]) or losses[-1] > factor)


@bank.mistake("stop_early", fails="value", spot="first")
def smallest_for_first(losses, factor=3):
    """You compare with the smallest loss so far. The limit is factor times the first one."""
    return bool(not np.isfinite(losses[-1]) or losses[-1] > factor * min(losses))


@bank.mistake("stop_early", fails="value", spot="first")
def previous_for_first(losses, factor=3):
    """You compare with the loss before the last. The limit is factor times the first one."""
    return bool(not np.isfinite(losses[-1]) or losses[-1] > factor * losses[-2])


@bank.mistake("stop_early", fails="value", spot="last")
def largest_for_last(losses, factor=3):
    """A loss on the way stops you, because it was high or NaN. Only the last loss counts."""
    return bool(not np.all(np.isfinite(losses)) or max(losses) > factor * losses[0])


@bank.mistake("stop_early", fails="value", spot="last")
def any_loss_counts(losses, factor=3):
    """One large loss on the way stops you, but a NaN at the end does not. Only the last loss
    counts: not finite, or above factor times the first."""
    return bool(np.any(np.array(losses) > factor * losses[0]))


@bank.mistake("stop_early", fails="value", spot="answer")
def answer_negated(losses, factor=3):
    """Your answer is the wrong way round: True means stop."""
    return bool(np.isfinite(losses[-1]) and not losses[-1] > factor * losses[0])
