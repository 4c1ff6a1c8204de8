"""The benchmarks: the class they generate, and what they say of two submissions."""

import ast
import json
import random
import sys

import pytest

from autograder import batch, intake, syllabus
from autograder.model import Verdict
from tests.benchmarks import contenders, generate, meter, tables
from tests.benchmarks.__main__ import main

PER_EXERCISE = 3  # mistakes that are graded here


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    return generate.write(tmp_path_factory.mktemp("class") / "class", 40, seed=3)


@pytest.fixture(scope="module")
def grader():
    grader = batch.Grader(batch.Settings(seed=1, lockdown="unsafe"))
    yield grader
    grader.close()


def graded(grader, folder):
    result = grader.grade(folder)
    assert result.report is not None, result.problem
    return {
        (mark.question, finding.check): finding.verdict
        for mark in result.report.marks
        for finding in mark.findings
    }


def test_a_class_is_the_same_for_the_same_seed(generated, tmp_path):
    assert contents(generate.write(tmp_path / "again", 40, seed=3)) == contents(generated)
    assert contents(generate.write(tmp_path / "other", 40, seed=4)) != contents(generated)


def test_a_larger_class_begins_with_the_smaller_one(generated, tmp_path):
    smaller = contents(generate.write(tmp_path / "smaller", 5, seed=3))
    del smaller[generate.KEY]
    assert smaller.items() <= contents(generated).items()


def test_nothing_else_is_overwritten(generated):
    with pytest.raises(FileExistsError):
        generate.write(generated, 1)


def test_a_class_is_mixed():
    students = list(generate.students(2000))
    assert 0.15 < sum(not (s.planted or s.left or s.broken) for s in students) / 2000 < 0.25
    assert any(s.left for s in students)
    assert any(s.broken for s in students)
    planted = [mistake.question for student in students for mistake in student.planted]
    assert len(set(planted)) > 30


def test_files_stand_alone_and_parse_unless_they_are_meant_not_to(generated):
    key = json.loads((generated / generate.KEY).read_text())
    assert len(key) == len(list(intake.find(generated, batch.FILES))) == 40
    for name, planted in key.items():
        unparsable = 0
        for file in (generated / name).glob("*.py"):
            source = file.read_text("utf-8")
            assert "solutions" not in source
            assert "autograder" not in source
            try:
                ast.parse(source)
            except SyntaxError:
                unparsable += 1
        assert unparsable == (planted["syntax_error"] is not None)


def test_perfect_submissions_get_full_marks(grader, tmp_path):
    folder = generate.write(tmp_path / "perfect", 1, mix="perfect")
    assert set(graded(grader, folder / "student-00000").values()) == {Verdict.PASSED}


@pytest.mark.parametrize("exercise", syllabus.EXERCISES)
def test_planted_mistakes_fail_where_they_say(exercise, grader, tmp_path):
    """And nowhere else in their question: as source they still are what they were declared to be.

    A check that counts only beside another is blocked, whatever it would have said.
    """
    own = [mistake for mistake in generate.mistakes() if mistake.exercise == exercise]
    for number, mistake in enumerate(random.Random(exercise).sample(own, PER_EXERCISE)):
        student = generate.Student(f"student-{number}", [mistake], [], None)
        folder = tmp_path / student.name
        folder.mkdir()
        for name, source in student.files():
            (folder / name).write_text(source, encoding="utf-8")
        found = graded(grader, folder)
        here = {check: v for (question, check), v in found.items() if question == mistake.question}
        failed = {check for check, verdict in here.items() if verdict not in ("passed", "blocked")}
        blocked = {check for check, verdict in here.items() if verdict == "blocked"}
        assert failed <= set(mistake.fails) <= failed | blocked, mistake.name


def test_what_is_left_or_broken_is_not_solved(grader, tmp_path):
    left, broken = ("activations", "relu_forward"), ("hyperparameters", "stop_early")
    for name, source in generate.Student("x", [], [left], broken).files():
        (tmp_path / name).write_text(source, encoding="utf-8")
    found = graded(grader, tmp_path)
    assert found["relu_forward", "value"] == Verdict.UNSOLVED
    assert found["stop_early", "value"] == Verdict.RAISED
    assert found["on_border", "value"] == Verdict.PASSED


def test_a_cost_counts_what_a_killed_process_leaves_behind(tmp_path):
    """A grandchild that burns CPU after its parent has ended."""
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    command = f"{contenders.sys.executable} -c '{burn}' & exit 3"
    cost = meter.measure(["sh", "-c", command], tmp_path)
    assert cost.code == 3
    assert cost.cpu_seconds >= 0.3
    assert cost.peak_bytes > 2**20


def test_a_peak_in_the_last_moment_is_seen(tmp_path):
    """A class is read from the store and shown at the very end."""
    last = "import time; time.sleep(0.5); much = b'x' * 2**27; time.sleep(0.1)"
    cost = meter.measure([sys.executable, "-c", last], tmp_path, memory=True)
    assert cost.trusted_bytes > 2**27


def test_two_submissions_are_measured(tmp_path, capsys):
    report = tmp_path / "report.json"
    names = "ours,floor,pytest,otter"
    sizes = "--submissions 2 --pytest 1 --repeat 1 --jobs 1"
    nowhere = tmp_path / "tools"
    nowhere.write_text("no folder: nothing can be installed in it")
    argv = [*sizes.split(), "--only", names, "--json", str(report), "--tools", str(nowhere)]
    assert main(argv) == 0
    said, errors = capsys.readouterr()
    record = json.loads(report.read_text())
    assert "NOT MEASURED: otter" in said
    assert "NOT MEASURED: otter" in errors
    assert list(record["not_measured"]) == ["otter"]
    measured = {(run["suite"], run["name"]) for run in record["runs"]}
    assert measured == {
        *(("class", name) for name in ("ours", "floor", "pytest")),
        *(("reference", name) for name in ("ours", "floor")),
    }
    for row in record["rows"]:
        assert f"| {row['contender']} |" in said
        if row["suite"] == "reference" and row["contender"] != "floor":
            assert row["full_marks"] == row["submissions"]
    assert len(record["promises"]) == 3


def run_of(name, wall, cpu, suite="class", round_=0):
    cost = meter.Cost(0, wall, cpu, 0)
    return tables.Run(name, suite, round_, 10, 0, 10, cost, None)


def test_ratios_are_taken_within_a_round():
    """The machine was ten times slower in the second round: no matter."""
    runs = [run_of("ours", 1, 1), run_of("pytest", 12, 1)]
    runs += [run_of("ours", 10, 1, round_=1), run_of("pytest", 130, 1, round_=1)]
    promise, _ = tables.promises(runs)
    assert promise["rounds"] == pytest.approx([12, 13])
    assert promise["holds"]
    promise, _ = tables.promises([run_of("ours", 1, 1), run_of("pytest", 9, 1)])
    assert not promise["holds"]


def test_the_teachers_tests_cover_every_question():
    tests = ast.parse((contenders.HERE / "assignment_tests.py").read_text("utf-8")).body
    names = {node.name for node in tests if isinstance(node, ast.FunctionDef)}
    assert {name for name in names if name.startswith("test_")} == {
        f"test_{question}" for question in contenders.QUESTIONS
    }
