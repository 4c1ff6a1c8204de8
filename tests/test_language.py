"""English and Korean: the same facts in both, nothing missing, and English pays nothing for it."""

import json
import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from autograder import cli, language, messages, syllabus
from autograder.cli.messages import shown
from autograder.exercise import sentence_of
from autograder.grade import grade
from autograder.language import say
from autograder.model import Text, text
from autograder.report.data import report_data, revived, text_data
from autograder.report.summary import cells, headline
from autograder.report.text import WIDTH, report_lines, width, wrapped
from autograder.session import LocalSession
from autograder.truth import Live

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = messages.kept("ko")
NUMBERS = re.compile(r"\d+(?:\.\d+)?(?:e[-+]\d+)?")


@pytest.fixture(scope="module")
def wanted():
    return messages.template((*messages.everywhere(), *shown(messages.Found)))


@pytest.fixture
def korean():
    language.use("ko")
    yield
    language.use("en")


@pytest.fixture(autouse=True)
def english_machine(monkeypatch):
    for name in language.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    yield
    language.use("en")


@pytest.fixture(scope="module")
def report():
    """Wrong, raising, unsolved and waiting functions, notes, NaN, and a file that is missing."""
    files = {path.name: path.read_bytes() for path in (ROOT / "solutions").glob("[a-z]*.py")}
    for name, right, wrong in (
        ("activations.py", b"(1 - out**2)", b"(1 - out)"),
        ("activations.py", b"out = np.tanh(x * 1.0)", b"out = (np.exp(x) - 1) / (np.exp(x) + 1)"),
        ("activations.py", b"def relu_forward(x):", b"def relu_forward(x):\n    return x"),
        ("preprocessing.py", b"np.", b"numpy."),
        ("babysitting.py", b"def train(", b"import nothing_such\ndef train("),
        ("initializers.py", b"np.sqrt(", b"("),
    ):
        assert right in files[name]
        files[name] = files[name].replace(right, wrong)
    files["batchnorm.py"] = (ROOT / "assignment" / "batchnorm.py").read_bytes()
    del files["hyperparameters.py"]
    with LocalSession(files) as session:
        return grade(session, Live(7), "김 철수")


# The catalogue


def test_no_message_is_missing(wanted):
    assert list(messages.problems(CATALOGUE, wanted)) == []


def test_placeholders_are_the_same_in_both_languages():
    for one in CATALOGUE:
        if one.id and one.string:
            assert messages.fits(one.id, one.string), one.id


def test_what_is_on_disk_is_fresh(wanted):
    made = messages.files(wanted, {"ko": messages.updated(messages.kept("ko"), wanted)})
    assert [path.name for path in messages.stale(made)] == []


def test_every_sentence_that_is_said_is_in_the_catalogue(wanted, report, monkeypatch, korean):
    """Also one that the collector cannot see in the source."""
    said = set()
    monkeypatch.setitem(language._in_use, "translate", lambda one: said.add(one) or one)
    assert list(report_lines(report))
    with_words = [one.id for one in messages.template(messages.Found(one, "") for one in said)]
    assert [one for one in with_words if one and one not in wanted] == []


def test_a_particle_never_depends_on_what_is_filled_in():
    """은/는, 이/가, 을/를, 와/과 and 으로/로 differ by the last sound of what they follow."""
    for one in CATALOGUE:
        found = re.search(r"\}(은|는|이|가|을|를|와|과|으로|로)(?![가-힣])", str(one.string or ""))
        assert found is None, one.string


def test_a_korean_console_has_all_letters_of_the_catalogue():
    for one in CATALOGUE:
        str(one.string or "").encode("cp949")


def test_a_sentence_can_be_reworded_without_its_translation_being_believed(wanted):
    before = messages.kept("ko")
    old = "out is the larger of the two linear pieces, where that is positive."
    kept = [one for one in messages.everywhere() if one.sentence != old]
    new = old.replace("larger", "greater")
    after = messages.updated(
        messages.kept("ko"), messages.template([*kept, messages.Found(new, "here")])
    )
    assert after[new].fuzzy
    assert after[new].string == before[old].string
    assert old not in after
    assert f"fuzzy: {new}" in set(
        messages.problems(after, messages.template([messages.Found(new, "")]))
    )
    assert new.encode() not in messages.mo(after)


def test_a_sentence_that_comes_back_gets_its_translation_back(wanted, tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path)
    fewer = messages.template(one for one in messages.everywhere() if one.sentence != "certain")
    without = messages.updated(deepcopy(CATALOGUE), fewer)
    assert "certain" not in without
    assert b"certain" not in messages.mo(without).split(b"\x00")
    messages.write(messages.files(fewer, {"ko": without}))
    again = messages.updated(messages.kept("ko"), wanted)
    assert again["certain"].string == "확실"
    assert "certain" not in again.obsolete


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c, s: setattr(c[s], "string", ""), "missing"),
        (lambda c, s: c[s].flags.add("fuzzy"), "fuzzy"),
        (lambda c, s: setattr(c[s], "string", "{nothing}"), "other placeholders"),
        (lambda c, s: c.add("nobody says so", "아무도"), "obsolete"),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_said(wanted, change, said):
    catalogue, sentence = messages.kept("ko"), "{name} is wrong in {count} of {total}"
    before = set(messages.problems(catalogue, wanted))
    change(catalogue, sentence)
    more = set(messages.problems(catalogue, wanted)) - before
    assert [one.partition(":")[0] for one in more] == [said]


def test_translations_are_read_back_and_bad_ones_are_refused():
    catalogue = messages.kept("ko")
    given = {"up": "오름", "{name} is wrong": "틀림", "no such": "없음", "down": ""}
    assert list(messages.fill_in(catalogue, given)) == [
        "other placeholders: {name} is wrong",
        "no such sentence: no such",
    ]
    assert catalogue["up"].string == "오름"
    assert catalogue["down"].string == CATALOGUE["down"].string


def test_the_collector_sees_literals_conditionals_and_nested_texts():
    source = 'text("a", b=text("c")); say("d" if x else "e"); Detail("f", text("g" "h")); text(i)'
    assert sorted(messages.marked(source)) == ["a", "c", "d", "e", "f", "gh"]


def test_declarations_are_collected():
    found = {one.sentence for one in messages.everywhere()}
    for question in syllabus.questions():
        assert question.summary in found
        assert {case.sentence for case in question.cases} <= found
        assert {check.promise for check in question.checks} <= found


# Which language


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "확실"),
        ({"LC_ALL": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "확실"),
        ({"LC_ALL": "C", "LANG": "ko_KR.UTF-8"}, "certain"),
        ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "ko_KR.UTF-8"}, "certain"),
        ({"LC_ALL": "", "LANG": "ko"}, "확실"),
        ({"LANG": "fr_FR.UTF-8"}, "certain"),
        ({"LANG": "../../etc"}, "certain"),
        ({}, "certain"),
    ],
)
def test_the_environment_decides(monkeypatch, variables, word):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    language.use()
    assert say("certain") == word
    language.use("en")
    assert say("certain") == "certain"


def test_on_windows_the_system_decides(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("locale.getlocale", lambda: ("Korean_Korea", "949"))
    language.use()
    assert say("certain") == "확실"
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    language.use()
    assert say("certain") == "certain"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--lang", "ko", "check", "--help"],
        ["check", "--lang=ko", "--help"],
        ["check", "--help", "--lang", "ko"],
        ["--lang", "ko", "--help"],
        ["--lang", "ko", "check", "--nonsense"],
    ],
)
def test_lang_stands_anywhere(capsys, arguments):
    with pytest.raises(SystemExit):
        cli.main(arguments)
    said = "".join(capsys.readouterr())
    assert said.startswith("사용법: course.py")
    assert "usage" not in said


def test_every_command_takes_lang_and_its_help_is_korean(capsys):
    for name in ("check", "hint", "grade", "diff", "doctor"):
        with pytest.raises(SystemExit):
            cli.main([name, "--lang", "ko", "--help"])
        said = capsys.readouterr().out
        assert f"예: python3 course.py {name}" in said
        assert "--lang {en,ko}" in said
        assert not re.search(r"^  -\S.*  [a-z]+ [a-z]+ [a-z]+", said, re.M), said


def test_a_language_that_there_is_not_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as exited:
        cli.main(["--lang", "fr", "check"])
    assert exited.value.code == 2
    assert "choose from" in capsys.readouterr().err
    language.use("fr")
    assert say("certain") == "certain"


def test_errors_are_korean(capsys):
    assert cli.main(["check", "relu_foward", "--lang", "ko"]) == 2
    assert capsys.readouterr().err == (
        "오류: relu_foward: 그런 문항이 없습니다. 혹시 relu_forward인가요?\n"
    )


# What is said


def test_texts_in_texts_and_in_lists_are_translated(korean):
    inner = text("{file}.py is missing", file="activations")
    assert say(text("{file}.py: {reason}", file="x", reason=inner)) == (
        "x.py: activations.py 파일이 없습니다"
    )
    several = text("Note: {note}", note=[inner, text("certain")])
    assert say(several) == "참고: activations.py 파일이 없습니다, 확실"
    assert str(several) == "Note: activations.py is missing, certain"
    assert say("") == say(Text("")) == ""
    assert say("nobody has translated this") == "nobody has translated this"


@pytest.mark.parametrize("content", [None, b"", b"not a catalogue", b"\xde\x12\x04\x95" * 9])
def test_a_broken_catalogue_is_english(tmp_path, monkeypatch, content):
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "autograder.mo").write_bytes(content)
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    language.use("ko")
    assert say("certain") == "certain"


@pytest.mark.parametrize("translation", ["{nothing}", "{", "{count:Z}", "{0}", "{count.bad}"])
def test_a_translation_with_wrong_placeholders_is_english(monkeypatch, korean, translation):
    monkeypatch.setitem(language._in_use, "translate", lambda _: translation)
    assert say(text("{count} values", count=3)) == "3 values"


def test_a_failing_check_has_the_same_facts_in_both_languages(report):
    english = "\n".join(report_lines(report))
    language.use("ko")
    lines = list(report_lines(report))
    korean = "\n".join(lines)
    assert max(map(width, lines)) <= WIDTH
    assert re.search("[가-힣]", korean)
    assert not re.search("^  (case|worst|line|rel error|not finite) ", korean, re.M)
    whole = " ".join(korean.split())
    for one in CATALOGUE:
        if " " in one.id and one.string and not messages.PLACEHOLDER.search(one.id):
            assert one.id not in whole
    marker = r"\[[A-Z]{4}\]"
    assert re.findall(marker, korean) == re.findall(marker, english)
    for name in [question.name for question in syllabus.questions()]:
        assert (name in korean) == (name in english), name
    english_lines = "\n".join(lines_with_values(report, "en"))
    korean_lines = "\n".join(lines_with_values(report, "ko"))
    assert sorted(NUMBERS.findall(korean_lines)) == sorted(NUMBERS.findall(english_lines))


def lines_with_values(report, spoken):
    """Only what is filled in: a formula may be written otherwise in another language."""
    language.use(spoken)
    for mark in report.marks:
        for finding in mark.findings:
            for one in (finding.message, *(detail.text for detail in finding.details)):
                if one is not None and one.values:
                    yield say(one)


def test_a_report_that_was_stored_says_the_same_in_both_languages(report):
    data = json.loads(json.dumps(report_data(report, "graded"), allow_nan=False))
    assert report_data(revived(data), "graded") == data
    for spoken in language.LANGUAGES:
        language.use(spoken)
        assert list(report_lines(revived(data))) == list(report_lines(report))
    assert say(revived(data).marks[0].findings[0].promise) != report.marks[0].findings[0].promise


def test_a_stored_sentence_is_small_and_keeps_its_values():
    assert text_data(text("all")) == "all"
    inner = text("{file}.py is missing", file="x")
    data = text_data(
        text("{a:.1e} {b} {c} {d}", a=float("nan"), b=inner, c=text("up"), d=Path("z"))
    )
    assert data["values"] == {"a": "nan", "b": text_data(inner), "c": {"text": "up"}, "d": "z"}
    assert data["text"] == "nan x.py is missing up z"
    back = revived_sentence(data)
    assert str(back) == data["text"]
    language.use("ko")
    assert say(back) == "nan x.py 파일이 없습니다 상승 z"


def test_a_sentence_of_the_first_format_stays_as_it_is():
    assert str(revived_sentence("braces {x} are part of it")) == "braces {x} are part of it"


def revived_sentence(data):
    from autograder.report.data import revived_text

    return revived_text(data)


def test_a_class_in_korean_is_told_in_korean(report, korean):
    data = report_data(report, "graded")
    data["notes"] = []
    for question in data["questions"]:
        for check in question["checks"]:
            check["diagnosis"] = None
    row = type("Row", (), {"student": "kim", "score": 1, "max_score": 100, "status": "graded"})
    row.brief = {"headline": headline(data)}
    assert cells(row)[-1].startswith("함수 36개 중")


# Lines


@pytest.mark.parametrize(
    "line",
    [
        "[FAIL] " + "배치 평균을 지나는 기울기가 빠졌습니다. x는 직접, 분산을 통해, " * 4,
        "[FAIL] " + "띄어쓰기없이길게이어지는한국어문장" * 9,
        "  " + "abc한글" * 40,
        "가" * 200,
    ],
)
def test_wide_letters_are_wrapped_by_columns(line):
    lines = wrapped(line, "       ")
    assert max(map(width, lines)) <= WIDTH
    assert min(map(width, lines[:-1])) > WIDTH - 12
    assert re.sub(" ", "", "".join(lines)) == re.sub(" ", "", line)


def test_narrow_lines_are_wrapped_as_before():
    path = "/home/kim/" + "x" * 90
    assert wrapped(f"see {path} there", "  ") == ["see", f"  {path}", "  there"]
    assert wrapped("  case       six rows", " ") == ["  case       six rows"]
    assert wrapped("", "  ") == [""]
    assert wrapped("a\nb\tc", "") == ["a b       c"]


# What it costs


def test_english_reads_no_catalogue():
    code = (
        "import sys; import autograder.language as one; one.use('en'); one.say('x');"
        "one.use(); print([name for name in ('gettext', 'locale', 'babel') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "kim"
    shutil.copytree(ROOT / "assignment", copy)
    source = (ROOT / "solutions" / "activations.py").read_text(encoding="utf-8")
    wrong = source.replace("return dout * (1 - out**2)", "return dout * (1 - out)")
    (copy / "activations.py").write_text(wrong, encoding="utf-8")
    return copy


def checking(folder, *arguments, **variables):
    command = [sys.executable, "-m", "autograder", "check", "tanh_backward", "--folder", folder]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run([*command, *arguments], capture_output=True, env=environment)
    assert done.returncode == 1, done.stderr
    assert done.stderr == b""
    return done.stdout


def test_a_check_in_korean_on_consoles_of_both_encodings(folder):
    told = {
        encoding: checking(folder, PYTHONIOENCODING=encoding, LC_ALL="ko_KR.UTF-8").decode(encoding)
        for encoding in ("utf-8", "cp949")
    }
    assert told["utf-8"] == told["cp949"]
    assert "[FAIL] dx가 수치 기울기와 일치합니다." in told["utf-8"]
    assert "\\u" not in told["utf-8"]
    assert "원인 (확실: 반올림 오차를 빼면" in checking(
        folder, "--lang", "ko", PYTHONIOENCODING="utf-8", LC_ALL="C"
    ).decode("utf-8")


def test_a_check_does_not_import_babel(folder):
    code = (
        "import sys, atexit, runpy;"
        "atexit.register(lambda: print('babel' in sys.modules));"
        f"sys.argv = ['x', 'check', 'tanh_backward', '--lang', 'ko', '--folder', {str(folder)!r}];"
        "runpy.run_module('autograder', run_name='__main__', alter_sys=True)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=environment
    )
    assert done.stdout.splitlines()[-1] == "False"
    assert "[FAIL]" in done.stdout


def test_the_messages_command(capsys, tmp_path):
    assert cli.main(["messages", "--check"]) in (0, 1)  # 0 once all is translated
    out = capsys.readouterr().out
    assert "stale" not in out
    assert "obsolete" not in out
    (tmp_path / "bad.json").write_text("[]", encoding="utf-8")
    assert cli.main(["messages", "--import", str(tmp_path / "bad.json")]) == 2
    assert "cannot read translations from" in capsys.readouterr().err


def test_a_docstring_of_several_lines_is_one_sentence():
    def example():
        """One,
        two.
        """

    assert sentence_of(example) == "One, two."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lang", "ko", "check"], "해결 방법: 디스크가 가득 찼습니다."),
        (["check", "--lang=ko"], "해결 방법: 디스크가 가득 찼습니다."),
        (["check"], "What to do: The disk is full."),
    ],
)
def test_the_launcher_speaks_the_language_too(capsys, monkeypatch, arguments, said):
    import course

    monkeypatch.setattr(sys, "argv", ["course.py", *arguments])
    course.explain("{x} No space left")
    told = capsys.readouterr().err.splitlines()
    assert told[1] == "  {x} No space left"
    assert told[2].startswith(said)


def test_the_launcher_speaks_english_where_a_part_is_missing(capsys, monkeypatch):
    import course

    monkeypatch.setattr(sys, "argv", ["course.py", "--lang", "ko"])
    monkeypatch.setitem(sys.modules, "autograder.language", None)
    course.say("Installing {files} ...", files="x")
    assert capsys.readouterr().err == "Installing x ...\n"
