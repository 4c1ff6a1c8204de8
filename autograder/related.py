"""What a mark says of other functions: one that it used, one to mend first, one called alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from . import syllabus
from .candidate import NO_FUNCTION
from .definitions import blocks
from .exercise import Question
from .model import Mark, Text, Verdict, text


def wait_for_used(marks: list[Mark], mark_of: Callable[[Question], Mark]) -> Iterator[Mark]:
    """Where a function and one that it may call are both wrong, the former is blocked.

    The latter's mark is asked for where it is not among ``marks``.
    """
    by_name = {mark.question: mark for mark in marks}
    for mark in marks:
        questions = syllabus.exercise(mark.exercise).questions
        uses = questions[mark.question].uses
        if uses and Verdict.FAILED in mark.verdicts:
            used = by_name.get(uses) or mark_of(questions[uses])
            reasons = [one.message for one in used.findings if one.verdict == Verdict.FAILED]
            mark = blocked(mark, uses, reasons[0]) if reasons and reasons[0] else mark
        yield mark


def blocked(mark: Mark, function: str, reason: Text) -> Mark:
    """``mark`` with what failed waiting for another function."""
    sentence = waits_for(mark.question, function, reason)
    findings = (
        replace(one, verdict=Verdict.BLOCKED, message=sentence, details=(), diagnosis=None)
        if one.verdict == Verdict.FAILED
        else one
        for one in mark.findings
    )
    return replace(mark, findings=tuple(findings))


def waits_for(question: str, function: str, reason: Text) -> Text:
    return text(
        "{question} waits for {function}: {reason}",
        question=question,
        function=function,
        reason=reason,
    )


def with_one_alike(mark: Mark, source: bytes) -> Mark:
    """Where the file has no such function, the one that is perhaps meant to be it."""
    missing = mark.findings[0].message
    if missing is None or missing.template != NO_FUNCTION.template:
        return mark
    from .names import close  # for a slip of the finger only

    others = syllabus.exercise(mark.exercise).questions
    near = close(mark.question, [name for name in blocks(source) if name not in others])
    if near is None:
        return mark
    sentence = text(
        "{file}.py has no function {function}: is {close} meant to be it?",
        **missing.values,
        close=near,
    )
    findings = tuple(replace(one, message=sentence) for one in mark.findings)
    return replace(mark, findings=findings)


def mend_first(marks: list[Mark]) -> Iterator[Mark]:
    """Where a backward is wrong and its forward too, the forward comes first."""
    by_name = {mark.question: mark for mark in marks}
    for mark in marks:
        stem, backward, _ = mark.question.partition("_backward")
        forward = by_name.get(f"{stem}_forward") if backward else None
        if forward is not None and all(Verdict.FAILED in m.verdicts for m in (mark, forward)):
            note = text(
                "{forward} is wrong too: mend it first, and look here again",
                forward=forward.question,
            )
            mark = replace(mark, notes=(*mark.notes, note))
        yield mark
