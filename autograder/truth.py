"""What is compared with: the reference's observations and those of the misconceptions.

:class:`Live` computes them from ``solutions/``, once per seed and run. :class:`Recorded` reads
them from ``data/recorded``, so that a student's copy needs no source of an answer.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .candidate import Candidate, Local, Observation, as_array
from .exercise import Bank, Case, Inputs, Misconception, Question
from .model import Fault, Unusable, text
from .places import RECORDED

PUBLIC_SEED = 231


@dataclass(frozen=True)
class Known:
    """A misconception and what it does on each case; None where it gives no answer.

    What is drawn at random is not kept: a signature tells it. One that only draws a note is none
    of these: its values are right, so it explains no failure.
    """

    name: str
    sentence: str
    observations: Mapping[str, Observation | None]
    spot: str = ""


NOTHING = Observation({})  # what an answer that is drawn is compared with


class Truth(Protocol):
    """What marks are decided against, for one seed."""

    seed: int

    def inputs(self, question: Question, case: Case) -> Inputs: ...
    def expected(self, question: Question, case: Case) -> Observation: ...
    def known(self, question: Question) -> list[Known]: ...
    def __hash__(self) -> int: ...


def observe(question: Question, candidate: Candidate, inputs: Inputs) -> Observation:
    """What ``candidate`` does with one case; raises :class:`Fault` where it gives no answer."""
    candidate.begin(inputs.seed)
    values = question.observe(candidate, inputs)
    arrays = {name: as_array(name, value) for name, value in values.items()}
    return Observation(arrays, tuple(candidate.remarks.values()))


def reference(exercise: str, **replaced: Any) -> Local:
    """The reference as a candidate, some of its functions replaced."""
    return Local(import_module(f"solutions.{exercise}"), **replaced)


def bank(exercise: str) -> Bank:
    declared: Bank = import_module(f"solutions.misconceptions.{exercise}").bank
    return declared


class Live:
    """References and misconceptions run here; every result is kept for the whole run."""

    def __init__(self, seed: int = PUBLIC_SEED) -> None:
        self.seed = seed
        self.inputs = cache(self._inputs)
        self.expected = cache(self._expected)
        self.known = cache(self._known)

    def _inputs(self, question: Any, case: Case) -> Inputs:
        return case.inputs(self.seed, question.name)

    def _expected(self, question: Any, case: Case) -> Observation:
        if question.drawn:
            return NOTHING
        inputs, candidate = self.inputs(question, case), reference(question.exercise)
        observation = observe(question, candidate, inputs)
        if question.numeric is None:
            return observation
        numeric = question.numeric(candidate, inputs)
        values = {f"numeric_{name}": gradient for name, gradient in numeric.items()}
        return Observation({**observation.values, **values}, observation.remarks)

    def _known(self, question: Any) -> list[Known]:
        declared = bank(question.exercise).of(question.name)
        return [self._run(question, one) for one in declared if not one.advised]

    def _run(self, question: Question, misconception: Misconception) -> Known:
        candidate = reference(question.exercise, **misconception.replaced)
        observations: dict[str, Observation | None] = {}
        for case in () if question.drawn else question.cases:
            try:
                observations[case.name] = observe(question, candidate, self.inputs(question, case))
            except Fault:
                observations[case.name] = None
        return Known(misconception.name, misconception.sentence, observations, misconception.spot)


class Recorded:
    """The same from files. Refuses inputs other than those that were recorded."""

    def __init__(self, folder: Path = RECORDED) -> None:
        self.folder = folder
        self.seed = PUBLIC_SEED
        self._open = cache(self._read)
        self.inputs = cache(self._inputs)
        self.expected = cache(self._expected)
        self.known = cache(self._known)

    def _read(self, exercise: str) -> tuple[dict[str, Any], Mapping[str, np.ndarray]]:
        path = self.folder / f"{exercise}.npz"
        try:
            arrays = load_recording(path)
            contents = json.loads(str(arrays["contents"]))
        except (OSError, ValueError, KeyError) as error:
            raise Unusable(
                text("cannot read the recording {path}: {error}", path=path, error=error)
            ) from error
        return contents, arrays

    def _inputs(self, question: Any, case: Case) -> Inputs:
        contents, _ = self._open(question.exercise)
        inputs = case.inputs(self.seed, question.name)
        if digest(inputs) != contents["inputs"].get(f"{question.name}/{case.name}"):
            raise Unusable(
                text(
                    "the inputs of {question} are not those of the recording (numpy {version}): "
                    "install the numpy of requirements.txt, or get a fresh copy of data/recorded",
                    question=question.name,
                    version=np.__version__,
                )
            )
        return inputs

    def _expected(self, question: Question, case: Case) -> Observation:
        if question.drawn:
            return NOTHING
        contents, arrays = self._open(question.exercise)
        return _recorded(contents, arrays, f"{question.name}/{case.name}/reference")

    def _known(self, question: Question) -> list[Known]:
        contents, arrays = self._open(question.exercise)
        found = []
        for name, told in contents["misconceptions"].get(question.name, {}).items():
            keys = {case.name: f"{question.name}/{case.name}/{name}" for case in question.cases}
            observations = {
                case: _recorded(contents, arrays, key) if key in contents["names"] else None
                for case, key in keys.items()
            }
            found.append(Known(name, told["sentence"], observations, told["spot"]))
        return found


def load_recording(path: Path) -> Mapping[str, np.ndarray]:
    """The arrays of a recording, each unpacked when it is looked at; no file stays open."""
    arrays: Mapping[str, np.ndarray] = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
    return arrays


def _recorded(contents: dict[str, Any], arrays: Mapping[str, np.ndarray], key: str) -> Observation:
    return Observation({name: arrays[f"{key}/{name}"] for name in contents["names"][key]})


def digest(inputs: Inputs) -> str:
    """Identifies a case's inputs: equal on every machine that draws the same numbers."""
    state = hashlib.sha256()
    _digest(vars(inputs), state)
    return state.hexdigest()[:16]


def _digest(value: Any, state: Any) -> None:
    if isinstance(value, np.ndarray):
        state.update(f"{value.dtype.str}{value.shape}".encode())
        state.update(np.round(value, 9).tobytes() if value.dtype.kind == "f" else value.tobytes())
    elif isinstance(value, dict):
        for key in sorted(value):
            state.update(key.encode())
            _digest(value[key], state)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _digest(item, state)
    else:
        state.update(f"{value:.9g}".encode() if isinstance(value, float) else repr(value).encode())
