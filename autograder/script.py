"""All that a right submission is asked on one seed, in order, so that it can be asked at once.

A hundred questions and answers across a pipe wake two processes a hundred times. A worker that has
the script plays it and sends all its answers together; only who leaves the script is asked singly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from . import syllabus
from .candidate import Candidate
from .sandbox.reply import Reply
from .truth import Truth, observe, reference

Request = tuple[Any, ...]


@dataclass
class Script:
    """The requests of each exercise; where a case, known by its seed, begins; whose they are."""

    requests: dict[str, list[Request]] = field(default_factory=dict)
    cases: dict[tuple[str, int], int] = field(default_factory=dict)
    spans: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, truth: Truth) -> Script:
        """Written down while the references are asked. Needs ``solutions/``."""
        script = cls()
        for exercise in syllabus.exercises():
            asked = script.requests[exercise.name] = []
            candidate = Candidate(exercise.name, _Noted(asked, reference(exercise.name)))
            for question in exercise.questions.values():
                start = len(asked)
                for case in question.cases:
                    inputs = truth.inputs(question, case)
                    script.cases[exercise.name, inputs.seed] = len(asked)
                    observe(question, candidate, inputs)
                script.spans[question.name] = exercise.name, start, len(asked)
        return script

    @cached_property
    def calls(self) -> dict[str, int]:
        """How many calls of a student's functions each exercise takes."""
        return {name: sum(map(is_call, asked)) for name, asked in self.requests.items()}


class _Noted:
    """Passes requests on and keeps them."""

    def __init__(self, asked: list[Request], candidate: Candidate) -> None:
        self.asked, self.exchange = asked, candidate.exchange

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.exchange(request)


def is_call(request: Request) -> bool:
    return bool((request[2] if request[0] == "case" else request[0]) == "call")


def same(one: Any, other: Any) -> bool:
    """Whether two requests, or two parts of them, are equal to the last bit."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        alike = one.dtype == other.dtype and one.shape == other.shape
        return bool(alike and one.tobytes() == other.tobytes())
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
