"""From runs to tables: medians, ratios within a round, and whether the promises hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from .meter import Cost

MiB = 2**20
FLAT = 1.1  # how much more memory ten times the class may take


@dataclass(frozen=True)
class Run:
    """One contender, once. ``start`` is the cost of a run over ``few`` submissions only."""

    name: str
    suite: str
    round: int
    submissions: int
    few: int
    full_marks: int
    cost: Cost
    start: Cost | None

    @property
    def seconds(self) -> float:
        """Wall seconds per submission, once started."""
        return self._each(self.cost.wall_seconds, self.start and self.start.wall_seconds)

    @property
    def cpu(self) -> float:
        """CPU seconds per submission, once started."""
        return self._each(self.cost.cpu_seconds, self.start and self.start.cpu_seconds)

    def _each(self, whole: float, start: float | None) -> float:
        more = whole - (start or 0.0)
        if (
            more <= 0 or self.submissions <= self.few
        ):  # too few submissions to be told from the start
            return whole / self.submissions
        return more / (self.submissions - self.few)


@dataclass(frozen=True)
class Promise:
    """Something that every round says a number about, and what that has to be."""

    sentence: str
    suite: str
    ours: str
    theirs: str
    number: Callable[[Run, Run], float]  # of the run of ours and of theirs
    limit: float
    unit: str
    at_most: bool

    def holds(self, value: float) -> bool:
        return value <= self.limit if self.at_most else value >= self.limit


def more_cpu(ours: Run, theirs: Run) -> float:
    return 1000 * (ours.cpu - theirs.cpu)


def times_cpu(ours: Run, theirs: Run) -> float:
    return ours.cpu / theirs.cpu


def times_less_cpu(ours: Run, theirs: Run) -> float:
    return theirs.cpu / ours.cpu


def times_speed(ours: Run, theirs: Run) -> float:
    return theirs.seconds / ours.seconds


UNSAFE = "ours-unsafe"
PROMISES = (
    Promise("CPU of lockdown, class", "class", "ours", UNSAFE, more_cpu, 6, " ms", True),
    Promise("CPU of lockdown, references", "reference", "ours", UNSAFE, more_cpu, 6, " ms", True),
    Promise("CPU over the floor's", "reference", "ours", "floor", times_cpu, 1.5, "x", True),
    *(
        Promise(f"{what}, {theirs}", "class", "ours", theirs, number, limit, "x", False)
        for what, number in (("speed", times_speed), ("less CPU", times_less_cpu))
        for theirs, limit in (("pytest", 10), ("nbgrader", 40), ("otter", 40))
    ),
)


def grouped(runs: Iterable[Run]) -> dict[tuple[str, str], list[Run]]:
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.suite, run.name), []).append(run)
    return groups


def rows(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """The median of each contender in each suite."""
    found = []
    for (suite, name), own in grouped(runs).items():
        starts = [run.start.wall_seconds for run in own if run.start]
        found.append(
            {
                "suite": suite,
                "contender": name,
                "submissions": own[0].submissions,
                "per_second": 1 / median(run.seconds for run in own),
                "cpu_seconds": median(run.cpu for run in own),
                "start_seconds": median(starts) if starts else None,
                "peak_bytes": max(run.cost.peak_bytes for run in own),
                "full_marks": own[0].full_marks if name != "floor" else None,
            }
        )
    return found


def promises(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Each promise whose contenders ran: the number of every round, the median, and if it holds."""
    groups = grouped(runs)
    found = []
    for promise in PROMISES:
        ours = groups.get((promise.suite, promise.ours), [])
        theirs = {run.round: run for run in groups.get((promise.suite, promise.theirs), [])}
        values = [promise.number(run, theirs[run.round]) for run in ours if run.round in theirs]
        if values:
            fields = {k: v for k, v in asdict(promise).items() if k not in ("number", "ours")}
            holds = promise.holds(median(values))
            found.append({**fields, "rounds": values, "median": median(values), "holds": holds})
    return found


def markdown(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def title(record: dict[str, Any]) -> str:
    machine = record["machine"]
    return (
        f"{record['date'][:10]}, {machine['cores']} cores ({machine['processor']}), "
        f"{machine['system']}, Python {machine['python']}, NumPy {machine['numpy']}, "
        f"load {machine['load']} at the start."
    )


def contenders(record: dict[str, Any], suite: str) -> str:
    head = ("", "submissions/s", "CPU each", "start", "largest process", "full marks")
    body = [
        (
            row["contender"],
            f"{row['per_second']:.3g}",
            f"{1000 * row['cpu_seconds']:,.1f} ms",
            f"{row['start_seconds']:.1f} s" if row["start_seconds"] else "in each",
            f"{row['peak_bytes'] / MiB:.0f} MB",
            "-" if row["full_marks"] is None else f"{row['full_marks']} of {row['submissions']}",
        )
        for row in record["rows"]
        if row["suite"] == suite
    ]
    return markdown(head, body)


def kept_promises(record: dict[str, Any]) -> str:
    head = ("", "promised", "measured", "rounds", "holds")
    body = [
        (
            one["sentence"],
            f"{'at most' if one['at_most'] else 'at least'} {one['limit']:g}{one['unit']}",
            f"{one['median']:.3g}{one['unit']}",
            f"{min(one['rounds']):.3g} to {max(one['rounds']):.3g}",
            "yes" if one["holds"] else "NO",
        )
        for one in record["promises"]
    ]
    return markdown(head, body)


def everything(record: dict[str, Any]) -> str:
    parts = [title(record)]
    for suite, heading in (("class", "A class"), ("reference", "References only")):
        parts += [f"{heading}:", contenders(record, suite)]
    parts.append(kept_promises(record))
    parts += [f"NOT MEASURED: {name}: {why}" for name, why in record["not_measured"].items()]
    return "\n\n".join(parts)


def memory(record: dict[str, Any]) -> str:
    head = ("submissions", "largest trusted process", "wall", "CPU each")
    body = [
        (
            f"{row['submissions']:,}",
            f"{row['trusted_bytes'] / MiB:.1f} MB",
            f"{row['wall_seconds']:.0f} s",
            f"{1000 * row['cpu_seconds'] / row['submissions']:.1f} ms",
        )
        for row in record["memory"]
    ]
    first, last = (row["trusted_bytes"] for row in (record["memory"][0], record["memory"][-1]))
    flat = "flat" if last <= FLAT * first else "NOT flat"
    growth = f"The last over the first: {last / first:.2f}x, {flat} (at most {FLAT}x)."
    return "\n\n".join((title(record), markdown(head, body), growth))


def progress(run: Run) -> str:
    return (
        f"round {run.round + 1}, {run.suite}: {run.name}: {1 / run.seconds:.3g}/s, "
        f"{1000 * run.cpu:.1f} ms CPU each, {run.cost.peak_bytes / MiB:.0f} MB"
    )
