"""The words of a result: Text, Mismatch, Verdict, Diagnosis, Finding, Mark, Report.

Frozen data with no behaviour beyond sums. Everything above this file may use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

REPORT_FORMAT = "report/v2"


@dataclass(frozen=True)
class Text:
    """A sentence and the values in it, kept apart so that the sentence can be translated.

    >>> str(Text("{count} of {total} values differ", dict(count=2, total=9)))
    '2 of 9 values differ'
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.filled(self.template, str)

    def filled(self, template: str, speak: Callable[[Text], str]) -> str:
        """``template``, in whatever language, with the values; ``speak`` says texts in them."""
        return template.format(**{name: _spoken(v, speak) for name, v in self.values.items()})


def _spoken(value: object, speak: Callable[[Text], str]) -> object:
    """A value as it stands in a sentence: texts are spoken, also several in a list."""
    if isinstance(value, Text):
        return speak(value)
    if isinstance(value, (list, tuple)) and any(isinstance(one, Text) for one in value):
        return ", ".join(str(_spoken(one, speak)) for one in value)
    return value


def text(template: str, **values: object) -> Text:
    """Make a :class:`Text`; the name that a translation catalogue is extracted by."""
    return Text(template, values)


class Verdict(StrEnum):
    """How one check ended. ``BROKEN`` is our own fault and never costs the student."""

    PASSED = "passed"
    FAILED = "failed"
    UNSOLVED = "unsolved"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    BLOCKED = "blocked"
    BROKEN = "broken"


class GraderError(Exception):
    """Anything this project raises on purpose; ``text`` is the sentence to show.

    GraderError
      Mismatch      an observation does not keep a promise: a wrong answer
      Fault         a call did not answer: the verdict says how it ended
      Unusable      what was asked cannot be done: the sentence names the remedy
    """

    def __init__(self, sentence: Text) -> None:
        super().__init__(str(sentence))
        self.text = sentence


class Mismatch(GraderError):
    """A wrong answer: ``text`` says what is wrong, ``details`` are labelled facts about it."""

    def __init__(self, sentence: Text, details: Details = ()) -> None:
        super().__init__(sentence)
        self.details = details


class Fault(GraderError):
    """A call that did not answer, the verdict it leads to, and the function it was made to."""

    def __init__(
        self,
        verdict: Verdict,
        sentence: Text,
        details: Details = (),
        function: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.verdict = verdict
        self.details = details
        self.function = function


class Unusable(GraderError):
    """A request that cannot be met: missing folder, unreadable file, stale recording."""


@dataclass(frozen=True)
class Detail:
    """One labelled fact, e.g. ``shape: got (6, 3), expected (3,)``."""

    label: str
    text: Text


Details = tuple[Detail, ...]


@dataclass(frozen=True)
class Diagnosis:
    """Which mistake it is, and how sure that is: ``certain``, ``likely`` or ``unknown``.

    ``spot`` names the expression to look at, as the question's hints call it.
    """

    certainty: str
    sentence: Text
    misconception: str | None = None
    evidence: Text | None = None
    spot: str = ""


@dataclass(frozen=True)
class Finding:
    """The verdict of one check, with its points and what to say about it."""

    check: str
    promise: str
    verdict: Verdict
    score: int
    max_score: int
    message: Text | None = None
    details: Details = ()
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True)
class Mark:
    """One question's findings; ``notes`` carry advice and never points."""

    exercise: str
    question: str
    findings: tuple[Finding, ...]
    notes: tuple[Text, ...] = ()

    @property
    def score(self) -> int:
        return sum(finding.score for finding in self.findings)

    @property
    def max_score(self) -> int:
        return sum(finding.max_score for finding in self.findings)

    @property
    def verdicts(self) -> frozenset[Verdict]:
        return frozenset(finding.verdict for finding in self.findings)

    @property
    def solved(self) -> bool:
        return self.verdicts == {Verdict.PASSED}


@dataclass(frozen=True)
class Report:
    """All marks of one submission, and the seed that made its inputs."""

    submission: str
    seed: int
    marks: tuple[Mark, ...]
    notes: tuple[Text, ...] = ()

    @property
    def score(self) -> int:
        return sum(mark.score for mark in self.marks)

    @property
    def max_score(self) -> int:
        return sum(mark.max_score for mark in self.marks)

    @property
    def verdicts(self) -> frozenset[Verdict]:
        return frozenset(verdict for mark in self.marks for verdict in mark.verdicts)
