"""While a command is still being imported: Ctrl-C ends it at once, and no garbage is collected.

An interrupt inside an import can surface as any error, so there the signal is not turned into
KeyboardInterrupt. Nothing is tidied up: there is nothing yet. What is imported stays, so looking
for garbage among it takes time for nothing (20 of 180 ms of a check).

numpy's own threads are not started (20 ms more): the matrices here are small, and with one thread
every machine adds up in the same order.
"""

from __future__ import annotations

import gc
import os
import signal

INTERRUPTED = 130
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def begin() -> None:
    """A process that was started to ignore the signal (nohup, &) goes on doing so."""
    os.environ |= {**ONE_THREAD, **os.environ}
    gc.disable()
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _leave)


def done() -> None:
    """From now on an interrupt is KeyboardInterrupt again."""
    gc.freeze()
    gc.enable()
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(*_: object) -> None:
    os._exit(INTERRUPTED)
