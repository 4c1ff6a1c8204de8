"""Run a command and say what it cost, with every process that it started.

Run as a process of its own: orphans are handed to it, so none of them is missed, not even those
that a killed process leaves behind.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
LEFT_SECONDS = 10.0  # for orphans to end
LOOK_SECONDS = 0.02  # between two looks at all processes: a peak may be in the last moments
FORK_SERVER = "from autograder.sandbox import forkserver"  # in the command line of the sandbox


@dataclass(frozen=True)
class Cost:
    """Of a whole run: CPU of the process tree, and the peak of its largest process.

    ``trusted`` is the peak of the largest process outside the sandbox; 0 if nobody looked.
    """

    code: int
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    trusted_bytes: int = 0


def measure(
    command: list[str],
    folder: Path,
    environment: dict[str, str] | None = None,
    *,
    memory: bool = False,
    timeout: float | None = None,
) -> Cost:
    """Run ``command`` in ``folder``; its output goes to ``folder/stdout`` and ``folder/stderr``."""
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / "cost.json"
    options = ["--memory"] if memory else []
    metered = [sys.executable, "-P", __file__, *options, str(report), *command]
    with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
        subprocess.run(
            metered,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            timeout=timeout,
            check=True,
        )
    return Cost(**json.loads(report.read_text()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("report", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.monotonic()
    process = subprocess.Popen(options.command)
    peaks: dict[int, int] = {}
    while options.memory and process.poll() is None:
        peaks.update(trusted_peaks(process.pid))
        time.sleep(LOOK_SECONDS)
    code = process.wait()
    wall = time.monotonic() - started
    reap(LEFT_SECONDS)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = used.ru_utime + used.ru_stime
    cost = Cost(code, wall, cpu, used.ru_maxrss * unit, max(peaks.values(), default=0))
    options.report.write_text(json.dumps(asdict(cost)))


def reap(seconds: float) -> None:
    """Wait for what the command left behind."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            time.sleep(0.01)


def trusted_peaks(root: int) -> dict[int, int]:
    """Peak resident bytes of ``root`` and its descendants, but not of fork servers and below."""
    return {pid: peak for pid in trusted(root) if (peak := peak_of(pid)) is not None}


def trusted(pid: int) -> Iterator[int]:
    with suppress(OSError):  # it may end while we look
        if FORK_SERVER in Path(f"/proc/{pid}/cmdline").read_text(errors="replace"):
            return
        yield pid
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from trusted(int(child))


def peak_of(pid: int) -> int | None:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


if __name__ == "__main__":
    main()
