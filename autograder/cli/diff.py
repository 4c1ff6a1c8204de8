"""Says whose mark differs between two runs, and why.

A run is its number, the beginning of its date (2026-11-23 or 11-23), ``last`` or ``previous``.
Without any, the last run is compared with the one before.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..language import say
from ..model import Unusable, text
from ..report.data import Sentence, revived_text
from ..report.screen import show as lines_to_screen
from ..report.text import wrapped
from ..store import Data, Row, Run, Store
from . import PASSED

EXAMPLE = "python3 course.py diff previous last --out results"
Pair = tuple[Row | None, Row | None]
COUNTED = {
    "up": text("up"),
    "down": text("down"),
    "changed": text("changed"),
    "new": text("new"),
    "gone": text("gone"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="two runs, the older one first")
    parser.add_argument("--out", type=Path, metavar="DIR", help="that `grade` wrote to")
    parser.add_argument("--store", metavar="URL", help="that `grade` wrote to")


def run(options: argparse.Namespace) -> int:
    if len(options.runs) not in (0, 2):
        raise Unusable(text("give two runs, for instance: diff previous last --out results"))
    with Store(place(options)) as store:
        runs = store.runs()
        old, new = (find(runs, name) for name in options.runs or ("previous", "last"))
        lines_to_screen(difference_lines(store, old, new))
    return PASSED


def place(options: argparse.Namespace) -> str | Path:
    """Where the results are; a folder without any is not made into one with."""
    if options.store:
        return str(options.store)
    file = Path(options.out or "results") / "results.db"
    if not file.is_file():
        raise Unusable(
            text("there is no {file}: name the folder that `grade --out` wrote to", file=file)
        )
    return file


def find(runs: list[Run], name: str) -> Run:
    """The run of that name; the latest of several that began on one date."""
    ordinals = {"last": 1, "previous": 2}
    if name in ordinals and len(runs) >= ordinals[name]:
        return runs[-ordinals[name]]
    for one in reversed(runs):
        dates = (one.started, one.started[5:]) if "-" in name else ()
        if name == str(one.id) or any(date.startswith(name) for date in dates):
            return one
    known = ", ".join(f"{one.id} ({one.started[:10]})" for one in runs[-10:]) or "none"
    raise Unusable(text("there is no run {name}; there are: {known}", name=name, known=known))


def difference_lines(store: Store, old: Run, new: Run) -> Iterator[str]:
    """The counts, what differs between the runs themselves, and every student whose mark does."""
    counts: Counter[str] = Counter()
    lines: list[str] = []
    for before, after in pairs(store, old, new):
        kind = change(before, after)
        counts[kind] += 1
        if kind != "same" and before is not None and after is not None:
            lines += student_lines(store, before, after)
        elif kind != "same":
            lines.append(f"  {name_of(before, after)}  {say(COUNTED[kind])}")
    shown = [word for word in COUNTED if counts[word] or word in ("up", "down")]
    told = ", ".join(f"{counts[word]:,} {say(COUNTED[word])}" for word in shown)
    same = say(text("{count:,} the same", count=counts["same"]))
    yield f"diff {old.id} {new.id}   {told}, {same}"
    yield from run_lines(old, new)
    yield from lines


def pairs(store: Store, old: Run, new: Run) -> Iterator[Pair]:
    """Both results of each student, by name; both runs are read once and side by side."""
    rows = [store.rows(store.lineage(one)) for one in (old, new)]
    before, after = (next(side, None) for side in rows)
    while before is not None or after is not None:
        first = name_of(before, after)
        pair = [row if row and row.student == first else None for row in (before, after)]
        yield pair[0], pair[1]
        before = next(rows[0], None) if pair[0] else before
        after = next(rows[1], None) if pair[1] else after


def name_of(*rows: Row | None) -> str:
    return min(row.student for row in rows if row is not None)


def change(before: Row | None, after: Row | None) -> str:
    """One of COUNTED or ``same``; ``changed`` is another ending, or other marks of equal sum."""
    if before is None or after is None:
        return "new" if before is None else "gone"
    scores = [-1 if row.score is None else row.score for row in (before, after)]
    if scores[0] != scores[1]:
        return "up" if scores[0] < scores[1] else "down"
    alike = marks_of(before) == marks_of(after) and before.status == after.status
    return "same" if alike else "changed"


def marks_of(row: Row) -> dict[str, int]:
    return {mark.question: mark.score for mark in row.marks}


def run_lines(old: Run, new: Run) -> Iterator[str]:
    """What the runs themselves do not have in common."""
    if old.grader != new.grader:
        yield f"  grader {old.grader} -> {new.grader}"
    if old.seed != new.seed:
        yield say(text("  seed {old} -> {new}: other inputs", old=old.seed, new=new.seed))
    for name in sorted(old.settings.keys() | new.settings.keys()):
        if old.settings.get(name) != new.settings.get(name):
            yield f"  {name} {old.settings.get(name)} -> {new.settings.get(name)}"


def student_lines(store: Store, before: Row, after: Row) -> Iterator[str]:
    """The marks of one student, then a line for each check that ended otherwise."""
    scores = " -> ".join("-" if row.score is None else str(row.score) for row in (before, after))
    resubmitted = say("the submission changed") if before.digest != after.digest else ""
    yield f"  {before.student}  {scores}   {resubmitted}".rstrip()
    old, new = store.report(before), store.report(after)
    if old is None or new is None:
        headline = (before if old is None else after).brief["headline"]
        yield from wrapped(f"    {before.status} -> {after.status}: {said(headline)}", " " * 6)
        return
    was, now = checks_of(old), checks_of(new)
    for name in {**was, **now}:
        yield from check_lines(name, was.get(name), now.get(name))


def check_lines(name: str, was: Data | None, now: Data | None) -> Iterator[str]:
    """How a check ended before and now, and what is, or was, said of it."""
    verdicts = [check["verdict"] if check else say("not asked") for check in (was, now)]
    if verdicts[0] == verdicts[1]:
        return
    why = ""
    if now and now["message"]:
        why = said(now["message"])
    elif was and was["message"]:
        why = say(text("was: {message}", message=revived_text(was["message"])))
    yield from wrapped(f"    {name}: {verdicts[0]} -> {verdicts[1]}   {why}".rstrip(), " " * 6)


def said(sentence: Sentence) -> str:
    return say(revived_text(sentence))


def checks_of(report: Data) -> dict[str, Data]:
    """Each check by its question's name and its own."""
    return {
        f"{mark['question']}/{check['name']}": check
        for mark in report["questions"]
        for check in mark["checks"]
    }
