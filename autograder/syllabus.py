"""The exercises in the order of the lecture. A new exercise is one line here."""

from __future__ import annotations

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


def exercises() -> list[Exercise]:
    return [exercise(name) for name in EXERCISES]


def questions() -> list[Question]:
    return [question for one in exercises() for question in one.questions.values()]
