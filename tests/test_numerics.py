"""What decides a mark: NaN never passes, and one stacked call gives every derivative."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.numerics import (
    TOLERANCE,
    Stack,
    deviation,
    error_map,
    relative_error,
    stacked_gradient,
    without_leading_ones,
    worst,
)

finite = hnp.arrays(np.float64, (3, 2), elements=st.floats(-1e6, 1e6))


@given(finite, finite)
def test_deviation_is_zero_only_for_equals_and_never_negative(one, other):
    assert deviation(one, one) == 0
    assert deviation(one, other) >= 0
    assert (deviation(one, other) == 0) == bool((one == other).all())


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ([np.nan], [1.0]),
        ([1.0], [np.nan]),
        ([np.inf], [1.0]),
        ([np.inf], [-np.inf]),
        ([1.0], [np.inf]),
        ([[1.0]], [1.0]),
        ([1.0, 1.0], [1.0]),
        ("good", "bad"),
        ("1.0", 1.0),
    ],
)
def test_other_shapes_and_patterns_are_infinitely_far(got, expected):
    assert deviation(np.array(got), np.array(expected)) == float("inf")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, "good", [], True, 2**53])
def test_equals_are_at_no_distance(value):
    assert deviation(np.array(value), np.array(value)) == 0


def test_it_is_relative_for_large_and_absolute_for_small_values():
    assert deviation(np.array([1e6 + 1]), np.array([1e6])) < TOLERANCE
    assert deviation(np.array([2e-9]), np.array([3e-9])) < TOLERANCE
    assert relative_error(np.array([2e-9]), np.array([3e-9])) > 0.09  # which is why it is not used


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1.005, "1"),
        ([1, 1.005, 1.1, 1.9, 9, 99, np.nan], ".123455"),
        ([[1, 1], [1, 9]], "../.4"),
        ([[[1, 1], [9, 1]], [[1, 1], [1, np.inf]]], "..4./...5"),
    ],
)
def test_a_map_shows_how_far_each_entry_is_off(got, expected):
    assert error_map(np.array(got), np.ones(np.shape(got)), TOLERANCE) == expected


def test_a_map_of_many_entries_shows_the_worst_of_each_block():
    right, got = np.zeros((50, 100)), np.zeros((50, 100))
    got[49, 99], got[49, 98], got[0, 7] = 1e-3, 99, 0.5
    rows = error_map(got, right, TOLERANCE).split("/")
    assert [len(row) for row in rows] == [24] * 12
    assert rows[0] == "." + "3" + 22 * "."
    assert rows[11] == 23 * "." + "5"
    assert set("".join(rows[1:11])) == {"."}


def test_only_leading_axes_of_length_one_are_forgiven():
    assert without_leading_ones(np.zeros((1, 3)), (3,)).shape == (3,)
    assert without_leading_ones(np.zeros((1, 1)), ()).shape == ()
    assert without_leading_ones(np.zeros((3, 1)), (3,)).shape == (3, 1)
    assert without_leading_ones(np.zeros((1, 3)), (4,)).shape == (1, 3)


def test_the_worst_entry_is_named_and_a_nan_is_the_worst():
    found = worst(np.array([[1.0, 2.0], [np.nan, 4.0]]), np.array([[1.0, 3.0], [3.0, 4.0]]), 1e-4)
    assert (found.count, found.total, found.index, found.expected) == (2, 4, (1, 0), 3.0)
    assert np.isnan(found.got)


def counted(function):
    def run(inputs):
        run.calls += 1
        return function(inputs)

    run.calls = 0
    return run


def batch_normalised(inputs):
    x = inputs["x"]
    return inputs["g"] * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 0.1)


STACKS = {
    "elementwise": (lambda i: i["x"] ** 3, Stack({"x": 0}, out=0), ("x",)),
    "per column": (lambda i: i["x"] * i["g"], Stack({"x": 1, "g": 0}, out=1), ("x", "g")),
    "batch": (batch_normalised, Stack({"x": 1, "g": 0}, out=1), ("x", "g")),
    "rows": (lambda i: np.tanh(i["x"] @ i["w"]), Stack({"x": 0}, out=0), ("x",)),
    "units": (lambda i: np.tanh(i["x"] @ i["w"]), Stack({"w": 1}, out=1), ("w",)),
}


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("seed", range(5))
def test_one_stacked_call_gives_what_many_calls_give(name, seed):
    function, stack, wrt = STACKS[name]
    rng = np.random.default_rng(seed)
    shapes = {"x": (4, 3), "g": (3,), "w": (3, 2)}
    inputs = {key: rng.normal(size=shape) for key, shape in shapes.items()}
    dout = rng.normal(size=function(inputs).shape)
    forward = counted(function)
    found = stacked_gradient(forward, inputs, wrt, stack, dout)
    assert forward.calls == 1
    for key in wrt:
        expected = np.zeros(shapes[key])
        for index in np.ndindex(shapes[key]):
            sides = []
            for h in (1e-5, -1e-5):
                moved = {k: v.copy() for k, v in inputs.items()}
                moved[key][index] += h
                sides.append(np.sum(function(moved) * dout))
            expected[index] = (sides[0] - sides[1]) / 2e-5
        np.testing.assert_allclose(found[key], expected, atol=1e-6)


def test_a_gradient_that_is_off_by_one_percent_is_noticed():
    rng = np.random.default_rng(1)
    x, dout = rng.normal(size=(2, 4, 3))
    forward = STACKS["elementwise"][0]
    found = stacked_gradient(forward, {"x": x}, ("x",), STACKS["elementwise"][1], dout)
    assert deviation(3 * x**2 * dout, found["x"]) < 1e-6
    assert deviation(3.03 * x**2 * dout, found["x"]) > 3e-3
