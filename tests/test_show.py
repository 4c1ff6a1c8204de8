"""What a question asks for: all of its docstring, its checks with points, and where to write."""

import ast
import re

import pytest

from autograder import docstrings, language, messages, stubs, syllabus
from autograder.cli import main
from autograder.docstrings import Sentence, paragraphs
from autograder.language import say
from autograder.places import SOLUTIONS
from autograder.report.text import WIDTH, width

QUESTIONS = syllabus.questions()


@pytest.fixture
def show(capsys):
    def showing(*arguments):
        code = main(["show", *map(str, arguments)])
        return code, *capsys.readouterr()

    return showing


def docstring(question):
    source = (SOLUTIONS / f"{question.exercise}.py").read_text(encoding="utf-8")
    functions = {one.name: one for one in ast.parse(source).body if hasattr(one, "name")}
    return ast.get_docstring(functions[question.name])


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_every_word_of_the_docstring_is_shown_in_80_columns(question, show):
    code, said, error = show(question.name)
    assert (code, error) == (0, "")
    assert max(map(width, said.splitlines())) <= WIDTH
    words = said.split()
    wanted = docstring(question).split()
    begin = words.index(wanted[0])
    assert words[begin : begin + len(wanted)] == wanted


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_checks_points_place_and_next_command_are_shown(question, show):
    said = " ".join(show(question.name)[1].split())
    assert f"points: {question.points}" in said
    for check in question.checks:
        assert f" {check.points} {check.promise} " in said
    source = stubs.stubs()[f"{question.exercise}.py"].splitlines()
    line = next(n for n, one in enumerate(source, 1) if one.startswith(f"def {question.name}("))
    assert f"Where assignment/{question.exercise}.py:{line} " in said
    assert f"check {question.name} " in said


def test_korean_fits_80_columns_and_keeps_names_and_formulas(show):
    for question in QUESTIONS:
        code, said, error = show(question.name, "--lang", "ko")
        assert (code, error) == (0, "")
        assert max(map(width, said.splitlines())) <= WIDTH
        assert re.search("[가-힣]", said)
        names = re.findall(r"^ {4}(\w[\w, ]*): ", show(question.name)[1], re.M)
        assert re.findall(r"^ {4}(\w[\w, ]*): ", said, re.M) == names


def test_the_signature_is_as_it_is_written(show):
    assert show("normalize")[1].startswith("normalize(x, mean=None, std=None, eps=1e-8)  ")
    source = 'def f(x,\n      y=1e-8):\n    """Words."""\n'
    assert docstrings.task(source, "f").signature == "f(x, y=1e-8)"


def test_formulas_keep_their_columns_and_lists_hang(show):
    lines = show("batchnorm_forward")[1].splitlines()
    assert "    mean  = mean of x over the batch                shape (D,)" in lines
    index = lines.index("    bn_param: dict with")
    assert lines[index + 1] == '        "mode": "train" or "test".'
    assert lines[index + 4].startswith("            libraries let momentum")


def test_the_place_is_that_of_the_students_own_file(show, tmp_path):
    (tmp_path / "activations.py").write_text("\n\n\ndef relu_forward(x): 1\n", encoding="utf-8")
    assert f"{tmp_path}/activations.py:4" in show("relu_forward", "--folder", tmp_path)[1]


def test_a_file_stands_for_all_its_questions(show):
    code, said, _ = show("babysitting.py")
    assert code == 0
    names = [question.name for question in QUESTIONS if question.exercise == "babysitting"]
    assert re.findall(r"^(\w+)\(", said, re.M) == names


def test_a_misspelt_name_is_corrected(show):
    code, _, error = show("relu_foward")
    assert code == 2
    assert "did you mean relu_forward" in error


# Sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One,\ntwo.\n\nThree.", [[("One, two.", 0)], [("Three.", 0)]]),
        ("List:\n    x: a\n        b\n    y: c", [[("List:", 0), ("x: a b", 4), ("y: c", 4)]]),
        ("a: dict with\n    \"b\": c", [[("a: dict with", 0), ('"b": c', 4)]]),
        ("Rules, with\nx:\n    1  a\n       b", [[("Rules, with x:", 0), ("1 a b", 4)]]),
        ("Formula: a and\n         b", [[("Formula: a and b", 0)]]),
        ("List:\n    x: a\nAfter.", [[("List:", 0), ("x: a", 4), ("After.", 0)]]),
    ],
)  # fmt: skip
def test_lines_are_put_together_to_sentences(text, parts):
    found = [[(one.words, one.indent) for one in part] for part in paragraphs(text)]
    assert found == parts


def test_lines_of_a_formula_stay_as_they_are():
    (part,) = paragraphs("Formula:\n    a   = b\n        c  d")
    assert part[1:] == (Sentence("    a   = b", 0, True), Sentence("        c  d", 0, True))


def test_all_sentences_are_collected_for_translators():
    found = {one.sentence for one in messages.asked()}
    assert "Squash every entry into the interval from 0 to 1." in found
    assert "out: float array with the shape of x." in found
    assert not any(sentence.startswith(" ") or "shape (D,)  " in sentence for sentence in found)
    assert found <= {one.id for one in messages.template(messages.everywhere())} | {
        sentence for sentence in found if not re.search("[a-z]", sentence)
    }


def test_what_is_translated_is_shown_so(show, monkeypatch):
    english = "Keep the positive entries and set all others to zero."
    language.use("ko")
    shown = {english: "양수는 그대로 두고 나머지는 0으로 만듭니다."}
    monkeypatch.setitem(language._in_use, "translate", lambda one: shown.get(one, one))
    monkeypatch.setattr("autograder.cli.use", lambda *_: None)
    said = show("relu_forward")[1]
    assert say(english) in said.splitlines()
    assert english not in said
