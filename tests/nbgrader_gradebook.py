"""Results of `grade` in nbgrader's gradebook, in a file and on a real PostgreSQL."""

import csv
import fcntl
import os
import subprocess
import sys
import time

import nbformat
import pytest
import sqlalchemy as sa

from autograder.model import Unusable
from autograder.nbgrader import setting_up
from autograder.nbgrader.autograding import LOCK
from autograder.nbgrader.course import check_cells
from autograder.nbgrader.marks import NOT_GRADED
from autograder.nbgrader.mending import is_test, marked
from autograder.store import Store, Wanted, outcome
from tests.nbgrader_class import (
    ANSWER,
    ASSIGNMENT,
    IN_TIME,
    LATE,
    NAME,
    OF_NBGRADER,
    QUESTIONS,
    ROOT,
    TASK,
    Course,
    hand_in,
    mark,
    nothing_of_use,
    right,
    run,
    set_up,
    wrong,
)
from tests.test_store import server

__all__ = ["server"]
pytestmark = OF_NBGRADER
PAGE = "questions"
LATER = "2026-12-02T11:00:00+00:00"


@pytest.fixture(scope="session")
def pristine(tmp_path_factory, server):
    """Courses of Python files alone, as the one command makes them; one in each database."""
    made = {}
    for name, url in (("sqlite", ""), ("postgresql", server.database())):
        made[name] = Course(tmp_path_factory.mktemp(name) / "course", url)
        made[name].ours("setup", "--questions-only", "--seed", "5", *(["--db", url] if url else []))
        made[name].is_due()
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def course(request, pristine, server, tmp_path):
    """A course of one's own."""
    made = pristine[request.param]
    return made.copy(tmp_path / "course", made.db and clone(server, made.db))


def clone(server, url):
    """Another database with all that is in this one."""
    new = server.database()
    old, name = (one.split("@/")[1].split("?")[0] for one in (url, new))
    engine = sa.create_engine(url.replace(f"/{old}?", "/postgres?"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name}"))
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {old}"))
    engine.dispose()
    return new


def keep(out, marks):
    """Results as `grade --out` keeps them: for each student points by question, or None (ours)."""
    out.mkdir(exist_ok=True)
    with Store(out / "results.db") as store:
        opened = store.open_run(Wanted("1.0.0", 5, {"seconds": 2.0}, fresh=True))
        for student, points in marks.items():
            if isinstance(points, str):
                store.add(opened, 1, student, "d", outcome("ungradable", None, points))
            else:
                store.add(opened, 1, student, "d", outcome("graded", report(student, points), ""))
        store.finish(opened)


def report(student, points):
    questions = [question(name, points[name]) for name in QUESTIONS]
    total = sum(one["score"] for one in questions)
    return {
        "format": "report/v2",
        "submission": student,
        "seed": 5,
        "status": "graded",
        "score": total,
        "max_score": 100,
        "notes": [],
        "questions": questions,
    }


def question(name, points):
    verdict = "broken" if points is None else "passed" if points else "failed"
    check = {"name": name, "promise": f"{name} is right", "verdict": verdict, "message": None}
    check |= {"score": points or 0, "max_score": QUESTIONS[name], "details": [], "diagnosis": None}
    whole = {"score": points or 0, "max_score": QUESTIONS[name], "notes": [], "checks": [check]}
    return {"exercise": "e", "question": name, **whole}


FULL, NOTHING = dict(QUESTIONS), dict.fromkeys(QUESTIONS, 0)


# --- without notebooks ----------------------------------------------------------------------------


def test_what_grade_found_is_in_the_export_and_on_formgraders_pages(course, tmp_path):
    """By the real `grade`, of Python files alone."""
    handed_in, out = tmp_path / "handed in", tmp_path / "results"
    changes = {"wrong": wrong, "nothing-of-use": nothing_of_use}
    for student in ("right", *changes, NAME):
        change = changes.get(student, lambda folder: None)
        hand_in(course.folder / "release" / ASSIGNMENT, handed_in / student, change, None)
    grade = [sys.executable, str(ROOT / "course.py"), "grade", str(handed_in), "--out", str(out)]
    run(grade, ROOT, (3,))
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["student"]: row for row in csv.DictReader(file)}
    said = course.ours("push", "--out", out, codes=(3,))
    assert "4 submissions are in the gradebook, 1 of them not wholly graded" in said
    found = course.exported()
    assert set(found) == set(expected)
    for student, row in expected.items():
        assert {name: found[student][name] for name in QUESTIONS} == {
            name: row[name] for name in QUESTIONS
        }
    assert found["right"]["score"] == "100"
    assert found["nothing-of-use"]["score"] == ""
    assert "[FAIL]" in log_of(course, "wrong", "tanh_backward")
    assert NOT_GRADED in log_of(course, "nothing-of-use", "relu_forward")
    course.run("generate_feedback", ASSIGNMENT)
    assert (course.folder / "feedback" / NAME / ASSIGNMENT / f"{PAGE}.html").is_file()


def log_of(course, student, name):
    for cell in course.notebook(student, PAGE).cells:
        if is_test(cell) and marked(cell)["grade_id"] == name:
            return nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    raise AssertionError(f"no cell {name}")


def test_a_regrade_replaces_scores_and_leaves_a_person_s(course, tmp_path):
    out = tmp_path / "results"
    keep(out, {"kim": FULL})
    course.ours("push", "--out", out)
    for name in ("relu_forward", "relu_backward"):
        mark(course, "kim", name, 0.5)
    worse = {**FULL, "relu_forward": 0, "tanh_forward": 0, "he_init": None}
    keep(out, {"kim": worse})
    course.ours("push", "--out", out, codes=(3,))
    row = course.exported()["kim"]
    assert (row["relu_forward"], row["relu_backward"]) == ("0.5", "0.5")
    assert (row["tanh_forward"], row["he_init"], row["score"]) == ("0", "", "")
    assert (row["open"], row["to_review"]) == ("1", "1")  # the mark whose score beside it changed


def test_late_is_penalised_and_the_penalty_follows_what_is_marked_by_hand(course, tmp_path):
    config = course.folder / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('_method = "none"', '_method = "zero"'), encoding="utf-8")
    times = tmp_path / "times.csv"
    times.write_text(f"submission,time\nkim,{LATER}\nlee,2026-12-01T11:00Z\n", encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("key,name,email\nkim,김 민준,k@x\nlee,Lee\npark,Park\n", encoding="utf-8")
    keep(tmp_path / "results", {"kim": NOTHING, "lee": FULL})
    lists = ["--submissions", times, "--roster", roster]
    course.ours("push", "--out", tmp_path / "results", *lists)
    mark(course, "kim", "relu_forward", 2.0)
    found = course.exported()
    assert (found["lee"]["penalty"], found["lee"]["score"]) == ("0", "100")
    assert (found["kim"]["so_far"], found["kim"]["penalty"]) == ("2", "2")
    assert (found["kim"]["score"], found["kim"]["submitted"]) == ("0", "2026-12-02 11:00:00")
    assert (found["kim"]["last_name"], found["kim"]["email"]) == ("김 민준", "k@x")
    assert (found["park"]["score"], found["park"]["open"]) == ("", "36")


def test_two_graders_at_once_lose_nothing_and_mix_nothing(course, tmp_path):
    """Both write the same students first, one full marks and one none; then others."""
    both = [f"a{number:02}" for number in range(20)]
    theirs = {**dict.fromkeys(both, FULL), **dict.fromkeys(("b1", "b2"), FULL)}
    ours = {**dict.fromkeys(both, NOTHING), **dict.fromkeys(("c1", "c2"), NOTHING)}
    for place, marks in (("one", theirs), ("two", ours)):
        keep(tmp_path / place, marks)
    graders = [start("push", course, "--out", tmp_path / place) for place in ("one", "two")]
    assert [finished(grader) for grader in graders] == [0, 0]
    found = course.exported()
    assert set(found) == {*theirs, *ours}
    wanted = {"a": {0.0, 100.0}, "b": {100.0}, "c": {0.0}}
    for student, row in found.items():
        assert sum(float(row[name]) for name in QUESTIONS) in wanted[student[0]], student


def start(step, course, *arguments):
    command = [sys.executable, str(ROOT / "course.py"), "nbgrader", step, str(course.folder)]
    environment = {**os.environ, "COURSE_NO_VENV": "1"}
    return subprocess.Popen(
        [*command, *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process):
    said, _ = process.communicate(timeout=200)
    assert "Traceback" not in said, said[-3000:]
    return process.returncode


def test_two_autogrades_at_once_lose_nothing(course, tmp_path):
    released = course.folder / "release" / ASSIGNMENT
    students = [f"s{number}" for number in range(4)]
    for student in students:
        hand_in(released, course.submitted(student), lambda folder: None)
    graders = [start("autograde", course) for _ in range(2)]
    assert [finished(grader) for grader in graders] == [0, 0]
    assert {student: row["score"] for student, row in course.exported().items()} == dict.fromkeys(
        students, "100"
    )


def test_an_autograde_waits_for_another_in_the_same_folder(small, tmp_path):
    course = small.copy(tmp_path / "course")
    with (course.folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        grader = start("autograde", course)
        assert "waiting: another autograde" in grader.stdout.readline()
        time.sleep(1)
        assert grader.poll() is None
    assert finished(grader) == 0


# --- with notebooks -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A course with notebooks, in which nothing has happened."""
    return set_up(tmp_path_factory.mktemp("small") / "course")


@pytest.fixture
def with_notebooks(small, tmp_path):
    made = small.copy(tmp_path / "course")
    for student, when in (("kim", IN_TIME), ("lee", LATE)):
        hand_in(made.folder / "release" / ASSIGNMENT, made.submitted(student), right, when)
    return made


def test_pushed_scores_and_answers_meet_on_one_page(with_notebooks, tmp_path):
    course, out = with_notebooks, tmp_path / "results"
    keep(out, {"kim": NOTHING, "lee": NOTHING, "park": FULL})
    course.ours("push", "--out", out)
    before = course.exported()
    assert {before["kim"]["relu_forward"], before["lee"]["relu_forward"]} == {"0"}
    assert (before["park"]["relu_forward"], before["park"][ANSWER]) == ("2", "")
    assert not (course.folder / "autograded" / "kim").exists()  # its answers come first
    mark(course, "kim", ANSWER, 3.0)
    course.ours("autograde")
    course.ours("push", "--out", out)
    page = course.notebook("kim")
    assert any("because of the slope" in cell.source for cell in page.cells)
    assert "[FAIL]" in nbformat.writes(page)
    row = course.exported()["kim"]
    assert (row["relu_forward"], row[ANSWER], row[TASK]) == ("0", "3", "")


def test_lateness_is_known_from_what_nbgrader_collected(with_notebooks, tmp_path):
    keep(tmp_path / "results", {"kim": FULL, "lee": FULL})
    with_notebooks.ours("push", "--out", tmp_path / "results")
    found = with_notebooks.exported()
    assert (found["kim"]["penalty"], found["lee"]["penalty"]) == ("0", "100")


def test_a_course_with_submissions_keeps_its_cells(with_notebooks):
    course = with_notebooks
    course.run("autograde", ASSIGNMENT, "--student", "kim")
    set_up(course.folder)  # the same again changes nothing
    wanted = setting_up.Wanted(ASSIGNMENT, questions_only=True)
    with pytest.raises(Unusable, match="has submissions already"):
        setting_up.set_up(course.folder, wanted)


def test_two_exchanges_are_as_nbgrader_has_them(tmp_path):
    """Released, fetched, submitted and collected by nbgrader's exchange; zips by zip_collect."""
    made = set_up(tmp_path / "course", exchange=tmp_path / "exchange")
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "exchange").chmod(0o777)
    made.run("release_assignment", ASSIGNMENT)
    student = Course(tmp_path / "student")
    student.folder.mkdir()
    (student.folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'course'\n"
        f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\n",
        encoding="utf-8",
    )
    student.run("fetch_assignment", ASSIGNMENT)
    right(student.folder / ASSIGNMENT)
    student.run("submit", ASSIGNMENT)
    made.run("collect", ASSIGNMENT)
    zipped(made, "park@home", student.folder / ASSIGNMENT)
    made.run("zip_collect", ASSIGNMENT)
    collected = sorted(path.name for path in (made.folder / "submitted").iterdir())
    assert len(collected) == 2
    assert "park@home" in collected
    for name in collected:
        assert {path.name for path in made.submitted(name).iterdir()} >= {
            *("1_functions.ipynb", "2_rest.ipynb", "activations.py", "batchnorm.py"),
        }
        assert not any(path.name.startswith("._") for path in made.submitted(name).iterdir())
    made.ours("autograde")
    assert {row["relu_forward"] for row in made.exported().values()} == {"0"}


def zipped(course, student, folder):
    """A zip as a Mac makes it, with a second copy of a file in it."""
    import zipfile

    place = course.folder / "downloaded" / ASSIGNMENT / "archive"
    place.mkdir(parents=True)
    with zipfile.ZipFile(place / f"{student}.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"{ASSIGNMENT}/{path.name}")
            archive.writestr(f"__MACOSX/{ASSIGNMENT}/._{path.name}", b"resource fork")
        archive.writestr(f"{ASSIGNMENT}/old/activations.py", b"an older copy")


# --- refusals -------------------------------------------------------------------------------------


def test_what_cannot_be_done_is_said_with_the_remedy(small, tmp_path):
    course = small.copy(tmp_path / "course")
    other = tmp_path / "other"
    other.mkdir()
    (other / "nbgrader_config.py").write_text("c = get_config()", encoding="utf-8")
    (tmp_path / "times.csv").write_text("submission,time\nkim,yesterday\n", encoding="utf-8")
    keep(tmp_path / "results", {"kim": FULL})
    refused = [
        (course, "name the folder that", "push", "--out", tmp_path / "empty"),
        (
            *(course, "write it as 2026-11-20", "push", "--out", tmp_path / "results"),
            *("--submissions", tmp_path / "times.csv"),
        ),
        (Course(tmp_path), "make one with `course.py nbgrader setup`", "autograde"),
        (Course(other), "choose another folder", "setup"),
        (course, "use letters, digits", "setup", "--assignment", "../up"),
        (course, "generate_assignment nothing", "export", "--assignment", "nothing"),
    ]
    for one, remedy, *command in refused:
        said = one.ours(*command, codes=(2,))
        assert remedy in said
        assert len(said.strip().splitlines()) == 1


def test_a_question_without_a_cell_is_refused_before_anything_is_written(small, tmp_path):
    course = small.copy(tmp_path / "course")
    page = course.folder / "release" / ASSIGNMENT / "1_functions.ipynb"
    notebook = nbformat.read(page, 4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "relu_forward"]
    nbformat.write(notebook, page)
    keep(tmp_path / "results", {"kim": FULL})
    for step in (("push", "--out", tmp_path / "results"), ("autograde",), ("export",)):
        assert "no notebook has a test cell for relu_forward" in course.ours(*step, codes=(2,))


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("relu_forward", {"points": 5}, "has other points"),
        ("relu_forward", {"grade_id": "rele_forward"}, "is no question"),
        ("relu_forward", {"grade_id": "elu_forward"}, "is there twice"),
        ("relu_forward", {"grade": False}, "no notebook has a test cell for relu_forward"),
    ],
)
def test_a_course_whose_cells_do_not_fit_the_questions_is_not_made(tmp_path, name, change, says):
    from autograder.nbgrader import questions

    notebook = nbformat.reads(questions.questions_notebook().decode(), 4)
    cell = next(cell for cell in notebook.cells if cell.id == name)
    cell.metadata.nbgrader.update(change)
    with pytest.raises(Unusable, match=says):
        check_cells({"q": notebook})
