"""What an instructor decides about time: due date, grace, lateness, slip days, extensions.

All of it is arithmetic on whole points. A penalty is rounded down, towards the student, and a final
mark is never below 0. Days are those of the calendar in the policy's time zone, so that a due time
of 23:59 stays 23:59 when the clocks change; hours are hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from ..model import Text, text

HOUR = timedelta(hours=1)
ALWAYS = datetime.min.replace(tzinfo=UTC)  # before every submission


@dataclass(frozen=True)
class Late:
    """What each started ``per`` (hour or day) costs: points, or per cent of the raw mark."""

    per: str
    points: int
    is_percent: bool = False
    at_most: int | None = None  # in the same unit

    def penalty(self, score: int, units: int) -> int:
        cost = self.points * units
        if self.at_most is not None:
            cost = min(cost, self.at_most)
        return min(score, score * cost // 100 if self.is_percent else cost)


@dataclass(frozen=True)
class Allowance:
    """What one student has: another due date, more time, another number of slip days."""

    due: datetime | None = None
    extension: timedelta = timedelta()
    slip_days: int | None = None


@dataclass(frozen=True)
class Attempt:
    """One submission; ``score`` is None where it is broken (ours) or cannot be graded."""

    name: str
    submitted: datetime | None
    score: int | None
    is_broken: bool = False


@dataclass(frozen=True)
class Judged:
    """A mark after the policies; ``final`` is None where ``score`` is."""

    score: int | None
    penalty: int = 0
    slip_days: int = 0
    reasons: tuple[Text, ...] = ()
    is_timeless: bool = False  # there is a due date, and when it was submitted is not known

    @property
    def final(self) -> int | None:
        return None if self.score is None else self.score - self.penalty


@dataclass(frozen=True)
class Policies:
    """As they stand in the file; without any, every mark stays what it is."""

    zone: tzinfo = UTC
    due: datetime | None = None
    grace: timedelta = timedelta()
    late: Late | None = None
    slip_days: int = 0
    keep: str = "last"  # or "best"
    students: Mapping[str, Allowance] = field(default_factory=dict)
    source: str = field(default="", compare=False)  # the file, for messages

    def counted(self, key: str, attempts: Sequence[Attempt]) -> tuple[Attempt, Judged]:
        """The attempt that counts for a student, and what it is worth.

        The last one, or the one with the best final mark; of equals that with fewer slip days, then
        the first. One that the grader broke on might be the best: it counts until it is graded.
        """
        judged = [(one, self.judged(key, one.submitted, one.score)) for one in attempts]
        if self.keep == "last":
            found = max(judged, key=lambda pair: pair[0].submitted or ALWAYS)
        else:
            found = max(judged, key=_rank)
        if len(attempts) == 1:
            return found
        attempt, worth = found
        note = text("of {count} submissions, {name} counts", count=len(attempts), name=attempt.name)
        return attempt, replace(worth, reasons=(note, *worth.reasons))

    def judged(self, key: str, submitted: datetime | None, score: int | None) -> Judged:
        """What one student's submission of that time and raw mark is worth."""
        theirs = self.students.get(key, Allowance())
        due = theirs.due or self.due
        if due is None:
            return Judged(score)
        due = self.after(due, theirs.extension)
        reasons = []
        if theirs.due or theirs.extension:
            reasons.append(text("due {when} by extension", when=self.written(due)))
        if submitted is None:
            unknown = text("when it was submitted is not known: counted as in time")
            return Judged(score, reasons=(*reasons, unknown), is_timeless=True)
        allowed = self.slip_days if theirs.slip_days is None else theirs.slip_days
        used = self._slipped(due, submitted, allowed)
        last = self.after(due, timedelta(days=used))
        if used:
            reasons.append(self._slip_reason(submitted, last, used, allowed))
        if submitted <= last + self.grace:
            return Judged(score, 0, used, tuple(reasons))
        penalty, why = self._penalty(score, submitted, last)
        return Judged(score, penalty, used, (*reasons, why))

    def _slipped(self, due: datetime, submitted: datetime, allowed: int) -> int:
        """As few slip days as make it in time; all where none suffice."""
        for days in range(allowed):
            if submitted <= self.after(due, timedelta(days=days)) + self.grace:
                return days
        return allowed

    def _slip_reason(self, submitted: datetime, last: datetime, used: int, allowed: int) -> Text:
        return text(
            "submitted {when}; slip days used: {used} of {allowed}, so due {due}",
            when=self.written(submitted),
            used=used,
            allowed=allowed,
            due=self.written(last),
        )

    def _penalty(self, score: int | None, submitted: datetime, due: datetime) -> tuple[int, Text]:
        """The penalty and what it is for; nothing is taken off where late costs nothing."""
        times = text(
            "submitted {when}, due {due}", when=self.written(submitted), due=self.written(due)
        )
        if self.late is None:
            return 0, text("{times}: late", times=times)
        units = self._units(self.late.per, submitted, due)
        penalty = 0 if score is None else self.late.penalty(score, units)
        if self.late.per == "hour":
            why = text("late, hours begun: {n}; {penalty} points off", n=units, penalty=penalty)
        else:
            why = text("late, days begun: {n}; {penalty} points off", n=units, penalty=penalty)
        return penalty, text("{times}: {why}", times=times, why=why)

    def _units(self, per: str, submitted: datetime, due: datetime) -> int:
        """Hours or days begun since ``due``, which is earlier."""
        if per == "hour":
            return -((due - submitted) // HOUR)
        begun = max(1, (submitted - due).days)  # of 24 hours: a day with a clock change is another
        while submitted > self.after(due, timedelta(days=begun)):
            begun += 1
        return begun

    def after(self, when: datetime, span: timedelta) -> datetime:
        """Later by whole calendar days, at the same time of day, and by what is left in hours."""
        if not span:
            return when
        days = timedelta(days=span.days)
        wall = when.astimezone(self.zone).replace(tzinfo=None) + days
        return in_zone(wall, self.zone, max) + (span - days)

    def written(self, when: datetime) -> str:
        """On the course's clock, with the seconds where there are any: they may make it late."""
        there = when.astimezone(self.zone)
        return there.strftime("%Y-%m-%d %H:%M:%S %z" if there.second else "%Y-%m-%d %H:%M %z")


def in_zone(wall: datetime, zone: tzinfo, pick: Callable[..., datetime]) -> datetime:
    """A time on the clock of that zone, in UTC.

    In autumn it may be there twice and in spring not at all: ``pick`` (max or min) takes one.
    """
    both = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return pick(both)


def _rank(pair: tuple[Attempt, Judged]) -> tuple[bool, int, int]:
    attempt, worth = pair
    return attempt.is_broken, -1 if worth.final is None else worth.final, -worth.slip_days
