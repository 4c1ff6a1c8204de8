"""Single keys from a terminal, without Enter and without waiting."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Pressed = Callable[[], str]  # the key since the last call, or ""

if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def keys() -> Iterator[Pressed]:
        yield lambda: msvcrt.getwch() if msvcrt.kbhit() else ""

else:
    import select
    import termios
    import tty

    @contextmanager
    def keys() -> Iterator[Pressed]:
        """Where nobody can press one (a pipe, the background) there never is a key."""
        if not sys.stdin.isatty():
            yield lambda: ""
            return
        before = termios.tcgetattr(sys.stdin)
        try:
            tty.setcbreak(sys.stdin)  # Ctrl-C still interrupts
            yield lambda: sys.stdin.read(1) if select.select([sys.stdin], [], [], 0)[0] else ""
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
