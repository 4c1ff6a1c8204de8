"""A student's own check: their files in this process, against the recording; nothing is graded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from . import intake, progress, syllabus
from .exercise import Question
from .grade import grade
from .intake import Submission
from .model import Mark, Report, Unusable, text
from .places import ASSIGNMENT
from .session import LocalSession
from .truth import Recorded

SECONDS = 10.0  # for one call: a student's machine may be slow
Enough = Callable[[Mark], bool]


def submission_in(folder: Path) -> Submission:
    """The student's files. Raises :class:`Unusable` where there are none."""
    if not folder.exists():
        raise Unusable(text("there is no folder {folder}", folder=folder))
    return intake.read(folder, [f"{name}.py" for name in syllabus.EXERCISES])


def check(
    folder: Path,
    questions: Iterable[Question] | None = None,
    enough: Enough = lambda mark: False,
) -> Report:
    """Check ``questions`` (all by default) up to the first mark that is ``enough``; remember it."""
    return checked(submission_in(folder), folder, questions, enough, seconds=SECONDS)


def checked(
    submission: Submission,
    folder: Path,
    questions: Iterable[Question] | None = None,
    enough: Enough = lambda mark: False,
    *,
    truth: Recorded | None = None,
    seconds: float,
) -> Report:
    """The same for files that have been read; ``seconds`` is the limit of one call."""
    truth = truth or Recorded()
    with LocalSession(submission.files, seconds=seconds, total=float("inf")) as session:
        report = grade(session, truth, submission.name, questions, submission.notes, enough=enough)
    if is_own(folder):
        remember(report.marks, submission.files)
    return report


def is_own(folder: Path) -> bool:
    """Whether it is the folder that progress is remembered of."""
    return folder.resolve() == ASSIGNMENT


def remember(marks: Iterable[Mark], files: Mapping[str, bytes]) -> None:
    marks, before = list(marks), progress.read()
    exercises = {mark.exercise for mark in marks}
    after = progress.updated(before, marks, progress.digests(files, exercises))
    if after != before:
        progress.write(after)


def standings(folder: Path) -> progress.Standings:
    """How every question stands; only what has changed since it was last checked is checked."""
    submission = submission_in(folder)
    now = progress.digests(submission.files, syllabus.EXERCISES)
    known = progress.read() if is_own(folder) else {}
    questions = syllabus.questions()
    stale = [q for q in questions if q.name not in known or known[q.name].digest != now[q.exercise]]
    if stale:
        report = checked(submission, folder, stale, seconds=SECONDS)
        known = progress.updated(known, report.marks, now)
    return {question.name: known[question.name] for question in questions}
