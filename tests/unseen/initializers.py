"""Wrong initialisers as students write them: judged by what they draw, so few can be named."""
# Student code: as it is written, not as it should be.

import numpy as np

from . import student

# --- one mistake that is in no bank -----------------------------------------------------------


@student("xavier_init", "formula", wrong="the product of the fans stands in the root")
def product_of_fans(fan_in, fan_out, rng):
    return rng.standard_normal((fan_in, fan_out)) * np.sqrt(1.0 / (fan_in * fan_out))


@student("xavier_init", "two steps", wrong="the root is taken twice")
def root_twice(fan_in, fan_out, rng):
    std = np.sqrt(1.0 / fan_in)
    return np.sqrt(std) * rng.normal(size=(fan_in, fan_out))


@student("xavier_init", "np.linalg.qr", wrong="orthonormal columns, not independent entries")
def orthogonal(fan_in, fan_out, rng):
    a = rng.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
    q, _ = np.linalg.qr(a)
    return q if fan_in >= fan_out else q.T


@student("xavier_init", "list of columns", wrong="all columns are the same one")
def column_copied(fan_in, fan_out, rng):
    column = rng.normal(0, 1 / np.sqrt(fan_in), fan_in)
    return np.array([column for _ in range(fan_out)]).T


@student("xavier_init", "sorted", wrong="each row is sorted")
def rows_sorted(fan_in, fan_out, rng):
    w = rng.normal(0, np.sqrt(1 / fan_in), (fan_in, fan_out))
    w.sort(axis=1)
    return w


@student("he_init", "arguments", wrong="the deviation is passed as the mean, with a deviation of 1")
def std_as_mean(fan_in, fan_out, rng):
    return rng.normal(np.sqrt(2.0 / fan_in), 1.0, (fan_in, fan_out))


@student("he_init", "formula", wrong="multiplied by sqrt(2 fan_in), upside down")
def two_times_fan_in(fan_in, fan_out, rng):
    return rng.normal(0, 1, (fan_in, fan_out)) * np.sqrt(2 * fan_in)


@student("he_init", "gain", wrong="the gain of tanh, 5/3, replaces that of ReLU, sqrt(2)")
def gain_of_tanh(fan_in, fan_out, rng):
    gain = 5.0 / 3.0
    return rng.normal(scale=gain / np.sqrt(fan_in), size=(fan_in, fan_out))


@student("he_init", "np.outer", wrong="an outer product of two vectors: rank 1")
def outer_product(fan_in, fan_out, rng):
    u, v = rng.normal(size=fan_in), rng.normal(size=fan_out)
    return np.outer(u, v) * np.sqrt(2 / fan_in)


@student("he_init", "dropout habit", wrong="half of the weights are set to 0", fits="xavier")
def half_dropped(fan_in, fan_out, rng):
    w = rng.normal(size=(fan_in, fan_out)) * np.sqrt(2.0 / fan_in)
    w[rng.random((fan_in, fan_out)) < 0.5] = 0
    return w


@student("glorot_init", "uniform", wrong="half of the bound on each side")
def half_bound(fan_in, fan_out, rng):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return (rng.random((fan_in, fan_out)) - 0.5) * limit


@student("glorot_init", "uniform", wrong="the product of the fans in place of their sum")
def bound_with_product(fan_in, fan_out, rng):
    limit = np.sqrt(6 / (fan_in * fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


@student("glorot_init", "uniform", wrong="the whole interval is shifted up by half of the bound")
def shifted_up(fan_in, fan_out, rng):
    b = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-b / 2, 3 * b / 2, size=(fan_in, fan_out))


@student("small_random_init", "three values", wrong="only -std, 0 and std occur")
def three_values(fan_in, fan_out, rng, std=0.01):
    return std * rng.integers(-1, 2, size=(fan_in, fan_out))


@student("small_random_init", "rng.choice", wrong="only -std and std occur")
def coin_flips(fan_in, fan_out, rng, std=0.01):
    return rng.choice([-std, std], size=(fan_in, fan_out))


@student(
    "small_random_init",
    "addition",
    wrong="std is added to the draw, not multiplied",
    fits="unscaled",
)
def std_added(fan_in, fan_out, rng, std=0.01):
    return std + rng.normal(size=(fan_in, fan_out))


@student("small_random_init", "laplace", wrong="a Laplace law of scale std")
def laplace(fan_in, fan_out, rng, std=0.01):
    return rng.laplace(0, std, (fan_in, fan_out))


@student(
    "small_random_init",
    "copied from another question",
    wrong="the scale of glorot_init: sqrt(2 / (fan_in + fan_out))",
    fits="glorot",
)
def scale_of_glorot(fan_in, fan_out, rng, std=0.01):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2.0 / (fan_in + fan_out))


@student("he_init", "mean of the fans", wrong="the larger of the two fans is used")
def larger_fan(fan_in, fan_out, rng):
    n = max(fan_in, fan_out)
    return rng.normal(0, np.sqrt(2 / n), (fan_in, fan_out))


@student("xavier_init", "arguments", wrong="the scale is a fixed number that fits 200 inputs")
def fixed_scale(fan_in, fan_out, rng):
    return rng.normal(0, 0.0707, (fan_in, fan_out))


# --- two mistakes of the bank at once ---------------------------------------------------------


@student(
    "xavier_init",
    "formula",
    wrong="fan_out in place of fan_in, and a variance used as a deviation",
    pair=("xavier-fan-out", "xavier-variance-as-std"),
    fits="xavier-fan-out-variance-as-std",
)
def one_over_fan_out(fan_in, fan_out, rng):
    return rng.normal(0, 1 / fan_out, (fan_in, fan_out))


@student(
    "he_init",
    "uniform",
    wrong="fan_out in place of fan_in, and a uniform law whose bound is that deviation",
    pair=("he-fan-out", "he-std-as-bound"),
    fits="he-fan-out-std-as-bound",
)
def uniform_by_fan_out(fan_in, fan_out, rng):
    b = np.sqrt(2 / fan_out)
    return rng.uniform(-b, b, (fan_in, fan_out))


@student(
    "he_init",
    "transposed",
    wrong="fan_out is in the scale, and the matrix lies on its side",
    pair=("he-fan-out", "shape-exchanged"),
)
def fans_exchanged(fan_in, fan_out, rng):
    return rng.normal(size=(fan_out, fan_in)) * np.sqrt(2 / fan_out)


@student(
    "glorot_init",
    "formula",
    wrong="the bound is used as a deviation of a normal law, and without its root",
    pair=("glorot-bound-as-std", "glorot-bound-without-root"),
    fits="glorot-bound-without-root-as-std",
)
def bound_without_root_as_std(fan_in, fan_out, rng):
    return rng.normal(0, 6 / (fan_in + fan_out), (fan_in, fan_out))


@student(
    "xavier_init",
    "global state",
    wrong="np.random is used, and the scale is 1 / fan_in",
    pair=("global-generator", "xavier-variance-as-std"),
)
def global_and_variance(fan_in, fan_out, rng):
    return np.random.randn(fan_in, fan_out) / fan_in  # noqa: NPY002


@student(
    "small_random_init",
    "seeded",
    wrong="a generator of its own, and no scale at all",
    pair=("same-weights-each-call", "unscaled"),
)
def seeded_and_unscaled(fan_in, fan_out, rng, std=0.01):
    r = np.random.default_rng(42)
    return r.normal(size=(fan_in, fan_out))


@student(
    "glorot_init",
    "rng.random",
    wrong="no weight is negative, and the sum lacks its brackets",
    pair=("positive-only", "glorot-brackets-bound"),
)
def positive_without_brackets(fan_in, fan_out, rng):
    return rng.random((fan_in, fan_out)) * np.sqrt(6 / fan_in + fan_out)


@student(
    "he_init",
    "rng.random",
    wrong="no weight is negative, and 2 / fan_in is used as a deviation",
    pair=("positive-only", "he-variance-as-std"),
)
def positive_and_variance(fan_in, fan_out, rng):
    return np.abs(rng.normal(0, 2 / fan_in, (fan_in, fan_out)))


# --- known ones in other clothes --------------------------------------------------------------


@student(
    "he_init",
    "entry by entry",
    wrong="2 / fan_in is used as a deviation",
    seen="he-variance-as-std",
)
def entry_by_entry(fan_in, fan_out, rng):
    w = [[rng.standard_normal() * (2 / fan_in) for _ in range(fan_out)] for _ in range(fan_in)]
    return np.array(w)


@student(
    "glorot_init",
    "float32",
    wrong="division binds before addition",
    seen="glorot-brackets-bound",
)
def brackets_in_float32(fan_in, fan_out, rng):
    limit = np.sqrt(6 / fan_in + fan_out)
    return rng.uniform(low=-limit, high=limit, size=(fan_in, fan_out)).astype(np.float32)
