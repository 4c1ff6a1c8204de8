"""The audit finds what it is for: each part passes, and fails on the fault it looks for."""

from dataclasses import replace

import numpy as np
import pytest

from autograder import audit, record, stubs, syllabus, truth
from autograder.cli.audit import problems_of_seed
from autograder.exercise import Bank, Misconception
from autograder.model import text
from autograder.truth import Live

SEEDS = (1, 2)
PARTS = {part.find.__name__: part for part in audit.PARTS}


@pytest.mark.parametrize("name", PARTS)
def test_every_part_passes(name):
    assert list(PARTS[name].problems(SEEDS)) == []


def question(name):
    return next(q for q in syllabus.questions() if q.name == name)


def problems(name):
    audit.live.cache_clear()
    audit.graded_misconceptions.cache_clear()
    return " | ".join(PARTS[name].problems(SEEDS))


@pytest.fixture
def declare(monkeypatch):
    """Put a bank with one misconception in the place of relu's."""

    def declaring(function, fails, advised=False, name="planted", copies=1):
        planted = Misconception(
            "relu_forward",
            name,
            "A sentence.",
            {"relu_forward": function},
            frozenset(fails),
            advised,
        )
        bank = Bank("activations", [planted] * copies)
        empty = Bank("none")
        monkeypatch.setattr(
            audit, "bank", lambda exercise: bank if exercise == "activations" else empty
        )
        monkeypatch.setattr(truth, "bank", audit.bank)

    return declaring


def test_points_that_do_not_add_up_are_found(monkeypatch):
    monkeypatch.setattr(question("relu_forward"), "points", 3)
    assert problems("points_add_up") == "relu_forward is worth 3, its checks 2"
    monkeypatch.setattr(question("relu_forward"), "checks", [])
    assert "together are worth 98" in problems("points_add_up")


def test_a_reference_that_fails_is_found(monkeypatch):
    monkeypatch.setattr("solutions.activations.relu_backward", lambda dout, cache: dout * 0 + 7)
    monkeypatch.setattr(
        "autograder.truth.Live._expected", lambda self, q, c, real=Live._expected: real(self, q, c)
    )
    assert "relu_backward::numeric" in problems("references_pass")
    assert "relu_backward: dx is off" in problems("gradients_are_exact")


def test_a_reference_that_draws_a_note_is_found(monkeypatch):
    def in_place(x):
        x[x < 0] = 0
        return x, x

    monkeypatch.setattr("solutions.activations.relu_forward", in_place)
    assert "relu_forward draws a note" in problems("references_pass")


def test_a_misconception_that_passes_is_found(declare):
    declare(lambda x: (np.maximum(x, 0), x), ["value"])
    assert "planted: fails [], declared ['value']" in problems("misconceptions_fail")


def test_a_misconception_that_fails_nothing_by_declaration_is_found(declare):
    declare(lambda x: (np.maximum(x, 0), x), [])
    assert "is declared to fail nothing" in problems("misconceptions_fail")


def test_advice_that_stays_silent_is_found(declare):
    declare(lambda x: (np.maximum(x, 0), x), [], advised=True)
    assert "draws no note" in problems("misconceptions_fail")


def test_misconceptions_that_are_alike_are_found(declare):
    declare(lambda x: (np.abs(x), x), ["value"], copies=2)
    assert "planted is like planted" in problems("misconceptions_are_apart")
    assert "planted is declared twice" in problems("misconceptions_belong")


def test_a_misconception_too_near_to_the_reference_is_found(declare):
    declare(lambda x: (np.maximum(x, 0) * 1.001, x), ["value"])
    assert "planted is near the reference" in problems("misconceptions_are_apart")


def test_a_misnamed_misconception_is_found(declare, monkeypatch):
    declare(lambda x: (np.abs(x), x), ["value"])
    other = Bank(
        "activations",
        [
            Misconception(
                "relu_forward",
                "other",
                "S.",
                {"relu_forward": lambda x: (np.abs(x), x)},
                frozenset(["value"]),
            )
        ],
    )
    monkeypatch.setattr(truth, "bank", lambda exercise: other)
    assert "planted is called {'other'}" in problems("misconceptions_are_named")


def test_a_check_that_catches_nothing_is_found(declare):
    declare(lambda x: (np.abs(x), x), ["value", "no-such-check"])
    found = problems("checks_catch")
    assert "relu_backward::value catches no known misconception" in found
    assert " relu_forward::value" not in found
    assert "relu_forward has no check no-such-check" in found


def test_a_misconception_of_no_question_is_found(monkeypatch):
    stray = Bank("x", [Misconception("nothing", "stray", "S.", {}, frozenset())])
    monkeypatch.setattr(audit, "bank", lambda exercise: stray)
    assert "stray is of no question: nothing" in problems("misconceptions_belong")


def test_stubs_that_are_stale_or_solved_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(stubs, "ASSIGNMENT", tmp_path)
    monkeypatch.setattr(stubs.stale, "__defaults__", (tmp_path,))
    assert "assignment/activations.py is stale" in problems("stubs_are_unsolved")
    monkeypatch.setattr(stubs, "stub", lambda source: source)
    assert "relu_forward is not unsolved as a stub" in problems("stubs_are_unsolved")


def test_recordings_that_are_stale_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(record.stale, "__defaults__", (tmp_path,))
    assert "data/recorded/batchnorm.npz is stale" in problems("recordings_are_fresh")
    record.write(tmp_path)
    assert problems("recordings_are_fresh") == ""
    monkeypatch.setattr("solutions.activations.relu_forward", lambda x: (np.maximum(x, 1e-6), x))
    assert problems("recordings_are_fresh") == "data/recorded/activations.npz is stale: run record"


def test_recordings_are_byte_identical(tmp_path):
    record.write(tmp_path / "one")
    record.write(tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    # BEGIN SOLUTION\n    return 1\n",
        "def f():\n    # END SOLUTION\n",
        "# BEGIN SOLUTION\n# END SOLUTION\n",
        "def f():\n    # BEGIN SOLUTION\n    # BEGIN SOLUTION\n    # END SOLUTION\n",
    ],
)
def test_a_region_out_of_place_is_refused(source):
    with pytest.raises(stubs.Unusable):
        stubs.stub(source)


def test_a_stub_keeps_what_is_outside_its_region():
    head = 'def f(x):\n    """Doc."""\n    # Hint.\n'
    source = f"{head}    # BEGIN SOLUTION\n    return x\n    # END SOLUTION\n"
    expected = (
        'def f(x):\n    """Doc."""\n    # Hint.\n'
        '    raise NotImplementedError("f is not written yet")\n'
    )
    assert stubs.stub(source) == expected


def test_a_mistake_that_is_another_in_float32_is_found(declare, monkeypatch):
    declare(lambda x: (np.maximum(x, 0.5), x), ["value"])
    assert problems("misconceptions_are_named_in_float32") == ""
    renamed = Bank("activations", [*audit.bank("activations").misconceptions])
    renamed.misconceptions[0] = replace(renamed.misconceptions[0], name="other")
    monkeypatch.setattr(
        audit, "bank", lambda exercise: renamed if exercise == "activations" else Bank("none")
    )
    assert "relu_forward, other in float32 is called {'planted'}" in problems(
        "misconceptions_are_named_in_float32"
    )


def test_a_stranger_that_is_named_is_found(declare, monkeypatch):
    declare(lambda x: (1.7 * np.maximum(x, 0), x), ["value"])
    assert "relu_forward: rescaled answers are called planted" in problems(
        "strangers_are_not_named"
    )


def test_an_invariant_that_the_reference_breaks_is_found(monkeypatch):
    one = question("relu_forward")
    monkeypatch.setattr(one, "invariants", [])
    one.invariant(text("out is negative."), lambda seen: np.maximum(seen.got["out"], 0))
    assert "relu_forward: the reference breaks: out is negative." in problems("invariants_hold")


def test_what_is_dear_is_tried_on_fewer_seeds(monkeypatch, capsys):
    tried = []
    part = audit.Part("is dear", lambda truth: iter([tried.append(truth.seed)][1:]), most=2)
    monkeypatch.setattr("autograder.cli.audit.PARTS", [part])
    for place, seed in enumerate((5, 6, 7)):
        problems_of_seed(place, seed)
    assert tried == [5, 6]
