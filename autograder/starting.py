"""While a command is still being imported: Ctrl-C ends it at once, and no garbage is collected.

An interrupt inside an import can surface as any error, so there the signal is not turned into
KeyboardInterrupt. Nothing is tidied up: there is nothing yet. What is imported stays, so looking
for garbage among it takes time for nothing (8 of 148 ms of a check).
"""

from __future__ import annotations

import gc
import os
import signal

INTERRUPTED = 130


def begin() -> None:
    """A process that was started to ignore the signal (nohup, &) goes on doing so."""
    gc.disable()
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _leave)


def done() -> None:
    """From now on an interrupt is KeyboardInterrupt again."""
    gc.enable()
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(*_: object) -> None:
    os._exit(INTERRUPTED)
