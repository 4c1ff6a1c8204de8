"""One function of a student's file made an untouched stub again; the rest stays byte for byte.

The file is edited as lines of bytes: whatever its line ends and its encoding are, they stay.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from .definitions import DEFINITION
from .model import Unusable, text

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # as Python counts lines
END_OF_LINE = re.compile(rb"\r\n|\r|\n")
# In a file that does not parse: what ends a function. Brackets and quotes may close its own.
NEXT = re.compile(rb"(?!(?:else|elif|except|finally|case)\b)[^\s#)\]}\"']")
MARK = b"\xef\xbb\xbf"  # some editors begin UTF-8 with it
WIDE = (b"\xff\xfe", b"\xfe\xff")  # ... and UTF-16 with these
APART = 2  # empty lines between functions
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Span = tuple[int, int]  # the first line from 0, and the one after the last


@dataclass(frozen=True)
class Edited:
    """The file's bytes, and the line (from 1) on which the function begins now."""

    source: bytes
    line: int


def with_stub(source: bytes, function: str, given: bytes) -> Edited:
    """``source`` with the last definition of ``function`` as it is in ``given``.

    Its decorators go with it; a file that does not define it gets it at its end. Raises
    :class:`Unusable` where that cannot be done for sure.
    """
    if source.startswith(WIDE):
        raise Unusable(text("the file is not UTF-8: save it as UTF-8"))
    mark, lines = split(source)
    stub = stub_of(given, function)
    spans = list(places(lines, function))
    if not spans:
        return appended(mark, lines, stub)
    edits = [replaced(mark, lines, span, stub) for span in reversed(spans)]
    if len(edits) == 1:
        return edits[0]
    for edited in edits:  # the file does not parse: with the right one mended, it may
        if parsed(edited.source) is not None:
            return edited
    raise Unusable(
        text(
            "the file does not parse, and {function} is in it {count} times",
            function=function,
            count=len(spans),
        )
    )


def emptied(now: bytes, before: bytes, function: str, given: bytes) -> bool:
    """Whether ``function`` is an untouched stub now and was something else before."""
    was = text_of(before, function)
    stub = text_of(given, function)
    return was is not None and text_of(now, function) == stub != was


def text_of(source: bytes, function: str) -> bytes | None:
    """The function as it stands there, with plain line ends; None where that is not sure."""
    _, lines = split(source)
    try:
        ((first, end),) = places(lines, function)
    except (ValueError, Unusable):
        return None
    return END_OF_LINE.sub(b"\n", b"".join(lines[first:end])).strip()


def split(source: bytes) -> tuple[bytes, list[bytes]]:
    """The mark that the file begins with, if any, and its lines with their ends."""
    mark = MARK if source.startswith(MARK) else b""
    return mark, LINE.findall(source[len(mark) :])


def places(lines: list[bytes], function: str) -> Iterator[Span]:
    """Where the function is: its last definition; all that look like one if nothing parses."""
    tree = parsed(b"".join(lines))
    if tree is None:
        yield from places_by_text(lines, function)
        return
    found = [one for one in tree.body if isinstance(one, FUNCTIONS) and one.name == function]
    if found:
        refuse_rebinding(tree, found[-1], function)
        yield span_of(found[-1], lines)


def parsed(source: bytes) -> ast.Module | None:
    """The file's tree: as Python reads it, else letter by letter, which keeps all lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a student's code is like
        for readable in (source, source.removeprefix(MARK).decode("latin-1")):
            try:
                return ast.parse(readable)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
    return None


def span_of(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[bytes]) -> Span:
    """From the first decorator to the last line that is indented below the function."""
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
    end = node.end_lineno or node.lineno
    for number in range(end, len(lines)):
        if re.match(rb"[ \t]+#", lines[number]):  # a comment at the end of the body
            end = number + 1
        elif lines[number].strip():
            break
    return first, end


def refuse_rebinding(tree: ast.Module, node: ast.stmt, function: str) -> None:
    """Where the name gets another value further down, a stub here would change nothing."""
    for later in tree.body[tree.body.index(node) + 1 :]:
        if any(binds(one, function) for one in walk_outside_functions(later)):
            raise Unusable(
                text(
                    "line {line} gives {function} another value: take that out",
                    line=later.lineno,
                    function=function,
                )
            )


def walk_outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
        for child in ast.iter_child_nodes(node):
            yield from walk_outside_functions(child)


def binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.alias):
        return name in (node.asname, node.name)
    return getattr(node, "name", None) == name


def places_by_text(lines: list[bytes], function: str) -> Iterator[Span]:
    for number, line in enumerate(lines):
        found = DEFINITION.match(line)
        if found and found[1] == function.encode():
            first = number
            while first and lines[first - 1].startswith(b"@"):
                first -= 1
            ends = (n for n in range(number + 1, len(lines)) if NEXT.match(lines[n]))
            yield first, without_what_follows(lines, number, next(ends, len(lines)))


def without_what_follows(lines: list[bytes], first: int, end: int) -> int:
    """Empty lines and comments before the next definition belong to that one."""
    while end > first + 1 and re.match(rb"\s*$|#", lines[end - 1]):
        end -= 1
    return end


def stub_of(given: bytes, function: str) -> list[bytes]:
    lines = LINE.findall(given)
    ((first, end),) = places(lines, function)
    return lines[first:end]


def replaced(mark: bytes, lines: list[bytes], span: Span, stub: list[bytes]) -> Edited:
    first, end = span
    ending = end_of(lines[first]) or end_of(lines[0]) or b"\n"
    new = [END_OF_LINE.sub(ending, line) for line in stub]
    if not end_of(lines[end - 1]):  # the file's last line, and nothing ends it
        new[-1] = END_OF_LINE.sub(b"", new[-1])
    return Edited(mark + b"".join([*lines[:first], *new, *lines[end:]]), first + 1)


def appended(mark: bytes, lines: list[bytes], stub: list[bytes]) -> Edited:
    ending = (end_of(lines[0]) if lines else b"") or b"\n"
    before = b"".join(lines)
    if lines:
        before += (b"" if end_of(lines[-1]) else ending) + ending * APART
    new = b"".join(END_OF_LINE.sub(ending, line) for line in stub)
    return Edited(mark + before + new, len(LINE.findall(before)) + 1)


def end_of(line: bytes) -> bytes:
    found = END_OF_LINE.search(line)
    return found[0] if found else b""
