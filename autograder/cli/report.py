"""Makes feedback pages and files for other systems from the results that `grade --out` kept.

Files go beside the results: one folder for each student, and those of the class in DIR itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tqdm import tqdm

from ..language import say
from ..model import GraderError, Unusable, text
from ..report.class_json import write_json
from ..report.files import writing
from ..report.reading import results
from ..report.result import Person, Result, Results, Writer
from ..store import Row, Store
from . import OURS, PASSED
from .diff import place

EXAMPLE = "python3 course.py report results --format html,canvas --canvas EXPORT.csv"


@dataclass(frozen=True)
class Format:
    """How the writer of a format is made; ``whole`` where marks alone are not enough for it."""

    writer: Callable[[argparse.Namespace], Writer]
    whole: bool = True


def html(_: argparse.Namespace) -> Writer:
    from ..report.html import write_pages  # Jinja and Matplotlib, only where pages are wanted

    return write_pages


FORMATS = {
    "html": Format(html),
    "json": Format(lambda _: write_json),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, metavar="DIR", help="that `grade --out` wrote to")
    parser.add_argument("--store", metavar="URL", help="where results are, if not in DIR")
    parser.add_argument(
        "--format",
        type=formats,
        default="html",
        metavar="NAME,...",
        help=f"of {', '.join(FORMATS)} (default: html)",
    )


def formats(names: str) -> list[str]:
    """The formats that are asked for, each once."""
    chosen = list(dict.fromkeys(filter(None, names.split(","))))
    for name in chosen:
        if name not in FORMATS:
            known = ", ".join(FORMATS)
            raise Unusable(
                text("there is no format {name}; there are: {known}", name=name, known=known)
            )
    return chosen


def run(options: argparse.Namespace) -> int:
    writers = {name: FORMATS[name].writer(options) for name in options.format}
    with Store(place(options)) as store:
        rows = newest_rows(store)
        try:
            for name, writer in writers.items():
                write(name, writer, options.out, partial(read, store, rows, name))
        except Unusable:
            raise
        except GraderError as failed:  # the store, or a full disk
            print(say(text("error: {reason}", reason=failed.text)), file=sys.stderr)
            return OURS
    return PASSED


def newest_rows(store: Store) -> Callable[[], Iterator[Row]]:
    """Everybody's newest result, by name, read anew each time."""
    last = store.last_run()
    if last is None:
        raise Unusable(
            text("nothing was graded at {where} yet: grade the class first", where=store.where)
        )
    lineage = store.lineage(last)
    return lambda: store.rows(lineage)


def read(store: Store, rows: Callable[[], Iterator[Row]], name: str) -> Iterator[Result]:
    """The class for the writer of that format, with a bar on a terminal."""
    people: dict[str, Person] = {}
    found = results(store, rows(), people, whole=FORMATS[name].whole)
    yield from tqdm(found, desc=name, unit="", disable=None, leave=False, ascii=".#")


def write(name: str, writer: Writer, out: Path, found: Results) -> None:
    with writing(out):
        print(say(text("{format}: {written}", format=name, written=writer(found, out))))
