"""The whole assignment tested as a teacher would without this project: one function a question.

The students' files and a package ``reference`` lie where imports find them. Inputs have the sizes
of our own cases; gradients are checked in the way of CS231n's notebooks, entry by entry. pytest,
nbgrader and otter all run this file.
"""

from itertools import pairwise

import numpy as np
import reference.activations
import reference.babysitting
import reference.batchnorm
import reference.deep_network
import reference.hyperparameters
import reference.preprocessing


def numeric_gradient(function, x, upstream, step=1e-5):
    """The gradient of sum(function(x) * upstream), one entry of x at a time."""
    gradient = np.zeros_like(x)
    walk = np.nditer(x, flags=["multi_index"])
    while not walk.finished:
        place = walk.multi_index
        before = x[place]
        x[place] = before + step
        above = function(x).copy()
        x[place] = before - step
        below = function(x).copy()
        x[place] = before
        gradient[place] = np.sum((above - below) * upstream) / (2 * step)
        walk.iternext()
    return gradient


def close(got, expected, tolerance=1e-6):
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape, f"shape {got.shape}, expected {expected.shape}"
    assert np.allclose(got, expected, rtol=tolerance, atol=tolerance), "values differ"


def generator():
    return np.random.default_rng(231)


def elementwise():
    """48 numbers of both signs away from the kink at 0, and upstream gradients."""
    rng = generator()
    x = rng.uniform(0.05, 3.0, (4, 4, 3)) * rng.choice([-1, 1], (4, 4, 3))
    return x, rng.normal(size=x.shape)


def check_forward(name, *alpha):
    import activations

    x, _ = elementwise()
    for values in (x, x * 300):
        got, _ = getattr(activations, name)(values, *alpha)
        expected, _ = getattr(reference.activations, name)(values, *alpha)
        close(got, expected)


def check_backward(name, *alpha):
    import activations

    x, dout = elementwise()
    forward = getattr(activations, f"{name}_forward")
    _, cache = forward(x, *alpha)
    dx = getattr(activations, f"{name}_backward")(dout, cache)
    _, cache = getattr(reference.activations, f"{name}_forward")(x, *alpha)
    close(dx, getattr(reference.activations, f"{name}_backward")(dout, cache))
    close(dx, numeric_gradient(lambda x: forward(x, *alpha)[0], x, dout))


def test_sigmoid_forward():
    check_forward("sigmoid_forward")


def test_sigmoid_backward():
    check_backward("sigmoid")


def test_tanh_forward():
    check_forward("tanh_forward")


def test_tanh_backward():
    check_backward("tanh")


def test_relu_forward():
    check_forward("relu_forward")


def test_relu_backward():
    check_backward("relu")


def test_leaky_relu_forward():
    check_forward("leaky_relu_forward", 0.3)
    check_forward("leaky_relu_forward", 1.7)


def test_leaky_relu_backward():
    check_backward("leaky_relu", 0.3)


def test_elu_forward():
    check_forward("elu_forward", 1.7)


def test_elu_backward():
    check_backward("elu", 1.7)


def columns():
    rng = generator()
    x = rng.uniform(0.05, 3.0, (8, 6)) * rng.choice([-1, 1], (8, 6))
    return x, np.array([-0.4, 1.7, 0.2, 0.3, 0.25, 0.35]), rng.normal(size=x.shape)


def test_prelu_forward():
    from activations import prelu_forward

    x, alpha, _ = columns()
    close(prelu_forward(x, alpha)[0], reference.activations.prelu_forward(x, alpha)[0])


def test_prelu_backward():
    from activations import prelu_backward, prelu_forward

    x, alpha, dout = columns()
    dx, dalpha = prelu_backward(dout, prelu_forward(x, alpha)[1])
    cache = reference.activations.prelu_forward(x, alpha)[1]
    right_dx, right_dalpha = reference.activations.prelu_backward(dout, cache)
    close(dx, right_dx)
    close(dalpha, right_dalpha)
    close(dx, numeric_gradient(lambda x: prelu_forward(x, alpha)[0], x, dout))
    close(dalpha, numeric_gradient(lambda alpha: prelu_forward(x, alpha)[0], alpha, dout))


def two_pieces():
    rng = generator()
    shapes = ((5, 4), (4, 4), (4,), (4, 4), (4,))
    return [rng.normal(size=shape) for shape in shapes], rng.normal(size=(5, 4))


def test_maxout_forward():
    from activations import maxout_forward

    inputs, _ = two_pieces()
    close(maxout_forward(*inputs)[0], reference.activations.maxout_forward(*inputs)[0])


def test_maxout_backward():
    from activations import maxout_backward, maxout_forward

    inputs, dout = two_pieces()
    found = maxout_backward(dout, maxout_forward(*inputs)[1])
    right = reference.activations.maxout_backward(
        dout, reference.activations.maxout_forward(*inputs)[1]
    )
    for place, (got, expected) in enumerate(zip(found, right, strict=True)):
        close(got, expected)

        def forward(array, place=place):
            return maxout_forward(*inputs[:place], array, *inputs[place + 1 :])[0]

        close(got, numeric_gradient(forward, inputs[place], dout), 1e-5)


def table(rows):
    return generator().normal(size=(rows, 3)) * [0.5, 1.0, 3.0] + [1.0, 2.0, 4.0]


def test_zero_center():
    from preprocessing import zero_center

    train, test = table(8), table(5) + 0.5
    centered, mean = zero_center(train)
    close(centered, train - train.mean(axis=0))
    close(mean, train.mean(axis=0))
    close(zero_center(test, mean)[0], test - train.mean(axis=0))


def test_normalize():
    from preprocessing import normalize

    train, test = table(8), table(5) + 0.5
    for got, expected in zip(
        normalize(train), reference.preprocessing.normalize(train), strict=True
    ):
        close(got, expected)
    _, mean, std = reference.preprocessing.normalize(train)
    close(normalize(test, mean, std)[0], (test - mean) / (std + 1e-8))
    train[:, 1] = 2.0
    close(normalize(train, eps=0.5)[0], reference.preprocessing.normalize(train, eps=0.5)[0])


def test_pca_whiten():
    from preprocessing import pca_whiten

    rng = generator()
    mixing = rng.normal(size=(4, 4)) + 2 * np.eye(4)
    x_train, x_test = rng.normal(size=(12, 4)) @ mixing + 1, rng.normal(size=(6, 4)) @ mixing + 1
    train, test = pca_whiten(x_train, x_test, 0.1)
    right_train, right_test = reference.preprocessing.pca_whiten(x_train, x_test, 0.1)
    close(train @ train.T, right_train @ right_train.T)
    close(test @ train.T, right_test @ right_train.T)


def check_initializer(name, std, *extra):
    """Mean and standard deviation of two shapes, within five standard errors, and the rng."""
    import initializers

    initialize = getattr(initializers, name)
    for shape in ((200, 100), (100, 200)):
        weights = initialize(*shape, generator(), *extra)
        wanted = std(*shape)
        assert weights.shape == shape
        assert abs(weights.mean()) < 5 * wanted / np.sqrt(weights.size)
        assert abs(weights.std() - wanted) < 5 * wanted / np.sqrt(2 * weights.size)
    rng = generator()
    first, second = initialize(50, 40, rng, *extra), initialize(50, 40, rng, *extra)
    close(first, initialize(50, 40, generator(), *extra))
    assert not np.allclose(first, second)


def test_small_random_init():
    check_initializer("small_random_init", lambda fan_in, fan_out: 0.03, 0.03)


def test_xavier_init():
    check_initializer("xavier_init", lambda fan_in, fan_out: np.sqrt(1 / fan_in))


def test_glorot_init():
    check_initializer("glorot_init", lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)))


def test_he_init():
    check_initializer("he_init", lambda fan_in, fan_out: np.sqrt(2 / fan_in))


def batch(rows, features):
    rng = generator()
    x = rng.normal(size=(rows, features)) * 1.3 + 2
    return x, rng.uniform(0.5, 2, features), rng.normal(size=features), rng.normal(size=x.shape)


def test_batchnorm_forward():
    from batchnorm import batchnorm_forward

    x, gamma, beta, _ = batch(6, 4)
    running = {"running_mean": np.full(4, 0.3), "running_var": np.full(4, 1.7)}
    for given in (
        {"mode": "train"},
        {"mode": "train", "eps": 0.1, "momentum": 0.7, **running},
        {"mode": "test", "eps": 0.1, **running},
    ):
        mine, right = dict(given), dict(given)
        out, _ = batchnorm_forward(x, gamma, beta, mine)
        expected, _ = reference.batchnorm.batchnorm_forward(x, gamma, beta, right)
        close(out, expected)
        close(mine["running_mean"], right["running_mean"])
        close(mine["running_var"], right["running_var"])
    try:
        batchnorm_forward(x, gamma, beta, {"mode": "validate"})
    except ValueError:
        return
    raise AssertionError("an unknown mode must raise ValueError")


def check_batchnorm_backward(name):
    import batchnorm

    x, gamma, beta, dout = batch(6, 5)
    given = {"mode": "train", "eps": 0.1}
    _, cache = batchnorm.batchnorm_forward(x, gamma, beta, dict(given))
    dx, dgamma, dbeta = getattr(batchnorm, name)(dout, cache)
    _, cache = reference.batchnorm.batchnorm_forward(x, gamma, beta, dict(given))
    right = getattr(reference.batchnorm, name)(dout, cache)
    for got, expected in zip((dx, dgamma, dbeta), right, strict=True):
        close(got, expected)

    def forward(x, gamma, beta):
        return batchnorm.batchnorm_forward(x, gamma, beta, dict(given))[0]

    close(dx, numeric_gradient(lambda x: forward(x, gamma, beta), x, dout))
    close(dgamma, numeric_gradient(lambda gamma: forward(x, gamma, beta), gamma, dout))
    close(dbeta, numeric_gradient(lambda beta: forward(x, gamma, beta), beta, dout))


def test_batchnorm_backward():
    check_batchnorm_backward("batchnorm_backward")


def test_batchnorm_backward_alt():
    check_batchnorm_backward("batchnorm_backward_alt")


def test_forward_deep():
    from deep_network import forward_deep

    rng = generator()
    widths = (30, 24, 20, 20, 16, 16)
    weights = [rng.normal(size=s) / np.sqrt(s[0]) for s in pairwise(widths)]
    x = rng.normal(size=(24, 30))
    for activation, normalize in ((np.tanh, False), (lambda z: np.maximum(z, 0), True)):
        got = forward_deep(x, weights, activation, normalize)
        right = reference.deep_network.forward_deep(x, weights, activation, normalize)
        for mine, expected in zip(got, right, strict=True):
            close(mine, expected)


def test_layer_statistics():
    from deep_network import layer_statistics

    rng = generator()
    hidden = [np.maximum(rng.normal(size=(20, 10)) - 1.5, 0), np.tanh(2 * rng.normal(size=(20, 8)))]
    close(layer_statistics(hidden, 0.9), reference.deep_network.layer_statistics(hidden, 0.9))


def test_expected_initial_loss():
    from babysitting import expected_initial_loss

    weights = [generator().normal(size=shape) for shape in ((5, 4), (4, 7))]
    right = reference.babysitting.expected_initial_loss(7, weights, 0.3)
    close(expected_initial_loss(7, weights, 0.3), right)


def test_sgd_step():
    from babysitting import sgd_step

    rng = generator()
    params, grads = {"w": rng.normal(size=(4, 3))}, {"w": rng.normal(size=(4, 3))}
    expected = params["w"] - 0.2 * grads["w"]
    sgd_step(params, grads, 0.2)
    close(params["w"], expected)


def test_update_ratio():
    from babysitting import update_ratio

    rng = generator()
    w, dw = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    close(update_ratio(w, dw, 0.6), reference.babysitting.update_ratio(w, dw, 0.6))


def softmax_regression(params, x, y):
    scores = x @ params["w"] + params["b"]
    scores -= scores.max(axis=1, keepdims=True)
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    dscores = probabilities.copy()
    dscores[rows, y] -= 1
    dscores /= len(y)
    return -np.log(probabilities[rows, y]).mean(), {"w": x.T @ dscores, "b": dscores.sum(axis=0)}


def test_train():
    from babysitting import train

    rng = generator()
    params = {"w": rng.normal(size=(30, 5)) * 0.1, "b": np.zeros(5)}
    x, y = rng.normal(size=(20, 30)), np.arange(20) % 5
    losses = train(softmax_regression, params, x, y, 0.5, 80, 20, rng)
    assert len(losses) == 80
    assert softmax_regression(params, x, y)[0] < 0.1
    seen = []

    def record(params, x, y):
        seen.append((x[:, 0], y))
        return float(len(x)), {"w": np.zeros(1)}

    rows = np.arange(40)
    losses = train(record, {"w": np.zeros(1)}, rows.reshape(40, 1), rows, 1.0, 3, 16, rng)
    close(losses, [16, 16, 8] * 3)
    assert all(np.array_equal(x, y) for x, y in seen)
    assert sorted(np.concatenate([y for _, y in seen[:3]])) == list(range(40))


def test_diagnose_losses():
    from babysitting import diagnose_losses

    curves = (
        [2.3 * 1.4**step for step in range(30)],
        [2.3, 1.0, float("nan"), 0.5],
        [2.3, *[1.2] * 30],
        [23.0, 22.8, 22.5, 22.3],
        [2.3, *[0.1] * 30],
        list(np.linspace(2.3, 1.2, 30)),
    )
    for losses in curves:
        assert diagnose_losses(losses) == reference.babysitting.diagnose_losses(losses)


def check_log_uniform(values, low, high):
    """Mean and spread of the share of the way from low to high, within five standard errors."""
    share = np.log(np.asarray(values) / low) / np.log(high / low)
    assert share.min() >= 0
    assert share.max() <= 1
    assert abs(share.mean() - 0.5) < 5 * np.sqrt(1 / 12 / len(share))
    assert abs(share.std() - np.sqrt(1 / 12)) < 5 * 0.3 / np.sqrt(len(share))


def test_sample_log_uniform():
    from hyperparameters import sample_log_uniform

    values = sample_log_uniform(1e-6, 1e-2, 3000, generator())
    assert np.shape(values) == (3000,)
    check_log_uniform(values, 1e-6, 1e-2)


RANGES = {"learning_rate": (1e-6, 1e-2), "reg": (1e-3, 1e3)}


def test_random_search_proposals():
    from hyperparameters import random_search_proposals

    trials = random_search_proposals(RANGES, 120, generator())
    assert len(trials) == 120
    for name, (low, high) in RANGES.items():
        check_log_uniform([trial[name] for trial in trials], low, high)


def test_refine_ranges():
    from hyperparameters import refine_ranges

    trials = reference.hyperparameters.random_search_proposals(RANGES, 12, generator())
    scores = list(generator().permutation(12) / 12)
    got = refine_ranges(trials, scores, 4)
    for name, expected in reference.hyperparameters.refine_ranges(trials, scores, 4).items():
        close(np.log(got[name]), np.log(expected))


def test_on_border():
    from hyperparameters import on_border

    ranges = dict.fromkeys(("low", "high", "inside", "middle"), (1e-6, 1e-2))
    places = {"low": 0.05, "high": 0.95, "inside": 0.3, "middle": 0.85}
    best = {name: 1e-6 * 1e4**place for name, place in places.items()}
    assert on_border(best, ranges) == reference.hyperparameters.on_border(best, ranges)


def test_stop_early():
    from hyperparameters import stop_early

    assert stop_early([0.4, 0.3, 0.5, 0.7], 1.5)
    assert not stop_early([2.3, 1.6, 12.0, 6.8], 4.8)
    assert not stop_early([2.3, float("nan"), 9.0, 0.7, 1.9], 2.0)
    assert stop_early([2.3, 1.6, float("nan")], 3.0)
