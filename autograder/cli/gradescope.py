"""Makes the autograder zip that Gradescope runs for each submission.

It holds the solutions and the seed: upload it to Gradescope and give it to nobody.
"""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path

from ..language import LANGUAGES, say
from ..model import Unusable, text
from ..report.gradescope.archive import write_archive
from . import PASSED, numbers

EXAMPLE = "python3 course.py gradescope autograder.zip"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="where to write the zip")
    parser.add_argument(
        "--seed", type=numbers.seed, help="seed of the inputs, for all (default: drawn)"
    )
    parser.add_argument(
        "--feedback-language", choices=LANGUAGES, default="en", help="that students read"
    )


def run(options: argparse.Namespace) -> int:
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    try:
        count = write_archive(options.file, seed, options.feedback_language)
    except OSError as error:
        raise Unusable(
            text("cannot write {file} ({error}): choose another", file=options.file, error=error)
        ) from error
    print(
        say(
            text(
                "{file} with {count} files, seed {seed}", file=options.file, count=count, seed=seed
            )
        )
    )
    return PASSED
