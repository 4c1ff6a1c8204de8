"""What a student sees, as plain text: a table of situations, and a golden file for each language.

`python -m tests.screens` writes the files anew: look at what changed before you commit it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import student
from tests.student import solved

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
ALL = student.solve


def another_checker(folder: Path) -> None:
    (folder / "autograder" / "grade.py").write_text("", encoding="utf-8")
    (folder / "data" / "recorded" / "batchnorm.npz").unlink()
    (folder / "assignment" / "random.py").touch()


# By name: the functions that are written, or what is done to the copy; and the command.
SCREENS: dict[str, tuple[dict[str, str] | Callable[[Path], None], tuple[str, ...]]] = {
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
    "show": ({}, ("show", "batchnorm_backward")),
    "reset": (solved("relu_forward"), ("reset", "relu_forward")),
    "submit-all": (ALL, ("submit", "--name", "Kim Minjun")),
    "submit-begun": ({**solved("sigmoid_forward"), **BATCHNORM}, ("submit",)),
    "submit-broken": ({"relu_forward": UNCLOSED}, ("submit",)),
    "doctor": ({}, ("doctor",)),
    "doctor-changed": (another_checker, ("doctor",)),
    "help": ({}, ("--help",)),
    "help-check": ({}, ("check", "--help")),
}


# What is another thing on each machine or in each minute.
VARIES = {
    r"(?<=SHA-256 )[0-9a-f]{64}": "...",
    r"[\d,]+(?= bytes|바이트)": "...",
    r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d": "...",
    r"(?m)^((?:python|numpy|matplotlib|pytest|platform|플랫폼|release|배포판) +).+$": r"\1...",
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
        functions(folder)
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
    said = ended.stdout
    for varies, instead in VARIES.items():
        said = re.sub(varies, instead, said)
    return said


def all_shown() -> Iterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory() as temporary:
        for name in SCREENS:
            for language in LANGUAGES:
                folder = prepared(Path(temporary) / language / name, name)
                yield golden(name, language), shown(folder, name, language)
