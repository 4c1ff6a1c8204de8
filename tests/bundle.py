"""The students' copy as students get it: the zip, a fresh environment, the README's commands.

``.ci/run bundle`` runs this file; the suite does not, since it downloads packages.
``BUNDLE_PYTHON`` names another Python to try.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from autograder import cli
from autograder.cli import main
from autograder.places import SOLUTIONS
from tests import student

PYTHON = os.environ.get("BUNDLE_PYTHON", "python3")
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
    "LANG": "C.UTF-8",
    "PYTHONIOENCODING": "utf-8",
}
# What the README's commands end with; what is not here with 0.
CODES = {"check": 1, "plot": 1}
# Permissions bind root too, once it has lost the right to override them.
BOUND = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The zip, unpacked into an empty folder with a space and Hangul in its name."""
    place = tmp_path_factory.mktemp("bundle") / "내 과제 (1)"
    assert main(["release", str(place.parent / "lecture5"), "--zip"]) == 0
    with zipfile.ZipFile(place.parent / "lecture5.zip") as archive:
        archive.extractall(place)
    return place / "lecture5"


def typed(line, folder, prefix=(), **variables):
    """A line as it is typed into a shell, with the Python that is asked for."""
    line = line.replace("python3", shlex.quote(PYTHON), 1)
    return subprocess.run(
        [*prefix, "sh", "-c", line],
        cwd=folder,
        env={**ENVIRONMENT, **variables},
        capture_output=True,
        encoding=variables.get("PYTHONIOENCODING", "utf-8"),
        stdin=subprocess.DEVNULL,
        timeout=600,
    )


def commands(folder, name):
    lines = re.findall(r"^\$ (.*)$", (folder / name).read_text(encoding="utf-8"), re.M)
    assert lines[0] == "python3 course.py"
    return [line for line in lines if command_of(line) in {*cli.COMMANDS, "test"}]


def command_of(line):
    return shlex.split(line)[2] if len(shlex.split(line)) > 2 else "status"


def test_the_commands_of_the_readme_work_as_written(copy):
    for line in commands(copy, "README.md"):
        if command_of(line) != "watch":
            done = typed(line, copy)
            assert done.returncode == CODES.get(command_of(line), 0), (line, done)
            assert "Traceback" not in done.stdout + done.stderr
            print(f"$ {line}\n{done.stdout}{done.stderr}")
    assert commands(copy, "README.md") == commands(copy, "README.ko.md")


def test_watch_answers_a_save_and_ends_on_ctrl_c(copy, tmp_path):
    said = tmp_path / "said.txt"
    with said.open("wb") as file:
        started = subprocess.Popen(
            [PYTHON, "course.py", "watch"],
            cwd=copy,
            env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        until(said, "Waiting for a save")
        student.write(copy, student.solved("relu_forward"))
        until(said, "[PASS] 2/2")
        os.killpg(started.pid, signal.SIGINT)
        assert started.wait(20) in (0, 130)
    finally:
        started.kill()
    assert "Traceback" not in said.read_text(encoding="utf-8")


def until(file, words):
    deadline = time.monotonic() + 60
    while words not in file.read_text(encoding="utf-8"):
        assert time.monotonic() < deadline, file.read_text(encoding="utf-8")
        time.sleep(0.05)


def test_solving_a_function_moves_the_status_as_promised(copy):
    student.write(copy, student.solved("he_init"))
    assert typed("python3 course.py check he_init", copy).returncode == 0
    assert "[PASS] 4/4" in typed("python3 course.py check he_init", copy).stdout
    status = typed("python3 course.py", copy).stdout
    assert "2 of 36 functions, 6/100 points (practice)" in status
    tested = typed("python3 course.py test -q -k he_init", copy)
    assert "3 passed" in tested.stdout


def test_the_zip_that_submit_writes_is_graded(copy, capsys):
    for path in (copy / "assignment").glob("*.py"):
        shutil.copy(SOLUTIONS / path.name, path)
    done = typed("python3 course.py submit --name 김민준", copy)
    assert done.returncode == 0, done
    assert "All public checks pass" in typed("python3 course.py check --all", copy).stdout
    assert typed("python3 course.py plot initializers", copy).returncode == 0
    assert list((copy / "plots").glob("initializers-*.png"))
    assert main(["grade", str(copy / "김민준.zip"), "--seed", "5"]) == 0
    assert "100/100" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["cp949", "cp1252"])
def test_a_console_of_another_encoding_shows_everything_somehow(copy, encoding):
    for command in ("", "show relu_forward", "check relu_forward", "doctor"):
        for language in ("en", "ko"):
            line = f"python3 course.py {command} --lang {language}"
            done = typed(line, copy, PYTHONIOENCODING=encoding)
            assert done.returncode in (0, 1), done
            assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_still_checks(copy):
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    expected = {"": 0, "check relu_forward": 0, "show he_init": 0, "hint he_init": 0}
    expected |= {"test -q -k he_init": 0, "doctor": 1, "reset he_init": 2, "submit": 2}
    for command, code in expected.items():
        done = typed(f"python3 course.py {command}", copy, BOUND)
        assert done.returncode == code, (command, done)
        assert "Traceback" not in done.stdout + done.stderr
    assert "none in assignment" in typed("python3 course.py doctor", copy, BOUND).stdout


def test_the_python_is_the_one_that_was_asked_for(copy):
    done = typed("python3 --version", copy)
    found = (copy / ".venv" / "course-stamp").read_text(encoding="ascii").split()[1]
    assert done.stdout.split()[1].startswith(f"{found}.")
    print("Python", done.stdout, file=sys.stderr)
