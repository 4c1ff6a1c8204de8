"""What is said of wrong answers that are in no bank: it is true, and no more than is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder import syllabus
from autograder.candidate import Observation
from autograder.comparison import Compared, comparisons
from autograder.diagnose import diagnose
from autograder.grade import grade, grade_question
from autograder.model import Verdict
from autograder.pairs import make_table, pairs, row
from autograder.regions import wrong_region
from autograder.session import LocalSession
from autograder.transforms import simple_transform
from autograder.truth import Known, Live, bank, reference
from solutions import activations, babysitting, batchnorm

TRUTH = Live(11)
TOLERANCE = 1e-6


def question(name):
    return next(one for one in syllabus.questions() if one.name == name)


def expected_of(name):
    return {case.name: TRUTH.expected(question(name), case) for case in question(name).cases}


def compared(name, change):
    """The reference's answer to a question, changed by ``change(array name, array, inputs)``."""
    asked = question(name)
    inputs = {case.name: TRUTH.inputs(asked, case) for case in asked.cases}
    expected = expected_of(name)
    outcomes = {
        case: Observation(
            {array: change(array, value, inputs[case]) for array, value in seen.values.items()}
        )
        for case, seen in expected.items()
    }
    return comparisons(asked.cases, outcomes, inputs, expected)


def only(wanted, change):
    return lambda name, array, inputs: change(array, inputs) if name == wanted else array


TRANSFORMS = [
    ("batchnorm_backward", "dx", lambda a, i: -a, "dx has the wrong sign in every entry."),
    ("batchnorm_backward", "dx", lambda a, i: a.T, "dx is the transpose of what it should be."),
    (
        "batchnorm_backward",
        "dbeta",
        lambda a, i: i.dout,
        "dbeta is not summed over the batch; its sum would be right.",
    ),
    (
        "batchnorm_backward",
        "dx",
        lambda a, i: a.sum(axis=0),
        "dx is summed over the first axis, where nothing is to be summed.",
    ),
    (
        "batchnorm_forward",
        "out",
        lambda a, i: a.mean(axis=0),
        "out is averaged over the first axis, where nothing is to be averaged.",
    ),
    (
        "batchnorm_backward",
        "dgamma",
        lambda a, i: a * len(i.x),
        "dgamma is too large by a factor of N, the number of rows.",
    ),
    (
        "batchnorm_backward",
        "dgamma",
        lambda a, i: a / len(i.x),
        "dgamma is too small by a factor of N, the number of rows.",
    ),
    ("tanh_backward", "dx", lambda a, i: 3 * a, "dx is 3 times what it should be."),
    ("relu_forward", "out", lambda a, i: a + 0.5, "out is off by 0.5 in every entry."),
    ("relu_forward", "out", lambda a, i: 0 * a, "out is 0 everywhere."),
    ("relu_forward", "out", lambda a, i: a**2, "out is the square of what it should be."),
    ("relu_forward", "out", lambda a, i: a[::-1], "out is in reverse order."),
    ("tanh_forward", "out", np.abs, "out is without its sign."),
    ("batchnorm_forward", "out", lambda a, i: 1 / a, "out is 1 divided by what it should be."),
    (
        "batchnorm_backward",
        "dx",
        lambda a, i: a / i.gamma,
        "dx lacks a factor: times gamma it would be right.",
    ),
    ("tanh_backward", "dx", lambda a, i: a * i.x, "dx has one factor x too many."),
    (
        "batchnorm_forward",
        "out",
        lambda a, i: a - i.beta,
        "out lacks a term: plus beta it would be right.",
    ),
    ("tanh_backward", "dx", lambda a, i: a + i.dout, "dx has one term dout too many."),
]


@pytest.mark.parametrize(
    ("name", "array", "change", "sentence"), TRANSFORMS, ids=[t[3][:40] for t in TRANSFORMS]
)
def test_a_simple_relation_is_told(name, array, change, sentence):
    def told(a, inputs):
        return change(a) if change is np.abs else change(a, inputs)

    found = simple_transform(compared(name, only(array, told)), TOLERANCE)
    assert str(found.sentence) == sentence
    assert found.certainty == "likely"


def test_results_in_the_wrong_order_are_told():
    found = simple_transform(
        {
            "dgamma": [Compared(None, None, np.array([1.0, 2, 3]), np.array([4.0, 5, 6]))],
            "dbeta": [Compared(None, None, np.array([4.0, 5, 6]), np.array([1.0, 2, 3]))],
        },
        TOLERANCE,
    )
    assert "dgamma and dbeta have changed places" in str(found.sentence)


def test_a_relation_of_some_entries_only_is_not_told():
    def mostly_negative(a, inputs):
        return np.where(np.arange(a.size).reshape(a.shape) == 0, a + 1, -a)

    assert simple_transform(compared("tanh_backward", only("dx", mostly_negative)), 1e-6) is None


def test_of_too_few_numbers_no_relation_is_told():
    """Any number is some number times another."""
    found = simple_transform(
        {"loss": [Compared(None, None, np.array(2.0), np.array(1.0))]}, TOLERANCE
    )
    assert found is None


REGIONS = [
    ("tanh_forward", lambda a, i: np.where(i.x < 0, a / 2, a), "out: right except where x < 0."),
    (
        "relu_forward",
        lambda a, i: np.where(i.x > 0, a * i.x, a),
        "out: right except where x > 0.",
    ),
    (
        "tanh_forward",
        lambda a, i: np.where(i.x > 25, np.nan, a),
        "out: right except where x is large and positive.",
    ),
    (
        "tanh_forward",
        lambda a, i: np.where(np.abs(i.x) > 25, 0, a),
        "out: right except where x is large.",
    ),
]


@pytest.mark.parametrize(("name", "change", "sentence"), REGIONS, ids=[r[2] for r in REGIONS])
def test_where_an_answer_is_wrong_is_told(name, change, sentence):
    assert str(wrong_region(compared(name, only("out", change))).sentence) == sentence


def test_an_interval_of_x_is_told():
    found = wrong_region(compared("relu_forward", only("out", lambda a, i: np.minimum(a, 6))))
    assert "out: wrong where x is between" in str(found.sentence)
    assert "and 1e+03, and right for all other values" in str(found.sentence)


def test_the_factor_in_a_region_is_told():
    found = wrong_region(
        compared("tanh_forward", only("out", lambda a, i: np.where(i.x < 0, 3 * a, a)))
    )
    assert str(found.evidence) == "there yours is 3 times the right value"


def test_what_is_wrong_in_one_case_is_told():
    def change(name, array, inputs):
        return array + 1 if name == "out" and inputs.bn_param["mode"] == "test" else array

    found = wrong_region(compared("batchnorm_forward", change))
    assert "right except in this case: Four rows, five features, test mode" in str(found.sentence)


def test_from_which_step_on_it_is_wrong_is_told():
    def change(a, inputs):
        return np.where(np.arange(len(a)).reshape(-1, *([1] * (a.ndim - 1))) >= 2, a + 1, a)

    found = wrong_region(compared("forward_deep", only("statistics", change)))
    assert str(found.sentence).startswith(
        "statistics: right up to index 1, and all wrong from index 2 on: look at what happens"
    )


def test_scattered_errors_are_no_region():
    def change(a, inputs):
        return np.where(np.arange(a.size).reshape(a.shape) % 5 == 0, a + 1, a)

    assert wrong_region(compared("tanh_forward", only("out", change))) is None


INVARIANTS = [
    (
        "batchnorm_backward",
        lambda dx, dgamma, dbeta: (dx + 0.1 * dx**2, dgamma, dbeta),
        "Each column of dx sums to 0",
    ),
    (
        "batchnorm_backward",
        lambda dx, dgamma, dbeta: (dx, dgamma, dbeta + dgamma**2),
        "dbeta is the sum of dout",
    ),
]


@pytest.mark.parametrize(("name", "spoil", "sentence"), INVARIANTS, ids=[i[2] for i in INVARIANTS])
def test_a_broken_invariant_is_told(name, spoil, sentence):
    right = getattr(batchnorm, name)
    candidate = reference("batchnorm", **{name: lambda dout, cache: spoil(*right(dout, cache))})
    [cause] = causes(grade_question(question(name), candidate, TRUTH))
    assert str(cause.sentence).startswith(f"Yours breaks this rule: {sentence}")
    assert cause.certainty == "likely"


def causes(mark):
    return list({str(f.diagnosis): f.diagnosis for f in mark.findings if f.diagnosis}.values())


def test_a_sigmoid_beyond_1_is_told():
    candidate = reference("activations", sigmoid_forward=lambda x: (1.5 / (1 + np.exp(-x / 9)), x))
    [cause] = causes(grade_question(question("sigmoid_forward"), candidate, TRUTH))
    assert "between 0 and 1" in str(cause.sentence)


class TestPairs:
    def said(self, name, function, **also):
        exercise = question(name).exercise
        mark = grade_question(
            question(name), reference(exercise, **{name: function}, **also), TRUTH
        )
        return causes(mark)

    def test_two_mistakes_in_two_results(self):
        def both(dout, cache):
            dx, dgamma, dbeta = batchnorm.batchnorm_backward(dout, cache)
            return -dx, dgamma, dbeta / len(dout)

        [cause] = self.said("batchnorm_backward", both)
        names = {m.name for m in bank("batchnorm").of("batchnorm_backward")}
        assert cause.misconception is None or set(cause.misconception.split(" + ")) <= names

    def test_two_that_multiply(self):
        def both(dout, cache):
            return -activations.tanh_backward(dout, cache) / len(dout)

        [cause] = self.said("tanh_backward", both)
        assert cause.misconception == "sign-flipped + averaged-over-batch"
        assert "wrong sign" in str(cause.sentence)
        assert "divided by the length" in str(cause.sentence)
        assert cause.certainty == "likely"

    def test_what_one_mistake_explains_is_not_two(self):
        [cause] = self.said("tanh_backward", lambda d, c: -activations.tanh_backward(d, c))
        assert cause.misconception == "sign-flipped"

    def test_where_two_pairs_fit_none_is_named(self):
        expected = {"case": Observation({"out": np.arange(1.0, 7.0)})}

        def known(name, changes):
            values = np.arange(1.0, 7.0)
            values[list(changes)] += 10.0
            return Known(name, name, {"case": Observation({"out": values})})

        got = {"case": Observation({"out": np.array([11.0, 12, 13, 14, 5, 6])})}
        one, other = known("a", [0, 1]), known("b", [2, 3])

        def told(*mistakes):
            table = make_table(expected, list(mistakes))
            return list(pairs(table, row(got, table.shapes), 1e-6))

        assert told(one, other) == [(one, other)]
        assert len(told(one, other, known("c", [2, 3]))) == 2
        assert told(one, known("d", [2, 4])) == []


def test_a_right_derivative_of_a_wrong_forward_says_mend_the_forward():
    also = {"tanh_forward": lambda x: (np.tanh(x / 2), x)}
    candidate = reference(
        "activations",
        tanh_backward=lambda dout, x: dout * (1 - np.tanh(x / 2) ** 2) / 2,
        **also,
    )
    [cause] = causes(grade_question(question("tanh_backward"), candidate, TRUTH))
    assert "mend the forward first" in str(cause.sentence)


def test_a_backward_whose_forward_is_wrong_too_says_which_comes_first():
    wrong = b"\n\ndef tanh_forward(x):\n    return x * 0.3, x\n"
    wrong += b"\n\ndef tanh_backward(dout, cache):\n    return dout * cache\n"
    files = {"activations.py": Path(activations.__file__).read_bytes() + wrong}
    with LocalSession(files) as session:
        asked = [question("tanh_forward"), question("tanh_backward"), question("relu_backward")]
        report = grade(session, TRUTH, "s", asked)
    notes = [[str(note) for note in mark.notes] for mark in report.marks]
    assert "tanh_forward is wrong too: mend it first, and look here again" in notes[1]
    assert not notes[0]
    assert not notes[2]


NEW_DICT = b"""

def sgd_step(params, grads, learning_rate):
    return {name: params[name] - learning_rate * grads[name] for name in params}
"""


@pytest.mark.parametrize("asked", [["train"], ["sgd_step", "train"]])
def test_a_right_train_waits_for_the_wrong_step_that_it_calls(asked):
    files = {"babysitting.py": Path(babysitting.__file__).read_bytes() + NEW_DICT}
    with LocalSession(files) as session:
        report = grade(session, TRUTH, "s", [question(name) for name in asked])
    assert len(report.marks) == len(asked)
    assert report.marks[-1].verdicts == {Verdict.BLOCKED}
    first = report.marks[-1].findings[0]
    assert str(first.message).startswith("train waits for sgd_step: params itself does not hold")
    assert first.diagnosis is None


def test_a_train_that_steps_for_itself_owes_nothing_to_a_wrong_step():
    own = b"""
def train(loss_and_gradients, params, x, y, learning_rate, epochs, batch_size, rng):
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            loss, grads = loss_and_gradients(params, x[rows], y[rows])
            losses.append(loss)
            for name in params:
                params[name] = params[name] - learning_rate * grads[name]
    return losses
"""
    files = {"babysitting.py": Path(babysitting.__file__).read_bytes() + NEW_DICT + own}
    with LocalSession(files) as session:
        report = grade(session, TRUTH, "s", [question("sgd_step"), question("train")])
    assert [mark.score for mark in report.marks] == [0, 3]


def test_an_unknown_cause_says_what_is_sure():
    rng = np.random.default_rng(0)
    name = "update_ratio"
    outcomes = {
        case: Observation({key: a + rng.normal() for key, a in seen.values.items()})
        for case, seen in expected_of(name).items()
    }
    found = diagnose(question(name), reference("babysitting"), outcomes, TRUTH)
    assert found.certainty == "unknown"
    assert str(found.evidence) == "wrong values: 1 of 1"


def test_a_function_that_returns_none_is_told_so():
    source = b"def relu_forward(x):\n    x\n"
    with LocalSession({"activations.py": source}) as session:
        report = grade(session, TRUTH, "s", [question("relu_forward")])
    [finding] = report.marks[0].findings
    assert "ends without return" in " ".join(str(detail.text) for detail in finding.details)


KINDS = {
    ("diagnose_losses", "losses", "pass"): "diagnosis is None; expected a string",
    ("stop_early", "losses, factor=3", "pass"): "stop is None; expected True or False",
    ("expected_initial_loss", "n, w, reg", "pass"): "loss is None; expected a number",
    ("relu_forward", "x", "return x + 0j, x"): "dtype complex128; expected an array of real",
    ("relu_forward", "x", "return x.astype(object), x"): "object; expected an array of real",
    ("relu_forward", "x", "return None, x"): "out is None; expected an array of real numbers",
}


@pytest.mark.parametrize("case", KINDS)
def test_what_is_no_value_is_told_what_is_expected(case):
    name, arguments, body = case
    asked = question(name)
    source = f"def {name}({arguments}):\n    {body}\n".encode()
    with LocalSession({f"{asked.exercise}.py": source}) as session:
        findings = grade(session, TRUTH, "s", [asked]).marks[0].findings
    assert KINDS[case] in str(findings[0].message)
    told = "ends without return" in " ".join(str(detail.text) for detail in findings[0].details)
    assert told == (body == "pass")
