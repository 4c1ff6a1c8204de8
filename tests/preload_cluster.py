"""What a Dask worker of tests/test_cluster.py loads: some submissions do it harm, planted here."""

import os
import signal
import threading

from autograder import batch

if not hasattr(batch, "unharmed"):  # Dask loads this file twice
    batch.unharmed = batch.Grader.grade_taken, batch._started
grade_taken, started = batch.unharmed


def harmful(grader, taken):
    source = b"".join(taken.submission.files.values()) if taken.submission else b""
    if b"KILL THE WORKER" in source:
        os.kill(os.getpid(), signal.SIGKILL)
    result = grade_taken(grader, taken)
    if b"CANNOT TRAVEL" in source:
        return batch.replace(result, problem=threading.Lock())
    return result


def refusing(profile, *rest):
    if profile == "missing":
        raise batch.Refused("no Landlock")
    return started(profile, *rest)


batch.Grader.grade_taken, batch._started = harmful, refusing
