"""What verdicts and statuses are called on a page, and which of four looks they have."""

from __future__ import annotations

from typing import NamedTuple

from ...model import Mark, Text, Verdict, text


class State(NamedTuple):
    """A word, and a class of style.css; no look means anything that the word does not say."""

    look: str
    word: Text


# The gravest first: what a question with several verdicts is called.
VERDICTS = {
    Verdict.BROKEN: State("ours", text("our fault")),
    Verdict.TIMED_OUT: State("wrong", text("timed out")),
    Verdict.CRASHED: State("wrong", text("crashed")),
    Verdict.RAISED: State("wrong", text("raised an error")),
    Verdict.FAILED: State("wrong", text("wrong")),
    Verdict.BLOCKED: State("open", text("waits")),
    Verdict.UNSOLVED: State("open", text("not written yet")),
    Verdict.PASSED: State("correct", text("correct")),
}
# The ones that need a person first.
STATUSES = {
    "broken": State("ours", text("the grader failed")),
    "ungradable": State("wrong", text("could not be graded")),
    "timed_out": State("wrong", text("timed out")),
    "crashed": State("wrong", text("crashed")),
    "missing": State("open", text("not handed in")),
    "graded": State("plain", text("graded")),
}


def state(mark: Mark) -> State:
    return next(state for verdict, state in VERDICTS.items() if verdict in mark.verdicts)
