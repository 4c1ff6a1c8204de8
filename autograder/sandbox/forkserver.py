"""A warm process that forks one worker per submission, so that none pays for importing numpy.

It is executed fresh, never forked from the grader, so there is no expected value in its memory.
Talks over a control socket (protocol in :class:`Server`) and dies with it.
"""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import socket
import struct
import sys
from contextlib import suppress

from . import lockdown, worker

PRELOADED = (
    *("numpy", "numpy.random", "numpy.linalg", "numpy.fft", "numpy.lib.stride_tricks"),
    *(
        "math",
        "random",
        "itertools",
        "functools",
        "collections",
        "typing",
        "copy",
        "time",
        "pickle",
    ),
)
REQUESTS, REPLIES = 3, 4  # the worker's descriptors
FORK, END = b"F", b"E"
NUMBER = struct.Struct("<q")


def main(descriptor: int) -> None:
    for name in PRELOADED:
        __import__(name)
    sys.modules["autograder"].__path__ = []  # nothing more of the project can be imported
    gc.collect()
    gc.freeze()  # keeps the pages shared with the children
    Server(socket.socket(fileno=descriptor)).run()


class Server:
    """``F`` + two descriptors forks a worker and answers its pid; ``E`` + pid ends it and answers
    its wait status. Only this process, the parent, kills: a pid cannot have been reused.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: set[int] = set()

    def run(self) -> None:
        self.control.sendall(NUMBER.pack(os.getpid()))  # ready
        try:
            while self.step():
                pass
        finally:
            for pid in list(self.children):
                self.end(pid)

    def step(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self.control, 1 + NUMBER.size, 2)
        if not message:
            return False
        if message[:1] == FORK:
            answer = self.fork(*descriptors)
        else:
            answer = self.end(NUMBER.unpack(message[1:])[0])
        self.control.sendall(NUMBER.pack(answer))
        return True

    def fork(self, requests: int, replies: int) -> int:
        pid = os.fork()
        if pid == 0:
            child(requests, replies)
        self.children.add(pid)
        os.close(requests)
        os.close(replies)
        return pid

    def end(self, pid: int) -> int:
        """Kill ``pid`` and its session unless it has already ended; return its wait status."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # before reaping: the number cannot be another's yet
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # not yet in a session of its own
        _, status = os.waitpid(pid, 0)  # a zombie keeps the status it ended with
        self.children.discard(pid)
        return status


def child(requests: int, replies: int) -> None:
    """Become the worker; never returns to the server's code."""
    try:
        keep = [fcntl.fcntl(number, fcntl.F_DUPFD, 16) for number in (requests, replies)]
        os.dup2(keep[0], REQUESTS)
        os.dup2(keep[1], REPLIES)
        os.closerange(REPLIES + 1, 4096)
        lockdown.enter()
        worker.serve(REQUESTS, REPLIES)
        os._exit(0)
    finally:
        os._exit(70)
