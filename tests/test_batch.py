"""A class: graded in any number of processes, gone on with, graded again, compared."""

import csv
import gc
import json
import shutil
import sqlite3
import weakref
from pathlib import Path

import pytest

from autograder import batch
from autograder.cli import main
from autograder.cli.grade import exit_code
from autograder.report.summary import Tally
from autograder.store import Row

ROOT = Path(__file__).resolve().parents[1]
RIGHT, WRONG = "return dout * (1 - out**2)", "return dout * (1 - out)"


def submission(folder, old=RIGHT, new=RIGHT):
    """The references with one edit."""
    ignored = shutil.ignore_patterns("misconceptions", "__pycache__")
    shutil.copytree(ROOT / "solutions", folder, ignore=ignored)
    edit(folder, old, new)
    return folder


def edit(folder, old, new):
    path = folder / "activations.py"
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")


@pytest.fixture
def group(tmp_path):
    """Kim and lee: one right, one with a mistake; and one that is nothing."""
    submission(tmp_path / "class" / "kim")
    submission(tmp_path / "class" / "lee", RIGHT, WRONG)
    (tmp_path / "class" / "park.zip").write_bytes(b"no zip")
    return tmp_path / "class"


@pytest.fixture
def run(capsys, tmp_path):
    """Run a command on the store of this test in one process; the lines it prints."""

    def running(command, *arguments, code=None, out=tmp_path / "out"):
        jobs = ["--jobs", 1] if command == "grade" else []
        found = main([str(part) for part in (command, *arguments, "--out", out, *jobs)])
        said, errors = capsys.readouterr()
        assert code is None or found == code, errors
        return (said + errors).splitlines()

    return running


@pytest.fixture
def grades(tmp_path):
    def reading():
        with (tmp_path / "out" / "grades.csv").open(encoding="utf-8", newline="") as file:
            return {row["student"]: row["score"] for row in csv.DictReader(file)}

    return reading


def graded(lines):
    """How many were graded in this call, and how many were kept."""
    line = next(line for line in lines if " graded now, " in line)
    words = line.rpartition("run ")[2].replace(",", "").split()
    return int(words[1]), int(words[4])


def test_any_number_of_processes_gives_the_same(group):
    paths = sorted(group.iterdir())
    settings = batch.Settings(5)
    found = [
        {r.name: (r.report, r.status, r.digest) for r in batch.run(paths, settings, jobs)}
        for jobs in (1, 2)
    ]
    assert found[0] == found[1]
    assert found[0]["park"][1] == "ungradable"


def test_a_path_is_asked_for_only_when_a_process_is_free(group):
    taken = []

    def paths():
        for number in range(9):
            taken.append(number)
            yield group / "kim"

    running = batch.run(paths(), batch.Settings(5), 1)
    next(running)
    running.close()
    assert len(taken) <= 2


def test_nothing_to_grade_starts_nothing(monkeypatch):
    monkeypatch.setattr(batch, "Grader", None)
    assert list(batch.run([], batch.Settings(5), 2)) == []


def test_a_process_that_cannot_start_says_why(group, monkeypatch):
    monkeypatch.setattr(batch, "locked_down", lambda profile: batch.Slot())
    with pytest.raises(batch.Unusable, match="expected str"):
        list(batch.run(group.iterdir(), batch.Settings(5, lockdown=0), 2))


def test_a_digest_is_of_what_is_graded(group, tmp_path):
    kim, lee = batch.digest(group / "kim"), batch.digest(group / "lee")
    assert kim != lee
    assert kim == batch.digest(submission(tmp_path / "copy"))
    (group / "kim" / "notes.txt").write_text("not Python")
    assert kim == batch.digest(group / "kim")
    (group / "kim" / "helper.py").write_text("")
    assert kim != batch.digest(group / "kim")
    copy = shutil.copy(group / "park.zip", tmp_path)
    assert batch.digest(group / "park.zip") == batch.digest(Path(copy))


def test_what_decides_no_mark_is_there_under_that_name():
    parts = [*(ROOT / "autograder").iterdir(), *(ROOT / "solutions").iterdir()]
    assert {path.name for path in parts} >= batch.NO_MARKS


def test_the_version_changes_with_what_decides_a_mark_and_with_nothing_else(tmp_path, monkeypatch):
    for room in ("autograder", "solutions"):
        shutil.copytree(ROOT / room, tmp_path / room)
    monkeypatch.setattr(batch, "ROOT", tmp_path)
    before = batch.version()
    assert before.startswith("1.0.0+")
    (tmp_path / "autograder" / "cli" / "grade.py").write_text("")
    (tmp_path / "autograder" / "report" / "table.py").write_text("")
    assert batch.version() == before
    with (tmp_path / "autograder" / "exercises" / "batchnorm.py").open("a") as file:
        file.write("# a mended check\n")
    assert batch.version() != before


def test_the_same_command_again_grades_only_what_is_new_or_changed(run, group, grades):
    assert graded(run("grade", group, code=3)) == (3, 0)
    assert graded(run("grade", group, code=3)) == (0, 3)
    submission(group / "choi")
    edit(group / "lee", WRONG, RIGHT)
    assert grades()["lee"] == "98"
    assert graded(run("grade", group, code=3)) == (2, 2)
    assert grades() == {"choi": "100", "kim": "100", "lee": "100", "park": ""}
    assert graded(run("grade", group / "kim", code=0)) == (0, 1)
    assert len(grades()) == 4


def test_who_has_left_is_told_of_and_can_be_forgotten_and_come_back(run, group, grades):
    run("grade", group)
    shutil.move(group / "lee", group / "Lee")
    lines = run("grade", group)
    assert "1 with a result from before are not among these submissions: lee." in lines[-1]
    assert "--forget NAME" in lines[-1]
    assert set(grades()) == {"kim", "lee", "Lee", "park"}
    lines = run("grade", group, "--forget", "lee", code=3)
    assert graded(lines) == (0, 3)
    assert not any("from before" in line for line in lines)
    assert set(grades()) == {"kim", "Lee", "park"}
    assert "lee  gone" not in "".join(run("grade", group))
    shutil.copytree(group / "Lee", group / "lee")
    assert graded(run("grade", group)) == (1, 3)
    assert grades()["lee"] == "98"


@pytest.mark.parametrize(
    ("name", "says"), [("kim", "kim is among the submissions"), ("choi", "has no result of choi")]
)
def test_only_who_is_not_there_and_was_can_be_forgotten(run, group, name, says):
    run("grade", group)
    assert says in run("grade", group, "--forget", name, code=2)[-1]


def test_one_submission_of_a_class_says_nothing_of_the_others(run, group):
    run("grade", group)
    assert not any("from before" in line for line in run("grade", group / "kim"))


def test_files_that_were_lost_or_changed_are_written_again_from_the_store(run, group, tmp_path):
    run("grade", group)
    reports = sorted((tmp_path / "out").glob("*/report.json"))
    assert len(reports) == 3
    before = [path.read_bytes() for path in reports]
    reports[0].unlink()
    reports[1].write_text("{}")
    run("grade", group)
    assert [path.read_bytes() for path in reports] == before


def test_a_changed_grader_grades_everything_again_and_diff_says_so(run, group, monkeypatch):
    run("grade", group)
    monkeypatch.setattr(batch, "version", lambda: "1.0.1")
    lines = run("grade", group)
    assert graded(lines) == (3, 0)
    assert "the grader has changed since run 1" in " ".join(lines)
    lines = run("diff", 1, 2)
    assert lines[0] == "diff 1 2   0 up, 0 down, 3 the same"
    assert lines[1].endswith("-> 1.0.1")


def test_diff_says_whose_mark_changed_and_why(run, group, tmp_path):
    run("grade", group)
    edit(group / "lee", WRONG, RIGHT)
    edit(group / "kim", RIGHT, "return dout")
    shutil.rmtree(group / "lee" / "__pycache__", ignore_errors=True)
    submission(group / "choi")
    run("grade", group, "--fresh")
    lines = run("diff", "previous", "last", code=0)
    assert lines[0] == "diff 1 2   1 up, 1 down, 1 new, 1 the same"
    assert "  choi  new" in lines
    assert "  kim  100 -> 98   the submission changed" in lines
    assert "  lee  98 -> 100   the submission changed" in lines
    kim = " ".join(lines[lines.index("  kim  100 -> 98   the submission changed") + 1 :])
    assert "tanh_backward/" in kim
    assert "passed -> failed" in kim
    assert "failed -> passed" in kim
    assert "was: " in kim
    date = sqlite3.connect(tmp_path / "out" / "results.db").execute("SELECT started FROM runs")
    today = date.fetchone()[0][:10]
    assert run("diff", today[5:], 1)[0].startswith("diff 2 1   1 up, 1 down, 1 gone")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((1, 9), "there is no run 9; there are: 1 ("), ((1,), "give two runs"), ((), "previous")],
)
def test_a_run_that_is_not_there_is_said(run, group, arguments, said):
    run("grade", group / "kim")
    assert said in run("diff", *arguments, code=2)[-1]


def test_diff_of_nothing_makes_no_store(run, tmp_path):
    assert "there is no" in run("diff", 1, 2, code=2)[0]
    assert not (tmp_path / "out").exists()


def test_regrading_takes_what_was_asked_for_and_keeps_the_rest(run, group, grades, tmp_path):
    run("grade", group, "--seed", 3)
    assert graded(run("grade", group, "--only", "failed")) == (1, 0)
    assert graded(run("grade", group, "--only", "timed_out")) == (0, 0)
    assert graded(run("grade", group, "--student", "kim", "--student", "park")) == (2, 0)
    assert graded(run("grade", group, "--student", "kim", "--only", "failed")) == (0, 0)
    assert graded(run("grade", group, "--fresh")) == (3, 0)
    assert grades() == {"kim": "100", "lee": "98", "park": ""}
    database = sqlite3.connect(tmp_path / "out" / "results.db")
    assert database.execute("SELECT count(*) FROM results").fetchone() == (9,)
    assert database.execute("SELECT DISTINCT seed FROM results").fetchall() == [(3,)]


def test_only_that_questions_mark_can_change(run, group, grades, tmp_path, monkeypatch):
    """A grader that has become wrong everywhere changes the mark of the chosen question only."""
    run("grade", group, "--seed", 3)
    real = batch.Grader.grade

    def other(grader, path):  # as if everybody had handed in what lee did
        found = real(grader, group / "lee")
        return batch.replace(real(grader, path), report=found.report, status=found.status)

    monkeypatch.setattr(batch.Grader, "grade", other)
    (group / "park.zip").unlink()
    run("grade", group, "--question", "relu_forward")
    assert grades()["kim"] == "100"
    run("grade", group, "--question", "tanh_backward")
    assert grades()["kim"] == "98"
    report = json.loads((tmp_path / "out" / "kim" / "report.json").read_text(encoding="utf-8"))
    assert report["score"] == 98


def test_what_is_not_there_cannot_be_regraded(run, group, capsys):
    assert "grade the class first" in run("grade", group, "--only", "failed", code=2)[0]
    assert "did you mean kim?" in run("grade", group, "--student", "kym", code=2)[0]
    assert "did you mean" in run("grade", group, "--question", "relu_foward", code=2)[0]
    assert main(["grade", str(group), "--only", "failed"]) == 2
    assert "by --out DIR" in capsys.readouterr().err


def test_what_the_grader_failed_on_is_tried_again(run, group, grades, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(batch, "grade", None)
        assert graded(run("grade", group, code=4)) == (3, 0)
    assert grades()["kim"] == ""
    assert graded(run("grade", group, code=3)) == (2, 1)
    assert grades()["kim"] == "100"


def test_no_report_stays_in_memory(run, group, monkeypatch):
    seen = []
    real = batch.Grader.grade

    def watched(grader, path):
        assert sum(one() is not None for one in seen) <= 1
        found = real(grader, path)
        seen.append(weakref.ref(found))
        return found

    monkeypatch.setattr(batch.Grader, "grade", watched)
    submission(group / "choi")
    assert graded(run("grade", group)) == (4, 0)
    gc.collect()
    assert [one() for one in seen] == [None] * 4


def test_a_class_is_also_one_list_of_json(run, group):
    lines = run("grade", group, "--format", "json", out=group.parent / "json")
    data = json.loads("\n".join(line for line in lines if not line.startswith("run 1")))
    assert [report["submission"] for report in data] == ["kim", "lee"]


def row(number, status="graded", score=50, mistake=None):
    brief = {"headline": "said", "marks": [["q", score, 100, "passed", mistake]]}
    return Row(number, 1, f"s{number}", 1, "d", "g", 1, status, score, 100, "", brief)


def test_of_a_large_class_the_gravest_are_shown_and_the_rest_is_summed_up():
    tally = Tally(limit=3)
    for number in range(100):
        tally.add(row(number, score=number, mistake="swapped" if number < 40 else None))
    for number, status in enumerate(("crashed", "crashed", "timed_out", "broken"), 100):
        tally.add(row(number, status))
    lines = list(tally.lines())
    assert [line.split()[2] for line in lines[:3]] == ["broken", "timed_out", "crashed"]
    assert lines[3:] == ["and 1 more that need attention: see grades.csv"]
    assert tally.summary().startswith("104 submissions: 1 broken, 2 crashed, 100 graded")
    assert list(tally.insights()) == [
        "Hardest question: q (50 % of its points).",
        "Commonest mistake: q: swapped (40 students).",
    ]
    assert exit_code(tally) == 4
