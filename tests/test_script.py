"""What a worker plays is what it would have answered one by one; who leaves the script is asked."""

from pathlib import Path

import numpy as np
import pytest

from autograder import batch, grade, intake, syllabus
from autograder.sandbox import wire
from autograder.sandbox.slot import Slot
from autograder.sandboxed import WorkerSession
from autograder.script import Script, same
from autograder.session import LocalSession
from autograder.truth import Live

ROOT = Path(__file__).resolve().parents[1]
SEED = 5
TRUTH = Live(SEED)
SCRIPT = Script.of(TRUTH)
CLASS = sorted(path for path in (ROOT / "data/class").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def slot():
    with Slot("auto", SCRIPT.requests) as started:
        yield started


def references():
    return {
        f"{name}.py": (ROOT / f"solutions/{name}.py").read_bytes() for name in syllabus.EXERCISES
    }


def with_source(exercise, source):
    return {**references(), f"{exercise}.py": source.encode()}


def graded(slot, files, script=SCRIPT, memory=None, questions=None):
    """The report, and how many requests were sent one by one."""
    with WorkerSession(files, slot, script, seconds=1.0) as session:
        report = grade.grade(session, TRUTH, "s", questions, memory=memory)
        return report, session.asked


def questions(*names):
    return [question for question in syllabus.questions() if question.name in names]


def test_the_script_is_what_references_are_asked_and_no_more(slot):
    report, asked = graded(slot, references())
    assert report.score == 100
    assert asked == 0


@pytest.mark.parametrize("path", CLASS, ids=lambda path: path.name)
def test_played_and_asked_one_by_one_give_the_same_report(slot, path):
    files = intake.read(path, batch.FILES).files
    played, _ = graded(slot, files)
    singly, asked = graded(slot, files, script=None)
    assert asked > 0
    assert repr(played) == repr(singly)  # a NaN in a sentence equals no other


def test_a_case_that_leaves_the_script_is_asked_from_its_beginning(slot, monkeypatch):
    """A worker forgets what it keeps for a case when the next begins: the cache must come back."""
    [question] = questions("relu_backward")
    observe = question.observe

    def twice(candidate, inputs):
        values = observe(candidate, inputs)
        _, cache = candidate.call("relu_forward", inputs.x, returns=("out", "cache"))
        again = candidate.call("relu_backward", inputs.dout, cache, returns=("dx",))
        np.testing.assert_array_equal(again, values["dx"])
        return values

    monkeypatch.setattr(question, "observe", twice)
    report, asked = graded(slot, references(), questions=[question])
    assert report.marks[0].solved
    played = 2  # forward and backward
    assert asked == len(question.cases) * (played + 2)


def test_where_a_worker_does_not_get_through_everything_is_asked_one_by_one(slot):
    source = references()["babysitting.py"].decode()
    source += "\n\ndef update_ratio(*arguments):\n    __import__('os')._exit(0)\n"
    files = with_source("babysitting", source)
    report, asked = graded(slot, files)
    ended = [mark.question for mark in report.marks if not mark.solved]
    assert ended == ["update_ratio"]
    assert asked > len(SCRIPT.requests["activations"])


def test_the_workers_of_played_submissions_end(slot):
    children = Path(f"/proc/{slot.process.pid}/task/{slot.process.pid}/children")
    shifting = f"import os\nos.write(4, {wire.frame(wire.encode(5))!r})\n"  # all answers by one
    for source in ("", "while True: pass", "import os\nos.write(4, b'forged' * 9)\n", shifting):
        graded(slot, with_source("activations", source), questions=questions("relu_forward"))
    assert children.read_text() == ""


def test_an_answer_that_is_none_is_asked_for_again(slot):
    """A worker that answers the script with other things is judged by what it says when asked."""
    source = "import os\nfrom autograder.sandbox import worker\nworker.answer = lambda *a: [b'x']\n"
    report, _ = graded(
        slot, with_source("activations", source), questions=questions("relu_forward")
    )
    assert report.score == 0


def test_an_array_that_is_used_again_is_read_before_it_changes(slot):
    """Large ones are not copied on their way out."""
    buffer = """

BUFFERS = {}
drawn = {name: value for name, value in globals().items() if name.endswith("_init")}


def reusing(draw):
    def init(*arguments, **keywords):
        weights = draw(*arguments, **keywords)
        buffer = BUFFERS.setdefault(weights.shape, weights)
        buffer[...] = weights
        return buffer

    return init


for name, draw in drawn.items():
    globals()[name] = reusing(draw)
"""
    source = references()["initializers.py"].decode() + buffer
    report, asked = graded(slot, with_source("initializers", source))
    assert report.score == 100
    assert asked == 0


class TestMemory:
    def test_equal_answers_are_judged_once(self, slot, monkeypatch):
        memory = grade.Memory()
        first, _ = graded(slot, references(), memory=memory)
        judged = []
        monkeypatch.setattr(grade, "grade_question", lambda question, *_: judged.append(question))
        second, _ = graded(slot, references(), memory=memory)
        assert second.marks == first.marks
        assert judged == []

    def test_other_answers_are_judged(self, slot):
        memory = grade.Memory()
        graded(slot, references(), memory=memory)
        wrong = references()["activations.py"] + b"\n\ndef relu_forward(x):\n    return x, x\n"
        report, _ = graded(slot, {**references(), "activations.py": wrong}, memory=memory)
        assert [mark.question for mark in report.marks if not mark.solved] == ["relu_forward"]

    def test_who_prints_is_told_so_beside_one_who_does_not(self, slot):
        memory = grade.Memory()
        quiet, _ = graded(slot, references(), memory=memory)
        source = references()["activations.py"]
        loud = source.replace(
            b"def relu_forward(x):", b"def relu_forward(x):\n    print('here')", 1
        )
        report, _ = graded(slot, {**references(), "activations.py": loud}, memory=memory)
        marks = {mark.question: mark for mark in report.marks}
        assert any("prints" in str(note) for note in marks["relu_forward"].notes)
        assert not any(mark.notes for mark in quiet.marks)

    def test_what_was_asked_besides_is_not_remembered(self, slot):
        """A derivative of one's own forward is asked for, so two may differ in what is said."""
        wrong = b"\n\ndef sigmoid_backward(dout, cache):\n    return dout * 0.123\n"
        also = b"\n\ndef sigmoid_forward(x):\n    return 0.123 * x, None\n"
        files = {**references(), "activations.py": references()["activations.py"] + wrong}
        twice_wrong = {**files, "activations.py": files["activations.py"] + also}
        memory = grade.Memory()
        asked = questions("sigmoid_backward")
        one, _ = graded(slot, files, memory=memory, questions=asked)
        other, _ = graded(slot, twice_wrong, memory=memory, questions=asked)
        said = [mark.findings[0].diagnosis.sentence.template for mark in (*one.marks, *other.marks)]
        assert said[0] != said[1]
        assert memory.marks == {}

    def test_what_could_not_be_loaded_is_not_taken_for_what_is_not_there(self, slot):
        memory = grade.Memory()
        source = references()["activations.py"].decode()
        broken = source.replace("def relu_forward", "@undefined\ndef relu_forward")
        absent = source.replace("def relu_forward", "def other")
        said = [
            str(graded(slot, with_source("activations", text), memory=memory, questions=asked)[0])
            for text in (broken, absent)
            for asked in [questions("relu_forward")]
        ]
        assert "undefined" in said[0]
        assert "has no function" in said[1]

    def test_it_forgets_the_oldest(self, slot, monkeypatch):
        monkeypatch.setattr(grade, "REMEMBERED", 10)
        memory = grade.Memory()
        graded(slot, references(), memory=memory)
        assert len(memory.marks) == 10

    def test_a_session_that_plays_nothing_remembers_nothing(self):
        memory = grade.Memory()
        with LocalSession(references()) as session:
            grade.grade(session, TRUTH, "s", questions("relu_forward"), memory=memory)
        assert memory.marks == {}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("a", 1), ("a", 1), True),
        (("a", 1), ("a", 1.0), False),
        (("a", 1), ["a", 1], False),
        ((np.zeros(2),), (np.zeros(2),), True),
        ((np.zeros(2),), (-np.zeros(2),), False),
        ((np.full(2, np.nan),), (np.full(2, np.nan),), True),
        ((np.zeros(2),), (np.zeros((1, 2)),), False),
        ((np.zeros(2),), (np.zeros(2, np.float32),), False),
        ({"a": np.zeros(1)}, {"a": np.zeros(1)}, True),
        ({"a": 1}, {"b": 1}, False),
        ((1,), (1, 2), False),
    ],
)
def test_requests_are_the_same_to_the_last_bit(one, other, expected):
    assert same(one, other) is expected
