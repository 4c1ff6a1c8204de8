"""Policies as an instructor writes them: a TOML file of which every key is checked."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo, available_timezones

from ..model import Text, Unusable, text
from . import Allowance, Late, Policies, in_zone

KEEP = ("last", "best")
UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
KEYS = ("due", "timezone", "grace", "keep", "slip_days", "late", "students")
LATE_KEYS = ("per", "points", "percent", "at_most")
STUDENT_KEYS = ("due", "extension", "slip_days")
FROM_DUE = {"grace": "grace", "slip_days": "slip_days", "late": "[late]"}
MOST = 1_000  # points or days
DATE = text("a date and a time, for instance 2026-11-20T23:59:00")


def read_policies(path: Path) -> Policies:
    """The policies in a TOML file. Raises Unusable, naming what is wrong and the remedy."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise Unusable(text("there is no file {path}", path=path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(
            text("{path} cannot be read as TOML ({error})", path=path, error=error)
        ) from error
    return _Reader(path).policies(data)


def refuse_unknown(asked: Iterable[str], known: Iterable[str], where: object) -> None:
    """Raise Unusable for the first name that is not known, with the one that was meant."""
    names = dict.fromkeys(known)  # quick to look up, in their order
    for name in asked:
        if name in names:
            continue
        for close in get_close_matches(name, names, 1):
            raise Unusable(
                text(
                    "{where}: {name} is not known: did you mean {close}?",
                    where=where,
                    name=name,
                    close=close,
                )
            )
        raise Unusable(
            text(
                "{where}: {name} is not known; there are: {known}",
                where=where,
                name=name,
                known=", ".join(list(names)[:10]) or "-",
            )
        )


@dataclass(frozen=True)
class _Reader:
    """Reads one file; what it says of a wrong value names the file and the key."""

    path: Path

    def policies(self, data: Mapping[str, Any]) -> Policies:
        refuse_unknown(data, KEYS, self.path)
        zone = self.zone(str(data.get("timezone", "UTC")))
        policies = Policies(
            zone=zone,
            due=self.time(data, zone),
            grace=self.span(data, "grace"),
            late=self.late(self.table(data, "late")) if "late" in data else None,
            slip_days=self.number(data, "slip_days") or 0,
            keep=self.one_of(data.get("keep", "last"), KEEP, "keep"),
            source=str(self.path),
            students=self.students(self.table(data, "students"), zone),
        )
        if policies.due is None:
            self.refuse_without_due(data)
        return policies

    def refuse_without_due(self, data: Mapping[str, Any]) -> None:
        for key, written in FROM_DUE.items():
            if key in data:
                raise Unusable(
                    text(
                        "{path}: due is missing: {key} counts from it", path=self.path, key=written
                    )
                )

    def zone(self, name: str) -> tzinfo:
        known = available_timezones()
        if name not in known:
            example = next(iter(get_close_matches(name, known, 1)), "Asia/Seoul")
            self.refuse("timezone", text("a name such as {example}", example=example))
        return ZoneInfo(name)

    def time(self, data: Mapping[str, Any], zone: tzinfo) -> datetime | None:
        """A date and time; one without an offset is on the clock of the policy's zone."""
        found = data.get("due")
        if found is None:
            return None
        if not isinstance(found, datetime):
            self.refuse("due", DATE)
        return in_zone(found, zone, max) if found.tzinfo is None else found

    def span(self, data: Mapping[str, Any], key: str) -> timedelta:
        found = re.fullmatch(r"(\d{1,4}) (minute|hour|day)s?", str(data.get(key, "0 days")))
        if found is None:
            self.refuse(key, text('a time such as "15 minutes", "2 hours" or "3 days"'))
        return int(found[1]) * UNITS[found[2]]

    def number(self, data: Mapping[str, Any], key: str, most: int = MOST) -> int | None:
        found = data.get(key)
        if found is not None and (type(found) is not int or not 0 <= found <= most):
            self.refuse(key, text("a whole number from 0 to {most}", most=most))
        return found

    def one_of(self, found: object, known: tuple[str, ...], key: str) -> str:
        if found not in known:
            self.refuse(key, text("one of {known}", known=", ".join(known)))
        return str(found)

    def late(self, data: Mapping[str, Any]) -> Late:
        refuse_unknown(data, LATE_KEYS, self.path)
        points, percent = self.number(data, "points"), self.number(data, "percent", 100)
        if points is None and percent is None:
            raise Unusable(text("{path}: percent is missing in [late], or points", path=self.path))
        if points is not None and percent is not None:
            self.refuse("late", text("given in points or in percent"))
        return Late(
            per=self.one_of(data.get("per", "day"), ("hour", "day"), "late.per"),
            points=points or percent or 0,
            is_percent=percent is not None,
            at_most=self.number(data, "at_most", MOST if percent is None else 100),
        )

    def students(self, data: Mapping[str, Any], zone: tzinfo) -> dict[str, Allowance]:
        """By key, in NFC as submissions are named; macOS writes names otherwise."""
        return {
            unicodedata.normalize("NFC", key): self.allowance(self.table(data, key), zone)
            for key in data
        }

    def allowance(self, data: Mapping[str, Any], zone: tzinfo) -> Allowance:
        refuse_unknown(data, STUDENT_KEYS, self.path)
        return Allowance(
            self.time(data, zone), self.span(data, "extension"), self.number(data, "slip_days")
        )

    def table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        found = data.get(key, {})
        if not isinstance(found, dict):
            self.refuse(key, text("a table"))
        return found

    def refuse(self, key: str, expected: Text) -> NoReturn:
        raise Unusable(
            text("{path}: {key} has to be {expected}", path=self.path, key=key, expected=expected)
        )
