"""JUnit XML for whoever shows test results: a suite for each exercise, a case for each check."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree

from ..language import say
from ..model import Finding, Mark, Verdict
from .result import Result
from .text import finding_lines

# No answer is no wrong answer; what is our fault is nobody's failure.
SKIPPED = {Verdict.UNSOLVED, Verdict.BLOCKED, Verdict.BROKEN}


def junit(result: Result) -> str | None:
    """The file's content; None of who handed nothing in."""
    if result.status == "missing":
        return None
    root = ElementTree.Element("testsuites", name=result.person.name)
    marks = result.report.marks if result.report else ()
    for exercise, theirs in groupby(marks, key=lambda mark: mark.exercise):
        root.append(_suite(exercise, list(theirs), result))
    if result.report is None:
        root.append(_ungraded(result))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(exercise: str, marks: list[Mark], result: Result) -> ElementTree.Element:
    findings = [finding for mark in marks for finding in mark.findings]
    skipped = sum(finding.verdict in SKIPPED for finding in findings)
    passed = sum(finding.verdict == Verdict.PASSED for finding in findings)
    suite = ElementTree.Element(
        "testsuite",
        name=exercise,
        tests=str(len(findings)),
        failures=str(len(findings) - passed - skipped),
        errors="0",
        skipped=str(skipped),
        timestamp=result.finished,
    )
    score, most = (sum(getattr(mark, name) for mark in marks) for name in ("score", "max_score"))
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (("score", score), ("max_score", most)):
        ElementTree.SubElement(properties, "property", name=name, value=str(value))
    for mark in marks:
        suite.extend(_case(mark, finding) for finding in mark.findings)
    return suite


def _case(mark: Mark, finding: Finding) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=f"{mark.exercise}.{mark.question}",
        name=f"{finding.check}: {say(finding.promise)}",
    )
    if finding.verdict != Verdict.PASSED:
        kind = "skipped" if finding.verdict in SKIPPED else "failure"
        said = "" if finding.message is None else say(finding.message)
        outcome = ElementTree.SubElement(case, kind, type=finding.verdict, message=said)
        lines = finding_lines(finding) if finding.message is not None else ()
        if finding.diagnosis is not None:
            lines = (*lines, say(finding.diagnosis.sentence))
        outcome.text = "\n".join(lines)
    return case


def _ungraded(result: Result) -> ElementTree.Element:
    """A suite with one case: nothing could be graded, and why."""
    suite = ElementTree.Element(
        "testsuite", name=result.status, tests="1", failures="1", errors="0", skipped="0"
    )
    case = ElementTree.SubElement(suite, "testcase", classname="submission", name=result.status)
    said = "" if result.problem is None else say(result.problem)
    ElementTree.SubElement(case, "failure", type=result.status, message=said)
    return suite
