"""Babysitting: the sanity checks before a long run, one optimiser step, training, its diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..candidate import Candidate, Given, as_array, as_numbers
from ..exercise import FREE, Exercise, Inputs, Seen, case
from ..judges import agrees, both
from ..model import Fault, Mismatch, Text, Verdict, text
from ..numerics import Array, as_float
from ..sandbox.given import softmax_regression

exercise = Exercise("babysitting")


def spread(
    rng: np.random.Generator,
    low: float,
    high: float,
    shape: tuple[int, int],
    negative: int | None = None,
) -> Array:
    """Known sizes in random places with random signs, so that norms are the same for every seed."""
    sizes = np.linspace(low, high, shape[0] * shape[1])
    signs = rng.choice([-1, 1], sizes.size)
    if negative is not None:
        signs = rng.permutation(np.where(np.arange(sizes.size) < negative, -1, 1))
    return (rng.permutation(sizes) * signs).reshape(shape)


@case
def two_layers(rng: np.random.Generator) -> Mapping[str, Any]:
    """Seven classes, two weight matrices, reg 0.3"""
    weights = [spread(rng, 0.2, 0.8, (5, 4)), spread(rng, 0.3, 1.2, (4, 7))]
    return {"num_classes": 7, "weights": weights, "reg": 0.3}


def observe_initial_loss(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    arguments = (inputs.num_classes, inputs.weights, inputs.reg)
    return {"loss": candidate.call("expected_initial_loss", *arguments, returns=("loss",))}


expected_initial_loss = exercise.question(
    "expected_initial_loss",
    observe_initial_loss,
    points=1,
    cases=(two_layers,),
    summary="The loss of a classifier that knows nothing, penalty included.",
)
expected_initial_loss.check(
    "value",
    "The loss is log(num_classes) plus half of reg times all squared weights.",
    agrees("loss"),
    points=1,
)


@case
def three_parameters(rng: np.random.Generator) -> Mapping[str, Any]:
    """Two weight matrices and a bias, learning rate 0.2"""
    shapes = {"W1": (4, 3), "b1": (3,), "W2": (3, 2)}  # the names of the docstring
    return {
        "params": {name: rng.normal(size=shape) for name, shape in shapes.items()},
        "grads": {name: rng.normal(size=shape) for name, shape in shapes.items()},
        "learning_rate": 0.2,
    }


def observe_step(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    """The parameters returned, or else those left in the caller's dict; whether both are the same.

    Whether it is the very dict cannot be seen from here: that it holds the same values can.
    """
    names = tuple(inputs.params)
    params, grads = candidate.keep(inputs.params), candidate.keep(inputs.grads)
    returned = candidate.call("sgd_step", params, grads, inputs.learning_rate, returns=("params",))
    left = named_arrays("params", candidate.fetch(params), names)
    found = left if returned is None else named_arrays("params", returned, names)
    return {
        **found,
        "returned": returned is not None,
        "in place": hold_the_same(left, found),
        FREE + "grads": hold_the_same(candidate.fetch(grads), inputs.grads),
    }


def hold_the_same(one: Any, other: Mapping[str, Any]) -> bool:
    """Whether a dict has the names and the values of another."""
    return (
        isinstance(one, dict)
        and one.keys() == other.keys()
        and all(np.array_equal(as_array(n, one[n]), as_array(n, other[n])) for n in other)
    )


def named_arrays(what: str, found: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(found, dict) or not set(names) <= set(found):
        raise Fault(
            Verdict.FAILED,
            text("{what} must be a dict with {names}", what=what, names=", ".join(names)),
        )
    return {name: found[name] for name in names}


sgd_step = exercise.question(
    "sgd_step",
    observe_step,
    points=1,
    cases=(three_parameters,),
    summary="One step of plain gradient descent on every parameter.",
)


def is_the_dict_given(seen: Seen) -> tuple[Text, ...]:
    if not seen.got["returned"]:
        raise Mismatch(text("sgd_step returned None: return params after the loop"))
    if not seen.got["in place"]:
        raise Mismatch(
            text("params itself does not hold the new values: update the dict that was given")
        )
    return ()


sgd_step.check(
    "value",
    "Every parameter moves against its gradient, by learning_rate times it, in the dict given.",
    both(agrees("W1", "b1", "W2"), is_the_dict_given),
    points=1,
)
sgd_step.advise(
    "grads", "sgd_step changes grads, which belongs to the caller.", agrees(FREE + "grads")
)


@case
def one_matrix(rng: np.random.Generator) -> Mapping[str, Any]:
    """A weight matrix and its gradient, learning rate 0.6"""
    # Few are negative, so that no mean is 0: else a standard deviation may pass for a norm.
    learning_rate = 0.6
    while True:
        w = spread(rng, 0.5, 3.0, (5, 4), negative=2)
        dw = spread(rng, 0.2, 1.4, (5, 4), negative=2) ** 3
        ratio, *wrong = measures(w, learning_rate * dw)
        if np.abs(np.array(wrong) / ratio - 1).min() > 0.02:
            return {"w": w, "dw": dw, "learning_rate": learning_rate}


def measures(w: Array, step: Array) -> list[float]:
    """The ratio of the norms, and others that one number must not be taken for."""
    return [
        float(np.linalg.norm(step) / np.linalg.norm(w)),
        float(np.linalg.norm(step, 2) / np.linalg.norm(w, 2)),
        float(np.linalg.norm(step) / np.linalg.norm(w - step)),
        float(np.abs(step).sum() / np.abs(w).sum()),
        float(np.abs(step).max() / np.abs(w).max()),
        float(np.abs(step / w).mean()),
        float(step.std() / w.std()),
    ]


def observe_ratio(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    arguments = (inputs.w, inputs.dw, inputs.learning_rate)
    return {"ratio": candidate.call("update_ratio", *arguments, returns=("ratio",))}


update_ratio = exercise.question(
    "update_ratio",
    observe_ratio,
    points=1,
    cases=(one_matrix,),
    summary="The size of an update relative to the size of the weights.",
)
update_ratio.check(
    "value",
    "The norm of learning_rate times dw, divided by the norm of w.",
    agrees("ratio"),
    points=1,
)


@case
def twenty_examples(rng: np.random.Generator) -> Mapping[str, Any]:
    """Twenty examples, five classes, full batches, eighty epochs, learning rate 0.5"""
    return {
        "loss": Given("softmax_regression"),
        "params": {"w": rng.normal(size=(30, 5)) * 0.1, "b": np.zeros(5)},
        "x": rng.normal(size=(20, 30)),
        "y": rng.permutation(np.arange(20) % 5),
        "schedule": (0.5, 80, 20),
    }


ROWS, EPOCHS = 40, 3


@case
def mini_batches(rng: np.random.Generator) -> Mapping[str, Any]:
    """Forty examples in mini-batches of sixteen, three epochs"""
    return {
        "loss": Given("company"),
        "params": {"together": np.zeros((ROWS, ROWS))},
        "x": np.arange(ROWS).reshape(ROWS, 1),
        "y": np.arange(ROWS),
        "schedule": (1.0, EPOCHS, 16),
    }


def observe_training(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    """The losses returned and the parameters left in the caller's dict."""
    params, generator = candidate.keep(inputs.params), candidate.generator(inputs.seed)
    losses = candidate.call(
        "train",
        *(inputs.loss, params, inputs.x, inputs.y, *inputs.schedule),
        generator,
        returns=("losses",),
    )
    left = candidate.fetch(params)
    if "together" in inputs.params:
        company = company_kept(left_in(left, inputs.params)["together"])
        return {"losses": losses, **company, "rng used": candidate.used(generator)}
    return {"losses": losses, **left_in(left, inputs.params)}


def left_in(left: Any, params: Mapping[str, Array]) -> dict[str, Array]:
    """The parameters in the caller's dict, each in the shape that it had."""
    found = named_arrays("params", left, tuple(params))
    return {name: as_numbers(name, found[name], params[name].shape) for name in params}


def company_kept(together: Array) -> dict[str, Any]:
    """How often each row was visited with its label, and whether batches were mixed anew."""
    mixed = (together > 0) & (together < EPOCHS)
    return {"visits": np.array(np.diagonal(together)), "fresh_order": np.array(bool(mixed.any()))}


def examples_are_learned(seen: Seen) -> tuple[Text, ...]:
    """The grader's own loss, at the parameters that training left, is near 0."""
    params = {name: as_float(seen.got[name]) for name in ("w", "b")}
    loss, _ = softmax_regression(params, seen.inputs.x, seen.inputs.y)
    if not loss <= 0.1:  # so that NaN fails
        raise Mismatch(
            text("after training the loss on the 20 examples is {loss:.3g}, not near 0", loss=loss)
        )
    return ()


train = exercise.question(
    "train",
    observe_training,
    points=3,
    cases=(twenty_examples, mini_batches),
    summary="Mini-batch gradient descent that returns the loss of every step.",
    uses="sgd_step",
)
train.check(
    "steps",
    "The losses are those of each step, before its update.",
    agrees("losses"),
    points=1,
    on=(twenty_examples,),
)
train.check(
    "epochs",
    "Each epoch visits every example once, in a new order, the last batch included.",
    agrees("losses", "visits", "fresh_order", "rng used"),
    points=1,
    on=(mini_batches,),
    needs=("steps",),
)
train.check(
    "overfit",
    "Twenty examples are learned by heart, in the parameters that were given.",
    examples_are_learned,
    points=1,
    on=(twenty_examples,),
    needs=("steps",),
)


def curve(first: float, last: float, fall: float, length: int) -> list[float]:
    """An exponential fall from ``first`` towards ``last`` with a time constant of ``fall``."""
    steps = np.arange(length) / length
    return [float(value) for value in last + (first - last) * np.exp(-steps / fall)]


def length(rng: np.random.Generator) -> int:
    return int(rng.integers(20, 40))


@case
def exploding(rng: np.random.Generator) -> Mapping[str, Any]:
    """Losses that grow"""
    return {"losses": [float(2.3 * 1.4**step) for step in range(length(rng))]}


@case
def overflowing(rng: np.random.Generator) -> Mapping[str, Any]:
    """Losses that fall but for one that is infinite"""
    losses = curve(2.3, 0.1, 0.2, length(rng))
    losses[len(losses) // 3] = float("inf")
    return {"losses": losses}


@case
def not_a_number(rng: np.random.Generator) -> Mapping[str, Any]:
    """Losses that fall but for one that is NaN"""
    losses = curve(2.3, 0.1, 0.2, length(rng))
    losses[len(losses) // 3] = float("nan")
    return {"losses": losses}


@case
def levelling_off(rng: np.random.Generator) -> Mapping[str, Any]:
    """Losses that fall in the first half, and stay level at half of the first from the middle on"""
    half, level = length(rng) // 2, float(rng.uniform(1.1, 1.2))
    falling = np.linspace(2.3, 1.6, half)  # of an even number: the middle is the first one level
    return {"losses": [float(loss) for loss in (*falling, *np.linspace(level, level - 0.02, half))]}


@case
def hardly_moving(rng: np.random.Generator) -> Mapping[str, Any]:
    """Losses of which less than a tenth goes"""
    return {"losses": curve(23.0, float(rng.uniform(22.0, 22.5)), 0.5, length(rng))}


@case
def settled(rng: np.random.Generator) -> Mapping[str, Any]:
    """Losses that drop at once and stay at a twentieth of the first"""
    return {"losses": curve(2.3, float(rng.uniform(0.08, 0.15)), 0.05, length(rng))}


@case
def still_falling(rng: np.random.Generator) -> Mapping[str, Any]:
    """Losses that go down steadily from 10 to 9, just a tenth of the first"""
    return {"losses": [float(loss) for loss in np.linspace(10.0, 9.0, length(rng))]}


def observe_diagnosis(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    return {"diagnosis": candidate.call("diagnose_losses", inputs.losses, returns=("diagnosis",))}


diagnose_losses = exercise.question(
    "diagnose_losses",
    observe_diagnosis,
    points=2,
    cases=(
        exploding,
        not_a_number,
        overflowing,
        levelling_off,
        hardly_moving,
        settled,
        still_falling,
    ),
    summary="Whether the learning rate was too high, too low or good.",
)
diagnose_losses.check(
    "too-high",
    "Losses that blow up are told from losses that level off early.",
    agrees("diagnosis"),
    points=1,
    on=(exploding, not_a_number, overflowing, levelling_off, still_falling),
)
diagnose_losses.check(
    "too-low",
    "Losses that hardly move are told from a healthy fall.",
    agrees("diagnosis"),
    points=1,
    on=(hardly_moving, settled),
)
