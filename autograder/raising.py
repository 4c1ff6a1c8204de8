"""An exception of a student's code and what is known beside its message: the line, the names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from . import names
from .definitions import blocks
from .model import Text
from .sandbox.reply import Raised

Values = Mapping[str, object]
LONGEST = 400  # characters of what a worker sends: patterns take long for a long string


@dataclass(frozen=True)
class Raising:
    """An exception and what is known beside it.

    ``function`` was called by the grader; ``source`` is its file, ``lost`` what could not be loaded
    of it, and why.
    """

    function: str
    error: Raised
    source: bytes = b""
    lost: Mapping[str, Text] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The student's line that failed, without a comment; none where the call itself failed."""
        code = self.error.frames[-1][3][:LONGEST] if self.error.frames else ""
        return code.partition("#")[0].strip()

    @property
    def place(self) -> str:
        """The student's function in which the line stands, also within a comprehension."""
        within = [one[2] for one in self.error.frames if not one[2].startswith("<")]
        return within[-1] if within else self.function

    @property
    def is_its_own(self) -> bool:
        """Whether the line stands in the function that was called, and in no helper."""
        return bool(self.error.frames) and self.place == self.function

    def block(self, function: str) -> str:
        """The text of a function of the file; "" is what stands before all of them."""
        return blocks(self.source).get(function, b"").decode(errors="replace")

    @property
    def here(self) -> str:
        """The text of the function in which the line stands."""
        return self.block(self.place)


# What a meaning may ask for: further values of its sentence, or None where it does not apply


def not_loaded(raising: Raising, found: Mapping[str, str]) -> Values | None:
    reason = raising.lost.get(found["name"])
    return None if reason is None else {"reason": reason}


def of_the_forward(raising: Raising, found: Mapping[str, str]) -> Values | None:
    """A name that the forward sets, missed in the backward itself."""
    forward = raising.block(re.sub("_backward.*", "_forward", raising.function))
    own = "_backward" in raising.function and raising.is_its_own
    known = own and found["name"] in (*names.arguments(forward), *names.assigned(forward))
    return {} if known else None


def the_cache(raising: Raising, _: Mapping[str, str]) -> Values | None:
    """The line takes from the very cache that the forward gave."""
    here = raising.here
    untouched = "cache" in names.arguments(here) and "cache" not in names.assigned(here)
    return {} if "_backward" in raising.function and raising.is_its_own and untouched else None


def spelled(raising: Raising, found: Mapping[str, str]) -> Values | None:
    here = raising.here
    known = [*names.arguments(here), *names.assigned(here)]
    known = [name for name in known if name != raising.place]
    top = [*names.assigned(raising.block("")), *filter(None, blocks(raising.source))]
    near = names.close(found["name"], known) or names.close(found["name"], top)
    near = near or names.close(found["name"], names.OF_PYTHON)
    return {"close": near} if near else None


IMPORTS = {"np": "import numpy as np", "numpy": "import numpy", "math": "import math"}


def not_imported(raising: Raising, found: Mapping[str, str]) -> Values | None:
    name = found["name"]
    used = re.search(rf"\b{name}\.", raising.line)
    return {"statement": IMPORTS[name]} if used and name in IMPORTS else None


def in_numpy(_: Raising, found: Mapping[str, str]) -> Values | None:
    near = names.close(found["name"], dir(np))
    return {"close": near} if near else None


def called_by_us(raising: Raising, _: Mapping[str, str]) -> Values | None:
    return None if raising.error.frames else {}
