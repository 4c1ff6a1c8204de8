"""Brings the catalogues of the other languages up to date with what the grader says.

New sentences are added, those that nobody says any more are dropped, and what is run is compiled.
To translate: --export FILE writes what is left, as JSON from English to nothing; fill in the right
sides and read them back by --import FILE. Needs Babel, which tests/requirements.txt installs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from ..model import Unusable, text
from ..places import ROOT
from . import COMMANDS, EXAMPLES, FAILED, GROUPS, PASSED, TITLE, parser_of

if TYPE_CHECKING:  # without Babel this command still has its help
    from babel.messages.catalog import Catalog

    from ..messages import Found

EXAMPLE = "python3 course.py messages --check"
OURS = ("audit", "messages", "record", "stubs")  # for who writes the grader, in English
# Sentences of argparse that people meet.
ARGPARSE = (
    "usage: ",
    "positional arguments",
    "options",
    "show this help message and exit",
    "show program's version number and exit",
    "%(prog)s: error: %(message)s\n",
    "argument %(argument_name)s: %(message)s",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "invalid choice: %(value)r (choose from %(choices)s)",
    "invalid %(type)s value: %(value)r",
    "expected one argument",
    "expected at least one argument",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="write nothing, fail where anything is to be done"
    )
    parser.add_argument("--export", type=Path, metavar="FILE", help="write what is left, as JSON")
    parser.add_argument("--part", default="", help="of --export: files with this in their name")
    parser.add_argument("--import", type=Path, metavar="FILE", dest="taken", help="read it back")


def run(options: argparse.Namespace) -> int:
    try:
        from .. import messages
    except ModuleNotFoundError as error:
        raise Unusable(
            text("{name} is missing: pip install -r tests/requirements.txt", name=error.name)
        ) from error
    wanted = messages.template((*messages.everywhere(), *shown(messages.Found)))
    if options.check:
        return check(wanted)
    korean = messages.updated(messages.kept("ko"), wanted)
    refused = list(messages.fill_in(korean, read(options.taken))) if options.taken else []
    for path in messages.write(messages.files(wanted, {"ko": korean})):
        print(f"wrote  {path.relative_to(ROOT)}")
    for problem in refused:
        print(problem)
    left = messages.left(korean)
    print(f"{len(korean)} sentences, {len(left)} of them not in Korean yet")
    if options.export:
        of = {m.id: "" for m in left if any(options.part in place for place, _ in m.locations)}
        said = json.dumps(of, ensure_ascii=False, indent=1)
        options.export.write_text(f"{said}\n", encoding="utf-8")
    return FAILED if refused else PASSED


def check(wanted: Catalog) -> int:
    """Say what is to be done; the files on disk are left alone."""
    from .. import messages

    korean = messages.kept("ko")
    found = list(messages.problems(korean, wanted))
    if not found:
        made = messages.files(wanted, {"ko": messages.updated(korean, wanted)})
        found = [f"stale: {path.relative_to(ROOT)}" for path in messages.stale(made)]
    for problem in found:
        print(problem)
    if not found:
        print(f"all {len(wanted)} sentences are in Korean")
    return FAILED if found else PASSED


def shown(found: Callable[[str, str], Found]) -> Iterator[Found]:
    """What the command line itself shows."""
    yield from (found(sentence, "autograder/cli/messages.py") for sentence in ARGPARSE)
    titles = (TITLE, "one of the above", "examples", *GROUPS)
    for sentence in (*titles, *EXAMPLES.values(), *COMMANDS.values()):
        yield found(sentence, "autograder/cli/__init__.py")
    for name in COMMANDS:
        if name not in OURS:
            module = import_module(f".{name}", __package__)
            yield from (found(one, f"autograder/cli/{name}.py") for one in of_help(name, module))


def of_help(name: str, module: ModuleType) -> Iterator[str]:
    """A command's description, and the help of each argument and the title of each group."""
    yield (module.__doc__ or "").strip()
    parser = parser_of(name, module)
    yield from (action.help for action in parser._actions if action.help)
    yield from (group.title for group in parser._action_groups if group.title)


def read(path: Path) -> dict[str, str]:
    """Translations by their English sentences. Raises Unusable where the file has none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(sentence): str(translation) for sentence, translation in found.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise Unusable(
            text("cannot read translations from {path}: {error}", path=path, error=error)
        ) from error
