"""Numbers as they are typed: argparse says where one is out of range."""

from __future__ import annotations

import argparse
import math

from ..language import say
from ..model import text

LARGEST = 2**63 - 1  # that a database keeps


def seed(word: str) -> int:
    """A seed that numpy takes."""
    return within(int(word), 0, LARGEST)


def jobs(word: str) -> int:
    return within(int(word), 1, 1000)


def seconds(word: str) -> float:
    """A time limit that lets something be done."""
    value = float(word)
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(
            say(text("expected seconds, more than 0; got {value}", value=word))
        )
    return value


def within(value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(
            say(
                text(
                    "expected a whole number from {least} to {most}; got {value}",
                    least=least,
                    most=most,
                    value=value,
                )
            )
        )
    return value
