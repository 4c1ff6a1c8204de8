"""The students' copy: the assignment, the checker and its recordings; no source of an answer.

What belongs to it is found, not listed: the modules that its commands import, in any number of
steps. Equal sources give equal files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import __version__, manifest, record, stubs, syllabus
from .closure import closure, files_of, third_party
from .language import CATALOGUES, DOMAIN, LANGUAGES
from .model import Unusable, text
from .places import ASSIGNMENT, MANIFEST, RECORDED, ROOT, STUBS

BUNDLE = ROOT / "autograder" / "bundle"  # what is only in a student's copy, as it lies there
# Where a student's copy is entered beside its commands: the command line, its tests, its notebooks.
ENTRANCES = ("autograder.__main__", "autograder.collected", "autograder.lab")
# What is imported by a name that is worked out.
BY_NAME = {"autograder.syllabus": [f"autograder.exercises.{name}" for name in syllabus.EXERCISES]}
# What is imported where a copy is no student's.
LEFT_OUT = {"autograder.fitness_to_grade": "says what a machine offers for grading a class"}
TESTING = {"pytest"}  # packages that only `course.py test` needs, and installs
PROVIDED = {"IPython"}  # packages that whatever opens a notebook brings
PINNED = "# Pinned, so that everybody computes the same.\n"
CACHES = ("__pycache__", ".pytest_cache", ".DS_Store", ".ipynb_checkpoints")


def contents(commands: Iterable[str]) -> dict[str, bytes]:
    """Every file, by its path, of a student's copy with these commands.

    Raises :class:`Unusable` where the recordings are stale or a package has no pin.
    """
    if stale := record.stale():
        raise Unusable(text("recordings are stale: {names}. Run record", names=", ".join(stale)))
    modules = modules_for(commands)
    files = {
        **read_below(ROOT, files_of(modules)),
        **read_below(ROOT, data_files()),
        **read_below(BUNDLE, without_caches(BUNDLE, "*")),
        **assignment(),
        **requirements(third_party(modules)),
    }
    versions = {"grader": __version__, "numpy": version(files["requirements.txt"], "numpy")}
    own = MANIFEST.relative_to(ROOT).as_posix()
    return {**files, own: manifest.written(manifest.of(files, versions))}


def modules_for(commands: Iterable[str]) -> set[str]:
    """The modules of a student's copy."""
    return closure(
        (*ENTRANCES, *(f"autograder.cli.{name}" for name in commands)), BY_NAME, LEFT_OUT
    )


def read_below(root: Path, paths: Iterable[Path]) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def assignment() -> dict[str, bytes]:
    """The stubs, fresh from their source: to work in, and to begin anew from."""
    return {
        (folder / name).relative_to(ROOT).as_posix(): source.encode()
        for folder in (ASSIGNMENT, STUBS)
        for name, source in stubs.stubs().items()
    }


def data_files() -> Iterator[Path]:
    yield from (ROOT / name for name in ("course.py", "LICENSE", "data/digits.npz"))
    for name in syllabus.EXERCISES:
        yield ROOT / "autograder" / "hints" / f"{name}.toml"
        yield RECORDED / f"{name}.npz"
    for language in LANGUAGES[1:]:
        yield CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    yield from without_caches(ASSIGNMENT, "*.ipynb")


def without_caches(folder: Path, pattern: str) -> Iterator[Path]:
    for path in sorted(folder.rglob(pattern)):
        if path.is_file() and not set(CACHES) & set(path.relative_to(folder).parts):
            yield path


def requirements(imported: set[str]) -> dict[str, bytes]:
    """Files of requirements for a student: our own pins of what is needed there."""
    wanted = {"requirements.txt": imported - TESTING - PROVIDED, "tests/requirements.txt": TESTING}
    return {
        name: (PINNED + "".join(pins(name, sorted(packages)))).encode()
        for name, packages in wanted.items()
    }


def pins(name: str, packages: Iterable[str]) -> Iterator[str]:
    """Our own lines of a file of requirements, for these packages alone."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines(keepends=True)
    for package in packages:
        found = [line for line in lines if re.match(rf"{package}==", line)]
        if not found:
            raise Unusable(text("{file} pins no {package}", file=name, package=package))
        yield from found


def version(requirements: bytes, package: str) -> str:
    found = re.search(rf"^{package}==(\S+)", requirements.decode(), re.MULTILINE)
    return found[1] if found else ""
