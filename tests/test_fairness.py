"""Right code gets its points however it is written, and wrong code gets none for looking right.

Each fairness rule stands beside the same grader with the rule switched off, which rejects right
code: a rule that could be left out would not be one.
"""

import functools
import importlib
import importlib.util
import math
import re
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from variants import RIGHT, mapped, spoilt

from autograder import judges, numerics, syllabus, truth
from autograder.diagnose import close
from autograder.exercise import Case
from autograder.exercises import activations, preprocessing
from autograder.grade import grade, grade_question
from autograder.model import Fault, Verdict
from autograder.sandbox import host, loader
from autograder.sandbox.slot import Slot
from autograder.sandboxed import WorkerSession
from autograder.session import LocalSession
from autograder.truth import Live, bank, reference

SEEDS = (11, 222, 3333, 44444, 555555)
ROOT = Path(__file__).resolve().parent.parent
CHANCE = 3  # points of 100 that an answer without content may come by

live = functools.cache(Live)


def tagged(rule):
    """The forms that need a rule; there must be some, or its test says nothing."""
    found = [variant for variant in RIGHT if rule in variant.rules]
    assert found, rule
    return found


def marks(variant, seed, exercise=None, known=live):
    """The marks of all questions of the variant's exercise."""
    exercise = exercise or syllabus.exercise(variant.exercise)
    candidate = reference(variant.exercise, **variant.functions)
    return [grade_question(q, candidate, known(seed)) for q in exercise.questions.values()]


def lost(found):
    """What was not passed, as ``question::check: message``."""
    return [
        f"{mark.question}::{finding.check}: {finding.message}"
        for mark in found
        for finding in mark.findings
        if finding.verdict != Verdict.PASSED
    ]


def fresh(name):
    """An exercise declared anew, from judges and numerics as they are at this moment."""
    path = ROOT / "autograder" / "exercises" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"autograder.exercises.fresh_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.exercise


@pytest.mark.parametrize("variant", RIGHT, ids=str)
def test_a_right_form_gets_full_marks(variant):
    for seed in SEEDS:
        assert lost(marks(variant, seed)) == []


def test_every_question_has_a_form_unlike_the_reference():
    questions = [question.name for question in syllabus.questions()]
    counts = {name: sum(name in variant.functions for variant in RIGHT) for name in questions}
    assert [name for name, count in counts.items() if count == 0] == []


# --- each rule switched off -------------------------------------------------------------------


def tight_tolerances(monkeypatch):
    monkeypatch.setattr(judges, "TOLERANCE", 1e-12)  # float64 code stays below 8e-14


def float64_required(monkeypatch):
    def strict(got, expected):
        return numerics.deviation(got, expected) if got.dtype == expected.dtype else math.inf

    monkeypatch.setattr(judges, "deviation", strict)


def exact_shapes_required(monkeypatch):
    monkeypatch.setattr(judges, "without_leading_ones", lambda array, shape: array)


def arguments_not_copied(monkeypatch):
    live_value = host.Host.live

    def as_it_is(self, value):
        return value if isinstance(value, np.ndarray) else live_value(self, value)

    monkeypatch.setattr(host.Host, "live", as_it_is)


def warnings_are_errors(monkeypatch):
    simplefilter = warnings.simplefilter
    monkeypatch.setattr(host.warnings, "simplefilter", lambda action: simplefilter("error"))


def components_compared_one_by_one(monkeypatch):
    one_by_one = {"train @ train.T": 0, "test @ train.T": 1}
    monkeypatch.setattr(
        preprocessing,
        "inner_products",
        lambda *splits: {name: splits[index] for name, index in one_by_one.items()},
    )


SWITCHES = {
    "tolerance": tight_tolerances,
    "float64": float64_required,
    "leading ones": exact_shapes_required,
    "copies": arguments_not_copied,
    "warnings": warnings_are_errors,
    "rotation": components_compared_one_by_one,
}


@pytest.mark.parametrize("rule", SWITCHES)
def test_without_the_rule_right_code_is_rejected(rule, monkeypatch):
    variants = tagged(rule)
    SWITCHES[rule](monkeypatch)
    accepted = [str(v) for v in variants if not lost(marks(v, SEEDS[0], known=Live))]
    assert accepted == []


def entries_at_zero_compared(found):
    return {**found, "dx": found.get("free_dx", found.get("dx"))}


@pytest.mark.parametrize("rule", ["kinks", "ties"])
def test_where_the_answer_is_free_no_choice_is_the_wrong_one(rule, monkeypatch):
    strict = fresh("activations")
    for question in strict.questions.values():
        if rule == "kinks" and question.name.endswith("_backward"):
            observe = question.observe
            question.observe = lambda c, i, o=observe: entries_at_zero_compared(o(c, i))
        if question.name == "maxout_backward" and rule == "ties":
            gradients = activations.MAXOUT_GRADIENTS
            raw = activations.backward("maxout", activations.MAXOUT, gradients)
            masked = question.observe
            question.observe = lambda c, i, o=masked, r=raw: {**o(c, i), **r(c, i)}
    assert [str(v) for v in tagged(rule) if not lost(marks(v, SEEDS[0], strict))] == []


def test_no_numeric_gradient_is_taken_near_a_kink(monkeypatch):
    monkeypatch.setattr(numerics, "skip", lambda gradient, near_kink: gradient)
    rejected = lost(marks(tagged("kinks")[0], SEEDS[0], fresh("activations")))
    for name in ("relu", "leaky_relu", "elu", "prelu"):
        assert any(line.startswith(f"{name}_backward::numeric") for line in rejected)


def test_inputs_are_finite_so_that_a_mask_may_be_multiplied(monkeypatch):
    for question in syllabus.questions():
        for case in question.cases:
            for name, value in vars(live(SEEDS[0]).inputs(question, case)).items():
                if isinstance(value, np.ndarray):
                    assert np.isfinite(value).all(), (question.name, case.name, name)
    monkeypatch.setattr(activations, "LARGE", (*activations.LARGE, math.inf))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for variant in tagged("non-finite"):
            assert "relu_forward::value" in str(lost(marks(variant, SEEDS[0], known=Live)))


def test_relative_error_would_reject_right_code_near_zero(monkeypatch):
    monkeypatch.setattr(judges, "deviation", numerics.relative_error)
    variant = next(v for v in RIGHT if v.name == "activations_in_float32")
    assert "tanh_backward::value" in str(lost(marks(variant, SEEDS[0])))


def test_a_backward_is_never_asked_for_after_a_test_mode_forward():
    question = syllabus.exercise("batchnorm").questions["batchnorm_backward"]
    for case in question.cases:
        inputs = live(SEEDS[0]).inputs(question, case)
        assert inputs.bn_param["mode"] == "train"
        inputs.bn_param["mode"] = "test"
        with pytest.raises(Fault, match="batchnorm_backward raised"):
            truth.observe(question, reference("batchnorm"), inputs)
        inputs.bn_param["mode"] = "train"


def test_running_statistics_are_not_those_of_torch(monkeypatch):
    question = syllabus.exercise("batchnorm").questions["batchnorm_forward"]
    assert lost([grade_question(question, reference("batchnorm"), live(SEEDS[0]))]) == []
    like_torch = Live(SEEDS[0])
    like_torch.known = lambda question: []
    torch = next(
        m for m in bank("batchnorm").of("batchnorm_forward") if m.name == "unbiased-running-var"
    )
    right = reference("batchnorm")
    monkeypatch.setattr(truth, "reference", lambda name: reference(name, **torch.replaced))
    rejected = lost([grade_question(question, right, like_torch)])
    assert "batchnorm_forward::running" in str(rejected)


EPS_MISTAKES = {
    "batchnorm_forward": (
        "eps-outside",
        "eps-outside-in-training",
        "eps-outside-in-test-mode",
        "no-eps",
        "no-eps-in-training",
        "no-eps-in-test-mode",
    ),
    "batchnorm_backward": ("eps-of-its-own", "eps-left-out"),
    "batchnorm_backward_alt": ("own-eps", "without-eps"),
}


def at_default_eps(case):
    """A case with the eps that public tests use, and no constant feature."""

    def build(rng):
        built = dict(case.build(rng))
        built["bn_param"] = {**built["bn_param"], "eps": 1e-5}
        built["x"] = built["x"] + np.arange(len(built["x"]))[:, np.newaxis]
        return built

    return Case(case.name, case.sentence, build)


@pytest.mark.parametrize("name", EPS_MISTAKES)
def test_a_mistake_with_eps_costs_the_points_of_eps_and_is_not_seen_at_its_default(
    name, monkeypatch
):
    question = syllabus.exercise("batchnorm").questions[name]
    mistakes = {m.name: m for m in bank("batchnorm").of(name)}
    for mistake in EPS_MISTAKES[name]:
        wrong = reference("batchnorm", **mistakes[mistake].replaced)
        for seed in SEEDS:
            mark = grade_question(question, wrong, live(seed))
            assert 1 <= mark.max_score - mark.score <= 2, mistake
            failed = {f.check for f in mark.findings if f.verdict != Verdict.PASSED}
            assert failed <= {"eps", "test-eps"}
    plain = {case.name: at_default_eps(case) for case in question.cases}
    monkeypatch.setattr(question, "cases", tuple(plain.values()))
    checks = [
        type(check)(**{**vars(check), "cases": tuple(plain[c.name] for c in check.cases)})
        for check in question.checks
    ]
    monkeypatch.setattr(question, "checks", checks)
    for mistake in EPS_MISTAKES[name]:
        wrong = reference("batchnorm", **mistakes[mistake].replaced)
        assert lost([grade_question(question, wrong, live(SEEDS[0]))]) == [], mistake


# --- files that do not import -----------------------------------------------------------------

BATCHNORM = (ROOT / "solutions" / "batchnorm.py").read_text(encoding="utf-8")
DAMAGES = {
    "a python 2 print": b'print "loaded"\n',
    "a module that is not installed": b"import cs231n\nfrom pylab import *\n",
    "an exit": b"import sys\nsys.exit('done')\n",
    "an error": b"x = undefined_name[0]\n",
    "a broken function": b"def experiment(:\n    return\n\n",
    "an unfinished block": b"if True:\n",
    "a magic of notebooks": b"%matplotlib inline\n!pip install numpy\n",
    "a marker of git": b"<<<<<<< HEAD\n",
    "a line of prose": b"2) what is asked for in the second part\n",
    "another encoding": "# 배치 정규화\n".encode("cp949"),
    "old line ends": b"import os\r\nraise RuntimeError\r\n",
}


def graded(source, questions=None):
    chosen = [q for q in syllabus.questions() if q.exercise == "batchnorm"]
    with LocalSession({"batchnorm.py": source}) as session:
        return grade(session, live(SEEDS[0]), "student", chosen)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_a_file_that_does_not_import_is_salvaged(damage, place):
    source = BATCHNORM.encode()
    cut = {"before": 0, "between": source.index(b"def batchnorm_backward("), "after": len(source)}
    source = source[: cut[place]] + DAMAGES[damage] + b"\n" + source[cut[place] :]
    report = graded(source)
    assert report.score == report.max_score == 22, lost(report.marks)
    assert any("batchnorm.py line" in str(note) for note in report.notes)


def test_without_salvage_one_line_costs_the_whole_file(monkeypatch):
    def give_up(text, filename):
        return [], [loader.Problem(1, "syntax", "the file does not parse")]

    monkeypatch.setattr(loader, "_pieces", give_up)
    for damage in DAMAGES:
        assert graded(DAMAGES[damage] + BATCHNORM.encode()).score == 0, damage


def test_a_function_that_does_not_parse_costs_itself_and_names_the_line():
    unpacking = "    x_hat, _, std, gamma = cache\n"
    assert BATCHNORM.count(unpacking) == 1
    broken = BATCHNORM.replace(unpacking, unpacking.replace("=", "= ="))
    line = 1 + broken[: broken.index("= =")].count("\n")
    report = graded(broken.encode())
    assert report.score == 18
    assert {line.split("::")[0] for line in lost(report.marks)} == {"batchnorm_backward_alt"}
    assert all(f"batchnorm.py line {line}" in text for text in lost(report.marks))
    assert [str(note) for note in report.notes] == [
        f"batchnorm.py line {line} does not parse: invalid syntax"  # and no line of a docstring
    ]


# --- what gets nothing ------------------------------------------------------------------------


def everything(leaf):
    """For each exercise the functions of its questions, with ``leaf`` in place of all values."""
    return {
        exercise.name: {
            name: spoilt(vars(reference_module(exercise.name))[name], leaf)
            for name in exercise.questions
        }
        for exercise in syllabus.exercises()
    }


def reference_module(name):
    return importlib.import_module(f"solutions.{name}")


def score(functions, seed):
    return sum(
        grade_question(question, reference(name, **replaced), live(seed)).score
        for name, replaced in functions.items()
        for question in syllabus.exercise(name).questions.values()
    )


def filled(constant):
    """``constant`` in the shape of the right value."""

    def leaf(value, _):
        return np.full(np.shape(value), constant) if np.ndim(value) else constant

    return leaf


def first_array(value, arguments):
    """The function's first argument, or the first array in it."""
    found = []
    mapped([a for a in arguments if isinstance(a, (np.ndarray, list, dict))], found.append)
    return found[0] if found else arguments[0]


def noise(value, _):
    return np.random.default_rng(7).normal(size=np.shape(value))


EMPTY = {
    **{f"{value!r} in the right shape": filled(value) for value in (0.0, 1.0, -1.0, 0.5, True)},
    **{f"{value!r} in the right shape": filled(value) for value in (math.nan, math.inf, 1e-8)},
    **{repr(word): lambda *_, word=word: word for word in ("good", "diverged", "too low", "", "0")},
    **{repr(value): lambda *_, value=value: value for value in (0, 1, True, False, None)},
    "the first argument": lambda value, arguments: arguments[0],
    "the first array": first_array,
    "noise": noise,
}


@pytest.mark.parametrize("answer", EMPTY)
def test_an_answer_without_content_earns_next_to_nothing(answer):
    for seed in SEEDS[:3]:
        assert score(everything(EMPTY[answer]), seed) <= CHANCE


def test_the_empty_answers_would_be_right_if_they_had_content():
    assert score(everything(lambda value, _: value), SEEDS[0]) == 100


WRONG_PAIRS = {
    "identity": (lambda x, *_: (x, None), lambda dout, _: dout),
    "square": (lambda x, *_: (x * x, x), lambda dout, x: 2 * x * dout),
    "zero": (lambda x, *_: (0 * x, None), lambda dout, _: 0 * dout),
    "minus": (lambda x, *_: (-x, None), lambda dout, _: -dout),
}


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "elu"])
@pytest.mark.parametrize("pair", WRONG_PAIRS)
def test_a_backward_that_fits_a_wrong_forward_earns_nothing(name, pair):
    forward, backward = WRONG_PAIRS[pair]
    replaced = {f"{name}_forward": forward, f"{name}_backward": backward}
    questions = [syllabus.exercise("activations").questions[one] for one in replaced]
    for seed in SEEDS:
        candidate = reference("activations", **replaced)
        assert [grade_question(q, candidate, live(seed)).score for q in questions] == [0, 0]
    question = questions[1]
    case = question.cases[0]
    inputs = live(SEEDS[0]).inputs(question, case)
    own = question.numeric(reference("activations", **replaced), inputs)["dx"]
    dx = truth.observe(question, reference("activations", **replaced), inputs)["dx"]
    assert close(dx, own)  # a grader that believed the student's own forward would give points


def test_upstream_gradients_are_of_both_signs_and_unlike():
    """With ones as dout a batch normalisation that sends nothing back would be right."""
    for question in syllabus.questions():
        for case in question.cases:
            inputs = live(SEEDS[0]).inputs(question, case)
            if hasattr(inputs, "dout"):
                assert (inputs.dout > 0).any()
                assert (inputs.dout < 0).any()
                assert np.unique(np.abs(inputs.dout)).size == inputs.dout.size
                assert np.abs(inputs.dout).min() > 0.1
    question = syllabus.exercise("batchnorm").questions["batchnorm_backward"]
    inputs = live(SEEDS[0]).inputs(question, question.cases[0])
    inputs = type(inputs)(**{**vars(inputs), "dout": np.ones_like(inputs.dout)})
    dx = truth.observe(question, reference("batchnorm"), inputs)["dx"]
    assert numerics.deviation(0 * dx, dx) < numerics.TOLERANCE


# --- the name of a mistake --------------------------------------------------------------------


def alpha_written_over_a_copy(dout, cache):
    x, alpha = cache
    dx = dout.copy()
    dx[x < 0] = alpha  # where x is 0 any slope is right: this one is 1, the bank's is alpha
    return dx


def whole_difference_not_in_brackets(x, alpha=1.0):
    return np.where(x >= 0, x, alpha * np.exp(np.minimum(x, 0)) - 1), (x, alpha)


def components_by_falling_variance(x_train, x_test, eps=1e-5):
    mean = x_train.mean(axis=0)
    u, s, _ = np.linalg.svd(np.cov(x_train.T, bias=True))
    return (x_train - mean) @ u / (s + eps), (x_test - mean) @ u / (s + eps)


@pytest.mark.parametrize(
    ("name", "mistake", "function"),
    [
        ("leaky_relu_backward", "alpha-replaces-dout", alpha_written_over_a_copy),
        ("elu_forward", "alpha-times-exp-only", whole_difference_not_in_brackets),
        ("pca_whiten", "divided-by-eigenvalues", components_by_falling_variance),
    ],
)
def test_a_mistake_has_its_name_whatever_was_chosen_where_the_choice_is_free(
    name, mistake, function
):
    question = next(q for q in syllabus.questions() if q.name == name)
    mark = grade_question(
        question, reference(question.exercise, **{name: function}), live(SEEDS[0])
    )
    assert {f.diagnosis.misconception for f in mark.findings if f.diagnosis} == {mistake}


# --- whatever comes back ----------------------------------------------------------------------

# Whatever a function can return, as source, so that it is made anew in each call.
ODD = """
None | 'x' | '' | 3 | -0.0 | True | [] | {} | () | set() | object() | np | len | slice(1) | type
float('nan') | float('inf') | 10**400 | -(2**63) - 1 | 2**63 | 1j | b'x' | '\\ud800' | Ellipsis
np.full((6, 3), np.nan) | np.full((4, 4, 3), np.inf) | np.zeros((7, 5)) | np.zeros(0)
np.zeros((0, 3)) | np.zeros((2, 0)) | np.array(1.0) | np.array('x') | np.array(None)
np.array([None, 'x'], dtype=object) | np.array(['a', 'b']) | ['a', 'b'] | [None] | [10**30, 1]
[[1, 2], [3]] | [[1.0, 2.0], [3.0, [4.0]]] | [np.zeros(2), np.zeros(3)] | [np.zeros(3)] * 5
np.ones((6, 3), dtype=complex) | np.zeros((1,) * 9) | [[[[[[[[[1.0]]]]]]]]] | [[]] | [[[]]] | [()]
(i for i in range(3)) | range(3) | {1, 2} | map(abs, [1]) | lambda: 0 | Exception() | NotImplemented
np.matrix([[1.0, 2.0]]) | np.ma.masked_array([1.0, 2.0], mask=[1, 0]) | np.ma.masked
np.zeros(3, dtype=[('a', float)]) | np.array(['2020-01-01'], dtype='datetime64[D]')
np.float16(1) | np.longdouble(1) | np.uint64(2**64 - 1) | np.int8(1) | np.str_('x') | np.bool_(1)
(1,) | (1, 2) | (1,) * 9 | ({},) | [{}] | {'w': 1} | {'w': 'x', 'b': None} | {(1, 2): 3}
{2**70: 1} | {None: 1} | {'learning_rate': 1, 'reg': (1, 'x', None)}
[1] * 20000 | np.zeros(10**4) | np.broadcast_to(0.0, (10**7, 10**7))
"""
ODD = [expression for line in ODD.strip().splitlines() for expression in line.split(" | ")]


def odd_answers(function):
    """``function`` with an odd value as its answer, in each part of it, or left in a dict."""
    for expression in ODD:

        def odd(*_, expression=expression, **__):
            return eval(expression, {"np": np})

        yield f"{expression} returned", odd
        yield f"{expression} in the results", spoilt(function, odd, left=False)
        if function.__name__ in ("batchnorm_forward", "sgd_step", "train"):
            yield f"{expression} in a dict", spoilt(function, odd, results=False)


def blamed_on_us(question, candidate):
    """Whether the grader failed on a candidate: with an exception, or by its own account."""
    try:
        mark = grade_question(question, candidate, live(SEEDS[0]))
    except Exception as error:
        return f"{question.name}: {error!r}"
    if Verdict.BROKEN in mark.verdicts:
        return f"{question.name}: {lost([mark])[0]}"
    return None


@pytest.mark.parametrize("question", syllabus.questions(), ids=lambda question: question.name)
def test_odd_answers_are_never_our_fault(question):
    """Of the function itself and, for a backward, of its forward beside a wrong backward."""
    functions = vars(reference_module(question.exercise))
    name, found = question.name, []
    for what, odd in odd_answers(functions[name]):
        found.append(blamed_on_us(question, reference(question.exercise, **{name: odd})))
        found[-1] = found[-1] and f"{what}: {found[-1]}"
    forward = re.sub("_backward(_alt)?$", "_forward", name)
    if forward != name:
        wrong = {name: spoilt(functions[name], filled(0.5))}
        for what, odd in odd_answers(functions[forward]):
            candidate = reference(question.exercise, **wrong, **{forward: odd})
            found.append(blamed_on_us(question, candidate))
            found[-1] = found[-1] and f"{forward}, {what}: {found[-1]}"
    assert [line for line in found if line] == []


def test_a_huge_answer_takes_no_time_of_ours():
    question = syllabus.exercise("deep_network").questions["forward_deep"]
    answer = np.zeros(10**5)
    started = time.process_time()
    grade_question(question, reference("deep_network", forward_deep=lambda *_: answer), live(11))
    assert time.process_time() - started < 1.0


@functools.cache
def result_counts():
    """How many results the grader asks each function for."""
    counts = {}
    for question in syllabus.questions():
        candidate = reference(question.exercise)

        def spy(request, answer=candidate.exchange):
            if request[0] == "call":
                counts[request[1], request[2]] = len(request[5])
            return answer(request)

        candidate.exchange = spy
        grade_question(question, candidate, live(SEEDS[0]))
    return counts


def submission_of(expression):
    """Files in which every function returns the expression as each of its results."""
    files = dict.fromkeys((f"{name}.py" for name in syllabus.EXERCISES), "import numpy as np\n")
    for (exercise, name), count in result_counts().items():
        results = ", ".join([f"({expression})"] * count)
        files[f"{exercise}.py"] += f"def {name}(*_, **__): return {results}\n"
    return {name: source.encode() for name, source in files.items()}


HOSTILE = [
    "type('L', (list,), {'__len__': lambda self: 1 / 0})([1])",
    "type('L', (list,), {'__iter__': lambda self: 1 / 0})([1, 2])",
    "type('F', (float,), {'__float__': lambda self: 1 / 0})(1)",
    "exec('raise SystemExit')",
    "exec('raise KeyboardInterrupt')",
    "exec('raise GeneratorExit')",
    "__import__('os')._exit(0)",
    "next(iter([]))",
    "(lambda f: f(f))(lambda f: f(f))",
    "(lambda l: l.append(l) or l)([])",
    "[0] * 10**10",
]


@pytest.mark.parametrize("part", range(4))
def test_a_worker_with_odd_answers_is_never_our_fault(part):
    with Slot() as slot:
        for expression in (ODD + HOSTILE)[part::4]:
            with WorkerSession(submission_of(expression), slot) as session:
                report = grade(session, live(SEEDS[0]), expression)
            assert Verdict.BROKEN not in report.verdicts, (expression, lost(report.marks))
            assert report.score <= CHANCE, expression
