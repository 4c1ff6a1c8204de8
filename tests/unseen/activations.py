"""Wrong activations as students write them."""
# Student code: as it is written, not as it should be.
# ruff: noqa: B015, PERF401, RUF059

import math

import numpy as np

from solutions.activations import maxout_forward as right_maxout_forward

from . import student

# --- one mistake that is in no bank -----------------------------------------------------------


@student("sigmoid_forward", "np.clip", wrong="x is clipped to -5 ... 5, so out stops at 0.993")
def clipped_too_tightly(x):
    z = np.clip(x, -5, 5)
    s = 1.0 / (1.0 + np.exp(-z))
    return s, s


@student("sigmoid_forward", "np.clip", wrong="x is clipped to -10 ... 10: out never reaches 0 or 1")
def clipped_at_ten(x):
    out = 1 / (1 + np.exp(-np.clip(x, -10, 10)))
    return out, out


@student("tanh_forward", "np.clip", wrong="x is clipped to -5 ... 5: out never reaches -1 or 1")
def tanh_clipped_at_five(x):
    x = np.clip(x, -5, 5)
    out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return out, out


@student("sigmoid_forward", "vectorised", wrong="10 is used as the base, not e")
def base_ten(x):
    s = 1.0 / (1.0 + 10.0 ** (-1.0 * np.clip(x, -300, 300)))
    cache = {"s": s}
    return s, cache


@student("sigmoid_forward", "staged", wrong="the 1 of the denominator is forgotten where x < 0")
def no_one_below(x):
    out = np.empty(x.shape)
    pos = x >= 0
    out[pos] = 1 / (1 + np.exp(-x[pos]))
    out[~pos] = np.exp(x[~pos])
    return out, out


@student("sigmoid_backward", "one line", wrong="s (1 + s): a plus where a minus belongs")
def plus_for_minus(dout, cache):
    return dout * cache * (1 + cache)


def keeping_x(x):
    z = np.clip(x, -500, 500)
    return 1 / (1 + np.exp(-z)), z


@student(
    "sigmoid_backward",
    "quotient rule by hand",
    wrong="the denominator is not squared: the slope is exp(-x) / (1 + exp(-x))",
    sigmoid_forward=keeping_x,
)
def denominator_not_squared(dout, cache):
    numerator = np.exp(-cache)
    denominator = 1 + numerator
    return dout * numerator / denominator


@student("sigmoid_backward", "power", wrong="the factor 1 - s is squared")
def one_minus_s_squared(dout, cache):
    s = cache
    ds = s * (1.0 - s) ** 2
    return ds * dout


@student("tanh_forward", "formula", wrong="the denominator is 2, which makes it sinh")
def sinh(x):
    z = np.clip(x, -700, 700)
    out = (np.exp(z) - np.exp(-z)) / 2
    return out, out


@student("tanh_forward", "helper functions", wrong="the tanh of abs(x): never negative")
def tanh_of_magnitude(x):
    def positive(v):
        e = np.exp(-2 * v)
        return (1 - e) / (1 + e)

    out = positive(np.abs(x))
    return out, out


@student("tanh_backward", "np.square", wrong="(1 - t) squared in place of 1 - t squared")
def square_outside(dout, cache):
    return np.square(1 - cache) * dout


@student("tanh_backward", "in steps", wrong="1 + t**2: a plus where a minus belongs")
def one_plus_square(dout, cache):
    t2 = cache * cache
    grad = 1.0 + t2
    grad *= dout
    return grad


@student("relu_forward", "int buffer", wrong="an integer buffer cuts the decimals off")
def integer_buffer(x):
    out = np.zeros(x.shape, dtype=int)
    out[x > 0] = x[x > 0]
    return out, x


@student("relu_forward", "np.clip", wrong="cut off above 6 (ReLU6)")
def relu6(x):
    out = np.clip(x, 0, 6)
    return out, x


@student("relu_forward", "mask", wrong="the threshold is 1, not 0")
def threshold_at_one(x):
    keep = (x > 1).astype(float)
    return keep * x, keep


@student("relu_backward", "two masks", wrong="both masks hold x = 0: the slope is 2 there")
def slope_of_two_at_zero(dout, cache):
    dx = dout * (cache >= 0)
    dx[cache == 0] += dout[cache == 0]
    return dx


@student("leaky_relu_backward", "two masks", wrong="x = 0 is in neither mask: dx is 0 there")
def leaky_mask_without_zero(dout, cache):
    x, alpha = cache
    dx = np.zeros_like(dout)
    dx[x > 0] = dout[x > 0]
    dx[x < 0] = alpha * dout[x < 0]
    return dx


@student("elu_backward", "two masks", wrong="x = 0 is in neither mask: dx is 0 there")
def elu_mask_without_zero(dout, cache):
    x, alpha = cache
    dx = np.zeros_like(dout)
    dx[x > 0] = dout[x > 0]
    dx[x < 0] = dout[x < 0] * alpha * np.exp(x[x < 0])
    return dx


@student(
    "elu_backward", "masks added", wrong="x = 0 is in both masks: the slope is 1 + alpha there"
)
def elu_masks_with_zero(dout, cache):
    x, alpha = cache
    return dout * ((x >= 0) + (x <= 0) * alpha * np.exp(np.minimum(x, 0)))


@student("prelu_backward", "masks added", wrong="x = 0 is in neither mask: dx is 0 there")
def prelu_mask_without_zero(dout, cache):
    x, alpha = cache
    dx = dout * (x > 0) + dout * alpha * (x < 0)
    return dx, np.sum(dout * x * (x < 0), axis=0)


@student("relu_backward", "np.sign", wrong="the slope is sign(x): -1 below zero, not 0")
def slope_is_sign(dout, cache):
    return np.sign(cache) * dout


@student("relu_backward", "loop", wrong="the mask of the first example is used for all of them")
def mask_of_first_example(dout, cache):
    dx = dout.copy()
    closed = cache[0] <= 0
    for i in range(len(dx)):
        dx[i][closed] = 0
    return dx


@student("leaky_relu_forward", "np.where", wrong="the threshold is alpha, not 0")
def threshold_at_alpha(x, alpha=0.01):
    return np.where(x > alpha, x, alpha * x), (x, alpha)


@student("leaky_relu_forward", "in place on a copy", wrong="negative entries are divided by alpha")
def divided_by_alpha(x, alpha=0.01):
    out = np.array(x, dtype=float)
    out[out < 0] /= alpha
    return out, (x, alpha)


@student("leaky_relu_backward", "boolean index", wrong="alpha is multiplied twice below 0")
def alpha_twice(dout, cache):
    x, a = cache
    dx = dout.copy()
    dx[x <= 0] *= a
    slope = np.ones_like(x)
    slope[x <= 0] = a
    return dx * slope


@student("leaky_relu_backward", "np.where", wrong="the slope below 0 is 1 - alpha, not alpha")
def one_minus_alpha(dout, cache):
    x, alpha = cache
    return np.where(x > 0, dout, (1 - alpha) * dout)


@student("elu_forward", "np.where", wrong="1 - exp(x): the difference is the wrong way round")
def difference_reversed(x, alpha=1.0):
    neg = alpha * (1 - np.exp(np.minimum(x, 0)))
    return np.where(x > 0, x, neg), (x, alpha)


@student("elu_forward", "mask", wrong="alpha stands inside the exponential: exp(alpha x) - 1")
def alpha_in_the_exponent(x, alpha=1.0):
    out = x.astype(float)
    m = x <= 0
    out[m] = np.exp(alpha * x[m]) - 1
    return out, (x, alpha)


@student("elu_backward", "np.where", wrong="the slope below 0 is alpha x exp(x)")
def power_rule(dout, cache):
    x, alpha = cache
    low = np.minimum(x, 0)
    return dout * np.where(x > 0, 1, alpha * low * np.exp(low))


@student("elu_backward", "two masks", wrong="the positive side is multiplied by alpha too")
def alpha_on_both_sides(dout, cache):
    x, alpha = cache
    d = np.ones(x.shape)
    d[x <= 0] = np.exp(x[x <= 0])
    return alpha * d * dout


@student("prelu_forward", "loop", wrong="one slope for all features: the mean of alpha")
def mean_alpha(x, alpha):
    a = float(np.mean(alpha))
    rows = []
    for row in x:
        rows.append([v if v > 0 else a * v for v in row])
    return np.array(rows), (x, alpha)


@student("prelu_forward", "np.where", wrong="the sign of alpha is lost: abs(alpha)")
def magnitude_of_alpha(x, alpha):
    return np.where(x > 0, x, np.abs(alpha) * x), (x, alpha)


@student("prelu_backward", "loop", wrong="dalpha is overwritten in the loop: the last row only")
def last_row_only(dout, cache):
    x, alpha = cache
    dx = np.where(x > 0, 1, alpha) * dout
    dalpha = np.zeros_like(alpha)
    for i in range(x.shape[0]):
        dalpha = dout[i] * x[i] * (x[i] < 0)
    return dx, dalpha


@student("prelu_backward", "masks", wrong="dalpha is summed where x > 0 instead of x < 0")
def wrong_half(dout, cache):
    x, alpha = cache
    mask = (x > 0).astype(float)
    dx = dout * mask + dout * alpha * (1 - mask)
    dalpha = (dout * x * mask).sum(axis=0)
    return dx, dalpha


@student("prelu_backward", "np.minimum", wrong="dalpha has the wrong sign")
def dalpha_negative(dout, cache):
    x, alpha = cache
    dx = dout.copy()
    neg = x < 0
    dx[neg] = (dout * alpha)[neg]
    dalpha = np.sum(dout * np.maximum(-x, 0), axis=0)
    return dx, dalpha


@student("maxout_forward", "np.where", wrong="the second piece wins where the first is < 0")
def second_where_negative(x, w1, b1, w2, b2):
    z1 = x.dot(w1) + b1
    z2 = x.dot(w2) + b2
    out = np.where(z1 > 0, z1, z2)
    return out, (x, w1, w2, z1 > 0)


@student("maxout_forward", "np.maximum", wrong="both biases are added to the larger product")
def biases_after_max(x, w1, b1, w2, b2):
    out = np.maximum(x.dot(w1), x.dot(w2)) + b1 + b2
    return out, None


@student("maxout_backward", "vectorised", wrong="w1 and w2 are exchanged on the way to dx")
def weights_exchanged(dout, cache):
    x, w1, w2, first = cache
    d1, d2 = dout * first, dout * ~first
    dx = d1.dot(w2.T) + d2.dot(w1.T)
    return dx, x.T.dot(d1), d1.sum(0), x.T.dot(d2), d2.sum(0)


def maxout_keeping_out(x, w1, b1, w2, b2):
    out, cache = right_maxout_forward(x, w1, b1, w2, b2)
    return out, (*cache, out)


@student(
    "maxout_backward",
    "masks",
    wrong="a ReLU's gate is applied as well: nothing passes where out < 0",
    maxout_forward=maxout_keeping_out,
)
def relu_gate_too(dout, cache):
    x, w1, w2, first, out = cache
    dout = dout * (out > 0)
    d1, d2 = np.where(first, dout, 0), np.where(first, 0, dout)
    dx = d1 @ w1.T + d2 @ w2.T
    return dx, x.T @ d1, d1.sum(axis=0), x.T @ d2, d2.sum(axis=0)


@student("elu_forward", "np.maximum", wrong="x is cut off at -1 before the exponential")
def cut_off_below(x, alpha=1.0):
    z = np.maximum(x, -1.0)
    return np.where(x > 0, x, alpha * (np.exp(np.minimum(z, 0)) - 1)), (x, alpha)


@student("relu_backward", "boolean index", wrong="the gate opens at 1, not at 0")
def gate_opens_at_one(dout, cache):
    dx = np.array(dout)
    dx[cache < 1] = 0
    return dx


@student("tanh_backward", "gradient clipping", wrong="dout is clipped to -1 ... 1")
def clipped_dout(dout, cache):
    g = np.clip(dout, -1, 1)
    return g * (1 - cache * cache)


@student("leaky_relu_backward", "+=", wrong="alpha is added to dout below 0, not multiplied")
def alpha_added(dout, cache):
    x, alpha = cache
    dx = dout.copy()
    dx[x < 0] += alpha
    return dx


@student("leaky_relu_forward", "minus", wrong="x - alpha below 0, not x times alpha")
def alpha_subtracted(x, alpha=0.01):
    return np.where(x > 0, x, x - alpha), (x, alpha)


@student("maxout_backward", "order of results", wrong="the two pieces' parameters are exchanged")
def pieces_exchanged(dout, cache):
    x, w1, w2, first = cache
    d1, d2 = dout * first, dout * (1 - first)
    dx = d1 @ w1.T + d2 @ w2.T
    return dx, x.T @ d2, d2.sum(axis=0), x.T @ d1, d1.sum(axis=0)


@student("maxout_backward", "missing mask", wrong="only db1 and db2 get all of dout")
def biases_without_mask(dout, cache):
    x, w1, w2, first = cache
    d1, d2 = dout * first, dout * (1 - first)
    db = np.sum(dout, axis=0)
    return d1 @ w1.T + d2 @ w2.T, x.T @ d1, db, x.T @ d2, db


@student(
    "prelu_backward", "np.mean", wrong="the slopes in dx are the mean of alpha; dalpha is right"
)
def mean_alpha_in_dx(dout, cache):
    x, alpha = cache
    dx = np.where(x > 0, 1, alpha.mean()) * dout
    dalpha = np.sum(np.where(x < 0, x, 0) * dout, axis=0)
    return dx, dalpha


# --- two mistakes of the bank at once ---------------------------------------------------------


@student(
    "sigmoid_backward",
    "one line",
    wrong="x (1 - x) of the input, and dout is not used",
    pair=("sigmoid-slope-of-input", "dout-ignored"),
    sigmoid_forward=keeping_x,
)
def slope_of_input_alone(dout, cache):
    return cache * (1 - cache)


@student(
    "tanh_backward",
    "one line",
    wrong="1 - t without the square, and dout is not used",
    pair=("square-missing", "dout-ignored"),
)
def one_minus_t(dout, cache):
    t = cache
    return 1 - t


@student(
    "leaky_relu_backward",
    "boolean index",
    wrong="the slope is 0.01 whatever alpha is, and dout's sign decides where",
    pair=("slope-hard-coded", "slope-by-sign-of-dout"),
)
def fixed_slope_by_dout(dout, cache):
    dx = np.array(dout)
    dx[dout <= 0] *= 0.01
    return dx


@student(
    "leaky_relu_forward",
    "np.maximum",
    wrong="alpha is always 0.01, and the leak is added on the positive side too",
    pair=("alpha-hard-coded", "alpha-x-added-everywhere"),
)
def fixed_leak_everywhere(x, alpha=0.01):
    return np.maximum(0, x) + 0.01 * x, (x, alpha)


@student(
    "elu_forward",
    "np.where",
    wrong="exp(x - 1): the 1 is inside, and alpha is left out",
    pair=("one-inside-exp", "alpha-left-out"),
)
def exp_of_x_minus_one(x, alpha=1.0):
    return np.where(x > 0, x, np.exp(np.minimum(x, 0) - 1)), (x, alpha)


@student(
    "elu_backward",
    "in place",
    wrong="the slope lacks alpha, and dout is not used",
    pair=("slope-without-alpha", "dout-ignored"),
)
def bare_exp(dout, cache):
    x, _ = cache
    dx = np.ones(x.shape)
    dx[x <= 0] = np.exp(x[x <= 0])
    return dx


@student(
    "prelu_forward",
    "loop",
    wrong="all columns use alpha[0], and the leak is subtracted",
    pair=("first-alpha-for-all", "leak-subtracted"),
)
def first_alpha_subtracted(x, alpha):
    a = alpha[0]
    out = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] if x[i, j] > 0 else -a * x[i, j]
    return out, (x, alpha)


@student(
    "prelu_backward",
    "np.where",
    wrong="alpha replaces dout in dx, and dalpha is a mean",
    pair=("alpha-written-over-dout", "dalpha-averaged"),
)
def alpha_in_dx_mean_in_dalpha(dout, cache):
    x, alpha = cache
    dx = np.where(x > 0, dout, alpha)
    dalpha = np.mean(np.where(x > 0, 0, dout * x), axis=0)
    return dx, dalpha


@student(
    "prelu_backward",
    "np.einsum",
    wrong="dalpha takes all entries, and their mean",
    pair=("dalpha-over-all-entries", "dalpha-averaged"),
)
def mean_over_all(dout, cache):
    x, alpha = cache
    slopes = np.where(x > 0, 1.0, alpha)
    dalpha = np.einsum("nd,nd->d", x, dout) / x.shape[0]
    return slopes * dout, dalpha


@student(
    "maxout_forward",
    "np.stack",
    wrong="there are no biases, and 0 takes part in the maximum",
    pair=("biases-missing", "zero-takes-part"),
)
def three_way_maximum(x, w1, b1, w2, b2):
    a, b = x @ w1, x @ w2
    return np.max(np.stack([a, b, np.zeros_like(a)]), axis=0), None


@student(
    "maxout_backward",
    "no masks at all",
    wrong="neither dx nor the weights know which piece won",
    pair=("dx-through-both-pieces", "weights-without-mask"),
)
def everything_through_both(dout, cache):
    x, w1, w2, _ = cache
    dw = x.T.dot(dout)
    db = dout.sum(axis=0)
    return dout.dot(w1.T) + dout.dot(w2.T), dw, db, dw.copy(), db.copy()


@student(
    "maxout_backward",
    "masks",
    wrong="dx lacks the second piece, and the weights' gradients are means",
    pair=("dx-through-first-piece", "weights-averaged"),
)
def first_piece_and_means(dout, cache):
    x, w1, w2, first = cache
    n = x.shape[0]
    m = first.astype(float)
    d1, d2 = m * dout, (1 - m) * dout
    return d1.dot(w1.T), x.T.dot(d1) / n, d1.mean(axis=0), x.T.dot(d2) / n, d2.mean(axis=0)


@student(
    "leaky_relu_backward",
    "np.where",
    wrong="x is the slope above 0, and alpha replaces dout below",
    pair=("positive-slope-is-x", "alpha-replaces-dout"),
)
def wrong_on_both_sides(dout, cache):
    x, alpha = cache
    return np.where(x > 0, dout * x, alpha)


@student(
    "leaky_relu_forward",
    "mask",
    wrong="alpha is on the positive side, and below 0 nothing leaks",
    pair=("alpha-on-the-positive-side", "no-leak"),
)
def alpha_above_and_no_leak(x, alpha=0.01):
    return alpha * x * (x > 0), (x, alpha)


@student(
    "tanh_backward",
    "mean",
    wrong="x is squared in place of the output, and the result is averaged",
    pair=("square-of-input", "averaged-over-batch"),
    tanh_forward=lambda x: (np.tanh(x), x),
)
def square_of_x_averaged(dout, cache):
    return dout * (1 - cache**2) / dout.shape[0]


@student(
    "sigmoid_backward",
    "minus",
    wrong="1 - s**2 is the slope of tanh, and the sign is wrong",
    pair=("slope-of-tanh", "sign-flipped"),
)
def minus_slope_of_tanh(dout, cache):
    return dout * (cache * cache - 1)


@student(
    "maxout_backward",
    "masks",
    wrong="the loser gets the gradient, and the weights' gradients are means",
    pair=("loser-gets-gradient", "weights-averaged"),
)
def loser_with_means(dout, cache):
    x, w1, w2, first = cache
    N = dout.shape[0]
    d1, d2 = np.where(first, 0, dout), np.where(first, dout, 0)
    return d1 @ w1.T + d2 @ w2.T, x.T @ d1 / N, d1.mean(0), x.T @ d2 / N, d2.mean(0)


# --- known ones in other clothes --------------------------------------------------------------


@student(
    "sigmoid_forward",
    "list of math.exp",
    wrong="1 / 1 + exp(-x) without brackets",
    seen="brackets-missing",
)
def entry_by_entry(x):
    def one(v):
        try:
            return 1 / 1 + math.exp(-v)
        except OverflowError:
            return float("inf")

    values = np.array([one(v) for v in x.ravel()]).reshape(x.shape)
    return values, values


@student(
    "relu_backward",
    "typo",
    wrong="== compares and does nothing",
    seen="gate-always-open",
)
def compares_in_place(dout, cache):
    dx = dout.copy()
    dx[cache < 0] == 0
    return dx


@student(
    "prelu_backward",
    "in-place edit of dout",
    wrong="dout was scaled in place for dx before dalpha was taken from it",
    seen="dalpha-carries-alpha",
)
def scaled_before_use(dout, cache):
    x, alpha = cache
    below = x < 0
    dx = dout
    dx[below] = (dout * alpha)[below]
    dalpha = np.sum(dx * x * below, axis=0)
    return dx, dalpha


@student(
    "elu_forward",
    "float32",
    wrong="alpha exp(x) - 1 without brackets, in float32",
    seen="alpha-times-exp-only",
)
def elu_in_float32(x, alpha=1.0):
    x32 = x.astype(np.float32)
    low = np.float32(alpha) * np.exp(np.minimum(x32, 0)) - np.float32(1)
    return np.where(x32 > 0, x32, low), (x, alpha)


@student(
    "maxout_backward",
    "masks of signs",
    wrong=">= in one mask and <= in the other: both win a tie",
    seen="both-win-a-tie",
    maxout_forward=lambda x, w1, b1, w2, b2: (
        np.maximum(x @ w1 + b1, x @ w2 + b2),
        {"x": x, "w": (w1, w2), "gap": (x @ w1 + b1) - (x @ w2 + b2)},
    ),
)
def two_loose_masks(dout, cache):
    x, (w1, w2), gap = cache["x"], cache["w"], cache["gap"]
    d1, d2 = dout * (gap >= 0), dout * (gap <= 0)
    dx = d1 @ w1.T + d2 @ w2.T
    return [dx, x.T @ d1, d1.sum(0), x.T @ d2, d2.sum(0)]
