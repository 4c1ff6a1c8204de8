"""The reference solutions against things that nobody here wrote.

Forward passes: the node test cases shipped with ONNX, and SciPy. Backward passes: autograd,
which differentiates forward passes written anew in this file. Statistics: SciPy's exact laws.
Numbers of the lecture: its own experiments, run with the references.
"""

from __future__ import annotations

import importlib
import math
import sys
from itertools import chain
from pathlib import Path

import autograd
import autograd.numpy as anp
import numpy as np
import onnx
import onnx.backend.test
import onnx.helper
import onnx.numpy_helper
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import special, stats

from solutions import (
    activations,
    babysitting,
    batchnorm,
    data,
    deep_network,
    hyperparameters,
    initializers,
    preprocessing,
)

SOLUTIONS = Path(__file__).resolve().parent.parent / "solutions"
FLAT_MODULES = ("activations", "batchnorm", "network")
ONNX_NODES = Path(onnx.backend.test.__file__).parent / "data" / "node"

# The same examples in every run, and no folder of past failures.
several = settings(max_examples=40, deadline=None, derandomize=True, database=None)
seeds = st.integers(0, 2**32 - 1)


def assert_close(got, expected, tolerance=1e-10):
    """Compare shapes, then values; asked for the truth, so that NaN fails."""
    assert np.shape(got) == np.shape(expected)
    deviation = np.abs(got - expected) / (1 + np.abs(expected))
    assert np.all(deviation <= tolerance), f"worst deviation {np.max(deviation)}"


def off_the_kink(rng, shape):
    """Draw values from .05 to 6, of both signs."""
    return rng.uniform(0.05, 6.0, shape) * rng.choice([-1.0, 1.0], shape)


def gradients(function, arguments, dout):
    """Let autograd differentiate sum(dout * function(*arguments)) by each argument."""

    def loss(*values):
        return anp.sum(dout * function(*values))

    return [autograd.grad(loss, place)(*arguments) for place in range(len(arguments))]


# --- ONNX -----------------------------------------------------------------------------------------


def onnx_case(name):
    """Return the attributes, inputs and outputs of one of ONNX's node test cases."""
    folder = ONNX_NODES / f"test_{name}"
    (node,) = onnx.load(folder / "model.onnx").graph.node
    attributes = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}

    def read(kind):
        paths = sorted(folder.glob(f"test_data_set_0/{kind}_*.pb"))
        return [onnx.numpy_helper.to_array(onnx.load_tensor(path)) for path in paths]

    return attributes, read("input"), read("output")


def assert_close_float32(got, expected):
    assert got.dtype == np.float32
    assert_close(got, expected, 1e-6)


@pytest.mark.parametrize(
    ("case", "function"),
    [
        ("sigmoid", "sigmoid_forward"),
        ("sigmoid_example", "sigmoid_forward"),
        ("tanh", "tanh_forward"),
        ("tanh_example", "tanh_forward"),
        ("relu", "relu_forward"),
        ("leakyrelu", "leaky_relu_forward"),
        ("leakyrelu_default", "leaky_relu_forward"),
        ("leakyrelu_example", "leaky_relu_forward"),
        ("elu", "elu_forward"),
        ("elu_default", "elu_forward"),
        ("elu_example", "elu_forward"),
    ],
)
def test_elementwise_forwards_agree_with_onnx(case, function):
    attributes, (x,), (expected,) = onnx_case(case)
    out, _ = getattr(activations, function)(x, **attributes)
    assert_close_float32(out, expected)


def test_prelu_forward_agrees_with_onnx_for_one_slope_per_feature():
    _, (x, alpha), (expected,) = onnx_case("prelu_broadcast")
    out, _ = activations.prelu_forward(x.reshape(-1, 5), alpha)
    assert_close_float32(out, expected.reshape(-1, 5))


def test_prelu_forward_agrees_with_onnx_for_one_slope_per_entry():
    _, (x, alpha), (expected,) = onnx_case("prelu_example")
    out, _ = activations.prelu_forward(x.reshape(1, -1), alpha.reshape(-1))
    assert_close_float32(out, expected.reshape(1, -1))


@pytest.mark.parametrize("case", ["batchnorm_example", "batchnorm_epsilon"])
@pytest.mark.parametrize("mode", ["test", "train"])
def test_batchnorm_forward_agrees_with_onnx(case, mode):
    suffix = "_training_mode" if mode == "train" else ""
    attributes, inputs, (expected, *running) = onnx_case(case + suffix)
    x, gamma, beta, running_mean, running_var = inputs
    bn_param = {"mode": mode, "running_mean": running_mean, "running_var": running_var}
    if "epsilon" in attributes:
        bn_param["eps"] = attributes["epsilon"]

    out, _ = batchnorm.batchnorm_forward(channels_last(x), gamma, beta, bn_param)

    assert_close_float32(out, channels_last(expected))
    if mode == "train":
        assert_close_float32(bn_param["running_mean"], running[0])
        assert_close_float32(bn_param["running_var"], running[1])


def channels_last(images):
    """Turn (N, C, H, W) into one row per pixel and one column per channel."""
    return np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])


# --- activations ----------------------------------------------------------------------------------

ELEMENTWISE = {
    "sigmoid": ({}, lambda x: 1 / (1 + anp.exp(-x))),
    "tanh": ({}, lambda x: (anp.exp(x) - anp.exp(-x)) / (anp.exp(x) + anp.exp(-x))),
    "relu": ({}, lambda x: (x + anp.abs(x)) / 2),
    "leaky_relu": ({"alpha": 1.3}, lambda x: anp.where(x > 0, x, 1.3 * x)),
    "elu": ({"alpha": 1.7}, lambda x: anp.where(x > 0, x, 1.7 * (anp.exp(x) - 1))),
}
elementwise = pytest.mark.parametrize("name", ELEMENTWISE)


def pair(name):
    """Return the forward and the backward of an activation, and its options."""
    forward = getattr(activations, f"{name}_forward")
    backward = getattr(activations, f"{name}_backward")
    return forward, backward, ELEMENTWISE[name][0]


@elementwise
@several
@given(shape=array_shapes(max_dims=4, max_side=4), seed=seeds)
def test_elementwise_backwards_agree_with_autograd(name, shape, seed):
    rng = np.random.default_rng(seed)
    x, dout = off_the_kink(rng, shape), rng.normal(size=shape)
    forward, backward, options = pair(name)

    out, cache = forward(x, **options)

    independent = ELEMENTWISE[name][1]
    assert_close(out, independent(x))
    assert_close(backward(dout, cache), gradients(independent, [x], dout)[0])


@elementwise
@several
@given(
    x=st.sampled_from(["u1", "i1", "i2", "i4", "i8", "f4", "f8"]).flatmap(
        lambda dtype: arrays(dtype, array_shapes(min_side=0), elements=st.integers(0, 100))
    ),
    sign=st.sampled_from([1, -1]),
)
def test_elementwise_forwards_take_any_dtype_and_keep_their_input(name, x, sign):
    x = x * np.array(sign, x.dtype) if x.dtype != np.uint8 else x
    before = x.copy()
    forward, backward, options = pair(name)

    out, cache = forward(x, **options)
    dout = np.ones(x.shape)
    dx = backward(dout, cache)

    tolerance = 1e-6 if x.dtype == np.float32 else 1e-12
    assert np.issubdtype(out.dtype, np.floating)
    assert out.dtype == (x.dtype if x.dtype.kind == "f" else np.float64)
    assert_close(out, forward(x.astype(np.float64), **options)[0], tolerance)
    assert dx.shape == x.shape
    assert np.issubdtype(dx.dtype, np.floating)
    assert np.array_equal(x, before)
    assert np.all(dout == 1)


def test_default_slopes_are_those_of_the_lecture():
    x = np.array([-2.0])
    assert_close(activations.leaky_relu_forward(x)[0], [-0.02])
    assert_close(activations.elu_forward(x)[0], [math.exp(-2) - 1])


def test_sigmoid_agrees_with_expit_from_end_to_end():
    x = np.concatenate([np.linspace(-1000, 1000, 4001), [-1e300, 1e300, -1e-300, 0.0]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out, _ = activations.sigmoid_forward(x)
    # SciPy calls anything below 1e-307 zero.
    np.testing.assert_allclose(out, special.expit(x), rtol=1e-14, atol=1e-307)


@elementwise
def test_huge_inputs_overflow_nowhere(name):
    x = np.array([-1e4, -710.0, 710.0, 1e4])
    forward, backward, options = pair(name)
    limits = {
        "sigmoid": ([0, 0, 1, 1], 0),
        "tanh": ([-1, -1, 1, 1], 0),
        "relu": ([0, 0, 710, 1e4], [0, 0, 1, 1]),
        "leaky_relu": ([-1.3e4, -923, 710, 1e4], [1.3, 1.3, 1, 1]),
        "elu": ([-1.7, -1.7, 710, 1e4], [0, 0, 1, 1]),
    }
    expected, slope = limits[name]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out, cache = forward(x, **options)
        dx = backward(np.full(4, 2.0), cache)
    assert_close(out, np.array(expected))
    assert_close(dx, 2.0 * np.broadcast_to(slope, 4))


def test_elu_keeps_its_digits_near_zero():
    x = -np.logspace(-18, -1, 50)
    np.testing.assert_allclose(activations.elu_forward(x)[0], special.expm1(x), rtol=1e-14)


@pytest.mark.parametrize(("name", "slopes"), [("relu", (0, 1)), ("leaky_relu", (1, 1.3))])
def test_the_slope_at_a_kink_lies_between_the_two_sides(name, slopes):
    forward, backward, options = pair(name)
    _, cache = forward(np.zeros(3), **options)
    slope = backward(np.full(3, 5.0), cache) / 5
    assert np.all((slopes[0] <= slope) & (slope <= slopes[1]))


@several
@given(rows=st.integers(1, 6), features=st.integers(1, 5), seed=seeds)
def test_prelu_agrees_with_autograd(rows, features, seed):
    rng = np.random.default_rng(seed)
    x, dout = off_the_kink(rng, (rows, features)), rng.normal(size=(rows, features))
    alpha = rng.normal(size=features)

    def independent(x, alpha):
        return anp.maximum(x, 0) + alpha * anp.minimum(x, 0)

    out, cache = activations.prelu_forward(x, alpha)
    assert_close(out, independent(x, alpha))
    expected = gradients(independent, [x, alpha], dout)
    for got, want in zip(activations.prelu_backward(dout, cache), expected, strict=True):
        assert_close(got, want)


@several
@given(sizes=st.tuples(*[st.integers(1, 5)] * 3), seed=seeds)
def test_maxout_agrees_with_autograd(sizes, seed):
    rng = np.random.default_rng(seed)
    rows, features, units = sizes
    x, dout = rng.normal(size=(rows, features)), rng.normal(size=(rows, units))
    w1, w2 = rng.normal(size=(2, features, units))
    b1, b2 = rng.normal(size=(2, units))
    arguments = [x, w1, b1, w2, b2]

    def independent(x, w1, b1, w2, b2):
        first, second = anp.dot(x, w1) + b1, anp.dot(x, w2) + b2
        return (first + second + anp.abs(first - second)) / 2

    out, cache = activations.maxout_forward(*arguments)
    assert_close(out, independent(*arguments))
    expected = gradients(independent, arguments, dout)
    for got, want in zip(activations.maxout_backward(dout, cache), expected, strict=True):
        assert_close(got, want)


def test_maxout_shares_a_tie_and_never_doubles_it():
    rng = np.random.default_rng(3)
    x, w, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    dout = rng.normal(size=(4, 2))
    _, cache = activations.maxout_forward(x, w, b, w, b)
    dx, dw1, db1, dw2, db2 = activations.maxout_backward(dout, cache)
    assert_close(dx, dout @ w.T)
    assert_close(dw1 + dw2, x.T @ dout)
    assert_close(db1 + db2, dout.sum(axis=0))


# --- batch normalisation --------------------------------------------------------------------------


@several
@given(
    rows=st.integers(2, 8),
    features=st.integers(1, 5),
    eps=st.sampled_from([1e-5, 0.1]),
    seed=seeds,
)
def test_both_batchnorm_backwards_agree_with_autograd(rows, features, eps, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(3.0, 2.0, size=(rows, features))
    gamma, beta = rng.normal(size=(2, features))
    dout = rng.normal(size=(rows, features))

    def independent(x, gamma, beta):
        mean = anp.mean(x, axis=0)
        return gamma * (x - mean) * (anp.var(x, axis=0) + eps) ** -0.5 + beta

    out, cache = batchnorm.batchnorm_forward(x, gamma, beta, {"mode": "train", "eps": eps})
    assert_close(out, independent(x, gamma, beta))
    expected = gradients(independent, [x, gamma, beta], dout)
    untouched = dout.copy()
    for backward in (batchnorm.batchnorm_backward, batchnorm.batchnorm_backward_alt):
        for got, want in zip(backward(dout, cache), expected, strict=True):
            assert_close(got, want)
    assert np.array_equal(dout, untouched)


def test_batchnorm_defaults_are_those_of_the_docstring():
    x = np.array([[1.0, 5.0], [3.0, 5.0]])
    bn_param = {"mode": "train"}
    out, _ = batchnorm.batchnorm_forward(x, np.ones(2), np.zeros(2), bn_param)
    assert_close(out, np.array([[-1.0, 0.0], [1.0, 0.0]]) / math.sqrt(1 + 1e-5))
    assert_close(bn_param["running_mean"], [0.2, 0.5])  # .9 * 0 + .1 * (2, 5)
    assert_close(bn_param["running_var"], [0.1, 0.0])

    out, _ = batchnorm.batchnorm_forward(x[:1], np.ones(2), np.zeros(2), {"mode": "test"})
    assert_close(out, x[:1] / math.sqrt(1e-5))


def test_running_statistics_are_an_exponential_average_of_biased_ones():
    rng = np.random.default_rng(1)
    batches = rng.normal(2.0, 3.0, size=(5, 4, 3))
    bn_param = {"mode": "train", "momentum": 0.7, "eps": 0.1}
    for batch in batches:
        batchnorm.batchnorm_forward(batch, np.ones(3), np.zeros(3), bn_param)
    weights = 0.3 * 0.7 ** np.arange(4, -1, -1)
    assert_close(bn_param["running_mean"], weights @ batches.mean(axis=1))
    assert_close(bn_param["running_var"], weights @ np.array([b.var(axis=0) for b in batches]))


def test_batchnorm_test_mode_changes_nothing():
    mean, var = np.array([1.0, 2.0]), np.array([4.0, 9.0])
    bn_param = {"mode": "test", "running_mean": mean, "running_var": var, "eps": 0.5}
    x = np.array([[3.0, -1.0]])
    out, _ = batchnorm.batchnorm_forward(x, np.array([2.0, -1.0]), np.ones(2), bn_param)
    assert_close(out, [[1 + 4 / math.sqrt(4.5), 1 + 3 / math.sqrt(9.5)]])
    assert bn_param["running_mean"] is mean
    assert bn_param["running_var"] is var
    assert mean.tolist() == [1, 2]
    assert var.tolist() == [4, 9]


def test_batchnorm_train_mode_keeps_arrays_it_was_given():
    x = np.array([[3.0], [1.0]])
    mean = np.array([5.0])
    bn_param = {"mode": "train", "running_mean": mean}
    batchnorm.batchnorm_forward(x, np.ones(1), np.zeros(1), bn_param)
    assert mean == 5
    assert x.tolist() == [[3], [1]]


@pytest.mark.parametrize("bn_param", [{"mode": "eval"}, {"mode": "Train"}, {"mode": None}, {}])
def test_batchnorm_refuses_other_modes(bn_param):
    with pytest.raises(ValueError, match="mode"):
        batchnorm.batchnorm_forward(np.ones((2, 1)), np.ones(1), np.ones(1), bn_param)


# --- preprocessing --------------------------------------------------------------------------------


@several
@given(dtype=st.sampled_from(["u1", "i4", "f8"]), seed=seeds)
def test_normalize_agrees_with_scipy_and_reuses_statistics(dtype, seed):
    rng = np.random.default_rng(seed)
    train, test = rng.integers(0, 200, size=(2, 7, 3)).astype(dtype)
    before = train.copy()

    normalized, mean, std = preprocessing.normalize(train, eps=0.0)
    assert_close(normalized, stats.zscore(train.astype(float)))

    shifted, same_mean, same_std = preprocessing.normalize(test, mean, std, eps=0.5)
    assert same_mean is mean
    assert same_std is std
    assert_close(shifted, stats.zmap(test, train.astype(float)) * std / (std + 0.5))

    centered, mean = preprocessing.zero_center(train)
    assert_close(centered, train.astype(float) - train.astype(float).mean(axis=0))
    recentered, same_mean = preprocessing.zero_center(test, mean)
    assert same_mean is mean
    assert_close(recentered, test.astype(float) - mean)
    assert_close(preprocessing.zero_center(test, train[0])[0], test.astype(float) - train[0])
    assert np.array_equal(train, before)


def test_normalize_uses_half_given_statistics_and_survives_constant_features():
    x = np.array([[1.0, 7.0], [3.0, 7.0]])
    normalized, mean, std = preprocessing.normalize(x)
    assert_close(normalized, [[-1.0, 0.0], [1.0, 0.0]], 1e-7)
    normalized, mean, std = preprocessing.normalize(x, mean=np.zeros(2))
    assert_close(std, [1.0, 0.0])
    assert_close(normalized[:, 0], [1.0, 3.0], 1e-7)
    assert not mean.any()


def mixed_data(rng, rows):
    """Draw correlated features with means far from zero."""
    mixing = np.array([[2.0, 0.0, 0.0], [1.5, 0.7, 0.0], [-1.0, 0.3, 0.4]])
    return rng.normal(size=(rows, 3)) @ mixing + [10.0, -20.0, 5.0]


def test_whitened_covariance_is_the_identity():
    train = mixed_data(np.random.default_rng(0), 200)
    white, _ = preprocessing.pca_whiten(train, train[:5], eps=0.0)
    assert_close(white.mean(axis=0), np.zeros(3))
    assert_close(np.cov(white, rowvar=False, bias=True), np.eye(3))


@pytest.mark.parametrize("eps", [1e-5, 0.2])
def test_whitening_measures_distances_by_the_training_covariance(eps):
    rng = np.random.default_rng(5)
    train, test = mixed_data(rng, 30), mixed_data(rng, 8) + 1.0
    white_train, white_test = preprocessing.pca_whiten(train, test, eps)

    # Products of rows do not depend on signs, order or rotation of the components.
    metric = np.linalg.inv(np.cov(train, rowvar=False, bias=True) + eps * np.eye(3))
    left, right = train - train.mean(axis=0), test - train.mean(axis=0)
    assert_close(white_train @ white_test.T, left @ metric @ right.T, 1e-8)
    assert_close(white_train @ white_train.T, left @ metric @ left.T, 1e-8)
    assert_close(white_test @ white_test.T, right @ metric @ right.T, 1e-8)


def test_whitening_keeps_flat_directions_finite():
    digits = data.load_digits()
    train, test = preprocessing.pca_whiten(digits["x_train"], digits["x_test"])
    assert train.shape == (1280, 64)
    assert np.isfinite(test).all()
    variances = np.linalg.eigvalsh(np.cov(train, rowvar=False, bias=True))
    # Three pixels are always white; the next flattest directions feel eps a little.
    assert_close(variances[:3], np.zeros(3))
    assert_close(variances[3:], np.ones(61), 0.02)


# --- initialisers ---------------------------------------------------------------------------------

LAWS = {
    "small_random_init": lambda fan_in, fan_out: stats.norm(scale=0.01),
    "xavier_init": lambda fan_in, fan_out: stats.norm(scale=fan_in**-0.5),
    "glorot_init": lambda fan_in, fan_out: stats.uniform(
        -math.sqrt(6 / (fan_in + fan_out)), 2 * math.sqrt(6 / (fan_in + fan_out))
    ),
    "he_init": lambda fan_in, fan_out: stats.norm(scale=math.sqrt(2 / fan_in)),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("shape", [(200, 100), (100, 200)])
def test_weights_follow_their_law_exactly(name, shape):
    initializer = getattr(initializers, name)
    rng = np.random.default_rng(7)
    weights = initializer(*shape, rng)
    assert weights.shape == shape
    assert stats.kstest(weights.ravel(), LAWS[name](*shape).cdf).pvalue > 1e-4
    # Neighbours, and the next call, are independent of these.
    for other in (np.roll(weights, 1, 0), np.roll(weights, 1, 1), initializer(*shape, rng)):
        correlation = np.corrcoef(weights.ravel(), other.ravel())[0, 1]
        assert abs(correlation) * math.sqrt(weights.size) < 5


@pytest.mark.parametrize("name", LAWS)
def test_the_generator_is_the_only_source_of_randomness(name):
    initializer = getattr(initializers, name)
    first = initializer(4, 3, np.random.default_rng(1))
    assert np.array_equal(first, initializer(4, 3, np.random.default_rng(1)))
    assert not np.array_equal(first, initializer(4, 3, np.random.default_rng(2)))


def test_small_random_init_takes_a_standard_deviation():
    weights = initializers.small_random_init(100, 200, np.random.default_rng(0), std=3.0)
    assert stats.kstest(weights.ravel(), stats.norm(scale=3.0).cdf).pvalue > 1e-4


# --- the lecture's ten layers ---------------------------------------------------------------------


def ten_layers(activation, initializer, normalize=False):
    """Run the lecture's experiment and return its statistics, ten rows of four."""
    rng = np.random.default_rng(2)
    weights = [initializer(500, 500, rng) for _ in range(10)]
    x = rng.normal(size=(1000, 500))
    hidden = deep_network.forward_deep(x, weights, activation, normalize)
    return deep_network.layer_statistics(hidden)


def relu(x):
    return np.maximum(x, 0)


def unit_init(fan_in, fan_out, rng):
    return initializers.small_random_init(fan_in, fan_out, rng, std=1.0)


def test_small_weights_kill_the_signal_as_on_the_slide():
    std = ten_layers(np.tanh, initializers.small_random_init)[:, 1]
    np.testing.assert_allclose(std[:5], [0.2131, 0.0476, 0.0106, 0.00238, 0.00053], rtol=0.02)
    assert std[9] == pytest.approx(3.0e-7, rel=0.1)


def test_large_weights_saturate_tanh():
    mean, std, saturated, dead = ten_layers(np.tanh, unit_init)[9]
    assert (std, saturated) == (pytest.approx(0.982, rel=0.01), pytest.approx(0.90, abs=0.01))
    assert abs(mean) < 0.02
    assert dead == 0


def test_xavier_keeps_tanh_alive():
    std = ten_layers(np.tanh, initializers.xavier_init)[:, 1]
    assert std[[0, 9]] == pytest.approx([0.628, 0.228], rel=0.03)


def test_relu_wants_he():
    he = ten_layers(relu, initializers.he_init)
    xavier = ten_layers(relu, initializers.xavier_init)
    assert (he[0, 1], xavier[0, 1]) == pytest.approx((0.826, 0.584), rel=0.02)
    # One run wanders by some 12 % at layer 10; the two use the same draws and wander together.
    assert he[9, 1] == pytest.approx(0.818, rel=0.3)
    assert xavier[9, 1] / he[9, 1] == pytest.approx(2**-5, rel=1e-6)
    assert he[9, 3] == pytest.approx(0.10, abs=0.06)


@pytest.mark.parametrize("initializer", [unit_init, initializers.he_init])
def test_batchnorm_makes_the_initialisation_irrelevant(initializer):
    tanh = ten_layers(np.tanh, initializer, normalize=True)[:, 1]
    assert tanh[[0, 9]] == pytest.approx([0.628, 0.629], rel=0.01)
    rectified = ten_layers(relu, initializer, normalize=True)[:, 1]
    assert rectified[[0, 9]] == pytest.approx([0.584, 0.586], rel=0.01)


def test_forward_deep_normalises_as_batchnorm_does():
    rng = np.random.default_rng(4)
    x, weights = rng.normal(size=(6, 4)), [rng.normal(size=(4, 3)), rng.normal(size=(3, 5))]
    hidden = deep_network.forward_deep(x, weights, np.tanh, normalize=True)
    h = x
    for w, got in zip(weights, hidden, strict=True):
        bn_param = {"mode": "train"}
        scores = h @ w
        ones, zeros = np.ones(w.shape[1]), np.zeros(w.shape[1])
        h = np.tanh(batchnorm.batchnorm_forward(scores, ones, zeros, bn_param)[0])
        assert_close(got, h)


def test_layer_statistics_of_a_layer_worked_by_hand():
    # Units: dead; zero on average only; saturated once; small. 0.5 itself is not beyond 0.5.
    layer = np.array([[0.0, 1.0, -0.75, 0.5], [0.0, -1.0, 0.0, 0.25]])
    statistics = deep_network.layer_statistics([layer, np.zeros((3, 2))], saturation=0.5)
    assert_close(statistics, [[0.0, math.sqrt(2.875 / 8), 3 / 8, 1 / 4], [0.0, 0.0, 0.0, 1.0]])
    assert deep_network.layer_statistics([layer])[0, 2] == 2 / 8


# --- babysitting ----------------------------------------------------------------------------------


def test_initial_loss_is_that_of_the_lecture():
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, 1e-4, size=shape) for shape in [(3072, 50), (50, 10)]]
    assert babysitting.expected_initial_loss(10, weights, 0.0) == pytest.approx(2.302585)
    assert babysitting.expected_initial_loss(10, weights, 1e3) == pytest.approx(3.07, abs=0.01)


def test_sgd_step_updates_the_dict_it_was_given():
    params = {"w": np.array([1.0, 2.0]), "b": np.array(3.0)}
    grads = {"w": np.array([10.0, -10.0]), "b": np.array(5.0)}
    assert babysitting.sgd_step(params, grads, 0.1) is params
    assert_close(params["w"], [0.0, 3.0])
    assert_close(params["b"], 2.5)
    assert grads["w"].tolist() == [10, -10]


def test_update_ratio_measures_the_update_over_all_entries():
    w, dw = np.full((2, 2), 2.0), np.array([[3.0, 0.0], [0.0, 4.0]])
    assert babysitting.update_ratio(w, dw, 0.01) == pytest.approx(0.05 / 4)


def test_train_visits_every_example_once_per_epoch_in_a_fresh_order():
    x, y = np.arange(7.0).reshape(7, 1), np.arange(7)
    params, seen, values = {"w": np.array(8.0)}, [], []

    def loss_and_gradients(params, x_batch, y_batch):
        assert np.array_equal(x_batch[:, 0], y_batch)
        seen.append(y_batch.tolist())
        values.append(float(params["w"]))
        return float(params["w"]), {"w": params["w"]}

    rng = np.random.default_rng(0)
    losses = babysitting.train(loss_and_gradients, params, x, y, 0.5, 3, 3, rng)

    assert [len(batch) for batch in seen] == [3, 3, 1] * 3
    epochs = [list(chain(*seen[start : start + 3])) for start in (0, 3, 6)]
    assert all(sorted(epoch) == list(range(7)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in [*epochs, range(7)]}) == 4
    assert losses == values == [8.0 * 0.5**step for step in range(9)]
    assert params["w"] == 8.0 * 0.5**9
    assert y.tolist() == list(range(7))


@pytest.mark.parametrize(
    ("losses", "diagnosis"),
    [
        ([2.3, math.nan, 1.0], "diverged"),
        ([2.3, math.inf, 1.0], "diverged"),
        ([2.3, 1.0, 2.4], "diverged"),
        ([2.3, 2.3, 2.3], "too low"),
        ([2.0, 1.9, 1.81], "too low"),
        ([2.0, 1.9, 1.79], "good"),
        ([2.0, 0.61, 0.61, 0.61], "too high"),
        ([2.0, 0.59, 0.59, 0.59], "good"),
        ([2.0, 1.0, 1.0, 1.0], "too high"),
        ([2.0, 1.9, 1.04, 1.0], "too high"),
        ([2.0, 1.9, 1.06, 1.0], "good"),
        ([2.0, 0.5, 0.5, 0.5], "good"),
        ([2.0, 1.5, 1.2, 1.0], "good"),
        ([2.0], "too low"),
    ],
)
def test_losses_are_diagnosed_by_the_rules(losses, diagnosis):
    assert babysitting.diagnose_losses(losses) == diagnosis
    assert babysitting.diagnose_losses(np.array(losses)) == diagnosis


# --- hyperparameters ------------------------------------------------------------------------------


def test_samples_follow_the_log_uniform_law_exactly():
    sample = hyperparameters.sample_log_uniform(1e-4, 1e-1, 20_000, np.random.default_rng(0))
    assert sample.shape == (20_000,)
    assert stats.kstest(sample, stats.loguniform(1e-4, 1e-1).cdf).pvalue > 1e-4


def test_proposals_are_independent_and_each_in_its_range():
    ranges = {"rate": (1e-6, 1e-2), "reg": (1e-3, 1e3)}
    proposals = hyperparameters.random_search_proposals(ranges, 3000, np.random.default_rng(0))
    assert len(proposals) == 3000
    assert all(set(p) == set(ranges) for p in proposals)
    columns = {name: np.array([p[name] for p in proposals]) for name in ranges}
    for name, (low, high) in ranges.items():
        assert stats.kstest(columns[name], stats.loguniform(low, high).cdf).pvalue > 1e-4
        steps = stats.spearmanr(columns[name][1:], columns[name][:-1]).statistic
        assert abs(steps) * math.sqrt(3000) < 5
    across = stats.spearmanr(columns["rate"], columns["reg"]).statistic
    assert abs(across) * math.sqrt(3000) < 5


def test_refined_ranges_hold_the_best_trials_and_nothing_else():
    trials = [{"rate": rate, "reg": 1 / rate} for rate in (1.0, 2.0, 4.0, 8.0)]
    scores = [0.1, 0.9, 0.5, 0.8]
    assert hyperparameters.refine_ranges(trials, scores, 2) == {
        "rate": (2.0, 8.0),
        "reg": (0.125, 0.5),
    }
    assert hyperparameters.refine_ranges(trials, scores, 1)["rate"] == (2.0, 2.0)
    assert hyperparameters.refine_ranges(trials, scores, 4)["rate"] == (1.0, 8.0)


def test_the_lectures_own_best_rate_sits_on_the_border():
    ranges = {"rate": (1e-4, 1e-3), "reg": (1e-4, 1.0)}
    found = hyperparameters.on_border({"rate": 9.47e-4, "reg": 1e-2}, ranges)
    assert found == {"rate": True, "reg": False}
    assert found["rate"] is True
    for t, expected in [(-0.2, True), (0.09, True), (0.11, False), (0.89, False), (0.91, True)]:
        assert hyperparameters.on_border({"reg": 10 ** (4 * t - 4)}, {"reg": (1e-4, 1.0)}) == {
            "reg": expected
        }


@pytest.mark.parametrize(
    ("losses", "factor", "stop"),
    [
        ([2.0, 6.1], 3, True),
        ([2.0, 6.0], 3, False),
        ([2.0, 6.1, 1.0], 3, False),
        ([2.0, 6.1], 4, False),
        ([2.0, math.nan], 3, True),
        ([2.0, -math.inf], 3, True),
        ([2.0], 3, False),
    ],
)
def test_a_run_is_stopped_when_its_last_loss_is_out_of_bounds(losses, factor, stop):
    assert hyperparameters.stop_early(losses, factor) is stop
    if factor == 3:
        assert hyperparameters.stop_early(losses) is stop


# --- the given network and data -------------------------------------------------------------------


@pytest.fixture(scope="module")
def network():
    """Import network.py as a student has it: flat, beside the modules it uses."""
    with pytest.MonkeyPatch.context() as patch:
        for name in FLAT_MODULES:
            patch.delitem(sys.modules, name, raising=False)
        patch.syspath_prepend(str(SOLUTIONS))
        yield importlib.import_module("network")
        for name in FLAT_MODULES:
            sys.modules.pop(name, None)


def test_softmax_loss_agrees_with_scipy_and_autograd(network):
    rng = np.random.default_rng(0)
    y = np.array([0, 2, 1, 2])
    scores = rng.normal(size=(4, 3))
    picked = np.eye(3)[y]

    def independent(scores):
        totals = anp.log(anp.sum(anp.exp(scores), axis=1, keepdims=True))
        return -anp.sum(picked * (scores - totals)) / 4

    loss, dscores = network.softmax_loss(scores, y)
    assert_close(loss, -np.mean(special.log_softmax(scores, axis=1)[range(4), y]))
    assert_close(dscores, autograd.grad(independent)(scores))
    assert_close(network.softmax_loss(scores + 1e4, y)[0], loss, 1e-8)


@pytest.mark.parametrize("use_batchnorm", [False, True])
@elementwise
def test_gradients_of_a_whole_network_agree_with_autograd(network, name, use_batchnorm):
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(6, 5)), rng.integers(0, 3, size=6)
    net = network.FullyConnectedNet(
        [5, 4, 4, 3], initializers.he_init, rng, name, use_batchnorm, reg=0.1
    )
    # Library defaults differ from the alphas above.
    defaults = {
        "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
        "elu": lambda z: anp.where(z > 0, z, anp.exp(z) - 1),
    }
    activation = defaults.get(name, ELEMENTWISE[name][1])
    for key in net.params:
        if not key.startswith("W"):
            net.params[key] = rng.normal(size=net.params[key].shape)

    def independent(params):
        h = x
        for layer in (1, 2):
            h = anp.dot(h, params[f"W{layer}"]) + params[f"b{layer}"]
            if use_batchnorm:
                h = (h - anp.mean(h, axis=0)) / anp.sqrt(anp.var(h, axis=0) + 1e-5)
                h = params[f"gamma{layer}"] * h + params[f"beta{layer}"]
            h = activation(h)
        scores = anp.dot(h, params["W3"]) + params["b3"]
        totals = anp.log(anp.sum(anp.exp(scores), axis=1))
        penalty = sum(anp.sum(params[f"W{layer}"] ** 2) for layer in (1, 2, 3))
        return anp.mean(totals - scores[np.arange(6), y]) + 0.05 * penalty

    loss, grads = net.loss_and_gradients(net.params, x, y)
    assert_close(loss, independent(net.params))
    expected = autograd.grad(independent)(dict(net.params))
    assert grads.keys() == net.params.keys()
    for key, want in expected.items():
        assert_close(grads[key], want, 1e-9)


def normalized_digits():
    digits = data.load_digits()
    digits["x_train"], mean, std = preprocessing.normalize(digits["x_train"])
    digits["x_test"], _, _ = preprocessing.normalize(digits["x_test"], mean, std)
    return digits


@pytest.mark.parametrize("scale", [1.0, 0.01])
@pytest.mark.parametrize("seed", range(3))
def test_five_epochs_with_batchnorm_read_the_digits(network, seed, scale):
    digits = normalized_digits()
    rng = np.random.default_rng(seed)

    def scaled_he(fan_in, fan_out, rng):
        return scale * initializers.he_init(fan_in, fan_out, rng)

    net = network.FullyConnectedNet([64, 100, 100, 10], scaled_he, rng, use_batchnorm=True)
    x, y = digits["x_train"], digits["y_train"]
    losses = babysitting.train(net.loss_and_gradients, net.params, x, y, 0.3, 5, 20, rng)
    assert babysitting.diagnose_losses(losses) == "good"
    labels = net.predict(net.params, digits["x_test"])
    assert np.mean(labels == digits["y_test"]) >= 0.95
    # In test mode an answer does not depend on the rest of the batch.
    assert net.predict(net.params, digits["x_test"][:1]) == labels[0]


def test_twenty_digits_are_overfitted(network):
    digits = normalized_digits()
    x, y = digits["x_train"][:20], digits["y_train"][:20]
    rng = np.random.default_rng(0)
    net = network.FullyConnectedNet([64, 50, 10], initializers.he_init, rng)
    losses = babysitting.train(net.loss_and_gradients, net.params, x, y, 0.1, 100, 5, rng)
    assert losses[-1] < 0.01
    assert np.array_equal(net.predict(net.params, x), y)


def test_the_digits_are_those_that_uci_describes():
    with np.load(data.DIGITS) as archive:
        images, labels = archive["images"], archive["labels"]
    assert images.shape == (1797, 64)
    assert images.dtype == labels.dtype == np.uint8
    assert (images.min(), images.max()) == (0, 16)
    # Class counts of the test part, as published with the data set.
    published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(labels).tolist() == published


def test_the_splits_are_as_documented():
    digits = data.load_digits()
    sizes = {name: values.shape for name, values in digits.items()}
    assert sizes == {
        "x_train": (1280, 64),
        "y_train": (1280,),
        "x_val": (257, 64),
        "y_val": (257,),
        "x_test": (257, 64),
        "y_test": (257,),
    }
    images = np.concatenate([digits["x_train"], digits["x_val"], digits["x_test"]])
    assert images.dtype == np.float64
    assert (images.min(), images.max()) == (0, 16)
    assert len(np.unique(images, axis=0)) == 1280 + 257 + 257
    constant = np.ptp(digits["x_train"], axis=0) == 0
    assert not images[:, constant].any()


def test_missing_digits_are_explained(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no digits at .*load_digits\(path\)"):
        data.load_digits(tmp_path / "digits.npz")
