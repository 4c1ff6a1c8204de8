"""What a student reads: how everything stands, what is wrong, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .. import syllabus
from ..definitions import place
from ..exercise import Question
from ..language import say
from ..model import Mark, Report, Text, Verdict, text
from ..names import is_unfilled
from ..progress import Standing
from .screen import command
from .text import (
    mark_line,
    mark_lines,
    marker,
    note_lines,
    padded,
    width,
    wrapped,
)

LABEL, BAR, NAME, WIDTH = 8, 30, 17, 80  # columns
TITLE = text("Training neural networks, part I")
UNFILLED = text("Nothing is wrong: the stubs are unfilled.")
ALL_PASS = text("All public checks pass: {score}/{most} (practice).")
OTHER_INPUTS = text("The grade of record uses other inputs.")


# How everything stands


def status_lines(standings: Mapping[str, Standing], folder: Path) -> Iterator[str]:
    """What is done by exercise, and the one next thing."""
    yield from header(standings)
    yield ""
    for exercise in syllabus.exercises():
        yield exercise_line(exercise.name, {q: standings[q] for q in exercise.questions})
    yield ""
    unsolved = all(one.verdict == Verdict.UNSOLVED for one in standings.values())
    if unsolved and are_stubs(syllabus.questions(), folder):
        yield from wrapped(say(UNFILLED), "")
    yield from next_lines(standings, folder)


def header(standings: Mapping[str, Standing]) -> Iterator[str]:
    """The title with the sums on the right where there is room, and a bar of points."""
    done = [one for one in standings.values() if one.verdict == Verdict.PASSED]
    score, most = (sum(getattr(o, n) for o in standings.values()) for n in ("score", "max_score"))
    sums = say(
        text(
            "{done} of {all} functions, {score}/{most} points (practice)",
            done=len(done),
            all=len(standings),
            score=score,
            most=most,
        )
    )
    title = say(TITLE)
    yield from wrapped(f"{padded(title, WIDTH - width(sums) - 2)}  {sums}", "")
    filled = BAR * score // most
    yield f"[{'#' * filled}{'.' * (BAR - filled)}]"


def exercise_line(name: str, standings: Mapping[str, Standing]) -> str:
    score, most = (sum(getattr(o, n) for o in standings.values()) for n in ("score", "max_score"))
    verdict, first = foremost(standings)
    points = f"{score}/{most}"
    line = f"{name:<{NAME}}{marker(verdict)}  {points:<7}"
    if verdict == Verdict.PASSED:
        return line.rstrip()
    words = text("next: {question}") if verdict in UNWRITTEN else text("wrong: {question}")
    return f"{line}{say(Text(words.template, {'question': first}))}"


UNWRITTEN = (Verdict.UNSOLVED, Verdict.BLOCKED)


def foremost(standings: Mapping[str, Standing]) -> tuple[Verdict, str]:
    """The question to look at: the first that is wrong, else the first that is not written."""
    for verdicts in (set(Verdict) - {*UNWRITTEN, Verdict.PASSED}, {*UNWRITTEN}):
        for name, one in standings.items():
            if one.verdict in verdicts:
                return one.verdict, name
    return Verdict.PASSED, ""


def next_lines(standings: Mapping[str, Standing], folder: Path) -> Iterator[str]:
    """The one next thing and the commands for it."""
    verdict, question = foremost(standings)
    if verdict == Verdict.PASSED:
        yield from all_pass(sum(one.max_score for one in standings.values()))
        return
    exercise = next(q.exercise for q in syllabus.questions() if q.name == question)
    yield from labelled("Next", f"{question}, {place(folder / f'{exercise}.py', question)}")
    if standings[question].regressed:
        when = standings[question].passed[:16].replace("T", " ")
        broken = text("it passed at {when} UTC: what you changed since broke it", when=when)
        yield from labelled("", say(broken))
    commands = OF_UNWRITTEN if verdict in UNWRITTEN else OF_WRONG
    for words, what in commands.items():
        yield from labelled(
            "", f"{padded(command(words.format(question=question)), 46)} {say(what)}"
        )


OF_UNWRITTEN = {
    "show {question}": text("what it has to do"),
    "watch": text("checks whenever you save"),
}
OF_WRONG = {
    "check {question}": text("what is wrong"),
    "hint {question}": text("where to look"),
}


def all_pass(points: int) -> Iterator[str]:
    yield from wrapped(say(Text(ALL_PASS.template, {"score": points, "most": points})), "")
    yield from wrapped(say(OTHER_INPUTS), "")
    yield from labelled("Next", command("submit"))


def labelled(label: str, words: str, whole: bool = False) -> list[str]:
    """Words after a label; what is to be copied stays ``whole``, however long it is."""
    line = f"{padded(say(label) if label else '', LABEL)}{words}"
    return [line] if whole else wrapped(line, " " * LABEL)


# What a check says


def checked_lines(report: Report, folder: Path, in_full: bool) -> Iterator[str]:
    """What was asked for: each question in full, or a line and in full only what is wrong."""
    for note in report.notes:
        yield from note_lines(note)
    unsolved = report.marks and all(m.verdicts == {Verdict.UNSOLVED} for m in report.marks)
    if unsolved and are_stubs(asked(report), folder):
        yield from wrapped(say(UNFILLED), "")
    for mark in report.marks:
        if is_wrong(mark) or (in_full and not mark.solved):
            yield from attention_lines(mark, folder)
        elif in_full and mark.notes:
            yield from mark_lines(mark)
        else:
            yield mark_line(mark)
    yield from sum_lines(report)


def asked(report: Report) -> list[Question]:
    return [syllabus.exercise(mark.exercise).questions[mark.question] for mark in report.marks]


def are_stubs(questions: Iterable[Question], folder: Path) -> bool:
    """Whether each of the functions stands in its file as it was given out."""
    sources = {path.stem: path.read_bytes() for path in folder.glob("*.py") if path.is_file()}
    return all(is_unfilled(sources.get(one.exercise, b""), one.name) for one in questions)


def is_wrong(mark: Mark) -> bool:
    return not mark.solved and mark.verdicts != {Verdict.UNSOLVED}


def attention_lines(mark: Mark, folder: Path) -> Iterator[str]:
    """One question in full, with what to read again and what to do."""
    yield from mark_lines(mark)
    where = place(folder / f"{mark.exercise}.py", mark.question)
    yield from labelled("Where", where)
    if is_wrong(mark):
        from ..hints import hints  # read only where something is wrong

        yield from labelled("Read", say(hints(mark.exercise, mark.question).read))
        yield from labelled("Then", command(f"hint {mark.question} -n 2"))
    else:
        yield from labelled("Then", command(f"show {mark.question}"))


def sum_lines(report: Report) -> Iterator[str]:
    """The points of what was asked; of everything, that it is not the grade."""
    solved = all(mark.solved for mark in report.marks)
    several = len(report.marks) > 1
    if solved and several and len(report.marks) == len(syllabus.questions()):
        yield from all_pass(report.max_score)
        return
    if several:
        yield say(text("{score}/{most} (practice)", score=report.score, most=report.max_score))
    if solved:
        yield from wrapped(say(OTHER_INPUTS), "")
