"""A course in nbgrader's own commands, from an empty folder to exported marks.

nbgrader is large, so `.ci/run nbgrader` runs this in an environment of its own; see there.
"""

import csv
import json
import re
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.nbgrader.mending import is_test, marked
from autograder.syllabus import EXERCISES
from tests.nbgrader_class import (
    ANSWER,
    ASSIGNMENT,
    CLASS,
    DUE,
    FIRST,
    HIDDEN,
    IN_TIME,
    LATE,
    MODEL,
    NAME,
    OF_NBGRADER,
    OTHER_ANSWER,
    QUESTIONS,
    ROOT,
    SCHEME,
    SECOND,
    SECONDS,
    SEED,
    TASK,
    hand_in,
    mark,
    rows,
    run,
    set_up,
    wrong,
)

pytestmark = OF_NBGRADER
TO_RESUBMIT = {"resubmitted": wrong, "resubmitted-with-the-old-time": wrong}


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """The whole class, handed in and graded; two handed in before, and were graded then."""
    made = set_up(tmp_path_factory.mktemp("course") / "a course")
    released = made.folder / "release" / ASSIGNMENT
    for student, change in TO_RESUBMIT.items():
        hand_in(released, made.submitted(student), change)
    made.run("autograde", ASSIGNMENT)
    made.before = made.exported()
    made.run("db", "assignment", "add", ASSIGNMENT, f"--duedate={DUE}")
    for student, change in CLASS.items():
        hand_in(released, made.submitted(student), change)
    (made.submitted("late") / "timestamp.txt").write_text(LATE, encoding="utf-8")
    newer = IN_TIME.replace("11:00", "11:30")
    (made.submitted("resubmitted") / "timestamp.txt").write_text(newer, encoding="utf-8")
    name = ["--first-name", 'Pat, the "first"', "--last-name", "=박, '지우'"]
    made.run("db", "student", "add", NAME, *name)
    made.run("db", "student", "add", "never-seen")
    command = [sys.executable, str(ROOT / "course.py"), "nbgrader", "autograde", str(made.folder)]
    made.said = run(command, ROOT, (3,))
    made.run("export", "--to", "exported.csv")
    made.marks = rows(made.folder / "exported.csv")
    return made


@pytest.fixture(scope="session")
def graded(course, tmp_path_factory):
    """What `course.py grade` says of the same folder: by student, a score for each question."""
    out = tmp_path_factory.mktemp("grade")
    command = [sys.executable, str(ROOT / "course.py"), "grade", str(course.folder / "submitted")]
    limits = ["--seed", str(SEED), "--seconds", str(SECONDS), "--all-rows"]
    run([*command, "--out", str(out), *limits], ROOT, (1, 3))
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


# --- the class ------------------------------------------------------------------------------------


def test_there_are_more_than_fifteen_submissions_and_nobody_is_missing(course):
    assert len(CLASS) > 15
    assert set(course.marks) == {*CLASS, "never-seen"}


@pytest.mark.parametrize("student", CLASS)
def test_scores_are_those_that_grade_gives(course, graded, student):
    expected = {question: graded[student][question] for question in QUESTIONS}
    assert {question: course.marks[student][question] for question in QUESTIONS} == expected


@pytest.mark.parametrize(
    ("student", "score"),
    {
        "right": 100,
        "untouched": 0,
        "forged": 0,
        "copied": 100,
        "deleted": 100,
        "mangled": 100,
        "no-notebooks": 100,
        "corrupt": 100,
        "not-a-notebook": 100,
        "dead-kernel": 100,
        "warns": 100,
        "loops": 96,  # without its forward the backward has no cache
        "hostile-page": 100,
        "in-a-folder": 100,
        "late": 100,
        "resubmitted": 100,
        "resubmitted-with-the-old-time": 100,
        "one-notebook-missing": 100,
        NAME: 100,
    }.items(),
)
def test_these_scores_are_known(course, student, score):
    assert sum(float(course.marks[student][question]) for question in QUESTIONS) == score


@pytest.mark.parametrize("student", ["wrong", "raises", "no-module"])
def test_what_is_wrong_costs_something_and_not_everything(course, student):
    earned = sum(float(course.marks[student][question]) for question in QUESTIONS)
    assert 0 < earned < 100


def test_what_cannot_be_graded_is_open_and_says_so(course):
    row = course.marks["nothing-of-use"]
    assert {row[question] for question in QUESTIONS} == {""}
    assert row["score"] == ""
    assert int(row["open"]) >= len(QUESTIONS)
    tests = [cell for cell in course.notebook("nothing-of-use").cells if is_test(cell)]
    assert tests
    assert all(cell.outputs[-1].output_type == "error" for cell in tests)
    assert "activations.py" in tests[0].outputs[-1].evalue


def test_who_handed_nothing_in_has_no_marks_and_no_zero(course):
    row = course.marks["never-seen"]
    assert {row[question] for question in (*QUESTIONS, ANSWER, TASK, "score", "so_far")} == {""}
    assert row["open"] == str(len(QUESTIONS) + 3)


def test_every_test_cell_has_a_score_or_an_error_and_no_other_output(course):
    """To nbgrader a cell without outputs has earned full marks, one with stderr none."""
    for student in CLASS:
        for name in (FIRST, SECOND):
            for cell in filter(is_test, course.notebook(student, name).cells):
                kinds = [output.output_type for output in cell.outputs]
                assert kinds[-1] in ("execute_result", "error")
                assert set(kinds[:-1]) <= {"stream"}
                assert all(output.get("name") != "stderr" for output in cell.outputs)


def test_every_cell_that_counts_is_there_once(course):
    for student in CLASS:
        for name in (FIRST, SECOND):
            wanted = names_of(
                nbformat.read(course.folder / "release" / ASSIGNMENT / f"{name}.ipynb", 4)
            )
            assert names_of(course.notebook(student, name)) == wanted, student


def names_of(notebook):
    return sorted(marked(cell)["grade_id"] for cell in notebook.cells if marked(cell))


def test_the_summary_names_who_needs_a_person(course):
    assert re.search(rf"nothing-of-use +{len(QUESTIONS)} not graded", course.said)
    assert f"{FIRST}.ipynb is missing; {SECOND}.ipynb is missing" in course.said
    assert re.search(rf"(?m)^corrupt .*{FIRST}.ipynb cannot be read", course.said)
    assert "timestamp.txt cannot be read" in course.said
    assert "link.txt is no regular file" in course.said
    assert f"{len(CLASS)} submissions, {len(CLASS) - 1} graded" in course.said


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("student", "said"),
    {
        "right": "because of the slope",
        "copied": "copied and answered",
        "mangled": "answered in a cell of code",
        "in-a-folder": "because of the slope",
    }.items(),
)
def test_an_answer_is_kept_and_waits_for_a_person(course, student, said):
    cell = next(c for c in course.notebook(student).cells if marked(c).get("grade_id") == ANSWER)
    assert (cell.cell_type, cell.source) == ("markdown", said)
    assert course.marks[student][ANSWER] == ""


@pytest.mark.parametrize(
    ("student", "name", "mark"),
    [
        ("wrong", ANSWER, "0"),  # nothing was written, in a notebook that can be read
        ("deleted", ANSWER, "0"),
        ("right", OTHER_ANSWER, "0"),
        ("answered-elsewhere", ANSWER, ""),
        ("no-notebooks", ANSWER, ""),
        ("corrupt", ANSWER, ""),
        ("not-a-notebook", ANSWER, ""),
        ("not-a-notebook", OTHER_ANSWER, ""),
        ("one-notebook-missing", OTHER_ANSWER, ""),
        ("right", TASK, ""),
    ],
)
def test_an_answer_is_worth_nothing_only_where_somebody_could_see_that(course, student, name, mark):
    assert course.marks[student][name] == mark


def test_an_answer_that_was_not_seen_says_why(course):
    assert "not handed in" in comment(course, "no-notebooks")
    assert "could not be read" in comment(course, "corrupt")
    assert "another cell" in comment(course, "answered-elsewhere")


def comment(course, student):
    with Gradebook(course.url) as book:
        return book.find_comment(ANSWER, FIRST, ASSIGNMENT, student).auto_comment


# --- cells that show something --------------------------------------------------------------------


def test_cells_without_marks_show_what_they_show(course):
    shows = by_id(course.notebook("right"), "it shows")
    kinds = [kind for output in shows.outputs for kind in output.get("data", {})]
    assert "it shows [0. 2.]" in shows.outputs[0].text
    assert "image/png" in kinds


def by_id(notebook, said):
    return next(cell for cell in notebook.cells if said in cell.source and not marked(cell))


def test_a_dead_kernel_and_a_loop_cost_what_comes_after_them(course):
    first, second = (course.notebook("dead-kernel", name) for name in (FIRST, SECOND))
    assert "exit code 1" in by_id(first, "os._exit").outputs[0].text
    assert "not run" in by_id(first, "print('after')").outputs[0].text
    assert "more than 3 s" in by_id(second, "while True").outputs[0].text


# --- forgery --------------------------------------------------------------------------------------


def test_nothing_that_a_submission_did_has_touched_the_course(course):
    config = (course.folder / "nbgrader_config.py").read_text(encoding="utf-8")
    assert "SandboxGrade" in config
    for row in course.marks.values():
        assert all(float(row[name] or 0) <= points for name, points in QUESTIONS.items())
        assert row["max_score"] == "108"
    forged = [cell for cell in course.notebook("forged").cells if is_test(cell)]
    assert {marked(cell)["points"] for cell in forged} <= set(QUESTIONS.values())
    assert all("100.0" not in cell.source for cell in forged)


def test_what_is_not_a_file_is_not_read_and_no_page_lies_beside_the_notebooks(course):
    kept = {path.name for path in (course.folder / "autograded" / "hostile-page").rglob("*")}
    assert "activations.py" in kept
    assert not {"evil.html", "link.txt", "pipe.txt"} & kept


def test_students_files_stay_theirs_and_all_others_are_put_back(course):
    """But for a list of exceptions, `nbgrader autograde` puts stubs over the students' work."""
    handed_in = course.submitted("wrong")
    shown = course.folder / "autograded" / "wrong" / ASSIGNMENT
    for path in handed_in.glob("*.py"):
        if path.stem in EXERCISES:
            assert (shown / path.name).read_bytes() == path.read_bytes()
    assert (handed_in / "network.py").read_bytes() != (shown / "network.py").read_bytes()
    assert (shown / "network.py").read_bytes() == (ROOT / "assignment" / "network.py").read_bytes()


# --- time -----------------------------------------------------------------------------------------


def test_late_is_penalised_by_the_course_s_rule(course):
    row = course.marks["late"]
    assert (row["so_far"], row["penalty"]) == ("100", "100")
    assert course.marks["right"]["penalty"] == "0"
    assert row["submitted"] == "2026-12-02 11:00:00"


def test_who_resubmits_is_graded_again_also_where_the_time_is_the_old_one(course):
    """Of one without a newer time nbgrader alone would take no notice."""
    for student in TO_RESUBMIT:
        assert course.before[student]["tanh_backward"] == "0"
        assert course.marks[student]["tanh_backward"] == str(QUESTIONS["tanh_backward"])


def test_a_second_run_grades_nobody_again(course, tmp_path):
    other = course.copy(tmp_path / "course")
    before = {path: path.stat().st_mtime_ns for path in (other.folder / "autograded").rglob("*")}
    assert f"{len(CLASS)} submissions" in other.ours("autograde", codes=(3,))
    after = {path: path.stat().st_mtime_ns for path in (other.folder / "autograded").rglob("*")}
    assert after == before


# --- regrading ------------------------------------------------------------------------------------


def test_a_regrade_takes_old_scores_back_and_leaves_a_person_s(course, tmp_path):
    other = course.copy(tmp_path / "course")
    mark(other, "right", ANSWER, 2.5)
    mark(other, "right", "relu_forward", 1.0)
    wrong(other.submitted("right"))
    other.ours("autograde", codes=(3,))
    row = other.exported()["right"]
    assert row["tanh_backward"] == "0"
    assert (row[ANSWER], row["relu_forward"]) == ("2.5", "1")
    assert int(row["to_review"]) >= 1


def test_a_regrade_that_fails_leaves_no_old_scores(course, tmp_path):
    """Also of `nbgrader autograde` alone, which would leave them."""
    other = course.copy(tmp_path / "course")
    config = other.folder / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    broken = text.replace('"nbgrader.preprocessors.SaveAutoGrades"', '"no.such.Thing"')
    config.write_text(broken, encoding="utf-8")
    other.run("autograde", ASSIGNMENT, "--student", "right", "--force", codes=(1,))
    config.write_text(text, encoding="utf-8")
    row = other.exported()["right"]
    assert {row[question] for question in QUESTIONS} == {""}
    assert row["score"] == ""


def test_nbgrader_s_own_autograde_gives_the_same_scores(course, tmp_path):
    other = course.copy(tmp_path / "course")
    for some in ("[cd]*", "forged"):
        other.run("autograde", ASSIGNMENT, "--student", some, "--force")
    assert other.exported() == course.marks


# --- feedback and export --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def feedback(course):
    course.run("generate_feedback", ASSIGNMENT)
    return course.folder / "feedback"


def test_feedback_is_there_for_everybody_and_shows_the_log(feedback):
    for student in CLASS:
        for name in (FIRST, SECOND):
            assert (feedback / student / ASSIGNMENT / f"{name}.html").is_file()
    page = (feedback / "wrong" / ASSIGNMENT / f"{FIRST}.html").read_text(encoding="utf-8")
    assert "tanh_backward" in page
    assert "[FAIL]" in page


def test_feedback_has_no_hidden_test_no_mark_scheme_and_no_model_answer(course, feedback):
    source = (course.folder / "source" / ASSIGNMENT / f"{FIRST}.ipynb").read_text(encoding="utf-8")
    marking = json.dumps(course.notebook("right"))
    assert all(secret in source for secret in (MODEL, HIDDEN, SCHEME))
    assert HIDDEN in marking
    assert SCHEME in marking  # whoever marks sees them
    pages = [path.read_text(encoding="utf-8") for path in feedback.rglob("*.html")]
    assert len(pages) >= 2 * len(CLASS)
    for secret in (MODEL, HIDDEN, SCHEME):
        assert not any(secret in page for page in pages)


def test_feedback_says_that_marks_are_missing(feedback):
    page = (feedback / "right" / ASSIGNMENT / f"{FIRST}.html").read_text(encoding="utf-8")
    assert "Not final" in page
    assert ANSWER in page.partition("Not final")[2][:200]


def test_the_release_has_no_answers(course):
    for path in (course.folder / "release").rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not any(secret in text for secret in (MODEL, HIDDEN, SCHEME, "END SOLUTION"))


def test_names_survive_the_export(course):
    row = course.marks[NAME]
    assert row["first_name"] == 'Pat, the "first"'
    assert row["last_name"] == "'=박, '지우'"  # as text: a spreadsheet would run it
    assert row["student_id"] == NAME


def test_our_command_writes_the_same_table_for_excel_too(course, tmp_path):
    course.ours("export", "--to", tmp_path / "marks.csv", "--bom")
    written = (tmp_path / "marks.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert written[3:] == (course.folder / "exported.csv").read_bytes()
