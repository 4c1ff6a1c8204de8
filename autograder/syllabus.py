"""The exercises in the order of the lecture. A new exercise is one line here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from .exercise import Exercise, Question

EXERCISES = (
    "activations",
    "preprocessing",
    "initializers",
    "batchnorm",
    "deep_network",
    "babysitting",
    "hyperparameters",
)


@cache
def exercise(name: str) -> Exercise:
    declared: Exercise = import_module(f".exercises.{name}", __package__).exercise
    return declared


def exercises() -> Iterator[Exercise]:
    """All of them, each imported when its turn comes."""
    return map(exercise, EXERCISES)


def questions() -> list[Question]:
    return [question for one in exercises() for question in one.questions.values()]
