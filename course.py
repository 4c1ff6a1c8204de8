"""Run a command of the course, from any folder: ``python course.py COMMAND ...``.

This file adds nothing but the environment: it makes ``.venv`` beside itself (with uv where uv is
installed, else with venv and pip), installs ``requirements.txt`` in it and becomes
``python -m autograder COMMAND ...``. The command ``test`` also installs ``tests/requirements.txt``
and becomes ``python -m pytest``, run in the folder of this file.

``.venv/course-stamp`` is written last and says what was installed, so the next start only reads a
few small files. If the stamp does not fit, ``.venv`` is brought up to date, or made anew if it is
half-made or belongs to another Python. Two are used as they are: the running Python if
``COURSE_NO_VENV=1`` is set, and a ``.venv`` that you made and activated yourself.

Standard library only, and what only the set-up needs is imported there: other starts stay fast.
Syntax of Python 3.6 only: an older Python must understand this file to say that it is too old.
"""

import os
import sys

OLDEST, NEWEST, RUNNING = (3, 11), (3, 13), sys.version_info[:2]

if RUNNING < OLDEST:
    sys.stderr.write(
        f"Python {RUNNING[0]}.{RUNNING[1]} is too old for this course: install Python 3.11, 3.12 or"
        " 3.13 from https://www.python.org/downloads/ and run course.py with that one.\n"
    )
    sys.exit(2)

ROOT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
STAMP = os.path.join(VENV, "course-stamp")
REQUIREMENTS = ["requirements.txt", "tests/requirements.txt"]
OUR_FAULT, INTERRUPTED = 4, 130  # exit codes

# What to do about a failed step, found by what it printed: the first row that matches.
REMEDIES = {
    r"No space left|\[Errno 28\]|os error 28|not enough space": (
        "The disk is full. Free about 500 MB. Then run the same command again."
    ),
    r"ensurepip is not\s+available|No module named '?(ensurepip|venv)": (
        "This Python came without venv. Debian, Ubuntu: sudo apt install python3-venv."
        " Then run the same command again."
    ),
    r"\[Errno (13|30)\]|os error (13|30)|\[WinError (5|32)\]": (
        "This folder cannot be written, or a program still uses its .venv. End that program, or"
        " copy the course into your home folder. Then run the same command again."
    ),
    r"[Cc]onnection|getaddrinfo|name resolution|dns error|SSLError|timed out": (
        "The packages could not be downloaded. Check the network and the proxy."
        " Then run the same command again."
    ),
    r"No matching distribution|no wheels|No solution found": (
        "There is no ready-made package for Python {version} on this computer."
        " Use a 64-bit Python 3.11, 3.12 or 3.13."
    ),
    r"\[Errno 2\].*requirements": "A part of the course is missing. Get the whole folder again.",
    r"PATH separator": (
        "Rename the folder: a path with : or ; in it cannot be used."
        " Then run the same command again."
    ),
    r"": "Delete the folder .venv beside course.py. Then run the same command again.",
}


class SetUpFailed(Exception):
    """A step of the set-up failed; the text is what it printed."""


def main(arguments: list[str]) -> int:
    """Prepare the environment and run the command in it; return the exit code."""
    testing = arguments[:1] == ["test"]
    module = ["pytest", *arguments[1:]] if testing else ["autograder", *arguments]
    try:
        python = prepared_python(REQUIREMENTS if testing else REQUIREMENTS[:1])
        if testing:
            os.chdir(ROOT)
        # -P: a random.py in the folder where the command is typed must not hide Python's own.
        return become([python, "-P", "-m", *module], environment(python))
    except KeyboardInterrupt:
        say("Interrupted. Run the same command again to go on.")
        return INTERRUPTED
    except (SetUpFailed, OSError) as problem:
        explain(str(problem))
        return OUR_FAULT


def prepared_python(files: list[str]) -> str:
    """Return the interpreter to use; if it is our own, with the requirements installed."""
    if os.environ.get("COURSE_NO_VENV") == "1":
        return sys.executable
    if not installed().startswith(stamp(files)):
        if made_by_hand():
            return sys.executable
        set_up(files)
    return PYTHON


def stamp(files: list[str]) -> bytes:
    """Name the Python and the requirements; the stamp for more files starts in the same way."""
    lines = [f"python {RUNNING[0]}.{RUNNING[1]} {sys.base_prefix!a}\n"]
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            lines.append(f"{name} {file.read()!r}\n")
    return "".join(lines).encode("ascii")


def installed() -> bytes:
    """Return the stamp of ``.venv``, or nothing if it has to be made anew."""
    try:
        with open(STAMP, "rb") as file:
            found = file.read()
    except OSError:
        return b""
    return found if found.startswith(stamp([])) and os.path.exists(PYTHON) else b""


def made_by_hand() -> bool:
    """Tell whether the running Python is that of a ``.venv`` which this file did not make."""
    own, venv = (os.path.normcase(os.path.realpath(path)) for path in (sys.prefix, VENV))
    return own == venv and not os.path.exists(STAMP)


def set_up(files: list[str]) -> None:
    """Bring ``.venv`` up to date; if the quick way fails, make it anew with venv and pip."""
    import shutil

    with open(VENV + ".lock", "a") as lock:  # closing the file, or dying, gives the lock back
        wait_for(lock.fileno())
        if installed().startswith(stamp(files)):  # the launcher that we waited for did it
            return
        if RUNNING > NEWEST:
            say("Note: the course was tested with Python 3.11 to 3.13; this one is newer.")
        anew, uv = not installed(), shutil.which("uv")
        say(
            "Making .venv beside course.py: once, about a minute ..."
            if anew
            else "Updating .venv beside course.py: once, about a minute ..."
        )
        try:
            build(files, anew, uv)
        except SetUpFailed:
            if anew and not uv:
                raise
            say("That did not work. Once more, with a new .venv and pip.")
            build(files, True, None)
        say("Done.")


def build(files: list[str], anew: bool, uv: str | None) -> None:
    """Make ``.venv`` if asked to, install the requirements in it, and stamp it."""
    import shutil
    from pathlib import Path

    # Not sys.executable: that may be the Python of the .venv which is removed here.
    python = getattr(sys, "_base_executable", sys.executable)
    if anew:
        if os.path.lexists(VENV):
            shutil.rmtree(VENV)
        do([uv, "venv", "--python", python, VENV] if uv else [python, "-I", "-m", "venv", VENV])
    Path(STAMP).write_bytes(b"unfinished")
    say("Installing {files} ...", files=", ".join(files))
    pip = [uv, "pip"] if uv else [PYTHON, "-I", "-m", "pip"]
    # Ready-made packages only: to build numpy takes a compiler and many minutes.
    options = ["--only-binary", ":all:", *(["--python", PYTHON] if uv else [])]
    for name in files:
        options += ["-r", os.path.join(ROOT, name)]
    do([*pip, "install", *options])
    Path(STAMP).write_bytes(stamp(files))  # one cut short by a crash fits nothing


def wait_for(lock: int) -> None:
    """Wait until no other launcher is setting up."""
    import time

    os.set_inheritable(lock, True)  # for pip, which can outlive a launcher that is killed
    if not locked(lock):
        say("Another course.py is setting up .venv; waiting for it to finish ...")
        while not locked(lock):
            time.sleep(0.1)


def locked(lock: int) -> bool:
    """Try to lock the file; on a file system without locks, go on without."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        return not isinstance(problem, (BlockingIOError, PermissionError))
    return True


def do(command: list[str]) -> None:
    """Run a step of the set-up; what it prints is shown only if it fails."""
    from subprocess import DEVNULL, PIPE, STDOUT, run

    variables = {**environment(PYTHON), "PIP_USER": "0"}  # pip --user cannot work in a .venv
    # close_fds=False: the step holds the lock too.
    ended = run(command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=variables, close_fds=False)
    if ended.returncode:
        output = ended.stdout.decode(errors="replace").strip()
        raise SetUpFailed(output or f"{command[0]}: exit code {ended.returncode}")


def environment(python: str) -> dict[str, str]:
    """Make autograder importable; in our ``.venv`` nobody's PYTHONPATH may hide its packages."""
    variables = dict(os.environ)
    paths = [ROOT, variables.pop("PYTHONPATH", "")]
    if python == PYTHON:
        del paths[1]
        variables.pop("PYTHONHOME", None)
    return {**variables, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def become(command: list[str], variables: dict[str, str]) -> int:
    """Become the command; Windows cannot, so wait there and return its exit code."""
    if os.name != "nt":
        os.execve(command[0], command, variables)
    from subprocess import Popen

    child = Popen(command, env=variables)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass  # it went to the child too, which answers with its own exit code


def explain(output: str) -> None:
    """Show the last lines of what a failed step printed, and what to do about it."""
    import re
    import shutil

    say("That failed. Its last lines:")
    for line in output.splitlines()[-8:]:
        show("  " + line[:200])
    if shutil.disk_usage(ROOT).free < 50e6:  # pip and venv do not always say so
        output = "No space left"
    remedy = next(REMEDIES[signs] for signs in REMEDIES if re.search(signs, output))
    version = f"{RUNNING[0]}.{RUNNING[1]}"
    say("What to do: {remedy}", remedy=translated(remedy, version=version))


def say(sentence: str, **values: str) -> None:
    show(translated(sentence, **values))


def show(line: str) -> None:
    """Print to stderr: stdout belongs to the command."""
    print(line, file=sys.stderr, flush=True)


def translated(sentence: str, **values: str) -> str:
    """Give the sentence in the language of ``--lang`` or of the system, if that can be had."""
    given = " ".join(sys.argv).replace("--lang=", "--lang ").partition("--lang ")[2].split()
    try:
        from autograder.language import say, use
        from autograder.model import Text

        use(given[0] if given else None)
        return say(Text(sentence, values))
    except Exception:  # a part of the course may be missing, and that must be said
        return sentence.format(**values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
