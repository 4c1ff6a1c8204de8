"""Which modules of the project a module needs: what it imports, in any number of steps.

Also what is imported inside of functions; not what only a type checker looks at.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .places import ROOT

OTHERS = ("course", "solutions")  # beside the package, and no packages of others


def closure(
    entrances: Iterable[str], by_name: Mapping[str, Iterable[str]], left_out: Iterable[str]
) -> set[str]:
    """The modules that are reached from ``entrances`` without going through ``left_out``.

    ``by_name`` tells what a module imports by a name that it works out. Names of what is not
    there are passed over.
    """
    reached: set[str] = set()
    left = list(entrances)
    while left:
        name = left.pop()
        if name not in reached and name not in left_out and file_of(name):
            reached.add(name)
            left += [*imports(name), *by_name.get(name, ())]
    return reached


def file_of(module: str) -> Path | None:
    """The file of a module of the project; None for any other name."""
    place = ROOT.joinpath(*module.split("."))
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if module.partition(".")[0] == __package__ and file.is_file():
            return file
    return None


def files_of(names: Iterable[str]) -> Iterator[Path]:
    """The files of modules and of the packages that they are in."""
    for name in sorted(names):
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            if file := file_of(".".join(parts[:count])):
                yield file


def imports(module: str) -> Iterator[str]:
    """Every name that ``module`` may import: the modules it names, and what it takes from them."""
    file = file_of(module)
    if file is None:
        return
    package = module if file.stem == "__init__" else module.rpartition(".")[0]
    for node in executed(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level]
            base = ".".join([*(above if node.level else ()), *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker looks at."""
    yield node
    if not (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"):
        for child in ast.iter_child_nodes(node):
            yield from executed(child)


def third_party(modules: Iterable[str]) -> set[str]:
    """The packages of others that the modules import."""
    names = {name.partition(".")[0] for module in modules for name in imports(module)}
    return names - sys.stdlib_module_names - {__package__, *OTHERS}
