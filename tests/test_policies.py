"""Policies: times and what they cost, clocks that change, and files that say nonsense."""

import os
import re
import shutil
import unicodedata
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.model import Unusable
from autograder.policies import Allowance, Attempt, Late, Policies
from autograder.policies.file import read_policies
from autograder.report import roster, times
from autograder.report.reading import Course, class_of
from autograder.store import Row

ROOT = Path(__file__).resolve().parents[1]
SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")
DUE = datetime(2026, 11, 20, 23, 59, tzinfo=SEOUL)


def at(delay, due=DUE):
    """A submission that much after the due date, as other machines write it."""
    return (due + timedelta(**delay)).astimezone(UTC)


BY_DAY = Late("day", 10, at_most=50)
BY_HOUR = Late("hour", 5, at_most=25)
PER_CENT = Late("day", 10, is_percent=True, at_most=30)


@pytest.mark.parametrize(
    ("late", "delay", "score", "penalty"),
    [
        (BY_DAY, {"days": -1}, 80, 0),
        (BY_DAY, {}, 80, 0),  # to the second
        (BY_DAY, {"seconds": 1}, 80, 10),  # a day is begun
        (BY_DAY, {"days": 1}, 80, 10),
        (BY_DAY, {"days": 1, "seconds": 1}, 80, 20),
        (BY_DAY, {"days": 5}, 80, 50),
        (BY_DAY, {"days": 5, "seconds": 1}, 80, 50),  # no more than at_most
        (BY_DAY, {"days": 300}, 80, 50),
        (BY_DAY, {"days": 4}, 33, 33),  # no mark below 0
        (BY_DAY, {"days": 4}, 0, 0),
        (BY_HOUR, {"seconds": 1}, 80, 5),
        (BY_HOUR, {"hours": 1}, 80, 5),
        (BY_HOUR, {"hours": 1, "microseconds": 1}, 80, 10),
        (BY_HOUR, {"hours": 24}, 80, 25),
        (PER_CENT, {"seconds": 1}, 80, 8),
        (PER_CENT, {"seconds": 1}, 89, 8),  # 8.9, rounded down
        (PER_CENT, {"seconds": 1}, 9, 0),  # 0.9
        (PER_CENT, {"days": 2}, 89, 17),  # 17.8
        (PER_CENT, {"days": 30}, 89, 26),  # 26.7
        (Late("day", 100, is_percent=True), {"days": 3}, 64, 64),
        (Late("day", 0), {"days": 3}, 64, 0),
        (None, {"days": 3}, 64, 0),
    ],
)
def test_lateness_costs_whole_points(late, delay, score, penalty):
    judged = Policies(SEOUL, DUE, late=late).judged("kim", at(delay), score)
    assert (judged.penalty, judged.final) == (penalty, score - penalty)
    assert judged.score == score
    assert bool(judged.reasons) == (at(delay) > DUE)  # every change of a mark is explained


@pytest.mark.parametrize(
    ("delay", "used", "penalty"),
    [
        ({"minutes": 15}, 0, 0),
        ({"minutes": 15, "seconds": 1}, 1, 0),  # grace is over: it is counted from the due date
        ({"days": 1, "minutes": 15}, 1, 0),
        ({"days": 1, "minutes": 16}, 2, 0),
        ({"days": 2, "minutes": 15}, 2, 0),
        ({"days": 2, "minutes": 16}, 2, 10),  # all are used, and the rest costs
        ({"days": 4}, 2, 20),
    ],
)
def test_as_few_slip_days_as_suffice_are_used_and_grace_is_counted_after_them(delay, used, penalty):
    policies = Policies(SEOUL, DUE, timedelta(minutes=15), BY_DAY, slip_days=2)
    judged = policies.judged("kim", at(delay), 80)
    assert (judged.slip_days, judged.penalty) == (used, penalty)


def test_without_slip_days_grace_over_is_late_from_the_due_date():
    policies = Policies(SEOUL, DUE, timedelta(minutes=15), BY_HOUR)
    assert policies.judged("kim", at({"minutes": 15}), 80).penalty == 0
    assert policies.judged("kim", at({"minutes": 61}), 80).penalty == 10


@pytest.mark.parametrize(
    ("allowance", "delay", "used", "penalty"),
    [
        (Allowance(extension=timedelta(days=3)), {"days": 3}, 0, 0),
        (Allowance(extension=timedelta(days=3)), {"days": 3, "seconds": 1}, 1, 0),
        (Allowance(extension=timedelta(hours=2)), {"hours": 2}, 0, 0),
        (Allowance(due=DUE + timedelta(days=7)), {"days": 7}, 0, 0),
        (Allowance(due=DUE - timedelta(days=2)), {}, 1, 10),
        (Allowance(due=DUE + timedelta(days=7), extension=timedelta(days=1)), {"days": 8}, 0, 0),
        (Allowance(slip_days=0), {"seconds": 1}, 0, 10),
        (Allowance(slip_days=3), {"days": 3}, 3, 0),
    ],
)
def test_a_students_own_allowance_counts_for_that_student_alone(allowance, delay, used, penalty):
    policies = Policies(SEOUL, DUE, late=BY_DAY, slip_days=1, students={"kim": allowance})
    kim = policies.judged("kim", at(delay), 80)
    assert (kim.slip_days, kim.penalty) == (used, penalty)
    assert policies.judged("lee", at({"seconds": 1}), 80).slip_days == 1


def test_what_the_grader_broke_on_has_no_final_mark_and_no_penalty():
    judged = Policies(SEOUL, DUE, late=BY_DAY).judged("kim", at({"days": 2}), None)
    assert (judged.final, judged.penalty) == (None, 0)


def test_a_time_that_is_not_known_is_in_time_and_said_to_be_unknown():
    judged = Policies(SEOUL, DUE, late=BY_DAY).judged("kim", None, 80)
    assert judged.final == 80
    assert "not known" in str(judged.reasons[0])


# Clocks that change: in New York forward on 2026-03-08, back on 2026-11-01, at two o'clock.


@pytest.mark.parametrize(
    ("due", "submitted", "days"),
    [
        ("2026-03-07T12:00", "2026-03-08T12:00", 1),  # 23 hours
        ("2026-03-07T12:00", "2026-03-08T12:01", 2),
        ("2026-10-31T12:00", "2026-11-01T12:00", 1),  # 25 hours
        ("2026-10-31T12:00", "2026-11-01T12:01", 2),
        ("2026-03-01T12:00", "2026-11-20T12:00", 264),
        ("2026-03-07T02:30", "2026-03-08T03:30", 1),  # half past two is not there on that day
        ("2026-03-07T02:30", "2026-03-08T03:31", 2),
        ("2026-10-31T01:30", "2026-11-01T01:30", 1),  # there twice: the second is in time too
    ],
)
def test_days_are_those_of_the_calendar(due, submitted, days):
    due = datetime.fromisoformat(due).replace(tzinfo=NEW_YORK)
    submitted = datetime.fromisoformat(submitted).replace(tzinfo=NEW_YORK, fold=1)
    judged = Policies(NEW_YORK, due, late=Late("day", 1)).judged("kim", submitted, 1000)
    assert judged.penalty == days


@pytest.mark.parametrize(
    ("due", "submitted", "hours"),
    [
        ("2026-03-08T01:00", "2026-03-08T03:00", 1),
        ("2026-11-01T00:30", "2026-11-01T02:30", 3),
    ],
)
def test_hours_are_hours(due, submitted, hours):
    due, submitted = (
        datetime.fromisoformat(one).replace(tzinfo=NEW_YORK).astimezone(UTC)
        for one in (due, submitted)
    )
    judged = Policies(NEW_YORK, due, late=Late("hour", 1)).judged("kim", submitted, 1000)
    assert judged.penalty == hours


def test_an_extension_keeps_the_time_of_day_when_the_clocks_change():
    due = datetime(2026, 10, 31, 23, 59, tzinfo=NEW_YORK)
    policies = Policies(
        NEW_YORK, due, students={"kim": Allowance(extension=timedelta(days=1, hours=2))}
    )
    said = str(policies.judged("kim", due, 80).reasons[0])
    assert "2026-11-02 01:59 -0500" in said


# Several submissions of one student


def attempts(*found):
    return [Attempt(f"kim@{n}", at(delay), score) for n, (delay, score) in enumerate(found)]


@pytest.mark.parametrize(
    ("keep", "found", "number", "final"),
    [
        ("last", [({}, 90), ({"days": 1}, 50)], 1, 40),
        ("last", [({"days": 1}, 50), ({}, 90)], 0, 40),  # by time and not by name
        ("last", [({}, 90), ({"days": 1}, None)], 1, None),
        ("best", [({}, 90), ({"days": 1}, 95)], 0, 90),  # after the penalty
        ("best", [({}, 80), ({"days": 1}, 95)], 1, 85),
        ("best", [({}, 80), ({"hours": -1}, 80)], 0, 80),
        ("best", [({}, None), ({}, 10)], 1, 10),  # what could not be graded is not best
    ],
)
def test_the_last_or_the_best_counts(keep, found, number, final):
    found = attempts(*found)
    attempt, judged = Policies(SEOUL, DUE, late=BY_DAY, keep=keep).counted("kim", found)
    assert attempt is found[number]
    assert judged.final == final
    assert attempt.name in str(judged.reasons[0])


def test_of_equal_marks_the_one_with_fewer_slip_days_counts():
    found = attempts(({"days": 1}, 80), ({}, 80))
    attempt, judged = Policies(SEOUL, DUE, slip_days=2, keep="best").counted("kim", found)
    assert (attempt, judged.slip_days) == (found[1], 0)


def test_one_that_the_grader_broke_on_may_be_the_best():
    broken = Attempt("kim@2", at({}), None, is_broken=True)
    attempt, judged = Policies(keep="best").counted("kim", [*attempts(({}, 99)), broken])
    assert (attempt, judged.final) == (broken, None)


# Files


POLICIES = """
due = 2026-11-20T23:59:00
timezone = "Asia/Seoul"
grace = "15 minutes"
keep = "best"
slip_days = 2
[late]
per = "day"
percent = 10
at_most = 50
[students.kim]
extension = "3 days"
[students."lee minho"]
due = 2026-11-25T12:00:00Z
slip_days = 0
"""


@pytest.fixture
def written(tmp_path):
    def writing(content, name="policies.toml"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return writing


def test_a_file_says_all_of_it(written):
    assert read_policies(written(POLICIES)) == Policies(
        SEOUL,
        DUE.astimezone(UTC),
        timedelta(minutes=15),
        Late("day", 10, is_percent=True, at_most=50),
        slip_days=2,
        keep="best",
        students={
            "kim": Allowance(extension=timedelta(days=3)),
            "lee minho": Allowance(datetime(2026, 11, 25, 12, tzinfo=UTC), slip_days=0),
        },
    )
    assert read_policies(written("")) == Policies(ZoneInfo("UTC"))


def test_a_due_time_that_the_clock_shows_twice_is_the_later_one(written):
    file = written('due = 2026-11-01T01:30:00\ntimezone = "America/New_York"\n')
    assert read_policies(file).due == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("grace", "grade", "grade is not known: did you mean grace?"),
        ("grace", "x", "x is not known; there are: due, timezone, grace"),
        ("at_most", "atmost", "did you mean at_most?"),
        ("extension", "extention", "did you mean extension?"),
        ("Asia/Seoul", "Asia/Soul", "timezone has to be a name such as Asia/Seoul"),
        ("15 minutes", "15 mins", 'grace has to be a time such as "15 minutes"'),
        ('"15 minutes"', "15", "grace has to be a time"),
        ("2026-11-20T23:59:00", "2026-11-20", "due has to be a date and a time"),
        ("due = 2026-11-20T23:59:00", "", "due is missing: grace counts from it"),
        ('"best"', '"first"', "keep has to be one of last, best"),
        ('"day"', '"week"', "late.per has to be one of hour, day"),
        ("percent = 10", "", "percent is missing in [late], or points"),
        ("percent = 10", "percent = 10\npoints = 1", "late has to be given"),
        ("percent = 10", "percent = 101", "percent has to be a whole number from 0 to 100"),
        ("percent = 10", "percent = 9.5", "percent has to be a whole number"),
        ("percent = 10", "percent = true", "percent has to be a whole number"),
        ("slip_days = 2", "slip_days = -1", "slip_days has to be a whole number"),
        ("[students.kim]", "[students]\nkim = 3\n[students.x]", "kim has to be a table"),
        ("[late]", "[late", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_key(written, old, new, said):
    assert old in POLICIES
    with pytest.raises(Unusable, match=r"policies\.toml") as refused:
        read_policies(written(POLICIES.replace(old, new, 1)))
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Unusable, match=r"^there is no file \S+no\.toml$"):
        read_policies(tmp_path / "no.toml")


def test_the_example_in_the_documents_is_worth_what_they_say(written):
    document = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", document, re.M | re.S)
    policies = read_policies(written(example))
    assert policies.keep == "best"
    assert policies.students == {"kim": Allowance(extension=timedelta(days=3))}
    rows = re.findall(r"^\| (2026-\S+) \| (.+) \|$", document, re.M)
    assert len(rows) == 4
    for submitted, cells in rows:
        raw, *expected = map(int, cells.split(" | "))
        judged = policies.judged("lee", datetime.fromisoformat(submitted), raw)
        assert [judged.slip_days, judged.penalty, judged.final] == expected


# Who it is, and when it came


@pytest.mark.parametrize(
    ("name", "key", "when"),
    [
        ("kim@2026-11-20T10:00", "kim", "2026-11-20T01:00"),
        ("kim@2026-11-20T1000", "kim", "2026-11-20T01:00"),  # Windows: no colon in names
        ("kim@20261120T100000Z", "kim", "2026-11-20T10:00"),
        ("kim@2026-11-20T1000+0100", "kim", "2026-11-20T09:00"),
        ("kim@uni.ac.kr@2026-11-20 10:00", "kim@uni.ac.kr", "2026-11-20T01:00"),
        ("kim@uni.ac.kr", "kim@uni.ac.kr", None),
        ("kim@2026-11-20T10-30", "kim@2026-11-20T10-30", None),  # half past ten is T1030
        ("kim@2026-11-20", "kim@2026-11-20", None),
        ("kim@2026-13-45T10:00", "kim@2026-13-45T10:00", None),
        ("@2026-11-20T10:00", "@2026-11-20T10:00", None),
        ("kim", "kim", None),
    ],
)
def test_a_submissions_name_may_say_whose_it_is_and_when_it_came(name, key, when):
    expected = when and datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert times.split(name, SEOUL) == times.Sent(key, expected)


def row(number, student, score=80, status="graded"):
    verdicts = "broken" if status == "broken" else "passed"
    brief = {"headline": "", "marks": [["q", score or 0, 100, verdicts, None]]}
    if status == "ungradable":
        brief["marks"], score = [], None
    return Row(number, 1, student, 1, "", "", 1, status, score, 100, "2026-11-20T00:00:00Z", brief)


def test_attempts_are_gathered_under_their_student_and_those_without_any_are_listed(written):
    people = roster.read_roster(written("key,name\nkim,Kim\npark,박지우\n", "roster.csv"))
    rows = [row(1, "kim@2026-11-20T1000", 70), row(2, "kim@2026-11-19T1000", 90)]
    course = Course(people, policies=Policies(SEOUL, keep="best"), roster_at="roster.csv")
    found = class_of(rows, course)
    assert [(person.key, worth.final) for person, _, worth in found.counted.values()] == [
        ("kim", 90)
    ]
    assert list(found.counted) == [2]
    assert [person.name for person in found.missing] == ["박지우"]


def test_a_list_says_whose_a_submission_is_and_when_it_came(written):
    listed = "submission,time,student\nfolder 7,2026-11-21T10:00,kim\nlee,2026-11-20T10:00,\n"
    sent = times.read_times(written(listed, "times.csv"), SEOUL)
    policies = Policies(SEOUL, DUE, late=BY_DAY)
    found = class_of([row(1, "folder 7"), row(2, "lee")], Course(times=sent, policies=policies))
    worth = {person.key: judged.final for person, _, judged in found.counted.values()}
    assert worth == {"kim": 70, "lee": 80}


def test_what_is_broken_or_cannot_be_graded_has_no_mark_and_no_penalty():
    rows = [row(1, "kim", status="broken"), row(2, "lee", status="ungradable")]
    late = {name: times.Sent(None, at({"days": 3})) for name in ("kim", "lee")}
    course = Course(times=late, policies=Policies(SEOUL, DUE, late=BY_DAY))
    judged = [worth for _, _, worth in class_of(rows, course).counted.values()]
    assert [(one.score, one.penalty, one.final) for one in judged] == [(None, 0, None)] * 2


@pytest.mark.parametrize(
    ("course", "said"),
    [
        (
            Course(roster={"kim": roster.nobody("kim")}, roster_at="roster.csv"),
            "roster.csv: kmi is not known: did you mean kim?",
        ),
        (
            Course(policies=Policies(students={"kim": Allowance()}, source="policies.toml")),
            "policies.toml: kim is not known: did you mean kmi?",
        ),
        (
            Course(times={"kim": times.Sent(None, DUE)}, times_at="times.csv"),
            "times.csv: kim is not known: did you mean kmi?",
        ),
    ],
)
def test_a_key_that_nobody_has_is_refused_with_a_close_one(course, said):
    with pytest.raises(Unusable) as refused:
        class_of([row(1, "kmi")], course)
    assert said in str(refused.value)


def test_a_folder_may_hold_what_is_not_graded_yet(tmp_path):
    sent = {"kim": times.Sent(None, DUE), "new": times.Sent(None, DUE)}
    assert len(class_of([row(1, "kim")], Course(times=sent, times_at=tmp_path))) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("kex,name\nkim,Kim\n", "has no column key: rename kex to that"),
        (None, "there is no file"),
        ("", "is empty"),
        ("key\nkim\nlee\nkim\n", "kim stands in rows 2 and 4"),
        ("key\n../kim\n", "row 2: ../kim is no key"),
        ("key\n..\n", "row 2"),
        ('key\n"kim', "cannot be read as CSV"),
        ("name\nKim\n", "has no column key; it has: name"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused(written, content, said):
    with pytest.raises(Unusable) as refused:
        roster.read_roster(Path("no.csv") if content is None else written(content, "roster.csv"))
    assert said in str(refused.value)


def test_a_roster_in_another_encoding_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_bytes("key,name\nkim,김철수\n".encode("cp949"))
    with pytest.raises(Unusable, match="save it as CSV UTF-8"):
        roster.read_roster(path)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "lee,2026-11-20T10:00,\nkim,yesterday,",
            "times.csv row 3: yesterday is no time: write it",
        ),
        ("kim,2026-13-20T10:00,", "row 2: 2026-13-20T10:00 is no time"),
        ("kim,,", 'row 2: "" is no time'),
        ("kim,2026-11-20T10:00,../kim", "row 2: ../kim is no key of a student"),
        (
            "kim,2026-11-20T10:00,\nlee,2026-11-20T10:00,\nkim,2026-11-20T10:00,",
            "times.csv: kim stands in rows 2 and 4",
        ),
    ],
)
def test_a_row_of_a_list_that_cannot_be_used_is_refused_with_its_words(written, rows, said):
    with pytest.raises(Unusable) as refused:
        times.read_times(written(f"submission,time,student\n{rows}\n", "times.csv"), SEOUL)
    assert said in str(refused.value)


def test_times_as_they_are_printed_can_be_read_back(written):
    for seconds in (0, 30):
        when = datetime(2026, 11, 22, 1, 0, seconds, tzinfo=UTC)
        listed = f"submission,time\nkim,{Policies(SEOUL).written(when)}\n"
        assert times.read_times(written(listed, "times.csv"), SEOUL)["kim"].time == when


def test_late_alone_is_by_the_day(written):
    file = written("due = 2026-11-20T23:59:00Z\n[late]\npercent = 10\n")
    assert read_policies(file).late == Late("day", 10, is_percent=True)


@pytest.mark.parametrize(
    ("content", "key"),
    [("[late]\npercent = 10\n", "[late]"), ("slip_days = 2\n", "slip_days")],
)
def test_what_counts_from_a_due_date_that_is_missing_is_said(written, content, key):
    with pytest.raises(Unusable) as refused:
        read_policies(written(content))
    assert f"due is missing: {key} counts from it" in str(refused.value)


def test_names_that_macos_writes_are_the_same_names(written):
    def of_macos(content, name):
        return written(unicodedata.normalize("NFD", content), name)

    people = roster.read_roster(of_macos("key,name,group\n박지우,박지우,가\n", "roster.csv"))
    listed = "submission,time,student\n과제,2026-11-22T10:00,박지우\n"
    sent = times.read_times(of_macos(listed, "times.csv"), SEOUL)
    policies = 'due = 2026-11-20T23:59:00Z\n[students."박지우"]\nextension = "3 days"\n'
    known = read_policies(of_macos(policies, "policies.toml"))
    course = Course(people, sent, known, "roster.csv", "times.csv")
    ((person, _, judged),) = class_of([row(1, "과제")], course).counted.values()
    assert (person.key, person.name, person.group) == ("박지우", "박지우", "가")
    assert judged.penalty == 0
    assert "by extension" in str(judged.reasons[0])


def test_a_submission_says_itself_when_it_was_made_and_nonsense_in_it_is_passed_over(tmp_path):
    noon = datetime(2026, 11, 20, 3, tzinfo=UTC)
    sources = {
        "zip": '{"submitted": "2026-11-20T03:00:00Z"}',
        "local": '{"submitted": "2026-11-20T12:00:00"}',
        "list": "[1]",
        "broken": "{",
        "number": '{"submitted": 3}',
        "deep": "[" * 40_000,
        "huge": '{"submitted": "' + " " * 100_000,
        "none": None,
    }
    for name, manifest in sources.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("a/activations.py", "")
            if manifest is not None:
                archive.writestr("a/manifest.json", manifest)
        os.utime(tmp_path / f"{name}.zip", (1e9, 1e9))
    (tmp_path / "no.zip").write_bytes(b"no zip")
    os.utime(tmp_path / "no.zip", (1e9, 1e9))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "activations.py").touch()
    os.utime(tmp_path / "folder" / "activations.py", (2e9, 2e9))
    sent = {name: one.time for name, one in times.read_times(tmp_path, SEOUL).items()}
    file_time = datetime.fromtimestamp(1e9, UTC)
    expected = dict.fromkeys([*sources, "no"], file_time)
    expected |= {"zip": noon, "local": noon, "folder": datetime.fromtimestamp(2e9, UTC)}
    assert sent == expected


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_the_time_in_a_name_wins_over_what_the_submission_says_of_itself(tmp_path, kind):
    for day, name in ((25, "kim@2026-11-20T1000"), (1, "kim@2026-11-22T1000")):
        (tmp_path / "class" / name).mkdir(parents=True)
        source = tmp_path / "class" / name / "activations.py"
        source.touch()
        os.utime(source, (datetime(2026, 11, day, tzinfo=UTC).timestamp(),) * 2)
        if kind == "zip":
            with zipfile.ZipFile(tmp_path / "class" / f"{name}.zip", "w") as archive:
                archive.write(source, "activations.py")
                archive.writestr("manifest.json", '{"submitted": "2026-11-01T03:00:00Z"}')
            shutil.rmtree(source.parent)
    sent = times.read_times(tmp_path / "class", SEOUL)
    course = Course(times=sent, policies=Policies(SEOUL, DUE, late=BY_DAY), times_at=tmp_path)
    rows = [row(1, "kim@2026-11-20T1000"), row(2, "kim@2026-11-22T1000")]
    ((number, (_, submitted, judged)),) = class_of(rows, course).counted.items()
    assert (number, judged.penalty) == (2, 20)
    assert submitted == datetime(2026, 11, 22, 1, tzinfo=UTC)


def test_submissions_of_which_no_time_is_known_are_named_where_there_is_a_due_date():
    course = Course(policies=Policies(SEOUL, DUE, late=BY_DAY))
    rows = [row(n, name) for n, name in enumerate(["a", "kim@2026-11-22T1000", "b", "c", "d"])]
    with pytest.raises(Unusable, match=r"4 \(a, b, c, \.\.\.\)\. .* --submissions"):
        class_of(rows, course)


@pytest.mark.parametrize(
    ("policies", "delay", "said"),
    [
        (
            Policies(SEOUL, DUE, late=BY_DAY),
            {"seconds": 30},
            ["submitted 2026-11-20 23:59:30 +0900, due 2026-11-20 23:59 +0900: late, days begun"],
        ),
        (
            Policies(SEOUL, DUE, late=BY_HOUR),
            {"hours": 2},
            ["submitted 2026-11-21 01:59 +0900, due 2026-11-20 23:59 +0900: late, hours begun: 2"],
        ),
        (
            Policies(SEOUL, DUE),
            {"days": 1},
            ["submitted 2026-11-21 23:59 +0900, due 2026-11-20 23:59 +0900: late"],
        ),
        (
            Policies(SEOUL, DUE, late=BY_DAY, slip_days=1),
            {"days": 2},
            [
                "submitted 2026-11-22 23:59 +0900; slip days used: 1 of 1, so due 2026-11-21 23:59",
                "submitted 2026-11-22 23:59 +0900, due 2026-11-21 23:59 +0900: late, days begun: 1",
            ],
        ),
    ],
)
def test_a_reason_can_be_checked_by_its_times(policies, delay, said):
    reasons = map(str, policies.judged("kim", at(delay), 80).reasons)
    for reason, start in zip(reasons, said, strict=True):
        assert reason.startswith(start)
