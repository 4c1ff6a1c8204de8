"""Hyperparameter search (CS231n lecture 5, "Hyperparameter Optimization").

Learning rates and regularisation strengths act by their order of magnitude, so they are drawn
on a logarithmic scale: coarse to fine, at random rather than on a grid, with a look at whether
the best value sits on the border of what was searched.

ranges is everywhere a dict from names to pairs (low, high) with 0 < low < high, such as
{"learning_rate": (1e-6, 1e-2)}. rng is a numpy.random.Generator and the only source of
randomness. The caller's dicts and lists are never changed, and no function raises an error of
its own.
"""

import numpy as np


def sample_log_uniform(low, high, size, rng):
    """Draw numbers whose logarithm is uniform: every power of ten is equally likely.

    Formula: value = 10 ** exponent, exponent uniform between log10(low) and log10(high)

    Arguments:
        low, high: numbers with 0 < low < high, the ends of the range.
        size: how many values to draw.
        rng: numpy.random.Generator.

    Returns:
        values: float array of shape (size,), drawn independently.

    Convention: the exponent is uniform, not the value. The base of the logarithm is free.

    Lecture 5, "Hyperparameter Optimization", it is best to optimize in log space.
    """
    raise NotImplementedError("sample_log_uniform is not written yet")


def random_search_proposals(ranges, trials, rng):
    """Propose settings to try, at random and not on a grid.

    Formula: every value is log-uniform in the range of its name

    Arguments:
        ranges: dict from names to pairs (low, high).
        trials: how many settings to propose.
        rng: numpy.random.Generator.

    Returns:
        proposals: list of `trials` dicts, each from the names in ranges to a float.

    Convention: all values are independent, of one another and from trial to trial; so each
    parameter is tried at as many different values as there are trials.

    Lecture 5, "Hyperparameter Optimization", random search vs. grid search.
    """
    raise NotImplementedError("random_search_proposals is not written yet")


def refine_ranges(trials, scores, keep):
    """Shrink the search to the smallest ranges that hold the best trials.

    Formula: low and high of a name are the smallest and the largest value that it takes among
             the `keep` trials with the highest scores

    Arguments:
        trials: list of dicts from names to numbers, as from random_search_proposals.
        scores: list or array of as many finite numbers, higher is better (such as accuracies).
        keep: how many of the best trials to keep, from 1 to the number of trials.

    Returns:
        ranges: dict from names to pairs (low, high) of numbers.

    Convention: among trials with equal scores any choice is right.

    Lecture 5, "Hyperparameter Optimization", coarse to fine.
    """
    # Hint: np.argsort sorts upwards.
    raise NotImplementedError("refine_ranges is not written yet")


def on_border(best, ranges):
    """Tell for each parameter whether its best value sits at the border of its range.

    Formula: t = log(value / low) / log(high / low), which runs from 0 at low to 1 at high;
             on the border when t < 0.1 or t > 0.9

    Arguments:
        best: dict from names to numbers, the best setting found.
        ranges: dict from the same names to pairs (low, high) that were searched.

    Returns:
        border: dict from names to True or False. True means: widen that range and search again.

    Lecture 5, "Hyperparameter Optimization", the best value on the border of the search.
    """
    raise NotImplementedError("on_border is not written yet")


def stop_early(losses, factor=3):
    """Tell whether a trial has gone so wrong that it should be stopped.

    Formula: True when the last loss is not finite, or larger than factor times the first one

    Arguments:
        losses: list or array of at least one number, in the order of the training.
        factor: how many times the first loss is too much.

    Returns:
        stop: True or False.

    Lecture 5, "Hyperparameter Optimization", if the cost is ever > 3 * original cost, break out.
    """
    raise NotImplementedError("stop_early is not written yet")
