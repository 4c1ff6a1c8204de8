"""Known wrong ways to write the functions of activations."""

import numpy as np

from autograder.exercise import Bank
from solutions import activations as right

bank = Bank("activations")

BOTH = ("numeric", "value")  # the two checks of every elementwise backward


# Any elementwise backward: right, but for what it does with dout or with the batch.


def declare_for_any_backward(question, right_backward):
    @bank.mistake(question, fails=BOTH, spot="upstream")
    def dout_ignored(dout, cache):
        """This is the slope alone: the chain rule multiplies it by dout, the upstream gradient."""
        return right_backward(np.ones_like(dout), cache)

    @bank.mistake(question, fails=BOTH, spot="slope")
    def sign_flipped(dout, cache):
        """Every entry of dx has the wrong sign: look for a minus too many, or for two terms of a
        difference that have changed places.
        """
        return -right_backward(dout, cache)

    @bank.mistake(question, fails=BOTH, spot="shape")
    def summed_over_batch(dout, cache):
        """dx is summed over the first axis. Every entry of x has a gradient of its own, so dx has
        the shape of x and nothing is summed.
        """
        return np.sum(right_backward(dout, cache), axis=0)

    @bank.mistake(question, fails=BOTH, spot="shape")
    def averaged_over_batch(dout, cache):
        """dx is divided by the length of the first axis. Any averaging over the batch is done by
        the loss and is already part of dout.
        """
        return right_backward(dout, cache) / len(dout)

    @bank.mistake(question, advised=True, spot="upstream")
    def dout_edited_in_place(dout, cache):
        """dx is right, but the caller's dout has changed: copy dout before you write into it."""
        dout[...] = right_backward(dout, cache)
        return dout


for name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu"):
    declare_for_any_backward(f"{name}_backward", getattr(right, f"{name}_backward"))


# sigmoid_forward


@bank.mistake("sigmoid_forward", fails=("value", "large"), spot="brackets")
def brackets_missing(x):
    """Division binds before addition, so this is 1 + exp(-x): put that sum in brackets."""
    out = 1 / 1 + np.exp(-x)
    return out, out


@bank.mistake("sigmoid_forward", fails=("value", "large"), spot="exponent")
def falls_instead_of_rising(x):
    """This is the sigmoid of -x: the exponent in 1 / (1 + exp(-x)) is -x, not x."""
    return right.sigmoid_forward(-x)


@bank.mistake("sigmoid_forward", fails=("value", "large"), spot="sides")
def same_form_on_both_sides(x):
    """1 / (1 + exp(-abs(x))) is right for x >= 0 only: negative entries need the second form,
    exp(x) / (1 + exp(x)).
    """
    out = 1 / (1 + np.exp(-np.abs(x)))
    return out, out


@bank.mistake("sigmoid_forward", fails="value", spot="exponent")
def tanh_not_halved(x):
    """This is (tanh(x) + 1) / 2, a sigmoid that is too steep: the tanh has to be that of x / 2."""
    out = (np.tanh(x) + 1) / 2
    return out, out


@bank.mistake("sigmoid_forward", fails="large", spot="sides")
def overflow_above(x):
    """exp(x) overflows for large positive x, and inf / inf is NaN. Keep exp(x) / (1 + exp(x)) for
    negative entries and use 1 / (1 + exp(-x)) for the others.
    """
    out = np.exp(x) / (1 + np.exp(x))
    return out, out


@bank.mistake("sigmoid_forward", advised=True, spot="sides")
def overflow_below(x):
    """The values are right, but exp(-x) overflows for large negative x: take exp only of numbers
    that are not positive.
    """
    out = 1 / (1 + np.exp(-x))
    return out, out


@bank.mistake("sigmoid_forward", advised=True, spot="buffer")
def sigmoid_in_integer_buffer(x):
    """With integers as input the output is cut off to integers: np.zeros_like(x) and x.copy() have
    the type of x. Allocate a float array.
    """
    out = np.zeros_like(x)
    out[...] = right.sigmoid_forward(x)[0]
    return out, out


# sigmoid_backward


def sigmoid_keeping_x(x):
    return right.sigmoid_forward(x)[0], x


@bank.mistake("sigmoid_backward", fails=BOTH, spot="cache", sigmoid_forward=sigmoid_keeping_x)
def sigmoid_slope_of_input(dout, cache):
    """This is x (1 - x): the slope s (1 - s) is written in terms of the output s, not of x."""
    return dout * cache * (1 - cache)


@bank.mistake("sigmoid_backward", fails=BOTH, spot="cache")
def sigmoid_taken_twice(dout, cache):
    """The cache holds the output already, and its sigmoid is taken once more: use the output s as
    it is in s (1 - s).
    """
    out, _ = right.sigmoid_forward(cache)
    return dout * out * (1 - out)


@bank.mistake("sigmoid_backward", fails=BOTH, spot="slope")
def sigmoid_slope_without_brackets(dout, cache):
    """dout * s * 1 - s subtracts s at the very end: put the difference 1 - s in brackets."""
    return dout * cache * 1 - cache


@bank.mistake("sigmoid_backward", fails=BOTH, spot="slope")
def slope_of_tanh(dout, cache):
    """1 - s**2 is the slope of tanh; that of the sigmoid is s (1 - s)."""
    return dout * (1 - cache**2)


@bank.mistake("sigmoid_backward", fails="value", spot="overflow", sigmoid_forward=sigmoid_keeping_x)
def sigmoid_slope_overflows(dout, cache):
    """exp(-x) overflows for large negative x, and the slope becomes NaN there. Written in terms of
    the output, s (1 - s), it needs no exp at all.
    """
    return dout * np.exp(-cache) / (1 + np.exp(-cache)) ** 2


# tanh_forward


@bank.mistake("tanh_forward", fails="large", spot="overflow")
def overflow_on_both_sides(x):
    """exp overflows for large |x|, and inf / inf is NaN: np.tanh does not overflow."""
    out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return out, out


@bank.mistake("tanh_forward", fails="large", spot="overflow")
def overflow_of_positive(x):
    """exp(2 x) overflows for large positive x, and inf / inf is NaN: np.tanh does not overflow."""
    out = (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)
    return out, out


@bank.mistake("tanh_forward", fails="large", spot="overflow")
def overflow_of_negative(x):
    """exp(-2 x) overflows for large negative x, and inf / inf is NaN: np.tanh does not overflow."""
    out = (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))
    return out, out


@bank.mistake("tanh_forward", fails="value", spot="argument")
def half_of_x(x):
    """This is tanh(x / 2), and equally 2 sigmoid(x) - 1: a factor of 2 is missing beside x."""
    out = np.tanh(x / 2)
    return out, out


@bank.mistake("tanh_forward", fails=("value", "large"), spot="range")
def sigmoid_instead(x):
    """This is the sigmoid, from 0 to 1; tanh goes from -1 to 1 and is 0 at 0."""
    return right.sigmoid_forward(x)


@bank.mistake("tanh_forward", fails="value", spot="range")
def cut_off_at_one(x):
    """This is x cut off at -1 and 1, the "hard" tanh; the true one bends smoothly."""
    out = np.clip(x, -1.0, 1.0)
    return out, out


# tanh_backward


def tanh_keeping_x(x):
    return right.tanh_forward(x)[0], x


@bank.mistake("tanh_backward", fails=BOTH, spot="cache", tanh_forward=tanh_keeping_x)
def square_of_input(dout, cache):
    """The slope is 1 - t**2 with the output t = tanh(x); here the input is squared: 1 - x**2."""
    return dout * (1 - cache**2)


@bank.mistake("tanh_backward", fails=BOTH, spot="slope")
def square_missing(dout, cache):
    """The slope of tanh is 1 - t**2 with the output t; here it is 1 - t."""
    return dout * (1 - cache)


@bank.mistake("tanh_backward", fails=BOTH, spot="slope")
def slope_of_sigmoid(dout, cache):
    """t (1 - t) is the slope of the sigmoid; that of tanh is 1 - t**2."""
    return dout * cache * (1 - cache)


@bank.mistake("tanh_backward", fails=BOTH, spot="cache")
def tanh_taken_twice(dout, cache):
    """The cache holds the output already, and its tanh is taken once more: use the output t as it
    is in 1 - t**2.
    """
    return dout * (1 - np.tanh(cache) ** 2)


@bank.mistake("tanh_backward", fails="value", spot="overflow", tanh_forward=tanh_keeping_x)
def tanh_slope_overflows(dout, cache):
    """exp overflows for large |x|, and the slope becomes NaN there. Written in terms of the output,
    1 - t**2, it needs no exp at all.
    """
    grown, shrunk = np.exp(cache), np.exp(-cache)
    return dout * (1 - ((grown - shrunk) / (grown + shrunk)) ** 2)


# relu_forward


@bank.mistake("relu_forward", fails="value", spot="assign")
def negatives_kept(x):
    """The negative entries are still there. If your code says out[x < 0] == 0: that compares, and
    a single = assigns.
    """
    return 1.0 * x, x


@bank.mistake("relu_forward", fails="value", spot="compare")
def largest_along_axis(x):
    """np.max(x, 0) takes the largest entries along axis 0: np.maximum compares each with 0."""
    return np.max(x, 0), x


@bank.mistake("relu_forward", fails="value", spot="values")
def mask_returned(x):
    """This is the mask, 1 where x > 0: multiply it by x to let the positive entries through."""
    return 1.0 * (x > 0), x


@bank.mistake("relu_forward", fails="value", spot="values")
def negatives_turned_positive(x):
    """This is the absolute value: ReLU sets negative entries to 0, it does not turn them round."""
    return np.abs(x), x


@bank.mistake("relu_forward", fails="value", spot="compare")
def minimum_for_maximum(x):
    """The negative entries are kept and the positive ones are gone: take the maximum of x and 0."""
    return np.minimum(x, 0.0), x


@bank.mistake("relu_forward", fails="value", spot="values")
def cut_off_above(x):
    """Entries above 1 are cut off to 1: ReLU has no upper limit."""
    return np.clip(x, 0.0, 1.0), x


@bank.mistake("relu_forward", advised=True, spot="copy")
def relu_in_place(x):
    """out is right, but the caller's x has lost its negative entries: copy x before you write."""
    x[x < 0] = 0
    return x, x


# relu_backward


@bank.mistake("relu_backward", fails=BOTH, spot="gate")
def mask_from_dout(dout, cache):
    """The gate depends on x, not on dout: negative gradients pass wherever x was positive."""
    return np.where(dout > 0, dout, 0.0)


@bank.mistake("relu_backward", fails=BOTH, spot="assign")
def gate_always_open(dout, cache):
    """dout comes back as it is: set it to 0 where x < 0. If there is a dx[x < 0] == 0 in your code:
    == compares, a single = assigns.
    """
    return dout.copy()


@bank.mistake("relu_backward", fails=BOTH, spot="gate")
def gate_reversed(dout, cache):
    """dout passes where x < 0 and is stopped where x > 0: it should be the other way round."""
    return np.where(cache < 0, dout, 0.0)


@bank.mistake("relu_backward", fails=BOTH, spot="upstream")
def x_passed_instead_of_dout(dout, cache):
    """These are the positive entries of x: what passes the gate on the way back is dout."""
    return np.maximum(cache, 0.0)


@bank.mistake("relu_backward", fails=BOTH, spot="slope")
def slope_is_x(dout, cache):
    """Where x > 0 the slope is 1, not x: multiply dout by the mask, not by the output."""
    return dout * np.maximum(cache, 0.0)


# leaky_relu_forward


@bank.mistake("leaky_relu_forward", fails="any-alpha", spot="condition")
def larger_of_the_two(x, alpha=0.01):
    """max(alpha x, x) is right for alpha <= 1 only: let the sign of x decide."""
    return np.maximum(alpha * x, x), (x, alpha)


@bank.mistake("leaky_relu_forward", fails=("value", "any-alpha"), spot="alpha")
def alpha_hard_coded(x, alpha=0.01):
    """The negative side always has the slope 0.01: use the alpha that is given."""
    return np.where(x > 0, x, 0.01 * x), (x, alpha)


@bank.mistake("leaky_relu_forward", fails=("value", "any-alpha"), spot="negative")
def alpha_instead_of_alpha_x(x, alpha=0.01):
    """Negative entries become alpha: multiply them by alpha instead."""
    return np.where(x > 0, x, alpha), (x, alpha)


@bank.mistake("leaky_relu_forward", fails=("value", "any-alpha"), spot="positive")
def alpha_x_added_everywhere(x, alpha=0.01):
    """max(0, x) + alpha x gives positive entries the slope 1 + alpha: alpha x is for x < 0 only."""
    return np.maximum(x, 0.0) + alpha * x, (x, alpha)


@bank.mistake("leaky_relu_forward", fails=("value", "any-alpha"), spot="negative")
def leak_with_wrong_sign(x, alpha=0.01):
    """Negative entries come out positive: the leak alpha x keeps the sign of x."""
    return np.where(x > 0, x, -alpha * x), (x, alpha)


@bank.mistake("leaky_relu_forward", fails=("value", "any-alpha"), spot="condition")
def alpha_on_the_positive_side(x, alpha=0.01):
    """alpha scales the positive entries here: it belongs to the negative ones."""
    return np.where(x > 0, alpha * x, x), (x, alpha)


@bank.mistake("leaky_relu_forward", fails=("value", "any-alpha"), spot="negative")
def no_leak(x, alpha=0.01):
    """Negative entries become 0, as in the plain ReLU: here they become alpha x."""
    return np.maximum(x, 0.0), (x, alpha)


@bank.mistake("leaky_relu_forward", advised=True, spot="copy")
def leaky_relu_in_place(x, alpha=0.01):
    """out is right, but the caller's x has changed: copy x before you write into it."""
    x[x < 0] *= alpha
    return x, (x, alpha)


# leaky_relu_backward


@bank.mistake("leaky_relu_backward", fails=BOTH, spot="upstream")
def alpha_replaces_dout(dout, cache):
    """Where x < 0, dx is alpha itself: alpha multiplies dout there, it does not replace it."""
    x, alpha = cache
    return np.where(x > 0, dout, alpha)


@bank.mistake("leaky_relu_backward", fails=BOTH, spot="slope")
def positive_slope_is_x(dout, cache):
    """Where x > 0 the slope is 1, not x: dout passes there unchanged."""
    x, alpha = cache
    return dout * np.where(x > 0, x, alpha)


@bank.mistake("leaky_relu_backward", fails=BOTH, spot="slope")
def negative_slope_is_alpha_x(dout, cache):
    """Where x < 0 the slope is alpha: alpha x is the output there, not its derivative."""
    x, alpha = cache
    return dout * np.where(x > 0, 1.0, alpha * x)


@bank.mistake("leaky_relu_backward", fails=BOTH, spot="alpha")
def slope_hard_coded(dout, cache):
    """Where x < 0 the slope is always 0.01: keep the forward's alpha in the cache and use it."""
    x, _ = cache
    return dout * np.where(x > 0, 1.0, 0.01)


@bank.mistake("leaky_relu_backward", fails=BOTH, spot="condition")
def slope_by_sign_of_dout(dout, cache):
    """The sign of x decides between the slopes 1 and alpha, not the sign of dout."""
    _, alpha = cache
    return dout * np.where(dout > 0, 1.0, alpha)


@bank.mistake("leaky_relu_backward", fails=BOTH, spot="slope")
def negative_side_closed(dout, cache):
    """Where x < 0 nothing passes, as in the plain ReLU: here the slope is alpha there."""
    x, _ = cache
    return np.where(x > 0, dout, 0.0)


# elu_forward


@bank.mistake("elu_forward", fails=("value", "large"), spot="bracket")
def alpha_times_exp_only(x, alpha=1.0):
    """This is alpha exp(x) - 1: alpha multiplies the whole difference exp(x) - 1, in brackets."""
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0.0)) - 1), (x, alpha)


@bank.mistake("elu_forward", fails=("value", "large"), spot="bracket")
def one_inside_exp(x, alpha=1.0):
    """This is alpha exp(x - 1): the 1 is subtracted from exp(x), outside the exponential."""
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0.0) - 1)), (x, alpha)


@bank.mistake("elu_forward", fails=("value", "large"), spot="bracket")
def one_not_subtracted(x, alpha=1.0):
    """This is alpha exp(x): subtract 1 from exp(x), so that the output is 0 at x = 0."""
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0.0))), (x, alpha)


@bank.mistake("elu_forward", fails=("value", "large"), spot="alpha")
def alpha_left_out(x, alpha=1.0):
    """This is exp(x) - 1 where x < 0: alpha is missing in front of it."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0.0))), (x, alpha)


@bank.mistake("elu_forward", fails=("value", "large"), spot="condition")
def larger_branch(x, alpha=1.0):
    """The larger of x and alpha (exp(x) - 1) is not ELU: let the sign of x decide."""
    return np.maximum(x, alpha * np.expm1(x)), (x, alpha)


@bank.mistake("elu_forward", fails="large", spot="overflow")
def masks_multiplied(x, alpha=1.0):
    """exp(x) overflows for large positive x, and 0 times inf is NaN: give exp np.minimum(x, 0)."""
    return (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1), (x, alpha)


@bank.mistake("elu_forward", advised=True, spot="overflow")
def exp_in_both_branches(x, alpha=1.0):
    """The values are right, but np.where works out both branches, and exp overflows in the one that
    is thrown away: give it np.minimum(x, 0).
    """
    return np.where(x > 0, x, alpha * (np.exp(x) - 1)), (x, alpha)


# elu_backward


def elu_keeping_out(x, alpha=1.0):
    out, _ = right.elu_forward(x, alpha)
    return out, (out, alpha)


@bank.mistake("elu_backward", fails=BOTH, spot="output")
def slope_is_output(dout, cache):
    """Where x < 0 the slope is alpha exp(x), not the output: it is the output plus alpha."""
    x, alpha = cache
    return dout * np.where(x > 0, 1.0, right.elu_forward(x, alpha)[0])


@bank.mistake("elu_backward", fails=BOTH, spot="output")
def slope_is_output_plus_one(dout, cache):
    """The output plus 1 is the slope for alpha = 1 only: in general it is the output plus alpha."""
    x, alpha = cache
    return dout * np.where(x > 0, 1.0, right.elu_forward(x, alpha)[0] + 1)


@bank.mistake("elu_backward", fails=BOTH, spot="slope")
def slope_is_alpha(dout, cache):
    """Where x < 0 the slope is alpha exp(x), not alpha alone: ELU bends there."""
    x, alpha = cache
    return dout * np.where(x > 0, 1.0, alpha)


@bank.mistake("elu_backward", fails=BOTH, spot="slope")
def slope_without_alpha(dout, cache):
    """Where x < 0 the slope is alpha exp(x), not exp(x): alpha is missing."""
    x, _ = cache
    return dout * np.where(x > 0, 1.0, np.exp(np.minimum(x, 0.0)))


@bank.mistake("elu_backward", fails=BOTH, spot="cache", elu_forward=elu_keeping_out)
def output_taken_for_x(dout, cache):
    """This is alpha exp(out), with the output in the place of x: keep x in the cache, and see that
    the forward does not change it.
    """
    return right.elu_backward(dout, cache)


@bank.mistake("elu_backward", fails="value", spot="overflow")
def slopes_of_masks_added(dout, cache):
    """exp(x) overflows for large positive x, and 0 times inf is NaN: give exp np.minimum(x, 0)."""
    x, alpha = cache
    return dout * ((x > 0) + (x <= 0) * alpha * np.exp(x))


# prelu_forward


@bank.mistake("prelu_forward", fails="value", spot="condition")
def larger_of_x_and_alpha_x(x, alpha):
    """max(alpha x, x) is right for alpha <= 1 only: let the sign of x decide."""
    return np.maximum(alpha * x, x), (x, alpha)


@bank.mistake("prelu_forward", fails="value", spot="columns")
def first_alpha_for_all(x, alpha):
    """All features use alpha[0]: each column of x has an alpha of its own."""
    return np.where(x > 0, x, alpha[0] * x), (x, alpha)


@bank.mistake("prelu_forward", fails="value", spot="negative")
def alpha_not_times_x(x, alpha):
    """Negative entries become alpha: multiply them by alpha instead."""
    return np.where(x > 0, x, alpha), (x, alpha)


@bank.mistake("prelu_forward", fails="value", spot="positive")
def leak_added_everywhere(x, alpha):
    """max(0, x) + alpha x gives positive entries the slope 1 + alpha: alpha x is for x < 0 only."""
    return np.maximum(x, 0.0) + alpha * x, (x, alpha)


@bank.mistake("prelu_forward", fails="value", spot="negative")
def leak_subtracted(x, alpha):
    """Where x < 0 the output is alpha x; here it is -alpha x."""
    return np.where(x > 0, x, -alpha * x), (x, alpha)


@bank.mistake("prelu_forward", fails="value", spot="columns")
def alpha_never_negative(x, alpha):
    """A negative alpha is treated as 0 here: slopes are learned and may be negative."""
    return np.where(x > 0, x, np.maximum(alpha, 0.0) * x), (x, alpha)


@bank.mistake("prelu_forward", advised=True, spot="copy")
def prelu_in_place(x, alpha):
    """out is right, but the caller's x has changed: copy x before you write into it."""
    np.multiply(x, alpha, out=x, where=x < 0)
    return x, (x, alpha)


# prelu_backward


def prelu_keeping_out(x, alpha):
    out, _ = right.prelu_forward(x, alpha)
    return out, (out, alpha)


@bank.mistake("prelu_backward", fails=("numeric", "dalpha"), spot="sum")
def dalpha_not_summed(dout, cache):
    """dalpha has a row for each example: alpha was used by all of them, so sum over axis 0."""
    x, _ = cache
    return right.prelu_backward(dout, cache)[0], dout * np.minimum(x, 0.0)


@bank.mistake("prelu_backward", fails=("numeric", "dalpha"), spot="sum")
def dalpha_summed_over_features(dout, cache):
    """dalpha is a single number: each feature has an alpha of its own, so sum over axis 0 only."""
    dx, dalpha = right.prelu_backward(dout, cache)
    return dx, np.sum(dalpha)


@bank.mistake("prelu_backward", fails=("numeric", "dalpha"), spot="sum")
def dalpha_averaged(dout, cache):
    """dalpha is a mean over the rows: it has to be their sum. Any averaging is done by the loss and
    is already part of dout.
    """
    dx, dalpha = right.prelu_backward(dout, cache)
    return dx, dalpha / len(dout)


@bank.mistake("prelu_backward", fails=("numeric", "dalpha"), spot="product")
def x_missing_in_dalpha(dout, cache):
    """Where x < 0 the output is alpha x, and its derivative by alpha is x: multiply dout by x."""
    x, _ = cache
    return right.prelu_backward(dout, cache)[0], np.sum(dout * (x < 0), axis=0)


@bank.mistake("prelu_backward", fails=("numeric", "dalpha"), spot="product")
def dout_missing_in_dalpha(dout, cache):
    """dalpha sums x alone: multiply x by dout, the upstream gradient, before you sum."""
    x, _ = cache
    return right.prelu_backward(dout, cache)[0], np.sum(np.minimum(x, 0.0), axis=0)


@bank.mistake("prelu_backward", fails=("numeric", "dalpha"), spot="mask")
def dalpha_over_all_entries(dout, cache):
    """dalpha sums dout x over all entries: only where x < 0 does alpha have a say."""
    x, _ = cache
    return right.prelu_backward(dout, cache)[0], np.sum(dout * x, axis=0)


@bank.mistake("prelu_backward", fails=("numeric", "dalpha"), spot="product")
def dalpha_carries_alpha(dout, cache):
    """dalpha has a factor of alpha too many. If you scaled dout in place for dx, dalpha was taken
    from what was left of it.
    """
    dx, dalpha = right.prelu_backward(dout, cache)
    return dx, cache[1] * dalpha


@bank.mistake("prelu_backward", fails=("numeric", "dx", "dalpha"), spot="order")
def dalpha_first(dout, cache):
    """The gradients come back in the order of the arguments: dx first, then dalpha."""
    dx, dalpha = right.prelu_backward(dout, cache)
    return dalpha, dx


@bank.mistake("prelu_backward", fails=("numeric", "dx", "dalpha"), spot="mask")
def mask_from_out(dout, cache):
    """The sign of x decides, not the sign of out: where alpha is negative, out is positive on both
    sides.
    """
    x, alpha = cache
    passed = np.where(x > 0, x, alpha * x) > 0
    return np.where(passed, dout, alpha * dout), np.sum(np.where(passed, 0.0, dout * x), axis=0)


@bank.mistake(
    "prelu_backward",
    fails=("numeric", "dx", "dalpha"),
    spot="mask",
    prelu_forward=prelu_keeping_out,
)
def out_taken_for_x(dout, cache):
    """out is used in the place of x: keep x in the cache, and see that the forward does not change
    it.
    """
    return right.prelu_backward(dout, cache)


@bank.mistake("prelu_backward", fails=("numeric", "dx"), spot="dx")
def alpha_written_over_dout(dout, cache):
    """Where x < 0, dx is alpha itself: alpha multiplies dout there, it does not replace it."""
    x, alpha = cache
    return np.where(x > 0, dout, alpha), right.prelu_backward(dout, cache)[1]


@bank.mistake("prelu_backward", advised=True, spot="dx")
def dx_written_into_dout(dout, cache):
    """The gradients are right, but the caller's dout has changed: copy dout before you write."""
    dout[...], dalpha = right.prelu_backward(dout, cache)
    return dout, dalpha


# maxout_forward


def pieces(x, w1, b1, w2, b2):
    return x @ w1 + b1, x @ w2 + b2


@bank.mistake("maxout_forward", fails="negative", spot="negative")
def zero_takes_part(x, w1, b1, w2, b2):
    """Nothing is negative here: maxout is the larger of the two pieces, and 0 takes no part."""
    first, second = pieces(x, w1, b1, w2, b2)
    return np.maximum(np.maximum(first, second), 0.0), None


@bank.mistake("maxout_forward", fails=("value", "negative"), spot="pieces")
def biases_missing(x, w1, b1, w2, b2):
    """b1 and b2 are missing: each piece is x @ w + b, and the larger one is taken after that."""
    return np.maximum(x @ w1, x @ w2), None


@bank.mistake("maxout_forward", fails=("value", "negative"), spot="pieces")
def first_bias_twice(x, w1, b1, w2, b2):
    """The second piece is x @ w2 + b1 here: it has a bias of its own, b2."""
    return np.maximum(*pieces(x, w1, b1, w2, b1)), None


@bank.mistake("maxout_forward", fails=("value", "negative"), spot="larger")
def pieces_added(x, w1, b1, w2, b2):
    """The two pieces are added: take the larger one of them, entry by entry."""
    return np.add(*pieces(x, w1, b1, w2, b2)), None


@bank.mistake("maxout_forward", fails=("value", "negative"), spot="larger")
def smaller_piece(x, w1, b1, w2, b2):
    """This is the smaller of the two pieces: take the larger one."""
    return np.minimum(*pieces(x, w1, b1, w2, b2)), None


@bank.mistake("maxout_forward", fails=("value", "negative"), spot="pieces")
def larger_weights(x, w1, b1, w2, b2):
    """The larger weights and biases are picked before the product: compare the two pieces x @ w + b
    instead.
    """
    return x @ np.maximum(w1, w2) + np.maximum(b1, b2), None


@bank.mistake("maxout_forward", fails=("value", "negative"), spot="larger")
def one_number_for_all(x, w1, b1, w2, b2):
    """np.max reduces everything to the one largest number; np.maximum compares entry by entry."""
    return np.max(pieces(x, w1, b1, w2, b2)), None


# maxout_backward


def maxout_keeping_pieces(x, w1, b1, w2, b2):
    first, second = pieces(x, w1, b1, w2, b2)
    return np.maximum(first, second), (x, w1, w2, first, second)


def through_pieces(x, w1, w2, dfirst, dsecond):
    dx = dfirst @ w1.T + dsecond @ w2.T
    return dx, x.T @ dfirst, np.sum(dfirst, axis=0), x.T @ dsecond, np.sum(dsecond, axis=0)


@bank.mistake(
    "maxout_backward",
    fails=("numeric", "dx", "tie"),
    spot="tie",
    maxout_forward=maxout_keeping_pieces,
)
def both_win_a_tie(dout, cache):
    """Where the two pieces are equal both get all of dout (>= or == twice): give it to one of them,
    or half to each.
    """
    x, w1, w2, first, second = cache
    return through_pieces(x, w1, w2, dout * (first >= second), dout * (second >= first))


@bank.mistake(
    "maxout_backward",
    fails=("numeric", "dx", "tie"),
    spot="tie",
    maxout_forward=maxout_keeping_pieces,
)
def nobody_wins_a_tie(dout, cache):
    """Where the two pieces are equal neither gets any of dout (> twice): give it to one of them, or
    half to each.
    """
    x, w1, w2, first, second = cache
    return through_pieces(x, w1, w2, dout * (first > second), dout * (second > first))


@bank.mistake("maxout_backward", fails=("numeric", "weights", "tie"), spot="split")
def weights_without_mask(dout, cache):
    """The weights and biases of both pieces get all of dout: only the winning piece may, so mask
    dout first.
    """
    dw, db = cache[0].T @ dout, np.sum(dout, axis=0)
    return right.maxout_backward(dout, cache)[0], dw, db, dw, db


@bank.mistake("maxout_backward", fails=("numeric", "dx"), spot="dx")
def dx_through_first_piece(dout, cache):
    """dx comes through the first piece only: add what comes back through the second one."""
    _, w1, _, first_wins = cache
    return ((dout * first_wins) @ w1.T, *right.maxout_backward(dout, cache)[1:])


@bank.mistake("maxout_backward", fails=("numeric", "dx"), spot="dx")
def dx_through_both_pieces(dout, cache):
    """dx takes all of dout through both pieces: let each entry of dout through the winner only."""
    _, w1, w2, _ = cache
    return (dout @ w1.T + dout @ w2.T, *right.maxout_backward(dout, cache)[1:])


@bank.mistake("maxout_backward", fails=("numeric", "dx", "weights"), spot="split")
def loser_gets_gradient(dout, cache):
    """The gradient goes to the smaller piece: it belongs to the larger one, which is the output."""
    x, w1, w2, first_wins = cache
    return right.maxout_backward(dout, (x, w1, w2, ~first_wins))


@bank.mistake("maxout_backward", fails=("numeric", "weights", "tie"), spot="sums")
def wins_counted(dout, cache):
    """db1 and db2 count how often a piece wins: they sum dout over the rows where it does."""
    dx, dw1, _, dw2, _ = right.maxout_backward(dout, cache)
    first_wins = np.where(cache[-1], 1.0, 0.0)
    return dx, dw1, np.sum(first_wins, axis=0), dw2, np.sum(1 - first_wins, axis=0)


@bank.mistake("maxout_backward", fails=("numeric", "weights", "tie"), spot="sums")
def weights_averaged(dout, cache):
    """The gradients of weights and biases are divided by the number of rows: they are sums. Any
    averaging is done by the loss and is already part of dout.
    """
    dx, *weights = right.maxout_backward(dout, cache)
    return (dx, *(gradient / len(dout) for gradient in weights))


@bank.mistake("maxout_backward", fails=("numeric", "weights", "tie"), spot="order")
def weights_before_biases(dout, cache):
    """The gradients come back in the order of the arguments: dx, dw1, db1, dw2, db2."""
    dx, dw1, db1, dw2, db2 = right.maxout_backward(dout, cache)
    return dx, dw1, dw2, db1, db2
