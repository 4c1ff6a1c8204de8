"""Classroom 50's result.json (``classroom50/result/v1``): whole points, a test for each question.

Its runner says in the environment what it grades. Outside of it, a result is named as those are
that a teacher enters there by hand, and needs the class's and the assignment's short names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ..model import Mark, Report, Unusable, text
from .data import dumps
from .result import EachStudent, Person, Result

SCHEMA = "classroom50/result/v1"
FILE = "result.json"
REQUIRED = ("CLASSROOM", "ASSIGNMENT")


def result_of(environment: Mapping[str, str] = os.environ) -> EachStudent:
    """What makes the file's content for each student."""
    return partial(_content, environment=named(environment))


def named(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment. Raises Unusable where it does not name class and assignment."""
    for name in REQUIRED:
        if not environment.get(name):
            raise Unusable(
                text(
                    "classroom50 needs the short names of class and assignment: set CLASSROOM and "
                    "ASSIGNMENT in the environment"
                )
            )
    return environment


def practice_result(report: Report, environment: Mapping[str, str]) -> str:
    """The same of a check in the student's own repository, which is practice."""
    now = datetime.now(UTC).isoformat()
    person = Person(report.submission, report.submission)
    score, most = report.score, report.max_score
    result = Result(person, "practice", 0, now, report, None, score, most, final=score)
    return _content(result, environment) or ""


def _content(result: Result, environment: Mapping[str, str]) -> str | None:
    """None where there is no mark: a 0 would be taken for one."""
    if result.report is None or result.final is None:
        return None
    finished = datetime.fromisoformat(result.finished)
    submitted = datetime.fromisoformat(result.submitted or result.finished)
    tag = environment.get("SUBMISSION_TAG") or _stamp(submitted, "submit/manual-%Y-%m-%dT%H-%M-%SZ")
    commit = environment.get("COMMIT_URL") or tag
    owner = environment.get("OWNER") or environment.get("USERNAME")
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": owner or result.person.identifiers.get("github") or result.person.key,
        "submission": tag,
        "commit": commit,
        "release": environment.get("RELEASE_URL") or tag,
        "review": environment.get("REVIEW_URL") or commit,
        "datetime": _stamp(submitted),
        "graded_at": _stamp(finished),
        "score": result.final,
        "max-score": result.max_score,
        "tests": [_test(mark) for mark in result.report.marks],
    }
    return dumps(data)


def _test(mark: Mark) -> dict[str, Any]:
    return {
        "test-name": mark.question,
        "passed": mark.solved,
        "score": mark.score,
        "max-score": mark.max_score,
    }


def _stamp(when: datetime, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return when.astimezone(UTC).strftime(form)
