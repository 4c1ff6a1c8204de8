"""Feedback pages and the class page: they say what the store holds, and all of it is text."""

import csv
import json
import re
import shutil
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from scipy.stats import pearsonr, pointbiserialr

from autograder import cli, language, messages
from autograder.hints import hints
from autograder.model import Detail, Diagnosis, Finding, Mark, Report, Verdict, text
from autograder.report.data import revived
from autograder.report.html import write_pages
from autograder.report.html.class_page import Gathered, pages_of
from autograder.report.html.items import items
from autograder.report.html.mistakes import Tally, mapped
from autograder.report.html.page import LARGEST
from autograder.report.html.pictures import histogram
from autograder.report.html.student import feedback
from autograder.report.result import OF_RECORD, PRACTICE, Person, Result
from autograder.syllabus import questions
from autograder.truth import PUBLIC_SEED

ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "data" / "class"
GRADED = ("hong-seungmin", "garcia-lucia", "muller-jonas", "박지우", "choi yuna", "kim-minjun")
HOSTILE = ROOT / "tests" / "submissions" / "raises_markup"
VOID = {"meta", "input", "img", "source"}
CODE = {"style", "script"}
UNSAFE = {"onerror", "onload", "onclick", "style", "x"}
ODD = """=1+1 <img src=x onerror=alert(1)><script>x</script>'"&amp; #?%{0} 김"""
TURNED = "\u202eexe.txt\u200f"


class Page(HTMLParser):
    """A page's elements with their attributes and the text in each, and its tables as cells."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.open, self.tables, self.text = [], [], [], ""
        self.feed(str(source))
        self.close()

    def handle_starttag(self, tag, attributes):
        one = (tag, dict(attributes), [])
        self.elements.append(one)
        if tag not in VOID:
            self.open.append(one)
        if tag == "table":
            self.tables.append((one[1], []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][1][-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes), []))

    def handle_endtag(self, tag):
        while self.open.pop()[0] != tag:  # end tags that HTML lets go
            pass

    def handle_data(self, data):
        inside = [tag for tag, _, _ in self.open]
        for _, _, said in self.open:
            said.append(data)
        if not CODE & set(inside):
            self.text += data
        if "td" in inside or "th" in inside:
            self.tables[-1][1][-1][-1] += data

    def all(self, tag, **wanted):
        for name, attributes, said in self.elements:
            if name == tag and wanted.items() <= attributes.items():
                yield attributes, squeezed("".join(said))

    def one(self, tag, **wanted):
        ((_, said),) = self.all(tag, **wanted)
        return said

    def rows(self, **wanted):
        """The rows of the first such table, without its head."""
        table = next(
            rows for attributes, rows in self.tables if wanted.items() <= attributes.items()
        )
        return [[squeezed(cell) for cell in row] for row in table[1:]]


def squeezed(words):
    return " ".join(words.split())


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Six of the sample class, one with markup in its errors and one with nothing in it."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "class" / "empty-handed").mkdir(parents=True)
    for path in (*(CLASS / name for name in GRADED), HOSTILE):
        shutil.copytree(path, folder / "class" / path.name)
    out = folder / "out"
    cli.main(["grade", str(folder / "class"), "--out", str(out), "--seed", "3"])
    assert cli.main(["report", str(out), "--format", "html"]) == 0
    return out


@pytest.fixture
def korean():
    language.use("ko")
    yield
    language.use("en")


def read(path):
    return Page(path.read_text(encoding="utf-8"))


def report_of(out, name):
    return json.loads((out / name / "report.json").read_text(encoding="utf-8"))


def result(report=None, name="kim", **more):
    score = report.score if report else None
    known = {"score": score, "final": score, "max_score": 100, "seed": 5, "problem": None} | more
    known = {"status": "graded", "finished": "2026-11-23T10:20:30+00:00", **known}
    person = known.pop("person", Person(name, name))
    return Result(person, report=report, **known)


def report(change=lambda finding: finding):
    """Every question with all its points; ``change`` is done to each finding."""
    marks = []
    for question in questions():
        done = [
            Finding(one.name, one.promise, Verdict.PASSED, one.points, one.points)
            for one in question.checks
        ]
        marks.append(Mark(question.exercise, question.name, tuple(map(change, done))))
    return Report("kim", 5, tuple(marks))


def failing(message="out is wrong", verdict=Verdict.FAILED, **more):
    said = text("{message}", message=message)
    return lambda one: replace(one, verdict=verdict, score=0, message=said, **more)


def class_page(results, folder):
    write_pages(lambda: iter(results), folder)
    return read(folder / "index.html")


# What the pages say is what was graded


@pytest.mark.parametrize("name", [*GRADED, "raises_markup"])
def test_the_numbers_are_those_of_the_report(out, name):
    data, page = report_of(out, name), read(out / name / "feedback.html")
    assert page.one("p", **{"class": "score"}) == f"{data['score']} / {data['max_score']}"
    expected = {}
    for question in data["questions"]:
        sums = expected.setdefault(question["exercise"], [0, 0])
        sums[0] += question["score"]
        sums[1] += question["max_score"]
    shown = page.rows(**{"class": "parts"})
    assert shown == [[exercise, "", f"{got} / {of}"] for exercise, (got, of) in expected.items()]


@pytest.mark.parametrize("name", [*GRADED, "raises_markup"])
def test_each_check_is_there_with_all_that_is_said_of_it(out, name):
    page = squeezed(read(out / name / "feedback.html").text)
    graded = revived(report_of(out, name))
    said = list(graded.notes)
    for mark in graded.marks:
        said += mark.notes
        if not mark.solved:
            said.append(hints(mark.exercise, mark.question).where)
        for one in mark.findings:
            if mark.verdicts != {Verdict.UNSOLVED}:
                said.append(one.promise)
            said += [one.message, *(detail.text for detail in one.details)]
            if one.diagnosis:
                said += [one.diagnosis.sentence, one.diagnosis.evidence]
    for sentence in filter(None, said):
        visible = re.sub("[\x00-\x08\x1b\u202e]", lambda one: ascii(one[0])[1:-1], str(sentence))
        assert squeezed(visible) in page


def test_a_known_mistake_is_named_with_its_certainty_and_its_hints(out):
    page = read(out / "hong-seungmin" / "feedback.html")
    words = page.one("article", **{"aria-labelledby": "sigmoid_forward"})
    assert "Cause (certain) Division binds before addition" in words
    graded = revived(report_of(out, "hong-seungmin"))
    assert f"Why that: {graded.marks[0].findings[0].diagnosis.evidence}." in words
    of = hints("activations", "sigmoid_forward")
    assert of.spots["brackets"] in words
    assert f"Read again: {of.read}" in words


def test_the_class_table_has_everybody_with_the_mark_of_the_store(out):
    rows = read(out / "index.html").rows(id="students")
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        grades = list(csv.DictReader(file))
    assert len(rows) == len(grades) == len(GRADED) + 2
    for row, grade in zip(rows, grades, strict=True):
        assert row[0].startswith(grade["student"])
        assert row[1] == (grade["score"] or "-")
    assert [row[2] for row in rows].count("graded") == 6


def test_who_needs_a_person_comes_first_the_gravest_at_the_top(out):
    page = read(out / "index.html")
    first, second = page.rows(**{"class": "students"})
    assert first[0].startswith("empty-handed")
    assert first[1] == "could not be graded"
    assert second[0] == "muller-jonas update_ratio: the process ended with exit code 0"
    order = [attributes["id"] for attributes, _ in page.all("h2")]
    assert order == ["needing", "distribution", "questions", "mistakes", "everybody"]


def test_every_link_of_the_class_page_leads_to_a_page(out):
    page = read(out / "index.html")
    links = [one["href"] for one, _ in page.all("a") if not one["href"].startswith("#")]
    assert len(links) == len(GRADED) + 2 + 2
    assert all((out / unquote(link)).is_file() for link in links)


def test_without_a_report_the_page_says_why_and_not_where_it_lay(out):
    words = read(out / "empty-handed" / "feedback.html").text
    assert "empty-handed has none of activations.py" in words
    assert str(out.parent) not in words


def test_raw_penalty_and_final_stand_apart_with_the_reasons(tmp_path):
    late = result(report(), penalty=10, final=90, reasons=(text("late: {d} days", d=1),))
    page = Page(feedback(late))
    sums = [said for _, said in page.all("dd")]
    assert sums == ["100", "−10", "90"]
    assert "Taken off late: 1 days" in squeezed(page.text)
    assert page.one("p", **{"class": "score"}) == "90 / 100"
    assert class_page([late], tmp_path).rows(id="students") == [
        ["kim", "100", "10", "90", "graded"]
    ]
    assert not list(Page(feedback(result(report()))).all("dd"))


def test_where_the_grader_failed_the_mark_is_open_and_never_0(tmp_path):
    broken = report(failing("the grader failed here", Verdict.BROKEN))
    open_ = result(broken, status="broken", score=None, final=None)
    page = Page(feedback(open_))
    assert page.one("p", **{"class": "score"}) == "- / 100"
    assert "That costs you nothing" in page.text
    assert "Hint 1" not in page.text
    assert class_page([open_], tmp_path).rows(id="students")[0][1:] == ["-", "the grader failed"]


def test_each_page_says_whether_it_is_the_grade_of_record():
    assert str(OF_RECORD) in Page(feedback(result(report()))).text
    assert str(PRACTICE) in Page(feedback(result(report(), seed=PUBLIC_SEED))).text


def wrong_where(errors, total):
    said = text("{name} is wrong", name="dx", map=errors, total=total)
    return Page(feedback(result(report(lambda one: replace(failing()(one), message=said)))))


def test_a_picture_shows_where_an_array_is_wrong():
    page = wrong_where(".1/5.", 4)
    (picture,) = {fact["aria-label"] for fact, _ in page.all("svg") if "aria-label" in fact}
    assert picture == "Where dx is wrong: the stronger the colour, the farther off"
    shapes = [fact["d"] for fact, _ in page.all("path") if fact.get("class") in ("l1", "l5")]
    assert set(shapes) == {"M1 0h1v1h-1z", "M0 1h1v1h-1z"}
    assert len(shapes) == 2 * len(questions())  # one a question, not one a check
    assert "worst of several entries" not in page.text
    assert "Each square is the worst of several entries" in wrong_where(".1/5.", 8).text


@pytest.mark.parametrize("errors", ["11/11", "", "5"])
def test_a_picture_that_tells_nothing_is_left_out(errors):
    assert "Where dx is wrong" not in wrong_where(errors, 4).text


def test_one_error_is_told_once_for_all_its_checks():
    page = Page(feedback(result(report(failing("boom", Verdict.RAISED)))))
    assert page.text.count("boom") == len(questions())


def test_a_question_that_has_changed_since_is_shown_without_hints():
    one = Finding("of-old", "out was right.", Verdict.FAILED, 0, 2, text("out is wrong"))
    old = [Mark("activations", "relu_forward", (one,)), Mark("gone", "gone_forward", (one,))]
    page = Page(feedback(result(Report("kim", 5, tuple(old)))))
    assert page.text.count("out was right.") == 2
    assert "Hint 1" not in page.text


def test_who_handed_nothing_in_is_in_the_table_and_has_no_page(tmp_path):
    (tmp_path / "lee").mkdir()
    (tmp_path / "lee" / "feedback.html").write_text("of another day")
    missing = result(name="lee", status="missing", seed=0, finished="")
    page = class_page([missing], tmp_path)
    assert page.rows(id="students") == [["lee", "-", "not handed in"]]
    assert not (tmp_path / "lee" / "feedback.html").exists()
    assert "Nothing was graded yet." in page.text


def test_both_languages_have_the_same_numbers(out, korean, tmp_path):
    graded = revived(report_of(out, "hong-seungmin"))
    there = Page(feedback(result(graded)))
    language.use("en")
    here = Page(feedback(result(graded)))
    assert [next(page.all("html"))[0]["lang"] for page in (here, there)] == ["en", "ko"]
    numbers = [sorted(re.findall(r"\d+(?:\.\d+)?", page.text)) for page in (here, there)]
    assert set(numbers[0]) == set(numbers[1])
    assert "나눗셈" in there.text
    assert "Division binds" not in there.text


# Difficulty, discrimination, mistakes


def test_difficulty_and_discrimination_are_those_of_the_textbook():
    rng = np.random.default_rng(0)
    ability = rng.normal(size=200)
    right = (ability[:, None] + rng.normal(size=(200, 4)) > [-1, 0, 0.5, 9]).astype(float)
    points = right * [2, 3, 4, 5]
    found = items(["easy", "middle", "hard", "never"], [2, 3, 4, 5], points)
    for column, item in enumerate(found[:3]):
        rest = points.sum(axis=1) - points[:, column]
        assert item.earned == pytest.approx(item.full) == pytest.approx(right[:, column].mean())
        assert item.discrimination == pytest.approx(pearsonr(points[:, column], rest)[0])
        assert item.discrimination == pytest.approx(pointbiserialr(right[:, column], rest)[0])
    assert found[3].discrimination is None
    assert found[0].earned > found[1].earned > found[2].earned > found[3].earned == 0


def test_questions_stand_from_the_hardest_to_the_easiest(tmp_path):
    one_wrong = report(lambda one: failing()(one) if one.check == "numeric" else one)
    graded = [result(one_wrong, "kim"), result(report(), "lee")]
    rows = class_page(graded, tmp_path).rows(**{"class": "questions sorted"})
    earned = [int(row[1].rstrip(" %")) for row in rows]
    assert earned == sorted(earned)
    assert earned[0] < earned[-1] == 100
    assert len(rows) == len(questions())


def test_scores_fall_into_their_ranges_full_marks_into_the_last():
    assert histogram([0, 9, 10, 55, 100, 99], 100).counts == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert histogram([0, 3, 8], 8).ranges[-1] == (pytest.approx(7.2), 8.0, 1)


def mistaken(*names, certainty="certain"):
    causes = [Diagnosis(certainty, text("You did {name}.", name=name), name) for name in names]
    found = [
        Finding("value", "right", Verdict.FAILED, 0, 2, text("wrong"), (), cause)
        for cause in causes
    ]
    marks = [Mark("activations", f"q{i}", (one,)) for i, one in enumerate(found)]
    return Report("kim", 1, tuple(marks))


def test_the_map_counts_who_makes_which_mistake_along_the_scores():
    tally = Tally()
    made = [tally.add(mistaken(*names)) for names in ("a", "ab", "a", "", "", "", "c", "c", "")]
    found = mapped(tally, made)
    first, *others = found.lines
    assert (first.question, first.name, first.count) == ("q0", "a", 3)
    assert first.cells == [(0, 5), (1, 5), (2, 5)]
    assert first.thirds == [3, 0, 0]
    assert str(first.sentence) == "You did a."
    assert [(one.name, one.count, one.thirds) for one in others] == [
        ("c", 2, [0, 0, 2]),
        ("b", 1, [1, 0, 0]),
    ]
    assert (found.columns, found.strongest, found.left) == (9, 1.0, 0)


def test_the_lowest_scores_are_on_the_left_of_the_map(tmp_path):
    class_ = [result(report(), "a"), result(mistaken("x"), "b", score=3), result(report(), "c")]
    ((attributes, _),) = class_page(class_, tmp_path).all("svg", role="img")
    assert attributes["aria-label"].startswith(
        "1 in the lowest third of the class, 0 in the middle"
    )


def test_in_a_large_class_a_cell_is_the_share_of_a_group():
    tally = Tally()
    made = [tally.add(mistaken("a") if i < 5 or i == 399 else mistaken()) for i in range(400)]
    (line,) = mapped(tally, made).lines
    assert line.cells == [(0, 5), (39, 1)]


def test_an_answer_without_a_named_cause_is_counted(tmp_path):
    vague = replace(mistaken("x").marks[0].findings[0].diagnosis, misconception=None)
    graded = report(failing(diagnosis=vague))
    page = class_page([result(graded)], tmp_path)
    assert f"{len(questions())} wrong answers have no known cause." in page.text
    assert "No known mistake was found." in page.text


def test_a_mistake_of_who_has_no_mark_is_counted_too(tmp_path):
    graded = result(mistaken("a"), status="broken", score=None, final=None)
    words = class_page([graded], tmp_path).one("ol", **{"class": "map"})
    assert words.startswith("1 q0 a")


# All is text


def test_markup_in_an_error_is_text(out):
    page = read(out / "raises_markup" / "feedback.html")
    assert "{0.__class__} %s <script>alert(1)</script> \\x1b[2J" in page.text
    assert "\u202e" not in page.text
    assert not list(page.all("script"))


def test_hostile_names_and_words_are_text_in_all_pages(tmp_path):
    said = text("{x}", x=ODD)
    cause = Diagnosis("certain", said, ODD, said)
    details = (Detail(ODD, said), Detail("line", said))
    wrong = failing(ODD, details=details, diagnosis=cause)
    graded = replace(report(wrong), notes=(said,))
    one = result(graded, person=Person("a", ODD, ODD), penalty=1, final=0, reasons=(said,))
    none = result(person=Person("b", ODD, ODD), status="ungradable", problem=said)
    pages = [class_page([one, none], tmp_path)]
    pages += [read(tmp_path / key / "feedback.html") for key in ("a", "b")]
    for page in pages:
        assert ODD in page.text
        assert not {"img", "script"} & {tag for tag, *_ in page.elements} - class_code(page)
        assert not [key for _, given, _ in page.elements for key in given if key in UNSAFE]
    assert [said for _, said in pages[0].all("bdi")].count(ODD) == 5  # names, and their groups


def class_code(page):
    """What the class page has, and no more of it: the picture of the scores, and its script."""
    count = [tag for tag, *_ in page.elements].count
    return {tag for tag in ("img", "script") if count(tag) == 1 and list(page.all("ol"))}


def test_marks_that_turn_the_text_are_written_out(tmp_path):
    page = class_page([result(report(), person=Person(TURNED, TURNED))], tmp_path)
    assert page.rows(id="students")[0][0] == "\\u202eexe.txt\\u200f"
    (link,) = [one["href"] for one, _ in page.all("a") if "feedback" in one["href"]]
    assert unquote(link) == f"{TURNED}/feedback.html"
    assert not {"\u202e", "\u200f"} & set(read(tmp_path / TURNED / "feedback.html").text)


@pytest.mark.parametrize(
    "key", ["a b", "100%", "?x", "#x", "'q'", '"', "a\\b", "javascript:x", "김&"]
)
def test_a_link_leads_to_a_folder_of_any_name(tmp_path, key):
    page = class_page([result(report(), key)], tmp_path)
    (link,) = [one["href"] for one, _ in page.all("a") if "feedback" in one["href"]]
    assert (tmp_path / unquote(link)).is_file()
    assert not re.search(r"[\s?#'\"\\:&]", link)


@pytest.mark.parametrize("letter", ["x", "<", '"', "김", "\U0001f600", "\u202e"])
def test_no_page_grows_with_what_a_student_says(tmp_path, letter):
    """10 MB in the first place, and as much as a report lets through in all others."""
    long = letter * 2_000
    details = tuple(Detail("line", text("{code}", code=f"{n}{long}")) for n in range(5))
    numbers = iter(range(10_000))
    graded = report(
        lambda one: failing(f"{next(numbers)}{long}", Verdict.RAISED, details=details)(one)
    )
    graded = replace(graded, notes=(text("{x}", x=letter * 10_000_000),))
    one = result(graded, name=letter * 50, person=Person("a", long, long))
    class_page([one, replace(one, status="timed_out")], tmp_path)
    sizes = [file.stat().st_size for file in tmp_path.rglob("*.html")]
    assert len(sizes) == 2
    assert max(sizes) <= LARGEST


def test_pages_allow_their_own_style_and_script_and_nothing_else(out):
    for name in ("index.html", "hong-seungmin/feedback.html"):
        source = (out / name).read_text(encoding="utf-8")
        (policy,) = [
            one["content"]
            for one, _ in Page(source).all("meta")
            if one.get("http-equiv") == "Content-Security-Policy"
        ]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        for tag, rule in (("style", "style-src"), ("script", "script-src")):
            code = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.S)
            hashes = [b64encode(sha256(one.encode()).digest()).decode() for one in code]
            assert rules[rule] == (" ".join(f"'sha256-{one}'" for one in hashes) or "'none'")
        assert source.count("<script") == (name == "index.html")


def test_pages_ask_nothing_of_a_network(out):
    for file in out.rglob("*.html"):
        page = read(file)
        for _, attributes, _ in page.elements:
            for name in ("src", "srcset", "href", "action", "data", "poster"):
                address = attributes.get(name) or ""
                assert re.match(r"(data:image/svg\+xml;base64,|#|(?!\w+:|/))", address)
        style = (ROOT / "autograder" / "report" / "html" / "style.css").read_text()
        assert not re.search(r"url\(|@import", style)


# Structure, for all who do not look at it


def test_headings_landmarks_labels_and_ids(out):
    for file in out.rglob("*.html"):
        page = read(file)
        tags = [tag for tag, *_ in page.elements]
        levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert [tags.count(one) for one in ("header", "main", "footer")] == [1, 1, 1]
        ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        pointed = [a["href"][1:] for a, _ in page.all("a") if a["href"].startswith("#")]
        pointed += [a["aria-labelledby"] for _, a, _ in page.elements if "aria-labelledby" in a]
        assert set(pointed) <= set(ids)
        assert all("scope" in attributes for attributes, _ in page.all("th"))
        assert tags.count("caption") == tags.count("table")
        assert len(re.findall("<label>.*?<(?:input|select)", file.read_text(), re.S)) == (
            3 if file.name == "index.html" else 0
        )


# A large class


def test_a_thousand_have_room_on_one_page_and_more_on_several(tmp_path):
    mistakes = mistaken("alpha-instead-of-alpha-x", "eps-inside-the-root")
    person = Person("student-0000", "Kim Min-jun", "A")
    one = result(mistakes, person=person, penalty=10, final=80)

    def pages(count):
        gathered = Gathered()
        for number in range(count):
            key = f"student-{number:04d}"
            gathered.add(replace(one, person=replace(person, key=key)))
        return list(pages_of(gathered))

    ((name, page),) = pages(1000)
    assert name == "index.html"
    assert len(page.encode()) <= LARGEST
    several = pages(4000)
    assert [name for name, _ in several] == ["index.html", "index-2.html", "index-3.html"]
    assert max(len(page.encode()) for _, page in several) <= LARGEST
    rows = [link for _, page in several for link in re.findall(r'href="(student-\d+)/', page)]
    assert rows == [f"student-{number:04d}" for number in range(4000)]
    for _, page in several:
        assert re.findall(r'href="(index\S*)#', page) == [name for name, _ in several]


def test_further_pages_of_a_class_that_was_larger_go(tmp_path):
    (tmp_path / "index-2.html").touch()
    class_page([result()], tmp_path)
    assert [path.name for path in tmp_path.glob("index*")] == ["index.html"]


def test_each_page_is_written_before_the_next_result_is_read(tmp_path):
    written = []

    def results():
        for name in "abc":
            written.append(sorted(path.parent.name for path in tmp_path.rglob("feedback.html")))
            yield result(report(), name)

    write_pages(results, tmp_path)
    assert written == [[], ["a"], ["a", "b"]]
    assert not list(tmp_path.rglob("*.part"))


def test_an_empty_class_has_a_page(tmp_path):
    page = class_page([], tmp_path)
    assert page.rows(id="students") == []
    assert "Nobody has a mark yet." in page.text


# Translation


def test_sentences_of_templates_are_collected_for_translators():
    found = messages.in_template(
        """{% if x %}{{ _("one {value}", value=x) }}{% endif %}{{ _('two "quoted"') }}{{ _(x) }}"""
    )
    assert list(found) == ["one {value}", 'two "quoted"']
    places = {one.place for one in messages.everywhere() if one.sentence == "Hint 1: where to look"}
    assert places == {"autograder/report/html/templates/question.html"}


def test_no_word_of_a_template_stands_outside_a_sentence():
    """What stands beside the tags and the expressions is punctuation."""
    folder = ROOT / "autograder" / "report" / "html" / "templates"
    for file in folder.glob("*.html"):
        source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", file.read_text(), flags=re.S)
        beside = re.sub(r"<!?[^>]*>|&\w+;", "", source)
        assert re.findall(r"[^\W\d_]+", beside) == [], file.name
