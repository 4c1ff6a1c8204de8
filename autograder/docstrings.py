"""What a function is to do, as its docstring says it: paragraphs of sentences to be shown.

A sentence can be translated and wrapped; the lines of a formula that stand in columns stay as
they are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

FORMULA = "Formula"
# x: ..., low, high: ..., "mode": ..., 0: ...
ENTRY = re.compile(r"\"?\w+\"?(?:, \"?\w+\"?)*: ")


@dataclass(frozen=True)
class Sentence:
    """Words that belong together, and their indentation; ``fixed`` ones stay as they are."""

    words: str
    indent: int = 0
    fixed: bool = False


@dataclass(frozen=True)
class Task:
    """One function of the assignment: its signature and the paragraphs of its docstring."""

    signature: str
    paragraphs: tuple[tuple[Sentence, ...], ...]


def task(source: str, function: str) -> Task:
    """The task that ``function`` is in ``source``; KeyError where it does not define it."""
    defined = {one.name: one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef)}
    node = defined[function]
    header = " ".join(source.splitlines()[node.lineno - 1 : node.body[0].lineno - 1])
    signature = " ".join(header.removeprefix("def ").rstrip(": ").split())
    return Task(signature, paragraphs(ast.get_docstring(node) or ""))


def paragraphs(docstring: str) -> tuple[tuple[Sentence, ...], ...]:
    """Of a docstring without its indentation, as :func:`ast.get_docstring` gives it."""
    return tuple(tuple(sentences(part.splitlines())) for part in re.split(r"\n{2,}", docstring))


def sentences(lines: list[str]) -> Iterator[Sentence]:
    """The sentences of one paragraph: prose, a list below a heading, or a formula."""
    now = Sentence("")
    for line in lines:
        words = line.strip()
        indent = len(line) - len(line.lstrip())
        if indent and (now.fixed or is_heading_of_formula(now)):
            yield now
            now = Sentence(line.rstrip(), 0, fixed=True)
        elif not now.words:
            now = Sentence(words, indent)
        elif begins(words, indent, now):
            yield now
            now = Sentence(" ".join(words.split()), indent)
        else:
            now = Sentence(f"{now.words} {words}", now.indent)
    yield now


def is_heading_of_formula(sentence: Sentence) -> bool:
    return sentence.words.startswith(FORMULA) and sentence.words.endswith(":")


def begins(words: str, indent: int, now: Sentence) -> bool:
    """Whether a line begins a sentence of its own, instead of going on with ``now``."""
    if indent == 0:
        return now.indent > 0
    return now.words.endswith(":") or 0 < indent <= now.indent or bool(ENTRY.match(words))
