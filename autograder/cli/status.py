"""Shows what is done, your points of practice, and the one next thing, with its file and line.

Only what you changed since the last time is checked again. Nothing is sent anywhere.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..places import ASSIGNMENT
from ..practice import standings
from ..report.practice import status_lines
from ..report.screen import show
from . import PASSED

EXAMPLE = "python3 course.py status"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, default=ASSIGNMENT, help="where your files are")


def run(options: argparse.Namespace) -> int:
    show(status_lines(standings(options.folder), options.folder))
    return PASSED
