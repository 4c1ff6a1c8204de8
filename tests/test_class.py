"""The sample class, graded whole: every submission gets what ``data/class/expected.toml`` says."""

import csv
import json
import subprocess
import sys
import time
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from autograder import batch, intake, syllabus
from autograder.report.data import report_data
from tests.timed import timed

ROOT = Path(__file__).resolve().parent.parent
CLASS = ROOT / "data" / "class"
EXPECTED = tomllib.loads((CLASS / "expected.toml").read_text(encoding="utf-8"))
QUESTIONS = [question.name for question in syllabus.questions()]
LIMIT = 2.0  # seconds for one call: yoon-sohee's table says so

REPORT = {"format", "submission", "seed", "score", "max_score", "questions"}
QUESTION = {"exercise", "question", "score", "max_score", "checks"}
CHECK = {"name", "promise", "verdict", "score", "max_score", "message", "diagnosis"}


def strings(data):
    """All text in a report, however deep."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return [text for item in data for text in strings(item)]
    return [data] if isinstance(data, str) else []


def problems(name, report):
    """Where a report differs from the table."""
    expected = EXPECTED[name]
    for key in ("score", "status"):
        if report[key] != expected[key]:
            yield f"{name}: {key} is {report[key]}, expected {expected[key]}"
    patterns = expected.get("checks", {})
    used = set()
    for question in report["questions"]:
        for check in question["checks"]:
            label = f"{question['question']}::{check['name']}"
            pattern = next((p for p in patterns if fnmatchcase(label, p)), None)
            used.add(pattern)
            if check["verdict"] != patterns.get(pattern, "passed"):
                yield f"{name}: {label} {check['verdict']}: {check['message']}"
    for pattern in set(patterns) - used:
        yield f"{name}: {pattern} fits no check"
    said = strings(report)
    for phrase in expected.get("says", ()):
        if not any(phrase in text for text in said):
            yield f"{name}: does not say {phrase!r}"
    named = {
        (question["question"], check["diagnosis"]["misconception"])
        for question in report["questions"]
        for check in question["checks"]
        if check["diagnosis"] and check["diagnosis"]["misconception"]
    }
    for pair in expected.get("named", {}).items():
        if pair not in named:
            yield f"{name}: {pair[0]} is not said to be {pair[1]}"


def differences(reports):
    return [problem for name in sorted(reports) for problem in problems(name, reports[name])]


def test_the_class_is_that_of_the_table_and_as_varied_as_a_class():
    names = [intake.name_of(path) for path in intake.find(CLASS, batch.FILES)]
    assert sorted(names) == sorted(EXPECTED)
    assert sum(one["score"] == 100 for one in EXPECTED.values()) >= 5
    assert sum(one["score"] <= 3 for one in EXPECTED.values()) >= 2
    assert {one["status"] for one in EXPECTED.values()} == {"graded", "timed_out", "crashed"}


def test_everybody_gets_what_the_table_says():
    settings = batch.Settings(seed=20261123, seconds=LIMIT)
    results = list(batch.run(intake.find(CLASS, batch.FILES), settings, jobs=2))
    reports = {r.name: report_data(r.report, r.status) for r in results if r.report is not None}
    assert [(r.name, str(r.problem)) for r in results if r.report is None] == []
    assert sorted(reports) == sorted(EXPECTED)
    assert differences(reports) == []


@timed
def test_a_function_that_hangs_or_exits_costs_that_function_and_its_time_limit():
    paths = [CLASS / name for name in ("yoon-sohee", "muller-jonas", "kim-minjun")]
    started = time.monotonic()
    results = list(batch.run(paths, batch.Settings(seed=5, seconds=LIMIT), jobs=2))
    assert time.monotonic() - started < LIMIT + 6.0
    lost = {
        (result.name, mark.question): mark.max_score - mark.score
        for result in results
        for mark in result.report.marks
        if mark.score < mark.max_score
    }
    assert lost == {("yoon-sohee", "refine_ranges"): 1, ("muller-jonas", "update_ratio"): 1}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """``grade data/class --out OUT --seed 1`` as a person would run it."""
    out = tmp_path_factory.mktemp("results")
    result = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", CLASS, "--out", out, "--seed", "1"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return out, result


def test_the_command_line_writes_grades_and_reports(graded):
    out, result = graded
    assert result.returncode == 1
    assert [line[:12] for line in result.stderr.splitlines()] == ["run 1 begins"]
    assert "22 submissions: 1 crashed, 20 graded, 1 timed_out" in result.stdout

    reports = {
        name: json.loads((out / name / "report.json").read_text(encoding="utf-8"))
        for name in EXPECTED
    }
    assert differences(reports) == []
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["student", "score", "max", "status", *QUESTIONS]
    assert sorted(row[0] for row in rows) == sorted(EXPECTED)
    for name, score, most, status, *cells in rows:
        wanted = EXPECTED[name]
        assert (int(score), int(most), status) == (wanted["score"], 100, wanted["status"])
        assert list(map(int, cells)) == [q["score"] for q in reports[name]["questions"]]
        assert sum(map(int, cells)) == int(score)

    for name, report in reports.items():
        assert report.keys() >= REPORT
        assert (report["submission"], report["seed"], report["max_score"]) == (name, 1, 100)
        assert report["format"] == "report/v2"
        assert [question["question"] for question in report["questions"]] == QUESTIONS
        for question in report["questions"]:
            checks = question["checks"]
            assert question.keys() >= QUESTION
            assert all(check.keys() >= CHECK for check in checks)
            assert question["score"] == sum(check["score"] for check in checks)
            assert question["max_score"] == sum(check["max_score"] for check in checks)
            for check in checks:
                earned = check["max_score"] if check["verdict"] == "passed" else 0
                assert check["score"] == earned
                assert (check["message"] is None) == (check["verdict"] == "passed")
