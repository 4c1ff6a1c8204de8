"""A small course and its class: two notebooks with every question, and what students do to them.

Each function of :data:`CLASS` gets the folder of a student who was right in everything, with the
notebooks as they were given out, and changes something in it.
"""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder import syllabus
from autograder.cli import main
from autograder.nbgrader import setting_up
from autograder.nbgrader.mending import marked, new_markdown
from autograder.nbgrader.questions import test_cell as cell_of

ROOT = Path(__file__).resolve().parents[1]
REFERENCES = [path for path in (ROOT / "solutions").glob("*.py") if path.name != "__init__.py"]
QUESTIONS = {question.name: question.points for question in syllabus.questions()}
ASSIGNMENT, SEED, SECONDS = "lecture5", 5, 1.0
FIRST, SECOND = "1_functions", "2_rest"
ANSWER, OTHER_ANSWER, TASK = "written_curve", "written_zigzag", "task_depth"
MODEL, HIDDEN, SCHEME = "THE MODEL ANSWER", "THE HIDDEN TEST", "THE MARK SCHEME"
DUE, IN_TIME, LATE = "2026-12-01 12:00 UTC", "2026-12-01 11:00 UTC", "2026-12-02 11:00 UTC"
NAME = 'O\'Neill, "Pat" 박지우'
# A warning that nbgrader gets for its own use of SQLAlchemy.
OF_NBGRADER = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
HOSTILE = """
<script>window.forged = true</script> <img src=x onerror="window.forged = true">
<input class="score" id="relu_forward"> [a link](javascript:window.forged=true)
[a page](evil.html)
"""


# --- the course -----------------------------------------------------------------------------------


def sources(_wanted=None):
    """The files of ``source/``, for `setting_up.sources`."""
    first, *others = syllabus.exercises()
    questions = {FIRST: first.questions, SECOND: {}}
    for exercise in others:
        questions[SECOND] |= exercise.questions
    stubs = {path.name: path.read_bytes() for path in (ROOT / "assignment").glob("*.py")}
    notebooks = {
        f"{FIRST}.ipynb": notebook([*story(), *graded(questions[FIRST]), answer(ANSWER), task()]),
        f"{SECOND}.ipynb": notebook([*graded(questions[SECOND]), answer(OTHER_ANSWER)]),
    }
    return {**stubs, **notebooks}


def notebook(cells):
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


def story():
    shows = (
        "import activations, matplotlib.pyplot as plt, numpy as np\n"
        "print('it shows', activations.relu_forward(np.array([-1.0, 2.0]))[0])\n"
        "plt.plot([0, 1])\nplt.show()"
    )
    return [
        new_markdown("# A story", id="story"),
        nbformat.v4.new_code_cell(shows, id="shows"),
    ]


def graded(questions):
    cells = [cell_of(question) for question in questions.values()]
    cells[0].source += f"\n### BEGIN HIDDEN TESTS\n# {HIDDEN}\n### END HIDDEN TESTS"
    return cells


def answer(name):
    says = {"grade": True, "solution": True, "locked": False, "task": False}
    return counting(name, f"{MODEL}: because.", 3, says)


def task():
    says = {"grade": False, "solution": False, "locked": True, "task": True}
    scheme = f"=== BEGIN MARK SCHEME ===\n{SCHEME}\n=== END MARK SCHEME ==="
    return counting(TASK, f"Draw it.\n\n{scheme}", 2, says)


def counting(name, source, points, says):
    says |= {"points": points, "grade_id": name, "schema_version": 3}
    return new_markdown(source, id=name, metadata={"nbgrader": says})


# --- what students do -----------------------------------------------------------------------------


def hand_in(released, folder, change, timestamp=IN_TIME):
    """The folder of a student who is right in everything, then changed."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(released, folder)
    for path in REFERENCES:
        shutil.copyfile(path, folder / path.name)
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp, encoding="utf-8")
    change(folder)


def in_file(folder, name, old, new):
    path = folder / f"{name}.py"
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")


def in_notebook(folder, change, name=FIRST):
    """``change`` gets the notebook as JSON: what it makes of it need not be a notebook."""
    path = folder / f"{name}.ipynb"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data["cells"])
    path.write_text(json.dumps(data), encoding="utf-8")


def write_answer(folder, said="because of the slope", name=ANSWER):
    in_notebook(folder, lambda cells: by_id(cells, name).update(source=said))


def by_id(cells, name):
    return next(cell for cell in cells if cell["id"] == name)


def code_cell(source, name):
    return nbformat.v4.new_code_cell(source, id=name)


def right(folder):
    write_answer(folder)


def wrong(folder):
    in_file(folder, "activations", "(1 - out**2)", "(1 - out)")
    with (folder / "network.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")


def raises(folder):
    in_file(folder, "batchnorm", "np.", "numpy.")


def loops(folder):
    source = "\n\ndef relu_forward(x):\n    while True:\n        pass\n"
    with (folder / "activations.py").open("a", encoding="utf-8") as file:
        file.write(source)


def no_notebooks(folder):
    for path in folder.glob("*.ipynb"):
        path.unlink()


def one_notebook_missing(folder):
    write_answer(folder)
    (folder / f"{SECOND}.ipynb").unlink()


def corrupt(folder):
    write_answer(folder)
    path = folder / f"{FIRST}.ipynb"
    path.write_bytes(path.read_bytes()[:-200])


def not_a_notebook(folder):
    (folder / f"{FIRST}.ipynb").write_text("[" * 100_000, encoding="utf-8")
    (folder / f"{SECOND}.ipynb").write_text('{"cells": 3, "nbformat": 4}', encoding="utf-8")


def no_module(folder):
    (folder / "batchnorm.py").unlink()


def nothing_of_use(folder):
    for path in folder.iterdir():
        path.unlink()
    (folder / "readme.md").write_text("I did not have time.", encoding="utf-8")


def untouched(folder):
    for path in (ROOT / "assignment").glob("*.py"):
        shutil.copyfile(path, folder / path.name)


FORGERY = """
import os, pathlib, sys
for name in ("autograder", "autograder.grade", "nbgrader", "nbgrader.utils"):
    sys.modules.pop(name, None)
def full(*arguments, **keywords):
    return (100.0, 100.0)
try:
    import numpy
    numpy.allclose = numpy.array_equal = lambda *arguments, **keywords: True
    import nbgrader.utils
    nbgrader.utils.determine_grade = full
except BaseException:
    pass
for place in (pathlib.Path.cwd(), *pathlib.Path.cwd().parents, pathlib.Path({course!r})):
    for name in ("gradebook.db", "nbgrader_config.py"):
        try:
            (place / name).write_bytes(b"")
        except OSError:
            pass
try:
    import sqlite3
    book = sqlite3.connect({course!r} + "/gradebook.db")
    book.execute("UPDATE grade SET manual_score = 100")
    book.commit()
except BaseException:
    pass
"""


def forged(folder):
    """Untouched stubs, and every way to claim marks that a submission has."""
    untouched(folder)
    forgery = FORGERY.format(course=str(folder.parents[2]))
    for name in ("autograder", "nbgrader", "sitecustomize", "preprocessors"):
        (folder / f"{name}.py").write_text(forgery, encoding="utf-8")
    with (folder / "activations.py").open("a", encoding="utf-8") as file:
        file.write(forgery)

    def claim(cells):
        for cell in cells:
            says = cell["metadata"].get("nbgrader")
            if says and cell["cell_type"] == "code":
                cell["source"] = "100.0"
                cell["outputs"] = [dict(nbformat.v4.new_output("execute_result", {}))]
                cell["outputs"][0]["data"] = {"text/plain": "100.0"}
                says |= {"points": 1000, "locked": False, "solution": False}
        cells.insert(0, code_cell(forgery, "forgery"))

    in_notebook(folder, claim)
    in_notebook(folder, claim, SECOND)


def copied(folder):
    """An answer, and the cell once more below it, untouched; every test twice."""
    write_answer(folder, "copied and answered")

    def twice(cells):
        copies = [json.loads(json.dumps(cell)) for cell in cells if marked(cell)]
        for number, copy in enumerate(copies):
            copy["id"] = f"copy-{number}"
            if copy["cell_type"] == "markdown" and marked(copy)["grade_id"] == ANSWER:
                copy["source"] = "YOUR ANSWER HERE"
        cells += copies

    in_notebook(folder, twice)


def deleted(folder):
    """Every other cell that counts is gone, and the first."""

    def delete(cells):
        counting_ones = [cell for cell in cells if marked(cell)]
        for cell in (cells[0], *counting_ones[::2], counting_ones[-1]):
            cells.remove(cell)

    in_notebook(folder, delete)
    in_notebook(folder, list.clear, SECOND)


def mangled(folder):
    """Metadata dropped, of another version, of another kind; cells of another type."""
    write_answer(folder, "answered in a cell of code")

    def mangle(cells):
        for number, cell in enumerate(cells):
            cell["metadata"] = [{}, {"nbgrader": {"schema_version": 99}}, {"nbgrader": []}][
                number % 3
            ]
        by_id(cells, ANSWER).update(cell_type="code", outputs=[], execution_count=None)
        cells.append({"cell_type": "raw", "id": "raw", "metadata": {}, "source": HOSTILE})

    in_notebook(folder, mangle)


def dead_kernel(folder):
    write_answer(folder)
    ends = [code_cell("import os; os._exit(1)", "ends"), code_cell("print('after')", "after")]
    in_notebook(folder, lambda cells: cells.extend(ends))
    in_notebook(
        folder, lambda cells: cells.insert(0, code_cell("while True: pass", "loop")), SECOND
    )


def warns(folder):
    """Right values beside a RuntimeWarning, at import and in each call."""
    quiet = "import numpy as np\nwith_a_warning = np.log(np.zeros(1))\n"
    in_file(folder, "activations", "import numpy as np", quiet)
    in_file(folder, "activations", "decay = ", "np.log(np.zeros(1))\n    decay = ")


def answered_elsewhere(folder):
    own = new_markdown("My answer: because of the slope.", id="mine")
    in_notebook(folder, lambda cells: cells.append(own))


def hostile_page(folder):
    write_answer(folder, HOSTILE)
    (folder / "evil.html").write_text("<script>window.forged = true</script>", encoding="utf-8")
    (folder / "link.txt").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.txt")


def in_a_folder(folder):
    write_answer(folder)
    (folder / "assignment").mkdir()
    for path in [*folder.glob("*.ipynb"), *folder.glob("*.py")]:
        path.replace(folder / "assignment" / path.name)


def unreadable_time(folder):
    (folder / "timestamp.txt").write_text("yesterday-ish", encoding="utf-8")


CLASS = {
    "right": right,
    "wrong": wrong,
    "raises": raises,
    "loops": loops,
    "no-notebooks": no_notebooks,
    "one-notebook-missing": one_notebook_missing,
    "corrupt": corrupt,
    "not-a-notebook": not_a_notebook,
    "no-module": no_module,
    "nothing-of-use": nothing_of_use,
    "untouched": untouched,
    "forged": forged,
    "copied": copied,
    "deleted": deleted,
    "mangled": mangled,
    "dead-kernel": dead_kernel,
    "warns": warns,
    "answered-elsewhere": answered_elsewhere,
    "hostile-page": hostile_page,
    "in-a-folder": in_a_folder,
    "unreadable-time": unreadable_time,
    "late": right,
    "resubmitted": right,
    "resubmitted-with-the-old-time": right,
    NAME: right,
}


# --- what an instructor does ----------------------------------------------------------------------


@dataclass
class Course:
    """A course folder, and the commands that are typed for it."""

    folder: Path
    db: str = ""

    @property
    def url(self):
        return self.db or f"sqlite:///{self.folder}/gradebook.db"

    def run(self, *command, codes=(0,)):
        """A command of nbgrader's, as typed in the folder."""
        return run([sys.executable, "-m", "nbgrader", *command], self.folder, codes)

    def ours(self, step, *arguments, codes=(0,)):
        """One of our steps, as `course.py nbgrader` does it; what it says."""
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = main(["nbgrader", step, str(self.folder), *map(str, arguments)])
        assert code in codes, said.getvalue()
        return said.getvalue()

    def is_due(self):
        """As `nbgrader db assignment add NAME --duedate=...`."""
        with Gradebook(self.url) as book:
            book.update_or_create_assignment(ASSIGNMENT, duedate=DUE)

    def submitted(self, student):
        return self.folder / "submitted" / student / ASSIGNMENT

    def notebook(self, student, name=FIRST, step="autograded"):
        path = self.folder / step / student / ASSIGNMENT / f"{name}.ipynb"
        return nbformat.read(path, as_version=4)

    def exported(self):
        """The rows of our export, by student."""
        self.ours("export", "--to", self.folder / "exported.csv")
        return rows(self.folder / "exported.csv")

    def copy(self, folder, db=""):
        """The same course in another folder: what a test does there stays there."""
        shutil.copytree(self.folder, folder, symlinks=True)
        config = folder / "nbgrader_config.py"
        config.write_text(config.read_text("utf-8").replace(self.db or " ", db or " "), "utf-8")
        return Course(folder, db)


def rows(table):
    """A table of marks, by student."""
    with table.open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def run(command, folder, codes):
    environment = {**os.environ, "COURSE_NO_VENV": "1"}
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=environment, timeout=200
    )
    assert ended.returncode in codes, ended.stdout[-3000:] + ended.stderr[-3000:]
    return ended.stdout + ended.stderr


def set_up(folder, **options):
    """As `course.py nbgrader setup`, with the small notebooks of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(setting_up, "sources", sources)
        setting_up.set_up(folder, setting_up.Wanted(ASSIGNMENT, seed=SEED, **options))
    config = folder / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8").replace("seconds = 2.0", f"seconds = {SECONDS}")
    text = text.replace('penalty_method = "none"', 'penalty_method = "zero"')
    config.write_text(text.replace("seconds = 20.0", "seconds = 3.0"), encoding="utf-8")
    course = Course(folder)
    course.is_due()
    return course


def mark(course, student, name, points):
    """What formgrader does when somebody types a mark."""
    with Gradebook(course.url) as book:
        (grade,) = (
            grade
            for notebook in book.find_submission(ASSIGNMENT, student).notebooks
            for grade in notebook.grades
            if grade.cell.name == name
        )
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()
