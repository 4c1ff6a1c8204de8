"""The store, in a file and on a real PostgreSQL: nothing lost, twice or overwritten."""

import os
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from autograder import store as module
from autograder.grade import grade
from autograder.model import Unusable
from autograder.report.data import report_data, revived
from autograder.report.table import write_grades
from autograder.report.text import report_lines
from autograder.session import LocalSession
from autograder.store import Store, StoreFailed, Wanted, database, merged, outcome
from autograder.truth import Live

ROOT = Path(__file__).resolve().parents[1]
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
USER = "postgres"  # initdb refuses root
WANTED = Wanted("1.0.0", 7, {"seconds": 2.0})


@dataclass
class Server:
    """A PostgreSQL of our own, reached through a socket in its folder."""

    folder: Path
    databases: int = 0

    def control(self, *arguments):
        as_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        command = [*(as_user if os.geteuid() == 0 else ()), *map(str, arguments)]
        log = self.folder / "commands.log"
        with log.open("a") as output:
            subprocess.run(command, check=True, stdout=output, stderr=output, cwd=self.folder)

    def make(self):
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)
        initdb = (
            BINARIES[-1] / "initdb",
            "-D",
            self.folder / "data",
            "-U",
            "grader",
            "-A",
            "trust",
        )
        self.control(*initdb, "--no-sync", "-E", "UTF8")

    def start(self):
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"  # it is never unplugged
        log = self.folder / "server.log"
        pg_ctl = (BINARIES[-1] / "pg_ctl", "-D", self.folder / "data", "-w", "-l", log)
        self.control(*pg_ctl, "-o", options, "start")

    def stop(self):
        pg_ctl = (BINARIES[-1] / "pg_ctl", "-D", self.folder / "data", "-w")
        self.control(*pg_ctl, "-m", "immediate", "stop")

    def database(self):
        """A new, empty database's URL."""
        self.databases += 1
        name = f"class{self.databases}"
        url = f"postgresql://grader@/postgres?host={self.folder}"
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return url.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def server():
    if not BINARIES:
        pytest.skip("PostgreSQL is NOT tested: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    running = Server(folder)
    try:
        running.make()
        running.start()
        yield running
        running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return tmp_path / "results.db"
    return request.getfixturevalue("server").database()


@pytest.fixture
def store(url):
    with Store(url) as opened:
        yield opened


@pytest.fixture(scope="module")
def report():
    """A report with wrong, unsolved and raising functions in it."""
    files = {path.name: path.read_bytes() for path in (ROOT / "solutions").glob("*.py")}
    files["activations.py"] = files["activations.py"].replace(b"(1 - out**2)", b"(1 - out)")
    files["batchnorm.py"] = (ROOT / "assignment" / "batchnorm.py").read_bytes()
    files["preprocessing.py"] = files["preprocessing.py"].replace(b"np.", b"numpy.")
    with LocalSession(files) as session:
        return grade(session, Live(7), "김 철수")


def put(store, run, student, score=5, digest="d", attempt=1, status="graded"):
    return store.add(run, attempt, student, digest, graded(score, status))


def graded(score, status="graded"):
    check = {"verdict": "passed", "score": score, "max_score": 9, "diagnosis": None}
    question = {"exercise": "e", "question": "q", "checks": [check]}
    data = {"score": score, "max_score": 9, "questions": [question]}
    return outcome(status, data, "said \x00 \udcff")


def scores(store, run):
    return {row.student: row.score for row in store.rows(store.lineage(run))}


def test_a_result_is_there_for_everyone_as_soon_as_it_is_added(store, url):
    run = store.open_run(WANTED)
    row = put(store, run, "kim")
    with Store(url) as other:
        assert list(other.rows([run.id])) == [row]
        assert other.newest([run.id], "kim") == row
        assert other.report(row)["questions"][0]["checks"][0]["score"] == 5
        assert other.newest([run.id], "lee") is None
    assert row.brief["headline"] == "said \x00 \udcff"
    assert (row.digest, row.grader, row.seed) == ("d", "1.0.0", 7)


def test_the_newest_result_counts_and_the_older_ones_stay(store):
    run = store.open_run(WANTED)
    put(store, run, "kim", 5)
    put(store, run, "kim", 8, digest="resubmitted", attempt=2)
    assert scores(store, run) == {"kim": 8}
    with store.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT score FROM results ORDER BY id")).scalars()
        assert list(kept) == [5, 8]


def test_what_another_machine_has_stored_is_not_stored_twice(store):
    run = store.open_run(WANTED)
    assert put(store, run, "kim", 5) is not None
    assert put(store, run, "kim", 5) is None
    assert len(list(store.rows([run.id]))) == 1


def test_many_machines_begin_one_run(url):
    runs = []

    def begin():
        with Store(url) as store:
            runs.append(store.open_run(replace(WANTED, seed=None)))

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) == 6
    assert len({(run.id, run.seed) for run in runs}) == 1


def test_a_run_is_gone_on_with_until_something_in_it_would_differ(store):
    first = store.open_run(WANTED)
    store.finish(first)
    same = [WANTED, replace(WANTED, seed=None), replace(WANTED, seed=None, settings={})]
    assert [store.open_run(wanted).id for wanted in same] == [first.id] * 3
    changed = {
        "grader": replace(WANTED, grader="1.0.1"),
        "seed": replace(WANTED, seed=8),
        "setting": replace(WANTED, settings={"seconds": 5.0}),
        "fresh": replace(WANTED, fresh=True),
    }
    numbers = [store.open_run(wanted).id for wanted in changed.values()]
    assert numbers == [2, 3, 4, 5]
    assert [run.id for run in store.runs()] == [1, 2, 3, 4, 5]


def test_a_fresh_run_that_was_interrupted_is_gone_on_with_by_the_same_command(store):
    store.open_run(WANTED)
    fresh = replace(WANTED, fresh=True)
    assert [store.open_run(fresh).id for _ in range(2)] == [2, 2]
    store.finish(store.run(2))
    assert store.open_run(fresh).id == 3
    assert store.open_run(WANTED).id == 3


def test_a_setting_is_that_of_the_last_run_unless_it_is_given(store):
    store.open_run(replace(WANTED, settings={"seconds": 9.0}))
    defaults = replace(WANTED, settings={}, defaults={"seconds": 2.0})
    assert store.open_run(defaults).settings == {"seconds": 9.0}
    assert store.open_run(replace(defaults, fresh=True)).settings == {"seconds": 9.0}


def test_a_regrade_amends_a_run_and_leaves_it_as_it_was(store):
    first = store.open_run(WANTED)
    put(store, first, "kim", 5)
    put(store, first, "lee", 6)
    some = replace(WANTED, chosen={"only": None, "students": ["kim"]})
    second = store.open_run(some)
    assert (second.id, second.base) == (2, 1)
    assert scores(store, second) == {"kim": 5, "lee": 6}
    assert store.open_run(some).id == 2  # it was not finished: the same command goes on
    put(store, second, "kim", 9)
    store.finish(second)
    assert scores(store, second) == {"kim": 9, "lee": 6}
    assert scores(store, first) == {"kim": 5, "lee": 6}
    assert store.open_run(some).id == 3
    assert store.open_run(WANTED).id == 3


def test_rows_come_by_name_in_the_same_order_everywhere(store, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 2)
    run = store.open_run(WANTED)
    names = ["kim", "Kim", "박지우", "a b", "=1+1", "Zoë", "zoe", "-", "_"]
    for name in names:
        put(store, run, name)
    put(store, run, "kim", 7, attempt=2)
    found = list(store.rows([run.id]))
    assert [row.student for row in found] == sorted(names)
    assert [row.score for row in found if row.student == "kim"] == [7]


def test_a_name_that_is_no_text_can_be_kept(store):
    run = store.open_run(WANTED)
    name = os.fsdecode(b"kim\xff")
    row = put(store, run, name)
    assert row.student == "kim\\udcff"
    assert store.newest([run.id], name) == row


def test_a_store_of_another_version_is_refused_and_not_touched(url):
    with Store(url) as store, store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE schema_version SET version = 99"))
    with pytest.raises(Unusable, match="is of version 99, and this grader keeps version 1: use"):
        Store(url)


def test_a_store_whose_making_was_cut_off_is_completed(url):
    with Store(url) as store, store.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM schema_version"))
        connection.execute(sa.text("DROP TABLE results"))
    with Store(url) as store:
        assert put(store, store.open_run(WANTED), "kim") is not None


def test_a_store_for_nobody_is_a_file_that_is_gone_afterwards():
    with Store() as store:
        run = store.open_run(WANTED)
        put(store, run, "kim")
        assert scores(store, run) == {"kim": 5}
        assert not store.shared


def test_what_comes_out_is_the_report_that_went_in(store, report):
    run = store.open_run(WANTED)
    data = report_data(report, "graded")
    row = store.add(run, 1, report.submission, "d", outcome("graded", data, ""))
    assert store.report(row) == data
    assert list(report_lines(revived(data))) == list(report_lines(report))
    assert report_data(revived(data), "graded") == data
    tables = [StringIO(), StringIO()]
    whole = type("Whole", (), {"name": row.name, "status": "graded", "report": report})
    questions = [mark.question for mark in report.marks]
    write_grades(tables[0], [whole], questions)
    write_grades(tables[1], store.rows([run.id]), questions)
    assert tables[0].getvalue() == tables[1].getvalue()
    assert "square-missing" in [mark.mistake for mark in row.marks]
    assert [mark.score for mark in row.marks] == [mark.score for mark in report.marks]


def test_only_the_chosen_questions_marks_are_taken_from_a_new_report(report):
    old = report_data(report, "graded")
    with LocalSession(
        {path.name: path.read_bytes() for path in (ROOT / "solutions").glob("*.py")}
    ) as session:
        new = report_data(grade(session, Live(7), "김 철수"), "graded")
    both = merged(old, new, ["tanh_backward"])
    points = {one["question"]: one["score"] for one in both["questions"]}
    assert points["tanh_backward"] > 0
    assert points["batchnorm_backward"] == 0
    assert old["score"] < both["score"] == sum(points.values()) < new["score"] == 100


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("results.db", "is no store: expected postgresql://"),
        ("nonsense://here", "is no store: expected postgresql://"),
        ("postgresql://kim:secret@127.0.0.1:9/none", "see that the server runs"),
        (Path("/no/such/folder/results.db"), "choose another --out"),
    ],
)
def test_a_place_that_cannot_keep_results_is_said_with_the_remedy(url, said):
    with pytest.raises(Unusable) as caught:
        Store(url)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_comes_back_is_waited_for(server):
    said = []
    with Store(server.database(), say=said.append) as store:
        run = store.open_run(WANTED)
        put(store, run, "kim")
        server.stop()
        starting = threading.Timer(1.0, server.start)
        starting.start()
        put(store, run, "lee")
        starting.join()
        assert scores(store, run) == {"kim": 5, "lee": 5}
    assert len(said) == 1
    assert "does not answer: waiting" in said[0]


def test_a_server_that_stays_away_is_said_with_the_remedy(server, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.5)
    with Store(server.database(), say=lambda line: None) as store:
        run = store.open_run(WANTED)
        server.stop()
        try:
            with pytest.raises(StoreFailed) as caught:
                put(store, run, "kim")
        finally:
            server.start()
        assert "see that the server runs" in str(caught.value)
        assert "then run the same command again to go on" in str(caught.value)
        assert put(store, run, "kim") is not None
