"""The floor: python -m tests.benchmarks.floor DIR --jobs 2.

A warm process forks a child per submission; the child loads the files and makes every call that
our grade makes of a right submission, with inputs prepared before the fork, and ends. Nothing is
encoded, compared or locked down: what a grade costs above this is ours.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import Any

from autograder import batch, intake
from autograder.sandbox.host import Host
from autograder.sandbox.worker import Capture
from autograder.script import Script
from autograder.truth import Live

SEED = 1
Request = tuple[Any, ...]


def recorded_requests(seed: int = SEED) -> list[Request]:
    """What our grade asks of the references, in its order."""
    requests: list[Request] = []
    for exercise, asked in Script.of(Live(seed)).requests.items():
        requests += [("load", exercise, False), *asked]
    return requests


def answer(path: Path, requests: list[Request]) -> None:
    """What a child does. A submission's mistake is an answer; one that has no such file has none.

    A call that needs what an earlier one failed to give is left out, as in a grade.
    """
    sys.stdout = sys.stderr = Capture()
    host = Host()
    host.handle(("files", intake.read(path, batch.FILES).files))
    for request in requests:
        try:
            host.handle(request)
        except KeyError:
            continue


def serve(paths: list[Path], requests: list[Request]) -> int:
    """Fork a child for each path, one after another; how many ended well."""
    done = 0
    for path in paths:
        pid = os.fork()
        if pid == 0:
            try:
                answer(path, requests)
                os._exit(0)
            finally:
                os._exit(1)
        done += os.waitpid(pid, 0)[1] == 0
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    paths = list(intake.find(options.folder, batch.FILES))
    requests = recorded_requests()
    gc.collect()
    gc.freeze()  # as in our fork server: keeps the pages shared
    sys.stdout.flush()
    servers = []
    for job in range(options.jobs):
        own = paths[job :: options.jobs]
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(writing, str(serve(own, requests)).encode())
            os._exit(0)
        os.close(writing)
        servers.append((pid, reading))
    done = 0
    for pid, reading in servers:
        done += int(os.read(reading, 20))
        os.waitpid(pid, 0)
    print(done)


if __name__ == "__main__":
    main()
