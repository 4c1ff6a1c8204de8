"""What a student sees, as plain text: a table of situations, and a golden file for each language.

`python -m tests.screens` writes the files anew: look at what changed before you commit it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import student
from tests.student import ROOT, solved

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "ko")
COLUMNS = 80

WITHOUT_MEAN_PATH = """\
def batchnorm_backward(dout, cache):
    x_hat, centered, std, gamma = cache
    dbeta, dgamma = np.sum(dout, axis=0), np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma
    dx = dx_hat / std - centered * np.sum(dx_hat * centered, axis=0) / (len(dout) * std**3)
    return dx, dgamma, dbeta


"""
STRANGE = """\
def elu_backward(dout, cache):
    x, alpha = cache
    return dout * np.where(x > 0, 1.0, 0.3 + x**2)


"""
RAISES = """\
def relu_forward(x):
    return np.maximum(0, x), y


"""
UNCLOSED = """\
def relu_forward(x):
    return (np.maximum(0, x), x


"""
BATCHNORM = {**solved("batchnorm_forward"), "batchnorm_backward": WITHOUT_MEAN_PATH}
ELU = {**solved("elu_forward"), "elu_backward": STRANGE}
ALL = "all"

# By name: the functions that are written, and the command.
SCREENS: dict[str, tuple[dict[str, str] | str, tuple[str, ...]]] = {
    "status-first": ({}, ()),
    "status-begun": ({**solved("sigmoid_forward", "he_init"), **BATCHNORM}, ()),
    "status-all": (ALL, ()),
    "check-first": ({}, ("check",)),
    "check-todo": ({}, ("check", "relu_forward")),
    "check-known": (BATCHNORM, ("check", "batchnorm_backward")),
    "check-unknown": (
        {**solved("elu_forward"), "elu_backward": STRANGE},
        ("check", "elu_backward"),
    ),
    "check-raises": ({"relu_forward": RAISES}, ("check", "relu_forward")),
    "check-syntax": ({"relu_forward": UNCLOSED}, ("check", "relu_forward")),
    "check-passes": (solved("relu_forward"), ("check", "relu_forward")),
    "check-all-begun": ({**solved("sigmoid_forward"), **BATCHNORM}, ("check", "--all")),
    "check-all": (ALL, ("check", "--all")),
    "check-misspelt": ({}, ("check", "relu_foward")),
    "hint-1": (BATCHNORM, ("hint", "batchnorm_backward")),
    "hint-2": (BATCHNORM, ("hint", "batchnorm_backward", "-n", "2")),
    "hint-3": (BATCHNORM, ("hint", "batchnorm_backward", "-n", "3")),
    "help": ({}, ("--help",)),
    "help-check": ({}, ("check", "--help")),
}


def golden(name: str, language: str) -> Path:
    return FOLDER / f"{name}.{language}.txt"


def prepared(folder: Path, name: str) -> Path:
    """A student's copy in the situation."""
    functions, _ = SCREENS[name]
    student.copy_to(folder)
    if isinstance(functions, dict):
        student.write(folder, functions)
    else:
        for path in (ROOT / "solutions").glob("[!_]*.py"):
            (folder / "assignment" / path.name).write_bytes(path.read_bytes())
    return folder


def command(name: str, language: str) -> list[str]:
    return [sys.executable, "-P", "-m", "autograder", *SCREENS[name][1], "--lang", language]


def variables(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": str(COLUMNS)}


def shown(folder: Path, name: str, language: str) -> str:
    """What the command prints, errors included."""
    ended = subprocess.run(
        command(name, language),
        cwd=folder,
        env={**variables(folder), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    return ended.stdout


def all_shown() -> Iterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory() as temporary:
        for name in SCREENS:
            folder = prepared(Path(temporary) / name, name)
            for language in LANGUAGES:
                yield golden(name, language), shown(folder, name, language)
