"""How each question stood when it was last checked, remembered between runs on this machine alone.

    {"format": "progress/v1", "questions": {"relu_forward": {"score": 2, "max_score": 2,
     "verdict": "passed", "digest": "...", "passed": "2026-11-23T13:50:02+00:00"}}}

A standing counts as long as the files that it came from are what they were. What cannot be read or
written is done without: this is memory, no mark.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from . import __version__
from .model import Mark, Verdict
from .places import RECORDED, ROOT

FORMAT = "progress/v1"
FILE = ROOT / ".course" / "progress.json"
IMPORTS = re.compile(rb"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)
# The gravest verdict stands for a question.
GRAVEST = (
    *(Verdict.BROKEN, Verdict.CRASHED, Verdict.TIMED_OUT, Verdict.RAISED, Verdict.FAILED),
    *(Verdict.BLOCKED, Verdict.UNSOLVED, Verdict.PASSED),
)


@dataclass(frozen=True)
class Standing:
    """One question when it was last checked; ``passed`` says since when it passes, or last did."""

    score: int
    max_score: int
    verdict: Verdict
    digest: str
    passed: str = ""  # ISO 8601, UTC

    @property
    def regressed(self) -> bool:
        return bool(self.passed) and self.verdict != Verdict.PASSED


Standings = dict[str, Standing]


def verdict_of(mark: Mark) -> Verdict:
    return next(verdict for verdict in GRAVEST if verdict in mark.verdicts)


def updated(before: Standings, marks: Iterable[Mark], digests: Mapping[str, str]) -> Standings:
    """``before`` with what has just been checked; ``digests`` are those of the exercises."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    after = dict(before)
    for mark in marks:
        verdict, last = verdict_of(mark), before.get(mark.question)
        passed = last.passed if last else ""
        if verdict == Verdict.PASSED and not (last and last.verdict == Verdict.PASSED):
            passed = now
        after[mark.question] = Standing(
            mark.score, mark.max_score, verdict, digests[mark.exercise], passed
        )
    return after


def digests(files: Mapping[str, bytes], exercises: Iterable[str]) -> dict[str, str]:
    """By exercise, what its marks depend on: its file, those it imports, and the recording."""
    return {name: _digest(files, name) for name in exercises}


def _digest(files: Mapping[str, bytes], exercise: str) -> str:
    found = hashlib.sha256(f"{__version__} {_recording(exercise)}".encode())
    for name in sorted(needed(files, f"{exercise}.py")):
        found.update(name.encode() + b"\0" + files.get(name, b"") + b"\0")
    return found.hexdigest()[:16]


def needed(files: Mapping[str, bytes], name: str) -> set[str]:
    """A file and those beside it that it imports, in however many steps."""
    reached, left = set(), [name]
    while left:
        now = left.pop()
        if now not in reached:
            reached.add(now)
            imported = (f"{found.decode()}.py" for found in IMPORTS.findall(files.get(now, b"")))
            left += [other for other in imported if other in files]
    return reached


def _recording(exercise: str) -> tuple[int, int]:
    try:
        found = (RECORDED / f"{exercise}.npz").stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def read(file: Path | None = None) -> Standings:
    """What is remembered; nothing where that cannot be read."""
    try:
        data = json.loads((file or FILE).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            return {}
        found = {name: Standing(**one) for name, one in data["questions"].items()}
        return {name: replace(one, verdict=Verdict(one.verdict)) for name, one in found.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def write(standings: Standings, file: Path | None = None) -> bool:
    """Remember, in one piece; False where this folder cannot be written."""
    file = file or FILE
    data = {"format": FORMAT, "questions": {name: asdict(one) for name, one in standings.items()}}
    part = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(exist_ok=True)
        part.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        part.replace(file)
    except OSError:
        return False
    return True
