"""Right ways to write the exercises' functions, as unlike each other as students' code is.

``RIGHT`` holds one :class:`Variant` for each form. What a form replaces is put in the place of the
reference's function of the same name, so each must get full marks.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from solutions import activations as reference_activations


@dataclass(frozen=True)
class Variant:
    """A right form: the functions it replaces, and the fairness rules without which it fails."""

    name: str
    exercise: str
    functions: Mapping[str, Callable[..., Any]]
    rules: frozenset[str]

    def __str__(self):
        return self.name


RIGHT: list[Variant] = []


def right(exercise, *rules):
    """Register a form: the decorated function returns the functions it defines, by ``locals()``."""

    def register(form):
        functions = {name: f for name, f in form().items() if name.endswith(FUNCTIONS)}
        assert functions, form.__name__
        RIGHT.append(Variant(form.__name__, exercise, functions, frozenset(rules)))
        return form

    return register


FUNCTIONS = ("_forward", "_backward", "_alt", "_init", "_center", "normalize", "_whiten", "_deep")
FUNCTIONS += ("_statistics", "_loss", "_step", "_ratio", "train", "_losses", "_uniform")
FUNCTIONS += ("_proposals", "_ranges", "_border", "_early")

F = np.float32


def float32(value):
    return np.asarray(value, dtype=F)


# --- activations ------------------------------------------------------------------------------


@right("activations", "warnings")
def naive_sigmoid_that_warns():
    def sigmoid_forward(x):
        out = 1 / (1 + np.exp(-x))
        return out, (out,)

    def sigmoid_backward(dout, cache):
        (out,) = cache
        return out * (1 - out) * dout

    return locals()


@right("activations", "warnings")
def exponentials_in_both_branches_of_where():
    def sigmoid_forward(x):
        out = np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))
        return out, {"out": out}

    def sigmoid_backward(dout, cache):
        return dout * cache["out"] * (1 - cache["out"])

    def elu_forward(x, alpha=1.0):
        return np.where(x > 0, x, alpha * (np.exp(x) - 1)), [x, alpha]

    def elu_backward(dout, cache):
        x, alpha = cache
        return np.where(x > 0, dout, dout * alpha * np.exp(x))

    return locals()


@right("activations")
def sigmoid_by_masks_and_sigmoid_by_tanh():
    def sigmoid_forward(x):
        x = np.array(x, dtype=float)
        out = np.empty_like(x)
        positive = x >= 0
        out[positive] = 1 / (1 + np.exp(-x[positive]))
        out[~positive] = np.exp(x[~positive]) / (1 + np.exp(x[~positive]))
        return out, out

    def tanh_forward(x):
        out, _ = sigmoid_forward(2 * x)
        return 2 * out - 1, x

    def tanh_backward(dout, x):
        return dout * 4 * (s := sigmoid_forward(2 * x)[0]) * (1 - s)

    return locals()


@right("activations", "warnings")
def tanh_from_a_sigmoid_that_overflows():
    def tanh_forward(x):
        out = 2 / (1 + np.exp(-2 * x)) - 1
        return out, out

    return locals()


@right("activations")
def clipped_before_exp():
    def sigmoid_forward(x):
        out = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
        return out, out

    def elu_forward(x, alpha=1.0):
        return np.maximum(x, 0) + alpha * (np.exp(np.clip(x, -700, 0)) - 1), (x, alpha)

    return locals()


@right("activations", "kinks")
def a_one_sided_slope_at_zero():
    def relu_backward(dout, x):
        dx = dout.copy()
        dx[x <= 0] = 0
        return dx

    def leaky_relu_backward(dout, cache):
        x, alpha = cache
        return dout * np.where(x >= 0, 1.0, alpha)

    def elu_backward(dout, cache):
        x, alpha = cache
        return dout * np.where(x < 0, alpha * np.exp(np.minimum(x, 0)), 1)

    def prelu_backward(dout, cache):
        x, alpha = cache
        return dout * np.where(x >= 0, 1, alpha), np.sum(dout * x * (x <= 0), axis=0)

    return locals()


@right("activations", "kinks")
def slope_half_at_zero():
    def relu_forward(x):
        return (np.abs(x) + x) / 2, x

    def relu_backward(dout, x):
        return dout * (np.sign(x) + 1) / 2

    def leaky_relu_backward(dout, cache):
        x, alpha = cache
        return dout * (alpha + (1 - alpha) * np.heaviside(x, 0.5))

    def elu_backward(dout, cache):
        x, alpha = cache
        slope = np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))
        slope[x == 0] = (1 + alpha) / 2
        return dout * slope

    def prelu_backward(dout, cache):
        x, alpha = cache
        dx = dout * (alpha + (1 - alpha) * np.heaviside(x, 0.5))
        return dx, np.sum(dout * np.minimum(x, 0), axis=0)

    return locals()


@right("activations", "kinks")
def slope_1_at_zero():
    def relu_backward(dout, x):
        return dout * (x >= 0)

    return locals()


@right("activations", "non-finite")
def relu_by_multiplication():
    def relu_forward(x):
        return x * (x > 0), {"mask": x > 0}

    def relu_backward(dout, cache):
        return dout * cache["mask"]

    def leaky_relu_forward(x, alpha=0.01):
        slope = (x > 0) + alpha * (x <= 0)
        return x * slope, slope

    def leaky_relu_backward(dout, slope):
        return slope * dout

    def prelu_forward(x, alpha):
        return x * (x > 0) + alpha * x * (x <= 0), [x, alpha]

    return locals()


@right("activations")
def relu_by_where_maximum_and_clip():
    def relu_forward(x):
        return np.where(x > 0, x, 0), [x]

    def relu_backward(dout, cache):
        return np.where(cache[0] > 0, 1, 0) * dout

    def leaky_relu_forward(x, alpha=0.01):
        return np.maximum(x, 0) + alpha * np.minimum(x, 0), (x, alpha)

    def prelu_forward(x, alpha):
        return x.clip(0) + alpha * x.clip(None, 0), (x, alpha)

    return locals()


@right("activations", "copies")
def activations_in_place():
    def sigmoid_backward(dout, out):
        dout *= out * (1 - out)
        return dout

    def relu_forward(x):
        x[x < 0] = 0
        return x, x

    def relu_backward(dout, x):
        dout[x <= 0] = 0
        return dout

    def leaky_relu_forward(x, alpha=0.01):
        negative = x <= 0
        x[negative] *= alpha
        return x, [negative, alpha]

    def leaky_relu_backward(dout, cache):
        negative, alpha = cache
        dout[negative] *= alpha
        return dout

    def elu_forward(x, alpha=1.0):
        negative = x <= 0
        x[negative] = alpha * np.expm1(x[negative])
        return x, [negative, x, alpha]

    def elu_backward(dout, cache):
        negative, out, alpha = cache
        dout[negative] *= out[negative] + alpha
        return dout

    def prelu_backward(dout, cache):
        x, alpha = cache
        dalpha = (dout * np.minimum(x, 0)).sum(axis=0)
        dout[x <= 0] *= np.broadcast_to(alpha, x.shape)[x <= 0]
        return dout, dalpha

    return locals()


@right("activations", "tolerance", "float64")
def activations_in_float32():
    def sigmoid_forward(x):
        out = F(1) / (F(1) + np.exp(-float32(x)))
        return out, out

    def sigmoid_backward(dout, out):
        return float32(dout) * out * (F(1) - out)

    def tanh_forward(x):
        out = np.tanh(float32(x))
        return out, out

    def tanh_backward(dout, out):
        return float32(dout) * (F(1) - out * out)

    def relu_forward(x):
        return np.maximum(float32(x), F(0)), float32(x)

    def relu_backward(dout, x):
        return float32(dout) * (x > 0)

    def leaky_relu_forward(x, alpha=0.01):
        return np.where(x > 0, float32(x), F(alpha) * float32(x)), (x, alpha)

    def leaky_relu_backward(dout, cache):
        x, alpha = cache
        return float32(dout) * np.where(x > 0, F(1), F(alpha))

    def elu_forward(x, alpha=1.0):
        x = float32(x)
        return np.where(x > 0, x, F(alpha) * (np.exp(np.minimum(x, 0)) - F(1))), (x, alpha)

    def elu_backward(dout, cache):
        x, alpha = cache
        return float32(dout) * np.where(x > 0, F(1), F(alpha) * np.exp(np.minimum(x, 0)))

    def prelu_forward(x, alpha):
        x, alpha = float32(x), float32(alpha)
        return np.where(x > 0, x, alpha * x), (x, alpha)

    def prelu_backward(dout, cache):
        x, alpha = cache
        dout = float32(dout)
        return dout * np.where(x > 0, F(1), alpha), np.sum(dout * np.minimum(x, 0), axis=0)

    def maxout_forward(x, w1, b1, w2, b2):
        arguments = [float32(a) for a in (x, w1, b1, w2, b2)]
        return reference_activations.maxout_forward(*arguments)

    def maxout_backward(dout, cache):
        return reference_activations.maxout_backward(float32(dout), cache)

    return locals()


@right("activations", "leading ones")
def activation_gradients_of_shape_1_d():
    def prelu_backward(dout, cache):
        x, alpha = cache
        dalpha = np.sum(dout * np.minimum(x, 0), axis=0, keepdims=True)
        return np.where(x > 0, dout, alpha * dout), dalpha

    def maxout_backward(dout, cache):
        dx, dw1, db1, dw2, db2 = reference_activations.maxout_backward(dout, cache)
        return dx, dw1, db1[np.newaxis], dw2, db2.reshape(1, -1)

    return locals()


def maxout(share):
    """Maxout with ``share``, the part of dout that goes to the first piece at a tie."""

    def maxout_forward(x, w1, b1, w2, b2):
        first, second = x.dot(w1) + b1, x.dot(w2) + b2
        return np.maximum(first, second), (x, w1, w2, np.heaviside(first - second, share))

    def maxout_backward(dout, cache):
        x, w1, w2, gate = cache
        d1, d2 = dout * gate, dout * (1 - gate)
        return d1 @ w1.T + d2 @ w2.T, x.T @ d1, d1.sum(0), x.T @ d2, d2.sum(0)

    return {"maxout_forward": maxout_forward, "maxout_backward": maxout_backward}


@right("activations")
def maxout_tie_to_the_first():
    return maxout(1.0)


@right("activations", "ties")
def maxout_tie_to_the_second():
    return maxout(0.0)


@right("activations", "ties")
def maxout_tie_shared():
    return maxout(0.5)


@right("activations")
def entry_by_entry():
    def each(f, *arrays):
        out = np.zeros(np.shape(arrays[0]))
        for index in np.ndindex(out.shape):
            out[index] = f(*(float(a[index]) for a in arrays))
        return out

    def sigmoid(v):
        return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))

    def sigmoid_forward(x):
        out = each(sigmoid, x)
        return out, out

    def relu_backward(dout, x):
        return each(lambda d, v: d if v > 0 else 0, dout, x)

    def prelu_backward(dout, cache):
        x, alpha = cache
        dx, dalpha = dout.copy(), 0 * alpha
        for i, j in np.argwhere(x < 0):
            dx[i, j] *= alpha[j]
            dalpha[j] += x[i, j] * dout[i, j]
        return dx, dalpha

    return locals()


@right("activations")
def the_cache_is_a_function():
    def relu_forward(x):
        return np.maximum(0, x), lambda dout: dout * (x > 0)

    def relu_backward(dout, cache):
        return cache(dout)

    return locals()


@right("activations")
def results_in_a_list():
    def prelu_backward(dout, cache):
        return list(reference_activations.prelu_backward(dout, cache))

    def relu_forward(x):
        return [np.maximum(0, x), None, x][::2]

    return locals()


# --- preprocessing ----------------------------------------------------------------------------


@right("preprocessing", "leading ones")
def statistics_of_shape_1_d():
    def zero_center(x, mean=None):
        mean = x.mean(axis=0, keepdims=True) if mean is None else mean
        return x - mean, mean

    def normalize(x, mean=None, std=None, eps=1e-8):
        mean = x.mean(axis=0, keepdims=True) if mean is None else mean
        std = x.std(axis=0, keepdims=True) if std is None else std
        return (x - mean) / (std + eps), mean, std

    return locals()


@right("preprocessing", "copies")
def preprocessing_in_place():
    def zero_center(x, mean=None):
        mean = x.mean(axis=0) if mean is None else mean
        x -= mean
        return x, mean

    def normalize(x, mean=None, std=None, eps=1e-8):
        std = x.std(axis=0) if std is None else std
        x, mean = zero_center(x, mean)
        x /= std + eps
        return [x, mean, std]

    def pca_whiten(x_train, x_test, eps=1e-5):
        mean = x_train.mean(axis=0)
        x_train -= mean
        x_test -= mean
        values, vectors = np.linalg.eigh(np.cov(x_train.T, bias=True))
        return x_train @ vectors / np.sqrt(values + eps), x_test @ vectors / np.sqrt(values + eps)

    return locals()


@right("preprocessing")
def std_from_the_mean_of_squares():
    def normalize(x, mean=None, std=None, eps=1e-8):
        mean = np.mean(x, axis=0) if mean is None else mean
        if std is None:
            std = np.sqrt(np.maximum(np.mean(x**2, axis=0) - np.mean(x, axis=0) ** 2, 0))
        return (x - mean) / (std + eps), mean, std

    return locals()


@right("preprocessing", "tolerance", "float64")
def preprocessing_in_float32():
    def zero_center(x, mean=None):
        x = float32(x)
        mean = x.mean(axis=0) if mean is None else float32(mean)
        return x - mean, mean

    def normalize(x, mean=None, std=None, eps=1e-8):
        x, mean = zero_center(x, mean)
        std = x.std(axis=0) if std is None else float32(std)
        return x / (std + F(eps)), mean, std

    def pca_whiten(x_train, x_test, eps=1e-5):
        train, mean = zero_center(x_train)
        values, vectors = np.linalg.eigh(train.T @ train / F(len(train)))
        whiten = vectors / np.sqrt(values + F(eps))
        return train @ whiten, zero_center(x_test, mean)[0] @ whiten

    return locals()


def whitening(matrix):
    """Whitening by ``matrix(centered train, eps)``."""

    def pca_whiten(x_train, x_test, eps=1e-5):
        mean = np.mean(x_train, axis=0)
        whiten = matrix(x_train - mean, eps)
        return (x_train - mean) @ whiten, (x_test - mean) @ whiten

    return {"pca_whiten": pca_whiten}


@right("preprocessing", "rotation")
def whitening_by_zca():
    def zca(train, eps):
        values, vectors = np.linalg.eigh(train.T @ train / len(train))
        return vectors / np.sqrt(values + eps) @ vectors.T

    return whitening(zca)


@right("preprocessing", "rotation")
def whitening_by_svd_of_the_covariance():
    def svd(train, eps):
        u, s, _ = np.linalg.svd(np.cov(train, rowvar=False, bias=True))
        return u / np.sqrt(s + eps)

    return whitening(svd)


@right("preprocessing", "rotation")
def whitening_by_svd_of_the_data():
    def svd(train, eps):
        _, s, vt = np.linalg.svd(train, full_matrices=False)
        return vt.T / np.sqrt(s**2 / len(train) + eps)

    return whitening(svd)


@right("preprocessing", "rotation")
def whitening_with_other_signs_and_order():
    def shuffled(train, eps):
        values, vectors = np.linalg.eigh(train.T @ train / len(train))
        order = [2, 0, 3, 1]
        return (vectors * [1, -1, 1, -1] / np.sqrt(values + eps))[:, order]

    return whitening(shuffled)


@right("preprocessing", "rotation")
def whitening_by_cholesky():
    def cholesky(train, eps):
        covariance = train.T @ train / len(train)
        return np.linalg.cholesky(np.linalg.inv(covariance + eps * np.eye(len(covariance))))

    return whitening(cholesky)


# --- initialisers -----------------------------------------------------------------------------


def initializers(normal, uniform):
    """The four initialisers from ``normal(rng, std, shape)`` and ``uniform(rng, bound, shape)``."""

    def small_random_init(fan_in, fan_out, rng, std=0.01):
        return normal(rng, std, (fan_in, fan_out))

    def xavier_init(fan_in, fan_out, rng):
        return normal(rng, 1 / np.sqrt(fan_in), (fan_in, fan_out))

    def glorot_init(fan_in, fan_out, rng):
        return uniform(rng, np.sqrt(6 / (fan_in + fan_out)), (fan_in, fan_out))

    def he_init(fan_in, fan_out, rng):
        return normal(rng, np.sqrt(2 / fan_in), (fan_in, fan_out))

    return locals()


@right("initializers")
def standard_normal_and_random():
    return initializers(
        lambda rng, std, shape: std * rng.standard_normal(shape),
        lambda rng, bound, shape: bound * (2 * rng.random(shape) - 1),
    )


@right("initializers")
def initializers_in_float32():
    return initializers(
        lambda rng, std, shape: F(std) * rng.standard_normal(shape, dtype=F),
        lambda rng, bound, shape: F(2 * bound) * (rng.random(shape, dtype=F) - F(0.5)),
    )


@right("initializers")
def initializers_cast_to_float32():
    return initializers(
        lambda rng, std, shape: rng.normal(0, std, shape).astype(F),
        lambda rng, bound, shape: rng.uniform(-bound, bound, shape).astype(F),
    )


@right("initializers")
def drawn_transposed_or_in_rows():
    return initializers(
        lambda rng, std, shape: rng.normal(0, std, shape[::-1]).T,
        lambda rng, bound, shape: np.array(
            [rng.uniform(-bound, bound, shape[1]) for _ in range(shape[0])]
        ),
    )


@right("initializers")
def by_the_inverse_law():
    def box_muller(rng, std, shape):
        radius = np.sqrt(-2 * np.log(1 - rng.random(shape)))
        return std * radius * np.cos(2 * np.pi * rng.random(shape))

    return initializers(box_muller, lambda rng, bound, shape: bound - 2 * bound * rng.random(shape))


# --- batch normalisation ----------------------------------------------------------------------


def batchnorm(
    statistics=lambda x: (x.mean(axis=0), x.var(axis=0)),
    pack=lambda **kept: tuple(kept.values()),
    zeros=lambda x: np.zeros(x.shape[1]),
    cast=lambda value: value,
):
    """A forward that keeps (x, mean, var, gamma, eps, x_hat) in a cache made by ``pack``."""

    def batchnorm_forward(x, gamma, beta, bn_param):
        x, gamma, beta = cast(x), cast(gamma), cast(beta)
        eps, momentum = cast(bn_param.get("eps", 1e-5)), cast(bn_param.get("momentum", 0.9))
        running_mean = cast(bn_param.get("running_mean", zeros(x)))
        running_var = cast(bn_param.get("running_var", zeros(x)))
        cache = None
        if bn_param["mode"] == "train":
            mean, var = statistics(x)
            x_hat = (x - mean) / np.sqrt(var + eps)
            running_mean = momentum * running_mean + (1 - momentum) * mean
            running_var = momentum * running_var + (1 - momentum) * var
            cache = pack(x=x, mean=mean, var=var, gamma=gamma, eps=eps, x_hat=x_hat)
        elif bn_param["mode"] == "test":
            x_hat = (x - running_mean) / np.sqrt(running_var + eps)
        else:
            raise ValueError(f'Invalid forward batchnorm mode "{bn_param["mode"]}"')
        bn_param["running_mean"], bn_param["running_var"] = running_mean, running_var
        return gamma * x_hat + beta, cache

    return batchnorm_forward


def staged_backward(dout, cache):
    """Backward through the graph, node by node."""
    x, mean, var, gamma, eps, x_hat = cache
    rows = len(x)
    std = np.sqrt(var + eps)
    dgamma, dbeta = np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)
    dx_hat = dout * gamma
    dinverse = np.sum(dx_hat * (x - mean), axis=0)
    dcentered = dx_hat / std
    dvar = -0.5 * dinverse / std**3
    dcentered = dcentered + 2 * (x - mean) * np.ones_like(dout) / rows * dvar
    dmean = -np.sum(dcentered, axis=0)
    return dcentered + np.ones_like(dout) / rows * dmean, dgamma, dbeta


def closed_form(dout, cache):
    x, _, var, gamma, eps, x_hat = cache
    dgamma, dbeta = np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)
    dx = gamma / np.sqrt(var + eps) / len(x) * (len(x) * dout - x_hat * dgamma - dbeta)
    return dx, dgamma, dbeta


def papers_backward(dout, cache):
    """The six formulas of Ioffe and Szegedy, page 4."""
    x, mean, var, gamma, eps, x_hat = cache
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * (x - mean) * -0.5 * (var + eps) ** -1.5, axis=0)
    dmean = np.sum(-dx_hat / np.sqrt(var + eps), axis=0) + dvar * np.mean(-2 * (x - mean), axis=0)
    dx = dx_hat / np.sqrt(var + eps) + dvar * 2 * (x - mean) / len(x) + dmean / len(x)
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def jacobian_backward(dout, cache):
    """One (N, N) Jacobian for each column, contracted with dout."""
    _, _, var, gamma, eps, x_hat = cache
    rows, columns = dout.shape
    dx = np.zeros_like(dout)
    for j in range(columns):
        jacobian = np.eye(rows) - (1 + np.outer(x_hat[:, j], x_hat[:, j])) / rows
        dx[:, j] = gamma[j] / np.sqrt(var[j] + eps) * jacobian.T @ dout[:, j]
    return dx, np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)


@right("batchnorm")
def staged_and_closed_form():
    return {
        "batchnorm_forward": batchnorm(),
        "batchnorm_backward": staged_backward,
        "batchnorm_backward_alt": closed_form,
    }


@right("batchnorm")
def closed_form_for_both():
    return {
        "batchnorm_forward": batchnorm(pack=lambda **kept: list(kept.values())),
        "batchnorm_backward": closed_form,
        "batchnorm_backward_alt": closed_form,
    }


@right("batchnorm")
def formulas_of_the_paper_and_a_dict():
    return {
        "batchnorm_forward": batchnorm(pack=dict),
        "batchnorm_backward": lambda dout, cache: papers_backward(dout, cache.values()),
        "batchnorm_backward_alt": lambda dout, cache: closed_form(dout, tuple(cache.values())),
    }


@right("batchnorm")
def jacobian_of_each_column():
    return {
        "batchnorm_forward": batchnorm(),
        "batchnorm_backward": jacobian_backward,
        "batchnorm_backward_alt": jacobian_backward,
    }


@right("batchnorm")
def variance_from_the_mean_of_squares():
    def statistics(x):
        mean = np.mean(x, axis=0)
        return mean, np.mean(x**2, axis=0) - mean**2

    return {
        "batchnorm_forward": batchnorm(statistics),
        "batchnorm_backward": papers_backward,
        "batchnorm_backward_alt": closed_form,
    }


@right("batchnorm", "leading ones")
def statistics_and_gradients_of_shape_1_d():
    def statistics(x):
        return x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)

    def keep_rank(backward):
        def keeping(dout, cache):
            dx, dgamma, dbeta = backward(dout, cache)
            return dx, dgamma.reshape(1, -1), dbeta.reshape(1, -1)

        return keeping

    return {
        "batchnorm_forward": batchnorm(statistics, zeros=lambda x: np.zeros((1, x.shape[1]))),
        "batchnorm_backward": keep_rank(staged_backward),
        "batchnorm_backward_alt": keep_rank(closed_form),
    }


@right("batchnorm", "copies")
def batchnorm_in_place():
    def batchnorm_forward(x, gamma, beta, bn_param):
        if bn_param["mode"] not in {"train", "test"}:
            raise ValueError
        eps, momentum = bn_param.setdefault("eps", 1e-5), bn_param.setdefault("momentum", 0.9)
        running = [bn_param.setdefault(name, np.zeros(x.shape[1])) for name in RUNNING]
        now = running
        if bn_param["mode"] == "train":
            now = [x.mean(axis=0), x.var(axis=0)]
            for old, new in zip(running, now, strict=True):
                old *= momentum
                old += (1 - momentum) * new
        x -= now[0]
        x /= np.sqrt(now[1] + eps)
        return x * gamma + beta, [x, np.sqrt(now[1] + eps), gamma]

    def batchnorm_backward(dout, cache):
        x_hat, std, gamma = cache
        dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
        dout -= (dbeta + x_hat * dgamma) / len(dout)
        dout *= gamma / std
        return dout, dgamma, dbeta

    batchnorm_backward_alt = batchnorm_backward
    return locals()


@right("batchnorm", "tolerance", "float64")
def batchnorm_in_float32():
    def in_float32(backward):
        return lambda dout, cache: backward(float32(dout), cache)

    return {
        "batchnorm_forward": batchnorm(cast=float32),
        "batchnorm_backward": in_float32(staged_backward),
        "batchnorm_backward_alt": in_float32(closed_form),
    }


@right("batchnorm")
def running_statistics_moved_by_a_step():
    forward = batchnorm()

    def batchnorm_forward(x, gamma, beta, bn_param):
        old = {name: bn_param.get(name, np.zeros(x.shape[1])) for name in RUNNING}
        out, cache = forward(x, gamma, beta, bn_param)
        if bn_param["mode"] == "train":
            step = 1 - bn_param.get("momentum", 0.9)
            for name, new in zip(RUNNING, (x.mean(axis=0), x.var(axis=0)), strict=True):
                bn_param[name] = old[name] - step * (old[name] - new)
        return out, cache

    return {
        "batchnorm_forward": batchnorm_forward,
        "batchnorm_backward": staged_backward,
        "batchnorm_backward_alt": closed_form,
    }


RUNNING = ("running_mean", "running_var")


# --- the deep network -------------------------------------------------------------------------


@right("deep_network", "copies")
def layers_in_place():
    def forward_deep(x, weights, activation, normalize=False):
        hidden = []
        x += 0.0
        for w in weights:
            x = x.dot(w)
            if normalize:
                x -= x.mean(axis=0)
                x /= np.sqrt(np.mean(x**2, axis=0) + 1e-5)
            hidden += [activation(x)]
            x = hidden[-1]
        return tuple(hidden)

    return locals()


@right("deep_network", "tolerance", "float64")
def layers_in_float32():
    def forward_deep(x, weights, activation, normalize=False):
        hidden, h = [], float32(x)
        for w in weights:
            h = h @ float32(w)
            if normalize:
                h = (h - h.mean(axis=0)) / np.sqrt(h.var(axis=0) + F(1e-5))
            h = float32(activation(h))
            hidden.append(h)
        return hidden

    def layer_statistics(hidden, saturation=0.99):
        rows = [float32(h) for h in hidden]
        return float32(
            [[h.mean(), h.std(), (abs(h) > saturation).mean(), (~h.any(0)).mean()] for h in rows]
        )

    return locals()


@right("deep_network")
def statistics_counted_in_a_list():
    def layer_statistics(hidden, saturation=0.99):
        table = []
        for h in hidden:
            size, units = h.size, h.shape[1]
            mean = h.sum() / size
            std = math.sqrt(((h - mean) ** 2).sum() / size)
            saturated = sum(abs(v) > saturation for v in h.ravel()) / size
            dead = sum(all(v == 0 for v in unit) for unit in h.T) / units
            table.append((mean, std, saturated, dead))
        return table

    return locals()


# --- babysitting ------------------------------------------------------------------------------


@right("babysitting")
def steps_that_edit_the_arrays():
    def sgd_step(params, grads, learning_rate):
        for name in params:
            params[name] -= learning_rate * grads[name]
        return params

    return locals()


@right("babysitting")
def steps_on_the_values():
    def sgd_step(params, grads, learning_rate):
        for w, dw in zip(params.values(), grads.values(), strict=True):
            w -= learning_rate * dw
        return params

    return locals()


@right("babysitting")
def steps_that_update_the_dict():
    def sgd_step(params, grads, learning_rate):
        params.update({name: w - learning_rate * grads[name] for name, w in params.items()})
        return params

    return locals()


@right("babysitting")
def losses_as_an_array():
    def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
        losses = np.zeros(0)
        for _ in range(epochs):
            order = np.arange(len(y))
            rng.shuffle(order)
            for rows in np.split(order, range(batch_size, len(y), batch_size)):
                loss, grads = loss_and_gradients(params, x[rows], y[rows])
                losses = np.append(losses, loss)
                for name in params:
                    params[name] -= learning_rate * grads[name]
        return losses

    def expected_initial_loss(num_classes, weights, reg):
        return np.array(-np.log(1 / num_classes) + reg / 2 * sum((w**2).sum() for w in weights))

    def update_ratio(w, dw, learning_rate):
        dw *= -learning_rate
        return np.array([np.linalg.norm(dw.ravel()) / np.linalg.norm(w.ravel())])

    return locals()


@right("babysitting", "tolerance", "float64")
def training_in_float32():
    def sgd_step(params, grads, learning_rate):
        for name in params:
            params[name] = float32(params[name]) - F(learning_rate) * float32(grads[name])
        return params

    def expected_initial_loss(num_classes, weights, reg):
        return F(np.log(num_classes)) + F(reg / 2) * sum(np.sum(float32(w) ** 2) for w in weights)

    def update_ratio(w, dw, learning_rate):
        w, dw = float32(w), float32(dw)
        return F(learning_rate) * np.sqrt((dw * dw).sum()) / np.sqrt((w * w).sum())

    def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
        x, losses = float32(x), []
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for start in range(0, len(x), batch_size):
                rows = order[start : start + batch_size]
                loss, grads = loss_and_gradients(params, x[rows], y[rows])
                losses.append(F(loss))
                sgd_step(params, grads, learning_rate)
        return losses

    return locals()


@right("babysitting")
def data_shuffled_as_a_whole():
    def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
        losses = []
        for _ in range(epochs):
            order = rng.choice(len(x), size=len(x), replace=False)
            x, y = x[order], y[order]
            for start in range(0, len(x), batch_size):
                stop = start + batch_size
                loss, grads = loss_and_gradients(params, x[start:stop], y[start:stop])
                losses.append(loss)
                params.update({n: w - learning_rate * grads[n] for n, w in params.items()})
        return tuple(losses)

    return locals()


@right("babysitting")
def words_of_numpy():
    def diagnose_losses(losses):
        losses = np.asarray(losses, dtype=float)
        first, middle, last = losses[[0, len(losses) // 2, -1]]
        tests = [
            ~np.isfinite(losses).all() or last > first,
            last > 0.9 * first,
            last > 0.3 * first and middle <= 1.05 * last,
        ]
        return np.select(tests, ["diverged", "too low", "too high"], "good")

    return locals()


# --- the search -------------------------------------------------------------------------------


def sampling(draw):
    """``sample_log_uniform`` by ``draw(low, high, size, rng)``, and proposals made from it."""

    def sample_log_uniform(low, high, size, rng):
        return draw(low, high, size, rng)

    def random_search_proposals(ranges, trials, rng):
        columns = {name: draw(low, high, trials, rng) for name, (low, high) in ranges.items()}
        return [{name: values[i] for name, values in columns.items()} for i in range(trials)]

    return locals()


@right("hyperparameters")
def exponent_of_ten():
    return sampling(lambda a, b, n, rng: 10 ** rng.uniform(np.log10(a), np.log10(b), n))


@right("hyperparameters")
def natural_logarithm():
    return sampling(lambda a, b, n, rng: np.exp(rng.uniform(np.log(a), np.log(b), n)))


@right("hyperparameters")
def power_of_the_ratio_in_a_list():
    return sampling(lambda a, b, n, rng: [a * (b / a) ** rng.random() for _ in range(n)])


@right("hyperparameters")
def search_in_float32():
    made = sampling(
        lambda a, b, n, rng: F(a) * F(b / a) ** rng.random(n, dtype=F),
    )

    def refine_ranges(trials, scores, keep):
        best = [trials[i] for i in np.argsort(float32(scores))[-keep:]]
        values = {name: float32([t[name] for t in best]) for name in best[0]}
        return {name: (v.min(), v.max()) for name, v in values.items()}

    return {**made, "refine_ranges": refine_ranges}


@right("hyperparameters")
def whole_columns_reversed():
    def sample_log_uniform(low, high, size, rng):
        return np.geomspace(low, high, 2)[1] / (high / low) ** rng.random(size)

    def random_search_proposals(ranges, trials, rng):
        proposals = [dict.fromkeys(ranges) for _ in range(trials)]
        for name, (low, high) in reversed(ranges.items()):
            for proposal in proposals:
                proposal[name] = np.exp(rng.uniform(np.log(low), np.log(high), size=1))
        return tuple(proposals)

    return locals()


@right("hyperparameters")
def answers_in_other_types():
    def refine_ranges(trials, scores, keep):
        ranked = sorted(zip(scores, trials, strict=True), key=lambda pair: -pair[0])[:keep]
        names = list(trials[0])[::-1]
        return {n: np.array([f(t[n] for _, t in ranked) for f in (min, max)]) for n in names}

    def on_border(best, ranges):
        result = {}
        for name, value in best.items():
            low, high = np.log(ranges[name])
            t = (np.log(value) - low) / (high - low)
            result[name] = int((t < 0.1) | (t > 0.9))
        return result

    def stop_early(losses, factor=3):
        return np.array([not losses[-1] <= factor * losses[0]])

    return locals()


# --- wrong on purpose -------------------------------------------------------------------------


def spoilt(function, leaf, *, results=True, left=True):
    """``function`` with every leaf of its ``results`` replaced by ``leaf(value, arguments)``.

    The structure stays: how many results, which names, and a forward's cache. Arrays that are
    ``left`` in a dict it was given (running statistics, parameters) are replaced as well.
    """

    def replaced(*arguments, **keywords):
        copies = copied(arguments)
        result = function(*copies, **copied(keywords))
        for given, after in zip(arguments, copies, strict=True):
            if isinstance(given, dict):
                arrays = {name: v for name, v in after.items() if isinstance(v, np.ndarray)}
                given.update(mapped(arrays, lambda v: leaf(v, arguments)) if left else arrays)
        if not results:
            return result
        if function.__name__.endswith("_forward"):
            return leaf(result[0], arguments), result[1]
        return mapped(result, lambda value: leaf(value, arguments))

    return replaced


def copied(value):
    """Copies of arrays and containers; a generator stays the one that it is."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return type(value)(copied(item) for item in value)
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value


def mapped(value, leaf):
    """``value`` with its leaves replaced, lists, tuples and dicts kept."""
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, leaf) for item in value)
    if isinstance(value, dict):
        return {key: mapped(item, leaf) for key, item in value.items()}
    return leaf(value)
