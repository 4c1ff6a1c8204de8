"""Checks whenever you save a file, and shows first the function that you have just changed.

Only what the saved file touches is checked. Keys: h gives the next hint, a checks everything,
s shows how all stands, q ends. Nothing is sent anywhere.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic

from ..hints import LEVELS
from ..keys import Pressed, keys
from ..language import say
from ..model import Mark, Report, Text, Verdict, text
from ..places import ASSIGNMENT
from ..practice import standings
from ..report.practice import attention_lines, is_wrong, status_lines
from ..report.screen import is_lively, show
from ..report.text import mark_line, mark_lines, note_lines, wrapped
from ..watching import Answer, Folder, Worker, edited
from . import PASSED
from .hint import hint_lines

EXAMPLE = "python3 course.py watch"
LOOK = 0.02  # seconds between two looks at the folder
LONG = 0.5  # seconds after which a check is said to go on
LONGEST = 30.0  # seconds that a check may take
CLEAR = "\x1b[H\x1b[2J\x1b[3J"  # to the top, and nothing is left, above neither
PRINTED = 8  # lines of what the student's code prints
KEYS = text("h hint   a check everything   s status   q quit")
WAITING = text("Waiting for a save in {folder}.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")


def run(options: argparse.Namespace) -> int:
    with keys() as pressed:
        Watch(options.folder, pressed).run()
    return PASSED


class Watch:
    """One worker waits for the next save or checks; ``focus`` is what the hint key speaks of."""

    def __init__(self, folder: Path, pressed: Pressed) -> None:
        self.folder = folder
        self.pressed = pressed
        self.focus: Mark | None = None
        self.hinted = 0  # the level of the last hint
        self.changed: set[str] = set()  # functions, since the last answer
        self.asked: float | None = None  # when the running check was asked for
        self.told = False  # that it goes on
        self.keys: dict[str, Callable[[], object]] = {
            "h": self.hint,
            "a": lambda: self.ask(set()),
            "s": self.status,
        }

    def run(self) -> None:
        self.looked = Folder(self.folder)
        self.files = self.looked.read()
        self.worker = Worker(self.folder)
        try:
            self.status()
            while (key := self.pressed()) != "q":
                self.keys.get(key, bool)()
                if saved := self.looked.changed():
                    self.ask(saved)
                self.wait()
        finally:
            self.worker.close()

    def ask(self, saved: set[str]) -> None:
        """Have what ``saved`` files touch checked; a check that still runs is of no use now."""
        if self.asked is not None:
            self.next_worker()
        before, self.files = self.files, self.looked.read()
        self.changed |= edited(before, self.files)
        self.worker.ask(saved)
        self.asked, self.told = monotonic(), False

    def next_worker(self) -> None:
        self.worker.close()
        self.worker, self.asked = Worker(self.folder), None

    def wait(self) -> None:
        """Wait a moment, or until the answer that is to come; say so where it takes long."""
        answer = self.worker.answer(LOOK)
        waited = 0.0 if self.asked is None else monotonic() - self.asked
        if answer is not None or waited > LONGEST:
            self.page(self.lines(answer))
            self.next_worker()
        elif waited > LONG and not self.told:
            show([say("Checking ...")])
            self.told = True

    def lines(self, answer: Answer | None) -> Iterator[str]:
        if answer is None:
            too_long = text("Stopped: no answer within {seconds:g} s.", seconds=LONGEST)
            yield from wrapped(say(too_long), "")
        elif answer.problem is not None:
            yield from wrapped(say(text("error: {reason}", reason=answer.problem)), "")
        elif answer.report is None:
            yield from wrapped(say("Your code ended the check: it must not exit."), "")
        else:
            changed, self.changed = self.changed, set()
            self.focus, self.hinted = focus(answer.report.marks, changed), 0
            yield from report_lines(answer.report, self.focus, changed, self.folder)
        yield from printed_lines(answer.printed if answer else "")

    def hint(self) -> None:
        """Each press gives the next level; the last stays."""
        if self.focus is not None:
            self.hinted = min(self.hinted + 1, max(LEVELS))
            self.page(hint_lines(self.focus, self.hinted), anew=False)

    def status(self) -> None:
        self.page(status_lines(standings(self.folder), self.folder))

    def page(self, lines: Iterable[str], anew: bool = True) -> None:
        lively = is_lively()
        if lively and anew:
            print(CLEAR, end="")
        show(["", *lines, "", *self.footer(lively)])

    def footer(self, lively: bool) -> Iterator[str]:
        now = f"{datetime.now().astimezone():%H:%M:%S}"
        yield f"{now}  {say(Text(WAITING.template, {'folder': self.folder.name}))}"
        if lively:
            yield say(KEYS)


def focus(marks: Iterable[Mark], changed: set[str]) -> Mark | None:
    """What to speak of: what is wrong before what is not written, what was changed before that."""
    left = [mark for mark in marks if not mark.solved]
    wrong = [mark for mark in left if is_wrong(mark)]
    for chosen in (
        [mark for mark in wrong if mark.question in changed],
        wrong,
        [mark for mark in left if mark.question in changed],
    ):
        if chosen:
            return chosen[0]
    return None


def report_lines(
    report: Report, focus: Mark | None, changed: set[str], folder: Path
) -> Iterator[str]:
    """What was changed, in a line each or in full; what else is wrong; how the file stands."""
    if not report.marks:
        yield from wrapped(say("No question uses what you saved."), "")
        return
    for note in report.notes:
        yield from note_lines(note)
    for mark in report.marks:
        if mark is focus:
            yield from attention_lines(mark, folder)
        elif mark.question in changed:
            yield from mark_lines(mark) if mark.notes else [mark_line(mark)]
    own = [
        m for m in report.marks if is_wrong(m) and m.verdicts - {Verdict.PASSED, Verdict.BLOCKED}
    ]
    others = [mark.question for mark in own if mark is not focus]
    if others:
        also = text("Wrong too: {questions}", questions=", ".join(others))
        yield from wrapped(say(also), "  ")
    done = sum(mark.solved for mark in report.marks)
    sums = text(
        "{exercises}: {done} of {all} functions, {score}/{most} points (practice)",
        exercises=", ".join(dict.fromkeys(mark.exercise for mark in report.marks)),
        done=done,
        all=len(report.marks),
        score=report.score,
        most=report.max_score,
    )
    yield from wrapped(say(sums), "")


def printed_lines(printed: str) -> Iterator[str]:
    """The last lines of what the student's code printed."""
    lines = printed.rstrip().splitlines()
    if lines:
        yield say("Your code printed:")
        yield from (f"  {line}" for line in lines[-PRINTED:])
