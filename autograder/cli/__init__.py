"""The command line: one module per command, imported only when it is asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

from .. import __version__, starting
from ..language import LANGUAGES, say, use
from ..model import Unusable, text
from ..report.screen import be_plain, command
from ..report.text import wrapped

DAMAGED = 5  # files that are named at most
PASSED, FAILED, USAGE, UNGRADABLE, OURS = range(5)
INTERRUPTED = starting.INTERRUPTED

STUDENT = {
    "status": "what is done, and what to do next: the same as no command",
    "check": "check your own functions, offline",
    "watch": "check again whenever you save a file",
    "hint": "give a hint for one function, in three levels",
    "show": "show what a function has to do, and its formula",
    "plot": "draw the lecture's pictures from your own functions",
    "reset": "make one function an empty stub again, and keep yours",
    "submit": "make the zip that you hand in",
    "doctor": "say whether this machine has what it takes",
}
INSTRUCTOR = {
    "grade": "grade one submission or a class",
    "report": "make feedback pages and files for other systems",
    "gradescope": "make the autograder that Gradescope runs",
    "diff": "say whose mark differs between two runs, and why",
    "mistakes": "show every known mistake and what is said of it",
    "release": "make the students' copy, ready to publish",
    "nbgrader": "set up an nbgrader course and exchange marks with it",
}
AUTHOR = {
    "audit": "grade the grader",
    "stubs": "make assignment/ from solutions/",
    "record": "write the recorded observations that check compares with",
    "notebooks": "make the notebooks from their text sources",
    "messages": "bring the catalogues of the other languages up to date",
}
OF_ALL = ("-h", "--help", "--version")  # options without a command
HERE = Path(__file__).parent


def here(sentences: Mapping[str, str]) -> dict[str, str]:
    """Those of the commands that this copy has: a student's has fewer."""
    return {name: what for name, what in sentences.items() if (HERE / f"{name}.py").is_file()}


GROUPS = {
    "for students": here(STUDENT),
    "for instructors": here(INSTRUCTOR),
    "for who writes the grader": here(AUTHOR),
}
COMMANDS = {name: what for group in GROUPS.values() for name, what in group.items()}
TITLE = "Training neural networks, part I: exercises and their grader."
EXAMPLES = {
    "check relu_forward": "one function",
    "check --all": "everything",
    "grade data/class": "a folder of submissions",
    "COMMAND --help": "more about one command",
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code (0 to 4, or 130 when interrupted)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # cp949, cp1252: never a crash
    vars(argparse)["_"] = say  # its own sentences too
    try:
        return run(without_common(arguments))
    except Unusable as error:
        print(say(text("error: {reason}", reason=error.text)), file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print(say("interrupted"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has gone: nothing to say to anyone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PASSED
    except Exception as error:
        return ours(error)


def ours(error: Exception) -> int:
    """What nobody foresaw: all that a report of it needs, and what to do."""
    import traceback  # only where it is wanted

    from ..manifest import damage

    if damaged := damage():
        files = " ".join(damaged[:DAMAGED])
        broken = text(
            "error: the checker is not as it was given to you ({error}). Get it back by "
            "git checkout -- {files}, or get the course again; doctor says more",
            error=repr(error)[:200],
            files=files,
        )
        print(say(broken), file=sys.stderr)
        return OURS
    traceback.print_exception(error)
    sentence = text(
        "error: the grader failed here ({error}); no file of yours has changed. If your code "
        "replaces functions of numpy, it breaks the check too: take that out. Else please report "
        "the lines above.",
        error=repr(error)[:200],
    )
    print(say(sentence), file=sys.stderr)
    return OURS


def without_common(arguments: Sequence[str]) -> list[str]:
    """Do what options of every command say, wherever they stand; the other arguments."""
    use()
    parser = argparse.ArgumentParser(prog="course.py", add_help=False, allow_abbrev=False)
    add_common(parser)
    options, others = parser.parse_known_args(arguments)
    use(options.lang)
    if options.plain:
        be_plain()
    return others


def add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang", choices=LANGUAGES, help="the language to speak (default: your system's)"
    )
    parser.add_argument(
        "--plain", action="store_true", help="no colours (also: NO_COLOR=1, or into a file)"
    )


def run(arguments: Sequence[str]) -> int:
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in OF_ALL):
        arguments = ["status", *arguments]
    name, *rest = arguments
    if name not in COMMANDS:
        spoken(overview()).parse_args(["--help"] if name == "help" else [meant(name)])
        return USAGE
    module = import_module(f".{name}", __package__)
    options = spoken(parser_of(name, module)).parse_args(rest)
    starting.done()
    code: int = module.run(options)
    return code


def meant(name: str) -> str:
    """A command's name as it is, if nothing known is near it."""
    import difflib  # for a slip of the finger only

    for close in difflib.get_close_matches(name, COMMANDS, 1):
        raise Unusable(
            text("there is no command {name}: did you mean {close}?", name=name, close=close)
        )
    return name


def parser_of(name: str, module: ModuleType) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"course.py {name}",
        description=f"{say('example')}: {module.EXAMPLE}\n\n{filled(module.__doc__ or '')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    add_common(parser)
    return parser


def filled(words: str) -> str:
    """Paragraphs in the language in use, each as wide as a terminal."""
    paragraphs = say(words.strip()).split("\n\n")
    return "\n\n".join("\n".join(wrapped(" ".join(one.split()), "")) for one in paragraphs)


def overview() -> argparse.ArgumentParser:
    groups = (listed(group, commands) for group, commands in GROUPS.items() if commands)
    parser = argparse.ArgumentParser(
        prog="course.py",
        usage="course.py COMMAND ...",
        description="\n\n".join([say(TITLE), *groups]),
        epilog=listed("examples", examples()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of the above")
    add_common(parser)
    return parser


def listed(title: str, sentences: Mapping[str, str]) -> str:
    """A title, and a line for each name with its sentence."""
    columns = max(map(len, sentences))
    lines = (f"  {name:<{columns}}  {say(what)}" for name, what in sentences.items())
    return "\n".join([f"{say(title)}:", *lines])


def examples() -> dict[str, str]:
    known = {*COMMANDS, "COMMAND"}
    return {command(e): what for e, what in EXAMPLES.items() if e.split()[0] in known}


def spoken(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The parser with its help in the language in use."""
    for action in parser._actions:
        action.help = action.help and say(action.help)
    for group in parser._action_groups:
        group.title = group.title and say(group.title)
    return parser
