"""Measure our grade beside the floor and beside others: python -m tests.benchmarks.

Contenders run as whole processes, in turn, several times; ratios are taken within a round and the
median round counts. Prints Markdown tables; ``--json`` keeps every run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from . import meter, tables
from .contenders import ROOT, Contender, NotMeasured, Ours, contenders
from .generate import write
from .tables import Run

TOOLS = ROOT / ".cache" / "benchmarks"
REFERENCE_SUITE = ("ours", "ours-unsafe", "floor")
TIMEOUT = 3600.0


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    with workplace(options.keep) as work:
        record: dict[str, Any] = {"date": datetime.now(UTC).isoformat(timespec="minutes")}
        record["machine"] = machine()
        if options.memory:
            record["memory"] = memory(options, work)
            print(tables.memory(record))
        else:
            benchmark = Benchmark(options, work)
            benchmark.run()
            record |= benchmark.record()
            print(tables.everything(record))
    if options.json:
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    names = [contender.name for contender in contenders(2)]
    parser.add_argument("--submissions", type=int, default=200, help="for the fast ones")
    parser.add_argument("--pytest", type=int, default=20, help="submissions for pytest")
    parser.add_argument("--slow", type=int, default=8, help="for nbgrader and otter")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (default 2)")
    parser.add_argument("--seed", type=int, default=0, help="of the generated class")
    parser.add_argument("--only", default=",".join(names), help=f"some of: {', '.join(names)}")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--tools", type=Path, default=TOOLS, help="where other tools are installed")
    parser.add_argument("--memory", action="store_true", help="only our memory over --sizes")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work here and leave it")
    return parser.parse_args(argv)


@contextmanager
def workplace(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        os.chmod(folder, 0o755)  # a fork server that left root looks into it
        yield Path(folder)


def machine() -> dict[str, Any]:
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": processor(),
        "load": round(os.getloadavg()[0], 1),
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((li.partition(":")[2].strip() for li in lines if li.startswith("model name")), "")


@dataclass
class Benchmark:
    """Two suites: a class for everybody, and references only for the promises about the floor."""

    options: argparse.Namespace
    work: Path
    runs: list[Run] = field(default_factory=list)
    not_measured: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        chosen = [name.strip() for name in self.options.only.split(",")]
        known = contenders(self.options.jobs)
        if unknown := set(chosen) - {contender.name for contender in known}:
            sys.exit(f"unknown: {', '.join(sorted(unknown))}")
        ready = [one for one in known if one.name in chosen and self.attempt(one, self.prepared)]
        suites = {}
        for suite, mix in (("class", "class"), ("reference", "perfect")):
            folder = write(self.work / suite, self.options.submissions, self.options.seed, mix)
            suites[suite] = sorted(path for path in folder.iterdir() if path.is_dir())
        for round_ in range(self.options.repeat):
            for suite, submissions in suites.items():
                for one in ready:
                    if suite == "class" or one.name in REFERENCE_SUITE:
                        self.attempt(one, self.measured, suite, submissions, round_)

    def prepared(self, contender: Contender) -> None:
        contender.prepare(self.options.tools)

    def attempt(self, contender: Contender, step: Callable[..., None], *more: Any) -> bool:
        """Take a step unless one failed before; say loudly what is not measured, and why."""
        if contender.name in self.not_measured:
            return False
        try:
            step(contender, *more)
        except NotMeasured as reason:
            self.not_measured[contender.name] = str(reason)
            print(f"NOT MEASURED: {contender.name}: {reason}", file=sys.stderr, flush=True)
            return False
        return True

    def measured(
        self, contender: Contender, suite: str, submissions: Sequence[Path], round_: int
    ) -> None:
        count = self.count(contender)
        start = None
        if contender.warm:  # a run that is nearly nothing but the start
            start, _ = self.once(contender, submissions[: contender.jobs])
        cost, full = self.once(contender, submissions[:count])
        few = contender.jobs if start else 0
        run = Run(contender.name, suite, round_, len(full), few, sum(full.values()), cost, start)
        self.runs.append(run)
        print(tables.progress(run), file=sys.stderr, flush=True)

    def count(self, contender: Contender) -> int:
        if contender.slow:
            return min(self.options.slow, self.options.submissions)
        if contender.name == "pytest":
            return min(self.options.pytest, self.options.submissions)
        return int(self.options.submissions)

    def once(
        self, contender: Contender, submissions: Sequence[Path]
    ) -> tuple[meter.Cost, dict[str, bool]]:
        work = self.work / "run"
        shutil.rmtree(work, ignore_errors=True)
        contender.lay_out(submissions, work)
        command, environment = contender.command(work), contender.everything()
        cost = meter.measure(command, work, environment, timeout=TIMEOUT)
        try:
            full = contender.full_marks(work)
        except (OSError, ValueError, KeyError) as error:
            said = (work / "stderr").read_text("utf-8", "replace")[-300:]
            reason = f"no results, exit code {cost.code}: {error!r} {said}"
            raise NotMeasured(reason) from error
        if len(full) != len(submissions):
            raise NotMeasured(f"{len(full)} results for {len(submissions)} submissions")
        return cost, full

    def record(self) -> dict[str, Any]:
        kept = {"submissions", "pytest", "slow", "repeat", "jobs", "seed"}
        return {
            "settings": {name: getattr(self.options, name) for name in sorted(kept)},
            "rows": tables.rows(self.runs),
            "promises": tables.promises(self.runs),
            "not_measured": self.not_measured,
            "runs": [asdict(run) for run in self.runs],
        }


def memory(options: argparse.Namespace, work: Path) -> list[dict[str, Any]]:
    """Peak memory of our processes outside the sandbox, over classes of growing size."""
    grader = next(one for one in contenders(options.jobs) if isinstance(one, Ours))
    found = []
    for size in options.sizes:
        folder = work / f"memory-{size}"
        write(folder / "class", size, options.seed)
        command, environment = grader.command(folder), grader.everything()
        cost = meter.measure(command, folder, environment, memory=True)
        graded = len(grader.full_marks(folder))
        if graded != size:
            raise NotMeasured(f"{graded} results for {size} submissions")
        found.append({"submissions": size, **asdict(cost)})
        print(f"{size}: {cost}", file=sys.stderr, flush=True)
        shutil.rmtree(folder)
    return found


if __name__ == "__main__":
    sys.exit(main())
