"""Writes the student's notebooks into assignment/ from their text sources in solutions/notebooks.

Model answers, mark schemes and hidden tests stay out of them.
"""

from __future__ import annotations

import argparse

from .. import notebooks
from ..language import say

EXAMPLE = "python3 course.py notebooks --check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")


def run(options: argparse.Namespace) -> int:
    changed = notebooks.stale() if options.check else notebooks.write()
    for name in changed:
        print(f"{'stale' if options.check else 'wrote'}  assignment/{name}")
    if not changed:
        print(say("the notebooks in assignment/ are fresh"))
    return 1 if options.check and changed else 0
