"""What other systems take: each file accepted by a schema or a reader, and hostile text is text."""

import csv
import html
import io
import json
import os
import re
import subprocess
import sys
import unittest
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import junitparser
import pytest
import xmlschema
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

from autograder import syllabus
from autograder.cli import main
from autograder.model import Detail, Diagnosis, Finding, Mark, Report, Verdict, text
from autograder.report import actions, classroom50
from autograder.report.data import report_data, revived, text_data
from autograder.report.result import Person
from autograder.report.roster import Directory, nobody
from autograder.report.safe import MOST, UNSHOWN, shown
from autograder.report.sheets import harmless, read_sheet
from autograder.store import Store, Wanted, outcome

ROOT = Path(__file__).resolve().parents[1]
HOSTILE = (
    "<script>alert(1)</script>\u202e\x00\x1b[31m]]>\n::error::x\n\ud800\ufffe %0A | `` **b** "
    "</pre> ![p](http://evil.example/p.png) @all =cmd|' /C calc'!A0 " + 10_000 * "A"
)
HUGE = HOSTILE + 10_000_000 * "A"
# Folder, name and e-mail address of each.
NAMES = {
    "kim": ("Kim, Minjun", "kim@uni.example"),
    "lee": ('Lee "Leo" Minho', "lee@uni.example"),
    "박지우": ("박지우", "park@uni.example"),
    "=1+1": ('=HYPERLINK("http://evil.example")', "formula@uni.example"),
    "evil<script>": ("<script>alert(1)</script>\u202e", "evil@uni.example"),
    "broken": ("Broken, Bo", "broken@uni.example"),
    "unreadable": ("Un, Readable", "un@uni.example"),
}
ABSENT = ("absent", "Ab Sent", "absent@uni.example")
POINTS = {question.name: question.points for question in syllabus.questions()}
ALL = "gradescope,classroom50,junit,github,canvas,moodle,csv,json"


def mark(question, verdict, said):
    """A question with one check that ended so; ``said`` is in everything that is said of it."""
    found = text("got {value}", value=said)
    passed = verdict == Verdict.PASSED
    points = question.points
    cause = None if passed else Diagnosis("certain", found, "a-mistake", found, "spot")
    finding = Finding(
        *("value", "out is right.", verdict, points if passed else 0, points),
        None if passed else found,
        (Detail("case", found),),
        cause,
    )
    return Mark(question.exercise, question.name, (finding,), (found,))


def hostile():
    """A report of which every sentence is hostile, and one without end."""
    found = report("evil<script>", 36, HOSTILE)
    first, *others = found.marks
    finding = replace(first.findings[0], message=text("got {value}", value=HUGE))
    return replace(found, marks=(replace(first, findings=(finding,)), *others))


def report(name, wrong=0, said="1", verdict=Verdict.FAILED):
    """All questions, of which the first ``wrong`` did not pass."""
    marks = [
        mark(question, verdict if number < wrong else Verdict.PASSED, said)
        for number, question in enumerate(syllabus.questions())
    ]
    return Report(name, 7, tuple(marks), (text("{said} is left out", said=said),))


REPORTS = {
    "kim": report("kim"),
    "lee": report("lee", 5),
    "박지우": report("박지우", 36, verdict=Verdict.UNSOLVED),
    "=1+1": report("=1+1", 20),
    "evil<script>": hostile(),
    "broken": report("broken", 1, verdict=Verdict.BROKEN),
}
SCORES = {key: sum(one.score for one in found.marks) for key, found in REPORTS.items()}
SCORES["broken"] = None


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder of results after every writer, with the tables that they filled in."""
    out = tmp_path_factory.mktemp("class") / "out"
    out.mkdir()
    with Store(out / "results.db") as store:
        run = store.open_run(Wanted("1", 7))
        for name, found in REPORTS.items():
            status = "broken" if name == "broken" else "graded"
            kept = outcome(status, report_data(found, status), "what to know")
            store.add(run, 1, name, "digest", kept)
        problem = text_data(text("{said} is no zip", said=HOSTILE))
        store.add(run, 1, "unreadable", "digest", outcome("ungradable", None, problem))
    write_csv(out / "roster.csv", ["key", "name", "email"], [*people(), ABSENT])
    write_csv(out / "export.csv", *canvas_export())
    write_csv(out / "worksheet.csv", *worksheet())
    (out / "broken").mkdir()
    (out / "broken" / "results.json").write_text("of another day")
    environment = {"CLASSROOM": "cs231n", "ASSIGNMENT": "lecture-5", "GITHUB_ACTIONS": "true"}
    environment["GITHUB_STEP_SUMMARY"] = str(out / "step.md")
    command = [sys.executable, "-m", "autograder", "report", out, "--format", ALL]
    command += ["--roster", out / "roster.csv", "--canvas", out / "export.csv"]
    command += ["--canvas-column", "Lecture 5", "--moodle", out / "worksheet.csv"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (out / "said.txt").write_text(done.stdout)
    return out


def people():
    return [(key, *rest) for key, rest in NAMES.items()]


def write_csv(path, header, rows, encoding="utf-8", delimiter=","):
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def canvas_export(title="Lecture 5 (4711)", points="100"):
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab, one (12)", title]
    header += ["Assignments Current Score"]
    rows = [["    Points Possible", "", "", "", "", "10", points, "(read only)"]]
    for number, (name, mail) in enumerate(NAMES.values(), 100):
        rows.append([name, str(number), f"-{number}", mail, "Section 1", "9", "", "90"])
    rows.append(["Student, Test", "999", "", "f00ba4", "Section 1", "", "", ""])
    return header, rows


ENGLISH = (
    *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"),
    *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
    "Feedback comments",
)
GERMAN = (
    *("ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung"),
    *("Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)"),
    *("Zuletzt geändert (Bewertung)", "Feedback als Kommentar"),
)
KOREAN = (
    *("식별자", "성명", "이메일 주소", "상태", "성적", "최대 성적", "성적 변경 가능"),
    *("최종 수정 (제출)", "최종 수정 (성적)", "피드백 댓글"),
)
LANGUAGES = {
    "en": (ENGLISH, "Participant ", "100.00"),
    "de": (GERMAN, "Teilnehmer/in", "100,00"),
    "ko": (KOREAN, "참여자 ", "100.00"),
}


def worksheet(language="en", most=None, feedback=True):
    header, participant, maximum = LANGUAGES[language]
    rows = [
        [f"{participant}{number}", name, mail, "", "", most or maximum, "Yes", "-", "-", ""]
        for number, (name, mail) in enumerate(NAMES.values(), 500)
    ]
    return (header, rows) if feedback else (header[:-1], [row[:-1] for row in rows])


# Everything at once


def test_each_format_says_what_it_wrote(written):
    said = (written / "said.txt").read_text()
    assert [line.split(":")[0] for line in said.splitlines() if not line.startswith("::")] == [
        *ALL.split(","),
        "8 students",
    ]
    assert "gradescope: 6 results.json" in said  # not of the broken one
    assert "1 without a submission" in said


def made(written):
    """Every file that a writer made."""
    ours = {"roster.csv", "export.csv", "worksheet.csv", "said.txt", "results.db", "step.md"}
    return [path for path in written.rglob("*") if path.is_file() and path.name not in ours]


def test_hostile_output_is_short_plain_text_in_every_file(written):
    names = {path.name for path in made(written)}
    assert names >= {"results.json", "result.json", "junit.xml", "summary.md", "canvas.csv"}
    for path in made(written):
        content = path.read_text(encoding="utf-8")
        if path.name in ("canvas.csv", "moodle.csv"):  # names there are those that came from there
            content = content.replace(NAMES["evil<script>"][0], "")
        assert UNSHOWN.search(content) is None, path
        assert MOST * "A" not in content, path
        assert len(content) < 2_000_000, path
        if path.suffix in (".xml", ".md"):
            assert "<script" not in content, path


def test_what_is_shown_is_visible_and_ends():
    assert shown("a\x00b\u202ec\ud800") == "a\\x00b\\u202ec\\ud800"
    assert shown("tab\tand\nline stay") == "tab\tand\nline stay"
    assert shown("xyz" * 10, most=4) == "xyzx [+26]"
    assert shown("한국어 naïve") == "한국어 naïve"


# Gradescope


GRADESCOPE_FORMATS = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
GRADESCOPE_VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
# As gradescope-autograders.readthedocs.io/en/latest/specs says.
GRADESCOPE = {
    "type": "object",
    "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": GRADESCOPE_FORMATS,
        "test_output_format": GRADESCOPE_FORMATS,
        "test_name_format": GRADESCOPE_FORMATS,
        "visibility": GRADESCOPE_VISIBILITY,
        "stdout_visibility": GRADESCOPE_VISIBILITY,
        "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": GRADESCOPE_FORMATS,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": GRADESCOPE_FORMATS,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": GRADESCOPE_VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}


def test_the_schema_takes_what_gradescopes_own_library_writes():
    class Test(unittest.TestCase):
        def test_right(self):
            pass

        def test_wrong(self):
            self.fail("wrong")

    stream = io.StringIO()
    JSONTestRunner(visibility="visible", stream=stream, buffer=False).run(
        unittest.defaultTestLoader.loadTestsFromTestCase(Test)
    )
    data = json.loads(stream.getvalue())
    data["execution_time"] = float(data["execution_time"])  # it writes a string there
    jsonschema.validate(data, GRADESCOPE)


def gradescope_of(written, key):
    data = json.loads((written / key / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, GRADESCOPE)
    return data


@pytest.mark.parametrize("key", [key for key, score in SCORES.items() if score is not None])
def test_gradescope_gets_every_question(written, key):
    data = gradescope_of(written, key)
    assert data["score"] == sum(one["score"] for one in data["tests"]) == SCORES[key]
    assert [one["max_score"] for one in data["tests"]] == list(POINTS.values())
    assert len({one["number"] for one in data["tests"]}) == len(POINTS)
    passed = [one["status"] == "passed" for one in data["tests"]]
    assert passed == [one.solved for one in REPORTS[key].marks]


def test_what_the_grader_broke_on_leaves_no_mark_to_take_for_a_zero(written):
    assert not (written / "broken" / "results.json").exists()
    assert not (written / "broken" / "result.json").exists()
    data = gradescope_of(written, "unreadable")
    assert data["score"] == 0
    assert "is no zip" in data["output"]


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    """A folder as Gradescope lays it out, after setup.sh; runs the autograder on files."""
    root = tmp_path_factory.mktemp("autograder")
    file = root / "autograder.zip"
    assert main(["gradescope", str(file), "--seed", "5", "--feedback-language", "en"]) == 0
    with zipfile.ZipFile(file) as archive:
        archive.extractall(root / "source")
        modes = {one.filename: one.external_attr >> 16 for one in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    (root / "results").mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"AUTOGRADER_ROOT": str(root), "COURSE_NO_VENV": "1", "PATH": path}
    environment = {**{k: v for k, v in os.environ.items() if k != "PYTHONPATH"}, **own}

    def run(script, **files):
        submission = root / "submission"
        submission.mkdir(exist_ok=True)
        for name, content in files.items():
            (submission / f"{name}.py").write_text(content, encoding="utf-8")
        command = ["bash", root / "source" / script]
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)

    done = run("setup.sh")
    assert done.returncode == 0, done.stderr
    return root, run


def test_gradescopes_scripts_grade_a_submission(autograder):
    root, run = autograder
    right = (ROOT / "solutions" / "activations.py").read_text(encoding="utf-8")
    wrong = right.replace("return dout * (1 - out**2)", "return dout * (1 - out)")
    assert wrong != right
    done = run("run_autograder", activations=wrong)
    assert done.returncode == 0, done.stderr
    data = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, GRADESCOPE)
    failed = [one["name"] for one in data["tests"][:14] if one["status"] == "failed"]
    assert failed == ["activations: tanh_backward"]
    assert "seed" not in json.dumps(data)  # of the grade of record: it would be told to students


def test_gradescopes_scripts_say_that_there_is_nothing_to_grade(autograder):
    root, run = autograder
    for path in (root / "submission").glob("*"):
        path.unlink()
    assert run("run_autograder", notes="").returncode == 0
    data = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert data["score"] == 0
    assert "none of activations.py" in data["output"]


def test_where_the_grader_fails_gradescope_gets_no_results(autograder):
    root, run = autograder
    (root / "results" / "results.json").unlink(missing_ok=True)
    settings = root / "source" / "settings"
    before = settings.read_text()
    settings.write_text("SEED=none\nLANGUAGE=en\n")
    assert run("run_autograder", activations="").returncode != 0
    settings.write_text(before)
    assert not (root / "results" / "results.json").exists()


def test_the_archive_is_the_same_each_time_and_holds_nothing_of_the_class(autograder, tmp_path):
    root, _ = autograder
    main(["gradescope", str(tmp_path / "again.zip"), "--seed", "5"])
    assert (tmp_path / "again.zip").read_bytes() == (root / "autograder.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "again.zip") as archive:
        names = archive.namelist()
        assert {one.date_time[:3] for one in archive.infolist()} == {(2020, 1, 1)}
    assert {"setup.sh", "run_autograder", "course.py", "requirements.txt"} <= set(names)
    assert not [name for name in names if name.startswith(("tests", "data/class", ".git"))]


# Classroom 50


STAMP = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}
NAMED = {"type": "string", "minLength": 1}
WHOLE = {"type": "integer", "minimum": 0}
# As schemas/result-v1.schema.json of foundation50/classroom50 says.
CLASSROOM50 = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        **dict.fromkeys(("classroom", "assignment", "owner", "commit", "release", "review"), NAMED),
        **dict.fromkeys(("datetime", "graded_at"), STAMP),
        **dict.fromkeys(("score", "max-score"), WHOLE),
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {
                    "test-name": NAMED,
                    "passed": {"type": "boolean"},
                    **dict.fromkeys(("score", "max-score"), WHOLE),
                },
            },
        },
    },
}
CLASSROOM50["required"] = sorted(CLASSROOM50["properties"].keys() - {"graded_at"})


@pytest.mark.parametrize("key", [key for key, score in SCORES.items() if score is not None])
def test_classroom_50_gets_whole_points(written, key):
    data = json.loads((written / key / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, CLASSROOM50)
    assert (data["score"], data["max-score"]) == (SCORES[key], 100)
    assert {one["test-name"]: one["max-score"] for one in data["tests"]} == POINTS
    assert all(one["score"] <= one["max-score"] for one in data["tests"])
    assert (data["classroom"], data["assignment"], data["owner"]) == ("cs231n", "lecture-5", key)


def test_classroom_50s_runner_names_what_it_grades():
    environment = {
        "CLASSROOM": "cs",
        "ASSIGNMENT": "l5",
        "USERNAME": "kim",
        "SUBMISSION_TAG": "submit/2026-11-20T10-00-00Z-abcdef0",
        "COMMIT_URL": "https://github.example/c",
        "RELEASE_URL": "https://github.example/r",
    }
    data = json.loads(classroom50.practice_result(REPORTS["lee"], environment))
    jsonschema.validate(data, CLASSROOM50)
    assert data["submission"] == environment["SUBMISSION_TAG"]
    assert (data["owner"], data["review"]) == ("kim", "https://github.example/c")


# JUnit


@pytest.fixture(scope="module")
def junit_schema():
    return xmlschema.XMLSchema(ROOT / "tests" / "schemas" / "junit-10.xsd")


@pytest.mark.parametrize("key", NAMES)
def test_junit_is_valid_and_counts_what_it_holds(written, junit_schema, key):
    file = written / key / "junit.xml"
    junit_schema.validate(file)
    read = junitparser.JUnitXml.fromfile(str(file))
    for suite in read:
        cases = list(suite)
        ends = [type(one).__name__ for case in cases for one in case.result]
        assert (suite.tests, suite.failures) == (len(cases), ends.count("Failure"))
        assert suite.skipped == ends.count("Skipped")
    assert sum(suite.tests for suite in read) == (36 if key in REPORTS else 1)
    assert ElementTree.parse(file).getroot().get("name") == shown(NAMES[key][0])


def test_only_wrong_answers_are_failures(written):
    ends = {}
    for key in ("kim", "lee", "박지우", "broken"):
        read = junitparser.JUnitXml.fromfile(str(written / key / "junit.xml"))
        ends[key] = [sum(suite.failures for suite in read), sum(suite.skipped for suite in read)]
    assert ends == {"kim": [0, 0], "lee": [5, 0], "박지우": [0, 36], "broken": [0, 1]}


# GitHub


def test_the_summary_is_shown_with_the_step_and_who_needs_a_person_is_pointed_out(written):
    assert (written / "step.md").read_text() == (written / "summary.md").read_text()
    said = (written / "said.txt").read_text().splitlines()
    commands = [line for line in said if line.startswith("::")]
    assert [line.split("::")[1] for line in commands] == [
        "warning title=Broken, Bo".replace(",", "%2C"),
        "warning title=Un, Readable".replace(",", "%2C"),
    ]


def test_summaries_are_no_larger_than_github_takes():
    lines = ["<pre>", *("가" * 1000 for _ in range(1000))]
    whole = actions.capped(lines)
    assert 900 * 1024 < len(whole.encode()) < 1024 * 1024
    assert whole.endswith("</pre>\n\nThe rest is left out: GitHub shows no more.\n")
    assert actions.capped(["a", "b"]) == "a\nb\n"


def test_markup_of_others_is_text():
    evil = "![p](http://e.example) [x](y) | `c` <b> **s** # h\n- @all ~~s~~ :smile: $x$"
    escaped = actions.markdown(evil)
    assert "\n" not in escaped
    assert re.search(r"[<>]|(?<!\\)[][!()`*#|@~:$_]", escaped) is None
    assert html.unescape(re.sub(r"\\(.)", r"\1", escaped)) == " ".join(evil.split())
    assert "&lt;/pre&gt;" in "".join(actions.preformatted(["</pre><script>"]))


def test_a_command_ends_where_it_should():
    evil = "100 %\r\n::error::mine, yours: x"
    said = actions.command("error", evil, file="a,b:c.py", line=3, title=evil)
    assert said == (
        "::error file=a%2Cb%3Ac.py,line=3,title=100 %25%0D%0A%3A%3Aerror%3A%3Amine%2C yours%3A x"
        "::100 %25%0D%0A::error::mine, yours: x"
    )
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(("wrong", "kinds"), [(3, 3), (10, 10), (36, 10)])
def test_there_are_at_most_ten_annotations(wrong, kinds):
    found = report("kim", wrong)
    lines = list(actions.annotated(found.marks, {"sigmoid_forward": ("a.py", 7)}))
    assert len(lines) == kinds
    assert lines[0].startswith("::error file=a.py,line=7,title=sigmoid_forward::")
    assert ("27 more" in lines[-1]) == (wrong == 36)


def test_what_is_not_written_yet_is_no_error():
    lines = list(actions.annotated(report("kim", 2, verdict=Verdict.UNSOLVED).marks, {}))
    assert [line.split()[0] for line in lines] == ["::notice", "::notice"]


def test_check_stops_commands_while_a_students_code_runs(tmp_path, capsys, monkeypatch):
    source = (ROOT / "assignment" / "activations.py").read_text(encoding="utf-8")
    folder = tmp_path / "assignment"
    folder.mkdir()
    evil = 'print("::error::mine")\n::add-path::x\n'.splitlines()[0]
    (folder / "activations.py").write_text(f"{source}\n{evil}\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step.md"))
    command = ["check", "relu_forward", "--folder", str(folder), "--format", "github"]
    assert main(command) == 1
    lines = capsys.readouterr().out.splitlines()
    stop, token = lines[0].rsplit("::", 1)
    assert stop == "::stop-commands"
    end = lines.index(f"::{token}::")
    assert 0 < lines.index("::error::mine") < end
    line = source.splitlines().index("def relu_forward(x):") + 1
    place = f"file=assignment/activations.py,line={line},title=relu_forward"
    assert [one.split("::")[1] for one in lines[end + 1 :]] == [f"notice {place}"]
    assert "not the grade" in (tmp_path / "step.md").read_text(encoding="utf-8")


# Whose row it is


DIRECTORY = Directory.of(
    [
        Person("kim", "Kim Minjun", identifiers={"email": "kim@uni.example", "number": "2026001"}),
        Person("lee1", "Lee Jun", identifiers={"email": "lee1@uni.example"}),
        Person("lee2", "Lee Jun", identifiers={"email": "lee2@uni.example", "number": "100"}),
        nobody("Jane Holloway_123456_assignsubmission_file_"),
        nobody("parkjiwoo_LATE_4711_889900_activations"),
    ]
)


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        (["Kim Minjun", "7"], "kim"),
        (["Minjun, Kim"], "kim"),
        (["MINJUN,  Kim"], "kim"),
        (["Jun, Lee"], None),  # two are called so
        (["Jun, Lee", "LEE2@UNI.EXAMPLE"], "lee2"),
        (["somebody else", "2026001"], "kim"),
        (["Kim Minjun", "100"], None),  # the number is another's
        (["kim", "lee1"], None),
        (["Participant 123456", "Jane Holloway"], "Jane Holloway_123456_assignsubmission_file_"),
        (["참여자 123456"], "Jane Holloway_123456_assignsubmission_file_"),
        (["123456"], "Jane Holloway_123456_assignsubmission_file_"),
        (["Park, Jiwoo", "4711"], "parkjiwoo_LATE_4711_889900_activations"),
        (["889900"], None),
        (["", " "], None),
    ],
)
def test_a_row_is_that_of_the_one_student_it_names(cells, key):
    assert DIRECTORY.find(cells) == key


def test_what_identifies_one_student_is_neither_a_name_nor_blank_nor_several_peoples():
    people = [Person("kim", "lee", identifiers={"id": "7", "team": "A", "mail": ""})]
    people += [Person("lee", "Lee", identifiers={"team": "A"})]
    found = Directory.of(people)
    cells = ["KIM", "7", "A", "", " ", "lee", "nobody"]
    assert [found.identified(cell) for cell in cells] == ["kim", "kim", *[None] * 5]


def test_a_name_stays_in_its_line():
    assert nobody("a\n::error::b").name == "a ::error::b"


# Canvas


def canvas_reads(path):
    """The marks by student number, read as Canvas's gradebook importer reads a file."""
    header, *rows = rows_of(path)
    assert "Student" in header[0]
    assert "ID" in header[1]
    students = 3
    if re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        students = 5
    assert header[students - 1] == "Section"
    (title,) = header[students:]
    assert re.search("(Current|Final) (Score|Points|Grade)|Override", title) is None
    assert re.fullmatch(r"Lecture 5 \((\d+)\)", title)
    assert "Points Possible" in rows[0][0]
    assert rows[0][-1] == "100"
    return {row[1]: row[-1] for row in rows[1:]}


def test_canvas_gets_one_column_of_marks(written):
    numbers = {key: str(number) for number, key in enumerate(NAMES, 100)}
    marks = canvas_reads(written / "canvas.csv")
    expected = {numbers[key]: str(score) for key, score in SCORES.items() if score is not None}
    assert marks == {**expected, numbers["broken"]: "", numbers["unreadable"]: "", "999": ""}


def test_marks_that_stand_in_canvas_stay_where_there_is_none_of_ours(written, tmp_path):
    header, (points, *rows) = canvas_export()
    rows = [[*row[:-2], f"{number},5", row[-1]] for number, row in enumerate(rows)]
    rows[-1][-2] = "EX"
    write_csv(tmp_path / "export.csv", header, [[*points, ""], *rows])
    arguments = ["--canvas", f"{tmp_path}/export.csv", "--canvas-column", "Lecture 5"]
    arguments += ["--store", f"sqlite:///{written}/results.db"]
    arguments += ["--roster", f"{written}/roster.csv"]
    assert main(["report", str(tmp_path), "--format", "canvas", *arguments]) == 0
    known = [str(SCORES[key]) for key in NAMES if SCORES.get(key) is not None]
    marks = list(canvas_reads(tmp_path / "canvas.csv").values())
    assert marks == [*known, "5,5", "6,5", "EX"]  # broken, unreadable, in no result of ours


def test_names_of_canvas_come_back_as_they_were_and_formulas_as_text(written):
    before, after = rows_of(written / "export.csv"), rows_of(written / "canvas.csv")
    for old, new in zip(before[2:], after[2:], strict=True):
        assert new[0] == (f"'{old[0]}" if old[0].startswith("=") else old[0])
        assert new[2] in (old[2], f"'{old[2]}")
    assert after[2][0] == "Kim, Minjun"
    assert after[5][0].startswith("'=HYPERLINK")


def refusal(written, tmp_path, *arguments, code=2, capsys=None):
    command = ["report", str(written), *map(str, arguments)]
    assert main(command) == code
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("title", "points", "column", "said"),
    [
        ("Lecture 5 (4711)", "10", "Lecture 5", "is worth 10 points"),
        ("Lecture 5 (4711)", "(read only)", "Lecture 5", "is read-only in Canvas"),
        ("Lecture 5 (4711)", "100", "Lectur 5", "did you mean Lecture 5"),
        ("Lecture 5 (4711)", "100", None, "say which column"),
        ("Final Score of all (1)", "100", "Final Score of all (1)", "rename the assignment"),
    ],
)
def test_what_canvas_would_not_take_is_refused(
    written, tmp_path, capsys, title, points, column, said
):
    write_csv(tmp_path / "export.csv", *canvas_export(title, points))
    chosen = ["--canvas-column", column] if column else []
    arguments = ["--format", "canvas", "--canvas", tmp_path / "export.csv", *chosen]
    assert said in refusal(written, tmp_path, *arguments, capsys=capsys)


@pytest.mark.parametrize(
    ("format_", "arguments", "said"),
    [
        ("canvas", [], "--canvas EXPORT.csv"),
        ("moodle", [], "--moodle WORKSHEET.csv"),
        ("canvas", ["--canvas", "roster.csv"], "is no export of a Canvas gradebook"),
        ("moodle", ["--moodle", "roster.csv"], "is no grading worksheet of Moodle"),
        ("moodle", ["--moodle", "none.csv"], "there is no file"),
        ("gradescop", [], "did you mean gradescope?"),
        ("csv", ["--policies", "roster.csv"], "cannot be read as TOML"),
    ],
)
def test_what_is_missing_is_said_with_the_remedy(written, capsys, format_, arguments, said):
    named = [str(written / one) if one.endswith(".csv") else one for one in arguments]
    assert main(["report", str(written), "--format", format_, *named]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_without_results_is_left_without_any(tmp_path, capsys):
    assert main(["report", str(tmp_path), "--format", "csv"]) == 2
    assert "name the folder that `grade --out` wrote to" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_results_elsewhere_get_their_files_in_a_new_folder(written, tmp_path):
    where = ["--store", f"sqlite:///{written}/results.db"]
    assert main(["report", str(tmp_path / "new" / "out"), "--format", "json", *where]) == 0
    assert (tmp_path / "new" / "out" / "class.json").is_file()


def test_a_disk_that_cannot_be_written_is_no_ones_fault_but_ours(written, tmp_path, capsys):
    (tmp_path / "out").write_text("a file")
    where = ["--store", f"sqlite:///{written}/results.db"]
    assert main(["report", str(tmp_path / "out"), "--format", "json", *where]) == 4
    assert "cannot write to" in capsys.readouterr().err


def test_due_dates_need_times(written, tmp_path, capsys):
    (tmp_path / "p.toml").write_text("due = 2026-11-20T23:59:00Z\n")
    assert (
        main(["report", str(written), "--format", "csv", "--policies", f"{tmp_path}/p.toml"]) == 2
    )
    assert "--submissions" in capsys.readouterr().err


@pytest.fixture
def small(tmp_path):
    """A class of submissions with those names, all graded, and its policies; runs `report`."""

    def run(names, *arguments, policies=None):
        with Store(tmp_path / "results.db") as store:
            graded = store.open_run(Wanted("1", 7))
            for name in names:
                kept = outcome("graded", report_data(report(name, 5), "graded"), "what to know")
                store.add(graded, 1, name, "digest", kept)
        command = ["report", str(tmp_path), *map(str, arguments)]
        if policies is not None:
            (tmp_path / "policies.toml").write_text(policies, encoding="utf-8")
            command += ["--policies", str(tmp_path / "policies.toml")]
        return main(command)

    return run


def test_names_that_say_when_are_enough_for_a_due_date(small, tmp_path):
    names = ["kim@2026-11-22T1000", "lee@2026-11-20T1000"]
    late = 'due = 2026-11-20T23:59:00Z\n[late]\nper = "day"\npoints = 5\n'
    assert small(names, "--format", "csv", policies=late) == 0
    header, *rows = rows_of(tmp_path / "class.csv")
    assert [row[header.index("penalty")] for row in rows] == ["10", "0"]


def test_who_is_counted_as_in_time_for_want_of_a_time_is_said_at_the_end(small, tmp_path, capsys):
    (tmp_path / "times.csv").write_text("submission,time\na,2026-11-22T10:00\n")
    times = ["--submissions", tmp_path / "times.csv"]
    assert small("abcde", "--format", "csv", *times, policies="due = 2026-11-20T23:59:00Z\n") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert "; 4 counted as in time" in last
    assert last.endswith(": b, c, d, ...")


# Moodle


@pytest.mark.parametrize("language", LANGUAGES)
def test_moodle_gets_grades_and_feedback_in_any_language(written, tmp_path, language):
    header, rows = worksheet(language)
    delimiter = ";" if language == "de" else ","
    write_csv(tmp_path / "sheet.csv", header, rows, "utf-8-sig", delimiter)
    arguments = ["--moodle", str(tmp_path / "sheet.csv"), "--roster", str(written / "roster.csv")]
    assert main(["report", str(written), "--format", "moodle", *arguments]) == 0
    filled = read_sheet(written / "moodle.csv")
    assert (filled.header, filled.delimiter, filled.mark) == (list(header), delimiter, True)
    for old, new, key in zip(rows, filled.rows, NAMES, strict=True):
        grade, feedback = new[4], new[-1]
        assert grade == ("" if SCORES.get(key) is None else str(SCORES[key]))
        assert feedback.startswith(f"{grade}/100" if grade else "")
        assert [new[0], *new[2:4], *new[5:-1]] == [old[0], *old[2:4], *old[5:-1]]
        assert new[1].lstrip("'") == old[1]
        assert "<script" not in feedback
        assert len(feedback) < 200_000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"most": "10.00"}, "is worth 10.00 points"),
        ({"feedback": False}, "is no grading worksheet"),
    ],
)
def test_a_worksheet_that_moodle_would_not_take_back_is_refused(
    written, tmp_path, capsys, options, said
):
    write_csv(tmp_path / "sheet.csv", *worksheet("en", **options))
    arguments = ["--format", "moodle", "--moodle", tmp_path / "sheet.csv"]
    assert said in refusal(written, tmp_path, *arguments, capsys=capsys)


def test_students_who_are_in_no_row_are_named(written, tmp_path, capsys):
    header, rows = worksheet()
    write_csv(tmp_path / "sheet.csv", header, [row for row in rows if row[1] != "Kim, Minjun"])
    arguments = ["--moodle", str(tmp_path / "sheet.csv"), "--roster", str(written / "roster.csv")]
    assert main(["report", str(written), "--format", "moodle", *arguments]) == 0
    assert "not in" in (said := capsys.readouterr().out)
    assert "Kim, Minjun, Ab Sent" in said


@pytest.mark.parametrize("table", ["canvas", "moodle"])
def test_a_table_that_lacks_most_of_the_class_is_written_and_said_to(
    small, tmp_path, capsys, table
):
    sheet = canvas_export() if table == "canvas" else worksheet()
    write_csv(tmp_path / "table.csv", *sheet)
    options = ["--canvas-column", "Lecture 5"] if table == "canvas" else []
    options += ["--format", f"{table},csv", f"--{table}", tmp_path / "table.csv"]
    roster = ["--roster", tmp_path / "roster.csv"]
    (tmp_path / "roster.csv").write_text("key,login\na,x\nb,kim@uni.example\nc,x\n")
    assert small("abc", *options, *roster) == 3
    said = capsys.readouterr()
    done, other = said.out.splitlines()[:2]
    assert f"{table}.csv with 1 marks in" in done
    assert other.startswith("csv: ")  # the other is written as well
    assert said.err.startswith("error: of 3 students only 1 are in")
    assert "--roster" in said.err
    (tmp_path / "roster.csv").write_text("key,login\na,lee@uni.example\nb,kim@uni.example\nc,x\n")
    assert small("abc", *options, *roster) == 0


def test_files_of_an_earlier_report_are_named(small, tmp_path, capsys):
    assert small("ab", "--format", "csv,json,github") == 0
    assert "from an earlier" not in capsys.readouterr().out
    assert small("ab", "--format", "csv") == 0
    said = "from an earlier report: summary.md, class.json; to write them again: "
    assert f"{said}--format github,json" in capsys.readouterr().out.splitlines()


def test_two_rows_of_one_student_are_refused(written, tmp_path, capsys):
    header, rows = worksheet()
    write_csv(tmp_path / "sheet.csv", header, [*rows, rows[0]])
    arguments = ["--format", "moodle", "--moodle", tmp_path / "sheet.csv"]
    arguments += ["--roster", written / "roster.csv"]
    assert "2 rows are of kim" in refusal(written, tmp_path, *arguments, capsys=capsys)


@pytest.mark.parametrize("table", ["canvas", "moodle"])
def test_two_rows_with_one_students_address_are_refused_though_names_differ(
    written, tmp_path, capsys, table
):
    header, rows = canvas_export() if table == "canvas" else worksheet()
    mail = header.index("SIS Login ID" if table == "canvas" else "Email address")
    kim, lee = (next(row for row in rows if NAMES[key][0] in row) for key in ("kim", "lee"))
    lee[mail] = kim[mail].upper()
    write_csv(tmp_path / "table.csv", header, rows)
    arguments = ["--format", table, f"--{table}", tmp_path / "table.csv"]
    arguments += ["--roster", written / "roster.csv"]
    arguments += ["--canvas-column", "Lecture 5"] if table == "canvas" else []
    said = refusal(written, tmp_path, *arguments, capsys=capsys)
    assert f"{kim[0]} and {lee[0]} both have KIM@UNI.EXAMPLE, by which kim is known" in said


# CSV and JSON


def test_the_table_says_who_it_is_and_what_the_mark_is_made_of(written):
    header, *rows = rows_of(written / "class.csv")
    found = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert found["kim"]["name"] == "Kim, Minjun"
    assert found["lee"]["name"] == 'Lee "Leo" Minho'
    assert found["박지우"]["name"] == "박지우"
    assert found["'=1+1"]["name"].startswith("'=HYPERLINK")
    assert [found["lee"][name] for name in ("score", "penalty", "final", "max")] == [
        *(str(SCORES["lee"]), "0", str(SCORES["lee"]), "100")
    ]
    assert (found["broken"]["score"], found["broken"]["final"]) == ("", "")
    assert found["broken"]["sigmoid_forward"] == ""
    assert (found["absent"]["status"], found["absent"]["final"]) == ("missing", "")


def test_when_each_submitted_is_in_the_table_and_in_json(small, tmp_path):
    assert small(["kim@2026-11-22T1000+0900", "lee"], "--format", "csv,json") == 0
    header, *rows = rows_of(tmp_path / "class.csv")
    expected = ["2026-11-22T01:00:00+00:00", ""]
    assert [row[header.index("submitted")] for row in rows] == expected
    data = json.loads((tmp_path / "class.json").read_text(encoding="utf-8"))
    assert [one["submitted"] for one in data["results"]] == [expected[0], None]


def test_excel_gets_a_byte_order_mark_on_request(written):
    assert main(["report", str(written), "--format", "csv", "--bom"]) == 0
    assert (written / "class.csv").read_bytes().startswith(b"\xef\xbb\xbfkey,")


@pytest.mark.parametrize(
    ("cell", "neutral"),
    [
        ("=1+1", "'=1+1"),
        ("+1+cmd", "'+1+cmd"),
        ("-1+cmd", "'-1+cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("-5", "-5"),
        ("+3.5", "+3.5"),
        ("-", "-"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_runs_nothing(cell, neutral):
    assert harmless(cell) == neutral


def test_json_gives_back_the_whole_reports(written):
    data = json.loads((written / "class.json").read_text(encoding="utf-8"))
    assert data["format"] == "class/v1"
    found = {one["key"]: one for one in data["results"]}
    assert found.keys() == {*NAMES, "absent"}
    assert found["lee"]["identifiers"] == {"email": "lee@uni.example"}
    assert revived(found["lee"]["report"]) == REPORTS["lee"]
    assert found["broken"]["final"] is None
    assert (found["absent"]["status"], found["absent"]["report"]) == ("missing", None)
