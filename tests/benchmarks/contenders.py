"""The ways to grade that are compared: how each is set up, started, and what it found.

Whatever is not part of grading (installing, copying into a tool's own layout) happens in
``prepare`` and ``lay_out``, outside the measured time.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autograder import stubs, syllabus
from autograder.sandbox.slot import ENVIRONMENT

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EACH = str(HERE / "each.py")
SEED = 1
TESTS = "assignment_tests"  # the teacher's tests, the same for pytest, nbgrader and otter
NO_PYC = "PYTHONDONTWRITEBYTECODE"
QUESTIONS = tuple(question.name for question in syllabus.questions())
PINS = {
    "nbgrader": ("nbgrader==0.9.6", "sqlalchemy>=2,<2.2", "jupyter_client<9", "ipykernel"),
    "otter": ("otter-grader[grading]==7.0.0", "ipykernel"),
}


class NotMeasured(Exception):
    """A contender that cannot run here; the message says why."""


@dataclass
class Contender:
    """Grades the submissions laid out in a work folder with ``jobs`` processes at a time.

    ``warm`` says that one start serves a whole class: it is then measured apart.
    ``slow`` ones get a few submissions only.
    """

    name: str
    what: str
    jobs: int = 2
    warm: bool = True
    slow: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    def everything(self) -> dict[str, str]:
        """The environment to run in, and to be set up in."""
        return {**os.environ, **self.environment}

    def prepare(self, tools: Path) -> None:
        """Install what is needed. Raises :class:`NotMeasured`."""

    def lay_out(self, submissions: Sequence[Path], work: Path) -> None:
        for path in submissions:
            copy_submission(path, work / "class" / path.name)

    def command(self, work: Path) -> list[str]:
        raise NotImplementedError

    def full_marks(self, work: Path) -> dict[str, bool]:
        """Each submission that was graded, and whether it got everything right."""
        raise NotImplementedError


def copy_submission(path: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for file in path.glob("*.py"):
        shutil.copyfile(file, target / file.name)


@dataclass
class Ours(Contender):
    """The command that a teacher types."""

    unsafe: bool = False

    def command(self, work: Path) -> list[str]:
        seed, jobs = str(SEED), str(self.jobs)
        options = ["--seed", seed, "--jobs", jobs, "--all-rows"]
        unsafe = ["--unsafe-local"] if self.unsafe else []
        command = [sys.executable, "-P", "-m", "autograder", "grade", str(work / "class")]
        return [*command, *options, *unsafe]

    def full_marks(self, work: Path) -> dict[str, bool]:
        names = {path.name for path in (work / "class").iterdir()}
        lines = (work / "stdout").read_text("utf-8").splitlines()
        if len(names) == 1:  # alone it has no row, but a report
            return dict.fromkeys(names, "100/100" in lines)
        rows = [line.split() for line in lines]
        broken = [row[0] for row in rows if row[0] in names and row[2] == "broken"]
        if broken:
            raise NotMeasured(f"our grader failed on {len(broken)} submissions, {broken[0]} first")
        return {row[0]: row[1] == "100/100" for row in rows if row[0] in names}


@dataclass
class Floor(Contender):
    """A bare fork of a warm process, the same calls, no checks: see floor.py."""

    def command(self, work: Path) -> list[str]:
        module = ["-m", "tests.benchmarks.floor"]
        return [sys.executable, "-P", *module, str(work / "class"), "--jobs", str(self.jobs)]

    def full_marks(self, work: Path) -> dict[str, bool]:
        done, expected = int((work / "stdout").read_text()), sorted((work / "class").iterdir())
        if done != len(expected):
            raise NotMeasured(f"{len(expected) - done} children of the floor failed")
        return {path.name: False for path in expected}  # it does not look


def add_teachers_files(folder: Path, tests: str = f"{TESTS}.py") -> None:
    """The tests and the references that they compare with."""
    (folder / "reference").mkdir(parents=True, exist_ok=True)
    for name in ("__init__", *syllabus.EXERCISES):
        shutil.copyfile(stubs.SOLUTIONS / f"{name}.py", folder / "reference" / f"{name}.py")
    shutil.copyfile(HERE / f"{TESTS}.py", folder / tests)


@dataclass
class Pytest(Contender):
    """One pytest process per submission, without plug-ins; its exit code is the verdict.

    It runs in the submission's folder, where imports find the student's files.
    """

    def lay_out(self, submissions: Sequence[Path], work: Path) -> None:
        super().lay_out(submissions, work)
        add_teachers_files(work / "teacher", "test_assignment.py")
        compiling = {name: value for name, value in self.everything().items() if name != NO_PYC}
        run_apart(self.pytest(work, ["--collect-only"]), work, compiling)

    def command(self, work: Path) -> list[str]:
        folders = sorted(map(str, (work / "class").iterdir()))
        return [sys.executable, EACH, str(self.jobs), *folders, "--", *self.pytest(work)]

    def pytest(self, work: Path, extra: Sequence[str] = ()) -> list[str]:
        quiet = ["-q", "--tb=no", "-p", "no:cacheprovider", "-c", os.devnull]
        tests = work / "teacher" / "test_assignment.py"
        return [sys.executable, "-m", "pytest", *quiet, "--rootdir", str(work), str(tests), *extra]

    def full_marks(self, work: Path) -> dict[str, bool]:
        found = {}
        for folder in sorted((work / "class").iterdir()):
            code = int((folder / "code").read_text())
            if code not in (0, 1):
                said = (folder / "printed").read_text("utf-8", "replace")
                raise NotMeasured(f"pytest ended with {code}: {last_line(said)}")
            found[folder.name] = code == 0
        return found


def installed(tools: Path, name: str) -> Path:
    """The ``bin`` of an environment of its own for ``name``, made on first use."""
    home = (tools / name).absolute()
    wanted = "\n".join((*PINS[name], f"numpy=={np.__version__}"))
    stamp = home / "installed"
    if not (stamp.is_file() and stamp.read_text() == wanted):
        print(f"installing {name} in {home} ...", file=sys.stderr, flush=True)
        try:
            venv.create(home, with_pip=True, clear=True)
            pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            subprocess.run([*pip, *wanted.split("\n")], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", None)
            said = said if isinstance(said, str) else str(error)
            raise NotMeasured(f"{name} cannot be installed: {last_line(said)}") from error
        stamp.write_text(wanted)
    return home / "bin"


def last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no output"


def run_apart(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """A step of a set-up. Raises :class:`NotMeasured`."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = last_line(done.stderr or done.stdout)
        raise NotMeasured(f"{Path(command[0]).name} {command[1]} failed: {said}")


def notebook(cells: Sequence[tuple[str, dict[str, object]]]) -> str:
    """A notebook of code cells (source, metadata) as JSON."""
    listed = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": metadata,
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, (source, metadata) in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    language = {"name": "python"}
    metadata = {"kernelspec": kernel, "language_info": language}
    return json.dumps({"cells": listed, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


@dataclass
class Installed(Contender):
    """A tool in an environment of its own."""

    bin: Path = Path()

    def everything(self) -> dict[str, str]:
        """With the tool's own programs first, and its settings away from the user's."""
        inherited = super().everything()
        path = os.pathsep.join((str(self.bin), inherited.get("PATH", os.defpath)))
        return {**inherited, "PATH": path, "HOME": str(self.bin.parent)}

    def prepare(self, tools: Path) -> None:
        self.bin = installed(tools, self.name)


@dataclass
class Nbgrader(Installed):
    """``nbgrader autograde`` over a course with one graded cell per question.

    nbgrader itself is serial: as many courses as jobs share the class between them.
    """

    def lay_out(self, submissions: Sequence[Path], work: Path) -> None:
        for job in range(self.jobs):
            own = submissions[job :: self.jobs]
            if own:
                self.course(own, work / "courses" / f"course-{job}")

    def course(self, submissions: Sequence[Path], course: Path) -> None:
        source = course / "source" / "ps"
        add_teachers_files(source)
        (source / "ps.ipynb").write_text(notebook([graded_cell(q) for q in QUESTIONS]), "utf-8")
        (course / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'benchmark'\n"
        )
        create = [str(self.bin / "nbgrader"), "generate_assignment", "ps", "--create"]
        run_apart(create, course, self.everything())
        for path in submissions:
            target = course / "submitted" / path.name / "ps"
            shutil.copytree(course / "release" / "ps", target)
            copy_submission(path, target)

    def command(self, work: Path) -> list[str]:
        courses = sorted(map(str, (work / "courses").iterdir()))
        autograde = [str(self.bin / "nbgrader"), "autograde", "ps"]
        return [sys.executable, EACH, str(self.jobs), *courses, "--", *autograde]

    def full_marks(self, work: Path) -> dict[str, bool]:
        found = {}
        for course in sorted((work / "courses").iterdir()):
            export = [str(self.bin / "nbgrader"), "export", "--to", "grades.csv"]
            run_apart(export, course, self.everything())
            with open(course / "grades.csv", newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    right = float(row["score"]) == float(row["max_score"])
                    if (course / "autograded" / row["student_id"]).is_dir():
                        found[row["student_id"]] = right
        return found


def graded_cell(question: str) -> tuple[str, dict[str, object]]:
    metadata = {
        "grade": True,
        "grade_id": question,
        "locked": True,
        "points": 1,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    source = f"from {TESTS} import test_{question}\n\ntest_{question}()"
    return source, {"nbgrader": metadata}


@dataclass
class Otter(Installed):
    """``otter run``, otter's way without containers: one process and one kernel per submission."""

    def lay_out(self, submissions: Sequence[Path], work: Path) -> None:
        teacher = work / "teacher"
        add_teachers_files(teacher)
        (teacher / "tests").mkdir()
        for question in QUESTIONS:
            (teacher / "tests" / f"{question}.py").write_text(otter_test(question), "utf-8")
        files = [f"{TESTS}.py", "reference"]
        generate = [str(self.bin / "otter"), "generate", "--no-requirements", "--no-environment"]
        run_apart([*generate, *files], teacher, self.everything())
        for path in submissions:
            folder = work / "class" / path.name
            folder.mkdir(parents=True)
            with zipfile.ZipFile(folder / "submission.zip", "w") as archive:
                archive.writestr("assignment.ipynb", notebook([("import numpy", {})]))
                for file in sorted(path.glob("*.py")):
                    archive.write(file, file.name)

    def command(self, work: Path) -> list[str]:
        folders = sorted(map(str, (work / "class").iterdir()))
        autograder = str(work / "teacher" / "autograder.zip")
        grade = [str(self.bin / "otter"), "run", "submission.zip", "--no-logo", "-a", autograder]
        return [sys.executable, EACH, str(self.jobs), *folders, "--", *grade]

    def full_marks(self, work: Path) -> dict[str, bool]:
        found = {}
        for folder in sorted((work / "class").iterdir()):
            results = folder / "results.json"
            if not results.is_file():
                said = (folder / "printed").read_text("utf-8", "replace")
                raise NotMeasured(f"otter run failed: {last_line(said)}")
            tests = [t for t in json.loads(results.read_text())["tests"] if "max_score" in t]
            scored = [test for test in tests if test["max_score"]]
            if len(scored) != len(QUESTIONS):
                raise NotMeasured(f"otter ran {len(scored)} of {len(QUESTIONS)} tests")
            found[folder.name] = all(test["score"] == test["max_score"] for test in scored)
        return found


def otter_test(question: str) -> str:
    code = f">>> from {TESTS} import test_{question}\n>>> test_{question}()\n"
    suite = {"type": "doctest", "scored": True, "cases": [{"code": code, "points": 1}]}
    test = {"name": question, "suites": [suite]}
    return f"OK_FORMAT = True\ntest = {test!r}\n"


PLAIN = {**ENVIRONMENT, NO_PYC: "1"}


def contenders(jobs: int) -> list[Contender]:
    plain = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **PLAIN}
    home = {"PYTHONPATH": str(ROOT)}
    return [
        Ours("ours", "our grade, locked down", jobs, environment=home),
        Ours("ours-1-job", "the same in one process", 1, environment=home),
        Ours("ours-unsafe", "our grade, --unsafe-local", jobs, environment=home, unsafe=True),
        Floor("floor", "bare fork, same calls, no checks", jobs, environment={**home, **PLAIN}),
        Pytest("pytest", "a process per submission", jobs, warm=False, environment=plain),
        Nbgrader("nbgrader", "autograde, 0.9.6", jobs, warm=False, slow=True, environment=PLAIN),
        Otter("otter", "otter run, 7.0.0", jobs, warm=False, slow=True, environment=PLAIN),
    ]
