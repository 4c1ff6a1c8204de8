"""One submission to a report. The one place where the ways a call can end become verdicts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from . import syllabus
from .candidate import Candidate, NoValue, Observation, better_told
from .exercise import Case, Check, Inputs, Question, Seen
from .model import (
    Detail,
    Details,
    Diagnosis,
    Fault,
    Finding,
    Mark,
    Mismatch,
    Report,
    Text,
    Unusable,
    Verdict,
    text,
)
from .related import mend_first, wait_for_used, waits_for, with_one_alike
from .session import Session
from .truth import Truth, observe

Outcome = Observation | Fault
ENDED = (Verdict.TIMED_OUT, Verdict.CRASHED)
REMEMBERED = 500  # marks, of a few kB each


def grade(
    session: Session,
    truth: Truth,
    name: str,
    questions: Iterable[Question] | None = None,
    notes: Iterable[Text] = (),
    memory: Memory | None = None,
    enough: Callable[[Mark], bool] = lambda mark: False,
) -> Report:
    """Grade ``questions`` (all of them by default) of the submission behind ``session``.

    ``notes`` on its files come first in the report's. With a ``memory``, what was answered before
    is not judged again; after a mark that is ``enough`` no other question is asked.
    """
    memory = memory or Memory()
    candidates: dict[str, Candidate] = {}

    def mark_of(question: Question) -> Mark:
        if question.exercise not in candidates:
            candidates[question.exercise] = session.candidate(question.exercise)
        mark = memory.mark(question, candidates[question.exercise], truth, session)
        return with_one_alike(mark, session.files.get(f"{question.exercise}.py", b""))

    marks = []
    for question in syllabus.questions() if questions is None else questions:
        marks.append(mark_of(question))
        if enough(marks[-1]):
            break
    in_order = tuple(mend_first(list(wait_for_used(marks, mark_of))))
    found = [note for exercise in candidates for note in session.notes.get(exercise, ())]
    return Report(name, truth.seed, in_order, (*notes, *found))


class Memory:
    """Marks by what was answered, for one truth: equal answers have equal marks.

    The answers that came last to a question are kept as they are, since they are likely to come
    again; of all others there is a digest.
    """

    def __init__(self) -> None:
        self.last: dict[str, tuple[bytes, Mark]] = {}
        self.marks: OrderedDict[tuple[str, bytes], Mark] = OrderedDict()

    def mark(
        self, question: Question, candidate: Candidate, truth: Truth, session: Session
    ) -> Mark:
        said = None if candidate.lost else session.said(question.name)
        if said is None:
            return grade_question(question, candidate, truth)
        answers, last = self.last.get(question.name, (b"", None))
        if last is not None and said.equals(answers):
            return last
        digest = said.digest()
        known = self.marks.get((question.name, digest))
        if known is not None:
            self.marks.move_to_end((question.name, digest))
            self.last[question.name] = said.copy(), known
            return known
        asked = session.asked
        mark = grade_question(question, candidate, truth)
        ours = Verdict.BROKEN in mark.verdicts
        if session.asked == asked and not ours and not quotes(mark):
            self.remember(question.name, digest, mark)
        return mark

    def remember(self, question: str, digest: bytes, mark: Mark) -> None:
        self.marks[question, digest] = mark
        if len(self.marks) > REMEMBERED:
            self.marks.popitem(last=False)


def quotes(mark: Mark) -> bool:
    """Whether it shows lines of the file, which are explained from that very file."""
    return any(detail.label == "line" for one in mark.findings for detail in one.details)


def grade_question(question: Question, candidate: Candidate, truth: Truth) -> Mark:
    outcomes = observe_cases(question, candidate, truth)
    remarks = [
        r for seen in outcomes.values() if isinstance(seen, Observation) for r in seen.remarks
    ]
    fine: list[Text] = []  # remarks on right values, of no interest beside wrong ones
    judged = [judge(question, check, outcomes, truth, fine) for check in question.checks]
    findings = [
        withhold(one, check, judged) for one, check in zip(judged, question.checks, strict=True)
    ]
    if all(one.verdict == Verdict.PASSED for one in findings):
        remarks += fine
        for advice in question.advice:
            if judge(question, advice, outcomes, truth, remarks).verdict == Verdict.FAILED:
                remarks.append(text(advice.promise))
    elif any(is_mismatch(one, outcomes) for one in findings):
        cause, rules = explained(question, candidate, outcomes, truth)
        for at, one in enumerate(findings):
            if is_mismatch(one, outcomes):
                findings[at] = replace(one, diagnosis=cause, details=(*one.details, *rules))
                rules = ()  # said once
    unique = {str(remark): remark for remark in remarks}
    return Mark(question.exercise, question.name, tuple(findings), tuple(unique.values()))


def explained(
    question: Question, candidate: Candidate, outcomes: dict[str, Outcome], truth: Truth
) -> tuple[Diagnosis, Details]:
    """The diagnosis, and a rule that is broken and is not its sentence.

    A fault of ours in it costs the student an explanation and nothing else.
    """
    from . import diagnose as why  # where all is right nobody waits for it

    try:
        cause = why.diagnose(question, candidate, outcomes, truth)
        return cause, why.broken_rule(question, outcomes, truth, besides=cause)
    except Exception as error:
        return Diagnosis("unknown", why.UNKNOWN.sentence, None, ours(error)), ()


def is_mismatch(found: Finding, outcomes: dict[str, Outcome]) -> bool:
    """Whether a check failed on a value; what is no value at all has said what it is."""
    said = {str(outcome) for outcome in outcomes.values() if isinstance(outcome, Fault)}
    return found.verdict == Verdict.FAILED and str(found.message) not in said


def observe_cases(question: Question, candidate: Candidate, truth: Truth) -> dict[str, Outcome]:
    """Each case's outcome; once a worker has ended, the cases that are left end the same way."""
    outcomes: dict[str, Outcome] = {}
    ended: Fault | None = None
    for case in question.cases:
        if ended is None:
            outcome = observe_case(question, case, candidate, truth)
        if isinstance(outcome, Fault) and outcome.verdict in ENDED:
            ended = outcome
        outcomes[case.name] = outcome
    return outcomes


def observe_case(question: Question, case: Case, candidate: Candidate, truth: Truth) -> Outcome:
    inputs = truth.inputs(question, case)
    try:
        return observe(question, candidate, inputs)
    except NoValue as fault:
        right = truth.expected(question, case).values.get(fault.name)
        return better_told(fault, right, fault.name in candidate.nothing)
    except Fault as fault:
        return waiting(question, fault)
    except Unusable:
        raise
    except Exception as error:  # ours, whatever it is: shown to staff, never scored as zero
        return Fault(Verdict.BROKEN, ours(error))


def ours(error: Exception) -> Text:
    return text("the grader failed here: {error}", error=repr(error)[:300])


def waiting(question: Question, fault: Fault) -> Fault:
    """A fault of another function than the question's own blocks it; the text says which."""
    if fault.function in (None, question.name):
        return fault
    verdict = Verdict.UNSOLVED if fault.verdict == Verdict.UNSOLVED else Verdict.BLOCKED
    sentence = waits_for(question.name, fault.function, fault.text)
    return Fault(verdict, sentence, fault.details, question.name)


def judge(
    question: Question,
    check: Check,
    outcomes: dict[str, Outcome],
    truth: Truth,
    remarks: list[Text],
) -> Finding:
    """The verdict of one check over its cases; the first case that fails speaks."""
    for case in check.cases:
        outcome = outcomes[case.name]
        if isinstance(outcome, Fault):
            return finding(check, outcome.verdict, outcome.text, outcome.details)
        seen = Seen(truth.inputs(question, case), outcome, truth.expected(question, case))
        try:
            with np.errstate(all="ignore"):
                remarks.extend(check.judge(seen))
        except Mismatch as mismatch:
            asked = [Detail("case", text(case.sentence))]
            if not question.drawn:  # of what is drawn the case says all
                asked.append(Detail("input", described(seen.inputs)))
            return finding(check, Verdict.FAILED, mismatch.text, (*asked, *mismatch.details))
        except Exception as error:
            return finding(check, Verdict.BROKEN, ours(error))
    return Finding(check.name, check.promise, Verdict.PASSED, check.points, check.points)


def finding(check: Check, verdict: Verdict, message: Text, details: Details = ()) -> Finding:
    return Finding(check.name, check.promise, verdict, 0, check.points, message, details)


def described(inputs: Inputs) -> Text:
    """The arguments, as they are called in the assignment: shapes of arrays, values of numbers."""
    arguments = (argument(name, one) for name, one in vars(inputs).items() if name != "seed")
    return text("{arguments}", arguments=", ".join(filter(None, arguments)))


def argument(name: str, value: object) -> str:
    """One of them; what is neither is left out."""
    if isinstance(value, np.ndarray) and value.ndim:
        dtype = "" if value.dtype == np.float64 else f" {value.dtype}"
        return f"{name} {value.shape}{dtype}"
    if isinstance(value, (int, str)):
        return f"{name} = {value}"
    return f"{name} = {value:.6g}" if isinstance(value, float) else ""


def withhold(found: Finding, check: Check, findings: list[Finding]) -> Finding:
    """A property earns its points only beside the right value: a constant keeps many promises."""
    failed = [f for f in findings if f.check in check.needs and f.verdict != Verdict.PASSED]
    if found.verdict != Verdict.PASSED or not failed:
        return found
    promises = [text(one.promise) for one in failed]
    sentence = text("counts once this passes: {promises}", promises=promises)
    return finding(check, Verdict.BLOCKED, sentence)
