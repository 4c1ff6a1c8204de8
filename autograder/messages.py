"""All that people read, as catalogues for translators: collected, brought up to date, compiled.

A sentence's English is its key. ``locale/autograder.pot`` lists them all, the ``.po`` of a language
holds the translations as people edit them, and the ``.mo`` beside it is what a run reads. Babel
writes these files; nothing that a student runs needs it.
"""

from __future__ import annotations

import ast
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from . import __version__, docstrings, stubs, syllabus
from .language import CATALOGUES, DOMAIN
from .places import ROOT
from .truth import bank

HINTS = ROOT / "autograder" / "hints"
MARKED = ("text", "say", "Detail", "labelled")  # calls whose first argument is read by people
TEMPLATE_MARK = "_"  # what such a call is named in a template
PLACEHOLDER = re.compile(r"\{\w+[^{}]*\}|%\(\w+\)[a-z]|%[sr]\b")
TABLES = ("PROBLEMS", "REMEDIES")  # of sentences that a table chooses from
ALIKE = 0.8  # of a sentence that was reworded: its translation is kept, marked to be looked at
# One day for all versions: the history knows better, and a date would make every run a change.
DAY = datetime(2026, 11, 23, tzinfo=UTC)


class Found(NamedTuple):
    """A sentence, the file that it stands in, and what it is there for."""

    sentence: str
    place: str
    role: str = ""


def everywhere() -> Iterator[Found]:
    """Sentences of the grader itself, then of the exercises, the misconceptions, hints, tasks."""
    for path in (ROOT / "course.py", *sorted((ROOT / "autograder").rglob("*.py"))):
        place = path.relative_to(ROOT).as_posix()
        yield from (Found(sentence, place) for sentence in marked(path.read_text(encoding="utf-8")))
    for path in sorted((ROOT / "autograder").rglob("*.html")):
        place = path.relative_to(ROOT).as_posix()
        yield from (Found(one, place) for one in in_template(path.read_text(encoding="utf-8")))
    yield from declared()
    yield from mistaken()
    yield from hinted()
    yield from asked()


def marked(source: str) -> Iterator[str]:
    """The literal first arguments of :data:`MARKED`, and the values of :data:`TABLES`."""
    for node in ast.walk(ast.parse(source)):
        said: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKED:
            said = node.args[:1]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in TABLES:
            said = getattr(node.value, "values", [])
        for one in said:
            yield from literals(one)


def in_template(source: str) -> Iterator[str]:
    """The literal first arguments of ``_`` in a template."""
    for _, _, said in extract_from_ast(Environment().parse(source), (TEMPLATE_MARK,)):
        first = said[0] if isinstance(said, tuple) else said
        if first is not None:
            yield first


def literals(node: ast.expr) -> Iterator[str]:
    """A string; of a conditional one, both."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def declared() -> Iterator[Found]:
    for question in syllabus.questions():
        place = f"autograder/exercises/{question.exercise}.py"
        yield Found(question.summary, place, f"summary of {question.name}")
        for case in question.cases:
            yield Found(case.sentence, place, "case")
        for check in (*question.checks, *question.advice):
            yield Found(check.promise, place, f"promise of {question.name}")


def mistaken() -> Iterator[Found]:
    for exercise in syllabus.EXERCISES:
        for one in bank(exercise).misconceptions:
            place = f"solutions/misconceptions/{exercise}.py"
            yield Found(one.sentence, place, f"misconception in {one.question}")


def hinted(folder: Path = HINTS) -> Iterator[Found]:
    """What hints say, each as one line, as it is shown."""
    for path in sorted(folder.glob("*.toml")):
        for question, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            said = (table["read"], table["where"], *table["spots"].values())
            for words in (*said, table["example"]["text"]):
                place = f"autograder/hints/{path.name}"
                yield Found(" ".join(words.split()), place, f"hint for {question}")


def asked() -> Iterator[Found]:
    """What the docstrings of the assignment's functions say; lines of formulas stay as they are."""
    sources = stubs.stubs()
    for question in syllabus.questions():
        place = f"solutions/{question.exercise}.py"
        task = docstrings.task(sources[f"{question.exercise}.py"], question.name)
        for sentence in (one for paragraph in task.paragraphs for one in paragraph):
            if not sentence.fixed:
                yield Found(sentence.words, place, f"docstring of {question.name}")


def template(found: Iterable[Found]) -> Catalog:
    """All sentences with words in them, none translated."""
    made = Catalog(project=DOMAIN, version=__version__, creation_date=DAY, fuzzy=False)
    made.header_comment = "# All that people read. Made by `course.py messages`: do not edit."
    for one in found:
        if re.search(r"[^\W\d_]", PLACEHOLDER.sub("", one.sentence)):
            comments = [one.role] if one.role else []
            made.add(one.sentence, locations=[(one.place, None)], auto_comments=comments)
    return made


def source_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def kept(language: str) -> Catalog:
    """A language's catalogue as it is on disk."""
    try:
        with source_of(language).open("rb") as file:
            return read_po(file, locale=language, domain=DOMAIN)
    except FileNotFoundError:
        return Catalog(
            language, project=DOMAIN, version=__version__, creation_date=DAY, fuzzy=False
        )


def updated(catalogue: Catalog, wanted: Catalog) -> Catalog:
    """The catalogue with just the sentences that are wanted; translations of others are put aside.

    A sentence that comes back gets its translation back. A new one that is like one that has gone
    takes that one's, marked fuzzy: it is not used before somebody has looked at it.
    """
    known = (*catalogue, *catalogue.obsolete.values())
    gone = {one.id: one for one in known if one.id and one.id not in wanted and one.string}
    back = {one.id: one for one in catalogue.obsolete.values() if one.id in wanted}
    new = [one.id for one in wanted if one.id not in catalogue]
    catalogue.update(deepcopy(wanted), no_fuzzy_matching=True)  # it takes over new ones as they are
    for sentence in new:
        if sentence in back:
            catalogue[sentence].string = back[sentence].string
            catalogue[sentence].flags |= back[sentence].flags
            continue
        for close in get_close_matches(sentence, gone, 1, ALIKE):
            catalogue[sentence].string = gone[close].string
            catalogue[sentence].flags.add("fuzzy")
    catalogue.obsolete = gone
    return catalogue


def files(wanted: Catalog, catalogues: Mapping[str, Catalog]) -> dict[Path, bytes]:
    """What has to be on disk."""
    made = {CATALOGUES / f"{DOMAIN}.pot": po(wanted)}
    for language, catalogue in catalogues.items():
        made[source_of(language)] = po(catalogue)
        made[source_of(language).with_suffix(".mo")] = mo(catalogue)
    return made


def po(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=100, include_lineno=False)
    return file.getvalue()


def mo(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalogue, use_fuzzy=False)
    return file.getvalue()


def stale(made: Mapping[Path, bytes]) -> list[Path]:
    return [path for path, data in made.items() if not path.is_file() or path.read_bytes() != data]


def write(made: Mapping[Path, bytes]) -> list[Path]:
    """Write what is stale; returns that."""
    changed = stale(made)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[path])
    return changed


def left(catalogue: Catalog) -> list[Message]:
    """The sentences that nobody has translated, or that somebody has to look at again."""
    return [one for one in catalogue if one.id and (one.fuzzy or not one.string)]


def problems(catalogue: Catalog, wanted: Catalog) -> Iterator[str]:
    """What keeps a catalogue from saying all that is wanted, and that alone."""
    for one in wanted:
        theirs = catalogue.get(one.id)
        if not one.id:
            continue
        elif theirs is None or not theirs.string:
            yield f"missing: {one.id}"
        elif theirs.fuzzy:
            yield f"fuzzy: {one.id}"
        elif not fits(one.id, str(theirs.string)):
            yield f"other placeholders: {one.id}"
    for one in catalogue:
        if one.id and one.id not in wanted:
            yield f"obsolete: {one.id}"


def fits(sentence: str, translation: str) -> bool:
    """Whether both have the same placeholders, however often."""
    return set(PLACEHOLDER.findall(sentence)) == set(PLACEHOLDER.findall(translation))


def fill_in(catalogue: Catalog, translations: Mapping[str, str]) -> Iterator[str]:
    """Put translations in their places; yields what has none, and what does not fit."""
    for sentence, translation in translations.items():
        if sentence not in catalogue:
            yield f"no such sentence: {sentence}"
        elif translation and not fits(sentence, translation):
            yield f"other placeholders: {sentence}"
        elif translation:
            catalogue[sentence].string = translation
            catalogue[sentence].flags.discard("fuzzy")
