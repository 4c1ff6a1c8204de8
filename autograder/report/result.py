"""One student's result as every writer gets it: the newest row of the store, and who that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..model import Report, Text, text
from ..truth import PUBLIC_SEED

PRACTICE = text("Practice, on the public inputs. The grade of record uses other inputs.")
OF_RECORD = text("The grade of record, on other inputs than those of a student's own check.")


@dataclass(frozen=True)
class Person:
    """Who a submission belongs to; from the roster, or the submission's name alone."""

    key: str  # the submission's name: its folder or zip
    name: str  # as people write it
    group: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)  # of other systems: "email", "id"


@dataclass(frozen=True)
class Result:
    """``report`` is None where nothing could be graded; then ``problem`` says why.

    ``score`` is the raw sum and None where a part is broken (ours), ``final`` what is left after
    ``penalty`` points that ``reasons`` give; without policies both are equal. Every sentence and
    name can be shown: nothing in them is invisible, turns the text or is without end. A ``key`` is
    what a folder is really called.
    """

    person: Person
    status: str  # graded, timed_out, crashed, broken, ungradable; missing: nothing handed in
    seed: int
    finished: str  # ISO 8601, UTC
    report: Report | None
    problem: Text | None
    score: int | None
    max_score: int
    penalty: int = 0
    final: int | None = None
    reasons: tuple[Text, ...] = ()
    submitted: str = ""  # ISO 8601, UTC; "" where it is not known

    @property
    def standing(self) -> Text:
        """Whether it counts: the public seed is what students practise with."""
        return PRACTICE if self.seed == PUBLIC_SEED else OF_RECORD


Results = Callable[[], Iterator[Result]]  # a class, by name, read anew each time: memory stays flat
Writer = Callable[[Results, Path], Text]  # writes files in a folder; what it wrote, for people
EachStudent = Callable[[Result], "str | None"]  # one file's content; None where there is to be none
