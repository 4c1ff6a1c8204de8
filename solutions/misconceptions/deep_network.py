"""Known wrong ways to write the functions of deep_network."""

import numpy as np

from autograder.exercise import Bank

bank = Bank("deep_network")


# --- forward_deep: the right loop, with another way to normalise ------------------------------


def over_the_batch(z):
    return (z - np.mean(z, axis=0)) / np.sqrt(np.var(z, axis=0) + 1e-5)


def forward(x, weights, activation, normalize, norm=over_the_batch):
    hidden = []
    h = x
    for W in weights:
        z = h @ W
        if normalize:
            z = norm(z)
        h = activation(z)
        hidden.append(h)
    return hidden


# what is kept, and what is passed on


@bank.mistake("forward_deep", fails=("layers", "normalize"), spot="kept")
def input_kept(x, weights, activation, normalize=False):
    """Your list begins with x. Keep the activations only, one array for each weight matrix."""
    return [x, *forward(x, weights, activation, normalize)]


@bank.mistake("forward_deep", fails=("layers", "normalize"), spot="kept")
def last_layer_only(x, weights, activation, normalize=False):
    """Your list holds the last layer alone: it is made, or appended to, in the wrong place. Append
    in the loop, and make the list before it."""
    return forward(x, weights, activation, normalize)[-1:]


@bank.mistake("forward_deep", fails=("layers", "normalize"), spot="kept")
def last_layer_missing(x, weights, activation, normalize=False):
    """Your list lacks the last layer: append after the activation, once for every weight matrix."""
    return forward(x, weights, activation, normalize)[:-1]


@bank.mistake("forward_deep", fails=("layers", "normalize"), spot="kept")
def kept_before_activation(x, weights, activation, normalize=False):
    """You keep the values from before the activation. Keep activation(z), which is also the next
    layer's input."""
    hidden = []
    h = x
    for W in weights:
        z = h @ W
        if normalize:
            z = over_the_batch(z)
        hidden.append(z)
        h = activation(z)
    return hidden


@bank.mistake("forward_deep", fails=("layers", "normalize"), spot="passed")
def activation_not_passed_on(x, weights, activation, normalize=False):
    """You pass on the values from before the activation. The next layer's input is activation(z),
    the same array that is kept."""
    hidden = []
    h = x
    for W in weights:
        h = h @ W
        if normalize:
            h = over_the_batch(h)
        hidden.append(activation(h))
    return hidden


@bank.mistake("forward_deep", fails=("layers", "normalize"), spot="activation")
def no_activation(x, weights, activation, normalize=False):
    """Your layers have no activation. Without one, many layers are no more than a single matrix:
    apply activation to each z."""
    return forward(x, weights, lambda z: z, normalize)


@bank.mistake("forward_deep", fails=("layers", "normalize"), spot="activation")
def last_layer_linear(x, weights, activation, normalize=False):
    """Your last layer has no activation, as in a classifier. Here every layer has one."""
    hidden = forward(x, weights[:-1], activation, normalize)
    return hidden + forward(hidden[-1], weights[-1:], lambda z: z, normalize)


@bank.mistake("forward_deep", fails="normalize", spot="activation")
def always_tanh(x, weights, activation, normalize=False):
    """You always use np.tanh. Use the activation that you are given."""
    return forward(x, weights, np.tanh, normalize)


# whether, where and how it normalises


@bank.mistake("forward_deep", fails="normalize", spot="when")
def never_normalized(x, weights, activation, normalize=False):
    """You never normalise. When normalize is true, each z is normalised before the activation."""
    return forward(x, weights, activation, False)


@bank.mistake("forward_deep", fails="layers", spot="when")
def always_normalized(x, weights, activation, normalize=False):
    """You always normalise. Do so only when normalize is true."""
    return forward(x, weights, activation, True)


@bank.mistake("forward_deep", fails="normalize", spot="when")
def first_layer_normalized(x, weights, activation, normalize=False):
    """You normalise in the first layer only. When normalize is true, every layer does."""
    hidden = forward(x, weights[:1], activation, normalize)
    return hidden + forward(hidden[-1], weights[1:], activation, False)


@bank.mistake("forward_deep", fails="normalize", spot="place")
def normalized_after_activation(x, weights, activation, normalize=False):
    """You normalise after the activation. Normalise z first, then activate it."""
    after = (lambda z: over_the_batch(activation(z))) if normalize else activation
    return forward(x, weights, after, False)


@bank.mistake("forward_deep", fails="normalize", spot="place")
def input_normalized(x, weights, activation, normalize=False):
    """You normalise what goes into the matrix product. Normalise what comes out of it, z = h @
    W."""
    hidden = []
    h = x
    for W in weights:
        h = activation((over_the_batch(h) if normalize else h) @ W)
        hidden.append(h)
    return hidden


@bank.mistake("forward_deep", fails="normalize", spot="statistics")
def normalized_per_row(x, weights, activation, normalize=False):
    """You normalise each row. Mean and variance are those of each column over the batch: axis=0."""
    return forward(x, weights, activation, normalize, norm=lambda z: over_the_batch(z.T).T)


@bank.mistake("forward_deep", fails="normalize", spot="statistics")
def normalized_together(x, weights, activation, normalize=False):
    """You normalise by one mean and one variance of the whole array. Each column has its own:
    axis=0."""
    return forward(
        x,
        weights,
        activation,
        normalize,
        norm=lambda z: (z - np.mean(z)) / np.sqrt(np.var(z) + 1e-5),
    )


@bank.mistake("forward_deep", fails="normalize", spot="statistics")
def divided_by_variance(x, weights, activation, normalize=False):
    """You divide by the variance. Divide by its square root, sqrt(var + 1e-5)."""
    return forward(
        x,
        weights,
        activation,
        normalize,
        norm=lambda z: (z - np.mean(z, axis=0)) / (np.var(z, axis=0) + 1e-5),
    )


@bank.mistake("forward_deep", fails="normalize", spot="statistics")
def only_centered(x, weights, activation, normalize=False):
    """You subtract the mean and do not divide by the standard deviation: (z - mean) / sqrt(var +
    1e-5)."""
    return forward(x, weights, activation, normalize, norm=lambda z: z - np.mean(z, axis=0))


@bank.mistake("forward_deep", fails="normalize", spot="statistics")
def not_centered(x, weights, activation, normalize=False):
    """You divide by the standard deviation and do not subtract the mean: (z - mean) / sqrt(var +
    1e-5)."""
    return forward(
        x, weights, activation, normalize, norm=lambda z: z / np.sqrt(np.var(z, axis=0) + 1e-5)
    )


@bank.mistake("forward_deep", fails="normalize", spot="statistics")
def divided_by_n_minus_1(x, weights, activation, normalize=False):
    """Your variance divides by N - 1 (ddof=1). Here it is the biased one: divide by N, as np.var
    does by default."""
    return forward(
        x,
        weights,
        activation,
        normalize,
        norm=lambda z: (z - np.mean(z, axis=0)) / np.sqrt(np.var(z, axis=0, ddof=1) + 1e-5),
    )


@bank.mistake("forward_deep", fails="normalize", spot="statistics")
def nothing_added_to_the_variance(x, weights, activation, normalize=False):
    """You divide by the standard deviation alone, or add almost nothing to it; a unit that never
    changes then gives 0 / 0. Divide by sqrt(var + 1e-5)."""
    return forward(
        x,
        weights,
        activation,
        normalize,
        norm=lambda z: (z - np.mean(z, axis=0)) / np.std(z, axis=0),
    )


# --- layer_statistics: the right table, with other columns ------------------------------------


def saturated_fraction(h, saturation):
    return np.mean(np.abs(h) > saturation)


def dead_fraction(h):
    return np.mean(np.all(h == 0, axis=0))


def table(
    hidden, saturation, mean=np.mean, std=np.std, saturated=saturated_fraction, dead=dead_fraction
):
    return np.array([[mean(h), std(h), saturated(h, saturation), dead(h)] for h in hidden])


# mean and standard deviation


@bank.mistake("layer_statistics", fails="moments", spot="moments")
def variance_for_std(hidden, saturation=0.99):
    """Your second column is the variance. The standard deviation is its square root."""
    return table(hidden, saturation, std=np.var)


@bank.mistake("layer_statistics", fails="moments", spot="moments")
def root_mean_square(hidden, saturation=0.99):
    """Your second column is the root of the mean square. Subtract the mean first: np.std does."""
    return table(hidden, saturation, std=lambda h: np.sqrt(np.mean(h**2)))


@bank.mistake("layer_statistics", fails="moments", spot="moments")
def std_per_unit(hidden, saturation=0.99):
    """Your second column averages the standard deviations of the units. Take one over all entries
    of the layer."""
    return table(hidden, saturation, std=lambda h: np.mean(np.std(h, axis=0)))


@bank.mistake("layer_statistics", fails="moments", spot="moments")
def mean_of_magnitudes(hidden, saturation=0.99):
    """Your first column is the mean of abs(h). Take the mean of h itself, which may be negative."""
    return table(hidden, saturation, mean=lambda h: np.mean(np.abs(h)))


@bank.mistake("layer_statistics", fails="moments", spot="moments")
def moments_swapped(hidden, saturation=0.99):
    """Your first two columns have changed places: the mean comes first, then the standard
    deviation."""
    return table(hidden, saturation, mean=np.std, std=np.mean)


# saturated entries


@bank.mistake("layer_statistics", fails="saturated", spot="saturated")
def only_positive_saturation(hidden, saturation=0.99):
    """You count entries above saturation only. Those below -saturation are saturated too: use
    abs(h)."""
    return table(hidden, saturation, saturated=lambda h, limit: np.mean(h > limit))


@bank.mistake("layer_statistics", fails="saturated", spot="saturated")
def saturation_hard_coded(hidden, saturation=0.99):
    """You always compare with 0.99. That is only the default: use the saturation that you are
    given."""
    return table(hidden, 0.99)


@bank.mistake("layer_statistics", fails="saturated", spot="saturated")
def saturated_counted(hidden, saturation=0.99):
    """Your third column is the number of saturated entries. It is their fraction of all entries,
    between 0 and 1."""
    return table(hidden, saturation, saturated=lambda h, limit: np.sum(np.abs(h) > limit))


@bank.mistake("layer_statistics", fails="saturated", spot="saturated")
def unsaturated_fraction(hidden, saturation=0.99):
    """Your third column is the fraction that is not saturated: the comparison is abs(h) >
    saturation."""
    return table(hidden, saturation, saturated=lambda h, limit: np.mean(np.abs(h) < limit))


@bank.mistake("layer_statistics", fails="saturated", spot="saturated")
def saturated_units(hidden, saturation=0.99):
    """Your third column is the fraction of units with a saturated entry. Take the fraction of
    entries."""
    return table(
        hidden, saturation, saturated=lambda h, limit: np.mean(np.any(np.abs(h) > limit, axis=0))
    )


@bank.mistake("layer_statistics", fails="saturated", spot="saturated")
def saturation_included(hidden, saturation=0.99):
    """You count entries that equal saturation. Only those above it are saturated: > and not >=."""
    return table(hidden, saturation, saturated=lambda h, limit: np.mean(np.abs(h) >= limit))


# dead units


@bank.mistake("layer_statistics", fails="dead", spot="dead")
def sum_is_zero(hidden, saturation=0.99):
    """You call a unit dead when its entries add up to 0. Positive and negative ones may do so too:
    dead means exactly 0 for every example."""
    return table(hidden, saturation, dead=lambda h: np.mean(np.sum(h, axis=0) == 0))


@bank.mistake("layer_statistics", fails="dead", spot="dead")
def nearly_zero(hidden, saturation=0.99):
    """You call a unit dead when it is almost 0. A faint unit is alive: dead means exactly 0 for
    every example."""
    return table(hidden, saturation, dead=lambda h: np.mean(np.all(np.isclose(h, 0), axis=0)))


@bank.mistake("layer_statistics", fails="dead", spot="dead")
def zero_entries(hidden, saturation=0.99):
    """Your last column is the fraction of entries that are 0. A unit is dead only when it is 0 for
    every example."""
    return table(hidden, saturation, dead=lambda h: np.mean(h == 0))


@bank.mistake("layer_statistics", fails="dead", spot="dead")
def dead_examples(hidden, saturation=0.99):
    """Your last column looks along the rows. A unit is a column: it is dead when all of its
    entries, along axis=0, are 0."""
    return table(hidden, saturation, dead=lambda h: np.mean(np.all(h == 0, axis=1)))


@bank.mistake("layer_statistics", fails="dead", spot="dead")
def ever_zero(hidden, saturation=0.99):
    """You call a unit dead when it is 0 for some example. It is dead when it is 0 for all of
    them."""
    return table(hidden, saturation, dead=lambda h: np.mean(np.any(h == 0, axis=0)))


@bank.mistake("layer_statistics", fails="dead", spot="dead")
def never_positive(hidden, saturation=0.99):
    """You call a unit dead when it is never positive. A unit that is negative is alive: dead means
    exactly 0 for every example."""
    return table(hidden, saturation, dead=lambda h: np.mean(np.all(h <= 0, axis=0)))


@bank.mistake("layer_statistics", fails="dead", spot="dead")
def dead_counted(hidden, saturation=0.99):
    """Your last column is the number of dead units. It is their fraction of all units, between 0
    and 1."""
    return table(hidden, saturation, dead=lambda h: np.sum(np.all(h == 0, axis=0)))


# the table as a whole


@bank.mistake("layer_statistics", fails=("saturated", "dead"), spot="table")
def percentages(hidden, saturation=0.99):
    """Your fractions are percentages. Leave them between 0 and 1."""
    return table(hidden, saturation) * [1, 1, 100, 100]


@bank.mistake("layer_statistics", fails=("saturated", "dead"), spot="table")
def fractions_swapped(hidden, saturation=0.99):
    """Your last two columns have changed places: saturated entries first, dead units last."""
    return table(hidden, saturation)[:, [0, 1, 3, 2]]


@bank.mistake("layer_statistics", fails=("moments", "saturated", "dead"), spot="table")
def table_transposed(hidden, saturation=0.99):
    """Your table lies on its side. It has a row for every layer and four columns."""
    return table(hidden, saturation).T


@bank.mistake("layer_statistics", fails=("moments", "saturated", "dead"), spot="table")
def one_layer_only(hidden, saturation=0.99):
    """You describe a single layer, the last one. The result has a row for every layer: collect
    them, and return after the loop."""
    return table(hidden, saturation)[-1]
