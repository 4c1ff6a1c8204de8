"""Where a picture's functions come from: modules, or a session that loaded a student's files."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import ModuleType, SimpleNamespace
from typing import Any

from .. import syllabus
from ..candidate import Candidate
from ..model import Fault, Verdict, text
from ..places import ASSIGNMENT
from ..session import LocalSession

NETWORK = "network"  # given; it imports the student's files


def together(*modules: Any) -> SimpleNamespace:
    """The functions of several modules in one namespace."""
    named = {name: value for one in modules for name, value in vars(one).items()}
    return SimpleNamespace(**{n: v for n, v in named.items() if callable(v) and n[0] != "_"})


def with_given(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """A submission's files and, where it lacks one, the given network or an empty file."""
    empty = {f"{name}.py": b"" for name in syllabus.EXERCISES}
    given = (ASSIGNMENT / f"{NETWORK}.py").read_bytes()
    return {**empty, f"{NETWORK}.py": given, **files}


def loaded(session: LocalSession) -> SimpleNamespace:
    """All functions of a session's files as far as these could be loaded, and the given network.

    A function that is not there, or went with a broken line, raises a :class:`Fault` that says so
    when it is called. They work as long as the session is open.
    """
    modules = []
    for exercise in syllabus.exercises():
        candidate = session.candidate(exercise.name)
        module = session.host.modules.setdefault(exercise.name, ModuleType(exercise.name))
        sys.modules[exercise.name] = module
        for name in exercise.questions:
            if name in candidate.lost or not callable(getattr(module, name, None)):
                setattr(module, name, raising(fault_of(candidate, name)))
        modules.append(module)
    session.candidate(NETWORK)
    return together(*modules, session.host.modules.get(NETWORK, SimpleNamespace()))


def fault_of(candidate: Candidate, function: str) -> Fault:
    if function in candidate.lost:
        return candidate.lost[function]
    sentence = text("{function} is not written yet", function=function)
    return Fault(Verdict.UNSOLVED, sentence, function=function)


def raising(fault: Fault) -> Any:
    def function(*_arguments: Any, **_keywords: Any) -> Any:
        raise fault

    return function
