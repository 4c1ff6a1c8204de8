"""Writes assignment/ from solutions/: docstrings and hints stay, marked regions become stubs."""

from __future__ import annotations

import argparse

from .. import stubs

EXAMPLE = "python3 course.py stubs --check"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")


def run(options: argparse.Namespace) -> int:
    changed = stubs.stale() if options.check else stubs.write()
    for name in changed:
        print(f"{'stale' if options.check else 'wrote'}  assignment/{name}")
    if not changed:
        print("assignment/ is fresh")
    return 1 if options.check and changed else 0
