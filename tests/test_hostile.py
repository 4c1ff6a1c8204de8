"""Whatever a submission tries: no mark it did not earn, nothing left behind, no neighbour hurt."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import hostile
import pytest
from hostile import (
    EXPECTED,
    FULL,
    LONGEST,
    PATIENCE,
    PROFILES,
    SUBMISSIONS,
    grader_for,
    problems,
    seconds_for,
    watching,
)

from autograder import intake
from autograder.batch import FILES
from autograder.sandbox import lockdown
from tests.timed import timed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can lock down")
ROOT = SUBMISSIONS.parents[1]
SOMEBODY = 12345  # an ordinary user, and not the one whom root's workers become
HONEST = (SUBMISSIONS / "honest/activations.py").read_bytes()


@pytest.fixture(scope="module")
def watch():
    with watching() as started:
        yield started


@pytest.fixture(scope="module")
def graders():
    made = {}

    def grader(profile, seconds=PATIENCE):
        if (profile, seconds) not in made:
            if profile == lockdown.LANDLOCK and not lockdown.offer().landlock:
                pytest.skip("this kernel has no Landlock")
            made[profile, seconds] = grader_for(profile, seconds)
        return made[profile, seconds]

    yield grader
    for one in made.values():
        one.close()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_hostile_submission_earns_what_its_honest_functions_earn(graders, watch, name, profile):
    grader = graders(profile, seconds_for(EXPECTED[name]))
    assert problems(grader, watch, SUBMISSIONS / name, EXPECTED[name]) == []


FORGERIES = [
    *(name for name in EXPECTED if name.startswith(("forged_", "patched_", "lying_"))),
    *("exits_with_0", "atexit", "duck_array", "replaced_pickle", "nan", "infinity", "empty"),
    *("odd_dtypes", "wrong_shape", "searches_memory", "poisoned_modules"),
]


@pytest.mark.parametrize("name", FORGERIES)
def test_no_mark_can_be_forged_even_without_lockdown(graders, watch, name):
    grader = graders("unsafe", seconds_for(EXPECTED[name]))
    assert problems(grader, watch, SUBMISSIONS / name, EXPECTED[name]) == []


def test_the_watch_sees_what_it_watches(monkeypatch, tmp_path):
    monkeypatch.setattr(hostile, "marks", lambda: tmp_path.glob("pwned*"))
    monkeypatch.setattr(hostile, "NUMPY", tmp_path)
    with watching(range(47270, 47280)) as watch:
        assert watch.changes() == []
        (tmp_path / "pwned").touch()
        os.kill(os.getpid(), signal.SIGUSR1)
        monkeypatch.setenv("PWNED", "1")
        for ear in watch.ears:
            with socket.socket(ear.family, ear.type) as mouth:
                mouth.connect(ear.getsockname())
                mouth.send(b"pwned")
        seen = ["files made", "numpy", "environment", "signals", "messages"]
        assert watch.changes() == seen
    wrong = dict(EXPECTED["honest"], verdict="failed", score=4, says="no")
    grader = grader_for("auto", PATIENCE)
    with watching(range(47270, 47280)) as watch:
        assert len(problems(grader, watch, SUBMISSIONS / "honest", wrong)) == 3
    grader.close()


def test_every_folder_is_expected_and_says_what_it_does():
    folders = {path.name for path in SUBMISSIONS.iterdir() if path.is_dir()}
    assert folders == set(EXPECTED)
    for name in folders:
        assert (SUBMISSIONS / name / "activations.py").read_bytes().startswith(b'"""')


def folder_with(make):
    """A submission whose activations.py ``make`` makes, beside nothing else."""

    def submission(folder):
        make(folder / "activations.py")
        return folder

    return submission


def sparse(path):
    path.touch()
    os.truncate(path, 500 * 2**20)


def listening(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def archive(*members, good=True):
    """A zip of ``members`` (name, data, mode), with an honest activations.py at its end."""

    def submission(folder):
        path = folder / "kim.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data, mode in members:
                member = zipfile.ZipInfo(name)
                member.external_attr = mode << 16
                member.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(member, data)
            if good:
                file.writestr("activations.py", HONEST)
        return path

    return submission


def understated(folder):
    """A zip whose member says it has 100 bytes and has 100 MB."""
    path = archive(("activations.py", bytes(100 * 2**20), 0), good=False)(folder)
    data = path.read_bytes().replace((100 * 2**20).to_bytes(4, "little"), b"\x64\0\0\0")
    path.write_bytes(data)
    return path


REGULAR = stat.S_IFREG | 0o644
EVIL = b"open('/tmp/pwned-archive', 'w').close()\n"
# name: (how to make it, the score, what the report or the refusal says)
MADE = {
    "a source of 500 MB": (folder_with(sparse), None, "larger"),
    "a FIFO": (folder_with(os.mkfifo), None, "not a regular file"),
    "a folder": (folder_with(os.mkdir), None, "not a regular file"),
    "a socket": (folder_with(listening), None, "not a regular file"),
    "a device": (
        folder_with(lambda path: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))),
        None,
        "not a regular file",
    ),
    "a link to a system file": (
        folder_with(lambda path: path.symlink_to("/etc/passwd")),
        None,
        "not a regular file",
    ),
    "a link to another submission": (
        folder_with(lambda path: path.symlink_to(SUBMISSIONS / "honest/activations.py")),
        None,
        "not a regular file",
    ),
    "a link to itself": (
        folder_with(lambda path: path.symlink_to(path)),
        None,
        "not a regular file",
    ),
    "an archive that is none": (
        lambda folder: shutil.copy(SUBMISSIONS / "honest/activations.py", folder / "kim.zip"),
        None,
        "not a readable zip",
    ),
    "a zip bomb": (archive(("batchnorm.py", bytes(200 * 2**20), REGULAR)), FULL, "larger"),
    "a zip bomb that understates": (understated, None, "cannot be read"),
    "thousands of members": (
        archive(*((f"f{number}.py", b"", REGULAR) for number in range(5000))),
        FULL,
        "too large",
    ),
    "names that lead out": (
        archive(
            ("../activations.py", EVIL, REGULAR),
            ("../../../../tmp/pwned-up.py", EVIL, REGULAR),
            ("/tmp/pwned-absolute.py", EVIL, REGULAR),
            ("C:\\pwned.py", EVIL, REGULAR),
        ),
        FULL,
        "leads out of the archive",
    ),
    "a linked member": (
        archive(("batchnorm.py", b"/etc/passwd", stat.S_IFLNK | 0o777)),
        FULL,
        "not a regular file",
    ),
    "two members of one name": (archive(("activations.py", HONEST, REGULAR)), FULL, "second file"),
}


@timed
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("name", MADE)
def test_what_git_cannot_hold_is_left_out_and_said(graders, watch, tmp_path, name):
    make, score, says = MADE[name]
    if name == "a device" and os.geteuid() != 0:
        pytest.skip("only root can make a device")
    grader = graders(lockdown.offer().profile("auto"))
    (tmp_path / "kim").mkdir()
    path = make(tmp_path / "kim")
    started = time.monotonic()
    result = grader.grade(Path(path))
    assert time.monotonic() - started < LONGEST
    assert (result.report and result.report.score) == score
    told = result.problem if score is None else " ".join(map(str, result.report.notes))
    assert says in str(told)
    assert result.status == ("ungradable" if score is None else "graded")
    assert watch.changes() == []
    assert grader.grade(SUBMISSIONS / "honest").report.score == FULL


def test_extracting_is_never_part_of_it(tmp_path):
    path = MADE["names that lead out"][0](tmp_path)
    submission = intake.read(path, FILES)
    assert list(submission.files) == ["activations.py"]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def interpreter():
    """A Python of this version that an ordinary user can start, or None."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (os.path.realpath(sys.executable), f"/usr/bin/python{version}"):
        try:
            subprocess.run([path, "-I", "-c", ""], user=SOMEBODY, group=SOMEBODY, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return path
    return None


def settle(home):
    """Put the project and a venv, all owned by an ordinary user, into ``home``; its Python."""
    subprocess.run([interpreter(), "-m", "venv", "--without-pip", home / "venv"], check=True)
    packages = next((home / "venv").glob("lib/python*/site-packages"))
    installed = Path(sys.modules["numpy"].__file__).parents[1]
    for name in ("numpy", "numpy.libs", "landlockpy", "seccompy", "tqdm"):
        shutil.copytree(installed / name, packages / name, ignore=shutil.ignore_patterns("tests"))
    for name in ("autograder", "solutions", "data/recorded", "tests/submissions"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, home / "project" / name, ignore=ignored)
    shutil.copy(ROOT / "tests/hostile.py", home / "project/tests")
    subprocess.run(["chown", "-R", f"{SOMEBODY}:{SOMEBODY}", home], check=True)
    return home / "venv/bin/python"


def test_as_an_ordinary_user_who_owns_the_grader_and_numpy():
    if os.geteuid() != 0:
        pytest.skip("not root: all of these tests have run as an ordinary user")
    if interpreter() is None:
        pytest.skip(
            "no Python here that an ordinary user can start: the second identity is UNTESTED"
        )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        ended = subprocess.run(
            [settle(home), "tests/hostile.py", *PROFILES],
            cwd=home / "project",
            env={"PATH": os.defpath, "PYTHONPATH": str(home / "project"), "LC_ALL": "C.UTF-8"},
            user=SOMEBODY,
            group=SOMEBODY,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert ended.stdout == f"uid {SOMEBODY}: 0 broken promises\n", ended.stdout + ended.stderr
