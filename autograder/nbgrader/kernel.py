"""The process behind the cells that only show something: IPython without a kernel's sockets.

A warm server forks one for each notebook, and locks it down as a worker of the grader. It reads
the source of a cell and answers with what the cell printed and drew. No mark depends on it.
"""

from __future__ import annotations

import base64
import os
import sys
import sysconfig
from functools import partial
from typing import Any

import matplotlib.pyplot  # noqa: F401 - once for all notebooks: with its fonts it takes a second
import numpy  # noqa: F401 - the same
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from ..sandbox import forkserver, lockdown, wire, worker

FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")


class Shell(InteractiveShell):
    """IPython, for pictures in the notebook and no window."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is no event loop that a window could live in."""


def main(descriptor: int, asked: str, root: str, desk: str) -> None:
    """Serve notebooks whose files lie in the folder ``desk``; ``root`` is the repository."""
    control = forkserver.adopted(descriptor)
    os.chdir(desk)
    os.environ["IPYTHONDIR"] = os.path.join(desk, os.pardir, "ipython")
    sys.path.insert(0, desk)
    sys.path.append(root)  # last: it lends its tools and shadows nothing
    sys.argv[:] = sys.orig_argv[:] = [""]
    shell = made_shell()
    prepare = partial(prepared, root=root, desk=desk)
    make = partial(Server, shell)
    forkserver.serve(control, asked, prepare, harden, make)


def made_shell() -> Shell:
    config = Config()
    config.HistoryManager.enabled = False  # a file and a thread
    shell = Shell.instance(config=config)
    shell.run_line_magic("matplotlib", "inline")
    return shell


def prepared(profile: str, root: str, desk: str) -> lockdown.Plan:
    """A worker's plan that also lets packages, the given files and the fonts be read."""
    if profile == lockdown.NO_PATH:
        raise lockdown.CannotLockDown("pictures need Landlock (Linux 5.13 or later, if enabled)")
    plan = lockdown.prepare(profile)
    if plan.ruleset is not None:
        packages = (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
        given = (os.path.join(root, "autograder"), os.path.join(root, "data"))
        lockdown.allow_reading(plan.ruleset, (*packages, *given, *FONTS, desk))
    return plan


def harden() -> None:
    """As a fork server, but with its user's files: a notebook reads the repository's data."""
    if sys.platform != "linux":
        return
    lockdown.offer_to_die_first()
    if os.geteuid() == 0:
        lockdown.drop_powers()
    lockdown.keep_apart()


class Server(forkserver.Server):
    """Forks kernels instead of workers."""

    def __init__(self, shell: Shell, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.shell = shell

    def serve(self, requests: int, replies: int) -> None:
        while (payload := worker.read_frame(requests)) is not None:
            (source,) = wire.decode(payload)
            with capture_output() as captured:
                self.shell.run_cell(source.decode(), store_history=True)
            worker.write_all(replies, [wire.frame(wire.encode(shown(captured)))])


def shown(captured: Any) -> list[dict[str, bytes]]:
    """What was printed, then what was drawn, each by its name or MIME types."""
    printed = {"stdout": captured.stdout, "stderr": captured.stderr}
    parts = [{name: text} for name, text in printed.items() if text]
    return [
        {kind: as_bytes(value) for kind, value in part.items()}
        for part in (*parts, *(output.data for output in captured.outputs))
    ]


def as_bytes(value: Any) -> bytes:
    """Text as it is; the bytes of a picture as a notebook has them, in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value)
    return str(value).encode("utf-8", "backslashreplace")
