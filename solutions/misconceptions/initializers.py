"""Known wrong ways to write the functions of initializers.

Where the standard deviation is that of a formula in autograder/signatures.py, the function has
the formula's name: a student whose weights fit it is told so by that name.
"""

import numpy as np

from autograder.exercise import Bank
from solutions import initializers

bank = Bank("initializers")

WRONG_SCALE = ("scale", "distribution")
EVERYTHING = ("scale", "distribution", "generator")


# Any initialiser: the right scale, but for what it does with rng and with the shape.


def declare_for_any_initializer(question, right):
    @bank.mistake(question, fails="generator", spot="rng")
    def same_weights_each_call(fan_in, fan_out, rng, *std):
        """The weights are the same in each call, so layers of one shape start out equal: a fixed
        seed does that, of a new generator or of np.random. Draw from the rng that is given.
        """
        return right(fan_in, fan_out, np.random.default_rng(0), *std)

    @bank.mistake(question, fails="generator", spot="rng")
    def global_generator(fan_in, fan_out, rng, *std):
        """The weights come from np.random's global functions: draw them from the rng that is given,
        or nobody can repeat your experiment.
        """
        return right(fan_in, fan_out, np.random, *std)

    @bank.mistake(question, fails="distribution", spot="entries")
    def rows_repeated(fan_in, fan_out, rng, *std):
        """Rows of the matrix repeat each other: draw every entry on its own."""
        # Half of the rows, not one: so few different numbers as in one row may miss the scale too.
        return np.resize(right(fan_in, fan_out, rng, *std)[: fan_in // 2], (fan_in, fan_out))

    @bank.mistake(question, fails=EVERYTHING, spot="entries")
    def zeros(fan_in, fan_out, rng, *std):
        """All weights are 0: then all units compute the same and learn the same. Draw them from rng
        to break the symmetry.
        """
        return np.zeros((fan_in, fan_out))

    @bank.mistake(question, fails=EVERYTHING, spot="entries")
    def constant(fan_in, fan_out, rng, *std):
        """All weights are one number: then all units compute the same and learn the same. Draw each
        of them from rng.
        """
        weights = right(fan_in, fan_out, rng, *std)
        return np.full_like(weights, np.std(weights))

    @bank.mistake(question, fails=EVERYTHING, spot="entries")
    def positive_only(fan_in, fan_out, rng, *std):
        """No weight is negative: draw them around 0, not from 0 upwards."""
        return np.abs(right(fan_in, fan_out, rng, *std))

    @bank.mistake(question, fails=EVERYTHING, spot="size")
    def shape_exchanged(fan_in, fan_out, rng, *std):
        """The layer computes x @ W, so W has shape (fan_in, fan_out), not (fan_out, fan_in)."""
        return right(fan_in, fan_out, rng, *std).T


for name in ("small_random_init", "xavier_init", "glorot_init", "he_init"):
    declare_for_any_initializer(name, getattr(initializers, name))


# Several initialisers: a formula that belongs to another one.


@bank.mistake("small_random_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("he_init", fails=WRONG_SCALE, spot="scale")
def unscaled(fan_in, fan_out, rng, std=None):
    """The standard deviation is 1: multiply the draw by the one that is asked for."""
    return rng.normal(size=(fan_in, fan_out))


@bank.mistake("small_random_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("he_init", fails=WRONG_SCALE, spot="scale")
def small_random(fan_in, fan_out, rng, std=None):
    """The standard deviation is always 0.01: use the one that is asked for."""
    return rng.normal(0.0, 0.01, size=(fan_in, fan_out))


@bank.mistake("small_random_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("he_init", fails=WRONG_SCALE, spot="scale")
def xavier(fan_in, fan_out, rng, std=None):
    """The variance is 1 / fan_in: that keeps the scale of a linear layer, and is xavier_init."""
    return rng.normal(0.0, np.sqrt(1 / fan_in), size=(fan_in, fan_out))


@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("he_init", fails=WRONG_SCALE, spot="scale")
def glorot(fan_in, fan_out, rng):
    """The variance is 2 / (fan_in + fan_out): that looks at both fans, and is glorot_init."""
    bound = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="scale")
@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="scale")
def he(fan_in, fan_out, rng):
    """The variance is 2 / fan_in: that makes up for what ReLU takes away, and is he_init."""
    return rng.normal(0.0, np.sqrt(2 / fan_in), size=(fan_in, fan_out))


# The initialisers that draw from a normal law: another law in its place.


def truncated_normal(rng, shape):
    """Draw standard normal values, those beyond 2 again; their standard deviation is 0.88."""
    values = rng.normal(size=shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.normal(size=np.count_nonzero(outside))
    return values


def declare_for_normal_initializer(question, right_std):
    @bank.mistake(question, fails="distribution", spot="law")
    def uniform_instead_of_normal(fan_in, fan_out, rng, std=None):
        """Mean and variance are right, but the weights are uniform: draw them from a normal law."""
        bound = np.sqrt(3) * right_std(fan_in, std)
        return rng.uniform(-bound, bound, size=(fan_in, fan_out))

    @bank.mistake(question, fails="distribution", spot="entries")
    def tails_cut_off(fan_in, fan_out, rng, std=None):
        """Mean and variance are right, but the normal law's tails are cut off at about 2 standard
        deviations: leave them in.
        """
        weights = truncated_normal(rng, (fan_in, fan_out))
        return right_std(fan_in, std) * weights / np.std(weights)

    @bank.mistake(question, fails=WRONG_SCALE, spot="entries")
    def truncated_at_two_sigmas(fan_in, fan_out, rng, std=None):
        """Values beyond 2 standard deviations are drawn again, which makes the spread too small by
        12 %: draw from the whole normal law.
        """
        return right_std(fan_in, std) * truncated_normal(rng, (fan_in, fan_out))


declare_for_normal_initializer("small_random_init", lambda fan_in, std: std)
declare_for_normal_initializer("xavier_init", lambda fan_in, std: np.sqrt(1 / fan_in))
declare_for_normal_initializer("he_init", lambda fan_in, std: np.sqrt(2 / fan_in))


# small_random_init


@bank.mistake("small_random_init", fails=WRONG_SCALE, spot="root")
def std_squared(fan_in, fan_out, rng, std=0.01):
    """std is squared: it is a standard deviation already, multiply by it as it is."""
    return std**2 * rng.normal(size=(fan_in, fan_out))


@bank.mistake("small_random_init", fails=WRONG_SCALE, spot="root")
def root_of_std(fan_in, fan_out, rng, std=0.01):
    """A square root is taken of std: it is a standard deviation already, not a variance."""
    return np.sqrt(std) * rng.normal(size=(fan_in, fan_out))


@bank.mistake("small_random_init", fails=WRONG_SCALE, spot="law")
def std_as_bound(fan_in, fan_out, rng, std=0.01):
    """The weights are uniform between -std and std: draw them from a normal law with that std."""
    return rng.uniform(-std, std, size=(fan_in, fan_out))


@bank.mistake("small_random_init", fails=WRONG_SCALE, spot="scale")
def std_over_root_of_fan_in(fan_in, fan_out, rng, std=0.01):
    """std is divided by sqrt(fan_in): here it is the same for layers of any size."""
    return std * rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)


# xavier_init: normal with variance 1 / fan_in


@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="scale")
def xavier_fan_out(fan_in, fan_out, rng):
    """The variance is 1 / fan_out: a unit sums over its fan_in inputs, so divide by fan_in."""
    return rng.normal(0.0, np.sqrt(1 / fan_out), size=(fan_in, fan_out))


@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="root")
def xavier_variance_as_std(fan_in, fan_out, rng):
    """1 / fan_in is the variance: multiply the draw by its square root."""
    return rng.normal(0.0, 1 / fan_in, size=(fan_in, fan_out))


@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="law")
def xavier_std_as_bound(fan_in, fan_out, rng):
    """sqrt(1 / fan_in) is a standard deviation; here it is the bound of a uniform law."""
    bound = np.sqrt(1 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="law")
def xavier_bound_as_std(fan_in, fan_out, rng):
    """sqrt(3 / fan_in) is the bound of a uniform law; here it is the standard deviation."""
    return rng.normal(0.0, np.sqrt(3 / fan_in), size=(fan_in, fan_out))


@bank.mistake("xavier_init", fails=WRONG_SCALE, spot="scale")
def xavier_divided(fan_in, fan_out, rng):
    """The draw is divided by sqrt(1 / fan_in): multiply by it, or divide by sqrt(fan_in)."""
    return rng.normal(size=(fan_in, fan_out)) / np.sqrt(1 / fan_in)


# glorot_init: uniform within sqrt(6 / (fan_in + fan_out))


@bank.mistake("glorot_init", fails="distribution", spot="law")
def normal_instead_of_uniform(fan_in, fan_out, rng):
    """Mean and variance are right, but the weights are normal: draw them from a uniform law."""
    return rng.normal(0.0, np.sqrt(2 / (fan_in + fan_out)), size=(fan_in, fan_out))


@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="law")
def glorot_bound_as_std(fan_in, fan_out, rng):
    """sqrt(6 / (fan_in + fan_out)) is the bound of a uniform law, not a standard deviation: draw
    the weights uniformly.
    """
    return rng.normal(0.0, np.sqrt(6 / (fan_in + fan_out)), size=(fan_in, fan_out))


@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="law")
def glorot_std_as_bound(fan_in, fan_out, rng):
    """sqrt(2 / (fan_in + fan_out)) is the standard deviation, and here it is the bound: the bound
    is larger by sqrt(3).
    """
    bound = np.sqrt(2 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="root")
def glorot_variance_as_std(fan_in, fan_out, rng):
    """2 / (fan_in + fan_out) is the variance, and here it is the standard deviation of a normal
    law: draw uniformly, within the bound that gives this variance.
    """
    return rng.normal(0.0, 2 / (fan_in + fan_out), size=(fan_in, fan_out))


@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="root")
def glorot_bound_without_root(fan_in, fan_out, rng):
    """The bound is the square root of 6 / (fan_in + fan_out)."""
    bound = 6 / (fan_in + fan_out)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="scale")
def glorot_brackets(fan_in, fan_out, rng):
    """2 / fan_in + fan_out divides by fan_in alone: put the sum in brackets."""
    return rng.normal(0.0, np.sqrt(2 / fan_in + fan_out), size=(fan_in, fan_out))


@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="scale")
def glorot_brackets_bound(fan_in, fan_out, rng):
    """6 / fan_in + fan_out divides by fan_in alone: put the sum in brackets."""
    bound = np.sqrt(6 / fan_in + fan_out)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@bank.mistake("glorot_init", fails=WRONG_SCALE, spot="scale")
def glorot_half(fan_in, fan_out, rng):
    """The variance is 1 / (fan_in + fan_out), half of what it should be: divide by the mean fan."""
    return rng.normal(0.0, np.sqrt(1 / (fan_in + fan_out)), size=(fan_in, fan_out))


# he_init: normal with variance 2 / fan_in


@bank.mistake("he_init", fails=WRONG_SCALE, spot="scale")
def he_fan_out(fan_in, fan_out, rng):
    """The variance is 2 / fan_out: a unit sums over its fan_in inputs, so divide by fan_in."""
    return rng.normal(0.0, np.sqrt(2 / fan_out), size=(fan_in, fan_out))


@bank.mistake("he_init", fails=WRONG_SCALE, spot="root")
def he_variance_as_std(fan_in, fan_out, rng):
    """2 / fan_in is the variance: multiply the draw by its square root."""
    return rng.normal(0.0, 2 / fan_in, size=(fan_in, fan_out))


@bank.mistake("he_init", fails=WRONG_SCALE, spot="law")
def he_std_as_bound(fan_in, fan_out, rng):
    """sqrt(2 / fan_in) is a standard deviation; here it is the bound of a uniform law."""
    bound = np.sqrt(2 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@bank.mistake("he_init", fails=WRONG_SCALE, spot="law")
def he_bound_as_std(fan_in, fan_out, rng):
    """sqrt(6 / fan_in) is the bound of a uniform law; here it is the standard deviation."""
    return rng.normal(0.0, np.sqrt(6 / fan_in), size=(fan_in, fan_out))


@bank.mistake("he_init", fails=WRONG_SCALE, spot="root")
def he_root_of_two_only(fan_in, fan_out, rng):
    """sqrt(2) / fan_in takes the root of the 2 alone: take that of the whole fraction."""
    return rng.normal(0.0, np.sqrt(2) / fan_in, size=(fan_in, fan_out))


@bank.mistake("he_init", fails=WRONG_SCALE, spot="root")
def he_root_of_fan_in_only(fan_in, fan_out, rng):
    """2 / sqrt(fan_in) takes the root of fan_in alone: take that of the whole fraction."""
    return rng.normal(0.0, 2 / np.sqrt(fan_in), size=(fan_in, fan_out))


@bank.mistake("he_init", fails=WRONG_SCALE, spot="scale")
def he_divided(fan_in, fan_out, rng):
    """The draw is divided by sqrt(2 / fan_in): multiply by it instead."""
    return rng.normal(size=(fan_in, fan_out)) / np.sqrt(2 / fan_in)
