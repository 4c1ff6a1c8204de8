"""Make a class: python -m tests.benchmarks.generate DIR -n 1000 --seed 0 --mix class.

Each submission is a folder of files that stand alone, as a student would hand them in: the
references, with mistakes of ``solutions/misconceptions`` planted by source, some functions still
stubs, and now and then a syntax error. ``DIR/planted.json`` says what is where.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import inspect
import json
import random
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from autograder import stubs, syllabus
from autograder.exercise import Misconception
from autograder.truth import bank

MIXES = ("class", "perfect")
PERFECT, STUBS, SYNTAX = 0.2, 0.15, 0.03  # shares of a class
MOST_PLANTED, MOST_STUBS = 6, 5
KEY = "planted.json"
# A mistake in one of these shows in the others, so that only one of them gets one.
STEM = re.compile(r"_(forward|backward|backward_alt)$")
TOGETHER = {"train": "sgd_step", "random_search_proposals": "sample_log_uniform"}


def family(question: str) -> str:
    return TOGETHER.get(question, STEM.sub("", question))


# --- mistakes as source -----------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A misconception that stands alone: the source of each function that it replaces."""

    exercise: str
    question: str
    name: str
    fails: tuple[str, ...]
    replaced: dict[str, str]
    helpers: tuple[str, ...]


@cache
def mistakes() -> tuple[Mistake, ...]:
    """All misconceptions whose source needs nothing but numpy and helpers of its own file."""
    return tuple(
        mistake
        for exercise in syllabus.EXERCISES
        for one in bank(exercise).misconceptions
        if one.fails and (mistake := _as_source(exercise, one)) is not None
    )


def _as_source(exercise: str, one: Misconception) -> Mistake | None:
    helpers: dict[str, str] = {}
    try:
        replaced = {n: _standing_alone(f, helpers, n) for n, f in one.replaced.items()}
    except _NeedsMore:
        return None
    fails = tuple(sorted(one.fails))
    return Mistake(exercise, one.question, one.name, fails, replaced, tuple(helpers.values()))


class _NeedsMore(Exception):
    """A function that uses the references, or variables of a function around it."""


def _standing_alone(function: Any, helpers: dict[str, str], name: str) -> str:
    """The function's source as ``name``; what it calls of its own file goes to ``helpers``."""
    if not isinstance(function, FunctionType) or function.__closure__:
        raise _NeedsMore
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise _NeedsMore
    tree.name = name
    tree.decorator_list = []
    if ast.get_docstring(tree) is not None:  # it says what is wrong
        tree.body = tree.body[1:]
    for needed in sorted(_free(tree) - {"np", name}):
        if needed in helpers:
            continue
        value = function.__globals__.get(needed)
        if getattr(value, "__module__", None) != function.__module__:
            raise _NeedsMore
        helpers[needed] = ""  # keeps a cycle from going round
        source = _standing_alone(value, helpers, needed)
        del helpers[needed]
        helpers[needed] = source  # after what it needs: a default is looked up at once
    source = ast.unparse(tree)
    compile(source, name, "exec")
    return source


def _free(tree: ast.FunctionDef) -> set[str]:
    """Names that a function reads and neither binds nor finds among the builtins."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return read - bound - set(vars(builtins))


# --- files ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """A file in pieces: what stands between the functions, and each function by name."""

    pieces: tuple[tuple[str, str], ...]  # (function or "", text)

    @classmethod
    def of(cls, text: str) -> Source:
        lines = text.splitlines(keepends=True)
        pieces, done = [], 0
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                pieces.append(("", "".join(lines[done : node.lineno - 1])))
                end = node.end_lineno or node.lineno
                while end < len(lines) and lines[end].startswith(" "):
                    end += 1  # a comment, such as the end of a solution
                pieces.append((node.name, "".join(lines[node.lineno - 1 : end])))
                done = end
        return cls((*pieces, ("", "".join(lines[done:]))))

    def with_(self, replaced: dict[str, str], helpers: tuple[str, ...] = ()) -> str:
        text = "".join(replaced.get(name, old) if name else old for name, old in self.pieces)
        return text + "".join(f"\n\n{helper}\n" for helper in helpers)

    def function(self, name: str) -> str:
        return next(text for function, text in self.pieces if function == name)


@cache
def references() -> dict[str, Source]:
    """Every file of a submission, solved."""
    paths = sorted(stubs.SOLUTIONS.glob("[!_]*.py"))
    return {path.name: Source.of(_unmarked(path.read_text("utf-8"))) for path in paths}


def _unmarked(text: str) -> str:
    marks = (stubs.BEGIN, stubs.END)
    return "".join(li for li in text.splitlines(keepends=True) if li.strip() not in marks)


@cache
def unsolved() -> dict[str, Source]:
    return {name: Source.of(source) for name, source in stubs.stubs().items()}


@dataclass
class Student:
    """What is wrong with one submission."""

    name: str
    planted: list[Mistake]
    left: list[tuple[str, str]]  # (exercise, question) still a stub
    broken: tuple[str, str] | None  # (exercise, question) whose first line does not parse

    def files(self) -> Iterator[tuple[str, str]]:
        for file, source in references().items():
            exercise = file.removesuffix(".py")
            here = [mistake for mistake in self.planted if mistake.exercise == exercise]
            replaced = {n: f"{text}\n" for m in here for n, text in m.replaced.items()}
            for where, question in self.left:
                if where == exercise:
                    replaced[question] = unsolved()[file].function(question)
            if self.broken and self.broken[0] == exercise:
                question = self.broken[1]
                whole = replaced.get(question, source.function(question))
                replaced[question] = whole.replace("):\n", ")\n", 1)
            helpers = dict.fromkeys(helper for mistake in here for helper in mistake.helpers)
            yield file, source.with_(replaced, tuple(helpers))

    def key(self) -> dict[str, Any]:
        planted = [
            {"question": one.question, "misconception": one.name, "fails": list(one.fails)}
            for one in self.planted
        ]
        stubs_left = [question for _, question in self.left]
        return {
            "planted": planted,
            "stubs": stubs_left,
            "syntax_error": self.broken[1] if self.broken else None,
        }


def students(count: int, seed: int = 0, mix: str = "class") -> Iterator[Student]:
    """The same students for the same seed; a larger class begins with the smaller one."""
    questions = [(q.exercise, q.name) for q in syllabus.questions()]
    for number in range(count):
        rng = random.Random(f"{seed}/{mix}/{number}")
        student = Student(f"student-{number:05d}", [], [], None)
        if mix == "class" and rng.random() >= PERFECT:
            student.planted = _some(rng)
            taken = {family(mistake.question) for mistake in student.planted}
            free = [pair for pair in questions if family(pair[1]) not in taken]
            if rng.random() < STUBS:
                student.left = rng.sample(free, rng.randint(1, MOST_STUBS))
            if rng.random() < SYNTAX:
                student.broken = rng.choice([pair for pair in free if pair not in student.left])
        yield student


def _some(rng: random.Random) -> list[Mistake]:
    """One to six mistakes, none of which can show in another's question."""
    chosen: dict[str, Mistake] = {}
    for mistake in rng.sample(mistakes(), rng.randint(1, MOST_PLANTED)):
        chosen.setdefault(family(mistake.question), mistake)
    return list(chosen.values())


def write(folder: Path, count: int, seed: int = 0, mix: str = "class") -> Path:
    """Write a class into ``folder``; the folder itself holds nothing but submissions and the key.

    ``folder`` must be new or empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    key = {}
    for student in students(count, seed, mix):
        own = folder / student.name
        own.mkdir()
        for name, text in student.files():
            (own / name).write_bytes(text.encode())
        key[student.name] = student.key()
    (folder / KEY).write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", "--submissions", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mix", choices=MIXES, default="class")
    options = parser.parse_args()
    write(options.folder, options.submissions, options.seed, options.mix)


if __name__ == "__main__":
    main()
