"""The students' copy: what is in it, what is not, that it works alone, and how it is updated."""

import ast
import io
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder import cli, closure, manifest, publishing, release, stubs, syllabus
from autograder.audit import TELLING, is_work, squeezed
from autograder.cli import main
from autograder.cli.check import FORMATS
from autograder.model import Unusable
from autograder.places import ROOT, SOLUTIONS

READMES = {"README.md": "C.UTF-8", "README.ko.md": "ko_KR.UTF-8"}  # and for whom they are


@pytest.fixture(scope="module")
def files():
    return release.contents(cli.STUDENT)


@pytest.fixture(scope="module")
def fresh(files, tmp_path_factory):
    """A copy that no test changes, in a folder with a space and Hangul in its name."""
    return unpacked(files, tmp_path_factory.mktemp("copies") / "5강 실습 (1)")


@pytest.fixture
def copy(files, tmp_path):
    return unpacked(files, tmp_path / "5강 실습 (1)")


def unpacked(files, folder):
    publishing.carry_out(publishing.update(folder, files), folder)
    return folder


# The copy may not look into the repository; the environment that runs the tests may lie in it.
GUARD = """
import os, runpy, sys
def guard(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and not isinstance(arguments[0], int):
        path = os.path.realpath(arguments[0] or ".")
        if path.startswith(REPOSITORY + os.sep) and not path.startswith(PREFIX):
            raise AssertionError(f"looks into the repository: {path}")
sys.addaudithook(guard)
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def run(folder, *arguments, module="autograder", **variables):
    """A command in the copy alone, as ``course.py`` starts it."""
    prefix = str(Path(sys.prefix).resolve())
    guard = f"REPOSITORY, PREFIX = {str(ROOT)!r}, {prefix!r}\n{GUARD}"
    return subprocess.run(
        [sys.executable, "-P", "-c", guard, module, *map(str, arguments)],
        cwd=folder,
        env={
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(folder),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            **variables,
        },
        capture_output=True,
        encoding="utf-8",
    )


# What is in it


def test_equal_sources_give_equal_bytes(files, tmp_path):
    assert release.contents(cli.STUDENT) == files
    for name in ("one", "two"):
        assert main(["release", str(tmp_path / name / "lecture5"), "--zip"]) == 0
    archives = [(tmp_path / name / "lecture5.zip").read_bytes() for name in ("one", "two")]
    assert archives[0] == archives[1]
    with zipfile.ZipFile(tmp_path / "one" / "lecture5.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"lecture5/{path}": data for path, data in files.items()
        }


def test_the_manifest_tells_every_file(files):
    said = json.loads(files["data/manifest.json"])
    others = {path: data for path, data in files.items() if path != "data/manifest.json"}
    assert said["format"] == "release/v1"
    assert said["files"] == {path: manifest.digest(data) for path, data in others.items()}
    assert said["versions"]["numpy"] == re.search(r"numpy==(\S+)", pins(files))[1]
    assert re.fullmatch("[0-9a-f]{12}", said["course"])


def pins(files, name="requirements.txt"):
    return files[name].decode()


def test_a_student_installs_nothing_of_the_instructor(files):
    installed = re.findall(r"^([\w-]+)==", pins(files), re.M)
    assert sorted(installed) == ["matplotlib", "numpy"]
    assert re.findall(r"^(\w+)==", pins(files, "tests/requirements.txt"), re.M) == ["pytest"]
    for name in ("requirements.txt", "tests/requirements.txt"):
        ours = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in pins(files, name).splitlines()[1:] if line not in ours] == []


def test_a_package_without_a_pin_is_said():
    with pytest.raises(Unusable, match=r"requirements.txt pins no tomllib"):
        list(release.pins("requirements.txt", ["tomllib"]))


def test_stale_recordings_are_not_published(monkeypatch):
    monkeypatch.setattr(release.record, "stale", lambda: ["batchnorm"])
    with pytest.raises(Unusable, match="batchnorm"):
        release.contents(cli.STUDENT)


def test_the_stubs_are_there_twice_and_untouched(files):
    for name, source in stubs.stubs().items():
        assert files[f"assignment/{name}"] == files[f"data/stubs/{name}"] == source.encode()


def test_nothing_of_the_instructor_is_in_it(files):
    commands = {Path(path).stem for path in files if path.startswith("autograder/cli/")}
    assert commands <= {*cli.STUDENT, "__init__"}
    assert not any(path.startswith("solutions") for path in files)
    for name in ("lockdown", "slot", "forkserver", "worker", "store", "audit", "bundle", "record"):
        assert not any(name in path and path.endswith(".py") for path in files), name


# What is not in it: the answers


@cache
def secrets():
    """What references and misconceptions work out: expressions, and the references' whole lines."""
    given = squeezed("".join(stubs.stubs().values()))
    found = {}
    for path in sorted(SOLUTIONS.rglob("[!_]*.py")):
        if "notebooks" not in path.parts:
            source = path.read_text(encoding="utf-8")
            told = {*worked_out(source), *lines_of_solutions(source)}
            found |= {part: path.name for part in told if part not in given}
    return found


def worked_out(source):
    lines = source.encode().splitlines()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for node in (one for statement in function.body for one in ast.walk(statement)):
                if is_work(node) and len(part := squeezed(segment(lines, node))) > TELLING:
                    yield part


def segment(lines, node):
    """As ``ast.get_source_segment``, which takes all lines apart each time."""
    first, last = node.lineno - 1, node.end_lineno - 1
    if first == last:
        return lines[first][node.col_offset : node.end_col_offset].decode()
    whole = [lines[first][node.col_offset :], *lines[first + 1 : last]]
    return b" ".join([*whole, lines[last][: node.end_col_offset]]).decode()


def lines_of_solutions(source):
    inside = False
    for line in source.splitlines():
        if line.strip() in (stubs.BEGIN, stubs.END):
            inside = line.strip() == stubs.BEGIN
        elif inside and len(line.strip()) > TELLING:
            yield squeezed(line.partition("  #")[0])


# Parts of an answer that the copy has for another reason.
EXCUSED = {
    "fornameinparams:": "how Python goes through a dict; the example of a hint does",
    "returnparams": "the end of the same example",
    "np.maximum(x,0.0)": "the hint of elu_forward: what a square root may see",
    'bn_param.get("eps",1e-5)': "how eps is looked up; the docstring gives its default",
    "ranges.items()": "the same",
    "1/(fan_in+fan_out)": "a wrong formula, which is named to who uses it; so are the next two",
    "2/fan_in+fan_out": "",
    "6/fan_in+fan_out": "",
    "rng.normal(size=shape)": "how inputs are drawn",
    "np.abs(values)": "a call of one function; so is the next",
    "np.sqrt(values)": "",
    "range(epochs)": "how Python counts; so is the next",
    "for_inrange(epochs):": "",
    "np.array(losses)": "how a picture takes a list",
    "np.argmax(scores)": "where a picture has its star; so are the next two",
    "int(np.argmax(scores))": "",
    "best=int(np.argmax(scores))": "",
    # What is said to a student who made a mistake names the one part that is wrong.
    "np.zeros_like(x)": "as a reason why integers stay integers",
    "returndx,dgamma,dbeta": "to who returns them in another order",
    "dx_hat=dout*gamma": "to who multiplies by gamma twice",
    "np.all(np.isfinite(losses))": "to who looks at the last loss only",
    "np.isfinite(losses)": "the same",
    "num_classes-1": "to who has one class too few",
    "np.argsort(scores)": "to who keeps one trial too many",
}


def readable(path, data):
    """All that can be read in a file; of arrays, what is said beside them."""
    if path.endswith(".npz"):
        with np.load(io.BytesIO(data)) as arrays:
            return str(arrays["contents"]) if "contents" in arrays else ""
    return data.decode(errors="replace")


def leaks(text, known):
    text = squeezed(text)
    return {part for part in known if part in text}


def test_no_answer_is_in_it(files):
    known = secrets()
    assert len(known) > 1000
    found = {}
    for path, data in files.items():
        found |= dict.fromkeys(leaks(readable(path, data), known), path)
    assert {part: path for part, path in found.items() if part not in EXCUSED} == {}
    assert set(EXCUSED) <= set(found)


@pytest.mark.parametrize("path", sorted(SOLUTIONS.glob("[!_]*.py")), ids=lambda path: path.stem)
def test_an_answer_would_be_found(path):
    source = path.read_text(encoding="utf-8")
    if stubs.BEGIN in source:
        assert len(leaks(source, secrets())) > 3


# Which modules


def test_imports_in_functions_count_and_those_of_type_checkers_do_not():
    source = """
import a.b
from . import c
from ..d import e
if TYPE_CHECKING:
    from . import only_for_types
def function():
    from .f import g
"""
    nodes = list(closure.executed(ast.parse(source)))
    taken = [one.names[0].name for one in nodes if isinstance(one, (ast.Import, ast.ImportFrom))]
    assert taken == ["a.b", "c", "e", "g"]
    found = release.modules_for(["check"])
    assert {"autograder.hints", "autograder.exercises.batchnorm", "autograder.sandbox"} <= found
    assert not {"autograder.store", "autograder.cli.grade", "autograder.messages"} & found


def test_what_is_left_out_is_imported_and_asked_for_by_edition():
    for module in release.LEFT_OUT:
        assert closure.file_of(module)
        importers = [
            path
            for path in closure.files_of(release.modules_for(cli.STUDENT))
            if f"{module.rpartition('.')[2]} import" in path.read_text(encoding="utf-8")
        ]
        assert importers
        assert all("is_students_copy" in path.read_text(encoding="utf-8") for path in importers)


def test_everything_that_the_copy_imports_of_us_is_there(files):
    present = {path for path in files if path.endswith(".py")}
    for path in present:
        for node in ast.walk(ast.parse(files[path])):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
                place = node.module.replace(".", "/")
                assert {f"{place}.py", f"{place}/__init__.py"} & present, (path, node.module)


# It works alone


def solve(folder, *names):
    """Put references into the copy."""
    for name in names:
        (folder / "assignment" / name).write_bytes((SOLUTIONS / name).read_bytes())


def test_solving_a_file_moves_the_check_and_the_status(copy):
    first = run(copy, "check", "he_init")
    assert (first.returncode, first.stderr) == (1, "")
    assert "Nothing is wrong: the stubs are unfilled." in first.stdout
    solve(copy, "initializers.py")
    second = run(copy, "check", "he_init")
    assert (second.returncode, second.stderr) == (0, "")
    assert "[PASS] 4/4" in second.stdout
    assert "4 of 36 functions, 16/100 points" in run(copy).stdout


def test_a_mistake_is_named_from_the_recording_alone(copy):
    solve(copy, "activations.py")
    path = copy / "assignment" / "activations.py"
    source = path.read_text(encoding="utf-8").replace("* (1 - out**2)", "* (1 - out)")
    path.write_text(source, encoding="utf-8")
    told = run(copy, "check", "tanh_backward")
    assert (told.returncode, told.stderr) == (1, "")
    assert "Cause (certain" in told.stdout
    hint = run(copy, "hint", "tanh_backward", "-n", "2")
    assert (hint.returncode, hint.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "code"), [("status", 0), ("show he_init", 0), ("doctor", 0), ("reset he_init", 0)]
)
def test_commands_work_in_both_languages(copy, command, code):
    for language in ("en", "ko"):
        done = run(copy, *command.split(), "--lang", language)
        assert (done.returncode, done.stderr) == (code, ""), done.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_a_check_can_be_had(fresh, form):
    names = {"CLASSROOM": "ai", "ASSIGNMENT": "lecture5", "GITHUB_STEP_SUMMARY": os.devnull}
    done = run(fresh, "check", "he_init", "--format", form, **names)
    assert (done.returncode, done.stderr) == (1, "")
    assert "he_init" in done.stdout


def test_what_is_handed_in_is_graded_by_the_repository(copy, tmp_path, capsys):
    solve(copy, "initializers.py", "batchnorm.py")
    out = tmp_path / "kim.zip"
    done = run(copy, "submit", "--name", "김 민준", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "38/100" in done.stdout
    contents = json.loads(zipfile.ZipFile(out).read("manifest.json"))
    assert contents["versions"]["course"] == manifest.read(copy / "data/manifest.json").course
    assert main(["grade", str(out), "--seed", "3"]) == 1
    assert "38/100" in capsys.readouterr().out


def test_an_instructors_command_is_unknown_there(fresh):
    done = run(fresh, "grade", "assignment")
    assert done.returncode == 2
    assert "invalid choice" in done.stderr


# Its tests


def pytest_in(folder, *arguments):
    return run(folder, "-p", "no:cacheprovider", *arguments, module="pytest")


def test_every_check_is_a_test(fresh):
    listed = pytest_in(fresh, "--collect-only", "-q").stdout.split()
    ids = [line for line in listed if "::" in line]
    assert ids == [
        f"tests/test_assignment.py::{question.name}::{check.name}"
        for question in syllabus.questions()
        for check in question.checks
    ]


def test_what_is_not_written_is_skipped_with_its_reason(fresh):
    done = pytest_in(fresh, "-rs", "-k", "sigmoid")
    assert done.returncode == 0
    assert "4 skipped" in done.stdout
    assert "sigmoid_forward is not written yet" in done.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_wrong_function_fails_with_the_words_of_check(copy, workers):
    solve(copy, "activations.py")
    path = copy / "assignment" / "activations.py"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("return dout * (1 - out**2)", "return dout"), encoding="utf-8")
    done = pytest_in(
        copy, f"-n{workers}", "tests/test_assignment.py::tanh_backward", "-k", "not numeric"
    )
    assert done.returncode == 1
    told = run(copy, "check", "tanh_backward").stdout.splitlines()
    said = done.stdout.splitlines()
    begins = told.index("[FAIL] dx is the exact gradient, for large |x| too.") + 1
    assert set(told[begins:]) <= set(said)
    assert "Traceback" not in done.stdout
    assert "1 failed" in said[-1]
    assert pytest_in(copy, "tests/test_assignment.py::tanh_forward::large").returncode == 0


def test_what_waits_for_another_function_is_no_failure(copy):
    solve(copy, "activations.py")
    path = copy / "assignment" / "activations.py"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("out = np.tanh(x * 1.0)", "raise ValueError"), encoding="utf-8")
    done = pytest_in(copy, "-rs", "-q", "tests/test_assignment.py::tanh_backward")
    assert done.returncode == 0
    assert "2 skipped" in done.stdout
    assert "waits for tanh_forward" in done.stdout


def test_an_exercise_is_graded_once_for_all_its_tests(copy):
    path = copy / "assignment" / "activations.py"
    path.write_text("print('imported')\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    done = pytest_in(copy, "-s", "-q", "-k", "activations or relu or tanh or he_init")
    assert done.stdout.count("imported") == 1


RELU = "tests/test_assignment.py::relu_forward::value"


def test_a_failure_is_reported_where_the_function_is(copy):
    solve(copy, "activations.py")
    path = copy / "assignment" / "activations.py"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("out = np.maximum(x, 0.0)", "out = x"), encoding="utf-8")
    out = copy / "junit.xml"
    pytest_in(copy, f"--junitxml={out}", "-o", "junit_family=xunit1", RELU)
    line = source[: source.index("def relu_forward")].count("\n")
    xml = out.read_text(encoding="utf-8")
    assert re.search(rf'name="value" file="assignment.activations.py" line="{line}"', xml), xml


# Its texts


def commands(folder, name):
    text = (folder / name).read_text(encoding="utf-8")
    return re.findall(r"^\$ python3 course\.py ?(.*)$", text, re.M)


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_the_readme_is_a_students(fresh, name):
    told = commands(fresh, name)
    assert {shlex.split(one)[0] for one in told if one} <= {*cli.STUDENT, "test"}
    assert {"watch", "show", "check", "hint", "plot", "reset", "submit", "doctor", "test"} <= {
        shlex.split(one)[0] for one in told if one
    }


def test_both_readmes_have_the_same_parts(fresh):
    texts = [(fresh / name).read_text(encoding="utf-8") for name in READMES]
    for pattern in (r"^\$ .*?$", r"^#+ ", r"^- `\w+", r"\]\((?!README)[^)]*\)"):
        found = [re.findall(pattern, text, re.M | re.S) for text in texts]
        assert found[0] == found[1], pattern


@pytest.mark.parametrize("name", READMES)
def test_the_first_minute_is_what_the_readme_shows(copy, name):
    text = (copy / name).read_text(encoding="utf-8")
    shown = re.search(r"^\$ python3 course\.py\n(.*?)^```", text, re.M | re.S)[1]
    assert run(copy, LANG=READMES[name]).stdout == shown


@pytest.mark.parametrize("name", READMES)
def test_a_readme_takes_two_screens(fresh, name):
    assert len((fresh / name).read_text(encoding="utf-8").splitlines()) <= 100


# Into a folder


def test_a_folder_with_something_else_in_it_is_refused(tmp_path, capsys):
    (tmp_path / "thesis.tex").touch()
    assert main(["release", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    assert main(["release", str(ROOT)]) == 2
    assert main(["release", str(ROOT.parent)]) == 2


def test_an_empty_repository_will_do(files, tmp_path):
    (tmp_path / ".git").mkdir()
    assert publishing.update(tmp_path, files).write == files


def test_an_update_replaces_the_checker_and_keeps_what_was_changed(files, copy):
    (copy / "assignment" / "activations.py").write_bytes(b"# mine")
    (copy / "README.md").write_bytes(b"Due on Friday")
    (copy / "autograder" / "grade.py").write_bytes(b"# cheated")
    (copy / "own.txt").write_bytes(b"mine")
    new = {
        **files,
        "assignment/activations.py": b"new 1",
        "assignment/data.py": b"new 2",
        "autograder/grade.py": b"new 3",
        "README.ko.md": b"new 4",
        "own.txt": b"new 5",
    }
    del new["autograder/regions.py"], new["LICENSE"]
    new["data/manifest.json"] = manifest.written(manifest.of(new, {}))
    found = publishing.update(copy, new)
    assert found.kept == ["README.md", "assignment/activations.py", "own.txt"]
    assert found.remove == ["LICENSE", "autograder/regions.py"]
    assert list(found.write) == [
        *("README.ko.md", "assignment/data.py", "autograder/grade.py", "data/manifest.json")
    ]
    publishing.carry_out(found, copy)
    assert (copy / "assignment" / "activations.py").read_bytes() == b"# mine"
    assert (copy / "autograder" / "grade.py").read_bytes() == b"new 3"
    assert not (copy / "LICENSE").exists()
    again = publishing.update(copy, new)
    assert (list(again.write), again.remove, again.kept) == (
        ["data/manifest.json"], [], found.kept,
    )  # fmt: skip


def test_a_release_cut_short_goes_on(files, tmp_path, monkeypatch):
    folder = tmp_path / "lecture5"
    real = publishing.writing.replace
    written = []

    def cut_short(path, data):
        if len(written) == 20:
            raise KeyboardInterrupt
        written.append(path)
        real(path, data)

    monkeypatch.setattr(publishing.writing, "replace", cut_short)
    with pytest.raises(KeyboardInterrupt):
        unpacked(files, folder)
    monkeypatch.setattr(publishing.writing, "replace", real)
    unpacked(files, folder)
    assert {path: (folder / path).read_bytes() for path in files} == files
