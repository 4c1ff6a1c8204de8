"""Wrong functions as students write them, with mistakes that no bank knows, and what is said.

Each file holds those of one exercise. ``said.toml`` records what the grader says to each; whether
that is true was decided by a person who read the sentence beside the code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import syllabus
from autograder.exercise import Question
from autograder.grade import grade_question
from autograder.model import Diagnosis, Mark, Verdict
from autograder.truth import Live, reference

RECORD = Path(__file__).with_name("said.toml")
TRUE = ("yes", "vague", "NO")  # what a person may find; "vague": true, and of little help
UNREAD = "?"
HEADER = (
    "# What is said of mistakes that are in no bank, of two at once, and of known ones in other",
    "# clothes. `python -m tests.unseen` writes this file again; only `true` is filled in by hand:",
    "# yes, vague (true, but of little help) or NO.",
)
SEEDS = (1, 4, 6)  # the first is recorded; the others made different answers equal
QUESTIONS = {question.name: question for question in syllabus.questions()}
WRONG: list[Wrong] = []


@dataclass(frozen=True, eq=False)
class Wrong:
    """A function with one mistake, or with two.

    ``wrong`` says what is really wrong. ``pair`` names the two misconceptions of the bank that
    happen at once, ``seen`` the one of which this is another form, ``fits`` the formula whose
    standard deviation the weights have. Nothing else may be named, but with the words "perhaps by
    chance" also one of those ``alike``: they have the same results on some seed, as may be where
    a few words or truth values are all that comes back.
    """

    name: str
    question: Question
    style: str
    wrong: str
    pair: tuple[str, ...]
    seen: str | None
    fits: str | None
    alike: tuple[str, ...]
    functions: Mapping[str, Callable[..., Any]]

    def __str__(self) -> str:
        return f"{self.question.name}.{self.name}"

    @property
    def kind(self) -> str:
        return "pair" if self.pair else "seen" if self.seen else "unseen"

    def misnamed(self, found: Said) -> bool:
        """Whether a name is said that is not a true one."""
        true = {*self.pair, *filter(None, (self.seen, self.fits))}
        if found.certainty == "likely" and "perhaps by chance" in found.says:
            true.update(self.alike)
        return not true.issuperset(found.names)


def student(
    question: str,
    style: str,
    *,
    wrong: str,
    pair: tuple[str, ...] = (),
    seen: str | None = None,
    fits: str | None = None,
    alike: tuple[str, ...] = (),
    **also: Callable[..., Any],
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the decorated function as a student's ``question``; ``also`` as in the bank."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        functions = {**also, question: function}
        name = function.__name__
        WRONG.append(
            Wrong(name, QUESTIONS[question], style, wrong, pair, seen, fits, alike, functions)
        )
        return function

    return declare


@dataclass(frozen=True)
class Said:
    """What a student reads about a wrong function."""

    certainty: str
    names: tuple[str, ...]
    says: str
    evidence: str


FAILED = "the grader failed"
RIGHT = Said("none", (), "Nothing is wrong.", "")


def heard(one: Wrong, truth: Live) -> Said:
    """What is said to the student who wrote it."""
    candidate = reference(one.question.exercise, **one.functions)
    try:
        return said(grade_question(one.question, candidate, truth))
    except Exception as error:  # a fault of the grader's that the record shows as one
        return Said("broken", (), f"The diagnosis raised {error!r}", "")


def said(mark: Mark) -> Said:
    """The diagnosis of a mark; where there is none, what the first check that failed says."""
    failed = [one for one in mark.findings if one.verdict != Verdict.PASSED]
    found = [one.diagnosis for one in failed if one.diagnosis is not None]
    if not failed:
        return RIGHT
    if not found:
        return Said("none", (), steady(str(failed[0].message)), "")
    assert len(set(map(str, found))) == 1, "a mark has one diagnosis"
    diagnosis = found[0]
    evidence = "" if diagnosis.evidence is None else steady(str(diagnosis.evidence))
    certainty = "broken" if evidence.startswith(FAILED) else diagnosis.certainty
    return Said(certainty, named(diagnosis), steady(str(diagnosis.sentence)), evidence)


def named(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The names of the misconceptions that a diagnosis speaks of."""
    return tuple(diagnosis.misconception.split(" + ")) if diagnosis.misconception else ()


def steady(sentence: str) -> str:
    """Without what rounding decides, which is not the same on every machine."""
    return re.sub(r"-?\b\d(\.\d+)?e-\d\d+\b", "~0", sentence)


def load() -> dict[str, dict[str, Any]]:
    """The record, by question and name."""
    tables = tomllib.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    return {f"{q}.{name}": entry for q, table in tables.items() for name, entry in table.items()}


def entry(one: Wrong, found: Said, true: str) -> dict[str, Any]:
    """What the record holds of a function."""
    whose = {"pair": list(one.pair)} if one.pair else {"seen": one.seen} if one.seen else {}
    names = {"names": list(found.names)} if found.names else {}
    evidence = {"evidence": found.evidence} if found.evidence else {}
    told = {"certainty": found.certainty, **names, "says": found.says, **evidence}
    return {"style": one.style, "wrong": one.wrong, **whose, **told, "true": true}


def judged(one: Wrong, found: Said, old: Mapping[str, Any]) -> str:
    """What a person found of the same words about the same mistake; else unread."""
    same = {**entry(one, found, ""), "style": ""} == {**old, "style": "", "true": ""}
    return str(old["true"]) if same else UNREAD


def written(entries: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        "# What is said to students whose mistakes are in no bank, to two mistakes at once, and"
    ]
    lines += [
        "# to known ones in other clothes. `python -m tests.unseen` writes this file again; only"
    ]
    lines += ['# "true" is filled in by hand: yes, vague (true, but of little help) or NO.']
    for name, values in entries.items():
        lines += ["", f"[{name}]", *(f"{key} = {toml(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def toml(value: str | Iterable[str]) -> str:
    if not isinstance(value, str):
        return f"[{', '.join(map(toml, value))}]"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# They declare themselves; what they need of this file stands above.
from . import (  # noqa: E402
    activations,
    babysitting,
    batchnorm,
    deep_network,
    hyperparameters,
    initializers,
    preprocessing,
)

__all__ = [
    "activations",
    "babysitting",
    "batchnorm",
    "deep_network",
    "hyperparameters",
    "initializers",
    "preprocessing",
]
