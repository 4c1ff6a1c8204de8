"""How long a student waits: `python -m tests.benchmarks.latency`, on a quiet machine.

Whole commands as they are typed, in rounds, against `python -c "import numpy"` in the same round;
a save against the line that answers it. Exit code 1 where a limit is broken.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests import student

ROUNDS = 9
SAVES = 20
LONGEST_SAVE = 150.0  # ms
NUMPY = ("-c", "import numpy")
# A command, and how many times as long as NUMPY it may take.
LIMITS = {
    ("check", "relu_forward"): 2.0,
    ("check", "batchnorm_backward"): 2.0,
    ("check", "--all"): 4.0,
    ("status",): 4.0,
}
WRONG = "def batchnorm_backward(dout, cache):\n    return dout, dout.sum(0), dout.sum(0)\n\n\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = student.copy_to(Path(name))
        student.solve(folder)
        student.write(folder, {"batchnorm_backward": WRONG})
        return max(commands(folder), saves(folder))


def commands(folder: Path) -> int:
    took: dict[tuple[str, ...], list[float]] = {command: [] for command in (NUMPY, *LIMITS)}
    for command in LIMITS:
        run(folder, command)  # compiles
    for _ in range(ROUNDS):
        for command, times in took.items():
            times.append(run(folder, command))
    base, broken = median(took[NUMPY]), 0
    print(f"{'import numpy':<28} {1000 * base:5.0f} ms")
    for command, limit in LIMITS.items():
        ratio = median(a / b for a, b in zip(took[command], took[NUMPY], strict=True))
        broken |= ratio > limit
        line = f"{' '.join(command):<28} {1000 * median(took[command]):5.0f} ms {ratio:5.2f} x"
        print(f"{line}  (at most {limit:g} x)")
    return int(broken)


def run(folder: Path, command: tuple[str, ...]) -> float:
    words = command if command == NUMPY else ("course.py", *command)
    started = time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=folder, env=variables(folder), capture_output=True)
    return time.perf_counter() - started


def variables(folder: Path) -> dict[str, str]:
    """Python keeps what it has compiled, as it does for a student; this one has numpy."""
    known = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**known, "COURSE_NO_VENV": "1", "PYTHONPATH": str(folder), "LANG": "C.UTF-8"}


def saves(folder: Path) -> int:
    """From the moment before a save to the last line of its answer."""
    command = [sys.executable, "-P", "-m", "autograder", "watch"]
    with subprocess.Popen(
        command, cwd=folder, env=variables(folder), stdout=subprocess.PIPE, text=True
    ) as process:
        answered(process)
        took = [one_save(folder, process) for _ in range(SAVES)]
        process.kill()
    middle = 1000 * median(took)
    print(
        f"{'watch, from save to answer':<28} {middle:5.0f} ms, {1000 * min(took):.0f} to", end=" "
    )
    print(f"{1000 * max(took):.0f}  (at most {LONGEST_SAVE:.0f} ms)")
    return int(middle > LONGEST_SAVE)


def one_save(folder: Path, process: subprocess.Popen[str]) -> float:
    path = folder / "assignment" / "activations.py"  # the file with the most functions
    content = path.read_text(encoding="utf-8")
    time.sleep(1)  # nobody saves more often; the next worker gets warm
    started = time.perf_counter()
    path.write_text(f"{content}\n", encoding="utf-8")
    answered(process)
    return time.perf_counter() - started


def answered(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if "Waiting for a save" in line:
            return
    raise RuntimeError("watch has ended")


if __name__ == "__main__":
    sys.exit(main())
