"""Known wrong ways to write the functions of batchnorm."""

import numpy as np

from autograder.exercise import Bank
from solutions.batchnorm import batchnorm_backward as right_backward
from solutions.batchnorm import batchnorm_backward_alt as right_alt
from solutions.batchnorm import batchnorm_forward as right_forward

bank = Bank("batchnorm")


# --- batchnorm_forward: the right forward in pieces, of which a mistake replaces one ----------


def batch_mean(x):
    return np.mean(x, axis=0)


def batch_var(x):
    return np.var(x, axis=0)


def divisor(var, eps):
    return np.sqrt(var + eps)


def root_plus_eps(var, eps):
    return np.sqrt(var) + eps


def root_only(var, eps):
    return np.sqrt(var)


def root_of_default(var, eps):
    return np.sqrt(var + 1e-5)


def no_root(var, eps):
    return var + eps


def scaled(x_hat, gamma, beta):
    return gamma * x_hat + beta


def only_x_hat(x_hat, gamma, beta):
    return x_hat


def averaged(old, new, momentum):
    return momentum * old + (1 - momentum) * new


def stored_as_it_is(var, eps, count):
    return var


def forward(
    x,
    gamma,
    beta,
    bn_param,
    mean_of=batch_mean,
    var_of=batch_var,
    std=divisor,
    test_std=divisor,
    scale=scaled,
    test_scale=scaled,
    average=averaged,
    stored_var=stored_as_it_is,
    first_var=np.zeros,
    default_momentum=0.9,
):
    if bn_param["mode"] not in ("train", "test"):
        raise ValueError("mode")
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", default_momentum)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", first_var(x.shape[1]))

    if bn_param["mode"] == "test":
        x_hat = (x - running_mean) / test_std(running_var, eps)
        return test_scale(x_hat, gamma, beta), None

    mean, var = mean_of(x), var_of(x)
    x_hat = (x - mean) / std(var, eps)
    bn_param["running_mean"] = average(running_mean, mean, momentum)
    bn_param["running_var"] = average(running_var, stored_var(var, eps, len(x)), momentum)
    return scale(x_hat, gamma, beta), None


# the statistics of the batch


@bank.mistake("batchnorm_forward", fails=("train", "eps", "running", "defaults"), spot="statistics")
def one_mean_for_all(x, gamma, beta, bn_param):
    """Your mean and variance are taken over the whole array. Each feature needs its own: use
    axis=0."""
    return forward(x, gamma, beta, bn_param, mean_of=np.mean, var_of=np.var)


@bank.mistake("batchnorm_forward", fails=("train", "eps", "running", "defaults"), spot="statistics")
def statistics_per_row(x, gamma, beta, bn_param):
    """Your mean and variance are taken over the features of each row (axis=1, layer normalisation).
    Batch normalisation takes them over the rows of the batch: axis=0."""
    return forward(
        x,
        gamma,
        beta,
        bn_param,
        mean_of=lambda x: np.mean(x, axis=1, keepdims=True),
        var_of=lambda x: np.var(x, axis=1, keepdims=True),
    )


@bank.mistake("batchnorm_forward", fails=("train", "eps", "running", "defaults"), spot="statistics")
def divided_by_n_minus_1(x, gamma, beta, bn_param):
    """Your variance divides by N - 1 (ddof=1). Here it is the biased one: divide by N, as np.var
    does by default."""
    return forward(x, gamma, beta, bn_param, var_of=lambda x: np.var(x, axis=0, ddof=1))


@bank.mistake("batchnorm_forward", fails=("train", "eps", "running", "defaults"), spot="statistics")
def mean_of_squares(x, gamma, beta, bn_param):
    """Your variance is the mean of x**2. Subtract the mean before you square."""
    return forward(x, gamma, beta, bn_param, var_of=lambda x: np.mean(x**2, axis=0))


@bank.mistake("batchnorm_forward", fails=("train", "eps"), spot="modes")
def trained_on_running_statistics(x, gamma, beta, bn_param):
    """In training you normalise by the running statistics. They are for test mode; in training the
    batch's own mean and variance normalise."""
    out, cache = forward(x, gamma, beta, bn_param)
    if bn_param["mode"] == "test":
        return out, cache
    return forward(x, gamma, beta, {**bn_param, "mode": "test"})


# the divisor


@bank.mistake("batchnorm_forward", fails=("eps", "test-eps"), spot="eps")
def eps_outside(x, gamma, beta, bn_param):
    """You add eps to the standard deviation, outside of the square root. In both modes it belongs
    inside: sqrt(var + eps)."""
    return forward(x, gamma, beta, bn_param, std=root_plus_eps, test_std=root_plus_eps)


@bank.mistake("batchnorm_forward", fails="eps", spot="eps")
def eps_outside_in_training(x, gamma, beta, bn_param):
    """In training you add eps outside of the square root. It belongs inside: sqrt(var + eps)."""
    return forward(x, gamma, beta, bn_param, std=root_plus_eps)


@bank.mistake("batchnorm_forward", fails="test-eps", spot="eps")
def eps_outside_in_test_mode(x, gamma, beta, bn_param):
    """In test mode you add eps outside of the square root. It belongs inside: sqrt(running_var +
    eps)."""
    return forward(x, gamma, beta, bn_param, test_std=root_plus_eps)


@bank.mistake("batchnorm_forward", fails=("eps", "test-eps"), spot="eps")
def no_eps(x, gamma, beta, bn_param):
    """There is no eps in your divisor, so a constant feature is divided by 0. In both modes the
    divisor is sqrt(var + eps)."""
    return forward(x, gamma, beta, bn_param, std=root_only, test_std=root_only)


@bank.mistake("batchnorm_forward", fails="eps", spot="eps")
def no_eps_in_training(x, gamma, beta, bn_param):
    """In training there is no eps in your divisor, so a constant feature is divided by 0. The
    divisor is sqrt(var + eps), as in your test mode."""
    return forward(x, gamma, beta, bn_param, std=root_only)


@bank.mistake("batchnorm_forward", fails="test-eps", spot="eps")
def no_eps_in_test_mode(x, gamma, beta, bn_param):
    """In test mode there is no eps in your divisor. It is sqrt(running_var + eps): the same formula
    as in training."""
    return forward(x, gamma, beta, bn_param, test_std=root_only)


@bank.mistake("batchnorm_forward", fails=("eps", "test-eps"), spot="eps")
def eps_hard_coded(x, gamma, beta, bn_param):
    """You always use an eps of 1e-5. That is only the default: take bn_param's "eps" where it has
    one."""
    return forward(x, gamma, beta, bn_param, std=root_of_default, test_std=root_of_default)


@bank.mistake("batchnorm_forward", fails=("train", "eps", "test", "test-eps"), spot="eps")
def no_square_root(x, gamma, beta, bn_param):
    """You divide by the variance. Divide by the standard deviation, its square root: sqrt(var +
    eps)."""
    return forward(x, gamma, beta, bn_param, std=no_root, test_std=no_root)


# scale and shift


@bank.mistake("batchnorm_forward", fails=("train", "eps", "test", "test-eps"), spot="scale")
def no_scale_and_shift(x, gamma, beta, bn_param):
    """You return the normalised x_hat. Scale and shift it, in both modes: gamma * x_hat + beta."""
    return forward(x, gamma, beta, bn_param, scale=only_x_hat, test_scale=only_x_hat)


@bank.mistake("batchnorm_forward", fails=("test", "test-eps"), spot="scale")
def no_scale_and_shift_in_test_mode(x, gamma, beta, bn_param):
    """In test mode you return x_hat without gamma and beta. Scale and shift it as in training:
    gamma * x_hat + beta."""
    return forward(x, gamma, beta, bn_param, test_scale=only_x_hat)


@bank.mistake("batchnorm_forward", fails=("train", "eps", "test", "test-eps"), spot="scale")
def gamma_and_beta_swapped(x, gamma, beta, bn_param):
    """Your gamma and beta have changed places: gamma scales and beta shifts, gamma * x_hat +
    beta."""
    return forward(x, beta, gamma, bn_param)


# the running statistics


@bank.mistake("batchnorm_forward", fails=("running", "defaults"), spot="momentum")
def momentum_swapped(x, gamma, beta, bn_param):
    """Your momentum multiplies the new value. Here it is the weight of the OLD running value, and
    the batch gets 1 - momentum."""
    return forward(x, gamma, beta, bn_param, average=lambda old, new, m: (1 - m) * old + m * new)


@bank.mistake("batchnorm_forward", fails="running", spot="start")
def momentum_hard_coded(x, gamma, beta, bn_param):
    """You always use a momentum of 0.9. That is only the default: take bn_param's "momentum" where
    it has one."""
    return forward(x, gamma, beta, bn_param, average=lambda old, new, m: 0.9 * old + 0.1 * new)


@bank.mistake("batchnorm_forward", fails="defaults", spot="start")
def momentum_starts_at_a_tenth(x, gamma, beta, bn_param):
    """Without "momentum" in bn_param you use 0.1. Some libraries do, because theirs weights the new
    value; here the default is 0.9."""
    return forward(x, gamma, beta, bn_param, default_momentum=0.1)


@bank.mistake("batchnorm_forward", fails=("running", "defaults"), spot="momentum")
def running_overwritten(x, gamma, beta, bn_param):
    """Your running statistics end up as those of the last batch alone: not averaged, or overwritten
    after the update. Keep momentum times the old value in them."""
    return forward(x, gamma, beta, bn_param, average=lambda old, new, m: new)


@bank.mistake("batchnorm_forward", fails=("running", "defaults"), spot="stored")
def running_not_stored(x, gamma, beta, bn_param):
    """Your running statistics do not reach the caller: store them in the given bn_param itself,
    under "running_mean" and "running_var", not in a copy or a local variable."""
    return forward(x, gamma, beta, dict(bn_param))


@bank.mistake("batchnorm_forward", fails=("running", "defaults"), spot="stored")
def running_var_not_stored(x, gamma, beta, bn_param):
    """You update the running mean and forget the running variance. Test mode needs both: store
    "running_var" in bn_param too."""
    before = dict(bn_param)
    out, cache = forward(x, gamma, beta, bn_param)
    bn_param["running_var"] = before.get("running_var")
    return out, cache


@bank.mistake("batchnorm_forward", fails="running", spot="start")
def running_starts_afresh(x, gamma, beta, bn_param):
    """Your running statistics start from 0 in every call. Start from those in bn_param, and from 0
    only where it has none."""
    return forward(x, gamma, beta, bn_param, average=lambda old, new, m: (1 - m) * new)


@bank.mistake("batchnorm_forward", fails="running", spot="stored")
def eps_in_running_var(x, gamma, beta, bn_param):
    """You store the running variance with eps in it, and test mode then adds eps again. Store the
    plain variance."""
    return forward(x, gamma, beta, bn_param, stored_var=lambda var, eps, count: var + eps)


@bank.mistake("batchnorm_forward", fails=("running", "defaults"), spot="stored")
def std_in_running_var(x, gamma, beta, bn_param):
    """You store a standard deviation in "running_var". Store the variance; its square root is taken
    in test mode."""
    return forward(x, gamma, beta, bn_param, stored_var=lambda var, eps, count: np.sqrt(var + eps))


@bank.mistake("batchnorm_forward", fails=("running", "defaults"), spot="stored")
def unbiased_running_var(x, gamma, beta, bn_param):
    """You store the variance with N - 1 (as PyTorch does). Here the running variance is the biased
    one too: divide by N."""
    return forward(
        x, gamma, beta, bn_param, stored_var=lambda var, eps, count: var * count / (count - 1)
    )


@bank.mistake("batchnorm_forward", fails=("running", "defaults"), spot="stored")
def running_var_from_running_mean(x, gamma, beta, bn_param):
    """Your running variance continues from the running mean: a slip of copying. It is momentum *
    running_var + (1 - momentum) * var."""
    out, cache = forward(x, gamma, beta, bn_param)
    if bn_param["mode"] == "train":
        momentum, old = bn_param.get("momentum", 0.9), bn_param["running_mean"]
        bn_param["running_var"] = averaged(old, np.var(x, axis=0), momentum)
    return out, cache


@bank.mistake("batchnorm_forward", fails="defaults", spot="start")
def running_starts_at_the_first_batch(x, gamma, beta, bn_param):
    """Without running statistics in bn_param you start from those of the first batch. Here both
    start from 0."""
    if bn_param["mode"] == "train":
        bn_param.setdefault("running_mean", np.mean(x, axis=0))
        bn_param.setdefault("running_var", np.var(x, axis=0))
    return forward(x, gamma, beta, bn_param)


@bank.mistake("batchnorm_forward", fails="defaults", spot="start")
def running_var_starts_at_1(x, gamma, beta, bn_param):
    """Without "running_var" in bn_param you start from 1. Some libraries do; here it starts from 0,
    like the mean."""
    return forward(x, gamma, beta, bn_param, first_var=np.ones)


# test mode, and a mode that does not exist


@bank.mistake("batchnorm_forward", fails=("test", "test-eps"), spot="modes")
def batch_statistics_in_test_mode(x, gamma, beta, bn_param):
    """In test mode you normalise by the batch's own mean and variance. Use the running ones: a
    single row has no statistics of its own."""
    if bn_param["mode"] == "test":
        return forward(x, gamma, beta, {**bn_param, "mode": "train"})
    return forward(x, gamma, beta, bn_param)


@bank.mistake("batchnorm_forward", fails=("test", "test-eps"), spot="eps")
def no_square_root_in_test_mode(x, gamma, beta, bn_param):
    """In test mode you divide by the running variance as if it were a standard deviation. Take the
    root: sqrt(running_var + eps)."""
    return forward(x, gamma, beta, bn_param, test_std=no_root)


@bank.mistake("batchnorm_forward", fails="test", spot="modes")
def updated_in_test_mode(x, gamma, beta, bn_param):
    """You update the running statistics in test mode too. Test data must leave them as they are:
    update in training only."""
    out, cache = forward(x, gamma, beta, bn_param)
    if bn_param["mode"] == "test":
        learn_from_test_data(x, gamma, beta, bn_param)
    return out, cache


@bank.mistake("batchnorm_forward", fails=("test", "test-eps"), spot="modes")
def updated_before_the_test(x, gamma, beta, bn_param):
    """You update the running statistics before you look at the mode, so test data changes what
    normalises it. Update in training only."""
    if bn_param["mode"] == "test":
        learn_from_test_data(x, gamma, beta, bn_param)
    return forward(x, gamma, beta, bn_param)


def learn_from_test_data(x, gamma, beta, bn_param):
    bn_param["mode"] = "train"
    forward(x, gamma, beta, bn_param)
    bn_param["mode"] = "test"


@bank.mistake("batchnorm_forward", fails="mode", spot="modes")
def any_mode(x, gamma, beta, bn_param):
    """A mode that is neither "train" nor "test" gets an answer from you, or an error of another
    type. Raise ValueError there."""
    if bn_param["mode"] != "train":
        bn_param["mode"] = "test"
    return forward(x, gamma, beta, bn_param)


@bank.mistake("batchnorm_forward", advised=True, spot="statistics")
def x_changed(x, gamma, beta, bn_param):
    """You change x itself, with -= or /=. The caller still needs it: make a new array, x - mean."""
    out, cache = forward(x, gamma, beta, bn_param)
    x -= np.mean(x, axis=0)
    return out, cache


# --- batchnorm_backward: the right backward in pieces -----------------------------------------


def variance_gradient(dx_hat, centered, std):
    return -0.5 * np.sum(dx_hat * centered, axis=0) / std**3


def through_variance(dvar, centered, count):
    return dvar * 2 * centered / count


def through_mean(dcentered, count):
    return -np.sum(dcentered, axis=0) / count


def directly(dx_hat, std):
    return dx_hat / std


def backward(
    dout,
    cache,
    direct=directly,
    dvar=variance_gradient,
    by_variance=through_variance,
    by_mean=through_mean,
):
    x_hat, centered, std, gamma = cache
    dx_hat = dout * gamma
    through_var = by_variance(dvar(dx_hat, centered, std), centered, len(dout))
    dcentered = direct(dx_hat, std) + through_var
    dx = dcentered + by_mean(dcentered, len(dout))
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def with_std(cache, std):
    """The cache with another standard deviation in it, worked out from the variance."""
    x_hat, centered, _, gamma = cache
    return x_hat, centered, std(np.mean(centered**2, axis=0)), gamma


def forward_with_x(x, gamma, beta, bn_param):
    out, cache = right_forward(x, gamma, beta, bn_param)
    return out, (x, *cache)


# the ways of x to the output


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="mean")
def mean_path(dout, cache):
    """The gradient that flows through the batch mean is missing: x reaches the output directly,
    through the variance, and through the mean."""
    return backward(dout, cache, by_mean=lambda dcentered, count: 0)


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="variance")
def variance_path(dout, cache):
    """The gradient that flows through the variance is missing: x reaches the output directly,
    through the mean, and through the variance."""
    return backward(dout, cache, by_variance=lambda dvar, centered, count: 0)


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="ways")
def both_paths(dout, cache):
    """Your dx treats the mean and the variance as constants. They depend on x: add the gradients
    that flow through both."""
    return backward(
        dout,
        cache,
        by_variance=lambda dvar, centered, count: 0,
        by_mean=lambda dcentered, count: 0,
    )


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="mean")
def mean_path_sign(dout, cache):
    """The gradient through the mean has the wrong sign: x_hat falls when the mean grows, so its
    part is subtracted."""
    return backward(dout, cache, by_mean=lambda dcentered, count: np.mean(dcentered, axis=0))


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="count")
def mean_path_not_divided(dout, cache):
    """The gradient through the mean is N times too large: each x is only 1 / N of the mean, so
    divide by N."""
    return backward(dout, cache, by_mean=lambda dcentered, count: -np.sum(dcentered, axis=0))


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="mean")
def mean_path_mixes_features(dout, cache):
    """Your gradient of the mean is summed over the whole array, which mixes the features. Sum over
    the batch only: axis=0."""
    return backward(dout, cache, by_mean=lambda dcentered, count: -np.sum(dcentered) / count)


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="variance")
def variance_path_sign(dout, cache):
    """The gradient through the variance has the wrong sign: 1 / std falls when the variance grows,
    so dvar carries a factor of -0.5."""
    return backward(dout, cache, dvar=lambda *pieces: -variance_gradient(*pieces))


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="variance")
def variance_path_half(dout, cache):
    """The gradient through the variance is half of what it should be: the derivative of (x -
    mean)**2 is 2 * (x - mean)."""
    return backward(dout, cache, by_variance=lambda dvar, centered, count: dvar * centered / count)


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="variance")
def variance_path_double(dout, cache):
    """The gradient through the variance is twice what it should be: the derivative of a square root
    carries a factor of 0.5."""
    return backward(dout, cache, dvar=lambda *pieces: 2 * variance_gradient(*pieces))


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="count")
def variance_path_not_divided(dout, cache):
    """The gradient through the variance is N times too large: the variance is a mean of squares, so
    divide by N."""
    return backward(dout, cache, by_variance=lambda dvar, centered, count: dvar * 2 * centered)


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="count")
def variance_path_by_n_minus_1(dout, cache):
    """Your gradient through the variance divides by N - 1, but the forward divided by N. Divide by
    N here too."""
    return backward(
        dout, cache, by_variance=lambda dvar, centered, count: dvar * 2 * centered / (count - 1)
    )


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="variance")
def variance_path_mixes_features(dout, cache):
    """Your gradient of the variance is summed over the whole array, which mixes the features. Sum
    over the batch only: axis=0."""
    return backward(
        dout, cache, dvar=lambda dx_hat, centered, std: -0.5 * np.sum(dx_hat * centered) / std**3
    )


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="variance")
def std_cubed(dout, cache):
    """You multiply by std**3 where you should divide by it: the derivative of (var + eps)**(-1/2)
    carries (var + eps)**(-3/2)."""
    return backward(
        dout,
        cache,
        dvar=lambda dx_hat, centered, std: -0.5 * np.sum(dx_hat * centered, axis=0) * std**3,
    )


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="variance")
def std_squared(dout, cache):
    """The gradient through the variance lacks one division by std: 1 / std has the derivative -1 /
    std**2, and the square root multiplies it by 0.5 / std."""
    return backward(
        dout,
        cache,
        dvar=lambda dx_hat, centered, std: -0.5 * np.sum(dx_hat * centered, axis=0) / std**2,
    )


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="variance")
def x_hat_for_centered(dout, cache):
    """In the gradient through the variance you use x_hat where x - mean belongs: the derivative of
    (x - mean)**2 is 2 * (x - mean)."""
    x_hat = cache[0]
    return backward(dout, cache, by_variance=lambda dvar, centered, count: dvar * 2 * x_hat / count)


@bank.mistake(
    "batchnorm_backward",
    fails=("numeric", "dx", "eps"),
    spot="variance",
    batchnorm_forward=forward_with_x,
)
def x_for_centered(dout, cache):
    """In the gradient through the variance you use x where x - mean belongs: the derivative of (x -
    mean)**2 is 2 * (x - mean)."""
    x, *cache = cache
    dx_hat, std = dout * cache[3], cache[2]
    return backward(
        dout,
        cache,
        by_variance=lambda dvar, centered, count: dvar * 2 * x / count,
        by_mean=lambda dcentered, count: -np.mean(dx_hat / std, axis=0),
    )


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="count")
def features_counted(dout, cache):
    """You divide by D, the number of features. The mean and the variance are over the N rows:
    divide by N."""
    D = dout.shape[1]
    return backward(
        dout,
        cache,
        by_variance=lambda dvar, centered, count: through_variance(dvar, centered, D),
        by_mean=lambda dcentered, count: through_mean(dcentered, D),
    )


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="direct")
def gamma_dropped(dout, cache):
    """gamma is missing from your dx: out is gamma * x_hat + beta, so the gradient of x_hat is dout
    * gamma."""
    return backward(dout, (*cache[:3], 1.0))


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="direct")
def direct_way_not_divided(dout, cache):
    """On the direct way you forget to divide by std: x_hat is (x - mean) / std."""
    return backward(dout, cache, direct=lambda dx_hat, std: dx_hat)


@bank.mistake("batchnorm_backward", fails=("numeric", "dx", "eps"), spot="count")
def dx_averaged(dout, cache):
    """Your dx is divided by N once too often. dout already holds the gradient of the loss: nothing
    is averaged again."""
    dx, dgamma, dbeta = right_backward(dout, cache)
    return dx / len(dout), dgamma, dbeta


# eps


@bank.mistake("batchnorm_backward", fails="eps", spot="eps")
def eps_of_its_own(dout, cache):
    """Your backward uses an eps of 1e-5, whatever the forward used. Use the forward's own standard
    deviation, from the cache."""
    return backward(dout, with_std(cache, lambda var: np.sqrt(var + 1e-5)))


@bank.mistake("batchnorm_backward", fails="eps", spot="eps")
def eps_left_out(dout, cache):
    """Your backward leaves eps out, so a constant feature is divided by 0. Use the forward's own
    standard deviation, sqrt(var + eps), from the cache."""
    return backward(dout, with_std(cache, np.sqrt))


@bank.mistake("batchnorm_backward", fails="eps", spot="eps")
def variance_path_without_eps(dout, cache):
    """Your gradient through the variance leaves eps out: the derivative of (var + eps)**(-1/2)
    carries (var + eps)**(-3/2), eps included."""
    std = with_std(cache, np.sqrt)[2]
    return backward(
        dout, cache, dvar=lambda dx_hat, centered, _: variance_gradient(dx_hat, centered, std)
    )


# dgamma and dbeta


@bank.mistake(
    "batchnorm_backward",
    fails=("numeric", "parameters", "eps"),
    spot="parameters",
    batchnorm_forward=forward_with_x,
)
def dgamma_from_x(dout, cache):
    """Your dgamma multiplies dout with x. gamma multiplies the normalised x_hat, so it is the sum
    of dout * x_hat."""
    x, *cache = cache
    dx, _, dbeta = right_backward(dout, cache)
    return dx, np.sum(dout * x, axis=0), dbeta


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def dgamma_from_centered(dout, cache):
    """Your dgamma multiplies dout with x - mean. gamma multiplies the normalised x_hat, which is
    also divided by std."""
    dx, _, dbeta = right_backward(dout, cache)
    return dx, np.sum(dout * cache[1], axis=0), dbeta


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def dgamma_without_x_hat(dout, cache):
    """Your dgamma is the sum of dout alone. gamma multiplies x_hat, so it is the sum of dout *
    x_hat."""
    dx, _, dbeta = right_backward(dout, cache)
    return dx, dbeta, dbeta


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def dgamma_scalar(dout, cache):
    """Your dgamma is one number. Each feature has its own gamma: sum over the batch only,
    axis=0."""
    dx, dgamma, dbeta = right_backward(dout, cache)
    return dx, np.sum(dgamma), dbeta


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def dbeta_scalar(dout, cache):
    """Your dbeta is one number. Each feature has its own beta: sum over the batch only, axis=0."""
    dx, dgamma, dbeta = right_backward(dout, cache)
    return dx, dgamma, np.sum(dbeta)


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def parameters_averaged(dout, cache):
    """Your dgamma and dbeta are means over the batch. Every row adds its part to the gradient of
    the loss: sum."""
    dx, dgamma, dbeta = right_backward(dout, cache)
    return dx, dgamma / len(dout), dbeta / len(dout)


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def dbeta_averaged(dout, cache):
    """Your dbeta is a mean over the batch. Every row adds its part to the gradient of the loss:
    sum."""
    dx, dgamma, dbeta = right_backward(dout, cache)
    return dx, dgamma, dbeta / len(dout)


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def parameters_not_summed(dout, cache):
    """Your dgamma and dbeta have a row for every example. gamma and beta were shared by all rows,
    so sum over the batch: axis=0."""
    dx, _, _ = right_backward(dout, cache)
    return dx, dout * cache[0], dout


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def parameters_swapped(dout, cache):
    """Your dgamma and dbeta have changed places: return dx, dgamma, dbeta in this order."""
    dx, dgamma, dbeta = right_backward(dout, cache)
    return dx, dbeta, dgamma


@bank.mistake("batchnorm_backward", fails=("numeric", "parameters", "eps"), spot="parameters")
def gamma_in_the_parameters(dout, cache):
    """Your dgamma and dbeta contain gamma: dout was multiplied by it too early. Both come from the
    plain dout."""
    dx, dgamma, dbeta = right_backward(dout, cache)
    return dx, dgamma * cache[3], dbeta * cache[3]


@bank.mistake("batchnorm_backward", advised=True, spot="direct")
def dout_changed(dout, cache):
    """You change dout itself, with *= or -=. The caller still needs it: make a new array, dout *
    gamma."""
    gradients = right_backward(dout, cache)
    dout *= cache[3]
    return gradients


# --- batchnorm_backward_alt: dx = factor * (dout - mean_part - x_hat_part) --------------------


def closed_form(dout, cache, mean_part=None, x_hat_part=None, factor=None):
    x_hat, _, std, gamma = cache
    _, dgamma, dbeta = right_alt(dout, cache)
    mean_part = dbeta / len(dout) if mean_part is None else mean_part
    x_hat_part = x_hat * dgamma / len(dout) if x_hat_part is None else x_hat_part
    factor = gamma / std if factor is None else factor
    return factor * (dout - mean_part - x_hat_part), dgamma, dbeta


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="sums")
def diagonal_only(dout, cache):
    """Your formula lets each x act on its own row only, without sums over the batch. Through the
    mean and the variance each x_i moves every row, so two sums of dout belong in it."""
    return closed_form(dout, cache, dout / len(dout), cache[0] ** 2 * dout / len(dout))


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="sums")
def dout_not_used(dout, cache):
    """Your dx does not depend on dout. It is the gradient of the loss, so each derivative is
    multiplied by the dout of its row, and these are summed."""
    _, dgamma, dbeta = right_alt(dout, cache)
    x_hat, _, std, gamma = cache
    return gamma / std * (1 - (1 + x_hat**2) / len(dout)), dgamma, dbeta


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="mean")
def mean_term_missing(dout, cache):
    """The term of the mean is missing from your formula: subtract the mean of dout over the batch,
    sum(dout) / N."""
    return closed_form(dout, cache, mean_part=0)


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="variance")
def x_hat_term_missing(dout, cache):
    """The term of the variance is missing from your formula: subtract x_hat times the mean of dout
    * x_hat over the batch."""
    return closed_form(dout, cache, x_hat_part=0)


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="sums")
def both_terms_missing(dout, cache):
    """Your dx is gamma / std * dout, as if mean and variance were constants. Subtract the two terms
    that come from them."""
    return closed_form(dout, cache, 0, 0)


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="variance")
def x_hat_term_added(dout, cache):
    """You add the term of the variance, but it is subtracted: a larger variance makes x_hat
    smaller."""
    x_hat_part = cache[0] * np.mean(dout * cache[0], axis=0)
    return closed_form(dout, cache, x_hat_part=-x_hat_part)


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="variance")
def x_hat_forgotten_in_its_term(dout, cache):
    """The term of the variance is x_hat times the mean of dout * x_hat. You subtract that mean
    alone."""
    return closed_form(dout, cache, x_hat_part=np.mean(dout * cache[0], axis=0))


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="variance")
def centered_for_x_hat(dout, cache):
    """In the term of the variance you multiply by x - mean. It is x_hat there, which is also
    divided by std."""
    x_hat, centered, _, _ = cache
    return closed_form(dout, cache, x_hat_part=centered * np.mean(dout * x_hat, axis=0))


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="count")
def terms_not_divided(dout, cache):
    """You subtract sums over the batch that are not divided by N. The two terms are means:
    sum(dout) / N and x_hat * sum(dout * x_hat) / N."""
    x_hat = cache[0]
    return closed_form(dout, cache, np.sum(dout, axis=0), x_hat * np.sum(dout * x_hat, axis=0))


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="sums")
def terms_mix_features(dout, cache):
    """The sums in your formula run over the whole array, which mixes the features. Sum over the
    batch only: axis=0."""
    x_hat, n = cache[0], len(dout)
    return closed_form(dout, cache, np.sum(dout) / n, x_hat * np.sum(dout * x_hat) / n)


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="count")
def divided_by_features(dout, cache):
    """You divide by D, the number of features. The sums are over the N rows: divide by N."""
    x_hat, D = cache[0], dout.shape[1]
    return closed_form(
        dout, cache, np.sum(dout, axis=0) / D, x_hat * np.sum(dout * x_hat, axis=0) / D
    )


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="factor")
def no_gamma(dout, cache):
    """gamma is missing from your dx: out is gamma * x_hat + beta, so the whole formula is
    multiplied by gamma / std."""
    return closed_form(dout, cache, factor=1 / cache[2])


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="factor")
def gamma_twice(dout, cache):
    """gamma is in your dx twice: once in dx_hat = dout * gamma and once more in front. It belongs
    there once."""
    _, _, std, gamma = cache
    return closed_form(dout, cache, factor=gamma**2 / std)


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="factor")
def divided_by_the_variance(dout, cache):
    """The factor in front of your formula divides by var + eps. It is gamma / sqrt(var + eps)."""
    _, _, std, gamma = cache
    return closed_form(dout, cache, factor=gamma / std**2)


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "dx", "eps"), spot="count")
def n_times_too_large(dout, cache):
    """Your dx is N times too large: when the bracket is N * dout - sum(dout) - ..., the factor in
    front is divided by N."""
    dx, dgamma, dbeta = right_alt(dout, cache)
    return len(dout) * dx, dgamma, dbeta


@bank.mistake("batchnorm_backward_alt", fails="eps", spot="eps")
def own_eps(dout, cache):
    """Your formula uses an eps of 1e-5, whatever the forward used. Use the forward's own standard
    deviation, from the cache."""
    return right_alt(dout, with_std(cache, lambda var: np.sqrt(var + 1e-5)))


@bank.mistake("batchnorm_backward_alt", fails="eps", spot="eps")
def without_eps(dout, cache):
    """Your formula leaves eps out, so a constant feature is divided by 0. Use the forward's own
    standard deviation, sqrt(var + eps), from the cache."""
    return right_alt(dout, with_std(cache, np.sqrt))


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "parameters", "eps"), spot="parameters")
def sums_averaged(dout, cache):
    """Your dgamma and dbeta are means over the batch: right inside dx, but the gradients themselves
    are sums."""
    dx, dgamma, dbeta = right_alt(dout, cache)
    return dx, dgamma / len(dout), dbeta / len(dout)


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "parameters", "eps"), spot="parameters")
def sums_contain_gamma(dout, cache):
    """Your dgamma and dbeta are sums of dx_hat = dout * gamma. Right inside dx, but the gradients
    themselves come from the plain dout."""
    dx, dgamma, dbeta = right_alt(dout, cache)
    return dx, dgamma * cache[3], dbeta * cache[3]


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "parameters", "eps"), spot="parameters")
def sums_swapped(dout, cache):
    """Your dgamma and dbeta have changed places: return dx, dgamma, dbeta in this order."""
    dx, dgamma, dbeta = right_alt(dout, cache)
    return dx, dbeta, dgamma


@bank.mistake("batchnorm_backward_alt", fails=("numeric", "parameters", "eps"), spot="parameters")
def sums_over_everything(dout, cache):
    """Your dgamma and dbeta are one number each. Each feature has its own: sum over the batch only,
    axis=0."""
    dx, dgamma, dbeta = right_alt(dout, cache)
    return dx, np.sum(dgamma), np.sum(dbeta)


@bank.mistake("batchnorm_backward_alt", advised=True, spot="factor")
def dout_overwritten(dout, cache):
    """You change dout itself, with *= or -=. The caller still needs it: make a new array, dout *
    gamma."""
    gradients = right_alt(dout, cache)
    dout -= np.mean(dout, axis=0)
    return gradients
