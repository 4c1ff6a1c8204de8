"""Salvage: what is broken in a file costs only itself, and the line is named."""

import sys

import pytest

from autograder.sandbox import loader

GOOD = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"


@pytest.fixture(autouse=True)
def forget_modules():
    yield
    for name in ("student", "helper"):
        sys.modules.pop(name, None)


def load(source, **options):
    data = source if isinstance(source, bytes) else source.encode()
    return loader.load("student", data, **options)


def test_a_whole_file_is_executed_as_it_is():
    loaded = load(GOOD)
    assert loaded.module.one() == 1
    assert loaded.problems == ()


SALVAGED = {
    "syntax error in a function": ("def bad(:\n    return 0\n\n\n", 1, "syntax", ("bad",)),
    "python 2 print": ("def bad():\n    x = 1\n    print 'x'\n\n\n", 3, "syntax", ("bad",)),
    "python 2 print at top level": ("print 'hello'\n", 1, "syntax", ()),
    "unclosed bracket": ("def bad():\n    return (1,\n\n\n", 2, "syntax", ("bad",)),
    "wrong indentation": ("def bad():\nreturn 0\n\n\n", 1, "syntax", ("bad",)),
    "missing module": ("import no_such_module\n", 1, "import", ("no_such_module",)),
    "error at top level": ("\n\n1 / 0\n", 3, "import", ()),
    "exit at top level": ("import sys\nsys.exit(0)\n", 2, "import", ()),
    "decorator that fails": ("@nothing\ndef bad():\n    pass\n\n", 2, "import", ("bad",)),
    "null byte": ("x = '\0'\n", 1, "syntax", ()),
    "five thousand brackets": ("x = " + "(" * 5000 + ")" * 5000 + "\n", 1, "syntax", ()),
}


@pytest.mark.parametrize("name", SALVAGED)
def test_the_other_functions_survive(name):
    piece, line, kind, functions = SALVAGED[name]
    loaded = load(piece + GOOD)
    assert (loaded.module.one(), loaded.module.two()) == (1, 2)
    assert not hasattr(loaded.module, "bad")
    first = loaded.problems[0]
    assert (first.line, first.kind, first.functions) == (line, kind, functions)
    assert all(problem.kind == kind for problem in loaded.problems)


LINES = {  # a message's own line numbers are the file's too
    "def bad():\n    '''Doc.\n\n    return 1\n\n\n": (
        14,
        "unterminated triple-quoted string literal",
    ),
    "def bad():\n    return 'x\n\n\n": (14, "unterminated string literal"),
    "def bad():\n    return (\n        1]\n\n\n": (
        15,
        "closing parenthesis ']' does not match opening parenthesis '(' on line 14",
    ),
    "def bad():\n    if 1:\n    return 1\n\n\n": (
        15,
        "expected an indented block after 'if' statement on line 14",
    ),
}


@pytest.mark.parametrize("piece", LINES)
def test_a_syntax_error_names_lines_of_the_file_and_none_of_the_piece(piece):
    [problem] = load("import sys\n\n\n" + "x = 1\n" * 9 + piece + GOOD).problems
    assert (problem.line, problem.message) == LINES[piece]


MERGE = "<<<<<<< HEAD\n    return 1\n=======\n    return 2\n>>>>>>> other\n\n\n"
MERGES = {  # what stands above, the lines that are left where versions differ, what is lost
    "the whole body": ("def bad():\n", MERGE, ("bad",)),
    "after a docstring": ('def bad():\n    """Doc."""\n', MERGE, ("bad",)),
    "with nothing on one side": (
        "def bad():\n    x = 1\n",
        "<<<<<<< HEAD\n=======\n    return 2\n>>>>>>> other\n\n\n",
        ("bad",),
    ),
    "after its end": ("def bad():\n    return 1\n", MERGE, ()),
    "between functions": (
        "def bad():\n    pass\n\n",
        "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n\n\n",
        (),
    ),
    "a rest": ("def bad():\n    x = 1\n", "=======\n    return 2\n>>>>>>> other\n\n", ("bad",)),
}


@pytest.mark.parametrize("name", MERGES)
def test_a_half_done_merge_is_called_so_and_costs_the_function_that_it_cuts(name):
    above, markers, lost = MERGES[name]
    loaded = load(above + markers + GOOD)
    [problem] = loaded.problems
    assert (problem.kind, problem.functions) == ("merge", lost)
    assert problem.line == above.count("\n") + 1
    assert (loaded.module.one(), loaded.module.two()) == (1, 2)


def test_a_broken_piece_between_others_costs_itself_only():
    head, tail = GOOD.split("\n\n\n")
    loaded = load(f"{head}\n\n\ndef bad(x)\n    return x\n\n\n{tail}")
    assert (loaded.module.one(), loaded.module.two()) == (1, 2)
    assert loaded.problems[0].functions == ("bad",)


def test_statements_over_several_lines_stay_whole_beside_a_broken_one():
    source = (
        'TEXT = """\ndef not_code(:\n"""\nTABLE = [\n1,\n]\nif True:\n    a = 1\nelse:\n    a = 2\n'
    )
    loaded = load(source + "def bad(:\n    pass\n")
    assert (loaded.module.TABLE, loaded.module.a) == ([1], 1)
    assert loaded.module.TEXT.startswith("\ndef not_code")


def test_line_numbers_of_salvaged_functions_are_the_files_own():
    loaded = load("print 'x'\n\n\ndef fails():\n    return 1 / 0\n")
    assert loaded.module.fails.__code__.co_firstlineno == 4


def test_korean_in_another_encoding_is_graded_all_the_same():
    source = f"# 활성화 함수\n{GOOD}".encode("cp949")
    loaded = load(source)
    assert loaded.module.one() == 1
    assert [(p.line, p.kind) for p in loaded.problems] == [(1, "encoding")]


def test_a_declared_encoding_a_byte_order_mark_and_dos_lines_are_no_problem():
    assert load(f"# -*- coding: cp949 -*-\n# 함수\n{GOOD}".encode("cp949")).problems == ()
    assert load(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()).problems == ()


def test_definitions_only_leaves_out_code_that_runs():
    loaded = load(f"import math\nwhile True:\n    pass\n{GOOD}", definitions_only=True)
    assert loaded.module.one() == 1
    assert loaded.module.math.pi > 3
    assert [(p.line, p.kind) for p in loaded.problems] == [(2, "skipped")]


def test_future_annotations_hold_in_a_salvaged_file():
    loaded = load("from __future__ import annotations\n1 / 0\ndef f(x: Missing):\n    return x\n")
    assert loaded.module.f(1) == 1


def test_an_error_that_cannot_be_printed_is_described():
    class Nasty(Exception):
        def __str__(self):
            raise RuntimeError

    assert loader.describe(Nasty()) == "Nasty"
    assert len(loader.describe(ValueError("x" * 10**7))) < 400


def test_files_of_a_submission_import_each_other_and_shadow_nothing(monkeypatch):
    finder = loader.SubmissionFinder({"helper.py": b"value = 7\n", "math.py": b"pi = 3\n"})
    monkeypatch.setattr(loader.sys, "meta_path", [*loader.sys.meta_path, finder])
    loaded = load("import math\nfrom helper import value\n")
    assert loaded.module.value == 7
    assert loaded.module.math.pi > 3.1
