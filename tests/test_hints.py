"""Hints: each level says what it should, and the audit finds a hint that is missing or wrong."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import audit, cli, hints, signatures, syllabus
from autograder.exercise import Misconception
from autograder.truth import bank

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = syllabus.questions()
NAMED = {question.name: question for question in QUESTIONS}


def of(name):
    return hints.hints(NAMED[name].exercise, name)


# what is written down


@pytest.mark.parametrize("name", NAMED)
def test_the_example_runs_and_asserts_what_it_shows(name):
    code = of(name).example_code
    assert "assert " in code
    exec(compile(code, f"example of {name}", "exec"), {})  # warnings are errors


@pytest.mark.parametrize("name", NAMED)
def test_hints_are_short(name):
    found = of(name)
    for words in (found.where, found.example_text, *found.spots.values()):
        assert 1 <= len(words) <= 330, words
    assert 2 <= len(found.spots) <= 7
    assert 3 <= len([line for line in found.example_code.splitlines()[2:] if line]) <= 15
    assert max(map(len, found.example_code.splitlines())) <= 80


def test_there_are_no_hints_for_what_is_no_question():
    for exercise in syllabus.exercises():
        assert set(hints._tables(exercise.name)) == set(exercise.questions)


def test_the_first_check_of_the_file_that_failed_decides():
    found = of("batchnorm_backward")
    assert found.spot({"numeric", "eps"}) == "eps"
    assert found.spot({"numeric", "eps", "dx"}) == "ways"


def test_a_signature_and_the_misconception_of_its_name_speak_of_the_same_spot():
    spots = {formula.name: formula.spot for formula in signatures.SCALES}
    same = [one for one in bank("initializers").misconceptions if one.name in spots]
    assert len(same) > 20
    assert [one for one in same if one.spot != spots[one.name]] == []


# what the audit finds


def problems():
    return " | ".join([*audit.hints_are_whole(), *audit.hints_keep_the_secret()])


@pytest.fixture
def planted(monkeypatch):
    """Other hints in the place of relu_backward's."""

    def planting(**changes):
        right = hints.hints
        changed = replace(of("relu_backward"), **changes)
        monkeypatch.setattr(
            audit, "hints", lambda e, q: changed if q == "relu_backward" else right(e, q)
        )
        return problems()

    return planting


def test_the_audit_finds_nothing_to_say():
    assert problems() == ""


def test_hints_that_are_missing_are_found(monkeypatch, tmp_path):
    for path in hints.FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("[relu_backward", "[other")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    (tmp_path / "batchnorm.toml").unlink()
    monkeypatch.setattr(hints, "FOLDER", tmp_path)
    hints._tables.cache_clear()
    try:
        assert "relu_backward has no hints" in problems()
        assert "batchnorm_forward has no hints" in problems()
    finally:
        hints._tables.cache_clear()


@pytest.mark.parametrize("name", ["read", "where", "example_text"])
def test_an_empty_hint_is_found(planted, name):
    assert "relu_backward: one of its hints is empty" in planted(**{name: ""})


def test_too_few_spots_are_found(planted):
    assert "its hints have 1 spots, not 2" in planted(spots={"gate": "Which?"})


def test_a_check_without_a_spot_is_found(planted):
    assert "hints are for the checks ['value']" in planted(checks={"value": "gate"})
    found = planted(checks={"value": "gate", "numeric": "door"})
    assert "relu_backward::numeric names no spot of relu_backward: 'door'" in found


def test_a_misconception_without_a_spot_is_found(monkeypatch):
    stray = Misconception("relu_backward", "stray", "S.", {}, frozenset(), spot="door")
    monkeypatch.setattr(bank("activations"), "misconceptions", [stray])
    assert "relu_backward, stray names no spot of relu_backward: 'door'" in problems()


def test_a_signature_without_a_spot_is_found(monkeypatch):
    stray = replace(signatures.SCALES[0], spot="door")
    monkeypatch.setattr(signatures, "SCALES", (stray, *signatures.SCALES[1:]))
    assert "the signature xavier names no spot of he_init: 'door'" in problems()


def test_a_spot_that_nobody_names_is_found(planted):
    spots = {**of("relu_backward").spots, "nowhere": "Which?"}
    assert "relu_backward: nothing names the spot nowhere" in planted(spots=spots)


@pytest.mark.parametrize(
    "changes",
    [
        {"where": "Write np.where( x > 0, dout, 0.0 ) here."},
        {"spots": {**of("relu_backward").spots, "gate": "It is\nnp.where(x>0,dout,0.0)."}},
        {"example_text": "As in np.where(x > 0, dout, 0.0)."},
        {"example_code": "slope = np.where(x > 0, dout, 0.0)"},
    ],
)
def test_a_solution_in_a_hint_is_found(planted, changes):
    assert "a hint of relu_backward gives np.where(x>0,dout,0.0) away" in planted(**changes)


def test_a_question_as_an_example_is_found(planted):
    found = planted(example_code="out, cache = relu_forward(x)")
    assert "the example of relu_backward is about relu_forward" in found


# what the command says


@pytest.fixture
def run(capsys):
    def running(*arguments):
        try:
            code = cli.main(["hint", *map(str, arguments)])
        except SystemExit as exited:  # argparse
            code = exited.code
        out, err = capsys.readouterr()
        return code, " ".join(out.split()), err

    return running


@pytest.fixture
def folder(tmp_path):
    """Solved files, to be spoilt; the command sees nothing but recordings besides."""
    copy = tmp_path / "mine"
    shutil.copytree(ROOT / "solutions", copy, ignore=shutil.ignore_patterns("misconceptions"))
    return copy


def spoil(folder, exercise, old, new):
    path = folder / f"{exercise}.py"
    source = path.read_text(encoding="utf-8")
    assert source.count(old) == 1
    path.write_text(source.replace(old, new), encoding="utf-8")


UPHILL = "] + learning_rate * grads[name]\n    return"
OWN_EPS = ("batchnorm", "centered, std, gamma)\n", "centered, np.sqrt(var + 1e-5), gamma)\n")
MEAN = ("batchnorm", "dmean = -np.sum(dcentered, axis=0)", "dmean = 0")


def test_level_one_is_the_default_and_names_what_to_read_and_the_next(run, folder):
    spoil(folder, *MEAN)
    code, out, _ = run("batchnorm_backward", "--folder", folder)
    assert code == 0
    assert out.startswith("batchnorm_backward, hint 1 of 3: where to look Draw the forward")
    assert "Read lecture 5, batch normalization: the backward graph" in out
    assert out.endswith("Then python3 course.py hint batchnorm_backward -n 2")


@pytest.mark.parametrize(
    ("name", "spot", "edit"),
    [
        ("batchnorm_backward", "mean", MEAN),
        ("batchnorm_backward", "eps", OWN_EPS),
        ("tanh_backward", "slope", ("activations", "(1 - out**2)", "(1 - out)")),
        (
            "relu_backward",
            "gate",
            ("activations", "np.where(x > 0, dout, 0.0)", "np.where(dout > 0, dout, 0.0)"),
        ),
        ("he_init", "root", ("initializers", "np.sqrt(2.0 / fan_in)", "2.0 / fan_in")),
        ("xavier_init", "scale", ("initializers", "1.0 / fan_in", "1.0 / fan_out")),
        (
            "sgd_step",
            "sign",
            ("babysitting", "] - learning_rate * grads[name]\n    return", UPHILL),
        ),
        ("stop_early", "finite", ("hyperparameters", "not np.isfinite(last) or ", "")),
    ],
)
def test_level_two_speaks_of_the_expression_that_the_diagnosis_names(run, folder, name, spot, edit):
    spoil(folder, *edit)
    code, out, _ = run(name, "-n", 2, "--folder", folder)
    assert code == 0
    assert f"{name}, hint 2 of 3: which expression {of(name).spots[spot]} Read" in out
    assert out.endswith(f"hint {name} -n 3")


def test_of_an_unknown_mistake_it_says_so_and_speaks_of_the_check_that_failed(run, folder):
    spoil(folder, "deep_network", "np.abs(h) > saturation", "np.abs(h) > saturation**0.5")
    _, out, _ = run("layer_statistics", "-n", 2, "--folder", folder)
    assert "The cause is unknown; this is a good place to begin." in out
    assert of("layer_statistics").spots["saturated"] in out


def test_of_a_wrong_derivative_it_speaks_of_the_gradient_that_is_wrong(run, folder):
    spoil(folder, "batchnorm", "    dx_hat = dout", "    dgamma = 1.7 * dgamma\n    dx_hat = dout")
    _, out, _ = run("batchnorm_backward", "-n", 2, "--folder", folder)
    assert "dgamma is 1.7 times what it should be." in out
    assert of("batchnorm_backward").spots["parameters"] in out


def test_of_the_right_derivative_of_a_wrong_forward_it_says_which_to_mend(run, folder):
    spoil(folder, "activations", "out = np.tanh(x * 1.0)", "out = np.tanh(x * 1.3)")
    spoil(folder, "activations", "return dout * (1 - out**2)", "return 1.3 * dout * (1 - out**2)")
    _, out, _ = run("tanh_backward", "-n", 2, "--folder", folder)
    assert "mend the forward first" in out
    assert "unknown" not in out
    assert of("tanh_backward").spots["slope"] in out


def test_level_three_is_an_example_that_can_be_copied(run, folder, capsys):
    spoil(folder, *MEAN)
    assert cli.main(["hint", "batchnorm_backward", "-n", "3", "--folder", str(folder)]) == 0
    out = capsys.readouterr().out
    found = of("batchnorm_backward")
    assert f"\n\n{found.example_code}\n\n" in out
    assert found.example_text in " ".join(out.split())
    assert out.endswith("Then    python3 course.py check batchnorm_backward\n")


def test_an_error_is_shown_before_the_hint(run, folder):
    spoil(folder, "activations", "return dout * (1 - out**2)", "return dout * (1 - t**2)")
    _, out, _ = run("tanh_backward", "-n", 2, "--folder", folder)
    assert "tanh_backward raised NameError: name 't' is not defined" in out
    assert of("tanh_backward").spots["slope"] in out


def test_a_backward_that_waits_for_its_forward_says_so(run, folder):
    spoil(folder, "activations", "out = np.tanh(x * 1.0)", "out = np.tanhh(x)")
    code, out, _ = run("tanh_backward", "--folder", folder)
    assert code == 0
    assert "tanh_backward waits for tanh_forward" in out


@pytest.mark.parametrize("name", NAMED)
def test_of_an_untouched_stub_it_speaks_of_the_first_check(run, name):
    found = of(name)
    assert found.where in run(name)[1]
    out = run(name, "-n", 2)[1]
    assert found.spots[next(iter(found.checks.values()))] in out
    assert "unknown" not in out
    assert "raised" not in out


def test_a_solved_question_needs_no_hint(run, folder):
    code, out, _ = run("batchnorm_backward", "-n", 2, "--folder", folder)
    assert (code, out) == (0, "batchnorm_backward passes: there is nothing to hint at.")


def test_of_an_exercise_it_takes_the_first_that_does_not_pass(run, folder):
    spoil(folder, *MEAN)
    assert run("batchnorm", "--folder", folder)[1].startswith("batchnorm_backward, hint 1")
    assert "batchnorm.py passes" in run("batchnorm.py", "--folder", ROOT / "solutions")[1]


def test_a_misspelt_name_is_corrected(run):
    code, _, err = run("relu_bakward")
    assert code == 2
    assert "did you mean relu_backward?" in err
    assert run("relu_backward", "-n", 4)[0] == 2


def test_lines_fit_the_screen(capsys):
    for name in NAMED:
        for level in ("1", "2"):
            cli.main(["hint", name, "-n", level])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_it_works_from_any_folder_without_the_answers_and_check_does_not_load_it(tmp_path, folder):
    for name in ("autograder", "data", "assignment"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("class"))
    spoil(folder, *MEAN)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()

    def python(*arguments):
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=elsewhere, env=environment, capture_output=True, encoding="utf-8"
        )
        assert done.stderr == ""
        return done.stdout

    out = python("-m", "autograder", "hint", "batchnorm_backward", "-n", "2", "--folder", folder)
    assert of("batchnorm_backward").spots["mean"] in " ".join(out.split())
    source = (
        "import sys; from autograder.cli import main\n"
        "main(['check', 'relu_forward'])\n"
        "print('autograder.hints' in sys.modules)\n"
    )
    assert python("-c", source).splitlines()[-1] == "False"
