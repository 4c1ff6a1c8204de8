"""Emptying one function: it becomes the untouched stub, and everything else stays byte for byte."""

import ast
import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder import backups, stubs
from autograder.cli import main
from autograder.editing import MARK, with_stub
from autograder.model import Unusable
from autograder.places import SOLUTIONS

STUB = b'''\
"""Given."""

import numpy as np


def before(x):
    return x


def target(x, alpha=0.01):
    """What it has to do."""
    # Hint: think.
    raise NotImplementedError("target is not written yet")


def after(x):
    return x
'''
TEXT = b'''\
def target(x, alpha=0.01):
    """What it has to do."""
    # Hint: think.
    raise NotImplementedError("target is not written yet")
'''


def stubbed(source, function="target"):
    return with_stub(source, function, STUB).source


# The rest stays as it is

ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
NOISE = st.lists(
    st.sampled_from(
        [
            b"",
            b"# a comment, \xb0\xa1 in another encoding",
            b"import numpy as np",
            b'"""text with def target(x): in it"""',
            b"if True:\n    y = 1",
            b"def other(x):\n    return [\n        x,\n    ]",
            b"class Layer:\n    def target(self):\n        return 1",
            b"async def later():\n\treturn 1",
            b"value = 1  # trailing\x0c",
            b"    ",
        ]
    ),
    max_size=5,
)
BODIES = st.sampled_from(
    [
        b"def target(x):\n    return x",
        b"def target(x,\n           alpha=1):\n    '''\nleft of everything\n'''\n    return x",
        b"@cache\n@other(\n    1)\ndef target(x):\n\n    if x:\n        return 1\n\n    return 2",
        b"async def target(x): return x",
        b"def target(x):\n\treturn x\n\t# the end",
        b"def target(x):\n    def target(y):\n        return y\n    return target(x)",
    ]
)


@given(NOISE, BODIES, NOISE, ENDS, st.booleans(), st.booleans())
def test_everything_else_stays_byte_for_byte(above, body, below, end, marked, ended):
    before = b"".join(one + b"\n" for one in above)
    after = b"".join(b"\n" + one for one in below) + (b"\n" if ended else b"")
    if b"\n" not in before + body + after:
        end = b"\n"  # one line without an end: nothing says which ends the file has
    before, body, after, stub = (part.replace(b"\n", end) for part in (before, body, after, TEXT))
    mark = MARK if marked else b""
    if not after.strip():
        stub = stub.removesuffix(end)  # the function is the file's last line
    assert stubbed(mark + before + body + after) == mark + before + stub.removesuffix(end) + after


@given(st.binary(max_size=200))
def test_any_bytes_are_edited_or_refused_in_a_sentence(source):
    with contextlib.suppress(Unusable):
        stubbed(source)


@given(NOISE, st.lists(BODIES, min_size=2, max_size=3), ENDS)
def test_the_last_of_several_definitions_counts(above, bodies, end):
    parts = [b"".join(one + b"\n" for one in above), *(one + b"\n" for one in bodies)]
    *first, _ = (part.replace(b"\n", end) for part in parts)
    source = b"".join(part.replace(b"\n", end) for part in parts)
    assert stubbed(source) == b"".join(first) + TEXT.replace(b"\n", end)


@pytest.mark.parametrize("path", sorted(SOLUTIONS.glob("[!_]*.py")), ids=lambda path: path.stem)
def test_emptying_each_function_of_a_reference_gives_the_assignment(path):
    untouched = stubs.untouched()[path.name]
    source = path.read_bytes()
    for one in ast.parse(source).body:
        if isinstance(one, ast.FunctionDef):
            source = with_stub(source, one.name, untouched).source
    assert source == untouched


def test_the_stubs_are_ascii_and_so_of_every_encoding():
    assert all(source.isascii() for source in stubs.untouched().values())


# What belongs to the function


def test_decorators_and_a_last_comment_go_and_comments_above_stay():
    after = b"\n# of after\ndef after(x): 1\n"
    source = b"# mine\n@njit\ndef target(x):\n    return x\n\n    # later\n" + after
    assert stubbed(source) == b"# mine\n" + TEXT + after


def test_a_function_that_is_gone_comes_back_at_the_end():
    for source, between in (
        (b"x = 1\r\n", b"\r\n\r\n"),
        (b"x = 1", b"\n\n\n"),
        (b"if x:\n    def target(x): 1\n", b"\n\n"),
    ):
        edited = with_stub(source, "target", STUB)
        end = between[: between.index(b"\n") + 1]
        assert edited.source == source + between + TEXT.replace(b"\n", end)
        assert edited.source.splitlines()[edited.line - 1].startswith(b"def target")
    assert stubbed(b"") == TEXT


@pytest.mark.parametrize(
    "later",
    [
        "target = other",
        "target: int = 1",
        "from math import exp as target",
        "if x:\n    target = 1",
        "class target: pass",
        "del target",
        "for target in []: pass",
        "with x as target: pass",
        "x = [target := 1]",
    ],
)
def test_a_value_that_the_name_gets_later_is_said_with_its_line(later):
    with pytest.raises(Unusable, match="line 3 gives target another value"):
        stubbed(f"def target(x):\n    return x\n{later}\n".encode())


def test_another_scope_is_no_later_value():
    later = (
        b"def f():\n    target = 1\nclass C:\n    target = 1\ng = lambda target: 1\nz = target\n"
    )
    assert stubbed(b"def target(x): 1\n" + later) == TEXT + later


# Files that do not parse


def test_a_function_with_a_syntax_error_is_found_by_its_text():
    above, below = b"def f(x):\n    return (x)\n\n\n", b"\n\n# of g\ndef g(x):\n    return x\n"
    for body in (
        b"def target(x):\n    return (x, x\n",
        b"def target(x):\n    '''open\n    return x\n",
        b"@njit\ndef target(x:\n    return x\n",
        b"def target(x)\n    return x\n    # end\n",
        b"def target(x):\n    if x:\n    else:\n        print 'x'\n",
    ):
        assert stubbed(above + body + below) == above + TEXT + below


def test_where_another_function_is_broken_too_only_one_place_will_do():
    broken = b"def g(x):\n    return (x\n"
    assert stubbed(b"def target(x):\n    return 1\n\n" + broken) == TEXT + b"\n" + broken
    twice = b"def target(x):\n    return 1\n" * 2 + broken
    with pytest.raises(Unusable, match="does not parse, and target is in it 2 times"):
        stubbed(twice)


def test_of_two_places_the_one_that_mends_the_file_is_taken():
    kept = b'old = """\ndef target(x):\n    text\n"""\n'
    assert stubbed(b"def target(x):\n    return (\n" + kept) == TEXT + kept


def test_a_file_in_utf_16_is_refused():
    with pytest.raises(Unusable, match="save it as UTF-8"):
        stubbed("def target(x): return 1".encode("utf-16"))


# The command


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "김 철수"
    place.mkdir()
    for path in SOLUTIONS.glob("[!_]*.py"):
        (place / path.name).write_bytes(path.read_bytes())
    return place


def reset(folder, *arguments):
    return main(["reset", *arguments, "--folder", str(folder)])


def test_a_function_is_emptied_and_the_old_file_kept(folder, capsys):
    file = folder / "activations.py"
    before = file.read_bytes()
    file.chmod(0o640)
    assert reset(folder, "relu_forward") == 0
    said = capsys.readouterr().out
    line = int(re.search(r"activations.py:(\d+)", said)[1])
    assert file.read_bytes().splitlines()[line - 1] == b"def relu_forward(x):"
    assert file.stat().st_mode & 0o777 == 0o640
    copy = Path(re.search(r"^Backup +(.*)$", said, re.M)[1])
    assert copy.parent == folder / ".backup"
    assert copy.read_bytes() == before
    assert reset(folder, "relu_forward") == 0
    assert "like that already" in capsys.readouterr().out
    assert len(list(copy.parent.iterdir())) == 1


def test_undo_brings_back_and_undo_of_it_too(folder, capsys):
    file = folder / "activations.py"
    before = file.read_bytes()
    reset(folder, "relu_forward")
    empty = file.read_bytes()
    reset(folder, "he_init")
    assert reset(folder, "--undo", "relu_forward") == 0
    assert file.read_bytes() == before
    assert reset(folder, "--undo", "activations.py") == 0
    assert file.read_bytes() == empty
    assert reset(folder, "--undo", "initializers") == 0
    assert (folder / "initializers.py").read_bytes() == (SOLUTIONS / "initializers.py").read_bytes()


@pytest.mark.parametrize("name", [[], ["relu_forward"]])
def test_undo_leaves_what_was_written_since(folder, name):
    file = folder / "activations.py"
    before = file.read_bytes()
    reset(folder, "relu_forward")
    file.write_bytes(file.read_bytes().replace(b"1 - out**2", b"1 - out * out"))
    assert reset(folder, "--undo", *name) == 0
    assert file.read_bytes() == before.replace(b"1 - out**2", b"1 - out * out")


def test_undo_of_a_function_finds_it_in_any_backup(folder, capsys):
    file = folder / "activations.py"
    before = file.read_bytes()
    reset(folder, "relu_forward")
    reset(folder, "tanh_forward")
    assert reset(folder, "--undo", "relu_forward") == 0
    assert reset(folder, "--undo", "tanh_forward") == 0
    assert file.read_bytes() == before
    assert reset(folder, "--undo", "elu_forward") == 2
    assert "has another elu_forward" in capsys.readouterr().err


def test_undo_without_a_name_takes_the_newest_of_all(folder, monkeypatch):
    reset(folder, "relu_forward")
    reset(folder, "he_init")
    copies = sorted((folder / ".backup").iterdir(), key=lambda path: path.name)
    copies[0].rename(copies[0].with_name("activations-2001-01-01_00-00-00.py"))
    emptied = (folder / "activations.py").read_bytes()
    assert reset(folder, "--undo") == 0
    assert (folder / "initializers.py").read_bytes() == (SOLUTIONS / "initializers.py").read_bytes()
    assert (folder / "activations.py").read_bytes() == emptied


def test_copies_of_one_second_do_not_replace_each_other(folder):
    file = folder / "activations.py"
    names = []
    for number in range(3):
        file.write_bytes(b"%d" % number)
        names.append(backups.keep(file).name)
    assert names == sorted(set(names))
    assert backups.newest(folder, "activations.py").read_bytes() == b"2"
    assert backups.newest(folder).name == names[-1]
    assert backups.newest(folder, "batchnorm.py") is None


def test_a_file_by_any_of_its_names_begins_anew(folder, capsys):
    for name in ("network.py", "network", "assignment/network.py", r"assignment\network.py"):
        (folder / "network.py").write_bytes(b"# changed")
        assert reset(folder, name) == 0
        assert (folder / "network.py").read_bytes() == stubs.untouched()["network.py"]
    (folder / "batchnorm.py").unlink()
    assert reset(folder, "batchnorm_forward") == 0
    assert (folder / "batchnorm.py").read_bytes() == stubs.untouched()["batchnorm.py"]


def test_what_cannot_be_done_is_said_with_the_way_out(folder, capsys):
    assert reset(folder) == 2
    assert "say which function or file" in capsys.readouterr().err
    assert reset(folder, "relu_foward") == 2
    assert "did you mean relu_forward" in capsys.readouterr().err
    assert reset(folder, "--undo") == 2
    assert "no backup" in capsys.readouterr().err
    file = folder / "activations.py"
    file.write_bytes(file.read_bytes() + b"\nrelu_forward = tanh_forward\n")
    before = file.read_bytes()
    assert reset(folder, "relu_forward") == 2
    assert "reset activations.py" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert not (folder / ".backup").exists()


def test_a_folder_that_cannot_be_written_changes_nothing(folder, capsys, monkeypatch):
    def refuse(path, data):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("autograder.writing.replace", refuse)
    before = (folder / "activations.py").read_bytes()
    assert reset(folder, "relu_forward") == 2
    said = capsys.readouterr()
    assert "Permission denied" in said.err
    assert said.out == ""
    assert (folder / "activations.py").read_bytes() == before


@given(st.binary(max_size=50))
def test_what_is_emptied_is_the_stub_wherever_it_stands(tail):
    assume(b"target" not in tail)
    source = b"def target(x):\n    return 1\n\n\n" + tail
    with contextlib.suppress(Unusable):
        assert stubbed(source).startswith(TEXT.removesuffix(b"\n"))
