"""What an exception says to a beginner: the usual reasons, in words of the exercise."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .model import Text, text
from .sandbox.reply import Raised


@dataclass(frozen=True)
class Meaning:
    """``sentence`` for errors of this ``kind`` whose message fits ``pattern``.

    Named groups of the pattern are the sentence's values. ``backward`` is for backwards only: what
    they lack comes from the forward.
    """

    kind: str
    pattern: str
    sentence: Text
    backward: bool = False


MEANINGS = (
    Meaning(
        "KeyError",
        r"'(?P<name>\w+)'$",
        text("The cache holds no {name}: store it there in the forward.", name=""),
        backward=True,
    ),
    Meaning(
        "ValueError",
        r"(not enough|too many) values to unpack \(expected (?P<count>\d+)",
        text(
            "Here {count} values are unpacked, and the forward has packed another number of them "
            "into the cache.",
            count="",
        ),
        backward=True,
    ),
    Meaning(
        "TypeError",
        r"cannot unpack non-iterable NoneType|'NoneType' object is not subscriptable",
        text("The cache is None: return what the backward needs from the forward."),
        backward=True,
    ),
    Meaning(
        "TypeError",
        r"cannot unpack non-iterable ndarray|cannot unpack non-iterable numpy",
        text("The cache is one array, not a tuple: unpack it only if you packed several values."),
        backward=True,
    ),
    Meaning(
        "NameError",
        r"name '(?P<name>\w+)' is not defined",
        text(
            "{name} exists only in the forward: put it into the cache there, and take it out here.",
            name="",
        ),
        backward=True,
    ),
    Meaning(
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        text(
            "{name} gets its value in a branch that was not taken: set it in all of them.", name=""
        ),
    ),
    Meaning(
        "NameError",
        r"name '(?P<name>\w+)' is not defined",
        text("{name} has no value here: is it spelled as where you set it?", name=""),
    ),
    Meaning(
        "TypeError",
        r"only (integer scalar arrays|0-dimensional arrays|length-1 arrays)|"
        r"cannot be interpreted as an integer",
        text(
            "An array stands where one whole number is expected. np.max(0, x) is the usual reason: "
            "np.max reduces, np.maximum compares entry by entry."
        ),
    ),
    Meaning(
        "ValueError",
        r"truth value of an array",
        text("An if asks for one truth value, and here is an array of them: use np.where."),
    ),
    Meaning(
        "ValueError",
        r"operands could not be broadcast together with shapes (?P<shapes>.*)",
        text(
            "The shapes do not fit: {shapes}. Sum along axis=0, or give keepdims=True.", shapes=""
        ),
    ),
    Meaning(
        "ValueError",
        r"matmul: .*mismatch|shapes .* not aligned",
        text("The inner sizes of the two factors differ: one of them wants a transpose."),
    ),
    Meaning(
        "ValueError",
        r"assignment destination is read-only",
        text("This array may not be changed: make a copy of it first."),
    ),
    Meaning(
        "UFuncTypeError",
        r"Cannot cast ufunc .* from dtype\('float64'\) to dtype\('int",
        text("Floats are written into an array of integers: allocate a float array."),
    ),
    Meaning(
        "TypeError",
        r"takes \d+ positional arguments? but \d+ (was|were) given|missing \d+ required positional",
        text("The function is called with the arguments of the stub: keep its signature."),
    ),
    Meaning(
        "AttributeError",
        r"module 'numpy' has no attribute '(?P<name>\w+)'",
        text("NumPy has no function {name}: is it spelled as in the documentation?", name=""),
    ),
    Meaning(
        "AttributeError",
        r"'tuple' object has no attribute|'dict' object has no attribute",
        text("This is a container, not an array: take the array out of it first."),
    ),
    Meaning(
        "RecursionError",
        r"",
        text("The function calls itself without end."),
    ),
)


def meaning(function: str, error: Raised) -> Text | None:
    """What ``error``, raised in ``function``, usually means; None if there is no usual reason."""
    description = error.message.partition(": ")[2] or error.message
    for one in MEANINGS:
        found = one.kind in error.types and re.search(one.pattern, description)
        if found and (not one.backward or "backward" in function):
            return Text(one.sentence.template, found.groupdict())
    return None
