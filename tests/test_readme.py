"""README says what is so: its commands, outputs, figures and links, in both languages."""

import re
import shlex
from pathlib import Path

import pytest

from autograder import cli, numerics, syllabus
from autograder.model import Verdict
from tests import screens

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "README.ko.md", *sorted((ROOT / "docs").glob("*.md"))]


def text(path):
    return path.read_text(encoding="utf-8")


def blocks(path):
    return re.findall(r"^```\w*\n(.*?)^```", text(path), re.M | re.S)


def commands(path):
    return re.findall(r"^\$ python3 course\.py (.+)$", text(path), re.M)


def test_both_languages_have_the_same_parts():
    english, korean = DOCUMENTS[:2]
    assert blocks(english)[1:] == blocks(korean)[1:]
    for pattern in (r"^#+ ", r"^- ", r"^\d\. ", r"\]\((?!README)[^)]*\)", r"`[^`\n]+`"):
        found = [re.findall(pattern, text(path), re.M) for path in (english, korean)]
        assert sorted(found[0]) == sorted(found[1]), pattern


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)\)", text(path)):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS[:2], ids=lambda path: path.name)
def test_every_command_exists(path):
    names = [shlex.split(command)[0] for command in commands(path)]
    assert names[:3] == ["check", "grade", "test"]
    assert set(names) <= {*cli.COMMANDS, "test"}


@pytest.mark.parametrize(("path", "language"), [*zip(DOCUMENTS, screens.LANGUAGES, strict=False)])
def test_the_screen_shown_of_a_mistake_is_the_students(path, language):
    command, shown = blocks(path)[0].split("\n", 1)
    assert command == f"$ python3 course.py {' '.join(screens.SCREENS['check-known'][1])}"
    assert shown == text(screens.golden("check-known", language))


@pytest.mark.parametrize("path", DOCUMENTS[:2], ids=lambda path: path.name)
def test_the_output_shown_for_the_sample_class_is_its_output(path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    block = next(block for block in blocks(path) if "grade data/class" in block)
    command, *shown = block.splitlines()
    cli.main(shlex.split(command)[3:])
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == shown


@pytest.mark.parametrize("path", DOCUMENTS[:2], ids=lambda path: path.name)
def test_the_points_are_those_of_the_syllabus(path):
    for exercise in syllabus.exercises():
        points = sum(question.points for question in exercise.questions.values())
        assert f"{exercise.name} {points}" in " ".join(text(path).split())


@pytest.mark.parametrize("path", DOCUMENTS[:2], ids=lambda path: path.name)
def test_the_tolerance_is_the_graders(path):
    assert numerics.TOLERANCE == 3e-4
    assert "3e-4" in text(path)


def test_every_verdict_is_explained():
    for verdict in Verdict:
        assert re.search(rf"^\|.*\b{verdict}\b.*\|", text(ROOT / "docs" / "marks.md"), re.M)
