"""What a worker gives up before it sees a line of a submission. Imports nothing of the project.

The seam for the lockdown: :func:`enter` is the last thing a worker does before student code runs.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable

MEMORY_BYTES = 2 * 2**30  # the largest honest submission needs under 200 MB
CPU_SECONDS = 60  # a backstop; the grader's deadlines are far shorter
OPEN_FILES = 64

Raise = Callable[[int, tuple[int, int]], None]
LIMITS = (
    (resource.RLIMIT_AS, MEMORY_BYTES),
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_NOFILE, OPEN_FILES),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, 0),
)


def enter() -> None:
    """Start a session of its own and lower this process's limits for good."""
    os.setsid()
    for limit, value in LIMITS:
        hard = resource.getrlimit(limit)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, allowed))
