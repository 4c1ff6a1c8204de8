"""Wrong experiments with a deep network as students write them."""
# Student code: as it is written, not as it should be.

import numpy as np

from . import student


def batch_norm(z):
    return (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)


# --- one mistake that is in no bank -----------------------------------------------------------


@student("forward_deep", "slip", wrong="the activation is applied twice")
def activated_twice(x, weights, activation, normalize=False):
    outs = []
    a = x
    for w in weights:
        z = a.dot(w)
        if normalize:
            z = batch_norm(z)
        a = activation(z)
        outs.append(activation(a))
        a = outs[-1]
    return outs


@student("forward_deep", "pre-activation order", wrong="the activation comes before the product")
def activation_first(x, weights, activation, normalize=False):
    hs = []
    h = x
    for W in weights:
        h = np.dot(activation(h), W)
        if normalize:
            h = batch_norm(h)
        hs.append(h)
    return hs


@student("forward_deep", "insert", wrong="the layers come in reverse order")
def layers_reversed(x, weights, activation, normalize=False):
    hidden = []
    for W in weights:
        x = x @ W
        if normalize:
            x = batch_norm(x)
        x = activation(x)
        hidden.insert(0, x)
    return hidden


@student("forward_deep", "enumerate", wrong="only every other layer is normalised")
def every_other_layer(x, weights, activation, normalize=False):
    hidden, h = [], x
    for i, W in enumerate(weights):
        z = h @ W
        if normalize and i % 2 == 0:
            z = batch_norm(z)
        h = activation(z)
        hidden.append(h)
    return hidden


@student("forward_deep", "index loop", wrong="the last layer is not normalised")
def last_layer_plain(x, weights, activation, normalize=False):
    hidden = [None] * len(weights)
    h = x
    for k in range(len(weights)):
        h = h @ weights[k]
        if normalize and k < len(weights) - 1:
            h = batch_norm(h)
        h = activation(h)
        hidden[k] = h
    return hidden


@student("forward_deep", "helper", wrong="scaled by the largest magnitude, not by the deviation")
def scaled_by_maximum(x, weights, activation, normalize=False):
    def scale(z):
        return (z - z.mean(0)) / np.abs(z).max(0)

    h, hidden = x, []
    for W in weights:
        h = activation(scale(h @ W) if normalize else h @ W)
        hidden.append(h)
    return hidden


@student("forward_deep", "mixed axes", wrong="means per column, but one deviation for the layer")
def one_deviation(x, weights, activation, normalize=False):
    hidden = []
    h = x
    for W in weights:
        z = h @ W
        if normalize:
            z = (z - np.mean(z, axis=0)) / np.sqrt(np.var(z) + 1e-5)
        h = activation(z)
        hidden.append(h)
    return hidden


@student("forward_deep", "scaling again", wrong="each product is divided by sqrt(fan_in) again")
def weights_scaled_again(x, weights, activation, normalize=False):
    hidden = []
    h = x
    for W in weights:
        z = h @ W / np.sqrt(W.shape[0])
        if normalize:
            z = batch_norm(z)
        h = activation(z)
        hidden.append(h)
    return hidden


@student("forward_deep", "large eps", wrong="eps is 0.1 where 1e-5 is asked for")
def large_eps(x, weights, activation, normalize=False):
    h, hidden = x, []
    for W in weights:
        z = h @ W
        if normalize:
            z = (z - z.mean(0)) / np.sqrt(z.var(0) + 0.1)
        h = activation(z)
        hidden += [h]
    return hidden


@student("layer_statistics", "np.median", wrong="column 0 is the median")
def median_for_mean(hidden, saturation=0.99):
    out = np.zeros((len(hidden), 4))
    for i, h in enumerate(hidden):
        out[i, 0] = np.median(h)
        out[i, 1] = h.std()
        out[i, 2] = (np.abs(h) > saturation).mean()
        out[i, 3] = (h == 0).all(axis=0).mean()
    return out


def table(hidden, saturation, mean=np.mean, std=np.std, saturated=None, dead=None):
    """A right table, as a list of lists; columns may be given otherwise."""
    rows = []
    for h in hidden:
        high = np.mean(np.abs(h) > saturation) if saturated is None else saturated(h)
        zero = np.mean(np.abs(h).max(axis=0) == 0) if dead is None else dead(h)
        rows.append([mean(h), std(h), high, zero])
    return rows


@student("layer_statistics", "ddof", wrong="the standard deviation divides by one less")
def unbiased_std(hidden, saturation=0.99):
    return np.array(table(hidden, saturation, std=lambda h: h.std(ddof=1)))


@student(
    "layer_statistics",
    "square",
    wrong="the square is compared with saturation",
    alike=("only-positive-saturation",),
)
def square_compared(hidden, saturation=0.99):
    return np.array(table(hidden, saturation, saturated=lambda h: np.mean(h**2 > saturation)))


@student("layer_statistics", "division", wrong="dead units are divided by the rows, not the units")
def divided_by_rows(hidden, saturation=0.99):
    return np.array(
        table(hidden, saturation, dead=lambda h: np.sum(np.all(h == 0, axis=0)) / len(h))
    )


@student("layer_statistics", "tolerance", wrong="units below 0.05 everywhere are called dead")
def faint_called_dead(hidden, saturation=0.99):
    return np.array(table(hidden, saturation, dead=lambda h: np.mean(np.all(abs(h) < 0.05, 0))))


@student("layer_statistics", "axis=1", wrong="deviations of the rows are averaged")
def std_per_row(hidden, saturation=0.99):
    return np.array(table(hidden, saturation, std=lambda h: np.mean(np.std(h, axis=1))))


@student("layer_statistics", "accumulator", wrong="the counters are not reset between layers")
def counters_not_reset(hidden, saturation=0.99):
    stats = []
    saturated = 0
    for h in hidden:
        saturated += (np.abs(h) > saturation).sum() / h.size
        stats.append((h.mean(), h.std(), saturated, (h == 0).all(0).mean()))
    return np.array(stats)


@student("layer_statistics", "units", wrong="the mean of the units that are not dead")
def mean_of_the_living(hidden, saturation=0.99):
    return np.array(table(hidden, saturation, mean=lambda h: h[:, (h != 0).any(axis=0)].mean()))


@student("forward_deep", "dropout habit", wrong="the first half of every layer's units is set to 0")
def half_dropped(x, weights, activation, normalize=False):
    hidden = []
    h = x
    for W in weights:
        z = h @ W
        if normalize:
            z = batch_norm(z)
        h = activation(z)
        h[:, : h.shape[1] // 2] = 0
        hidden.append(h)
    return hidden


# --- two mistakes of the bank at once ---------------------------------------------------------


@student(
    "forward_deep",
    "loop",
    wrong="x is in the list, and z is divided by its variance",
    pair=("input-kept", "divided-by-variance"),
)
def input_and_variance(x, weights, activation, normalize=False):
    hs = [x]
    for W in weights:
        z = hs[-1] @ W
        if normalize:
            z = (z - z.mean(0)) / (z.var(0) + 1e-5)
        hs.append(activation(z))
    return hs


@student(
    "forward_deep",
    "append first",
    wrong="the last layer is missing, and rows are normalised",
    pair=("last-layer-missing", "normalized-per-row"),
)
def rows_without_last(x, weights, activation, normalize=False):
    hs = []
    h = x
    for i, W in enumerate(weights):
        if i > 0:
            hs.append(h)
        z = h @ W
        if normalize:
            z = (z - z.mean(1, keepdims=True)) / np.sqrt(z.var(1, keepdims=True) + 1e-5)
        h = activation(z)
    return hs


@student(
    "forward_deep",
    "classifier habit",
    wrong="the last layer is linear, and nothing is centred",
    pair=("last-layer-linear", "not-centered"),
)
def linear_end_uncentered(x, weights, activation, normalize=False):
    h, hidden = x, []
    for i, W in enumerate(weights):
        z = h @ W
        if normalize:
            z = z / np.sqrt(np.var(z, axis=0) + 1e-5)
        h = z if i == len(weights) - 1 else activation(z)
        hidden.append(h)
    return hidden


@student(
    "layer_statistics",
    "np.var",
    wrong="the variance is in column 1, and zero entries in column 3",
    pair=("variance-for-std", "zero-entries"),
)
def variance_and_zeros(hidden, saturation=0.99):
    return np.array(
        [[h.mean(), h.var(), (abs(h) > saturation).mean(), (h == 0).mean()] for h in hidden]
    )


@student(
    "layer_statistics",
    "np.sum",
    wrong="both fractions are counts",
    pair=("saturated-counted", "dead-counted"),
)
def both_counted(hidden, saturation=0.99):
    return np.array(
        table(
            hidden,
            saturation,
            saturated=lambda h: np.sum(np.abs(h) > saturation),
            dead=lambda h: np.sum(np.all(h == 0, axis=0)),
        )
    )


@student(
    "layer_statistics",
    "list of tuples",
    wrong="only positive entries saturate, and rows are looked at for dead units",
    pair=("only-positive-saturation", "dead-examples"),
)
def positive_and_rows(hidden, saturation=0.99):
    found = []
    for h in hidden:
        dead = sum(1 for row in h if not row.any()) / h.shape[0]
        found.append((np.mean(h), np.std(h), (h > saturation).sum() / h.size, dead))
    return np.array(found)


@student(
    "layer_statistics",
    "percent",
    wrong="the moments have changed places, and the fractions are percentages",
    pair=("moments-swapped", "percentages"),
)
def swapped_percentages(hidden, saturation=0.99):
    rows = np.array(table(hidden, saturation))
    return np.column_stack([rows[:, 1], rows[:, 0], 100 * rows[:, 2], 100 * rows[:, 3]])


@student(
    "layer_statistics",
    "np.any",
    wrong="the limit is always 0.99, and units that are ever 0 are called dead",
    pair=("saturation-hard-coded", "ever-zero"),
)
def fixed_limit_ever_zero(hidden, saturation=0.99):
    return np.array(
        [
            [h.mean(), h.std(), (np.abs(h) > 0.99).mean(), (h == 0).any(axis=0).mean()]
            for h in hidden
        ]
    )


@student(
    "layer_statistics",
    "moments",
    wrong="the mean of magnitudes, and the variance",
    pair=("mean-of-magnitudes", "variance-for-std"),
)
def magnitudes_and_variance(hidden, saturation=0.99):
    return np.array(table(hidden, saturation, mean=lambda h: np.abs(h).mean(), std=np.var))


# --- known ones in other clothes --------------------------------------------------------------


@student(
    "forward_deep",
    "recursion",
    wrong="z is passed on, and its activation only kept",
    seen="activation-not-passed-on",
)
def recursive(x, weights, activation, normalize=False):
    if not weights:
        return []
    z = x @ weights[0]
    z = batch_norm(z) if normalize else z
    return [activation(z), *recursive(z, weights[1:], activation, normalize)]


@student(
    "layer_statistics",
    "float32 and loops",
    wrong="units that are never positive are called dead",
    seen="never-positive",
)
def never_fires(hidden, saturation=0.99):
    out = np.zeros((len(hidden), 4), dtype=np.float32)
    for k, h in enumerate(hidden):
        dead = 0
        for unit in h.T:
            dead += int(unit.max() <= 0)
        out[k] = h.mean(), h.std(), (np.abs(h) > saturation).mean(), dead / h.shape[1]
    return out
