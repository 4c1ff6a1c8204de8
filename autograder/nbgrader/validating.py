"""`nbgrader validate` with the references beside the notebooks: every test cell passes, or says."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..places import SOLUTIONS
from .course import Course, environment

PASSES = "Success! Your notebook passes all the tests."


def validate(course: Course) -> Iterator[tuple[str, str]]:
    """Each notebook, and what nbgrader found wrong with it; nothing where all is well."""
    with tempfile.TemporaryDirectory(prefix="validate-") as name:
        for path in (*SOLUTIONS.glob("[!_]*.py"), *course.source().glob("*.ipynb")):
            shutil.copyfile(path, Path(name, path.name))
        for path in sorted(Path(name).glob("*.ipynb")):
            command = [sys.executable, "-P", "-m", "nbgrader", "validate", path.name]
            ended = subprocess.run(
                command, cwd=name, env=environment(), capture_output=True, text=True
            )
            passes = ended.returncode == 0 and PASSES in ended.stdout
            yield path.name, "" if passes else ended.stdout + ended.stderr
