"""Ctrl-C while a command is still being imported: it ends at once, with nothing to tidy up.

An interrupt inside an import can surface as any error, so there the signal is not turned into
KeyboardInterrupt.
"""

from __future__ import annotations

import os
import signal

INTERRUPTED = 130


def _leave(*_: object) -> None:
    os._exit(INTERRUPTED)


def leaves_at_once() -> None:
    """From now on; a process that was started to ignore the signal (nohup, &) goes on doing so."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _leave)


def raises() -> None:
    """From now on an interrupt is KeyboardInterrupt again."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)
