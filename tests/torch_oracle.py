"""The reference solutions against PyTorch, in float64.

Not collected by default, since PyTorch is large: python -m pytest tests/torch_oracle.py
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from solutions import activations, babysitting, batchnorm

SOLUTIONS = Path(__file__).resolve().parent.parent / "solutions"
ELEMENTWISE = {
    "sigmoid": ({}, torch.sigmoid),
    "tanh": ({}, torch.tanh),
    "relu": ({}, torch.relu),
    "leaky_relu": ({"alpha": 0.3}, lambda x: functional.leaky_relu(x, 0.3)),
    "elu": ({"alpha": 1.7}, lambda x: functional.elu(x, 1.7)),
}
SHAPES = [(7,), (6, 3), (2, 3, 4), (2, 1, 3, 2)]
seeded = pytest.mark.parametrize("seed", range(5))


def assert_close(got, expected, tolerance=1e-10):
    """Compare shapes, then values; asked for the truth, so that NaN fails."""
    expected = expected.detach().numpy()
    assert np.shape(got) == expected.shape
    assert np.all(np.abs(got - expected) / (1 + np.abs(expected)) <= tolerance)


def variables(*values):
    return [torch.tensor(value, requires_grad=True) for value in values]


def compare(out, gradients, expected, inputs, dout):
    """Compare an output and its gradients with PyTorch's."""
    expected.backward(torch.tensor(dout))
    assert_close(out, expected)
    for gradient, variable in zip(gradients, inputs, strict=True):
        assert_close(gradient, variable.grad)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("shape", SHAPES)
@seeded
def test_elementwise_activations(name, shape, seed):
    rng = np.random.default_rng(seed)
    x, dout = rng.normal(scale=4.0, size=shape), rng.normal(size=shape)
    options, independent = ELEMENTWISE[name]
    out, cache = getattr(activations, f"{name}_forward")(x, **options)
    dx = getattr(activations, f"{name}_backward")(dout, cache)
    inputs = variables(x)
    compare(out, [dx], independent(*inputs), inputs, dout)


@seeded
def test_prelu(seed):
    rng = np.random.default_rng(seed)
    x, alpha, dout = rng.normal(size=(6, 4)), rng.normal(size=4), rng.normal(size=(6, 4))
    out, cache = activations.prelu_forward(x, alpha)
    inputs = variables(x, alpha)
    expected = functional.prelu(*inputs)
    compare(out, activations.prelu_backward(dout, cache), expected, inputs, dout)


@seeded
def test_maxout(seed):
    rng = np.random.default_rng(seed)
    shapes = [(5, 4), (4, 3), (3,), (4, 3), (3,)]
    arguments = [rng.normal(size=shape) for shape in shapes]
    dout = rng.normal(size=(5, 3))
    out, cache = activations.maxout_forward(*arguments)
    inputs = variables(*arguments)
    x, w1, b1, w2, b2 = inputs
    expected = torch.maximum(x @ w1 + b1, x @ w2 + b2)
    compare(out, activations.maxout_backward(dout, cache), expected, inputs, dout)


@pytest.mark.parametrize("backward", ["batchnorm_backward", "batchnorm_backward_alt"])
@pytest.mark.parametrize("eps", [1e-5, 0.1])
@seeded
def test_batchnorm_in_train_mode(seed, eps, backward):
    rng = np.random.default_rng(seed)
    x, dout = rng.normal(2.0, 3.0, size=(6, 3)), rng.normal(size=(6, 3))
    gamma, beta, running_mean = rng.normal(size=(3, 3))
    running_var = rng.uniform(0.5, 2.0, size=3)
    bn_param = {"mode": "train", "eps": eps, "momentum": 0.7}
    bn_param |= {"running_mean": running_mean.copy(), "running_var": running_var.copy()}
    out, cache = batchnorm.batchnorm_forward(x, gamma, beta, bn_param)

    inputs = variables(x, gamma, beta)
    torch_mean, torch_var = torch.tensor(running_mean), torch.tensor(running_var)
    # PyTorch's momentum weights the new value, ours the old one.
    expected = functional.batch_norm(
        inputs[0], torch_mean, torch_var, inputs[1], inputs[2], True, 0.3, eps
    )
    compare(out, getattr(batchnorm, backward)(dout, cache), expected, inputs, dout)
    assert_close(bn_param["running_mean"], torch_mean)
    # PyTorch stores the variance divided by N - 1, ours is divided by N.
    new_var = (torch_var - 0.7 * torch.tensor(running_var)) * 5 / 6
    assert_close(bn_param["running_var"] - 0.7 * running_var, new_var)


@seeded
def test_batchnorm_in_test_mode(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(4, 3))
    gamma, beta, mean = rng.normal(size=(3, 3))
    var = rng.uniform(0.5, 2.0, size=3)
    bn_param = {"mode": "test", "running_mean": mean, "running_var": var, "eps": 0.1}
    out, _ = batchnorm.batchnorm_forward(x, gamma, beta, bn_param)
    x, mean, var, gamma, beta = map(torch.tensor, (x, mean, var, gamma, beta))
    assert_close(out, functional.batch_norm(x, mean, var, gamma, beta, False, 0.0, 0.1))


@seeded
def test_softmax_loss(seed, monkeypatch):
    for name in ("network", "activations", "batchnorm"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(SOLUTIONS))
    network = importlib.import_module("network")
    rng = np.random.default_rng(seed)
    scores, y = rng.normal(size=(5, 4)), rng.integers(0, 4, size=5)
    loss, dscores = network.softmax_loss(scores, y)
    inputs = variables(scores)
    expected = functional.cross_entropy(*inputs, torch.tensor(y))
    compare(loss, [dscores], expected, inputs, 1.0)


@seeded
def test_sgd_step(seed):
    rng = np.random.default_rng(seed)
    w, dw = rng.normal(size=(2, 3, 4))
    (variable,) = variables(w)
    variable.grad = torch.tensor(dw)
    torch.optim.SGD([variable], lr=0.1).step()
    assert_close(babysitting.sgd_step({"w": w}, {"w": dw}, 0.1)["w"], variable)
