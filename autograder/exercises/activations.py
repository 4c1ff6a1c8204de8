"""Activations: seven forwards and seven backwards.

The elementwise functions share one spread of 48 inputs that exposes every known bug: both signs
against both signs of the upstream gradient, exact zeros, values next to zero, and magnitudes at
which a naive exponential overflows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..candidate import CACHE, Candidate, as_array, as_numbers
from ..exercise import FREE, Case, Exercise, Inputs, Numeric, Observe, Question, Seen, case
from ..judges import Where, agrees, between, both, fit, numeric
from ..model import Mismatch, Text, text
from ..numerics import (
    KINK,
    TOLERANCE,
    Array,
    Stack,
    deviation,
    skip,
    stacked_gradient,
    without_leading_ones,
)

exercise = Exercise("activations")

LARGE = (6.5, 9.0, 14.0, 40.0, 100.0, 710.0, 1000.0)  # exp overflows at 709.8
TINY = (1e-6, 1e-3)
ZEROS = 2
MODERATE = 8.0
FAR = 40.0  # from where on a sigmoid is 0 or 1, to 4e-18
AT_LIMIT = 1e-6  # right code in float32 is exact there; x cut off at 15 is 3e-7 away


def spread_values(rng: np.random.Generator) -> dict[str, Array]:
    """48 inputs of shape (4, 4, 3) and upstream gradients of mixed sign, never near 0."""
    edges = [sign * value for value in (*LARGE, *TINY) for sign in (1, -1)]
    rest = 48 - len(edges) - ZEROS
    moderate = np.where(np.arange(rest) % 2, 1, -1) * rng.uniform(0.05, 3.0, rest)
    x = np.concatenate([edges, np.zeros(ZEROS), moderate])
    dout = np.where(np.arange(48) // 2 % 2, 1, -1) * rng.uniform(0.2, 1.5, 48)
    order = rng.permutation(48)
    return {"x": x[order].reshape(4, 4, 3), "dout": dout[order].reshape(4, 4, 3)}


@case
def spread(rng: np.random.Generator) -> Mapping[str, Any]:
    """48 values of both signs in shape (4, 4, 3), from 0 to 1000 in magnitude"""
    return spread_values(rng)


@case
def spread_alpha(rng: np.random.Generator) -> Mapping[str, Any]:
    """48 values of both signs in shape (4, 4, 3), alpha between 0.15 and 0.4"""
    return {**spread_values(rng), "alpha": float(rng.uniform(0.15, 0.4))}


@case
def steep(rng: np.random.Generator) -> Mapping[str, Any]:
    """48 values of both signs in shape (4, 4, 3), alpha between 1.5 and 2"""
    return {**spread_values(rng), "alpha": float(rng.uniform(1.5, 2.0))}


@case
def integers(rng: np.random.Generator) -> Mapping[str, Any]:
    """Ten integers in shape (10,)"""
    return {"x": rng.permutation(np.arange(-5, 5))}


@case
def columns(rng: np.random.Generator) -> Mapping[str, Any]:
    """Eight rows, six features, one alpha per feature, one of them negative"""
    signs = np.where(np.arange(8) % 2, 1.0, -1.0)[:, np.newaxis]  # both in every column
    x = signs * rng.uniform(0.05, 3.0, (8, 6))
    x[0, :ZEROS] = 0.0  # in two columns: a slope of 0 there is right where alpha is negative
    alpha = rng.uniform(0.15, 0.4, 6)
    alpha[0], alpha[1] = -rng.uniform(0.3, 0.6), rng.uniform(1.5, 2.0)
    dout = rng.choice([-1, 1], 48) * rng.uniform(0.2, 1.5, 48)
    return {
        "x": rng.permuted(x, axis=0),
        "alpha": rng.permutation(alpha),
        "dout": dout.reshape(8, 6),
    }


GAP = 0.2  # between maxout's two pieces, so that no step of a numeric gradient crosses over
NEGATIVE, TIED = 1, 2  # maxout units: below zero everywhere, and equal in both pieces
MIXED = [0, 3]  # each piece wins somewhere, and is positive there
UNTIED = np.arange(4) != TIED


@case
def two_pieces(rng: np.random.Generator) -> Mapping[str, Any]:
    """Five rows, four features, four units: one negative throughout, one with equal pieces"""
    while True:
        x = rng.normal(size=(5, 4))
        w1, w2 = rng.normal(size=(2, 4, 4))
        b1, b2 = rng.normal(size=(2, 4))
        for b, w in ((b1, w1), (b2, w2)):
            b[NEGATIVE] = -0.3 - (x @ w)[:, NEGATIVE].max()
        w2[:, TIED], b2[TIED] = w1[:, TIED], b1[TIED]
        first, second = x @ w1 + b1, x @ w2 + b2
        gap = first - second
        if np.abs(gap[:, UNTIED]).min() > GAP and all(
            ((piece > 0) & (lead >= 0))[:, MIXED].any(axis=0).all()
            for piece, lead in ((first, gap), (second, -gap))
        ):
            break
    dout = rng.choice([-1, 1], (5, 4)) * rng.uniform(0.2, 1.5, (5, 4))
    return {"x": x, "w1": w1, "b1": b1, "w2": w2, "b2": b2, "dout": dout}


def one_is_positive(inputs: Inputs) -> Array:
    """Where maxout's first piece or its second is."""
    pieces = (inputs.x @ inputs.w1 + inputs.b1, inputs.x @ inputs.w2 + inputs.b2)
    return np.any([piece > 0 for piece in pieces], axis=0)


def run_forward(candidate: Candidate, name: str, arguments: tuple[Any, ...]) -> tuple[Any, Any]:
    result: tuple[Any, Any] = candidate.call(f"{name}_forward", *arguments, returns=("out", CACHE))
    return result


def arguments_of(inputs: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(inputs, name) for name in names)


def forward(name: str, arguments: tuple[str, ...]) -> Observe:
    def observe(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
        out, _ = run_forward(candidate, name, arguments_of(inputs, arguments))
        return {"out": out}

    return observe


def backward(name: str, arguments: tuple[str, ...], gradients: tuple[str, ...]) -> Observe:
    def observe(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
        _, cache = run_forward(candidate, name, arguments_of(inputs, arguments))
        found = candidate.call(f"{name}_backward", inputs.dout, cache, returns=gradients)
        return dict(zip(gradients, found if len(gradients) > 1 else (found,), strict=True))

    return observe


def apart_at_zero(name: str, observe: Observe) -> Observe:
    """The entries at x = 0 stand apart: code may take either side of a kink there."""

    def observe_kinked(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
        found = dict(observe(candidate, inputs))
        raw = as_numbers(name, found[name])
        fitted = without_leading_ones(raw, inputs.x.shape)
        if fitted.shape == inputs.x.shape:
            found[name] = np.where(inputs.x == 0, 0, fitted).reshape(raw.shape).astype(raw.dtype)
        return {**found, FREE + name: raw}

    return observe_kinked


def gradients_of(name: str, arguments: tuple[str, ...], wrt: tuple[str, ...], stack: Stack) -> Any:
    """Numeric gradients of ``name``'s forward in one call, as a function of candidate, inputs."""

    def differentiate(candidate: Candidate, inputs: Inputs) -> dict[str, Array]:
        def run(stacked: Mapping[str, Array]) -> Array:
            values = tuple(stacked.get(n, getattr(inputs, n)) for n in arguments)
            return as_array("out", run_forward(candidate, name, values)[0])

        arrays = {
            n: getattr(inputs, n) for n in arguments if not isinstance(getattr(inputs, n), float)
        }
        return stacked_gradient(run, arrays, wrt, stack, inputs.dout)

    return differentiate


def elementwise_numeric(name: str, arguments: tuple[str, ...], kink: float) -> Numeric:
    differentiate = gradients_of(name, arguments, ("x",), Stack({"x": 0}, out=0))

    def run(candidate: Candidate, inputs: Inputs) -> Mapping[str, Array]:
        x = np.abs(inputs.x)
        return {"dx": skip(differentiate(candidate, inputs)["x"], (x < kink) | (x > MODERATE))}

    return run


def prelu_numeric(candidate: Candidate, inputs: Inputs) -> Mapping[str, Array]:
    stack = Stack({"x": 1, "alpha": 0}, out=1)
    differentiate = gradients_of("prelu", ("x", "alpha"), ("x", "alpha"), stack)
    found = differentiate(candidate, inputs)
    return {"dx": skip(found["x"], np.abs(inputs.x) < KINK), "dalpha": found["alpha"]}


MAXOUT = ("x", "w1", "b1", "w2", "b2")
MAXOUT_GRADIENTS = tuple(f"d{name}" for name in MAXOUT)


def maxout_numeric(candidate: Candidate, inputs: Inputs) -> Mapping[str, Array]:
    """Dx by stacking rows, the weights' gradients by stacking units; none at the tied unit."""
    rows = gradients_of("maxout", MAXOUT, ("x",), Stack({"x": 0}, out=0))
    units = Stack({"w1": 1, "b1": 0, "w2": 1, "b2": 0}, out=1)
    weights = gradients_of("maxout", MAXOUT, MAXOUT[1:], units)(candidate, inputs)
    tied = {f"d{name}": skip(gradient, ~UNTIED) for name, gradient in weights.items()}
    return {"dx": rows(candidate, inputs)["x"], **tied}


def at_zero(inputs: Inputs) -> Array:
    return inputs.x == 0


def moderate(inputs: Inputs) -> Array:
    return np.abs(inputs.x) <= MODERATE


def large(inputs: Inputs) -> Array:
    return np.abs(inputs.x) > MODERATE


def reaches_its_limit(seen: Seen) -> tuple[Text, ...]:
    """Far out a sigmoid and tanh are at their limits, to a hundredth of what is close elsewhere.

    One that is cut off at |x| = 10 or 5 is not: 5e-5 and 9e-5 from them.
    """
    expected = seen.expected["out"]
    got = fit("out", seen.got["out"], expected.shape, [])
    beyond = np.abs(seen.inputs.x) >= FAR
    off = np.where(beyond, np.abs(got - expected), 0)
    if not off.max() <= AT_LIMIT:  # so that NaN fails
        at = np.unravel_index(int(np.argmax(off)), off.shape)
        raise Mismatch(
            text(
                "out is {got:.7g} at x = {x:g}, expected {expected:.7g}: is x cut off?",
                got=float(got[at]),
                x=float(seen.inputs.x[at]),
                expected=float(expected[at]),
            )
        )
    return ()


def stays_between(question: Question, low: float, high: float, sentence: Text) -> None:
    question.invariant(
        sentence, lambda seen: seen.got["out"] - np.clip(seen.got["out"], low, high), on=(spread,)
    )


def passes_on_where_positive(question: Question) -> None:
    question.invariant(
        text("Where x > 0 the slope is 1, so there dx is dout."),
        lambda seen: np.where(seen.inputs.x > 0, seen.got["dx"] - seen.inputs.dout, 0),
    )


def never_falls(question: Question) -> None:
    question.invariant(
        text("This function never falls, so no entry of dx has the opposite sign of dout."),
        lambda seen: np.where(seen.got["dx"] * seen.inputs.dout < 0, seen.got["dx"], 0),
    )


def takes_a_side_at_zero(question: Question, left: Where) -> None:
    """Masks that both leave x = 0 out, or both take it in, and any other slope that is wrong there.

    ``left`` is dx with the slope of the left side. What is wrong elsewhere too is no matter of 0.
    """

    def where(seen: Seen, is_wrong: Array, right: Array) -> Array:
        elsewhere = deviation(seen.got["dx"], seen.expected["dx"]) > TOLERANCE
        wrong = at_zero(seen.inputs) & is_wrong & (not elsewhere)
        return np.where(wrong, seen.got[FREE + "dx"] - right, 0)

    def in_neither(seen: Seen) -> Array:
        slope = left(seen.inputs)
        is_right = slope * seen.inputs.dout <= 0  # of ReLU, or where alpha is negative
        return where(seen, (seen.got[FREE + "dx"] == 0) & ~is_right, slope)

    def in_both(seen: Seen) -> Array:
        slope, dout = left(seen.inputs), seen.inputs.dout
        is_sum = np.isclose(seen.got[FREE + "dx"], slope + dout, rtol=1e-5)
        return where(seen, is_sum & (slope != 0), slope)

    def outside(seen: Seen) -> Array:
        bounds = left(seen.inputs), seen.inputs.dout
        nearest = np.clip(seen.got[FREE + "dx"], np.minimum(*bounds), np.maximum(*bounds))
        return where(seen, np.array(True), nearest)

    question.invariant(
        text("At x = 0 dx is not 0: one of the two slopes counts there."),
        in_neither,
        look=text("x = 0 belongs to neither of your masks: write <= or >= in one of them."),
    )
    question.invariant(
        text("At x = 0 one of the two slopes counts, not their sum."),
        in_both,
        look=text("x = 0 belongs to both of your masks: write < or > in one of them."),
    )
    question.invariant(text("At x = 0 the slope lies between those on both sides."), outside)


def smooth(name: str, formula: str, slope: str) -> None:
    """Sigmoid and tanh: right for moderate inputs, then right where exp overflows."""
    question = exercise.question(
        f"{name}_forward",
        forward(name, ("x",)),
        points=2,
        cases=(spread, integers) if name == "sigmoid" else (spread,),
        summary=f"out = {formula}, elementwise.",
    )
    question.check(
        "value", f"out is {formula}.", agrees("out", where=moderate), points=1, on=(spread,)
    )
    question.check(
        "large",
        "out stays right for large |x|.",
        both(agrees("out", where=large), reaches_its_limit),
        points=1,
        on=(spread,),
        needs=("value",),
    )
    if name == "sigmoid":
        question.advise("integers", INTEGERS, agrees("out"), on=(integers,))
    low, sentence = BOUNDS[name]
    stays_between(question, low, 1.0, sentence)
    question = exercise.question(
        f"{name}_backward",
        backward(name, ("x",), ("dx",)),
        points=2,
        cases=(spread,),
        summary=f"dx = dout times the slope, {slope}.",
        numeric=elementwise_numeric(name, ("x",), kink=0.0),
    )
    question.check("numeric", "dx agrees with a numeric gradient.", numeric("dx"), points=1)
    question.check("value", "dx is the exact gradient, for large |x| too.", agrees("dx"), points=1)
    never_falls(question)


INTEGERS = "With integers as input the output should still be floats: allocate a float array."


BOUNDS = {
    "sigmoid": (0.0, text("A sigmoid lies between 0 and 1.")),
    "tanh": (-1.0, text("tanh lies between -1 and 1.")),
}


def kinked_backward(name: str, arguments: tuple[str, ...], used: Case, low: str) -> None:
    """Backwards with a kink at 0, where any slope between the one-sided ones is right."""

    def left(inputs: Inputs) -> Array:
        slope: Array = inputs.dout * (inputs.alpha if arguments[1:] else 0.0)
        return slope

    question = exercise.question(
        f"{name}_backward",
        apart_at_zero("dx", backward(name, arguments, ("dx",))),
        points=2,
        cases=(used,),
        summary=f"dx = dout where x > 0, dout times {low} where x < 0.",
        numeric=elementwise_numeric(name, arguments, kink=KINK),
    )
    question.check("numeric", "dx agrees with a numeric gradient.", numeric("dx"), points=1)
    question.check(
        "value",
        f"dx is dout where x > 0, dout times {low} where x < 0, and in between at 0.",
        both(
            agrees("dx"),
            between(FREE + "dx", left, lambda inputs: inputs.dout, where=at_zero),
        ),
        points=1,
    )
    passes_on_where_positive(question)
    never_falls(question)
    takes_a_side_at_zero(question, left)


smooth("sigmoid", "1 / (1 + exp(-x))", "a function of the output")
smooth("tanh", "tanh(x)", "a function of the output")

relu_forward = exercise.question(
    "relu_forward", forward("relu", ("x",)), points=2, cases=(spread,), summary="out = max(0, x)."
)
relu_forward.check("value", "out is x where x > 0 and 0 elsewhere.", agrees("out"), points=2)
stays_between(relu_forward, 0.0, np.inf, text("ReLU is never negative."))
kinked_backward("relu", ("x",), spread, "0")

leaky_relu_forward = exercise.question(
    "leaky_relu_forward",
    forward("leaky_relu", ("x", "alpha")),
    points=2,
    cases=(spread_alpha, steep),
    summary="out = x where x > 0, alpha x elsewhere.",
)
leaky_relu_forward.check(
    "value",
    "out is x where x > 0 and alpha x elsewhere.",
    agrees("out"),
    points=1,
    on=(spread_alpha,),
)
leaky_relu_forward.check(
    "any-alpha",
    "The sign of x decides, also for alpha > 1.",
    agrees("out"),
    points=1,
    on=(steep,),
    needs=("value",),
)
kinked_backward("leaky_relu", ("x", "alpha"), spread_alpha, "alpha")

elu_forward = exercise.question(
    "elu_forward",
    apart_at_zero("out", forward("elu", ("x", "alpha"))),
    points=2,
    cases=(steep,),
    summary="out = x where x > 0, alpha (exp(x) - 1) elsewhere.",
)
elu_forward.check(
    "value",
    "out is x where x > 0 and alpha (exp(x) - 1) elsewhere.",
    agrees(FREE + "out", where=moderate),
    points=1,
    on=(steep,),
)
elu_forward.check(
    "large",
    "out stays finite and right for large |x|.",
    agrees("out", where=large),
    points=1,
    on=(steep,),
    needs=("value",),
)
kinked_backward("elu", ("x", "alpha"), steep, "the slope of alpha (exp(x) - 1)")

prelu_forward = exercise.question(
    "prelu_forward",
    forward("prelu", ("x", "alpha")),
    points=2,
    cases=(columns,),
    summary="out = x where x > 0, alpha x elsewhere, one alpha per feature.",
)
prelu_forward.check(
    "value",
    "out is x where x > 0 and the feature's alpha times x elsewhere.",
    agrees("out"),
    points=2,
)

prelu_backward = exercise.question(
    "prelu_backward",
    apart_at_zero("dx", backward("prelu", ("x", "alpha"), ("dx", "dalpha"))),
    points=3,
    cases=(columns,),
    summary="Gradients of the loss with respect to x and alpha.",
    numeric=prelu_numeric,
)
prelu_backward.check(
    "numeric", "dx and dalpha agree with a numeric gradient.", numeric("dx", "dalpha"), points=1
)
prelu_backward.check(
    "dx",
    "dx is dout where x > 0 and alpha dout where x < 0.",
    both(
        agrees("dx"),
        between(
            FREE + "dx",
            lambda inputs: inputs.dout * inputs.alpha,
            lambda inputs: inputs.dout,
            where=at_zero,
        ),
    ),
    points=1,
)
prelu_backward.check(
    "dalpha", "dalpha sums x dout over the rows where x < 0.", agrees("dalpha"), points=1
)
passes_on_where_positive(prelu_backward)
takes_a_side_at_zero(prelu_backward, lambda inputs: inputs.dout * inputs.alpha)

maxout_forward = exercise.question(
    "maxout_forward",
    forward("maxout", MAXOUT),
    points=3,
    cases=(two_pieces,),
    summary="out = max(x w1 + b1, x w2 + b2).",
)
maxout_forward.check(
    "value",
    "out is the larger of the two linear pieces, where that is positive.",
    agrees("out", where=one_is_positive),
    points=2,
)
maxout_forward.check(
    "negative",
    "Where both pieces are negative out is negative.",
    agrees("out", where=lambda inputs: ~one_is_positive(inputs)),
    points=1,
    needs=("value",),
)


def observe_maxout_backward(candidate: Candidate, inputs: Inputs) -> Mapping[str, Any]:
    """At the tied unit the pieces may share the gradient as they like: their sum is observed."""
    found = dict(backward("maxout", MAXOUT, MAXOUT_GRADIENTS)(candidate, inputs))
    for kind, shape in (("w", inputs.w1.shape), ("b", inputs.b1.shape)):
        names = (f"d{kind}1", f"d{kind}2")
        pieces = [without_leading_ones(as_numbers(n, found[n]), shape) for n in names]
        total = np.zeros(0)
        if all(piece.shape == shape for piece in pieces):
            total = pieces[0][..., TIED] + pieces[1][..., TIED]
            masked = [np.where(UNTIED, p, 0).astype(p.dtype) for p in pieces]
            found.update(zip(names, masked, strict=True))
        found[f"d{kind}1 + d{kind}2 at the tie"] = total
    return found


maxout_backward = exercise.question(
    "maxout_backward",
    observe_maxout_backward,
    points=4,
    cases=(two_pieces,),
    summary="Gradients of the loss with respect to x and both pieces' weights.",
    numeric=maxout_numeric,
)
maxout_backward.check(
    "numeric",
    "All five gradients agree with a numeric gradient.",
    numeric(*MAXOUT_GRADIENTS),
    points=1,
)
maxout_backward.check("dx", "dx flows back through the winning piece.", agrees("dx"), points=1)
maxout_backward.check(
    "weights",
    "Only the winning piece's weights and bias get the gradient.",
    agrees(*MAXOUT_GRADIENTS[1:]),
    points=1,
)
maxout_backward.check(
    "tie",
    "At a tie the gradient is given out once, not to both pieces in full.",
    agrees("dw1 + dw2 at the tie", "db1 + db2 at the tie"),
    points=1,
    needs=("weights",),
)
maxout_backward.invariant(
    text(
        "At every unit but tied ones db1 + db2 is the sum of dout over the rows: each row's "
        "gradient goes to one piece, in full."
    ),
    lambda seen: (seen.got["db1"] + seen.got["db2"] - seen.inputs.dout.sum(axis=0))[UNTIED],
)
