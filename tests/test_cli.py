"""The command line as a person or a script meets it: what it says, and its exit codes."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from autograder import cli, syllabus
from autograder.cli import main
from autograder.cli.report import FORMATS
from autograder.report.html import class_page
from tests import student
from tests.timed import timed

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def run(capsys):
    def running(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exited:  # argparse
            code = exited.code
        return code, *capsys.readouterr()

    return running


@pytest.fixture
def folder(tmp_path):
    """An assignment in which some functions are solved."""
    copy = tmp_path / "김 철수"
    shutil.copytree(ROOT / "assignment", copy)
    shutil.copy(ROOT / "solutions" / "initializers.py", copy)
    shutil.copy(ROOT / "solutions" / "activations.py", copy)
    return copy


def edit(path, old, new):
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")


def test_every_command_has_help_that_begins_with_an_example(run):
    for command in cli.COMMANDS:
        code, out, _ = run(command, "--help")
        assert code == 0
        assert "example: python3 course.py " + command in out
    assert run()[0] == 0
    assert all(command in run("--help")[1] for command in cli.COMMANDS)


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("--seconds", ["0", "-1", "nan", "inf", "x"]),
        ("--jobs", ["0", "-1", "x"]),
        ("--seed", ["-1", str(2**63), "1.5"]),
    ],
)
def test_numbers_out_of_range_are_refused_before_anything_is_kept(run, option, values, tmp_path):
    for value in values:
        code, _, err = run("grade", ROOT / "assignment", "--out", tmp_path / "out", option, value)
        assert code == 2
        assert f"argument {option}" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments", [["nonsense"], ["grade"], ["check", "--nonsense"]])
def test_wrong_usage_is_two(run, arguments):
    code, _, err = run(*arguments)
    assert code == 2
    assert err


def test_untouched_stubs_are_not_failures(run):
    code, out, _ = run("check", "--all")
    assert code == 1
    assert out.startswith("Nothing is wrong: the stubs are unfilled.")
    assert "[FAIL]" not in out
    assert out.count("[TODO]") == len(syllabus.questions())


def test_check_shows_the_first_that_does_not_pass(run, folder):
    edit(folder / "activations.py", "return dout * (1 - out**2)", "return dout * (1 - out)")
    code, out, _ = run("check", "--folder", folder)
    assert code == 1
    assert out.startswith("tanh_backward")
    assert "Cause (certain" in out
    assert "relu" not in out


def test_check_takes_functions_and_files_by_name(run, folder):
    assert run("check", "he_init", "--folder", folder)[0] == 0
    code, out, _ = run("check", "assignment/initializers.py", "--folder", folder)
    assert code == 0
    assert out.count("[PASS] 4/4") == 4
    assert "The grade of record uses other inputs" in out


def test_check_all_as_json_is_the_versioned_report(run, folder):
    edit(folder / "activations.py", "def relu_forward(x):", "def relu_forward(x):\n    print('hi')")
    code, out, err = run("check", "--all", "--folder", folder, "--format", "json")
    data = json.loads(out)
    assert code == 1
    assert "hi" in err
    assert data["format"] == "report/v2"
    assert (data["score"], data["max_score"], data["status"]) == (48, 100, "practice")


def test_a_misspelt_name_is_corrected(run):
    code, _, err = run("check", "relu_foward")
    assert code == 2
    assert "did you mean relu_forward?" in err


def test_a_missing_folder_is_one_line_with_the_remedy(run):
    for command in (["check", "--folder"], ["grade"]):
        code, _, err = run(*command, "no/such/folder")
        assert code in (2, 3)
        assert len(err.splitlines()) == 1
        assert "no/such/folder" in err


def test_a_students_endless_loop_is_told_and_not_waited_for(run, folder, monkeypatch):
    monkeypatch.setattr("autograder.practice.SECONDS", 0.3)
    edit(folder / "activations.py", "return dout * (1 - out**2)", "while True: pass")
    code, out, _ = run("check", "tanh_backward", "relu_forward", "--folder", folder)
    assert code == 1
    assert "no answer within 0.3 s" in out
    assert "relu_forward             [PASS]" in out


def test_check_works_without_the_answers_with_numpy_alone_and_on_windows(tmp_path, folder):
    """In a copy without solutions/, where only numpy and what Windows has can be imported."""
    for name in ("autograder", "data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("class"))
    guard = (
        "import sys, runpy\n"
        "class Guard:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        top = name.partition('.')[0]\n"
        "        if top in ('fcntl', 'resource', 'pwd', 'grp', 'termios'):\n"
        "            raise ImportError(f'{name} is not on Windows')\n"
        "        known = {*sys.stdlib_module_names, 'numpy', 'autograder', '__main__'}\n"
        "        if top not in known | {'org', '_wmi'}:  # Jython's and Windows' own, looked for\n"
        "            raise AssertionError(f'imports {name}')\n"
        "sys.meta_path.insert(0, Guard())\n"
        "runpy.run_module('autograder', run_name='__main__', alter_sys=True)\n"
    )
    command = [sys.executable, "-c", guard, "check", "--all", "--folder", folder]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.stderr == ""
    assert done.returncode == 1
    assert "48/100 (practice)" in done.stdout


SLOW = (
    "autograder.meanings",
    "autograder.statistics",
    "difflib",
    "importlib.abc",
    "numpy.ma",
    "subprocess",
    "tempfile",
)


def test_a_wrong_answer_waits_for_no_import_that_it_does_not_need(folder):
    shutil.copy(ROOT / "solutions" / "batchnorm.py", folder)
    wrong = "\n\ndef batchnorm_backward(dout, cache):\n    return dout, dout.sum(0), dout.sum(0)\n"
    with (folder / "batchnorm.py").open("a", encoding="utf-8") as file:
        file.write(wrong)
    looking = (
        "import sys; from autograder.cli import main; code = main(sys.argv[1:]); "
        f"print('slow:', *sorted(set({SLOW}) & set(sys.modules))); sys.exit(code)"
    )
    command = [sys.executable, "-c", looking, "check", "batchnorm_backward", "--folder", folder]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("slow:\n")


@pytest.mark.parametrize("encoding", ["cp949", "cp1252", "ascii"])
def test_a_console_of_any_encoding_does_not_crash(folder, encoding):
    source = "raise ValueError('값 ✓ é')"
    edit(folder / "activations.py", "return dout * (1 - out**2)", source)
    command = [sys.executable, "-m", "autograder", "check", "tanh_backward", "--folder", folder]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, env=environment)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"ValueError" in done.stdout


def test_one_submission_is_shown_in_full(run, folder):
    code, out, _ = run("grade", folder, "--seed", 3)
    assert code == 1
    assert "48/100" in out
    assert "seed 3" in out


def test_a_class_is_a_table_a_csv_and_a_report_each(run, folder, tmp_path):
    group = tmp_path / "class"
    shutil.copytree(folder, group / '=2+3, "kim"')
    shutil.copytree(ROOT / "solutions", group / "lee")
    with zipfile.ZipFile(group / "park.zip", "w") as archive:
        archive.write(ROOT / "solutions" / "batchnorm.py", "park/batchnorm.py")
    code, out, _ = run("grade", group, "--out", tmp_path / "out", "--seed", 5, "--profile")
    assert code == 1
    assert [line.split()[-3:-1] for line in out.splitlines()[1:2]] == [["100/100", "graded"]] or out
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["lee"]["score"] == "100"
    assert rows["park"]["score"] == "22"
    assert rows['\'=2+3, "kim"']["score"] == "48"
    assert rows["park"]["batchnorm_backward"] == "8"
    assert list(rows["lee"])[:4] == ["student", "score", "max", "status"]
    assert list(rows["lee"])[4:] == [question.name for question in syllabus.questions()]
    data = json.loads((tmp_path / "out" / "lee" / "report.json").read_text(encoding="utf-8"))
    assert (data["score"], data["seed"], data["submission"]) == (100, 5, "lee")


def test_the_reference_costs_at_most_sixty_calls_beside_the_initialisers(run):
    code, out, _ = run("grade", ROOT / "solutions", "--profile", "--seed", 1)
    assert code == 0
    line = next(line for line in out.splitlines() if " ms of CPU" in line)
    words = line.split()
    calls, initialisers = int(words[1]), int(words[4])
    assert calls <= 60
    assert initialisers == 20


def test_bad_submissions_are_said_and_the_others_graded(run, tmp_path):
    group = tmp_path / "class"
    (group / "empty").mkdir(parents=True)
    (group / "broken.zip").write_bytes(b"PK\x03\x04 no zip")
    not_python = group / "not python"
    not_python.mkdir()
    (not_python / "activations.py").write_bytes(bytes(range(256)) * 20)
    shutil.copytree(ROOT / "solutions", group / "good")
    code, out, _ = run("grade", group, "--out", tmp_path / "out", "--seed", 1)
    lines = {line.split("  ")[0]: line for line in out.splitlines()}
    assert code == 3
    assert "ungradable" in lines["empty"]
    assert "has none of" in lines["empty"]
    assert "not a readable zip" in lines["broken"]
    assert "100/100" in lines["good"]
    assert "0/100" in lines["not python"]
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["empty"]["score"], rows["empty"]["status"]) == ("", "ungradable")
    assert json.loads((tmp_path / "out" / "empty" / "report.json").read_text())["problem"]


def test_what_is_not_graded_is_said_and_changes_no_exit_code(run, tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "kim")
    (tmp_path / "lee\x1b.rar").touch()
    code, out, err = run("grade", tmp_path, "--seed", 1)
    assert code == 0
    assert "100/100" in out
    assert err == "not graded, neither a folder nor a zip: lee\\x1b.rar\n"


def test_two_submissions_of_one_name_are_refused(run, tmp_path):
    for group in ("a", "b"):
        shutil.copytree(ROOT / "assignment", tmp_path / group / "kim")
    code, _, err = run("grade", tmp_path / "a" / "kim", tmp_path / "b" / "kim")
    assert code == 2
    assert "more than one submission is named kim: rename" in err


def test_all_names_that_are_there_twice_are_said_at_once(run, tmp_path):
    for number in range(7):
        (tmp_path / f"kim-{number}").mkdir()
        (tmp_path / f"kim-{number}.zip").touch()
    code, _, err = run("grade", tmp_path)
    assert code == 2
    assert "named kim-0, kim-1, kim-2, kim-3, kim-4 and 2 more: rename" in err


CANVAS = (
    "Student,ID,SIS Login ID,Section,Lecture 5 (12)\n    Points Possible,,,,100\nkim,1,kim,S,\n"
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    "Participant 11,kim,kim,Submitted,,100.00,Yes,-,-,\n"
)


def test_whatever_is_written_beside_the_students_folders_is_no_students_name(
    run, tmp_path, monkeypatch
):
    monkeypatch.setattr(class_page, "LARGEST", 1)  # a page for each
    out, group = tmp_path / "out", tmp_path / "class"
    (group / "kim").mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / "activations.py", group / "kim")
    (tmp_path / "canvas").write_text(CANVAS)
    (tmp_path / "moodle").write_text(MOODLE)
    monkeypatch.setenv("CLASSROOM", "cs231n")
    monkeypatch.setenv("ASSIGNMENT", "lecture5")
    every = ["--format", ",".join(FORMATS), "--canvas", tmp_path / "canvas"]
    every += ["--moodle", tmp_path / "moodle"]

    def written():
        assert run("grade", group, "--out", out, "--seed", 1)[0] in (1, 3)
        assert run("report", out, *every)[0] in (0, 3)  # 3: nobody is in those gradebooks
        return sorted(path.name for path in out.iterdir() if path.is_file())

    ours = [*written(), "index-2.html", "index.html.part"]
    assert len(ours) == 10
    for name in ours:
        (group / f"{name}.zip").write_bytes(b"no zip")
    assert {*ours, "index-3.html"} <= {*written(), "index.html.part"}
    folders = {path.name for path in out.iterdir() if path.is_dir()}
    assert folders == {"kim", *(f"{name}_" for name in ours)}


def test_an_unwritable_out_is_said_before_grading(run, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("grade", ROOT / "assignment", "--out", tmp_path / "file" / "out")
    assert code == 2
    assert "choose another --out" in err


def test_a_hang_costs_its_question_and_its_time_limit_only(run, tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "kim")
    edit(tmp_path / "kim" / "activations.py", "return dout * (1 - out**2)", "while True: pass")
    code, out, _ = run("grade", tmp_path / "kim", "--seconds", 0.5, "--seed", 1)
    assert code == 1
    assert "98/100" in out
    assert "tanh_backward: no answer within 0.5 s" in out
    assert "1 timed_out" in out


def test_the_same_seed_gives_the_same_report(run, folder, tmp_path):
    reports = []
    for out in ("one", "two"):
        run("grade", folder, "--seed", 11, "--out", tmp_path / out)
        reports.append((tmp_path / out / folder.name / "report.json").read_bytes())
    assert reports[0] == reports[1]


def test_stubs_and_recordings_are_fresh(run):
    assert run("stubs", "--check")[:2] == (0, "assignment/ is fresh\n")
    assert run("record", "--check")[:2] == (0, "data/recorded is fresh\n")


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("a b")])
def test_a_damaged_checker_is_said_with_the_remedy(damage, tmp_path):
    copy = student.copy_to(tmp_path)
    damage(copy / "autograder" / "judges.py")
    ended = subprocess.run(
        [sys.executable, "-m", "autograder", "check", "relu_forward"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 4
    assert "git checkout -- autograder/judges.py" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["chek"], "there is no command chek: did you mean check?"),
        (["check", "relu"], "did you mean relu_forward, relu_backward, leaky_relu_forward?"),
        (["check", "RELU_FORWARD"], "did you mean relu_forward?"),
        (["check", "--folder", "nope"], "there is no folder nope"),
        (["--folder", "nope"], "there is no folder nope"),
    ],
)
def test_a_slip_of_the_finger_gets_what_was_meant(run, typed, says):
    code, _, err = run(*typed)
    assert code == 2
    assert says in err


def test_help_is_a_command_too(run):
    assert run("help") == run("--help")


def test_an_interrupt_is_130_and_no_traceback(run, monkeypatch):
    def interrupted(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.cli.run", interrupted)
    code, _, err = run("check")
    assert (code, err) == (130, "interrupted\n")


def test_what_nobody_foresaw_is_said_and_is_our_fault(monkeypatch, capsys):
    monkeypatch.setattr("autograder.cli.check.select", lambda names: 1 / 0)
    assert cli.main(["check"]) == 4
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "the grader failed here" in said
    assert said.rstrip().endswith("report the lines above.")


@timed
@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8, 1.0])
def test_ctrl_c_ends_a_check_at_any_moment(share, folder, whole_check):
    """Before a fifth of the time Python itself may not have begun yet."""
    command, variables, seconds = whole_check
    process = subprocess.Popen(
        [*command, str(folder)], env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(share * seconds)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=8)  # less than a call may take
    assert process.returncode in (130, -signal.SIGINT, 1), err  # 1: it was done
    assert b"Traceback" not in err, err


@pytest.fixture(scope="module")
def whole_check(tmp_path_factory):
    """The command, its environment, and the seconds that it takes undisturbed."""
    command = [sys.executable, "-P", "-m", "autograder", "check", "--all", "--folder"]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    subprocess.run([*command, str(ROOT / "assignment")], env=variables, stdout=subprocess.DEVNULL)
    return command, variables, time.monotonic() - started
