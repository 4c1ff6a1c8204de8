"""What a student's code said, made fit to be shown: capped, nothing invisible, nothing that turns.

Every report passes through here once, where it is read: writers need not think of it.
"""

from __future__ import annotations

import re
from typing import Any

MOST = 2_000  # characters of one value: an honest message has some hundred
MOST_NOTES = 50
# Controls but tab and line feed, marks that turn the direction of what follows, and what neither
# XML nor UTF-8 takes.
UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
    "\ufffe\uffff]"
)


def shown(string: str, most: int = MOST) -> str:
    r"""The string with what cannot be seen written as Python does, \\x1b; the rest left out.

    >>> shown("a\x1b[31m" + "b" * 3000, most=10)
    'a\\x1b[31mbbbb [+2996]'
    """
    rest = len(string) - most
    visible = UNSHOWN.sub(lambda found: ascii(found[0])[1:-1], string[:most])
    return visible if rest <= 0 else f"{visible} [+{rest}]"


def cleaned(data: Any) -> Any:
    """Report data, or any part of it, in which every string can be shown."""
    if isinstance(data, str):  # nearly all are as they should be
        return data if len(data) <= MOST and data.isprintable() else shown(data)
    if isinstance(data, dict):
        return {
            name: cleaned(one[:MOST_NOTES] if name == "notes" else one)
            for name, one in data.items()
        }
    return [cleaned(one) for one in data] if isinstance(data, list) else data
