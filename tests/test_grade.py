"""The pipeline with other candidates plugged in: how each ending becomes a verdict."""

import numpy as np
import pytest

from autograder import grade as grading
from autograder import judges, syllabus
from autograder.exercise import Check
from autograder.grade import grade, grade_question
from autograder.model import Fault, Mismatch, Verdict, text
from autograder.session import LocalSession
from autograder.truth import Live, Recorded, reference
from solutions import activations, batchnorm

TRUTH = Live(1)


def question(name):
    return next(q for q in syllabus.questions() if q.name == name)


def mark(name, truth=TRUTH, **replaced):
    one = question(name)
    return grade_question(one, reference(one.exercise, **replaced), truth)


def verdicts(found):
    return {finding.check: str(finding.verdict) for finding in found.findings}


def unsolved(*_):
    raise NotImplementedError


def test_a_right_answer_passes_with_full_points_and_no_notes():
    found = mark("relu_backward")
    assert (found.score, found.max_score, found.solved, found.notes) == (2, 2, True, ())


def test_a_wrong_answer_names_the_worst_entry_and_the_students_relative_error():
    found = mark("relu_backward", relu_backward=lambda dout, x: np.where(x > 0, dout, 0.01))
    details = {d.label: str(d.text) for d in found.findings[1].details}
    one = question("relu_backward")
    wrong = np.count_nonzero(TRUTH.inputs(one, one.cases[0]).x < 0)
    assert verdicts(found) == {"numeric": "failed", "value": "failed"}
    assert str(found.findings[1].message) == f"dx is wrong in {wrong} of 48"
    assert details["worst"].startswith("dx[")
    assert "got 0.01, expected 0" in details["worst"]
    assert details["rel error"] == "1.0e+00"
    assert "48 values" in details["case"]


def test_an_unwritten_forward_leaves_its_backward_unsolved():
    found = mark("relu_backward", relu_forward=unsolved)
    assert verdicts(found) == {"numeric": "unsolved", "value": "unsolved"}
    assert "waits for relu_forward" in str(found.findings[0].message)


def test_a_forward_that_raises_blocks_its_backward():
    found = mark("relu_backward", relu_forward=lambda x: 1 / 0)
    assert verdicts(found) == {"numeric": "blocked", "value": "blocked"}
    assert "ZeroDivisionError" in str(found.findings[0].message)


def test_a_property_earns_nothing_beside_a_wrong_value():
    def always_refuse(x, gamma, beta, bn_param):
        if bn_param["mode"] not in ("train", "test"):
            raise ValueError
        return x * 0, None

    found = mark("batchnorm_forward", batchnorm_forward=always_refuse)
    assert verdicts(found)["mode"] == "blocked"
    train = next(one for one in found.findings if one.check == "train")
    assert str(found.findings[-1].message) == f"counts once this passes: {train.promise}"
    assert found.score == 0


def test_our_own_failure_is_broken_and_no_mark(monkeypatch):
    def failing(seen):
        raise ZeroDivisionError

    one = question("relu_forward")
    monkeypatch.setattr(one, "checks", [Check("value", "p", 2, failing, one.cases)])
    found = mark("relu_forward")
    assert verdicts(found) == {"value": "broken"}
    assert "the grader failed here" in str(found.findings[0].message)


def test_a_known_mistake_is_named_and_certain():
    found = mark("batchnorm_backward", batchnorm_backward=without_the_mean)
    diagnosis = found.findings[0].diagnosis
    assert diagnosis.certainty == "certain"
    assert "mean" in str(diagnosis.sentence)


def without_the_mean(dout, cache):
    _, _, std, gamma = cache
    dx, dgamma, dbeta = batchnorm.batchnorm_backward(dout, cache)
    return dx + (dout * gamma).mean(axis=0) / std, dgamma, dbeta


def test_a_wrong_forward_with_its_right_derivative_is_told_to_mend_the_forward():
    found = mark(
        "tanh_backward",
        tanh_forward=lambda x: (np.arctan(x), x),
        tanh_backward=lambda dout, x: dout / (1 + x**2),
    )
    assert found.score == 0
    assert "right derivative of your own forward" in str(found.findings[0].diagnosis.sentence)


def test_a_right_forward_with_a_wrong_derivative_is_told_so():
    found = mark("tanh_backward", tanh_backward=lambda dout, out: dout * (1 - out**2) ** 0.7)
    assert "Your forward is right" in str(found.findings[0].diagnosis.sentence)


def test_what_nobody_knows_is_unknown():
    found = mark("relu_forward", relu_forward=lambda x: (np.sin(x) ** 2, x))
    assert found.findings[0].diagnosis.certainty == "unknown"


def test_advice_costs_nothing_and_is_said():
    def in_place(x):
        x[x < 0] = 0
        return x, x

    found = mark("relu_forward", relu_forward=in_place)
    assert found.solved
    assert "in place" in str(found.notes[0])


def test_a_recording_gives_the_same_marks_as_the_references():
    recorded, live = Recorded(), Live(Recorded().seed)
    for name in ("sigmoid_forward", "batchnorm_backward", "he_init", "train", "on_border"):
        assert mark(name, recorded) == mark(name, live)
    wrong = {"relu_backward": lambda dout, x: dout * (dout > 0)}
    assert mark("relu_backward", recorded, **wrong) == mark("relu_backward", live, **wrong)


def test_both_sides_of_a_tolerance():
    for factor, verdict in ((1 + 1e-5, "passed"), (1 + 2e-3, "failed")):
        found = mark("tanh_forward", tanh_forward=lambda x, factor=factor: (np.tanh(x) * factor, x))
        assert verdicts(found)["value"] == verdict


def test_a_mismatch_in_the_second_case_is_found_there():
    def by_maximum(x, alpha=0.01):
        return np.maximum(x, alpha * x), (x, alpha)

    found = mark("leaky_relu_forward", leaky_relu_forward=by_maximum)
    assert verdicts(found) == {"value": "passed", "any-alpha": "failed"}


def test_nan_never_passes():
    found = mark("relu_forward", relu_forward=lambda x: (x * np.nan, x))
    assert verdicts(found) == {"value": "failed"}
    assert any(d.label == "not finite" for d in found.findings[0].details)


@pytest.mark.parametrize("judge", [judges.agrees("out"), judges.numeric("out")])
def test_a_judge_says_what_is_wrong_with_a_shape(judge):
    inputs = question("relu_forward").cases[0].inputs(1, "relu_forward")
    from autograder.candidate import Observation
    from autograder.exercise import Seen

    got = Observation({"out": np.zeros((2, 3))})
    expected = Observation({"out": np.zeros(3), "numeric_out": np.zeros(3)})
    with pytest.raises(Mismatch, match=r"out has shape \(2, 3\), expected \(3,\)"):
        judge(Seen(inputs, got, expected))


def test_a_report_counts_points_and_keeps_the_notes_on_files():
    files = {"activations.py": b"def relu_forward(x):\n    return x * (x > 0), x\n\ndef bad(:\n"}
    with LocalSession(files) as session:
        report = grade(session, TRUTH, "kim", notes=[text("first")])
    assert (report.score, report.max_score) == (2, 100)
    assert str(report.notes[0]) == "first"
    assert any("line 4 does not parse" in str(note) for note in report.notes)
    assert any("batchnorm.py is missing" in str(note) for note in report.notes)


def test_a_function_lost_to_a_syntax_error_says_so_at_its_line():
    files = {"activations.py": b"def relu_forward(x)\n    return x, x\n"}
    with LocalSession(files) as session:
        report = grade(session, TRUTH, "kim", [question("relu_forward")])
    finding = report.marks[0].findings[0]
    assert finding.verdict == Verdict.RAISED
    assert "activations.py line 1 does not parse" in str(finding.message)


def test_an_error_shows_the_students_own_lines():
    files = {"activations.py": b"def relu_forward(x):\n    y = x\n    return helper(y)\n"}
    with LocalSession(files) as session:
        report = grade(session, TRUTH, "kim", [question("relu_forward")])
    finding = report.marks[0].findings[0]
    assert "NameError: name 'helper' is not defined" in str(finding.message)
    assert [(d.label, str(d.text)) for d in finding.details] == [
        ("line", "activations.py:3 in relu_forward: return helper(y)"),
        (
            "means",
            "helper has no value here: it is no argument, and no line that ran before has set it.",
        ),
    ]


def test_after_an_ending_the_other_cases_of_the_question_are_not_run():
    calls = []

    class Hanging:
        def begin(self, seed):
            calls.append(seed)

        def call(self, *arguments, **keywords):
            raise Fault(Verdict.TIMED_OUT, text("late"), function="leaky_relu_forward")

    outcomes = grading.observe_cases(question("leaky_relu_forward"), Hanging(), TRUTH)
    assert len(calls) == 1
    assert {o.verdict for o in outcomes.values()} == {Verdict.TIMED_OUT}


def test_the_reference_module_is_left_as_it_was():
    before = dict(vars(activations))
    mark("relu_forward", relu_forward=unsolved)
    assert dict(vars(activations)) == before
