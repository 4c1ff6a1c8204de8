"""A warm process that forks one worker per submission, so that none pays for importing numpy.

It is executed fresh, never forked from the grader, so there is no expected value in its memory.
Talks over a control socket (protocol in :class:`Server`) and dies with it.
"""

from __future__ import annotations

import fcntl
import gc
import os
import random
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress

import numpy as np

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
REQUESTS, REPLIES, READY = 3, 4, 5  # the worker's descriptors; the last is closed once locked in
FORK, END, TEST, SCRIPT = b"F", b"E", b"T", b"S"
NUMBER = struct.Struct("<q")
LOCKED_IN = b"locked in"


def main(descriptor: int, asked: str) -> None:
    """Preload, lock down as ``asked``, say hello (a frame), and serve until the socket closes."""
    control = adopted(descriptor)
    for name in PRELOADED:
        __import__(name)
    random.seed(0)  # what a submission draws at import is the same in every run
    np.random.seed(0)  # noqa: NPY002
    sys.argv[:] = sys.orig_argv[:] = [""]  # a path of the grader's machine
    sys.modules["autograder"].__path__ = []  # nothing more of the project can be imported
    serve(control, asked, lockdown.prepare, lockdown.harden_server, Server)


def adopted(descriptor: int) -> socket.socket:
    """The control socket, out of the way of the descriptors that workers use."""
    control = socket.socket(fileno=fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 16))
    os.close(descriptor)
    reserve_descriptors()
    return control


def serve(
    control: socket.socket,
    asked: str,
    prepare: Callable[[str], lockdown.Plan],
    harden: Callable[[], None],
    make: Callable[[socket.socket, lockdown.Plan], Server],
) -> None:
    """Lock down, try it with one worker, say hello or what is missing, and serve."""
    here = lockdown.offer()
    hello = {"landlock": here.landlock, "seccomp": here.seccomp, "root": here.root}
    try:
        profile = here.profile(asked)
        plan = prepare(profile)
        harden()
        server = make(control, plan)
        server.end(server.fork("", *os.pipe()))  # one worker for trial: it reads an end of file
    except (lockdown.CannotLockDown, OSError) as error:
        control.sendall(wire.frame(wire.encode({**hello, "profile": "", "problem": str(error)})))
        return
    gc.collect()
    gc.freeze()  # keeps the pages shared with the children
    control.sendall(wire.frame(wire.encode({**hello, "profile": profile, "problem": ""})))
    server.run()


def reserve_descriptors() -> None:
    """Occupy the numbers that a worker's pipes will take, so that nothing else gets them."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= READY:
        pass
    os.close(number)


class Server:
    """``F`` and two descriptors forks a worker and answers its pid; ``E`` and a pid ends it and
    answers its wait status; ``T``, two descriptors and a path forks one that tries to escape;
    ``S`` and a length, then as many bytes, gives the script that workers inherit, and answers 0.
    Only this process, the parent, kills: a pid cannot have been reused.
    """

    def __init__(self, control: socket.socket, plan: lockdown.Plan) -> None:
        self.control = control
        self.plan = plan
        self.children: set[int] = set()
        self.script: worker.Script = {}

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
        elif kind == SCRIPT:
            answer = self.learn(NUMBER.unpack(rest[: NUMBER.size])[0], rest[NUMBER.size :])
        else:
            return False
        self.control.sendall(NUMBER.pack(answer))
        return True

    def learn(self, length: int, beginning: bytes) -> int:
        """Decode the script once for all workers; their copy of it is their own."""
        rest = self.control.recv(length - len(beginning), socket.MSG_WAITALL)
        self.script = wire.decode(beginning + rest)
        gc.collect()
        gc.freeze()
        return 0

    def fork(self, canary: str, requests: int, replies: int) -> int:
        """The pid of a worker that is locked in; an error here ends this server, which is ours."""
        listening, ready = os.pipe()
        server, pid = os.getpid(), os.fork()
        if pid == 0:
            child((requests, replies, ready), self.plan, canary, server, self.serve)
        self.children.add(pid)
        for descriptor in (requests, replies, ready):
            os.close(descriptor)
        said = os.read(listening, 1000)
        os.close(listening)
        if said != LOCKED_IN:
            raise lockdown.CannotLockDown(f"a worker could not be locked in ({said.decode()})")
        return pid

    def serve(self, requests: int, replies: int) -> None:
        """What a worker does once it is locked in."""
        worker.serve(requests, replies, self.script)

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


def child(
    descriptors: tuple[int, int, int],
    plan: lockdown.Plan,
    canary: str,
    server: int,
    serve: Callable[[int, int], None],
) -> None:
    """Become the worker; never returns to the server's code."""
    try:
        for descriptor, number in zip(descriptors, (REQUESTS, REPLIES, READY), strict=True):
            os.dup2(descriptor, number)
        lock_in(plan, server)
        if canary:
            succeeded = lockdown.escapes(canary)
            worker.write_all(REPLIES, [wire.frame(wire.encode(succeeded))])
        else:
            serve(REQUESTS, REPLIES)
        os._exit(0)
    finally:
        os._exit(70)


def lock_in(plan: lockdown.Plan, server: int) -> None:
    """Lock down and tell the server, or tell it why not: that is our fault, not the student's."""
    try:
        lockdown.enter(plan, READY)
        if os.getppid() != server:  # it died before its death could be a signal
            raise OSError("the fork server has ended")
    except Exception as error:
        os.write(READY, repr(error).encode()[:1000])
        raise
    os.write(READY, LOCKED_IN)
    os.close(READY)
