"""Grading on a real Dask cluster: the same marks, and nothing lost or twice whatever is killed."""

import argparse
import asyncio
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_kill import SEED, alive, assert_gone, make_class, role, stored, written
from test_store import server  # noqa: F401 - a fixture

from autograder import batch, cluster
from autograder.cli import main
from autograder.cli.grade import add_arguments
from autograder.model import Unusable
from tests.benchmarks import scale
from tests.timed import timed

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = batch.Settings(SEED)
PRELOAD = Path(__file__).with_name("preload_cluster.py")


def descendants(pid):
    """The processes below ``pid``, whichever of its threads started them."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, children.read_text().split())
    return found + [below for child in found for below in descendants(child)]


class Dask:
    """A scheduler and worker processes, as docs/cluster.md starts them."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes = {}
        self.start("scheduler", "--port", 0, "--host", "127.0.0.1", "--scheduler-file", self.file)
        self.address = self.wait_for(lambda: json.loads(self.file.read_text())["address"])

    def start(self, kind, *arguments):
        log = (self.folder / f"{kind}.log").open("w")
        settings = {
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
            "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1h",
        }
        command = [sys.executable, "-m", "dask", kind, "--no-dashboard", *map(str, arguments)]
        with log:
            self.processes[kind] = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, **settings}
            )

    def start_workers(self, count):
        self.start(
            "worker",
            *("--scheduler-file", self.file, "--nworkers", count, "--nthreads", 1),
            *("--local-directory", self.folder, "--preload", PRELOAD),
        )
        self.wait_for(lambda: len(self.workers()) == count)

    def workers(self):
        """The worker processes below the nannies."""
        return [pid for pid in descendants(self.processes["worker"].pid) if role(pid) == "pool"]

    def servers(self):
        return [pid for worker in self.workers() for pid in descendants(worker)]

    def wait_for(self, found, process=None, seconds=30):
        """Wait until ``found`` gives anything, while ``process`` runs; give that."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and (process is None or process.poll() is None):
            with suppress(FileNotFoundError, ValueError):
                if answer := found():
                    return answer
            time.sleep(0.02)
        logs = [path.read_text() for path in self.folder.glob("*.log")]
        raise AssertionError("\n".join(logs))

    def close(self):
        for process in self.processes.values():
            below = descendants(process.pid)
            process.kill()
            process.wait()
            for pid in below:
                if alive(pid):
                    os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def start_dask():
    started = []

    def start(workers):
        dask = Dask(Path(tempfile.mkdtemp(prefix="dask-", dir=folder)))
        started.append(dask)
        if workers:
            dask.start_workers(workers)
        return dask

    with tempfile.TemporaryDirectory() as folder:
        try:
            yield start
        finally:
            for dask in started:
                dask.close()


@pytest.fixture(scope="module")
def dask(start_dask):
    return start_dask(2)


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    folder = tmp_path_factory.mktemp("group")
    make_class(folder, 15)
    return folder


def local(*arguments):
    return [sys.executable, "-m", "autograder", "grade", *arguments, "--seed", SEED]


def start(*arguments):
    return subprocess.Popen(
        [str(part) for part in local(*arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def undisturbed(group, tmp_path_factory):
    """What a run on this machine leaves, without any cluster."""
    out = tmp_path_factory.mktemp("undisturbed")
    code, _, err = finish(start(group, "--out", out, "--jobs", 2))
    assert code == 3, err
    return stored(out / "results.db"), written(out)


def kim(folder, name, comment=""):
    source = (ROOT / "solutions" / "activations.py").read_text(encoding="utf-8")
    (folder / name).mkdir()
    (folder / name / "activations.py").write_text(f"{source}\n# {name} {comment}\n", "utf-8")
    return folder / name


def outcomes(results):
    """Marks and verdicts by name; a list of names, so that a double would show."""
    found = {one.name: (one.status, one.digest, batch.endings(one)) for one in results}
    scores = {one.name: one.report and [m.score for m in one.report.marks] for one in results}
    return sorted(one.name for one in results), found, scores


def test_the_sample_class_gets_the_marks_it_gets_here(dask):
    paths = list(batch.intake.find(ROOT / "data" / "class", batch.FILES))
    with ThreadPoolExecutor() as pool:  # beside each other: some submissions wait for time limits
        here = pool.submit(lambda: list(batch.run(paths, SETTINGS, 1)))
        there = pool.submit(lambda: list(cluster.run(paths, SETTINGS, dask.address)))
    assert outcomes(there.result()) == outcomes(here.result())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_killed_dask_worker_loses_nothing_and_nothing_is_stored_twice(
    dask, group, undisturbed, tmp_path, kind, request
):
    out = tmp_path / "out"
    url = out / "results.db"
    where = ["--out", out]
    if kind == "postgresql":
        url = request.getfixturevalue("server").database()
        where += ["--store", url]
    process = start(group, "--cluster", dask.address, *where)
    dask.wait_for(lambda: list(out.glob("*/report.json")), process)
    os.kill(dask.workers()[0], signal.SIGKILL)
    code, said, err = finish(process)
    assert code == 3, err
    assert "16 graded now, 0 kept" in said
    assert stored(url) == undisturbed[0]
    assert written(out) == undisturbed[1]


def test_a_submission_that_kills_its_worker_is_broken_and_its_neighbours_are_not(dask, tmp_path):
    paths = [kim(tmp_path, f"kim-{number}") for number in range(20)]
    paths += [kim(tmp_path, "hong", "KILL THE WORKER"), kim(tmp_path, "park", "CANNOT TRAVEL")]
    found = {one.name: one for one in cluster.run(paths, SETTINGS, dask.address)}
    assert len(found) == len(paths)
    hong, park = found.pop("hong"), found.pop("park")
    assert hong.status == park.status == "broken"
    assert "its worker process was killed 2 times" in str(hong.problem)
    assert "pickle" in str(park.problem)
    assert hong.digest
    alone = next(batch.run(paths[:1], SETTINGS))
    assert {tuple(batch.endings(one)) for one in found.values()} == {tuple(batch.endings(alone))}


@timed
def test_ctrl_c_stops_within_two_seconds_and_leaves_nothing_on_the_cluster(dask, tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    hangs = "import time\ndef relu_forward(x):\n    time.sleep(600)\n"
    for name in ("hong", "kim"):
        (folder / name).mkdir()
        (folder / name / "activations.py").write_text(hangs + f"# {name}\n")
    dask.wait_for(lambda: len(dask.workers()) == 2)
    process = start(folder, "--cluster", dask.address, "--seconds", 300, "--out", tmp_path / "out")
    # On each of the two workers a fork server with a worker of its own.
    servers = dask.wait_for(lambda: len(found := dask.servers()) >= 4 and found, process)
    workers = dask.workers()
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    code, _, err = finish(process)
    assert code in (130, -signal.SIGINT), err  # the same to a shell
    assert time.monotonic() - began < 2
    assert "stopped: 2 are left. Run the same command again to go on." in err
    assert "Traceback" not in err, err
    assert_gone(servers, 2)
    assert not dask.servers()
    assert all(map(alive, workers))
    # Both can work for the next at once.
    assert [one.status for one in cluster.run([kim(tmp_path, "lee")], SETTINGS, dask.address)]


def test_a_run_that_ends_while_workers_get_ready_leaves_nothing_there():
    async def interrupted():
        slots, worker = cluster.Slots("test", SETTINGS), SimpleNamespace(address="here")
        ready = asyncio.create_task(slots.setup(worker))
        await asyncio.sleep(0)
        await slots.teardown(worker)
        await ready
        assert slots.graders == []
        assert not slots.watch.is_running()

    asyncio.run(interrupted())


@timed
def test_an_interrupt_while_connecting_is_not_waited_for(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        process = start(kim(tmp_path, "lee"), "--cluster", address, "--out", tmp_path / "out")
        with silent.accept()[0]:
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            code, _, err = finish(process)
            assert code in (130, -signal.SIGINT), err
            assert time.monotonic() - began < 2


def test_a_lost_scheduler_is_said_and_the_same_command_goes_on(
    start_dask, dask, group, undisturbed, tmp_path, monkeypatch
):
    lost = start_dask(0)
    monkeypatch.setattr(cluster, "PATIENCE", 0.2)
    with pytest.raises(cluster.ClusterLost, match="there has been no worker at tcp"):
        list(cluster.run(group.iterdir(), SETTINGS, lost.address))
    lost.start_workers(1)
    out = tmp_path / "out"
    process = start(group, "--cluster", lost.address, "--out", out)
    lost.wait_for(lambda: list(out.glob("*/report.json")), process)
    lost.processes["scheduler"].kill()
    code, _, err = finish(process)
    assert code == 4, err
    assert f"the scheduler at {lost.address} does not answer any more" in err
    assert "then run the same command again" in err
    assert "Traceback" not in err, err
    code, said, err = finish(start(group, "--cluster", dask.address, "--out", out))
    assert code == 3, err
    assert " graded now, 0 kept" not in said
    assert stored(out / "results.db") == undisturbed[0]
    assert written(out) == undisturbed[1]


def test_workers_with_another_grader_are_refused_with_both_named(dask, group, monkeypatch):
    theirs = batch.version()
    monkeypatch.setattr(batch, "version", lambda: "9.9.9")
    with pytest.raises(Unusable) as caught:
        list(cluster.run(group.iterdir(), SETTINGS, dask.address))
    assert f"has grader {theirs}, and this is 9.9.9: bring both to" in str(caught.value)


def test_workers_that_cannot_lock_down_are_refused(dask, group):
    settings = batch.Settings(SEED, lockdown="missing")
    with pytest.raises(Unusable, match=r"the worker at tcp.*cannot be locked down here: no"):
        list(cluster.run(group.iterdir(), settings, dask.address))


def test_what_cannot_be_read_by_our_own_fault_costs_nobody_else(dask, group, monkeypatch):
    real = batch.take

    def take(path):
        if path.name == "kim-000":
            raise RuntimeError("ours")
        return real(path)

    monkeypatch.setattr(batch, "take", take)
    found = list(cluster.run([group / "kim-000", group / "kim-002"], SETTINGS, dask.address))
    assert sorted((one.name, one.status) for one in found) == [
        ("kim-000", "broken"),
        ("kim-002", "graded"),
    ]


def test_paths_are_taken_only_while_there_is_room(dask, group):
    taken = count()

    def paths():
        while True:
            next(taken)
            yield group / "kim-000"

    running = cluster.run(paths(), SETTINGS, dask.address)
    next(running)
    running.close()
    assert next(taken) <= 2 * 2 * cluster.AHEAD + 2


def test_nothing_to_grade_asks_nobody():
    assert list(cluster.run([], SETTINGS, "nowhere")) == []


def test_an_address_without_a_scheduler_is_said(group, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.3)
    assert main(["grade", str(group), "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert "no scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err
    assert main(["grade", str(group), "--cluster", "nonsense://1"]) == 2
    assert "python -m dask scheduler" in capsys.readouterr().err


def test_without_dask_the_remedy_is_said(group):
    code = (
        "import sys; sys.modules['distributed'] = None; from autograder.cli import main; "
        f"sys.exit(main(['grade', {str(group)!r}, '--cluster', 'tcp://127.0.0.1:9']))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 2
    assert "install requirements-cluster.txt" in found.stderr
    assert "Traceback" not in found.stderr


def test_grading_here_does_not_import_dask(group):
    code = (
        "import sys; from autograder.cli import main; "
        f"main(['grade', {str(group / 'kim-000')!r}, '--jobs', '1']); "
        "sys.exit(bool({'dask', 'distributed', 'autograder.cluster'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


def on_a_worker(work):
    """Run ``work(slots)`` in a thread beside a worker's event loop."""

    async def working():
        slots = cluster.Slots("test", SETTINGS)
        await slots.setup(SimpleNamespace(address="here"))
        try:
            await asyncio.to_thread(work, slots)
        finally:
            await slots.teardown(None)
        assert slots.graders == slots.idle == []

    asyncio.run(working())


def test_threads_of_one_worker_do_not_share_a_slot(group, monkeypatch):
    both = threading.Barrier(2, timeout=60)
    seen = []

    def grade_taken(grader, taken):
        both.wait()
        seen.append(id(grader.slot))

    monkeypatch.setattr(batch.Grader, "grade_taken", grade_taken)

    def work(slots):
        threads = [threading.Thread(target=slots.grade, args=([None],)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    on_a_worker(work)
    assert len(set(seen)) == 2


def test_slots_that_nobody_uses_are_closed_and_made_again(group, monkeypatch):
    monkeypatch.setattr(cluster.there, "IDLE", 0.5)

    def work(slots):
        servers = [grader.slot.process.pid for grader in slots.graders]
        assert_gone(servers)
        assert servers
        assert slots.grade([batch.take(group / "kim-000")])[0].report

    on_a_worker(work)


def test_the_pin_of_dask_is_the_same_for_tests():
    files = ("requirements-cluster.txt", "tests/requirements.txt")
    pins = [re.findall(r"^distributed==\S+", (ROOT / name).read_text(), re.M) for name in files]
    assert pins[0] == pins[1]
    assert len(pins[0]) == 1


def test_the_scale_page_follows_from_the_figures_it_states():
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    stated = {name: float(value) for name, value in re.findall(r"^(\w+): ([\d.]+)$", page, re.M)}
    table = "\n".join(scale.table(scale.Figures(**stated)))
    assert f"\n{table}\n" in page
    assert scale.MOST == cluster.MOST


def test_the_options_that_the_cluster_page_names_exist():
    page = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    commands = re.findall(r"^\$ python3 course.py grade (.*)$", page.replace("\\\n", ""), re.M)
    for command in commands:
        assert parser.parse_args(shlex.split(command)).cluster == "tcp://10.0.0.1:8786"
    assert len(commands) == 2
