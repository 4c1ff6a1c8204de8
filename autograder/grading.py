"""One run of a class, begun or gone on with: what is left is graded, kept and written."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import batch
from .batch import Result
from .model import Unusable, Verdict, text
from .report.data import report_data, text_data
from .report.files import is_written, write_class, write_report
from .report.summary import headline
from .store import PAGE, Data, Row, Run, Store, Wanted, merged, outcome, storable

ONLY = {
    "failed": {"failed", "raised", "crashed"},
    "timed_out": {"timed_out"},
    "broken": {"broken"},
}


@dataclass(frozen=True)
class Chosen:
    """What a regrade takes: submissions with a check that ended so, these students, these marks."""

    only: str | None = None
    students: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.only or self.students or self.questions)

    def data(self) -> Data | None:
        """As it is kept with the run; None of a run that takes everything."""
        if not self:
            return None
        return {
            "only": self.only,
            "students": list(self.students),
            "questions": list(self.questions),
        }


class Grading:
    """A class in one run of ``store``; files go to ``out``, if it is given.

    ``submissions`` are all students, by their names in the store, with their paths: as strings,
    since a :class:`Path` takes four times the memory. ``students`` are those that are to be graded.
    ``last`` is the run before. ``done`` and ``kept`` count what was graded now and what had a
    result already.
    """

    def __init__(
        self,
        store: Store,
        submissions: Mapping[str, str],
        wanted: Wanted,
        chosen: Chosen,
        out: Path | None,
    ) -> None:
        self.store, self.out, self.chosen = store, out, chosen
        self.last = store.last_run(wanted.seed)
        if self.last is None and (chosen.only or chosen.questions):
            raise Unusable(
                text("nothing was graded at {where} yet: grade the class first", where=store.where)
            )
        self.run: Run = store.open_run(wanted)
        self.lineage = store.lineage(self.run)
        self.submissions = submissions
        self.students = self._selected()
        self.attempts: dict[str, int] = {}  # of those that are being graded
        self.done = self.kept = 0

    @property
    def left(self) -> int:
        return len(self.students) - self.done - self.kept

    def rows(self) -> Iterator[Row]:
        """Everybody's newest result, also those of earlier and of other machines' runs."""
        return self.store.rows(self.lineage)

    def grade(
        self, jobs: int, progress: Callable[[Result], None], cluster: str | None = None
    ) -> None:
        """Grade what is left, in ``jobs`` processes or at the address of a ``cluster``.

        Every result is committed, and then told to ``progress``, before the next one is looked at.
        """
        settings = batch.Settings(
            self.run.seed, self.run.settings["seconds"], self.run.settings["lockdown"]
        )
        running = self._running(settings, jobs, cluster)
        try:
            for result in running:
                self._keep(result)
                progress(result)
        finally:
            running.close()

    def _running(
        self, settings: batch.Settings, jobs: int, address: str | None
    ) -> Generator[Result, None, None]:
        if address is None:
            return batch.run(self._pending(), settings, min(jobs, len(self.students)))
        from . import cluster  # it imports Dask, which is installed only where it is used

        return cluster.run(self._pending(), settings, address)

    def forget(self, students: Iterable[str]) -> None:
        """Take students out of the class. Raises :class:`Unusable` for one that is not there."""
        for student in students:
            if student in self.submissions:
                raise Unusable(
                    text("{name} is among the submissions: take it away first", name=student)
                )
            if not self.store.withdraw(self.run, student):
                raise Unusable(
                    text("{where} has no result of {name}", where=self.store.where, name=student)
                )

    def absent(self) -> Iterator[str]:
        """Who has a result and is not among the submissions."""
        return (row.student for row in self.rows() if row.student not in self.submissions)

    def write(self) -> None:
        """Bring the files in line with the store: earlier and other machines' results too."""
        if self.out is None:
            return
        for row in self.rows():
            if not is_written(self.out, row):
                write_report(self.out, row, self.store.report(row))
        write_class(self.out, self.rows())

    def _selected(self) -> list[str]:
        """Of a regrade, what it was asked to take; in another order on each of several machines."""
        students = list(self.submissions)
        if self.chosen:
            taken = set(self._regraded())
            students = [student for student in students if student in taken]
        if self.store.shared:
            random.shuffle(students)  # they meet only at the end
        return students

    def _regraded(self) -> Iterable[str]:
        only, students = self.chosen.only, self.chosen.students
        if only is None and students:
            return students
        return (
            row.student
            for row in self.store.rows(self.lineage[1:])
            if (not students or row.student in students)
            and (only is None or ended(row, self.chosen.questions) & ONLY[only])
        )

    def _pending(self) -> Iterator[Path]:
        """What has no result yet of this grader and of these files."""
        scope = [self.run.id] if self.chosen else self.lineage
        for students in batched(self.students, 1 if self.store.shared else PAGE):
            newest = self.store.newest_of(scope, students)
            for student in students:
                path = Path(self.submissions[student])
                if self._is_left(student, path, newest.get(student)):
                    yield path

    def _is_left(self, student: str, path: Path, row: Row | None) -> bool:
        if row is not None and self._holds(row, path):
            self.kept += 1
            return False
        here = row is not None and row.run == self.run.id
        self.attempts[student] = row.attempt + 1 if row is not None and here else 1
        return True

    def _holds(self, row: Row, path: Path) -> bool:
        ours = row.status == Verdict.BROKEN  # nobody's mark: worth another try
        return row.grader == self.run.grader and not ours and row.digest == batch.digest(path)

    def _keep(self, result: Result) -> None:
        self.done += 1
        student, status = storable(result.name), result.status
        report = report_data(result.report, status) if result.report else None
        if report is not None and self.chosen.questions:
            report = self._amended(student, result, report)
            status = report["status"]
        said = headline(report) if report else text_data(result.problem or text(""))
        kept = outcome(status, report, said)
        row = self.store.add(self.run, self.attempts.pop(student), student, result.digest, kept)
        if self.out is not None and row is not None:
            write_report(self.out, row, report)

    def _amended(self, student: str, result: Result, report: Data) -> Data:
        """The report before with only the chosen questions' marks new, where there is one."""
        before = self.store.newest(self.lineage[1:], student)
        old = self.store.report(before) if before is not None else None
        if before is None or old is None or before.digest != result.digest:
            return report
        new = merged(old, report, self.chosen.questions)
        verdicts = {Verdict(c["verdict"]) for mark in new["questions"] for c in mark["checks"]}
        return {**new, "status": batch.status(verdicts)}


def ended(row: Row, questions: Iterable[str]) -> set[str]:
    """How checks ended: of these questions, or of all if none is named."""
    if not row.marks:
        return {row.status}
    asked = (mark for mark in row.marks if not questions or mark.question in questions)
    return {verdict for mark in asked for verdict in mark.verdicts.split()}


def batched(students: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(students), size):
        yield students[start : start + size]
