"""Writes data/recorded: what references and misconceptions do on the public seed."""

from __future__ import annotations

import argparse

from .. import record
from ..places import ROOT

EXAMPLE = "python3 course.py record"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")


def run(options: argparse.Namespace) -> int:
    if options.check:
        stale = record.stale()
        for name in stale:
            print(f"stale  data/recorded/{name}.npz")
        if not stale:
            print("data/recorded is fresh")
        return 1 if stale else 0
    written = record.write()
    for path in written:
        print(f"wrote  {path.relative_to(ROOT)}")
    if not written:
        print("data/recorded is fresh")
    return 0
