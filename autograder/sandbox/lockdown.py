"""What a worker gives up before it sees a byte of a submission. Imports nothing of the project.

Two walls, each closing what the other leaves open: Landlock takes the file system away, seccomp the
system calls. Either profile needs no privilege and works inside a container:

    landlock   reads Python's own libraries and nothing else, writes nothing
    no-path    no system call that takes a path at all; for kernels without Landlock
    unsafe     neither, only the limits: for one's own code

:func:`prepare` runs once in the fork server, :func:`enter` in every worker.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import struct
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
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
STANDARD = frozenset(map(sysconfig.get_path, ("stdlib", "platstdlib")))

# prctl(2), capset(2)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
LINUX_CAPABILITY_VERSION_3 = 0x20080522

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
PATHS = ("stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "getdents64")
# Allowed only where every argument named is one of the values: (call, {argument's index: values}).
FCNTL = (1, 2, 3)  # F_GETFD, F_SETFD, F_GETFL
IOCTL = (0x5401, 0x5451)  # TCGETS (isatty), FIOCLEX
CONDITIONS = (
    ("fcntl", {1: FCNTL}),
    ("ioctl", {1: IOCTL}),
    ("prlimit64", {0: (0,), 2: (0,)}),  # to read a limit of its own, not to set one
    ("sched_getaffinity", {0: (0,)}),
)
# Files are opened to be read: before its ABI 3, Landlock lets O_RDONLY | O_TRUNC empty a file.
OPENING = (("open", 1), ("openat", 2))  # (call, index of its flags)
NOT_TO_READ = (
    *(os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND),
    *(0o20000000, 0o10000000),  # O_TMPFILE without its O_DIRECTORY, O_PATH
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
    from landlockpy import Ruleset, Scope

    ruleset = Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
    allow_reading(ruleset, library_paths())
    return ruleset


def allow_reading(ruleset: Any, paths: Iterable[str]) -> None:
    """Add files, and folders with all that is in them, of those that exist."""
    from landlockpy import AccessFS

    for path in filter(os.path.exists, paths):
        folder = AccessFS.READ_DIR if os.path.isdir(path) else AccessFS.NONE
        ruleset.allow_path(path, AccessFS.READ_FILE | folder)


def is_standard(path: str) -> bool:
    """Whether a folder of ``sys.path`` is the standard library's.

    What else happens to be installed is not there for a submission: to find a package that Landlock
    lets nobody read is a PermissionError, which no ``except ImportError`` of a student expects.
    """
    return path in STANDARD or os.path.basename(path) == "lib-dynload"


def library_paths() -> Iterator[str]:
    """The standard library without site-packages, numpy with its own libraries, the system's."""
    import numpy

    for library in STANDARD:
        names = set(os.listdir(library)) - {"site-packages", "dist-packages"}
        yield from (os.path.join(library, name) for name in sorted(names))
    package = os.path.dirname(numpy.__file__)
    yield from (package, f"{package}.libs", os.devnull, "/etc/ld.so.cache")
    multiarch = sysconfig.get_config_var("MULTIARCH")
    here = [f"/usr/lib/{multiarch}", f"/lib/{multiarch}"] if multiarch else []
    yield from here if any(map(os.path.isdir, here)) else ("/usr/lib64", "/lib64")


def filter_calls(*, paths: bool) -> Any:
    """An allow-list: everything else fails with EPERM, and glibc's clone3 with ENOSYS."""
    from seccompy import Action, CmpOp, Filter

    program = Filter(default=Action.ERRNO | errno.EPERM)
    for name in (*ALLOWED, *(PATHS if paths else ())):
        if exists(name):
            program.allow(name)
    for name, wanted in CONDITIONS:
        for values in product(*wanted.values()):
            program.allow(name, args=dict(zip(wanted, values, strict=True)))
    for name, index in OPENING if paths else ():
        if exists(name):
            program.allow(name, args=[(index, CmpOp.MASKED_EQ, 0, sum(NOT_TO_READ))])
    program.errno("clone3", errno.ENOSYS)
    program.program  # noqa: B018 - compiled here, once
    return program


def exists(name: str) -> bool:
    """Whether a system call exists on this architecture."""
    from seccompy import SeccompError, syscall_nr

    try:
        syscall_nr(name)
    except (SeccompError, ValueError, KeyError):
        return False
    return True


def harden_server() -> None:
    """Make the fork server die with the grader, inherit orphans, and give nothing away."""
    if sys.platform != "linux":
        return
    offer_to_die_first()  # before anything else: later /proc/self is root's
    if os.geteuid() == 0:
        leave_root()
    keep_apart()


def offer_to_die_first() -> None:
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def keep_apart() -> None:
    """Die with the parent, inherit orphans, and let nobody look into this process."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_DUMPABLE, 0)


def leave_root() -> None:
    """Become nobody; where root may not (a container without that right), root of no powers."""
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        drop_powers()


def drop_powers() -> None:
    """Keep the user id, and none of what root may do beyond its own files."""
    header = struct.pack("<Ii", LINUX_CAPABILITY_VERSION_3, 0)
    checked(libc().capset(header, bytes(24)), "capset")


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int, name: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{name} failed")


def prctl(option: int, value: int) -> None:
    checked(libc().prctl(option, value, 0, 0, 0), f"prctl({option})")


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
        try:
            resource.setrlimit(limit, (allowed, allowed))
        except ValueError:  # macOS knows some limits by name only
            if plan.profile != UNSAFE:
                raise
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


def _allocate(_: str) -> None:
    mmap.mmap(-1, MEMORY_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()


def _use_servers_descriptors(_: str) -> None:
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    for number in range(6, max(soft, 64)):  # below are the worker's own
        try:
            os.lseek(number, 0, os.SEEK_CUR)
        except OSError as error:
            if error.errno == errno.EBADF:
                continue
        return
    raise OSError


ATTEMPTS: dict[str, Callable[[str], None]] = {
    "read a file": _read,
    "write a file": _write,
    "fork": _fork,
    "open a socket": _socket,
    "signal its parent": _signal,
    "take all memory": _allocate,
    "use the grader's descriptors": _use_servers_descriptors,
}
