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

from autograder import batch, intake, syllabus
from autograder.sandbox.host import Host
from autograder.sandbox.worker import Capture
from autograder.truth import Live, observe

from .generate import references

SEED = 1
Request = tuple[Any, ...]


class Recorder:
    """Passes requests on to a host and keeps them."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Any:
        self.requests.append(request)
        return self.host.handle(request)


def recorded_requests(seed: int = SEED) -> list[Request]:
    """What our grade asks of the references, in its order."""
    from autograder.candidate import Candidate

    files = {name: source.with_({}).encode() for name, source in references().items()}
    truth = Live(seed)
    host = Host()
    host.handle(("files", files))
    recorder = Recorder(host)
    candidates: dict[str, Candidate] = {}
    try:
        for question in syllabus.questions():
            if question.exercise not in candidates:
                recorder(("load", question.exercise, False))
                candidates[question.exercise] = Candidate(question.exercise, recorder)
            for case in question.cases:
                observe(question, candidates[question.exercise], truth.inputs(question, case))
    finally:
        host.close()
    return recorder.requests


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
    paths = intake.find(options.folder, batch.FILES)
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
