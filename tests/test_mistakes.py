"""The table of known mistakes: everyone's sentence, certainty and hint."""

import pytest

from autograder import syllabus
from autograder.cli import main
from autograder.hints import hints
from autograder.report.text import width
from autograder.truth import bank


def table(capsys, *arguments):
    assert main(["mistakes", *arguments]) == 0
    return capsys.readouterr().out


def plain(text):
    return " ".join(text.split())


def test_every_mistake_stands_in_it_with_its_sentence_and_hint(capsys):
    shown = plain(table(capsys))
    for question in syllabus.questions():
        spots = hints(question.exercise, question.name).spots
        for one in bank(question.exercise).of(question.name):
            assert f"{question.name} {one.name} [" in shown
            assert plain(one.sentence) in shown
            assert plain(spots[one.spot]) in shown


def test_one_question(capsys):
    shown = table(capsys, "relu_backward")
    assert "relu_backward  dout-ignored  [numeric, value]\n  certain: This is the slope" in shown
    assert "dout-edited-in-place  []\n  costs no points: dx is right" in shown
    assert "tanh_backward" not in shown


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_line_is_wider_than_a_screen(capsys, lang):
    long = [line for line in table(capsys, "--lang", lang).splitlines() if width(line) > 80]
    names = [line for line in long if line[0] != " "]
    assert long == names


def test_in_korean(capsys):
    shown = table(capsys, "relu_backward", "--lang", "ko")
    assert "dout-ignored  [numeric, value]" in shown
    assert "상류 기울기" in shown
