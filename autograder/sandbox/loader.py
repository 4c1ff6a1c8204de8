"""Source to functions, salvaging what can be salvaged.

One syntax error must not cost the other functions of a file, so a file that does not import is
taken apart: pieces that do not parse are left out, statements that raise are passed over, and each
loss is a :class:`Problem` that names its line. Imports nothing else of the project.
"""

from __future__ import annotations
import __future__

import ast
import codecs
import importlib.machinery
import importlib.util
import re
import sys
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

UNPARSABLE = (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError)
MAX_NAMES = 20  # that one statement is known to have lost
MAX_JOINED = 40  # column-0 lines that one statement may span when a file is taken apart
_STARTS = re.compile(r"(?!(?:else|elif|except|finally|case)\b)[^\s#)\]}]")
_DEFINES = re.compile(r"\s*(?:async\s+def|def|class)\s+(\w+)")
_MARKER = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s|$)")  # what git leaves where two versions differ
_DEFINITIONS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
)


@dataclass(frozen=True)
class Problem:
    """Something of a file that could not be used, and the names that it would have given."""

    line: int
    kind: str  # "encoding", "syntax", "merge", "import" or "skipped"
    message: str
    functions: tuple[str, ...] = ()  # and imported modules, and constants


@dataclass(frozen=True)
class Loaded:
    """A module as far as it could be executed, and what could not."""

    module: types.ModuleType
    problems: tuple[Problem, ...]


def load(name: str, source: bytes, *, definitions_only: bool = False) -> Loaded:
    """Execute ``source`` as module ``name``; never raises for anything the source does.

    ``definitions_only`` leaves out every top-level statement that is not an import, a definition
    or an assignment: the way to get at a file whose top level hangs or exits.
    """
    text, problems = decode(source)
    filename = f"{name}.py"
    if not problems and not definitions_only:
        module = _module(name)
        if _run_whole(text, filename, module):
            return Loaded(module, ())
    module = _module(name)
    pieces, unparsed = _pieces(text, filename)
    ran = list(_run_pieces(pieces, filename, module, definitions_only))
    ran = [_without(problem, vars(module)) for problem in ran]
    found = sorted([*problems, *unparsed, *ran], key=lambda problem: problem.line)
    return Loaded(module, tuple(found))


def decode(source: bytes) -> tuple[str, list[Problem]]:
    """Source bytes as text with plain line ends; undecodable bytes are replaced and reported."""
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = source.decode("utf-16", "replace").replace("\r\n", "\n")
        return text, [Problem(1, "encoding", "not UTF-8 text")]
    try:
        return importlib.util.decode_source(source), []
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = source.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        line = text.count("\n", 0, max(text.find("\ufffd"), 0)) + 1
        return text, [Problem(line, "encoding", "not UTF-8 text")]


def _module(name: str) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__file__ = f"{name}.py"
    sys.modules[name] = module  # so that the files of one submission can import each other
    return module


def _run_whole(text: str, filename: str, module: types.ModuleType) -> bool:
    try:
        exec(compile(text, filename, "exec", dont_inherit=True), module.__dict__)
    except KeyboardInterrupt:
        raise
    except BaseException:  # sys.exit at import is one of the things to salvage from
        return False
    return True


def _pieces(text: str, filename: str) -> tuple[list[ast.stmt], list[Problem]]:
    """All statements that parse, with their own line numbers, and the pieces that do not."""
    try:
        return ast.parse(text, filename).body, []
    except UNPARSABLE:
        pass
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if _STARTS.match(line)]
    ends = [*starts[1:], len(lines)]
    statements: list[ast.stmt] = []
    problems: list[Problem] = []
    index = 0
    while index < len(starts):
        parsed, used = _parse_piece(lines, starts[index], ends[index : index + MAX_JOINED])
        if parsed is None:
            problems.append(_syntax_problem(lines, starts[index], ends[index]))
            used = 1
        else:
            statements.extend(parsed)
        index += used
    return statements, _half_merged(lines, statements, problems)


def _parse_piece(
    lines: list[str], start: int, ends: list[int]
) -> tuple[list[ast.stmt] | None, int]:
    """Parse from ``start`` to the first end that gives whole statements."""
    for used, end in enumerate(ends, 1):
        try:
            tree = ast.parse("\n".join(lines[start:end]))
        except UNPARSABLE:
            continue
        for node in tree.body:
            ast.increment_lineno(node, start)
        return tree.body, used
    return None, 1


def _half_merged(
    lines: list[str], statements: list[ast.stmt], problems: list[Problem]
) -> list[Problem]:
    """The problems, those at the markers of a merge called so, once for each merge."""
    at_markers = [one for one in problems if _MARKER.match(lines[one.line - 1])]
    others = [one for one in problems if one not in at_markers]
    begun = [one for one in at_markers if lines[one.line - 1].startswith("<")] or at_markers[:1]
    for merge in begun:
        bare = [one for one in others if one.functions and _next(lines, one.line) == merge.line]
        others = [one for one in others if one not in bare]
        names = [*(name for one in bare for name in one.functions), *_cut(lines, statements, merge)]
        others.append(Problem(merge.line, "merge", "", tuple(names)))
    return others


def _cut(lines: list[str], statements: list[ast.stmt], merge: Problem) -> list[str]:
    """The function that goes on behind a marker and has not come to its end before it."""
    above = [one for one in statements if (one.end_lineno or 0) < merge.line]
    below = _next(lines, merge.line)
    while below and _MARKER.match(lines[below - 1]):
        below = _next(lines, below)
    if not above or not below or not lines[below - 1][0].isspace():
        return []
    last = above[-1]
    is_cut = isinstance(last, ast.FunctionDef) and not isinstance(last.body[-1], ast.Return)
    return list(_defined(last)) if is_cut else []


def _next(lines: list[str], line: int) -> int:
    """The line after ``line`` on which something stands; 0 if there is none."""
    below = (number for number, one in enumerate(lines[line:], line + 1) if one.strip())
    return next(below, 0)


def _syntax_problem(lines: list[str], start: int, end: int) -> Problem:
    piece = lines[start:end]
    functions = tuple(found[1] for line in piece[:1] if (found := _DEFINES.match(line)))
    try:
        ast.parse("\n".join(piece))
    except SyntaxError as error:
        line = start + min(error.lineno or 1, len(piece))
        return Problem(line, "syntax", _in_the_file(error.msg, start), functions)
    except UNPARSABLE as error:
        return Problem(start + 1, "syntax", str(error), functions)
    raise AssertionError("a piece that parses is no problem")


def _in_the_file(message: str, start: int) -> str:
    """A message on a piece from line ``start`` on: its lines are counted within the piece."""
    message = re.sub(r" \(detected at line \d+\)", "", message)  # the piece's end tells nothing
    return re.sub(r"\bon line (\d+)", lambda found: f"on line {start + int(found[1])}", message)


def _run_pieces(
    pieces: list[ast.stmt], filename: str, module: types.ModuleType, definitions_only: bool
) -> Iterator[Problem]:
    flags = 0
    for statement in pieces:
        if definitions_only and not isinstance(statement, _DEFINITIONS):
            if not isinstance(statement, ast.Expr) or isinstance(statement.value, ast.Call):
                yield Problem(statement.lineno, "skipped", "top-level code was left out")
            continue
        flags |= _future_flags(statement)
        try:
            code = compile(ast.Module([statement], []), filename, "exec", flags, dont_inherit=True)
            exec(code, module.__dict__)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            kind = "syntax" if isinstance(error, SyntaxError) else "import"
            yield Problem(statement.lineno, kind, describe(error), _defined(statement))


def _without(problem: Problem, given: Mapping[str, Any]) -> Problem:
    """The problem without the names that another statement has given; not too many are told."""
    names = tuple(name for name in problem.functions if name not in given)
    return replace(problem, functions=names[:MAX_NAMES])


def _future_flags(statement: ast.stmt) -> int:
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    names = [alias.name for alias in statement.names]
    return sum(
        getattr(__future__, name).compiler_flag for name in names if hasattr(__future__, name)
    )


def _defined(statement: ast.stmt) -> tuple[str, ...]:
    """The names that a statement would have given a value."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return tuple(one.asname or one.name.partition(".")[0] for one in statement.names)
    if isinstance(statement, ast.Assign):
        return tuple(one.id for one in ast.walk(statement) if _is_set(one))
    name = getattr(statement, "name", None)
    return (name,) if isinstance(name, str) else ()


def _is_set(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def describe(error: BaseException) -> str:
    """``Type: message`` in at most 300 characters, whatever the error's own ``__str__`` does."""
    name = type(error).__name__[:80]
    try:
        message = str(error)[:200]
    except BaseException:
        message = ""
    return f"{name}: {message}" if message else name


class SubmissionFinder:
    """Lets a submission's files import each other from memory.

    Appended to ``sys.meta_path``, never prepended: a file named numpy.py shadows nothing.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def find_spec(
        self, fullname: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if f"{fullname}.py" not in self.files:
            return None
        loader: Any = self  # not of importlib.abc: that imports tempfile and more
        return importlib.machinery.ModuleSpec(fullname, loader, origin=f"{fullname}.py")

    def create_module(self, _spec: importlib.machinery.ModuleSpec) -> None:
        """None: Python makes the module."""

    def exec_module(self, module: types.ModuleType) -> None:
        loaded = load(module.__name__, self.files[f"{module.__name__}.py"])
        module.__dict__.update(loaded.module.__dict__)
        sys.modules[module.__name__] = module
