"""Wrong batch normalisation as students write it."""
# Student code: as it is written, not as it should be.
# ruff: noqa: F841, RUF059

import numpy as np

from . import student


def settings(x, bn_param):
    """What every student's forward begins with."""
    mode = bn_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError("Invalid forward batchnorm mode: " + mode)
    d = x.shape[1]
    running = (
        bn_param.get("running_mean", np.zeros(d)),
        bn_param.get("running_var", np.zeros(d)),
    )
    return mode, bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9), *running


# --- batchnorm_forward: one mistake that is in no bank ----------------------------------------


@student("batchnorm_forward", "staged", wrong="the mean is squared, not the distances: var is 0")
def square_of_mean(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "test":
        return (x - rm) / np.sqrt(rv + eps) * gamma + beta, None
    mu = x.mean(axis=0)
    xmu = x - mu
    var = xmu.mean(axis=0) ** 2
    sqrtvar = np.sqrt(var + eps)
    xhat = xmu / sqrtvar
    bn_param["running_mean"] = momentum * rm + (1 - momentum) * mu
    bn_param["running_var"] = momentum * rv + (1 - momentum) * var
    return gamma * xhat + beta, None


def usual(x, gamma, beta, bn_param):
    """A right forward in stages; the cache is that of a computation graph."""
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "test":
        return (x - rm) / np.sqrt(rv + eps) * gamma + beta, None
    N = x.shape[0]
    mu = 1.0 / N * np.sum(x, axis=0)
    xmu = x - mu
    sq = xmu**2
    var = 1.0 / N * np.sum(sq, axis=0)
    sqrtvar = np.sqrt(var + eps)
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    out = gamma * xhat + beta
    bn_param["running_mean"] = momentum * rm + (1 - momentum) * mu
    bn_param["running_var"] = momentum * rv + (1 - momentum) * var
    return out, (xhat, gamma, xmu, ivar, sqrtvar, var, eps, x)


@student("batchnorm_forward", "dict", wrong="momentum is swapped for the mean only")
def mean_with_swapped_momentum(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    out, cache = usual(x, gamma, beta, bn_param)
    if mode == "train":
        bn_param["running_mean"] = (1 - momentum) * rm + momentum * np.mean(x, axis=0)
    return out, cache


@student("batchnorm_forward", "one line", wrong="test mode: only the mean is divided by the root")
def brackets_in_test_mode(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "train":
        return usual(x, gamma, beta, bn_param)
    xhat = x - rm / np.sqrt(rv + eps)
    return gamma * xhat + beta, None


@student("batchnorm_forward", "vectorised", wrong="gamma * (x_hat + beta): beta is scaled too")
def beta_in_the_brackets(x, gamma, beta, bn_param):
    ones, zeros = np.ones_like(gamma), np.zeros_like(beta)
    xhat, cache = usual(x, ones, zeros, bn_param)
    return gamma * (xhat + beta), cache


@student("batchnorm_forward", "loop", wrong="the mean absolute distance is used as the deviation")
def mean_absolute_distance(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "test":
        return usual(x, gamma, beta, bn_param)
    out = np.zeros_like(x)
    means, variances = [], []
    for j in range(x.shape[1]):
        column = x[:, j]
        m = sum(column) / len(column)
        v = (sum(abs(c - m) for c in column) / len(column)) ** 2
        out[:, j] = gamma[j] * (column - m) / np.sqrt(v + eps) + beta[j]
        means.append(m)
        variances.append(v)
    bn_param["running_mean"] = momentum * rm + (1 - momentum) * np.array(means)
    bn_param["running_var"] = momentum * rv + (1 - momentum) * np.array(variances)
    return out, None


@student("batchnorm_forward", "helper", wrong="the running statistics are updated twice per call")
def updated_twice(x, gamma, beta, bn_param):
    def update():
        for name, new in (("running_mean", x.mean(axis=0)), ("running_var", x.var(axis=0))):
            old = bn_param.get(name, np.zeros(x.shape[1]))
            momentum = bn_param.get("momentum", 0.9)
            bn_param[name] = momentum * old + (1 - momentum) * new

    out, cache = usual(x, gamma, beta, bn_param)
    if bn_param["mode"] == "train":
        update()
    return out, cache


@student("batchnorm_forward", "np.maximum", wrong="eps is a floor of the deviation, not added")
def eps_as_a_floor(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "test":
        return gamma * (x - rm) / np.maximum(np.sqrt(rv), eps) + beta, None
    mu, var = x.mean(axis=0), x.var(axis=0)
    xhat = (x - mu) / np.maximum(np.sqrt(var), eps)
    bn_param["running_mean"] = momentum * rm + (1 - momentum) * mu
    bn_param["running_var"] = momentum * rv + (1 - momentum) * var
    return gamma * xhat + beta, None


@student("batchnorm_forward", "unpacking", wrong="test mode: mean and variance have changed places")
def running_pair_exchanged(x, gamma, beta, bn_param):
    if bn_param["mode"] != "test":
        return usual(x, gamma, beta, bn_param)
    swapped = {
        "running_mean": bn_param["running_var"],
        "running_var": bn_param["running_mean"] ** 2,
    }
    out, _ = usual(x, gamma, beta, {**bn_param, **swapped})
    return out, None


@student("batchnorm_forward", "one line", wrong="beta is not added; gamma is there")
def beta_forgotten(x, gamma, beta, bn_param):
    return usual(x, gamma, np.zeros_like(beta), bn_param)


@student("batchnorm_forward", "one line", wrong="gamma is not multiplied; beta is there")
def gamma_forgotten(x, gamma, beta, bn_param):
    return usual(x, np.ones_like(gamma), beta, bn_param)


@student(
    "batchnorm_forward", "copy and paste", wrong="running_var gets the batch mean, not its var"
)
def mean_in_running_var(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    out, cache = usual(x, gamma, beta, bn_param)
    if mode == "train":
        bn_param["running_var"] = momentum * rv + (1 - momentum) * x.mean(axis=0)
    return out, cache


# --- batchnorm_backward: one mistake that is in no bank ---------------------------------------


@student(
    "batchnorm_backward",
    "computation graph",
    wrong="divar lacks the factor x - mean",
    batchnorm_forward=usual,
)
def divar_without_xmu(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    divar = np.sum(dxhat, axis=0)
    dxmu1 = dxhat * ivar
    dsqrtvar = -1.0 / (sqrtvar**2) * divar
    dvar = 0.5 * 1.0 / np.sqrt(var + eps) * dsqrtvar
    dsq = 1.0 / N * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    dx1 = dxmu1 + dxmu2
    dmu = -1 * np.sum(dxmu1 + dxmu2, axis=0)
    dx2 = 1.0 / N * np.ones((N, D)) * dmu
    return dx1 + dx2, dgamma, dbeta


@student(
    "batchnorm_backward",
    "formulas of the paper",
    wrong="dbeta sums dx, not dout",
    batchnorm_forward=usual,
)
def dbeta_from_dx(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = x.shape[0]
    dx_norm = dout * gamma
    dvar = np.sum(dx_norm * xmu, axis=0) * -0.5 * np.power(var + eps, -1.5)
    dmean = np.sum(dx_norm * -ivar, axis=0) + dvar * np.mean(-2.0 * xmu, axis=0)
    dx = dx_norm * ivar + dvar * 2 * xmu / N + dmean / N
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dx, axis=0)
    return dx, dgamma, dbeta


@student(
    "batchnorm_backward",
    "formulas of the paper",
    wrong="dgamma is taken from dx_hat, so it carries gamma; dbeta is right",
    batchnorm_forward=usual,
)
def gamma_in_dgamma(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = x.shape[0]
    dbeta = dout.sum(0)
    dout = dout * gamma
    dgamma = (dout * xhat).sum(0)
    dvar = (dout * xmu).sum(0) * -0.5 * ivar**3
    dmean = -(dout * ivar).sum(0)
    dx = dout * ivar + dvar * 2 * xmu / N + dmean / N
    return dx, dgamma, dbeta


def keeping_beta(x, gamma, beta, bn_param):
    out, cache = usual(x, gamma, beta, bn_param)
    return out, None if cache is None else (*cache, beta)


@student(
    "batchnorm_backward",
    "slip of the pen",
    wrong="dx_hat is dout * beta in place of dout * gamma",
    batchnorm_forward=keeping_beta,
)
def beta_for_gamma(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x, beta = cache
    N = len(x)
    dxhat = dout * beta
    dvar = np.sum(dxhat * xmu * -0.5 * ivar**3, axis=0)
    dmu = np.sum(-dxhat * ivar, axis=0)
    dx = dxhat * ivar + dvar * 2 * xmu / N + dmu / N
    return dx, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)


@student(
    "batchnorm_backward",
    "loop over features",
    wrong="the last row is left out of dgamma",
    batchnorm_forward=usual,
)
def last_row_left_out(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N, D = x.shape
    dx = np.zeros((N, D))
    dgamma = np.zeros(D)
    dbeta = np.zeros(D)
    for j in range(D):
        for i in range(N - 1):
            dgamma[j] += dout[i, j] * xhat[i, j]
        dbeta[j] = dout[:, j].sum()
        d = dout[:, j] * gamma[j]
        total = (d * xhat[:, j]).sum()
        dx[:, j] = ivar[j] / N * (N * d - d.sum() - xhat[:, j] * total)
    return dx, dgamma, dbeta


@student(
    "batchnorm_backward",
    "formulas of the paper",
    wrong="dmean / N is added to the first row only: a mask in place of ones",
    batchnorm_forward=usual,
)
def mean_path_in_first_row(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = x.shape[0]
    dxhat = dout * gamma
    dvar = np.sum(dxhat * xmu, axis=0) * -0.5 * ivar**3
    dx = dxhat * ivar + dvar * 2 * xmu / N
    dx[0] += -np.sum(dxhat, axis=0) * ivar / N
    return dx, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)


@student(
    "batchnorm_backward",
    "np.abs",
    wrong="dgamma is negative: a minus too many",
    batchnorm_forward=usual,
)
def dgamma_negative(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    d = dout * gamma
    dx = ivar * (d - d.mean(0) - xhat * (d * xhat).mean(0))
    return dx, -np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)


# --- batchnorm_backward_alt: one mistake that is in no bank -----------------------------------


@student(
    "batchnorm_backward_alt",
    "closed form",
    wrong="only the second sum is divided by N",
    batchnorm_forward=usual,
)
def first_sum_not_divided(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = dout.shape[0]
    dbeta, dgamma = dout.sum(0), (dout * xhat).sum(0)
    dx = gamma * ivar * (dout - dbeta - xhat * dgamma / N)
    return dx, dgamma, dbeta


@student(
    "batchnorm_backward_alt",
    "closed form",
    wrong="x stands where x_hat belongs",
    batchnorm_forward=usual,
)
def x_for_xhat(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = dout.shape[0]
    dbeta, dgamma = dout.sum(0), (dout * xhat).sum(0)
    return gamma * ivar / N * (N * dout - dbeta - x * dgamma), dgamma, dbeta


@student(
    "batchnorm_backward_alt",
    "closed form",
    wrong="multiplied by the standard deviation, not divided",
    batchnorm_forward=usual,
)
def times_std(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = dout.shape[0]
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dx = sqrtvar * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, dgamma, dbeta


@student(
    "batchnorm_backward_alt",
    "closed form",
    wrong="the mean's term is added, not subtracted",
    batchnorm_forward=usual,
)
def mean_term_added(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = dout.shape[0]
    dgamma, dbeta = np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)
    return gamma * ivar / N * (N * dout + dbeta - xhat * dgamma), dgamma, dbeta


@student(
    "batchnorm_backward_alt",
    "closed form",
    wrong="N - 1 in place of N",
    batchnorm_forward=usual,
)
def n_minus_one(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    M = dout.shape[0] - 1
    dgamma, dbeta = np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)
    return gamma * ivar * (dout - dbeta / M - xhat * dgamma / M), dgamma, dbeta


# --- two mistakes of the bank at once ---------------------------------------------------------


@student(
    "batchnorm_forward",
    "staged",
    wrong="momentum is swapped, and eps is outside the root in both modes",
    pair=("momentum-swapped", "eps-outside"),
)
def swapped_and_outside(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "test":
        return gamma * ((x - rm) / (np.sqrt(rv) + eps)) + beta, None
    mu = np.mean(x, axis=0)
    var = np.var(x, axis=0)
    xhat = (x - mu) / (np.sqrt(var) + eps)
    bn_param["running_mean"] = (1 - momentum) * rm + momentum * mu
    bn_param["running_var"] = (1 - momentum) * rv + momentum * var
    return gamma * xhat + beta, (xhat,)


@student(
    "batchnorm_forward",
    "vectorised",
    wrong="the variance divides by N - 1, and test mode forgets gamma and beta",
    pair=("divided-by-n-minus-1", "no-scale-and-shift-in-test-mode"),
)
def unbiased_and_unscaled(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "test":
        return (x - rm) / np.sqrt(rv + eps), None
    mu, var = x.mean(0), x.var(0, ddof=1)
    bn_param["running_mean"] = momentum * rm + (1 - momentum) * mu
    bn_param["running_var"] = momentum * rv + (1 - momentum) * var
    return gamma * (x - mu) / np.sqrt(var + eps) + beta, None


@student(
    "batchnorm_forward",
    "dict.update",
    wrong="the standard deviation is stored, and momentum is always 0.9",
    pair=("std-in-running-var", "momentum-hard-coded"),
)
def std_stored_with_fixed_momentum(x, gamma, beta, bn_param):
    mode, eps, _, rm, rv = settings(x, bn_param)
    if mode == "test":
        return usual(x, gamma, beta, bn_param)
    mu = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    bn_param.update(running_mean=0.9 * rm + 0.1 * mu, running_var=0.9 * rv + 0.1 * std)
    return gamma * (x - mu) / std + beta, None


@student(
    "batchnorm_backward",
    "computation graph",
    wrong="the mean path is missing, and dgamma does not multiply by x_hat",
    pair=("mean-path", "dgamma-without-x-hat"),
    batchnorm_forward=usual,
)
def no_mean_and_plain_dgamma(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * xmu, axis=0) * -0.5 * ivar**3
    return dxhat * ivar + dvar * 2 * xmu / N, dgamma, dbeta


@student(
    "batchnorm_backward",
    "computation graph",
    wrong="the 2 of the square is forgotten, and dgamma and dbeta are means",
    pair=("variance-path-half", "parameters-averaged"),
    batchnorm_forward=usual,
)
def half_and_means(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N, D = dout.shape
    dxhat = dout * gamma
    divar = np.sum(dxhat * xmu, axis=0)
    dvar = 0.5 * ivar * (-1 / sqrtvar**2) * divar
    dxmu = dxhat * ivar + xmu * (dvar / N)
    dx = dxmu - np.mean(dxmu, axis=0)
    return dx, np.mean(dout * xhat, axis=0), np.mean(dout, axis=0)


@student(
    "batchnorm_backward",
    "formulas of the paper",
    wrong="gamma is dropped, and the mean path is missing",
    pair=("gamma-dropped", "mean-path"),
    batchnorm_forward=usual,
)
def no_gamma_no_mean(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = x.shape[0]
    dvar = np.sum(dout * xmu, axis=0) * -0.5 * ivar**3
    dx = dout * ivar + dvar * 2 * xmu / N
    return dx, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)


@student(
    "batchnorm_backward",
    "recomputes all from x",
    wrong="eps is 1e-5 whatever the forward used, and dgamma multiplies by x - mean",
    pair=("eps-of-its-own", "dgamma-from-centered"),
    batchnorm_forward=usual,
)
def own_eps_and_centered(dout, cache):
    gamma, x = cache[1], cache[-1]
    N = x.shape[0]
    xmu = x - x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + 1e-5)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * xmu, axis=0) * -0.5 / std**3
    dxmu = dxhat / std + 2 * xmu * dvar / N
    return dxmu - dxmu.mean(axis=0), np.sum(dout * xmu, axis=0), np.sum(dout, axis=0)


@student(
    "batchnorm_backward_alt",
    "closed form",
    wrong="gamma is missing, and 1 / N in front of the bracket is too",
    pair=("no-gamma", "n-times-too-large"),
    batchnorm_forward=usual,
)
def bare_bracket(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = len(dout)
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    return ivar * (N * dout - dbeta - xhat * dgamma), dgamma, dbeta


@student(
    "batchnorm_backward_alt",
    "closed form",
    wrong="the variance's term is missing, and dgamma and dbeta are means",
    pair=("x-hat-term-missing", "sums-averaged"),
    batchnorm_forward=usual,
)
def mean_term_only_with_means(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    dbeta = np.mean(dout, axis=0)
    dgamma = np.mean(dout * xhat, axis=0)
    return gamma * ivar * (dout - dbeta), dgamma, dbeta


@student(
    "batchnorm_backward_alt",
    "closed form",
    wrong="divided by the variance, and the mean's term is missing",
    pair=("divided-by-the-variance", "mean-term-missing"),
    batchnorm_forward=usual,
)
def by_variance_without_mean(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = len(dout)
    dgamma = np.einsum("ij,ij->j", dout, xhat)
    dx = gamma / (var + eps) * (dout - xhat * dgamma / N)
    return dx, dgamma, dout.sum(axis=0)


@student(
    "batchnorm_forward",
    "two formulas",
    wrong="eps is outside the root in training, and missing in test mode",
    pair=("eps-outside-in-training", "no-eps-in-test-mode"),
)
def eps_wrong_twice(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "test":
        return gamma * (x - rm) / np.sqrt(rv) + beta, None
    mu, sigma = x.mean(axis=0), x.std(axis=0)
    bn_param["running_mean"] = momentum * rm + (1 - momentum) * mu
    bn_param["running_var"] = momentum * rv + (1 - momentum) * sigma**2
    return gamma * (x - mu) / (sigma + eps) + beta, None


@student(
    "batchnorm_forward",
    "slip",
    wrong="gamma and beta are exchanged, and momentum is swapped",
    pair=("gamma-and-beta-swapped", "momentum-swapped"),
)
def everything_swapped(x, gamma, beta, bn_param):
    momentum = bn_param.get("momentum", 0.9)
    swapped = {**bn_param, "momentum": 1 - momentum}
    out, cache = usual(x, beta, gamma, swapped)
    for name in ("running_mean", "running_var"):
        if name in swapped:
            bn_param[name] = swapped[name]
    return out, cache


@student(
    "batchnorm_backward",
    "formulas of the paper",
    wrong="the mean path is missing, and dgamma and dbeta have changed places",
    pair=("mean-path", "parameters-swapped"),
    batchnorm_forward=usual,
)
def no_mean_and_swapped(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    dvar = np.sum(dout * gamma * xmu, axis=0) * -0.5 * ivar**3
    dx = dout * gamma * ivar + dvar * 2 * xmu / len(x)
    return dx, dout.sum(axis=0), (dout * xhat).sum(axis=0)


@student(
    "batchnorm_backward",
    "sums",
    wrong="dgamma lacks x_hat, and dbeta is a mean",
    pair=("dgamma-without-x-hat", "dbeta-averaged"),
    batchnorm_forward=usual,
)
def two_wrong_sums(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    d = dout * gamma
    dx = ivar * (d - d.mean(0) - xhat * (d * xhat).mean(0))
    return dx, dout.sum(0), dout.mean(0)


@student(
    "batchnorm_backward",
    "signs",
    wrong="the variance's gradient has the wrong sign, and the mean path is missing",
    pair=("variance-path-sign", "mean-path"),
    batchnorm_forward=usual,
)
def sign_and_no_mean(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    d = dout * gamma
    dvar = 0.5 * np.sum(d * xmu, axis=0) * ivar**3
    return d * ivar + 2 * xmu * dvar / len(x), (dout * xhat).sum(0), dout.sum(0)


# --- known ones in other clothes --------------------------------------------------------------


@student(
    "batchnorm_forward",
    "layer normalisation in a loop",
    wrong="each row is normalised by itself in training",
    seen="statistics-per-row",
)
def row_by_row(x, gamma, beta, bn_param):
    mode, eps, momentum, rm, rv = settings(x, bn_param)
    if mode == "test":
        return usual(x, gamma, beta, bn_param)
    mu = np.array([[row.mean()] for row in x])
    var = np.array([[((row - row.mean()) ** 2).mean()] for row in x])
    bn_param["running_mean"] = momentum * rm + (1 - momentum) * mu
    bn_param["running_var"] = momentum * rv + (1 - momentum) * var
    return gamma * ((x - mu) / np.sqrt(var + eps)) + beta, None


@student(
    "batchnorm_backward",
    "computation graph in float32",
    wrong="the mean path is missing",
    seen="mean-path",
    batchnorm_forward=usual,
)
def graph_without_dmu(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = dout.shape[0]
    d = dout.astype(np.float32)
    dxhat = d * gamma.astype(np.float32)
    divar = np.sum(dxhat * xmu, axis=0)
    dvar = 0.5 * ivar * (-divar / sqrtvar**2)
    dx = dxhat * ivar + 2 * xmu * dvar / N
    return dx.astype(np.float32), np.sum(d * xhat, axis=0), np.sum(d, axis=0)


@student(
    "batchnorm_backward_alt",
    "Jacobian as a loop",
    wrong="each row of the Jacobian keeps only its diagonal entry",
    seen="diagonal-only",
    batchnorm_forward=usual,
)
def diagonal_of_the_jacobian(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N, D = dout.shape
    dx = np.empty((N, D))
    for j in range(D):
        J = (N * np.eye(N) - 1 - np.outer(xhat[:, j], xhat[:, j])) * gamma[j] * ivar[j] / N
        dx[:, j] = np.diag(J) * dout[:, j]
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


@student(
    "batchnorm_backward",
    "computation graph",
    wrong="divar multiplies by x_hat in place of x - mean",
    seen="x-hat-for-centered",
    batchnorm_forward=usual,
)
def divar_with_xhat(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, x = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout * gamma
    divar = (dxhat * xhat).sum(axis=0)
    dvar = -0.5 * divar * (var + eps) ** -1.5
    dxmu = dxhat * ivar + dvar * 2 * xmu / N
    dx = dxmu - dxmu.sum(axis=0) / N
    return dx, dgamma, dbeta
