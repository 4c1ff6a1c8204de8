"""What an exception says to a beginner, in words of the exercise.

A false explanation is worse than none: a row says more than the message does only where the line
that failed, or the names of the file, leave no other reason; else it is worded so as to be true in
every case, or there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .model import Text, text
from .raising import (
    LONGEST,
    Raising,
    Values,
    called_by_us,
    in_numpy,
    not_imported,
    not_loaded,
    of_the_forward,
    spelled,
    the_cache,
)

Known = Callable[[Raising, Mapping[str, str]], Values | None]


@dataclass(frozen=True)
class Meaning:
    """``sentence`` for errors of this ``kind`` whose message fits ``pattern``.

    The line that failed holds ``code`` and not ``unless``. Named groups of both are the sentence's
    values; ``known`` gives others, and None where the row does not apply.
    """

    kind: str
    pattern: str
    sentence: Text
    code: str = ""
    unless: str = r"(?!)"  # never
    known: Known = lambda raising, found: {}


# The table: of the rows that fit, the first one speaks

NOT_DEFINED = r"name '(?P<name>\w+)' is not defined"
ONE_NUMBER = r"only (integer scalar arrays|0-dimensional arrays|length-1 arrays)"
ONE_WHOLE = r"only integer scalar arrays|'numpy.ndarray' object cannot be interpreted as an integer"
TRUTH = r"truth value of an array"
NONE = r"cannot unpack non-iterable NoneType|'NoneType' object is not subscriptable"
SHAPES = r"operands could not be broadcast together with shapes "
UNPACKED = r"^\(?[\w\s,]+\)?\s*=\s*"
INDEXED = r"^(?:(?![\w)\]}]\[).)*\bcache\[(?!.*[\w)\]}]\[)"  # the cache, and nothing else
COMPARED = r"(?<![\w.])(?P<name>max|min)\("
COMBINED = r"\b(and|or|not)\b"
ASKED = r"\b(if|elif|while)\b"
EQUALS_NONE = r"[=!]=\s*None\b"
OF_ARRAYS = "|".join(name for name in dir(np.ndarray) if not name.startswith("_"))

MEANINGS = (
    Meaning(
        "KeyError",
        r"'(?P<name>\w+)'$",
        text("The cache holds no {name}: store it there in the forward.", name=""),
        code=INDEXED,
        known=the_cache,
    ),
    Meaning(
        "ValueError",
        r"(not enough|too many) values to unpack \(expected (?P<count>\d+)",
        text(
            "Here {count} values are unpacked, and the forward has packed another number of them "
            "into the cache.",
            count="",
        ),
        code=UNPACKED + "cache$",
        known=the_cache,
    ),
    Meaning(
        "ValueError",
        r"(not enough|too many) values to unpack \(expected (?P<count>\d+)",
        text("{array} does not have {count} axes here.", count="", array=""),
        code=UNPACKED + r"(?P<array>\w+)\.shape$",
    ),
    Meaning(
        "TypeError",
        NONE,
        text("The cache is None: return what the backward needs from the forward."),
        code=f"{UNPACKED}cache$|{INDEXED}",
        known=the_cache,
    ),
    Meaning(
        "TypeError",
        NONE,
        text(
            "Something in this line is None: a function without return gives None, and so does "
            "what changes a list in place, like sort()."
        ),
    ),
    Meaning(
        "TypeError",
        r"cannot unpack non-iterable (ndarray|numpy|float|int)",
        text("The cache is one value, not a tuple: unpack it only if you packed several values."),
        code=UNPACKED + "cache$",
        known=the_cache,
    ),
    Meaning(
        "NameError",
        NOT_DEFINED,
        text("{name} has no value here: {reason}", name="", reason=""),
        known=not_loaded,
    ),
    Meaning(
        "NameError",
        NOT_DEFINED,
        text(
            "{name} exists only in the forward: put it into the cache there, and take it out here.",
            name="",
        ),
        known=of_the_forward,
    ),
    Meaning(
        "NameError",
        NOT_DEFINED,
        text(
            "{name} is not imported: write {statement} at the top of the file.",
            name="",
            statement="",
        ),
        known=not_imported,
    ),
    Meaning(
        "NameError",
        NOT_DEFINED,
        text("{name} has no value here: is {close} meant?", name="", close=""),
        known=spelled,
    ),
    Meaning(
        "NameError",
        NOT_DEFINED,
        text(
            "{name} has no value here: it is no argument, and no line that ran before has set it.",
            name="",
        ),
    ),
    Meaning(
        "UnboundLocalError",
        r"variable '(?P<name>\w+)'",
        text(
            "{name} gets its value in a branch that was not taken, in a loop that did not run, or "
            "further down: set it before this line in every case.",
            name="",
        ),
    ),
    Meaning(
        "TypeError",
        ONE_NUMBER,
        text(
            "np.{name} reduces one array, and takes an axis after it; np.{name}imum compares two "
            "arrays entry by entry.",
            name="",
        ),
        code=r"\bnp\.(?P<name>max|min)\(\s*[\w.]+\s*,\s*(?!\w+\s*=)",
    ),
    Meaning(
        "TypeError",
        ONE_NUMBER,
        text("math.{name} takes one number; NumPy's functions take whole arrays.", name=""),
        code=r"\bmath\.(?P<name>\w+)\(",
    ),
    Meaning(
        "TypeError",
        ONE_WHOLE,
        text("np.{name} takes a shape: is {array}.shape meant?", name="", array=""),
        code=r"\bnp\.(?P<name>zeros|ones|empty|full)\((?P<array>\w+)\s*[,)]",
    ),
    Meaning(
        "TypeError",
        ONE_WHOLE,
        text("range takes whole numbers: is len({array}) meant?", array=""),
        code=r"\brange\((?P<array>\w+)\)",
    ),
    Meaning(
        "TypeError",
        ONE_WHOLE,
        text("An array stands where one whole number is expected, such as a list's index."),
    ),
    Meaning(
        "TypeError",
        ONE_NUMBER,
        text("An array stands where one number is expected."),
    ),
    Meaning(
        "TypeError",
        r"'(numpy\.)?float\d*' object cannot be interpreted as an integer",
        text("A float stands where a whole number is expected: // divides without a remainder."),
    ),
    Meaning(
        "ValueError",
        TRUTH,
        text("== None compares every entry of an array: write is None."),
        code=r"==\s*None\b",
        unless=f"{COMPARED}|{COMBINED}",
    ),
    Meaning(
        "ValueError",
        TRUTH,
        text("!= None compares every entry of an array: write is not None."),
        code=r"!=\s*None\b",
        unless=f"{COMPARED}|{COMBINED}",
    ),
    Meaning(
        "ValueError",
        TRUTH,
        text(
            "Python's {name} wants single numbers; np.{name}imum compares arrays entry by entry.",
            name="",
        ),
        code=COMPARED,
        unless=f"{COMBINED}|{ASKED}",
    ),
    Meaning(
        "ValueError",
        TRUTH,
        text(
            "An if asks for one truth value, and {name} is an array: if it may also be None, ask "
            "for that with is None.",
            name="",
        ),
        code=r"^(el)?if\s+(not\s+)?(?P<name>[^\W\d]\w*)\s*:",
    ),
    Meaning(
        "ValueError",
        TRUTH,
        text(
            "and, or and not ask for one truth value, and here is an array of them: &, | and ~ "
            "combine comparisons entry by entry, each in its brackets."
        ),
        code=COMBINED,
        unless=f"{COMPARED}|{ASKED}",
    ),
    Meaning(
        "ValueError",
        TRUTH,
        text("An if asks for one truth value, and here is an array of them: use np.where."),
        code=r"\b(if|elif)\b.*[<>]",
        unless=f"{COMPARED}|{COMBINED}|{EQUALS_NONE}|\\bin\\b",
    ),
    Meaning(
        "ValueError",
        TRUTH,
        text("One truth value is asked for in this line, and there is an array of them."),
    ),
    Meaning(
        "ValueError",
        SHAPES + r"(?P<shapes>\((?P<rows>\d+),\d+\) \((?P=rows),\)|"
        r"\((?P<numbers>\d+),\) \((?P=numbers),\d+\))",
        text(
            "The shapes do not fit: {shapes}. One number for each row needs a second axis of "
            "length 1, which keepdims=True keeps; one for each column comes from axis=0.",
            shapes="",
        ),
    ),
    Meaning(
        "ValueError",
        SHAPES + r"(?P<shapes>.*?)\s*$",
        text(
            "The shapes do not fit: {shapes}. Counted from the right, two axes fit if their "
            "lengths are equal or one of them is 1.",
            shapes="",
        ),
    ),
    Meaning(
        "ValueError",
        r"matmul: .*mismatch|shapes .* not aligned",
        text(
            "The inner sizes of the two factors differ: a matrix product takes (N, K) and (K, M). "
            "Entry by entry it is *."
        ),
    ),
    Meaning(
        "ValueError",
        r"assignment destination is read-only",
        text("This array may not be changed: make a copy of it first."),
    ),
    Meaning(
        "UFuncTypeError",
        r"Cannot cast ufunc .* from dtype\('float64'\) to dtype\('u?int",
        text("Floats are written into an array of integers: allocate a float array."),
    ),
    Meaning(
        "TypeError",
        r"takes \d+ positional arguments? but \d+ (was|were) given|missing \d+ required positional",
        text("The function is called with the arguments of the stub: keep its signature."),
        known=called_by_us,
    ),
    Meaning(
        "AttributeError",
        r"module 'numpy' has no attribute '(?P<name>\w+)'$",  # more: NumPy says it all itself
        text("NumPy has no function {name}: is np.{close} meant?", name="", close=""),
        code=r"\(",
        known=in_numpy,
    ),
    Meaning(
        "AttributeError",
        r"module 'numpy' has no attribute '(?P<name>\w+)'$",
        text("NumPy has no function {name}: is it spelled as in the documentation?", name=""),
        code=r"\(",
    ),
    Meaning(
        "AttributeError",
        rf"'(?P<kind>tuple|dict)' object has no attribute '({OF_ARRAYS})'",
        text("This is a container, not an array: take the array out of it first."),
    ),
    Meaning(
        "AttributeError",
        rf"'list' object has no attribute '({OF_ARRAYS})'",
        text("This is a list, not an array: np.array makes an array of it."),
    ),
    Meaning(
        "RecursionError",
        r"",
        text(
            "Functions call themselves deeper than Python allows: without end, or once for each "
            "entry, where a loop has no such limit."
        ),
    ),
)


def meaning(raising: Raising) -> Text | None:
    """What the exception means; None if that cannot be told."""
    message = raising.error.message[:LONGEST]
    description = message.partition(": ")[2] or message
    for one in MEANINGS:
        if one.kind not in raising.error.types or re.search(one.unless, raising.line):
            continue
        found = re.search(one.pattern, description)
        code = re.search(one.code, raising.line)
        if found and code:
            groups = {**found.groupdict(), **code.groupdict()}
            known = one.known(raising, groups)
            if known is not None:
                wanted = {**groups, **known}
                return Text(one.sentence.template, {k: wanted[k] for k in one.sentence.values})
    return None
