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

from . import lockdown, wire, worker

# What students import: a worker without path calls cannot load anything later.
PRELOADED = (
    *("numpy", "numpy.random", "numpy.linalg", "numpy.fft", "numpy.lib.stride_tricks", "numpy.ma"),
    *("numpy.polynomial", "numpy.testing", "numpy.matlib", "numpy.typing", "numpy.lib.scimath"),
    *("abc", "array", "ast", "bisect", "cmath", "collections", "collections.abc", "contextlib"),
    *("copy", "csv", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "gc"),
    *("glob", "hashlib", "heapq", "inspect", "io", "itertools", "json", "logging", "math"),
    *("numbers", "operator", "os", "pathlib", "pickle", "platform", "pprint", "queue", "random"),
    *("re", "shutil", "statistics", "string", "struct", "sys", "tempfile", "textwrap"),
    *(
        "threading",
        "time",
        "timeit",
        "traceback",
        "types",
        "typing",
        "unittest",
        "uuid",
        "warnings",
    ),
    *("encodings.cp949", "encodings.euc_kr", "encodings.latin_1", "encodings.cp1252"),
    *("encodings.idna", "encodings.utf_8_sig", "encodings.ascii", "__future__"),
)
REQUESTS, REPLIES = 3, 4  # the worker's descriptors
FORK, END, TEST = b"F", b"E", b"T"
NUMBER = struct.Struct("<q")


def main(descriptor: int, asked: str) -> None:
    """Preload, lock down as ``asked``, say hello (a frame), and serve until the socket closes."""
    control = socket.socket(fileno=fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 16))
    os.close(descriptor)
    reserve_descriptors()
    for name in PRELOADED:
        __import__(name)
    here = lockdown.offer()
    hello = {"landlock": here.landlock, "seccomp": here.seccomp, "root": here.root}
    try:
        profile = here.profile(asked)
        plan = lockdown.prepare(profile)
        lockdown.harden_server()
    except (lockdown.CannotLockDown, OSError) as error:
        control.sendall(wire.frame(wire.encode({**hello, "profile": "", "problem": str(error)})))
        return
    sys.modules["autograder"].__path__ = []  # nothing more of the project can be imported
    gc.collect()
    gc.freeze()  # keeps the pages shared with the children
    control.sendall(wire.frame(wire.encode({**hello, "profile": profile, "problem": ""})))
    Server(control, plan).run()


def reserve_descriptors() -> None:
    """Occupy the numbers that a worker's pipes will take, so that nothing else gets them."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= REPLIES:
        pass
    os.close(number)


class Server:
    """``F`` and two descriptors forks a worker and answers its pid; ``E`` and a pid ends it and
    answers its wait status; ``T``, two descriptors and a path forks one that tries to escape.
    Only this process, the parent, kills: a pid cannot have been reused.
    """

    def __init__(self, control: socket.socket, plan: lockdown.Plan) -> None:
        self.control = control
        self.plan = plan
        self.children: set[int] = set()

    def run(self) -> None:
        try:
            while self.step():
                pass
        finally:
            for pid in list(self.children):
                self.end(pid)

    def step(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self.control, 4096, 2)
        kind, rest = message[:1], message[1:]
        if kind in (FORK, TEST):
            answer = self.fork(rest.decode(), *descriptors)
        elif kind == END:
            answer = self.end(NUMBER.unpack(rest)[0])
        else:
            return False
        self.control.sendall(NUMBER.pack(answer))
        return True

    def fork(self, canary: str, requests: int, replies: int) -> int:
        pid = os.fork()
        if pid == 0:
            child(requests, replies, self.plan, canary)
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
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # orphans of the worker, handed to this server
                pass
        return status


def child(requests: int, replies: int, plan: lockdown.Plan, canary: str) -> None:
    """Become the worker; never returns to the server's code."""
    try:
        os.dup2(requests, REQUESTS)
        os.dup2(replies, REPLIES)
        lockdown.enter(plan, REPLIES)
        if canary:
            succeeded = lockdown.escapes(canary)
            worker.write_all(REPLIES, wire.frame(wire.encode({"status": "ok", "value": succeeded})))
        else:
            worker.serve(REQUESTS, REPLIES)
        os._exit(0)
    finally:
        os._exit(70)
