"""What a student's copy remembers between runs."""

import json

import pytest

from autograder import practice, progress, syllabus
from autograder.model import Finding, Mark, Verdict
from autograder.progress import Standing, digests, needed, updated
from tests import student

DIGESTS = {"activations": "d"}


def mark(verdict, score=2):
    finding = Finding("value", "It is right.", verdict, score, 2)
    return Mark("activations", "relu_forward", (finding,))


def test_the_time_of_passing_is_kept_while_it_passes_and_after():
    first = updated({}, [mark(Verdict.PASSED)], DIGESTS)
    since = first["relu_forward"].passed
    assert since
    first["relu_forward"] = Standing(2, 2, Verdict.PASSED, "d", "2026-01-01T00:00:00+00:00")
    again = updated(first, [mark(Verdict.PASSED)], DIGESTS)
    assert again == first
    broken = updated(again, [mark(Verdict.FAILED, 0)], DIGESTS)["relu_forward"]
    assert (broken.score, broken.passed[:4], broken.regressed) == (0, "2026", True)
    assert not first["relu_forward"].regressed
    mended = updated({"relu_forward": broken}, [mark(Verdict.PASSED)], DIGESTS)["relu_forward"]
    assert mended.passed >= since


def test_other_questions_stay_as_they_were():
    before = {"tanh_forward": Standing(2, 2, Verdict.PASSED, "x", "2026")}
    assert (
        updated(before, [mark(Verdict.FAILED, 0)], DIGESTS)["tanh_forward"]
        is before["tanh_forward"]
    )


def test_a_standing_depends_on_its_file_and_on_what_that_imports():
    files = {
        "activations.py": b"import numpy as np\nfrom helper import half\n",
        "helper.py": b"import deeper\n",
        "deeper.py": b"x = 1\n",
        "batchnorm.py": b"import numpy as np\n",
    }
    assert needed(files, "activations.py") == {"activations.py", "helper.py", "deeper.py"}
    names = ("activations", "batchnorm")
    before = digests(files, names)
    after = digests({**files, "deeper.py": b"x = 2\n"}, names)
    assert before["activations"] != after["activations"]
    assert before["batchnorm"] == after["batchnorm"]


DAMAGED = {
    "empty": "",
    "cut short": "{",
    "a list": "[]",
    "another format": '{"format": "progress/v0"}',
    "no questions": '{"format": "progress/v1"}',
    "bytes": "\x00" * 9,
    "a part": '{"format": "progress/v1", "questions": {"relu_forward": {"score": 1}}}',
    "another word": json.dumps(
        {"format": "progress/v1", "questions": {"a": vars(Standing(1, 2, "so", ""))}}
    ),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_memory_is_no_memory(tmp_path, content):
    file = tmp_path / "progress.json"
    file.write_text(content)
    assert progress.read(file) == {}


def test_what_is_written_is_read(tmp_path):
    standings = updated({}, [mark(Verdict.PASSED)], DIGESTS)
    assert progress.write(standings, tmp_path / "new" / "progress.json")
    assert progress.read(tmp_path / "new" / "progress.json") == standings
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["progress.json"]


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("")
    assert not progress.write({}, tmp_path / "file" / "progress.json")


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A student's folder that counts as this copy's own."""
    folder = student.copy_to(tmp_path / "copy")
    monkeypatch.setattr(practice, "ASSIGNMENT", folder / "assignment")
    return folder


def test_only_what_has_changed_is_checked_again(own, monkeypatch):
    asked = []
    grade = practice.grade

    def counted(session, truth, name, questions, notes, enough):
        asked.append({question.exercise for question in questions})
        return grade(session, truth, name, questions, notes, enough=enough)

    monkeypatch.setattr(practice, "grade", counted)
    first = practice.standings(own / "assignment")
    assert len(first) == len(syllabus.questions())
    assert practice.standings(own / "assignment") == first
    student.write(own, student.solved("zero_center"))
    second = practice.standings(own / "assignment")
    assert asked == [set(syllabus.EXERCISES), {"preprocessing"}]
    assert second["zero_center"].verdict == Verdict.PASSED


def test_a_check_is_remembered_for_the_status(own, monkeypatch):
    student.write(own, student.solved("relu_forward"))
    practice.check(
        own / "assignment", [q for q in syllabus.questions() if q.name == "relu_forward"]
    )
    assert progress.read()["relu_forward"].score == 2


def test_another_folder_leaves_no_trace(own, tmp_path):
    other = student.copy_to(tmp_path / "other")
    practice.check(other / "assignment", syllabus.questions()[:1])
    assert progress.read() == {}
