"""What the notebooks import: the student's functions as their files stand now, checks, pictures.

Everything works with unwritten functions: a cell then says what is missing and where to write it.
"""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from . import language, practice, syllabus
from .cli.check import select
from .cli.plot import drawing_room
from .definitions import place
from .language import say
from .model import Text, Unusable, text
from .places import ASSIGNMENT, ROOT
from .report.practice import checked_lines
from .report.screen import show as show_lines
from .report.text import wrapped
from .sandbox import loader
from .session import PROBLEMS, LocalSession

GIVEN = ("network", "data")  # complete in every copy, and not graded
_NAMES = (*syllabus.EXERCISES, *GIVEN)
use = language.use


class Functions:
    """The functions of one of the student's files; an edited file is read again by itself."""

    def __init__(self, file: str) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        module = desk.module(self._file)
        if not hasattr(module, name):
            raise Unusable(desk.lost.get(name) or no_function(self._file, name))
        return getattr(module, name)


def functions(file: str) -> Functions:
    """The functions of ``file``: ``functions("activations").relu_forward``."""
    if file not in _NAMES:
        raise Unusable(
            text("there is no file {file}: use one of {names}", file=file, names=", ".join(_NAMES))
        )
    return Functions(file)


def no_function(file: str, name: str) -> Text:
    path = place(desk.folder / f"{file}.py", name)
    return text("there is no function {name} in {path}: check its name", name=name, path=path)


class Desk:
    """One folder of a student's files, loaded function by function, and again when one changes."""

    def __init__(self) -> None:
        self.read: dict[str, bytes] = {}
        self.modules: dict[str, ModuleType] = {}
        self.lost: dict[str, Text] = {}  # functions that went with a broken line, and its fault
        self.finder: loader.SubmissionFinder | None = None

    @property
    def folder(self) -> Path:
        """Where the student's files are: here or above (a second language has its own folder)."""
        here = Path.cwd()
        for folder in (here, *here.parents):
            if any((folder / f"{name}.py").is_file() for name in syllabus.EXERCISES):
                return folder
        return ASSIGNMENT

    def module(self, name: str) -> ModuleType:
        """A file as it stands now. Says which parts of it could not be used."""
        folder = self.folder
        paths = {one: folder / f"{one}.py" for one in _NAMES}
        files = {path.name: path.read_bytes() for path in paths.values() if path.is_file()}
        if f"{name}.py" not in files:
            raise Unusable(text("{path} is missing", path=paths[name]))
        if files != self.read:
            self.clear()
            self.read = files
            self.finder = loader.SubmissionFinder(files)
            sys.meta_path.insert(0, self.finder)  # they import each other as they stand now
        if name not in self.modules:
            self.modules[name] = self._load(name)
        return self.modules[name]

    def _load(self, name: str) -> ModuleType:
        source = self.read[f"{name}.py"]
        loaded = loader.load(name, source)
        lines = loader.decode(source)[0].splitlines(keepends=True)
        linecache.cache[f"{name}.py"] = (len(source), None, lines, f"{name}.py")  # for tracebacks
        for problem in loaded.problems:
            sentence = PROBLEMS.get(problem.kind, "{file} line {line}: {message}")
            fault = text(sentence, file=f"{name}.py", line=problem.line, message=problem.message)
            self.lost |= dict.fromkeys(problem.functions, fault)
            tell(fault)
        return loaded.module

    def clear(self) -> None:
        """Forget all that was loaded."""
        if self.finder in sys.meta_path:
            sys.meta_path.remove(self.finder)
        for name in _NAMES:
            sys.modules.pop(name, None)
        self.modules.clear()
        self.lost.clear()
        self.read = {}


desk = Desk()


@contextmanager
def explaining() -> Iterator[None]:
    """Say which function is not written yet, and where to write it, instead of breaking."""
    try:
        yield
    except NotImplementedError as error:
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        code = frame.f_code
        if Path(code.co_filename).stem not in _NAMES:
            raise
        tell(unwritten(code.co_name, code.co_filename))
    except Unusable as error:
        tell(error.text)


def unwritten(function: str, file: str) -> Text:
    return text(
        "{function} is not written yet: open {place}",
        function=function,
        place=place(desk.folder / file, function),
    )


def check(*names: str) -> float:
    """Print what ``course.py check`` prints for these functions; the (practice) points earned."""
    desk.clear()  # the check loads the files itself
    try:
        report = practice.check(desk.folder, select(names))
    except Unusable as error:
        tell(error.text)
        return 0.0
    show_lines(checked_lines(report, desk.folder, in_full=True))
    return float(report.score)


def show(exercise: str, picture: str, **options: Any) -> None:
    """Draw a picture of the lecture with the student's functions, its caption below.

    ``options`` are those of the function in :mod:`autograder.plots` that draws it.
    """
    from IPython.display import Image, display  # a notebook has it

    desk.clear()  # the session loads the files itself
    with explaining():
        plots = drawing_room()
        files = plots.with_given(practice.submission_in(desk.folder).files)
        with LocalSession(files, seconds=practice.SECONDS, total=float("inf")) as session:
            drawn = plots.picture(exercise, picture, plots.loaded(session), **options)
        caption = say(drawn.caption)
        if drawn.figure is not None:
            display(Image(plots.rendered(drawn.figure), alt=caption))
        in_html = f"<p><em>{escape(caption)}</em></p>"
        display({"text/html": in_html, "text/plain": caption}, raw=True)


def load_digits() -> dict[str, Any]:
    """The handwritten digits, wherever the notebook lies; see ``load_digits`` in data.py."""
    digits: dict[str, Any] = functions("data").load_digits(ROOT / "data" / "digits.npz")
    return digits


def tell(sentence: Text) -> None:
    print("\n".join(wrapped(say(sentence), "  ")))
