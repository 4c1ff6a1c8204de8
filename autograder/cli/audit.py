"""Grades the grader: references pass, every misconception fails where it says, files are fresh."""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tqdm import tqdm

from ..audit import PARTS

EXAMPLE = "python3 course.py audit --seeds 200"
SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, default=10, help="how many seeds to try (default 10)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--jobs", type=int, default=2, help="processes for the seeds (default 2)")


def run(options: argparse.Namespace) -> int:
    started = time.perf_counter()
    found: dict[str, list[str]] = defaultdict(list)
    for part in PARTS:
        if not part.seeded:
            found[part.promise] += part.problems(())
    seeds = range(options.first, options.first + options.seeds)
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        bar = partial(tqdm, total=len(seeds), unit=" seeds", disable=None, leave=False, ascii=" #")
        for problems in bar(pool.map(problems_of_seed, range(len(seeds)), seeds)):
            for promise, more in problems.items():
                found[promise] += more
    for part in PARTS:
        tried = f" ({min(len(seeds), part.most or len(seeds))} seeds)" if part.seeded else ""
        show(part.promise + tried, found[part.promise])
    print(f"{len(PARTS)} promises, {time.perf_counter() - started:.0f} s")
    return 1 if any(found.values()) else 0


def problems_of_seed(place: int, seed: int) -> dict[str, list[str]]:
    return {
        part.promise: list(part.problems([seed]))
        for part in PARTS
        if part.seeded and (part.most is None or place < part.most)
    }


def show(promise: str, problems: list[str]) -> None:
    print(f"{'[FAIL]' if problems else '[PASS]'} {promise}")
    for problem in problems[:SHOWN]:
        print(f"       {problem}")
    if len(problems) > SHOWN:
        print(f"       and {len(problems) - SHOWN} more")
