"""What a worker gives up before it sees a byte of a submission. Imports nothing of the project.

Two walls, each closing what the other leaves open: Landlock takes the file system away, seccomp the
system calls. Either profile needs no privilege and works inside a container:

    landlock   reads Python's own libraries and nothing else, writes nothing
    no-path    no system call that takes a path at all; for kernels without Landlock
    unsafe     neither: for one's own code only

:func:`prepare` runs once in the fork server, :func:`enter` in every worker.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import socket
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

LANDLOCK, NO_PATH, UNSAFE = PROFILES = ("landlock", "no-path", "unsafe")
NOBODY = 65534  # who the fork server becomes when it was started as root

MEMORY_BYTES = 2 * 2**30  # the largest honest submission needs under 200 MB
CPU_SECONDS = 60  # a backstop; the grader's deadlines are far shorter
LIMITS = (
    (resource.RLIMIT_AS, MEMORY_BYTES),
    (resource.RLIMIT_CPU, CPU_SECONDS),
    (resource.RLIMIT_NOFILE, 64),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_MEMLOCK, 0),
)

MAX_DESCRIPTORS = 4096

# prctl(2)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36

# What CPython and numpy need to compute: memory, time, the pipes they have.
ALLOWED = (
    *("read", "write", "futex", "mmap", "munmap", "mremap", "madvise", "brk", "mprotect"),
    *("close", "fstat", "lseek", "pread64", "readv", "writev"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("poll", "ppoll", "select", "pselect6", "nanosleep", "clock_nanosleep", "sched_yield"),
    *("clock_gettime", "clock_getres", "gettimeofday", "time", "times", "getrusage", "sysinfo"),
    *("getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getcwd", "uname"),
    *("getrandom", "getrlimit", "exit", "exit_group", "set_robust_list", "rseq"),
)
# Looking for a module: Landlock decides what is found.
PATHS = (
    *("open", "openat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat"),
    *("faccessat2", "readlink", "readlinkat", "getdents64"),
)
# Allowed for some values of one argument only: (call, argument's index, values).
FCNTL = (1, 2, 3)  # F_GETFD, F_SETFD, F_GETFL
IOCTL = (0x5401, 0x5451)  # TCGETS (isatty), FIOCLEX
CONDITIONS = (
    ("fcntl", 1, FCNTL),
    ("ioctl", 1, IOCTL),
    ("prlimit64", 2, (0,)),  # to read a limit, not to set one ...
    ("sched_getaffinity", 0, (0,)),
)


class CannotLockDown(Exception):
    """This machine lacks what a profile needs; the message says what."""


@dataclass(frozen=True)
class Offer:
    """What this machine has: Landlock's ABI version (0 for none), seccomp filters, being root."""

    landlock: int
    seccomp: bool
    root: bool

    def profile(self, asked: str) -> str:
        """The profile to use; ``auto`` takes the best. Raises :class:`CannotLockDown`."""
        if asked == UNSAFE:
            return UNSAFE
        if not self.seccomp:
            raise CannotLockDown("this system has no seccomp filters (Linux 3.17 or later has)")
        if asked == LANDLOCK and not self.landlock:
            raise CannotLockDown("this kernel has no Landlock (Linux 5.13 or later, if enabled)")
        if asked == "auto":
            return LANDLOCK if self.landlock else NO_PATH
        return asked


def offer() -> Offer:
    """Ask the kernel. Call once, before any worker is forked: it looks up libc by a process."""
    if sys.platform != "linux":
        return Offer(0, False, False)
    import landlockpy
    import seccompy

    try:
        abi = landlockpy.abi_version()
    except OSError:  # a container's own filter may forbid asking
        abi = 0
    try:
        seccomp = seccompy.supported()
    except OSError:
        seccomp = False
    return Offer(abi, seccomp, os.geteuid() == 0)


@dataclass(frozen=True)
class Plan:
    """A profile made ready: a Landlock ruleset's descriptor and a compiled seccomp program."""

    profile: str
    ruleset: Any
    program: Any


def prepare(profile: str) -> Plan:
    """Build what :func:`enter` applies, with the privileges the server still has."""
    if profile == UNSAFE:
        return Plan(profile, None, None)
    ruleset = readable_libraries() if profile == LANDLOCK else None
    return Plan(profile, ruleset, filter_calls(paths=profile == LANDLOCK))


def readable_libraries() -> Any:
    """A ruleset of everything that Landlock handles here, that lets Python's libraries be read."""
    from landlockpy import AccessFS, Ruleset, Scope

    ruleset = Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
    for path in library_paths():
        if os.path.exists(path):
            kind = (
                AccessFS.READ_FILE | AccessFS.READ_DIR
                if os.path.isdir(path)
                else (AccessFS.READ_FILE)
            )
            ruleset.allow_path(path, kind)
    ruleset.allow_path(os.devnull, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
    return ruleset


def library_paths() -> Iterator[str]:
    """The standard library, numpy with its own libraries, the system's shared ones."""
    import numpy

    yield from {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    package = os.path.dirname(numpy.__file__)
    yield from (package, f"{package}.libs")
    yield from ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")


def filter_calls(*, paths: bool) -> Any:
    """An allow-list: everything else fails with EPERM, and glibc's clone3 with ENOSYS."""
    from seccompy import Action, Filter, SeccompError, syscall_nr

    program = Filter(default=Action.ERRNO | errno.EPERM)
    for name in (*ALLOWED, *(PATHS if paths else ())):
        try:
            number = syscall_nr(name)
        except (SeccompError, ValueError, KeyError):  # not a call of this architecture
            continue
        program.allow(number)
    for name, index, values in CONDITIONS:
        for value in values:
            program.allow(name, args={index: value})
    program.errno("clone3", errno.ENOSYS)
    program.program  # noqa: B018 - compiled here, once
    return program


def harden_server() -> None:
    """Make the fork server die with the grader, inherit orphans, and give nothing away."""
    if sys.platform != "linux":
        return
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_DUMPABLE, 0)
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:  # not dumpable: /proc/self is root's. Memory is limited anyway
        pass


def prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


def enter(plan: Plan, last: int) -> None:
    """Give everything up, for good, and every descriptor above ``last``.

    The last thing that a worker does before student code runs.
    """
    os.setsid()
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.clear()
    for limit, value in LIMITS:
        hard = resource.getrlimit(limit)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, allowed))
    if plan.ruleset is not None:
        plan.ruleset.restrict()
    os.closerange(last + 1, MAX_DESCRIPTORS)
    if plan.program is not None:
        plan.program.load()


def escapes(canary: str) -> list[str]:
    """Try what a locked-down worker must not be able to do; the names of what succeeded."""
    succeeded = []
    for name, attempt in ATTEMPTS.items():
        try:
            attempt(canary)
        except OSError:
            continue
        succeeded.append(name)
    return succeeded


def _read(canary: str) -> None:
    with open(canary, "rb") as file:
        file.read(1)


def _write(canary: str) -> None:
    with open(f"{canary}.written", "wb"):
        pass


def _fork(_: str) -> None:
    if os.fork() == 0:
        os._exit(0)


def _socket(_: str) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()


def _signal(_: str) -> None:
    os.kill(os.getppid(), 0)


ATTEMPTS: dict[str, Callable[[str], None]] = {
    "read a file": _read,
    "write a file": _write,
    "fork": _fork,
    "open a socket": _socket,
    "signal its parent": _signal,
}
