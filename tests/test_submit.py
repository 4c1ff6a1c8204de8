"""Handing in: whole files go into a zip with a manifest, and grade takes it as it comes."""

import hashlib
import json
import platform
import re
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from autograder import __version__, intake, submit, syllabus
from autograder.cli import main
from autograder.places import ROOT

CLASS = ROOT / "data" / "class"
MOMENT = datetime(2026, 11, 23, 13, 50, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    """Stubs, one exercise solved, a notebook, and what editors and Jupyter leave around."""
    place = tmp_path / "김 철수" / "assignment"
    shutil.copytree(ROOT / "assignment", place, ignore=shutil.ignore_patterns("*.ipynb"))
    shutil.copy(ROOT / "solutions" / "initializers.py", place)
    for name in ("1.ipynb", "ko/1.ipynb", ".ipynb_checkpoints/1-checkpoint.ipynb"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(f'{{"cells": ["{name}"]}}', encoding="utf-8")
    (place / ".backup").mkdir()
    (place / ".backup" / "activations-2026-11-23_13-50-02.py").touch()
    (place / "notes.txt").touch()
    return place


@pytest.fixture
def hand_in(folder, tmp_path, capsys):
    def handing_in(*arguments, out="kim.zip", folder=folder):
        arguments = ("submit", "--folder", folder, "--out", tmp_path / out, *arguments)
        code = main([str(one) for one in arguments])
        return code, *capsys.readouterr()

    return handing_in


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edit(path, old, new):
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")


def test_the_zip_has_the_files_as_they_are_and_says_so(hand_in, folder, tmp_path):
    code, _, error = hand_in("--name", "김 철수")
    assert (code, error) == (0, "")
    found = members(tmp_path / "kim.zip")
    contents = json.loads(found.pop("manifest.json"))
    wanted = {path.name: path.read_bytes() for path in folder.glob("*.py")}
    wanted |= {name: (folder / name).read_bytes() for name in ("1.ipynb", "ko/1.ipynb")}
    assert found == wanted
    assert contents["format"] == "submission/v1"
    assert contents["name"] == "김 철수"
    assert contents["files"] == {
        name: hashlib.sha256(data).hexdigest() for name, data in wanted.items()
    }
    assert contents["versions"] == {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "grader": __version__,
        "course": None,
    }
    assert contents["practice"] == {
        "score": 16,
        "max_score": 100,
        "note": "practice, not the grade",
    }
    age = datetime.now(UTC) - datetime.fromisoformat(contents["submitted"])
    assert 0 <= age.total_seconds() < 60


def test_it_prints_what_is_in_it_and_what_to_do_next(hand_in, tmp_path):
    _, said, _ = hand_in()
    data = (tmp_path / "kim.zip").read_bytes()
    assert f"{len(data):,} bytes" in said
    assert hashlib.sha256(data).hexdigest() in said
    for name in (*syllabus.EXERCISES, "network"):
        assert re.search(rf"^ +{name}\.py +[\d,]+ bytes$", said, re.M)
    assert "Not written yet: 32 of 36 functions, the first is sigmoid_forward." in said
    assert "The grade of record uses other inputs." in said
    assert "hand in kim.zip" in said
    assert "it bears no name" in said
    assert "it bears no name" not in hand_in("--name", "Kim")[1]


def test_what_is_wrong_is_told_and_handed_in(hand_in, folder):
    edit(folder / "initializers.py", "np.sqrt(2.0 / fan_in)", "2.0 / fan_in")
    code, said, _ = hand_in()
    assert code == 0
    assert re.search(r"^he_init +\[FAIL\] 0/4$", said, re.M)
    assert "12/100 (practice)" in said


def test_equal_files_name_and_moment_give_equal_bytes(folder):
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}
    one, two = (
        submit.packed(files, submit.described(files, "Kim", MOMENT, None)) for _ in range(2)
    )
    assert one == two
    assert b'"submitted": "2026-11-23T13:50:02Z"' in one


@pytest.mark.parametrize("name", ["garcia-lucia", "muller-jonas", "park-junseo", "bae-eunji"])
def test_grade_makes_of_the_zip_what_it_makes_of_the_folder(hand_in, tmp_path, capsys, name):
    assert hand_in("--anyway", folder=CLASS / name, out=f"{name}.zip")[0] == 0
    wanted = [f"{exercise}.py" for exercise in syllabus.EXERCISES]
    of_folder, of_zip = (
        intake.read(path, wanted) for path in (CLASS / name, tmp_path / f"{name}.zip")
    )
    assert of_zip == of_folder
    assert of_zip.notes == ()
    reports = []
    for path in (CLASS / name, tmp_path / f"{name}.zip"):
        main(["grade", str(path), "--seed", "1", "--format", "json"])
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[0] == reports[1]


# Files that are not whole


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: path.write_bytes(b"x = (\ny = 1\n"), ":1: does not parse: '(' was never"),
        (lambda path: path.write_bytes(b"x = 1\nprint 'x'\n"), ":2: does not parse: Missing"),
        (lambda path: path.write_bytes(b"x = 1\n# \xb0\xa1\n"), ":2: is not UTF-8"),
        (lambda path: path.write_bytes("x = 1".encode("utf-16")), ":1: is not UTF-8"),
        (lambda path: path.write_bytes(b"x = 1\0"), ":1: does not parse"),
        (lambda path: path.write_bytes(b"(" * 9999), ":1: does not parse"),
        (lambda path: path.unlink(), ": the file is missing"),
    ],
)
def test_a_broken_file_is_named_and_nothing_written(hand_in, folder, tmp_path, damage, says):
    damage(folder / "babysitting.py")
    code, said, _ = hand_in()
    assert code == 3
    assert f"babysitting.py{says}" in re.sub(r"\s+", " ", said)
    assert "submit --anyway" in said
    assert not (tmp_path / "kim.zip").exists()
    code, said, _ = hand_in("--anyway")
    assert code == 0
    assert members(tmp_path / "kim.zip").keys() >= {"activations.py"}


def test_a_file_that_declares_its_encoding_is_whole(hand_in, folder):
    (folder / "data.py").write_bytes("# coding: cp949\n# 가\n".encode("cp949"))
    (folder / "network.py").write_bytes(b"\xef\xbb\xbfx = '\\d'\r\n")
    assert hand_in()[0] == 0


def test_anyway_runs_nothing(hand_in, folder, tmp_path):
    edit(folder / "initializers.py", '"""Weight', 'import os; os._exit(7)\n"""Weight')
    assert hand_in("--anyway")[0] == 0
    assert json.loads(members(tmp_path / "kim.zip")["manifest.json"])["practice"] is None


def test_what_cannot_be_checked_is_handed_in_unchecked(hand_in, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.practice.Recorded.__init__.__defaults__", (tmp_path,))
    code, said, _ = hand_in()
    assert code == 0
    assert "Not checked: cannot read the recording" in said
    assert json.loads(members(tmp_path / "kim.zip")["manifest.json"])["practice"] is None


def test_what_the_students_code_prints_is_not_shown(hand_in, folder):
    edit(folder / "initializers.py", "def he_init", "print('hello')\ndef he_init")
    assert "hello" not in hand_in()[1]


def test_a_folder_without_any_file_is_said(hand_in, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, error = hand_in(folder=tmp_path / "empty")
    assert code == 2
    assert "activations.py" in error


# The zip's place


def test_only_an_own_zip_is_replaced(hand_in, tmp_path):
    target = tmp_path / "kim.zip"
    hand_in("--name", "one")
    assert hand_in("--name", "two")[0] == 0
    assert json.loads(members(target)["manifest.json"])["name"] == "two"
    for other in (b"my thesis", submit.writing.zipped({"manifest.json": b'{"format": "x"}'})):
        target.write_bytes(other)
        code, _, error = hand_in()
        assert code == 2
        assert "is something else" in error
        assert target.read_bytes() == other


def test_a_place_that_cannot_be_written_is_said(hand_in):
    code, _, error = hand_in(out="no/such/folder/kim.zip")
    assert code == 2
    assert "--out" in error


def test_nothing_half_written_is_left(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    (tmp_path / "kim.zip").write_bytes(b"old")
    with pytest.raises(OSError, match="No space"):
        submit.writing.replace(tmp_path / "kim.zip", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["kim.zip"]
    assert (tmp_path / "kim.zip").read_bytes() == b"old"


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "kim.zip").symlink_to(tmp_path / "there" / "real.zip")
    submit.writing.replace(tmp_path / "kim.zip", b"new")
    assert (tmp_path / "kim.zip").is_symlink()
    assert (tmp_path / "there" / "real.zip").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Kim Minjun", "Kim Minjun.zip"),
        ("김민준", "김민준.zip"),
        ("", "submission.zip"),
        (" / ", "submission.zip"),
        ("../../etc/passwd", "etc_passwd.zip"),
        ('a<b>:"c|?*', "a_b___c.zip"),
        ("..", "submission.zip"),
        ("con", "con_.zip"),
        ("Mr. X.", "Mr. X.zip"),
        ("a\nb", "a_b.zip"),
        (300 * "x", f"{200 * 'x'}.zip"),
        (100 * "김", f"{66 * '김'}.zip"),
    ],
)
def test_the_name_of_the_zip_is_one_that_every_system_allows(name, file):
    assert submit.file_name(name) == file
    assert Path(file).name == file
