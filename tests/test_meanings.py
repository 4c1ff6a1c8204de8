"""Exceptions that beginners raise, and what is said of them: never more than can be told."""

import re

import numpy as np
import pytest

from autograder import syllabus
from autograder.grade import Memory, grade
from autograder.meanings import MEANINGS, meaning
from autograder.model import Verdict
from autograder.names import arguments, assigned, close
from autograder.raising import LONGEST, Raising
from autograder.report.practice import are_stubs
from autograder.sandbox.reply import Raised
from autograder.session import LocalSession
from autograder.truth import Live

TRUTH = Live(11)
NOTHING = ""  # no line at all: the message says it, or nothing can be told
FORWARD = """import numpy as np

def relu_forward(x):
    scale = 1.0
    return np.maximum(x, 0), {cache}

"""


def said(name, source):
    """What is said of the exception that a function of ``source`` raises: the lines "means"."""
    asked = next(one for one in syllabus.questions() if one.name == name)
    with LocalSession({f"{asked.exercise}.py": source.encode()}) as session:
        report = grade(session, TRUTH, "s", [asked])
    findings = [one for one in report.marks[0].findings if one.verdict == Verdict.RAISED]
    assert findings, [str(one.message) for one in report.marks[0].findings]
    return " ".join(str(d.text) for d in findings[0].details if d.label == "means")


BACKWARD = [  # the cache that the forward returns, the body of the backward, what is said
    ("{'y': x}", "x = cache['x']", "The cache holds no x: store it there"),
    ("x", "colors = {}; return colors['b']", NOTHING),
    ("{'y': x}", "return {}[cache['y'].ndim and 'b']", NOTHING),
    ("{'y': x}", "cache = {}\n    return cache['b']", NOTHING),
    ("(x, x, x)", "a, b, c, d = cache", "Here 4 values are unpacked, and the forward has packed"),
    ("(x, x, x)", "a, b = cache", "Here 2 values are unpacked, and the forward has packed"),
    ("x", "a, b = [1, 2, 3]", NOTHING),
    ("x", "a, b, c, d, e = dout.shape", "dout does not have 5 axes here"),
    ("None", "a, b = cache", "The cache is None: return what"),
    ("None", "a = cache[0]", "The cache is None: return what"),
    ("x", "a = [3, 1].sort()[0]", "Something in this line is None: a function without return"),
    ("x", "a, b = [3, 1].sort()", "Something in this line is None: a function without return"),
    ("np.float64(1)", "a, b = cache", "The cache is one value, not a tuple"),
    ("x", "return dout * scale", "scale exists only in the forward"),
    ("x", "return [dout * scale for _ in 'x']", "scale exists only in the forward"),
    ("x", "s = 1\n    return duot * s", "duot has no value here: is dout meant?"),
    ("x", "return DOUT", "DOUT has no value here: is dout meant?"),
    ("x", "return relu_foward(dout)", "relu_foward has no value here: is relu_forward meant?"),
    ("x", "return rnage(3)", "rnage has no value here: is range meant?"),
    ("x", "return helper(dout)", "helper has no value here: it is no argument"),
    ("x", "return math.exp(dout)", "math is not imported: write import math at the top"),
    ("x", "return qq", "qq has no value here: it is no argument, and no line"),
    (
        "x",
        "if dout is None: q = 1\n    return q",
        "q gets its value in a branch that was not taken",
    ),
    (
        "x",
        "b = a\n    a = 1",
        "a gets its value in a branch that was not taken, in a loop that did not run, or further",
    ),
]


@pytest.mark.parametrize(("cache", "body", "says"), BACKWARD)
def test_what_a_backward_raises_is_explained_from_its_line(cache, body, says):
    source = FORWARD.replace("{cache}", cache) + f"def relu_backward(dout, cache):\n    {body}\n"
    found = said("relu_backward", source)
    assert found.startswith(says)
    assert bool(found) == bool(says)


def test_what_a_helper_raises_is_not_laid_to_the_cache():
    helper = "def half(cache):\n    a, b = cache\n\n"
    other = "def relu_backward(dout, cache):\n    return half((1, 2, 3))\n"
    assert said("relu_backward", FORWARD.replace("{cache}", "x") + helper + other) == NOTHING
    helper = "def half(x):\n    return scale\n\n"
    other = "def relu_backward(dout, cache):\n    return half(dout)\n"
    found = said("relu_backward", FORWARD.replace("{cache}", "x") + helper + other)
    assert found.startswith("scale has no value here: it is no argument")


EXPRESSIONS = {  # in relu_forward(x), where x has two axes
    "np.max(0, x)": "np.max reduces one array, and takes an axis after it; np.maximum compares",
    "np.min(0, x)": "np.min reduces one array, and takes an axis after it; np.minimum compares",
    "math.exp(x)": "math.exp takes one number; NumPy's functions take whole arrays",
    "np.zeros(x)": "np.zeros takes a shape: is x.shape meant?",
    "[0 for i in range(x)]": "range takes whole numbers: is len(x) meant?",
    "[1, 2][np.array([0, 1])]": "An array stands where one whole number is expected",
    "float(x)": "An array stands where one number is expected.",
    "range(2.0)": "A float stands where a whole number is expected",
    "x if x == None else 0": "== None compares every entry of an array: write is None",
    "x if x != None else 0": "!= None compares every entry of an array: write is not None",
    "max(0, x)": "Python's max wants single numbers; np.maximum compares",
    "(x > 0) and (x < 1)": "and, or and not ask for one truth value",
    "x if x > 0 else 0": "An if asks for one truth value, and here is an array of them: use",
    "x if x > 0 and x < 1 else 0": "One truth value is asked for in this line",
    "x if x in [x + 1] else 0": "One truth value is asked for in this line",
    "bool(x)": "One truth value is asked for in this line",
    "np.ones((5, 3)) - np.ones(5)": "The shapes do not fit: (5,3) (5,). One number for each row",
    "np.ones(5) - np.ones((5, 3))": "The shapes do not fit: (5,) (5,3). One number for each row",
    "np.ones((5, 3)) - np.ones((4, 7))": "The shapes do not fit: (5,3) (4,7). Counted from the",
    "x @ x.T @ np.zeros((3, 99))": "The inner sizes of the two factors differ: a matrix product",
    "np.broadcast_to(1, 3).__setitem__(0, 2)": "This array may not be changed: make a copy",
    "np.add(np.zeros(3, int), 0.5, out=np.zeros(3, int))": "Floats are written into an array of",
    "helper(x)": NOTHING,
    "np.maximun(x, 0)": "NumPy has no function maximun: is np.maximum meant?",
    "np.zzrelu(x)": "NumPy has no function zzrelu: is it spelled as in the documentation?",
    "np.int(x)": NOTHING,  # NumPy says itself that it was removed
    "(x, x).T": "This is a container, not an array: take the array out of it first.",
    "{}.shape": "This is a container, not an array: take the array out of it first.",
    "{}.dx": NOTHING,
    "[x].shape": "This is a list, not an array: np.array makes an array of it.",
    "relu_forward(x)": "Functions call themselves deeper than Python allows",
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_numpy_really_says_is_recognised(expression):
    """NumPy words its errors anew from time to time."""
    head = "import math\nimport numpy as np\n\ndef helper(a, b):\n    return a\n\n"
    found = said("relu_forward", f"{head}def relu_forward(x):\n    return {expression}, x\n")
    assert found.startswith(EXPRESSIONS[expression])
    assert bool(found) == bool(EXPRESSIONS[expression])


def test_an_if_about_an_argument_that_may_be_none_is_told_so():
    source = "def relu_forward(x):\n    if not x:\n        return x\n"
    assert said("relu_forward", source).startswith("An if asks for one truth value, and x is an")


def test_another_signature_is_told_where_the_call_is_ours():
    assert "keep its signature" in said("relu_forward", "def relu_forward():\n    return 1\n")


def test_a_name_that_failed_to_import_is_explained_by_the_import():
    source = "import no_torch\n\ndef relu_forward(x):\n    return no_torch.relu(x), x\n"
    found = said("relu_forward", source)
    assert found.startswith("no_torch has no value here: ")
    assert "activations.py line 1 raised at import: ModuleNotFoundError" in found
    source = "LIMIT = 1 / 0\n\ndef relu_forward(x):\n    return LIMIT, x\n"
    assert "line 1 raised at import: ZeroDivisionError" in said("relu_forward", source)


def test_a_recursion_shows_its_line_once():
    asked = next(one for one in syllabus.questions() if one.name == "relu_forward")
    source = b"def relu_forward(x):\n    return relu_forward(x)\n"
    with LocalSession({"activations.py": source}) as session:
        report = grade(session, TRUTH, "s", [asked])
    details = report.marks[0].findings[0].details
    assert [one.label for one in details] == ["line", "means"]


def raising(message, line="", source=b"", function="relu_backward"):
    kind = message.partition(":")[0]
    frames = (("activations.py", 1, function, line),) if line else ()
    return Raising(function, Raised((kind, "Exception"), message, frames), source)


@pytest.mark.parametrize("message", ["KeyError: 'x'", "OSError: no such file", "ValueError: mine"])
def test_other_exceptions_are_not_explained(message):
    assert meaning(raising(message)) is None
    assert meaning(raising(message, "return 1")) is None


def test_every_sentence_gets_its_values():
    for one in MEANINGS:
        groups = re.findall(r"\(\?P<(\w+)>", one.pattern + one.code)
        given = {"reason", "close", "statement"} & one.sentence.values.keys()
        assert set(re.findall(r"\{(\w+)\}", one.sentence.template)) == {*one.sentence.values}
        assert one.sentence.values.keys() <= {*groups, *given}


def test_long_lines_of_a_worker_are_cut():
    """It may send what it likes, and a pattern must not be kept busy by it."""
    line = "a, " * 10**6 + "= cache"
    message = "ValueError: " + "shapes " * 10**6
    long = raising(message, line, b"def relu_backward(" + b"a, " * 10**6)
    assert meaning(long) is None
    assert len(long.line) <= LONGEST


def test_names_are_read_from_source_that_does_not_parse():
    block = """def f(x, alpha=0.1, *, axis: int = 0) -> int:
    mean, (low, high) = x  # not = this
    out[mask] = sum(x, axis=1)
    for i, j in pairs: total += 1
    import math as m, numpy
    with open(x) as file:
        if x == y: print(x, end="")
        (
"""
    assert arguments(block) == ["x", "alpha", "axis"]
    found = assigned(block)
    assert {"mean", "low", "high", "out", "i", "j", "m", "file"} <= {*found}
    assert not {"this", "y", "print", "end", "x"} & {*found}


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("duot", ["cache", "dout"], "dout"),
        ("X", ["dx", "x"], "x"),
        ("x1", ["x2", "w1"], None),
        ("y", ["x"], None),
        ("maximun", dir(np), "maximum"),
        ("tahn", dir(np), "tanh"),
    ],
)
def test_a_name_is_close_to_another_only_if_it_may_stand_for_it(name, known, expected):
    assert close(name, known) == expected


STUB = '''def relu_forward(x):
    """Keep the positive entries.

    x = 1  is no code here
    """
    # Hint: np.maximum
    {code}raise NotImplementedError("relu_forward is not written yet")


LIMIT = 1
'''
STILL_THERE = "relu_forward: the line raise NotImplementedError is still there: delete it"


def message(source, name="relu_forward"):
    asked = next(one for one in syllabus.questions() if one.name == name)
    with LocalSession({f"{asked.exercise}.py": source.encode()}) as session:
        [finding, *_] = grade(session, TRUTH, "s", [asked]).marks[0].findings
    assert finding.verdict == Verdict.UNSOLVED
    return str(finding.message)


UNSOLVED = {
    "a stub": (STUB.format(code=""), "relu_forward is not written yet"),
    "code above the raise": (STUB.format(code="out = x * (x > 0)\n    "), STILL_THERE),
    "code below the raise": (
        STUB.format(code="").replace("\n\nL", "\n    return x\n\nL"),
        STILL_THERE,
    ),
    "the raise of another": (
        "import numpy as np\n\ndef help_me(x):\n    raise NotImplementedError\n\n\n"
        "def relu_forward(x):\n    return help_me(x)\n",
        "relu_forward is not written yet",
    ),
    "renamed": (
        "def relu_foward(x):\n    return x, x\n\ndef elu_forward(x):\n    return x, x\n",
        "activations.py has no function relu_forward: is relu_foward meant to be it?",
    ),
    "gone": (
        "def elu_forward(x):\n    return x, x\n",
        "activations.py has no function relu_forward",
    ),
    "an empty file": ("", "activations.py has no function relu_forward"),
}


@pytest.mark.parametrize("name", UNSOLVED)
def test_what_is_not_solved_says_what_is_in_the_way(name):
    source, says = UNSOLVED[name]
    assert message(source) == says


def test_nothing_is_wrong_is_said_of_stubs_only(tmp_path):
    asked = [one for one in syllabus.questions() if one.name == "relu_forward"]
    file = tmp_path / "activations.py"
    assert not are_stubs(asked, tmp_path)
    for name, (source, _) in UNSOLVED.items():
        file.write_text(source)
        assert are_stubs(asked, tmp_path) == (name == "a stub"), name


def test_marks_that_quote_a_file_are_not_remembered_for_another():
    """Two files may raise the same on the same line, and mean another name by it."""
    files = [f"def relu_forward({x}):\n    return duot\n" for x in ("dout", "duut")]
    memory, asked = Memory(), [one for one in syllabus.questions() if one.name == "relu_forward"]
    told = []
    for source in files:
        with LocalSession({"activations.py": source.encode()}) as session:
            session.said = lambda _: Equal()
            report = grade(session, TRUTH, "s", asked, memory=memory)
        told.append(str(report.marks[0].findings[0].details[-1].text))
    assert [f"is {x} meant?" in one for x, one in zip(("dout", "duut"), told, strict=True)] == [
        True,
        True,
    ]


class Equal:
    """Answers that are equal to all others."""

    def equals(self, data):
        return bool(data)

    def copy(self):
        return b"answers"

    def digest(self):
        return b"digest"
