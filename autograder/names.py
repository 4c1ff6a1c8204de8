"""The names in a student's source, as far as they can be told without parsing it.

It is read in the grader's own process, where nothing of a submission is parsed: what a student
writes may bring a parser down.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

from .definitions import blocks

LONGEST = 2_000, 200  # characters of a head and of a line that are looked at: short for patterns
ALIKE = 0.75  # duot and dout; not x1 and x2
NAME = re.compile(r"[^\W\d]\w*")
HEAD = re.compile(r"(?:async )?def\s+\w+\s*\((.*?)\)\s*(?:->[^:]*)?:", re.DOTALL)
ARGUMENT = re.compile(r"(?:^|,)[\s*]*([^\W\d]\w*)")
# What exercises like these call; more would be taken for what is not meant.
OF_PYTHON = (
    "enumerate",
    "float",
    "isinstance",
    "len",
    "print",
    "range",
    "reversed",
    "sorted",
    "zip",
)
STUB = "raise NotImplementedError"
DOCSTRING = re.compile(r"""\A\s*[rRuU]?("{3}|'{3}).*?\1""", re.DOTALL)
SETTING = (  # a line's part with the names that it sets
    re.compile(r"((?:[\w ,*]|\[[^\]]*\]|\([\w ,*]*\))+)(?::[^=]+)?=(?!=)"),
    re.compile(r"for\b(.+?)\bin\b"),
    re.compile(r"(?:with|except)\b.*\bas\b(.+)"),
    re.compile(r"(?:from\s+\S+\s+)?import\b(.+)"),
    re.compile(r"(?:async )?(?:def|class)\s+(\w+)"),
    re.compile(r"(?:global|nonlocal)\b(.+)"),
)


def arguments(block: str) -> list[str]:
    """The arguments of the function that ``block`` begins with."""
    found = HEAD.match(block[: LONGEST[0]])
    return ARGUMENT.findall(found[1]) if found else []


def assigned(block: str) -> list[str]:
    """The names that a piece of source gives a value; also what is imported or defined in it."""
    lines = (line.partition("#")[0].strip()[: LONGEST[1]] for line in block.splitlines())
    found = (one[1] for line in lines for pattern in SETTING if (one := pattern.match(line)))
    every = dict.fromkeys(name for part in found for name in NAME.findall(part))
    return [name for name in every if not keyword.iskeyword(name)]


def is_stub(block: str) -> bool:
    """Whether the function holds nothing but its docstring, comments and the stub's raise."""
    found = HEAD.match(block[: LONGEST[0]])
    return found is not None and not written(block[found.end() :])


def is_unfilled(source: bytes, function: str) -> bool:
    return is_stub(blocks(source).get(function, b"").decode(errors="replace"))


def written(body: str) -> list[str]:
    """The lines of a function that do something, up to its end; but for the stub's raise."""
    body = DOCSTRING.sub("", body, count=1)
    lines = []
    for line in body.splitlines():
        if line[:1] not in ("", " ", "\t", "#"):
            break  # the function has ended
        lines.append(line.partition("#")[0].strip())
    return [one for one in lines if one and not one.startswith(STUB)]


def close(name: str, known: Iterable[str]) -> str | None:
    """Another name of ``known`` that ``name`` may stand for: another case, or letters exchanged."""
    import difflib  # for a slip of the finger only

    others = [one for one in dict.fromkeys(known) if one != name]
    in_another_case = [one for one in others if one.lower() == name.lower()]
    in_another_order = [one for one in others if sorted(one) == sorted(name)]
    surest = in_another_case or in_another_order
    return next(iter(surest or difflib.get_close_matches(name, others, 1, ALIKE)), None)
