"""Workflows: what they may do, whose code they run, and each of their steps run for real."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / ".github" / "workflows" / "ci.yml"
CHECK = ROOT / "autograder" / "bundle" / ".github" / "workflows" / "check.yml"
GRADE = ROOT / "docs" / "workflows" / "grade.yml"
WORKFLOWS = [OURS, CHECK, GRADE]
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")
NO_GIT = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__", "node_modules")


def workflow(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path):
    """All steps of all jobs."""
    return [step for job in workflow(path)["jobs"].values() for step in job["steps"]]


def step(path, start):
    """The command of the one step whose name, or else command, begins so."""
    (found,) = [s for s in steps(path) if s.get("name", s.get("run", "")).startswith(start)]
    return found["run"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_and_nothing_else(path):
    assert workflow(path)["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in workflow(path)["jobs"].values())
    assert all("timeout-minutes" in job for job in workflow(path)["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_checkouts_leave_no_credentials(path):
    used = [one for one in steps(path) if "uses" in one]
    assert used
    for one in used:
        assert PINNED.fullmatch(one["uses"]), one["uses"]
        if one["uses"].startswith("actions/checkout@"):
            assert one["with"]["persist-credentials"] is False
    text = path.read_text(encoding="utf-8")
    pins = re.findall(r"uses: ([\w/-]+@[0-9a-f]{40}) # (v\d+\.\d+\.\d+)$", text, re.M)
    assert len(pins) == len(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_that_others_write_stands_in_a_command(path):
    assert not [one["run"] for one in steps(path) if "${{" in one.get("run", "")]


def test_the_grader_is_checked_out_at_a_tag_beside_the_submission():
    for path in (CHECK, GRADE):
        refs = {
            one["with"]["path"]: one["with"].get("ref")
            for one in steps(path)
            if one.get("uses", "").startswith("actions/checkout@")
        }
        assert refs["grader"].startswith("refs/tags/")
        assert len(refs) == 2


def test_every_step_that_runs_something_is_run_here():
    run = {path.name: [one["run"] for one in steps(path) if "run" in one] for path in WORKFLOWS}
    assert {name: len(commands) for name, commands in run.items()} == {
        "ci.yml": 1,
        "check.yml": 1,
        "grade.yml": 3,
    }


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    """A checkout of the grader, as it is."""
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("checkout") / "grader", ignore=NO_GIT)


@pytest.fixture
def runner(tmp_path, grader):
    """Runs a step as GitHub does: in bash that ends at the first error, with its files to write."""
    (tmp_path / "grader").symlink_to(grader)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    github = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path)}
    github["GITHUB_STEP_SUMMARY"] = str(tmp_path / "step.md")
    known = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(command, cwd=tmp_path, **environment):
        own = {**known, **github, "PATH": path, "COURSE_NO_VENV": "1", **environment}
        script = tmp_path / "step.sh"
        script.write_text(command, encoding="utf-8")
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", script]
        return subprocess.run(bash, cwd=cwd, env=own, capture_output=True, text=True)

    return run


def test_ci_runs_its_steps_by_name(runner, grader):
    steps = re.search(r"^all=\((.*?)\)", (ROOT / ".ci" / "run").read_text(), re.M | re.S)[1].split()
    others = [name for name in steps if name != "stubs"]
    done = runner(step(OURS, "bash"), cwd=grader, CI_SKIP=" ".join(others))
    assert done.returncode == 0, done.stdout
    assert re.search(r"^ok +stubs", done.stdout, re.M)
    assert done.stdout.count("skipped") == len(others)


@pytest.mark.parametrize("own", [False, True], ids=["grader", "own copy"])
def test_a_push_is_checked_and_summed_up(runner, tmp_path, grader, own):
    submission = tmp_path / "submission"
    if own:
        submission.symlink_to(grader)
    else:
        shutil.copytree(ROOT / "assignment", submission / "assignment")
    done = runner(step(CHECK, "Check"), GRADER="submission" if own else "grader")
    assert done.returncode == 1, done.stderr  # nothing is written yet
    assert (tmp_path / "check.txt").read_text(encoding="utf-8") == done.stdout
    summary = (tmp_path / "step.md").read_text(encoding="utf-8")
    assert summary.startswith("# 0/100 (practice)")
    assert "not the grade" in summary
    annotations = [line for line in done.stdout.splitlines() if line.startswith("::notice")]
    assert len(annotations) == 10
    assert "file=assignment/activations.py,line=" in annotations[0]


def test_a_right_push_is_green(runner, tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "submission" / "assignment", ignore=NO_GIT)
    done = runner(step(CHECK, "Check"), GRADER="grader")
    assert done.returncode == 0, done.stdout
    assert "100/100" in (tmp_path / "step.md").read_text(encoding="utf-8")


@pytest.fixture
def submissions(tmp_path):
    """A class of three in the folder of a checkout: right, a mistake, and no zip."""
    folder = tmp_path / "submissions"
    for name in ("kim", "::error::lee"):
        ignored = shutil.ignore_patterns("misconceptions", "notebooks", "__pycache__")
        shutil.copytree(ROOT / "solutions", folder / name, ignore=ignored)
    file = folder / "::error::lee" / "activations.py"
    source = file.read_text(encoding="utf-8")
    wrong = source.replace("return dout * (1 - out**2)", "return dout * (1 - out)")
    assert wrong != source
    file.write_text(wrong, encoding="utf-8")
    (folder / ".git").mkdir()
    return folder


def test_a_class_is_graded_and_reported(runner, tmp_path, submissions):
    assert runner(step(GRADE, "What this machine offers")).returncode == 0
    done = runner(step(GRADE, "Grade"), SEED="7")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    stop, token = lines[0].rsplit("::", 1)
    assert stop == "::stop-commands"
    inside = lines[1 : lines.index(f"::{token}::")]
    assert any(line.startswith("::error::lee") for line in inside)
    assert not [line for line in lines[len(inside) + 2 :] if line.startswith("::")]

    (submissions / "roster.csv").write_text("key,name\nkim,Kim\n::error::lee,Lee\npark,Park\n")
    (submissions / "times.csv").write_text("submission,time\nkim,2026-11-21T10:00Z\n")
    late = "due = 2026-11-20T23:59:00Z\n[late]\nper = 'day'\npoints = 10\n"
    (submissions / "policies.toml").write_text(late)
    done = runner(step(GRADE, "Report"))
    assert done.returncode == 0, done.stderr
    rows = {one["key"]: one for one in class_json(tmp_path)["results"]}
    assert [rows["kim"][name] for name in ("score", "penalty", "final")] == [100, 10, 90]
    assert rows["park"]["status"] == "missing"
    summary = (tmp_path / "step.md").read_text(encoding="utf-8")
    assert "The grade of record, on other inputs" in summary
    assert (tmp_path / "results" / "index.html").is_file()


def class_json(folder):
    return json.loads((folder / "results" / "class.json").read_text(encoding="utf-8"))


def test_a_class_without_anything_beside_it_is_reported_too(runner, tmp_path, submissions):
    (submissions / "no.zip").write_bytes(b"no zip")
    shutil.rmtree(submissions / "::error::lee")
    done = runner(step(GRADE, "Grade"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("::warning title=Grade::")
    assert runner(step(GRADE, "Report")).returncode == 0
    assert [one["status"] for one in class_json(tmp_path)["results"]] == ["graded", "ungradable"]


def test_a_grader_that_fails_fails_the_step(runner, tmp_path):
    assert runner(step(GRADE, "Grade")).returncode == 2  # there is no folder of submissions


def test_classroom_50_runs_the_check_of_its_bundle(runner, tmp_path, grader):
    shutil.copytree(ROOT / "assignment", tmp_path / "assignment")
    script = ROOT / "docs" / "workflows" / "autograder.py"
    identity = {"CLASSROOM": "cs", "ASSIGNMENT": "l5", "USERNAME": "kim"}
    done = runner(f"python3 '{script}'", CLASSROOM50_BUNDLE_DIR=str(grader), **identity)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (result["schema"], result["owner"]) == ("classroom50/result/v1", "kim")
    assert (result["score"], result["max-score"], len(result["tests"])) == (0, 100, 36)
    bare = runner(f"python3 '{script}'", CLASSROOM50_BUNDLE_DIR=str(grader))
    assert bare.returncode == 2
