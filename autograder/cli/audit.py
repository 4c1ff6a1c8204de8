"""Grades the grader: references pass, every misconception fails where it says, files are fresh."""

from __future__ import annotations

import argparse
import time

from ..audit import PARTS

EXAMPLE = "python3 course.py audit --seeds 200"
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, default=10, help="how many seeds to try (default 10)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default 1)")


def run(options: argparse.Namespace) -> int:
    seeds = range(options.first, options.first + options.seeds)
    failed = False
    for part in PARTS:
        started = time.perf_counter()
        problems = list(part.problems(seeds))
        over = f", {len(seeds)} seeds" if part.seeded else ""
        marker = "[FAIL]" if problems else "[PASS]"
        print(f"{marker} {part.promise} ({time.perf_counter() - started:.1f} s{over})", flush=True)
        for problem in problems[:SHOWN]:
            print(f"       {problem}")
        if len(problems) > SHOWN:
            print(f"       and {len(problems) - SHOWN} more")
        failed = failed or bool(problems)
    return 1 if failed else 0
