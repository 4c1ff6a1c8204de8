"""The command line: one module per command, imported only when it is asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .. import __version__
from ..model import Unusable

PASSED, FAILED, USAGE, UNGRADABLE, OURS, INTERRUPTED = 0, 1, 2, 3, 4, 130

COMMANDS = {
    "check": "check your own functions, offline (student)",
    "hint": "give a hint for one function, in three levels (student)",
    "grade": "grade one submission or a class (instructor)",
    "diff": "say whose mark differs between two runs, and why (instructor)",
    "doctor": "say what this machine offers for grading (instructor)",
    "audit": "grade the grader",
    "stubs": "make assignment/ from solutions/",
    "record": "write the recorded observations that check compares with",
}
EXAMPLES = """\
examples:
  python3 course.py check relu_forward       one function
  python3 course.py check --all              everything
  python3 course.py grade data/class         a folder of submissions
  python3 course.py COMMAND --help           more about one command
"""


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code (0 to 4, or 130 when interrupted)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # cp949, cp1252: never a crash
    try:
        return run(arguments)
    except Unusable as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has gone: nothing to say to anyone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PASSED


def run(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        overview().parse_args(arguments or ["--help"])
        return USAGE
    name, *rest = arguments
    module = import_module(f".{name}", __package__)
    parser = argparse.ArgumentParser(
        prog=f"course.py {name}",
        description=f"example: {module.EXAMPLE}\n\n{module.__doc__}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    code: int = module.run(parser.parse_args(rest))
    return code


def overview() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {name:<8} {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="course.py",
        usage="course.py COMMAND ...",
        description=f"Training neural networks, part I: exercises and their grader.\n\n{lines}",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of the above")
    return parser
