"""The doctor: each thing that can be wrong with a machine or a copy is said with its remedy."""

import io
import re
import shutil
import sys
from pathlib import Path

import pytest

from autograder import fitness, manifest, stubs
from autograder.cli import doctor, main
from autograder.places import ROOT


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A student's copy, in which this process looks for everything."""
    for name in ("assignment", "data/recorded"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("course.py", "requirements.txt", "tests/requirements.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "data" / "stubs").mkdir()
    for name, source in stubs.stubs().items():
        (tmp_path / "data" / "stubs" / name).write_text(source, encoding="utf-8")
    files = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    own = tmp_path / "data" / "manifest.json"
    own.write_bytes(manifest.written(manifest.of(files, {})))
    for module in ("fitness", "places", "stubs", "manifest", "cli.doctor"):
        for name, path in {
            "ROOT": tmp_path,
            "ASSIGNMENT": tmp_path / "assignment",
            "RECORDED": tmp_path / "data" / "recorded",
            "STUBS": tmp_path / "data" / "stubs",
            "MANIFEST": own,
        }.items():
            monkeypatch.setattr(f"autograder.{module}.{name}", path, raising=False)
    monkeypatch.setattr("autograder.progress.FILE", tmp_path / ".course" / "progress.json")
    monkeypatch.setattr(manifest.read, "__defaults__", (own,))
    return tmp_path


def wrong():
    """Facts with a remedy, by label."""
    return {str(one.label): one for one in fitness.facts() if one.remedy is not None}


def test_a_fresh_copy_is_fine_and_nothing_is_said_of_grading(copy, capsys):
    assert wrong() == {}
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "result       all is fine"
    assert "seccomp" not in said
    assert "release      " + manifest.read().course in said


def test_a_fault_is_said_with_its_remedy_and_the_exit_code(copy, capsys):
    (copy / "assignment" / "numpy.py").touch()
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert re.search(r"^file names   assignment/numpy.py: .*\n  remedy     give them", said, re.M)
    assert said.splitlines()[-1] == "result       1 to mend, see above"


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_another_python_is_said(copy, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    assert "use Python 3.11 to 3.13" in str(wrong()["python"].remedy)


def test_another_numpy_is_said(copy):
    file = copy / "requirements.txt"
    file.write_text("numpy==1.0 ; python_version > '3'  # old\n", encoding="utf-8")
    assert str(wrong()["numpy"].remedy).startswith("the course is made for numpy 1.0: ")


def test_a_missing_package_is_said_and_pytest_need_not_be_there(copy, monkeypatch):
    file = copy / "requirements.txt"
    file.write_text("numpy==1.0\nmatplotlib==3.0\n", encoding="utf-8")
    installed = {"numpy": fitness.np.__version__}
    monkeypatch.setattr(fitness, "installed", installed.get)
    facts = {str(one.label): one for one in fitness.facts()}
    assert str(facts["matplotlib"].fact) == "not installed"
    assert "matplotlib 3.0" in str(facts["matplotlib"].remedy)
    assert facts["pytest"].remedy is None
    assert "course.py test" in str(facts["pytest"].fact)


@pytest.mark.parametrize(
    ("encoding", "language", "fine"),
    [("cp949", "ko", True), ("cp1252", "ko", False), ("ascii", "ko", False), ("ascii", "en", True)],
)  # fmt: skip
def test_a_console_that_cannot_show_the_language(copy, monkeypatch, encoding, language, fine):
    console = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    monkeypatch.setattr(sys, "stdout", console)
    assert main(["doctor", "--lang", language]) == (0 if fine else 1)


def test_recordings_that_cannot_be_read_are_said(copy):
    (copy / "data/recorded/batchnorm.npz").write_bytes(b"PK")
    (copy / "data/recorded/activations.npz").unlink()
    assert str(wrong()["recorded"].fact).startswith("data/recorded lacks activations, batchnorm")


def test_a_folder_that_cannot_be_written_is_said(copy, monkeypatch):
    def refuse(**place):
        raise PermissionError(13, "Permission denied", str(place))

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    facts = [str(one.fact) for one in fitness.facts() if one.remedy is not None]
    assert facts == [
        "none in assignment: Permission denied",
        "none in .course: Permission denied",
    ]


def test_names_that_hide_modules_are_said(copy):
    for name in ("assignment/random.py", "types.py", "assignment/matplotlib/x.py", "mine.py"):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).touch()
    said = str(wrong()["file names"].fact)
    assert said.startswith("assignment/matplotlib, assignment/random.py, types.py: ")


def test_changes_of_what_is_given_are_said_and_of_what_is_theirs_not(copy):
    (copy / "assignment/activations.py").write_bytes(b"# mine")
    (copy / "own.txt").touch()
    assert wrong() == {}
    (copy / "assignment/network.py").write_bytes(b"# changed")
    assert str(wrong()["changed"].fact) == "assignment/network.py"
    assert str(wrong()["changed"].remedy) == "python3 course.py reset network.py"
    (copy / "course.py").write_bytes(b"# changed")
    (copy / "assignment/batchnorm.py").unlink()
    found = wrong()
    assert str(found["changed"].fact) == "assignment/network.py, course.py"
    assert "git checkout -- assignment/network.py course.py" in str(found["changed"].remedy)
    assert str(found["missing"].remedy) == "python3 course.py reset batchnorm.py"


def test_a_broken_manifest_is_said(copy):
    for data in (b"", b"[]", b'{"format": "release/v9"}', b'{"format": "release/v1"}'):
        (copy / "data/manifest.json").write_bytes(data)
        assert str(wrong()["files"].fact) == "data/manifest.json cannot be read"


def test_many_names_are_cut_short():
    assert fitness.some(["a", "b", "c"]) == "a, b, c"
    assert fitness.some(["a", "b", "c", "d"]) == "a, b, c, ..."


def test_every_line_has_a_label(copy, capsys):
    (copy / "assignment" / "numpy.py").touch()
    main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    assert all(line[: doctor.LABEL - 1].strip() and line[doctor.LABEL - 1] == " " for line in lines)


def test_the_repository_says_what_it_offers_for_grading(capsys):
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "cores " in said
    assert "manifest" not in said
    assert Path(sys.executable).name in said
