"""Whether this machine and this copy are fit to work with: facts, and a remedy where one is wrong.

What a submission may do while it is graded is another matter: see ``fitness_to_grade``.
"""

from __future__ import annotations

import platform
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from course import NEWEST, OLDEST, REQUIREMENTS

from . import manifest, progress, stubs, syllabus
from .language import say
from .model import Text, text
from .places import ASSIGNMENT, MANIFEST, RECORDED, ROOT, is_students_copy, shown
from .report.screen import command

GIVEN = "assignment/"
STUDENTS = tuple(f"{GIVEN}{name}.py" for name in syllabus.EXERCISES)  # theirs to change
SHOWN = 3  # names; more of them say no more


@dataclass(frozen=True)
class Fact:
    """One line: what it is about and how it is; with a ``remedy`` it is wrong."""

    label: Text | str
    fact: Text | str
    remedy: Text | None = None


def facts() -> Iterator[Fact]:
    yield python()
    yield Fact("numpy", np.__version__, other_version("numpy", REQUIREMENTS[0]))
    if pinned("matplotlib", REQUIREMENTS[0]):
        yield package("matplotlib", REQUIREMENTS[0])
    yield pytest()
    yield Fact(text("platform"), platform.platform())
    yield output()
    yield recorded()
    yield from map(writable, (ASSIGNMENT, progress.FILE.parent))
    yield shadows((ASSIGNMENT, ROOT))
    if is_students_copy():
        yield from changes()


def python() -> Fact:
    old_or_new = text(
        "use Python {oldest} to {newest}: with another one nobody tried the course",
        oldest=dotted(OLDEST),
        newest=dotted(NEWEST),
    )
    fits = OLDEST <= sys.version_info[:2] <= NEWEST
    said = f"{platform.python_version()}, {sys.executable}"
    return Fact("python", said, None if fits else old_or_new)


def dotted(version: Iterable[int]) -> str:
    return ".".join(map(str, version))


# Packages


def pinned(name: str, requirements: str) -> str | None:
    """The version that a file of requirements asks for; None where it does not name the package."""
    try:
        lines = (ROOT / requirements).read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(rf"^{name}==([^\s;]+)", lines, re.MULTILINE)
    return found[1] if found else None


def installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def other_version(name: str, requirements: str) -> Text | None:
    wanted = pinned(name, requirements)
    if wanted in (None, installed(name)):
        return None
    return text(
        "the course is made for {name} {version}: python -m pip install -r {requirements}",
        name=name,
        version=wanted,
        requirements=requirements,
    )


def package(name: str, requirements: str) -> Fact:
    version = installed(name)
    return Fact(name, version or text("not installed"), other_version(name, requirements))


def pytest() -> Fact:
    """Only ``course.py test`` needs it, and installs it: none is no fault."""
    if installed("pytest"):
        return package("pytest", REQUIREMENTS[1])
    return Fact("pytest", text("not installed yet: course.py test does it, once"))


# The console


def output() -> Fact:
    encoding = sys.stdout.encoding
    how = text("{encoding}; what it cannot show is escaped", encoding=encoding)
    unshowable = text("use --lang en, or a terminal in UTF-8: this one cannot show your language")
    try:
        say(how).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return Fact(text("output"), how, unshowable)
    return Fact(text("output"), how)


# Files and folders


def recorded() -> Fact:
    missing = [name for name in syllabus.EXERCISES if not readable(name)]
    if not missing:
        return Fact(text("recorded"), text("data/recorded is readable: check works offline"))
    lacking = text(
        "data/recorded lacks {names}: check does not work offline", names=", ".join(missing)
    )
    return Fact(text("recorded"), lacking, text("get data/recorded from the course again"))


def readable(name: str) -> bool:
    try:
        with np.load(RECORDED / f"{name}.npz", allow_pickle=False) as file:
            return bool(file.files)
    except (OSError, ValueError):
        return False


def writable(folder: Path) -> Fact:
    """Whether a file can be made in ``folder``, or that folder in the one above it."""
    place = folder if folder.exists() else folder.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return Fact(text("write access"), text("yes, in {folder}", folder=shown(folder)))
    except OSError as error:
        why = text("none in {folder}: {reason}", folder=shown(folder), reason=error.strerror)
        remedy = text("copy the whole course to a folder of yours, such as one in your home folder")
        return Fact(text("write access"), why, remedy)


def shadows(folders: Iterable[Path]) -> Fact:
    """A file that would be imported in the place of a module of Python's or of the course's."""
    taken = {*sys.stdlib_module_names, "numpy", "matplotlib", "pytest", "autograder"}
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in sorted(folder.glob("*"))
        if path.suffix in (".py", "") and path.stem in taken and not is_ours(path)
    ]
    if not found:
        return Fact(text("file names"), text("none hides a module of Python"))
    hidden = text("{files}: other programs get these and not the real ones", files=some(found))
    return Fact(text("file names"), hidden, text("give them other names"))


def is_ours(path: Path) -> bool:
    return path.parent == ROOT and path.name in ("autograder", "course.py")


def changes() -> Iterator[Fact]:
    """What is missing, and what has changed of that which is nobody's to change."""
    release = manifest.read()
    if release is None:
        yield Fact(
            text("files"),
            text("data/{name} cannot be read", name=MANIFEST.name),
            text("get the course again, and take your assignment/ into it"),
        )
        return
    missing, changed = [], []
    for path in filter(is_needed, release.files):
        if not (ROOT / path).is_file():
            missing.append(path)
        elif path not in STUDENTS and not manifest.is_as_released(path, release):
            changed.append(path)
    yield Fact(text("release"), release.course)
    yield Fact(text("missing"), some(missing) or text("nothing"), restored(missing))
    yield Fact(text("changed"), some(changed) or text("nothing that is given"), restored(changed))


def is_needed(path: str) -> bool:
    """Whether a file is the checker's or a Python file of the assignment, and no text beside it."""
    return path.startswith(manifest.CHECKER) or (path.startswith(GIVEN) and path.endswith(".py"))


def restored(paths: list[str]) -> Text | None:
    """How to get them back, if there are any: each file of the assignment by name, or all."""
    names = [path.removeprefix(GIVEN) for path in paths]
    if paths and set(names) <= set(stubs.untouched()):
        return text("{command}", command=command(f"reset {names[0]}"))
    if paths:
        files = " ".join(paths)
        return text("get these from the course again: git checkout -- {files}", files=files)
    return None


def some(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
