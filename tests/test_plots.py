"""The lecture's pictures: each shows its effect, and none falls over a student's functions.

An effect is asserted on the numbers of the caption, which are those of the run, once with the
references and once with a function that takes the effect away.
"""

import io
import os
import shutil
import subprocess
import sys

import matplotlib
import numpy as np
import pytest

import autograder
from autograder import cli, plots, syllabus
from autograder.cli import plot as command
from autograder.grade import grade_question
from autograder.language import say
from autograder.model import Text
from autograder.places import ASSIGNMENT, SOLUTIONS
from autograder.plots.error_map import error_map
from autograder.plots.style import STYLE
from autograder.session import LocalSession
from autograder.truth import Live, bank, reference

TRUTH = Live()
REFERENCES = {f"{n}.py": (SOLUTIONS / f"{n}.py").read_bytes() for n in syllabus.EXERCISES}
STUBS = {f"{n}.py": (ASSIGNMENT / f"{n}.py").read_bytes() for n in syllabus.EXERCISES}
IDENTITY = "def batchnorm_forward(x, gamma, beta, bn_param):\n    return x * 1.0, None"

# picture, its options, what its numbers must be, and code that takes this away
SMALL = {"rows": 60, "units": 60}
EFFECTS = [
    (
        ("activations", "curves", {}),
        lambda of: of["sigmoid"]["slope"] < 0.26 and of["tanh"]["slope"] > 0.99,
        "def sigmoid_backward(dout, cache): return dout",
    ),
    (
        ("activations", "saturation", {}),
        lambda of: max(of["sigmoid"]["left"], of["tanh"]["right"]) < 1e-4 < of["relu"]["right"],
        "def tanh_backward(dout, cache): return dout",
    ),
    (
        ("activations", "zigzag", {"examples": 300}),
        lambda of: (
            of["sigmoid"]["share"] == 1
            and of["tanh"]["share"] == of["sigmoid - 0.5"]["share"] == 0
            and of["sigmoid"]["steps"] > 30 * of["sigmoid - 0.5"]["steps"]
        ),
        "def sigmoid_forward(x): return tanh_forward(x)",
    ),
    (
        ("activations", "dead_relu", {"rates": (0.03, 0.3)}),
        lambda of: (
            of["ReLU on raw pixels"]["dead"] > 0.9
            and of["ReLU on raw pixels"]["right"] < 0.2
            and of["leaky ReLU on raw pixels"]["dead"] == 0
            and of["ReLU on standardised pixels"]["dead"] < 0.1
        ),
        "relu_forward, relu_backward = leaky_relu_forward, leaky_relu_backward",
    ),
    (
        ("activations", "cost_of_exp", {}),
        lambda of: of["sigmoid"]["ratio"] > 2 and of["elu"]["ratio"] > 2,
        "sigmoid_forward = relu_forward",
    ),
    (
        ("preprocessing", "steps", {}),
        lambda of: (
            of["zero_center"]["mean_1"] == of["pca_whiten"]["correlation"] == 0
            and of["normalize"]["std_1"] == pytest.approx(1)
            and of["normalize"]["correlation"] > 0.5
        ),
        "def pca_whiten(x, y, eps=0): return normalize(x)[0], normalize(y)[0]",
    ),
    (
        ("preprocessing", "images", {}),
        lambda of: of[""]["after"] < 0.05 < of[""]["before"] and of[""]["count"] == 61,
        "def pca_whiten(x, y, eps=0): return zero_center(x)[0], y",
    ),
    (
        ("preprocessing", "own_statistics", {}),
        lambda of: of[""]["train"] > 0.9 and of[""]["own"] < 0.3,
        "def normalize(x, mean=None, std=None): return x / 16, 0.0, 1.0",
    ),
    (
        ("initializers", "weights", {}),
        lambda of: all(
            of[name]["std"] == pytest.approx(of[name]["promised"], rel=0.03)
            for name in ("small_random_init", "xavier_init", "glorot_init", "he_init")
        ),
        "def he_init(i, o, rng): return xavier_init(i, o, rng)",
    ),
    (
        ("initializers", "fan_in", {}),
        lambda of: (
            of["xavier_init"]["narrow"] == pytest.approx(of["xavier_init"]["wide"], rel=0.1)
            and of["small_random_init"]["wide"] > 4 * of["small_random_init"]["narrow"]
        ),
        "def xavier_init(i, o, rng): return small_random_init(i, o, rng)",
    ),
    (
        ("deep_network", "histograms", SMALL),
        lambda of: (
            of["tanh 0.01"]["std"] < 1e-6
            and of["tanh 1.0"]["std"] > 0.8
            and of["ReLU Xavier"]["std"] < 0.1 < of["ReLU He"]["std"]
        ),
        "def forward_deep(x, weights, activate, n=False): return [activate(x) for _ in weights]",
    ),
    (
        ("deep_network", "spread", {"rows": 60, "units": 200}),
        lambda of: all(
            0.4 < of[name]["std"] / of[name]["theory"] < 2.5
            for name in ("tanh 0.01", "tanh Xavier", "ReLU 0.01", "ReLU He", "ReLU 1.0")
        ),
        "def forward_deep(x, weights, activate, n=False): return [activate(x) for _ in weights]",
    ),
    (
        ("batchnorm", "before_after", {}),
        lambda of: (
            of["as they come"]["high"] > 6
            and of["gamma 1"]["high"] == pytest.approx(0, abs=1e-3)
            and of["gamma 2"]["narrow"] == pytest.approx(2, abs=1e-3)
        ),
        IDENTITY,
    ),
    (
        ("batchnorm", "running", {}),
        lambda of: (
            of["0.9"]["count"] < of["0.99"]["count"]
            and of["0.9"]["mean"] == pytest.approx(4, abs=0.3)
        ),
        "def batchnorm_forward(x, gamma, beta, bn_param):\n"
        "    bn_param.update(running_mean=x.mean(axis=0), running_var=x.var(axis=0))\n"
        "    return x * 1.0, None",
    ),
    (
        ("batchnorm", "train_and_test", {"draws": 50}),
        lambda of: of["4"]["train"] > 2 * of["128"]["train"] > 0 == of["4"]["test"],
        "good = batchnorm_forward\n"
        "def batchnorm_forward(x, gamma, beta, bn_param):\n"
        "    return good(x, gamma, beta, bn_param | {'mode': 'train'})",
    ),
    (
        ("batchnorm", "gradients", {}),
        lambda of: (
            of["dout"]["mean"] > 1 < of["dout"]["slope"]
            and all(
                abs(of[name]["mean"]) < 1e-4 > abs(of[name]["slope"])
                for name in ("batchnorm_backward", "batchnorm_backward_alt")
            )
        ),
        "def batchnorm_backward(dout, cache): return dout, 0.0, 0.0",
    ),
    (
        ("batchnorm", "against_init_scale", {"scales": (1e-3, 0.1, 1.0)}),
        lambda of: (
            of["with batchnorm"]["first"] == pytest.approx(of["with batchnorm"]["last"], rel=0.05)
            and of["without batchnorm"]["first"] < 1e-20
            and of["with batchnorm"]["worst"] > 0.8 > 0.3 > of["without batchnorm"]["worst"]
        ),
        IDENTITY + "\ndef batchnorm_backward(dout, cache): return dout, 0.0, 0.0",
    ),
    (
        ("babysitting", "initial_loss", {}),
        lambda of: (
            of[""]["plain"] == pytest.approx(2.3026, abs=1e-3)
            and of[""]["plain_expected"] == pytest.approx(of[""]["plain"], abs=1e-3)
            and of[""]["loss_expected"] == pytest.approx(of[""]["loss"], abs=1e-3)
            and of[""]["loss"] > 3
        ),
        "def expected_initial_loss(classes, weights, reg): return np.log2(classes)",
    ),
    (
        ("babysitting", "overfit", {}),
        lambda of: of[""]["loss"] < 0.01 and of[""]["right"] == 1,
        "def sgd_step(params, grads, rate): return params",
    ),
    (
        ("babysitting", "loss_curves", {}),
        lambda of: (
            [of[rate]["verdict"] for rate in ("1e-05", "0.01", "0.3", "100")]
            == ["too low", "good", "too high", "diverged"]
        ),
        "def diagnose_losses(losses): return 'good'",
    ),
    (
        ("babysitting", "update_ratio", {"epochs": 1}),
        lambda of: of["0.0001"]["ratio"] < 1e-4 < of["0.01"]["ratio"] < 1e-2 < of["1"]["ratio"],
        "def update_ratio(w, dw, rate): return np.linalg.norm(dw) / np.linalg.norm(w)",
    ),
    (
        ("hyperparameters", "log_uniform", {}),
        lambda of: of[""]["log"] == pytest.approx(0.5, abs=0.05) and of[""]["plain"] < 0.01,
        "def sample_log_uniform(low, high, size, rng): return rng.uniform(low, high, size)",
    ),
    (
        ("hyperparameters", "grid_against_random", {}),
        lambda of: of[""]["random"] == 25 > of[""]["regular"] and of[""]["mean"] > of[""]["grid"],
        "def random_search_proposals(ranges, trials, rng): "
        "return [{name: low for name, (low, _) in ranges.items()}] * trials",
    ),
    (
        ("hyperparameters", "landscape", {}),
        lambda of: (
            of[""]["best"] > of[""]["narrow"] + 0.1 and of[""].get("names") == "learning_rate"
        ),
        "def on_border(best, ranges): return dict.fromkeys(ranges, False)",
    ),
    (
        ("hyperparameters", "coarse_to_fine", {}),
        lambda of: of[""]["last"] > of[""]["first"] + 0.3 and of[""]["fine"] > of[""]["random"],
        "def refine_ranges(trials, scores, keep): return dict.fromkeys(trials[0], (1e-4, 1e2))",
    ),
    (
        ("hyperparameters", "stop_early", {}),
        lambda of: of[""]["stopped"] > 3 and of[""]["saved"] > 0.1 and of[""]["best"] > 0.9,
        "def stop_early(losses, factor=3): return False",
    ),
]


@pytest.fixture(scope="module")
def references():
    with functions_of(REFERENCES) as found:
        yield found


class functions_of:  # noqa: N801 - reads as a function
    """The functions of these files as a picture gets them, ``code`` behind those of one file."""

    def __init__(self, files, exercise="activations", code=""):
        extra = files[f"{exercise}.py"] + b"\n\n" + code.encode()
        self.session = LocalSession(plots.with_given({**files, f"{exercise}.py": extra}))

    def __enter__(self):
        return plots.loaded(self.session)

    def __exit__(self, *_):
        self.session.close()


LABELS = ("name", "layer", "run", "net", "function", "activation", "init", "title")
NUMBERS = ("momentum", "size", "rate")  # numbers that are labels


def label(values):
    words = [str(values[n]) for n in LABELS if isinstance(values.get(n), (str, Text))]
    return " ".join(words + [f"{values[n]:g}" for n in NUMBERS if n in values])


def numbers(sentence, found=None):
    """The values in a caption by the label of their part: ``{"tanh": {"steps": 4}, "": {...}}``."""
    found = {"": {}} if found is None else found
    inner = [v for v in sentence.values.values() if isinstance(v, Text)]
    key = label(sentence.values) or next(filter(None, (label(v.values) for v in inner)), "")
    found.setdefault(key, {}).update(sentence.values)
    for value in sentence.values.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Text):
                numbers(one, found)
    return found


@pytest.mark.parametrize(
    ("picture", "holds", "code"), EFFECTS, ids=[f"{p[0]}-{p[1]}" for p, _, _ in EFFECTS]
)
def test_a_picture_shows_its_effect_and_only_where_there_is_one(picture, holds, code, references):
    exercise, name, options = picture
    drawn = plots.picture(exercise, name, references, **options)
    assert drawn.figure is not None
    assert "Missing" not in say(drawn.caption)
    assert holds(numbers(drawn.caption))
    assert axes_say_what_they_are(drawn.figure) or name == "cost_of_exp"  # bars have names
    with functions_of(REFERENCES, exercise, code) as without:
        absent = plots.picture(exercise, name, without, **options)
    assert absent.figure is not None, say(absent.caption)
    assert not holds(numbers(absent.caption))


def axes_say_what_they_are(figure):
    curves = [axes for axes in figure.axes if axes.lines and axes.axison]
    sharing = [axes.get_shared_x_axes().get_siblings(axes) for axes in curves]
    named = all(any(one.get_xlabel() for one in siblings) for siblings in sharing)
    return named and any(axes.get_ylabel() for axes in figure.axes)


def test_every_picture_has_its_effect_here():
    drawn = {(name, plan.name) for name in syllabus.EXERCISES for plan in plots.plans(name)}
    assert drawn == {picture[:2] for picture, _, _ in EFFECTS}


def test_every_question_has_a_picture():
    for exercise in syllabus.exercises():
        shown = {name for plan in plots.plans(exercise.name) for name in plan.shows}
        assert exercise.questions.keys() <= shown
        assert shown <= {question.name for question in syllabus.questions()}


ALL = [(name, plan) for name in syllabus.EXERCISES for plan in plots.plans(name)]
QUICK = {
    "zigzag": {"examples": 60},
    "dead_relu": {"rates": (0.3,), "epochs": 1},
    "cost_of_exp": {"runs": 1},
    "own_statistics": {"epochs": 1},
    "fan_in": {"widths": (16, 32)},
    "histograms": SMALL,
    "spread": SMALL,
    "running": {"steps": 20},
    "train_and_test": {"draws": 3},
    "against_init_scale": {"scales": (1.0,), "epochs": 1},
    "overfit": {"epochs": 2},
    "loss_curves": {"rates": (0.01,), "epochs": 2},
    "update_ratio": {"epochs": 1},
    "grid_against_random": {"repeats": 2},
    "coarse_to_fine": {"repeats": 2},
    "stop_early": {"trials": 3},
}


def test_a_picture_is_the_same_file_every_time(references):
    for form, head in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        files = set()
        for _ in range(2):
            drawn = plots.picture("babysitting", "overfit", references, epochs=20)
            files.add(plots.rendered(drawn.figure, form))
        [file] = files
        assert file.startswith(head)
        assert b"20" + b"26-" not in file  # no date


def test_another_seed_is_another_picture(references):
    captions = {
        say(plots.picture("activations", "zigzag", references, seed=seed, examples=200).caption)
        for seed in range(2)
    }
    assert len(captions) == 2


def test_pictures_leave_the_plotting_state_of_others_alone(references, monkeypatch):
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)  # another test's
    before = {name: matplotlib.rcParams[name] for name in STYLE}
    drawn = next(plots.pictures("activations", references))
    assert plots.rendered(drawn.figure)
    assert {name: matplotlib.rcParams[name] for name in STYLE} == before
    assert "matplotlib.pyplot" not in sys.modules


def test_of_stubs_nothing_is_drawn_and_the_caption_says_what_is_missing():
    with functions_of(STUBS) as stubs:
        for name, plan in ALL:
            picture = plan.picture(stubs)
            assert picture.figure is None, (name, plan.name)
            assert say(picture.caption).startswith(f"{plan.name} is not drawn. Missing here: ")
            assert "not written yet: " in say(picture.caption)


def test_a_gap_is_named_and_the_rest_is_drawn():
    code = "def tanh_forward(x):\n    raise NotImplementedError\ndef elu_forward(x, a=1): x.up()"
    with functions_of(REFERENCES, "activations", code) as functions:
        picture = plots.picture("activations", "curves", functions, points=21)
    assert picture.figure is not None
    assert say(picture.caption).endswith(
        "Missing here: not written yet: tanh_forward, elu_forward raised AttributeError: "
        "'numpy.ndarray' object has no attribute 'up'."
    )
    titled = {axes.get_title(loc="left"): len(axes.lines) for axes in picture.figure.axes}
    assert (titled["tanh"], titled["ELU"], titled["ReLU"]) == (0, 0, 2)


def test_values_that_are_not_finite_are_said_and_not_drawn():
    code = "def sigmoid_forward(x): return x + np.nan, x"
    with functions_of(REFERENCES, "activations", code) as functions:
        picture = plots.picture("activations", "curves", functions, points=21)
    assert "sigmoid_forward: 21 of 21 values of out are not finite" in say(picture.caption)
    assert not picture.figure.axes[0].lines


def test_a_part_deep_inside_is_blamed_and_not_who_calls_it():
    code = "def relu_backward(dout, cache): return dout[7:] @ dout"
    with functions_of(REFERENCES, "activations", code) as functions:
        picture = plots.picture("babysitting", "overfit", functions)
    assert "relu_backward raised ValueError" in say(picture.caption)


BROKEN = {
    "nothing": "def {name}(*a, **k): return None",
    "not a number": "def {name}(*a, **k): return change(right_{name}, a, k, lambda v: v + np.nan)",
    "a wrong shape": "def {name}(*a, **k): return change(right_{name}, a, k, np.ravel)",
    "huge values": "def {name}(*a, **k): return change(right_{name}, a, k, lambda v: 0*v + 1e300)",
}
HELPER = """
def broken(value, how):
    if isinstance(value, (tuple, list)):
        return type(value)(broken(one, how) for one in value)
    if isinstance(value, dict):
        return {{name: broken(one, how) for name, one in value.items()}}
    return how(np.asarray(value, float)) if isinstance(value, (float, np.ndarray)) else value


def change(function, arguments, keywords, how):
    return broken(function(*arguments, **keywords), how)


right_{name} = {name}
"""


@pytest.mark.parametrize("kind", BROKEN)
def test_no_answer_breaks_a_picture(kind):
    for exercise in syllabus.exercises():
        code = "".join((HELPER + BROKEN[kind]).format(name=name) for name in exercise.questions)
        with functions_of(REFERENCES, exercise.name, code) as functions:
            for plan in plots.plans(exercise.name):
                picture = plan.picture(functions, **QUICK.get(plan.name, {}))
                assert say(picture.caption)
                if picture.figure is not None and kind == "huge values":
                    picture.figure.set_layout_engine("none")  # it takes the most time
                    assert plots.rendered(picture.figure)


QUESTIONS = {question.name: question for question in syllabus.questions()}
MISTAKEN = ("batchnorm_backward", "sigmoid_forward", "maxout_backward", "pca_whiten", "train")


@pytest.mark.parametrize("name", MISTAKEN)
def test_the_worst_entry_of_a_map_is_the_one_that_check_names(name):
    question = QUESTIONS[name]
    mapped = 0
    for mistake in bank(question.exercise).of(name)[:5]:
        candidate = reference(question.exercise, **mistake.replaced)
        told = told_by_check(grade_question(question, candidate, TRUTH))
        picture = error_map(question, candidate, TRUTH)
        mapped += picture.figure is not None
        assert [str(one) for one in picture.caption.values.get("arrays", [])] == told
    assert mapped


def told_by_check(mark):
    """Of each array that is wrong entry by entry, what check shows: as report.text does."""
    told = {}
    for finding in mark.findings:
        details = {detail.label: str(detail.text) for detail in finding.details}
        if "worst" in details:
            sentence = f"{finding.message}, worst {details['worst']} (case: {details['case']})"
            told.setdefault(finding.message.values["name"], sentence)
    return list(told.values())


def map_of(question, mistake):
    question = QUESTIONS[question]
    [wrong] = [one for one in bank(question.exercise).of(question.name) if one.name == mistake]
    return error_map(question, reference(question.exercise, **wrong.replaced), TRUTH)


def test_a_map_is_red_where_the_answer_is_wrong_and_grey_where_nothing_is_compared():
    picture = map_of("batchnorm_backward", "eps-left-out")
    difference = picture.figure.axes[2].images[0].get_array()
    assert difference.mask.all(axis=0).tolist() == [True, True, False, False, False]
    assert (difference[:, 2:] > 3e-4).all()
    assert difference[0, 4] > 1e200  # NaN is as far away as can be
    framed = [patch.get_xy() for patch in picture.figure.axes[2].patches]
    assert framed == [(3.5, -0.5)]
    assert "worst dx[0, 4]" in say(picture.caption)


@pytest.mark.parametrize(
    ("question", "mistake", "shape"),
    [
        ("sigmoid_forward", "same-form-on-both-sides", (16, 3)),  # of (4, 4, 3)
        ("prelu_backward", "dalpha-averaged", (1, 6)),
        ("expected_initial_loss", "penalty-missing", (1, 1)),
    ],
)
def test_a_map_has_rows_and_columns_whatever_the_shape(question, mistake, shape):
    figure = map_of(question, mistake).figure
    assert figure.axes[2].images[0].get_array().shape == shape
    assert plots.rendered(figure, "svg")


def test_without_entries_to_compare_a_map_says_why():
    right = error_map(QUESTIONS["relu_forward"], reference("activations"), TRUTH)
    assert say(right.caption) == "relu_forward passes: there is no error to draw."
    flat = {"relu_forward": lambda x: (np.maximum(x, 0).ravel(), x)}
    shape = error_map(QUESTIONS["relu_forward"], reference("activations", **flat), TRUTH)
    assert "out has shape (48,), expected (4, 4, 3)" in say(shape.caption)
    assert right.figure is shape.figure is None


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A student's folder in which three exercises are done; the place to plot from is another."""
    copy = tmp_path / "김 철수"
    shutil.copytree(ASSIGNMENT, copy, ignore=shutil.ignore_patterns("*.ipynb"))
    for name in ("activations", "initializers", "preprocessing"):
        shutil.copy(SOLUTIONS / f"{name}.py", copy)
    monkeypatch.chdir(tmp_path)
    return copy


@pytest.fixture
def run(capsys):
    def running(*arguments):
        code = cli.main(["plot", *map(str, arguments)])
        return code, *capsys.readouterr()

    return running


def add(path, code):
    path.write_text(path.read_text(encoding="utf-8") + code, encoding="utf-8")


def test_plot_writes_files_and_says_what_to_look_for(run, folder):
    code, out, err = run("initializers", "--folder", folder)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == os.path.join("plots", "initializers-weights.png")
    assert lines[1].startswith("  Bars: 40000 weights")
    assert max(map(len, lines)) <= 80
    assert (folder.parent / "plots" / "initializers-weights.png").read_bytes()[1:4] == b"PNG"


def test_on_a_terminal_nothing_is_left_of_what_said_what_is_at_work(run, folder, monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(command, "is_lively", lambda stream: True)
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    assert cli.main(["plot", "he_init", "--folder", str(folder)]) == 0
    assert "drawing initializers-fan_in (2 of 2)" in screen.getvalue()
    for line in screen.getvalue().split("\n"):
        shown = ""
        for over in line.split("\r"):
            shown = over + shown[len(over) :]
        assert "drawing" not in shown
        assert not shown.startswith("plots") or shown.strip().endswith(".png")


def test_plot_of_one_question_draws_what_shows_it(run, folder):
    code, _, _ = run("pca_whiten", "--folder", folder, "--format", "svg", "--out", "my pictures")
    assert code == 0
    files = sorted(path.name for path in (folder.parent / "my pictures").iterdir())
    assert files == ["preprocessing-images.svg", "preprocessing-steps.svg"]


def test_a_picture_of_a_wrong_function_says_so(run, folder):
    add(folder / "initializers.py", "\n\ndef he_init(n, m, rng):\n    return np.zeros((n, m))\n")
    _, out, _ = run("initializers", "--folder", folder)
    assert "Not right yet: he_init." in out
    shown = [line for line in out.splitlines() if line.startswith("plots")]
    assert 0 < out.count("Not right yet") <= len(shown)


def test_plot_alone_draws_the_exercises_that_are_begun(run, folder, monkeypatch):
    asked = []
    monkeypatch.setattr(command, "show", lambda job, *_: asked.append(job.name) or True)
    assert run("--folder", folder)[0] == 0
    assert {name.partition("-")[0] for name in asked} == {
        "activations",
        "preprocessing",
        "initializers",
    }


def test_of_untouched_stubs_plot_says_where_to_begin(run):
    code, out, _ = run()
    assert code == 1
    assert out.startswith("Nothing is written yet, so there is nothing to draw.")
    assert "sigmoid_forward" in out
    code, out, _ = run("batchnorm_backward")
    missing = " ".join(out.split()).count("Missing here: not written yet: batchnorm_")
    assert (code, missing) == (1, 2)


def test_a_wrong_question_gets_a_map(run, folder):
    add(folder / "activations.py", "\ndef relu_backward(dout, cache): return dout * 0.5\n")
    code, out, _ = run("relu_backward", "--error", "--folder", folder)
    assert code == 1
    assert out.splitlines()[0] == os.path.join("plots", "relu_backward-error.png")
    checked = cli.main(["check", "relu_backward", "--folder", str(folder)])
    assert checked == 1


def test_no_error_to_draw_is_no_failure(run, folder):
    assert run("--error", "--folder", folder)[:2] == (
        0,
        "No value is wrong: there is no error to draw.\n",
    )
    code, out, _ = run("relu_backward", "--error", "--folder", folder)
    assert (code, out) == (0, "  relu_backward passes: there is no error to draw.\n")


def test_a_function_that_never_answers_costs_its_picture(run, folder, monkeypatch):
    monkeypatch.setattr(command, "PATIENCE", 0.3)
    monkeypatch.setattr(command, "SECONDS", 0.3)
    add(folder / "initializers.py", "\ndef he_init(i, o, rng):\n    while True: pass\n")
    code, out, _ = run("he_init", "--folder", folder)
    assert code == 1
    assert "initializers-weights is not drawn: no answer within 0.3 s" in out


def test_what_functions_print_stays_out_of_the_answer(run, folder):
    add(
        folder / "initializers.py",
        "\ngood = he_init\ndef he_init(*a):\n    print(1e9); return good(*a)\n",
    )
    _, out, err = run("he_init", "--folder", folder)
    assert "1000000000.0" not in out
    assert "1000000000.0" in err


def test_broken_files_cost_what_they_touch(run, folder):
    add(folder / "activations.py", "\ndef relu_forward(x:\n    return x\n")
    (folder / "batchnorm.py").unlink()
    (folder / "network.py").unlink()  # the given one is there
    _, out, _ = run("leaky_relu_backward", "relu_forward", "--folder", folder)
    assert os.path.join("plots", "activations-dead_relu.png") in out
    assert "does not parse" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "there is no question nonsense"),
        (["he_init", "--out", "a file"], "give another folder with --out"),
        (["--folder", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, folder, arguments, said):
    (folder.parent / "a file").write_text("")
    code, _, err = run("--folder", folder, *arguments)
    assert code == 2
    assert err.count("\n") == 1
    assert said in err


def test_without_matplotlib_the_remedy_is_named(run, folder, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("autograder.plots")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(autograder, "plots")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, _, err = run("initializers", "--folder", folder)
    assert code == 2
    assert "pip install -r requirements.txt" in err


def test_a_check_does_not_import_matplotlib():
    code = (
        "import sys, autograder.cli.check, autograder.cli.plot; print('matplotlib' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
