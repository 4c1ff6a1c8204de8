"""Whatever is killed, full or gone: nothing is lost, nothing is there twice, the next step is said.

A run that was disturbed and then started again must leave what an undisturbed run leaves. For the
whole proof: KILLS=100 SUBMISSIONS=200 python3 course.py test tests/test_kill.py -k moments
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_store import server  # noqa: F401 - a fixture

from autograder.store import Store
from tests.timed import timed

ROOT = Path(__file__).resolve().parents[1]
KILLS = int(os.environ.get("KILLS", "4"))
SUBMISSIONS = int(os.environ.get("SUBMISSIONS", "24"))
SEED = 4711
WRONG = ("return dout * (1 - out**2)", "return dout * (1 - out)")
ENDS = ("return dout * (1 - out**2)", "import os; os._exit(0)")


def make_class(folder, count):
    """Submissions of a few kinds, no two alike; of one exercise only, to be graded quickly."""
    for number in range(count):
        kim = folder / f"kim-{number:03}"
        kim.mkdir()
        room = ROOT / ("assignment" if number % 4 == 1 else "solutions")
        source = (room / "activations.py").read_text(encoding="utf-8")
        if number % 4 >= 2:
            source = source.replace(*(WRONG if number % 4 == 2 else ENDS))
        (kim / "activations.py").write_text(f"{source}\n# {number}\n", encoding="utf-8")
    (folder / "lee.zip").write_bytes(b"no zip")


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    folder = tmp_path_factory.mktemp("group")
    make_class(folder, SUBMISSIONS)
    return folder


def start(group, *arguments):
    command = [sys.executable, "-m", "autograder", "grade", group, "--seed", SEED, "--jobs", 2]
    return subprocess.Popen(
        [str(part) for part in (*command, *arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process):
    out, err = process.communicate(timeout=600)
    return process.returncode, out, err


def stored(url):
    """All that was kept, but for times and numbers: a list, so that a double would show."""
    with Store(url) as store:
        rows = [row for run in store.runs() for row in store.rows([run.id])]
        with store.engine.connect() as connection:
            count = connection.exec_driver_sql("SELECT count(*) FROM results").scalar()
        kept = [
            (row.student, row.digest, row.seed, row.status, row.score, row.brief, store.report(row))
            for row in rows
        ]
    assert count == len(kept)
    return kept


def written(out):
    """The files that were written, by name, without the database."""
    files = [path for path in out.rglob("*") if path.is_file() and "results.db" not in path.name]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def undisturbed(group, tmp_path_factory):
    """What a run leaves that nobody disturbs, and how long it takes."""
    out = tmp_path_factory.mktemp("undisturbed")
    began = time.monotonic()
    code, _, err = finish(start(group, "--out", out))
    assert code == 3, err
    assert len(stored(out / "results.db")) == SUBMISSIONS + 1
    return stored(out / "results.db"), written(out), time.monotonic() - began


def descendants(pid):
    """The processes that ``pid`` and its children started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    found = [int(child) for child in children]
    return found + [below for child in found for below in descendants(child)]


def role(pid):
    """``pool``, ``server`` or ``worker``; a worker is a fork of the server that did not exec."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text()
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        above = Path(f"/proc/{parent}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    if "forkserver" in command:
        return "worker" if "forkserver" in above else "server"
    return "pool" if "spawn_main" in command else ""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def assert_gone(pids, seconds=5.0):
    deadline = time.monotonic() + seconds
    while left := [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.02)


def wait_for_some_moment(process, out, moments):
    """A moment of the start, or when some number of reports is written, up to after the last."""
    reports = moments.randint(-SUBMISSIONS // 5, SUBMISSIONS + 1)
    if reports < 0:
        time.sleep(moments.uniform(0.05, 2.0))
        return
    while process.poll() is None and len(list(out.glob("*/report.json"))) < reports:
        time.sleep(0.01)
    time.sleep(moments.uniform(0, 0.1))


def test_kill_9_at_random_moments_and_a_rerun_is_as_if_undisturbed(group, undisturbed, tmp_path):
    kept, files, _ = undisturbed
    moments = random.Random(SEED)
    unfinished = 0
    for number in range(KILLS):
        out = tmp_path / str(number)
        process = start(group, "--out", out)
        wait_for_some_moment(process, out, moments)
        process.send_signal(signal.SIGSTOP)  # so that it starts nobody while they are counted
        others = descendants(process.pid)
        process.kill()
        unfinished += finish(process)[0] == -signal.SIGKILL
        assert_gone(others)
        code, _, err = finish(start(group, "--out", out))
        assert code == 3, err
        assert stored(out / "results.db") == kept, number
        assert written(out) == files, number
        shutil.rmtree(out)
    print(f"{unfinished} of {KILLS} were killed before their end")
    assert unfinished


@pytest.mark.parametrize("which", ["worker", "server", "pool"])
def test_a_killed_process_of_ours_costs_nobody_anything(group, undisturbed, tmp_path, which):
    process = start(group, "--out", tmp_path / "out")
    pool: list[int] = []
    while len(pool) < 2 and process.poll() is None:
        pool = [pid for pid in descendants(process.pid) if role(pid) == "pool"]
    # One below each: two in a row would be held against the submission that it has in hand.
    for number, below in enumerate(pool[:2]):
        victims: list[int] = []
        while not victims or len(list(tmp_path.glob("out/*/report.json"))) <= 6 * number:
            assert process.poll() is None
            time.sleep(0.01)
            victims = [pid for pid in (below, *descendants(below)) if role(pid) == which]
        os.kill(victims[0], signal.SIGKILL)
    code, _, err = finish(process)
    assert code == 3, err
    assert stored(tmp_path / "out" / "results.db") == undisturbed[0]


@timed
def test_ctrl_c_stops_within_two_seconds_and_the_same_command_goes_on(group, undisturbed, tmp_path):
    process = start(group, "--out", tmp_path / "out")
    while not list((tmp_path / "out").glob("*/report.json")):
        time.sleep(0.05)
        assert process.poll() is None
    others = descendants(process.pid)
    pool = [pid for pid in others if role(pid) == "pool"]
    for pid in pool:
        os.kill(pid, signal.SIGINT)  # a terminal sends it to all, and it is not for these
    time.sleep(0.3)
    assert len(pool) == 2
    assert all(map(alive, pool))
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    code, _, err = finish(process)
    assert time.monotonic() - began < 2
    assert code == 130
    assert "Run the same command again to go on." in err
    assert "Traceback" not in err
    assert_gone(others, 1)
    assert (tmp_path / "out" / "grades.csv").stat().st_size
    assert finish(start(group, "--out", tmp_path / "out"))[0] == 3
    assert stored(tmp_path / "out" / "results.db") == undisturbed[0]
    assert written(tmp_path / "out") == undisturbed[1]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 400 KB, and a way to make it large."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(*options):
        command = ["mount", "-t", "tmpfs", "-o", *options, "tmpfs", disk]
        return subprocess.run(command, capture_output=True).returncode == 0

    if os.geteuid() != 0 or not mount("size=400k"):
        pytest.skip("a full disk is NOT tested: mounting one needs root")
    yield disk, lambda: mount("remount,size=200m")
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(group, undisturbed, small_disk):
    disk, enlarge = small_disk
    for _ in range(2):  # the second time it is full from the start
        code, _, err = finish(start(group, "--out", disk / "out"))
        assert code in (2, 4), err
        assert "see that the disk has room" in err
        assert "Traceback" not in err
    before = stored_students(disk / "out" / "results.db")
    assert enlarge()
    code, said, err = finish(start(group, "--out", disk / "out"))
    assert code == 3, err
    assert f"{len(before)} kept" in said
    assert stored(disk / "out" / "results.db") == undisturbed[0]
    assert written(disk / "out") == undisturbed[1]


def stored_students(file):
    """Read from a copy: a full disk has no room for a reader's own files."""
    copy = file.parents[2] / "copy"
    copy.mkdir()
    for part in file.parent.glob("results.db*"):
        shutil.copy(part, copy)
    names = [row[0] for row in stored(copy / file.name)]
    assert names
    return names


def test_postgresql_restarted_in_the_middle_of_a_run(group, undisturbed, server):  # noqa: F811
    url = server.database()
    process = start(group, "--store", url)
    with Store(url) as store:
        while not any(store.rows([1])) and process.poll() is None:
            time.sleep(0.05)
    for _ in range(2):
        server.stop()
        time.sleep(0.3)
        server.start()
        time.sleep(undisturbed[2] / 10)
    code, said, err = finish(process)
    assert code == 3, err
    assert f"{SUBMISSIONS + 1} graded now, 0 kept" in said
    assert stored(url) == undisturbed[0]


def test_two_machines_share_one_run_and_one_of_them_may_die(group, undisturbed, server):  # noqa: F811
    url = server.database()
    first, second = start(group, "--store", url), start(group, "--store", url)
    time.sleep(undisturbed[2] / 2)
    first.kill()
    finish(first)
    code, _, err = finish(second)
    assert code == 3, err
    assert stored(url) == undisturbed[0]


def test_the_reports_of_a_store_are_those_of_the_files(undisturbed):
    kept, files, _ = undisturbed
    for student, *_, report in kept:
        if report is not None:
            assert json.loads(files[f"{student}/report.json"]) == report
