"""Writes down what the reference and the misconceptions do on the public seed.

A student's check compares with these files, so that no source of an answer need be on their disk.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from . import __version__, syllabus
from .candidate import Observation
from .exercise import Exercise
from .numerics import deviation
from .places import RECORDED
from .truth import PUBLIC_SEED, Live, digest, load_recording

FRESH = 1e-9  # other processors round differently, at 1e-14


def recording(exercise: Exercise, truth: Live) -> dict[str, Any]:
    """Arrays by ``question/case/who/name``, and ``contents`` that says what there is, as JSON."""
    inputs: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    misconceptions: dict[str, dict[str, dict[str, str]]] = {}
    arrays: dict[str, Any] = {}

    def add(key: str, observation: Observation) -> None:
        names[key] = list(observation.values)
        arrays.update((f"{key}/{name}", value) for name, value in observation.values.items())

    for question in exercise.questions.values():
        known = truth.known(question)
        misconceptions[question.name] = {
            one.name: {"sentence": one.sentence, "spot": one.spot} for one in known
        }
        for case in question.cases:
            key = f"{question.name}/{case.name}"
            inputs[key] = digest(truth.inputs(question, case))
            if not question.drawn:
                add(f"{key}/reference", truth.expected(question, case))
            for one in known:
                observation = one.observations.get(case.name)
                if observation is not None:
                    add(f"{key}/{one.name}", observation)
    contents = {
        "format": "recording/v2",
        "grader": __version__,
        "seed": PUBLIC_SEED,
        "inputs": inputs,
        "names": names,
        "misconceptions": misconceptions,
    }
    return {"contents": np.array(json.dumps(contents)), **arrays}


def write(folder: Path = RECORDED) -> list[Path]:
    """Write the recordings that changed; equal contents give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = Live(PUBLIC_SEED)
    written = []
    for exercise in syllabus.exercises():
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **recording(exercise, truth))
        path = folder / f"{exercise.name}.npz"
        if not path.exists() or path.read_bytes() != buffer.getvalue():
            path.write_bytes(buffer.getvalue())
            written.append(path)
    return written


def stale(folder: Path = RECORDED) -> list[str]:
    """Exercises whose recording is missing or differs from what would be written now."""
    truth = Live(PUBLIC_SEED)
    return [
        exercise.name
        for exercise in syllabus.exercises()
        if not _same(recording(exercise, truth), folder / f"{exercise.name}.npz")
    ]


def _same(fresh: dict[str, Any], path: Path) -> bool:
    if not path.exists():
        return False
    old = load_recording(path)
    if set(old) != set(fresh) or str(old["contents"]) != str(fresh["contents"]):
        return False
    return all(deviation(old[name], np.asarray(array)) <= FRESH for name, array in fresh.items())
