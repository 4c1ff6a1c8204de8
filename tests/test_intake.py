"""Intake: only regular files under a cap, by name; what is left out is said, and the rest kept."""

import dataclasses
import functools
import os
import stat
import unicodedata
import zipfile

import pytest

from autograder import intake
from autograder.batch import FILES
from autograder.intake import entries, reading, remarks
from autograder.model import Unusable
from tests import student

WANTED = ("activations.py", "batchnorm.py")
GOOD = b"x = 1\n"


@pytest.fixture
def kim(tmp_path):
    folder = tmp_path / "kim"
    folder.mkdir()
    (folder / "activations.py").write_bytes(GOOD)
    return folder


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def notes(submission):
    return " | ".join(map(str, submission.notes))


def test_a_folder_is_a_submission_named_after_it(kim):
    (kim / "helper.py").write_bytes(b"y = 2\n")
    (kim / "notes.txt").write_bytes(b"not Python")
    submission = intake.read(kim, WANTED)
    assert submission.name == "kim"
    assert dict(submission.files) == {"activations.py": GOOD, "helper.py": b"y = 2\n"}
    assert submission.notes == ()


@pytest.mark.parametrize("name", ["...zip", "..zip", "....zip"])
def test_no_name_leads_out_of_a_folder(tmp_path, name):
    path = zipped(tmp_path / name, [("activations.py", GOOD)])
    assert intake.read(path, WANTED).name.endswith(".zip")


def test_a_zip_that_has_gone_keeps_its_name(tmp_path):
    assert intake.name_of(tmp_path / "lee.zip") == "lee"
    (tmp_path / "kim.zip").mkdir()
    assert intake.name_of(tmp_path / "kim.zip") == "kim.zip"


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("index.html.zip", "index.html_"),
        ("Grades.CSV.zip", "Grades.CSV_"),
        ("class.csv@2026-11-20T1000.zip", "class.csv@2026-11-20T1000_"),
        ("index.html_.zip", "index.html_"),
        ("my-index.html.zip", "my-index.html"),
        ("index.zip", "index"),
    ],
)
def test_no_submission_is_called_as_a_file_of_ours(tmp_path, name, becomes):
    assert intake.name_of(tmp_path / name) == becomes


def test_a_folder_of_submissions_and_zips_is_a_class(tmp_path, kim):
    zipped(tmp_path / "lee.zip", [("activations.py", GOOD)])
    (tmp_path / "README.md").write_text("about")
    (tmp_path / ".git").mkdir()
    assert [path.name for path in intake.find(tmp_path, WANTED)] == ["kim", "lee.zip"]
    assert list(intake.find(kim, WANTED)) == [kim]
    assert list(intake.find(tmp_path / "lee.zip", WANTED)) == [tmp_path / "lee.zip"]


def passed_over(path):
    return list(map(str, intake.passed_over(path, WANTED)))


def test_a_zip_is_one_in_capitals_too(tmp_path, kim):
    zipped(tmp_path / "Han.ZIP", [("activations.py", GOOD)])
    assert [intake.name_of(path) for path in intake.find(tmp_path, WANTED)] == ["Han", "kim"]
    assert intake.read(tmp_path / "Han.ZIP", WANTED).files == {"activations.py": GOOD}
    assert passed_over(tmp_path) == []


def test_what_in_a_class_is_no_submission_is_said_by_name(tmp_path, kim):
    for name in ("lee.tar.gz", "park.rar", "activations-lee.py", "a.7z", "b.7z", "c.7z"):
        (tmp_path / name).touch()
    (tmp_path / "choi").symlink_to("kim")
    assert passed_over(tmp_path) == [
        "not graded, neither a folder nor a zip: "
        "a.7z, activations-lee.py, b.7z, c.7z, lee.tar.gz and 1 more",
        "not graded, a link: choi. Put what it leads to in its place",
    ]


def test_what_an_instructor_or_the_grader_keeps_in_a_class_needs_no_mention(tmp_path, kim):
    for name in (".DS_Store", "README", "ReadMe.txt", "roster.CSV", "expected.toml", "todo.md"):
        (tmp_path / name).touch()
    for name in ("results.db", "results.db-wal", "grades.csv.part", "class.json", "index.html"):
        (tmp_path / name).touch()
    (tmp_path / "__MACOSX").mkdir()
    assert passed_over(tmp_path) == passed_over(kim) == []


def test_a_class_without_a_submission_says_what_it_holds(tmp_path):
    (tmp_path / "kim_1_activations.py").touch()
    with pytest.raises(Unusable, match=r"zips with them; it has: kim_1_activations\.py$"):
        intake.find(tmp_path, WANTED)


@pytest.mark.parametrize("stray", ["activations.py", "assignment"])
def test_a_class_that_is_taken_for_one_submission_names_the_others(tmp_path, kim, stray):
    file = tmp_path / stray
    if stray == "assignment":
        file.mkdir()
        file /= "batchnorm.py"
    file.touch()
    zipped(tmp_path / "lee.zip", [("activations.py", GOOD)])
    (tmp_path / "notebooks").mkdir()
    assert list(intake.find(tmp_path, WANTED)) == [tmp_path]
    assert passed_over(tmp_path) == [
        f"{tmp_path} is graded as one submission, for it holds {stray}; not graded: kim, "
        f"lee.zip. To grade a class, move {stray} away"
    ]


@pytest.mark.parametrize("inside", ["", "assignment/", "lee/", "lee/assignment/", "./"])
def test_files_are_found_where_students_put_them(tmp_path, inside):
    path = zipped(tmp_path / "lee.zip", [(f"{inside}activations.py", GOOD), ("__MACOSX/a.py", b"")])
    assert list(intake.read(path, WANTED).files) == ["activations.py"]


def test_a_hangul_name_is_the_same_from_every_system(tmp_path):
    folder = tmp_path / unicodedata.normalize("NFD", "김 철수")
    folder.mkdir()
    (folder / "activations.py").write_bytes(GOOD)
    assert intake.read(folder, WANTED).name == unicodedata.normalize("NFC", "김 철수")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda p: p, "does not exist"),
        (lambda p: p.mkdir(), "holds no submission"),
        (lambda p: p.write_bytes(GOOD), "not a folder or a zip"),
    ],
)
def test_what_is_nothing_to_grade_is_said_with_the_remedy(tmp_path, make, says):
    path = tmp_path / "somewhere"
    make(path)
    with pytest.raises(Unusable, match=says) as caught:
        intake.find(path, WANTED)
    assert "somewhere" in str(caught.value)


NONE = "has none of activations.py, ... (2 files); "
INSTEAD = {
    (): "it is empty",
    ("other.py",): "it has: other.py",
    ("src/a.ipynb", "work.tar.gz", ".git/b"): "it has: work.tar.gz, src/a.ipynb",
    tuple("abcdefg"): "it has: a, b, c, d, e and 2 more",
    ("x" * 200,): f"it has: {'x' * 79}…",
    ("src/Activations.py", "activations-2.py"): (
        "there is activations-2.py: rename to activations.py"
    ),
    ("activations-1.py", "batchnorm - 복사본.py"): (
        "there is activations-1.py, batchnorm - 복사본.py: rename to activations.py, batchnorm.py"
    ),
    ("a/b/c/batchnorm.py", "a.txt"): "they lie in a/b/c: move them up, to at most 2 folders deep",
    ("a/b/c/d/e/batchnorm.py",): "they lie in a/b/c/d/e: move them up, to at most 2 folders deep",
}


def made(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def in_folder_and_zip(place, files):
    """The same submission, called lee, in either form."""
    for room in ("folders", "zips"):
        (place / room).mkdir()
    (place / "folders" / "lee").mkdir()
    return made(place / "folders" / "lee", files), zipped(place / "zips" / "lee.zip", files.items())


@pytest.mark.parametrize("names", INSTEAD)
def test_a_submission_without_any_wanted_file_says_what_it_has_instead(tmp_path, names):
    for path in in_folder_and_zip(tmp_path, dict.fromkeys(names, GOOD)):
        with pytest.raises(Unusable) as caught:
            intake.read(path, WANTED)
        assert str(caught.value) == f"{path} {NONE}{INSTEAD[names]}"


@pytest.mark.parametrize(
    "name",
    [
        *("Batchnorm.py", "batchnorm-1.py", "batchnorm (1).py", "batchnorm.PY", "batch_norm.py"),
        *("Copy of batchnorm.py", "batchnorm - 복사본.py", "batchnorm.py.txt"),
    ],
)
def test_a_file_of_nearly_the_right_name_is_named_and_not_taken(tmp_path, name):
    for path in in_folder_and_zip(tmp_path, {"activations.py": GOOD, name: GOOD}):
        submission = intake.read(path, WANTED)
        assert "batchnorm.py" not in submission.files
        assert notes(submission) == f"batchnorm.py is missing; there is {name}: rename it"


@pytest.mark.parametrize("name", ["my_batchnorm.py", "batchnorm.ipynb", "src/Batchnorm.py", "n.py"])
def test_another_file_is_not_taken_for_one_that_is_missing(tmp_path, name):
    for path in in_folder_and_zip(tmp_path, {"activations.py": GOOD, name: GOOD}):
        assert notes(intake.read(path, WANTED)) == ""


def test_nothing_is_missing_where_a_copy_lies_beside_the_file(kim):
    (kim / "Activations.py").write_bytes(b"")
    assert notes(intake.read(kim, WANTED)) == ""


STUB = b"stub\n"
COPIES = [
    ({"activations.py": STUB, "assignment/activations.py": GOOD}, "lee", "lee/assignment"),
    ({"old/activations.py": STUB, "the/final/activations.py": GOOD}, "lee/old", "lee/the/final"),
    ({"a/activations.py": STUB, "b/batchnorm.py": GOOD}, "lee/a", "lee/b"),
    (
        {"activations.py": STUB, "a/activations.py": STUB, "b/activations.py": b"s", "c/n.py": b""},
        "lee",
        "lee/b",
    ),
    (
        {"activations.py": b"", **{f"{folder}/activations.py": GOOD for folder in "abcdefg"}},
        "lee",
        "lee/a, lee/b, lee/c, lee/d, lee/e and 2 more",
    ),
]


@pytest.mark.parametrize(("files", "taken", "others"), COPIES)
def test_another_copy_is_named_with_the_one_that_is_taken(tmp_path, files, taken, others):
    said = f"the files in {taken} are graded, not the other ones in {others}: hand in one copy"
    for path in in_folder_and_zip(tmp_path, files):
        submission = intake.read(path, WANTED)
        assert notes(submission) == said
        assert STUB in submission.files.values() or b"" in submission.files.values()


@pytest.mark.parametrize("other", ["copy", ".history", "autograder/exercises", "__pycache__"])
def test_the_same_bytes_or_a_programs_files_are_no_other_copy(tmp_path, other):
    data = GOOD if other == "copy" else b"another"
    files = {"activations.py": GOOD, f"{other}/activations.py": data}
    for path in in_folder_and_zip(tmp_path, files):
        assert notes(intake.read(path, WANTED)) == ""


def test_who_hands_in_all_that_was_given_out_handed_in_one_copy(tmp_path):
    folder = student.copy_to(tmp_path / "lee")
    student.solve(folder)
    submission = intake.read(folder, FILES)
    assert submission.files["activations.py"].startswith(b'"""')
    assert notes(submission) == ""


@pytest.mark.parametrize("cap", ["MAX_FILES", "MAX_TOTAL"])
def test_copies_are_compared_only_under_the_caps(tmp_path, monkeypatch, cap):
    files = {f"{folder}/activations.py": GOOD for folder in "abcd"}
    reads = []
    for room in ("folder_entries", "zip_entries"):
        monkeypatch.setattr(reading, room, counting(getattr(reading, room), reads))
    monkeypatch.setattr(remarks, cap, 2 * (len(GOOD) if cap == "MAX_TOTAL" else 1))
    for path in in_folder_and_zip(tmp_path, files):
        assert "not the other ones in lee/d:" in notes(intake.read(path, WANTED))
        enough = len(GOOD) + 1
        assert reads == [("a", entries.MAX_FILE + 1), ("b", enough), ("c", enough)]
        reads.clear()


def counting(entries_of, reads):
    """The same entries, which tell where and how much is read."""

    def read(entry, limit):
        reads.append((str(entry.path.parent), limit))
        return entry.read(limit)

    def counted(*arguments):
        for entry in entries_of(*arguments):
            yield dataclasses.replace(entry, read=functools.partial(read, entry))

    return counted


def test_a_copy_that_cannot_be_read_is_another(tmp_path):
    path = tmp_path / "lee.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("activations.py", GOOD)
        archive.writestr("b/activations.py", GOOD)
    first, _, second = path.read_bytes().partition(b"b/activations.py" + GOOD)
    path.write_bytes(first + b"b/activations.py" + GOOD[::-1] + second)  # its checksum is wrong
    assert "not the other ones in lee/b:" in notes(intake.read(path, WANTED))


def test_what_is_remembered_and_looked_through_has_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(entries, "MAX_SEEN", 6)
    monkeypatch.setattr(entries, "MAX_FOLDERS", 3)
    files = dict.fromkeys([*"abcdefghi", "1/2/3/batchnorm.py"], GOOD)
    folder, archive = in_folder_and_zip(tmp_path, files)
    for path, says in ((folder, "a, b, c, d, e and 1 more"), (archive, "they lie in 1/2/3")):
        with pytest.raises(Unusable, match=says) as caught:
            intake.read(path, WANTED)
    assert "move them up" in str(caught.value)


def link(folder):
    (folder / "batchnorm.py").symlink_to("/etc/passwd")


def test_what_was_left_out_is_why_there_is_none(tmp_path):
    link(tmp_path)
    with pytest.raises(Unusable) as caught:
        intake.read(tmp_path, WANTED)
    said = "batchnorm.py: not a regular file; it is left out"
    assert str(caught.value) == f"{tmp_path} {NONE}{said}"


def pipe(folder):
    os.mkfifo(folder / "batchnorm.py")


def directory(folder):
    (folder / "batchnorm.py").mkdir()


def giant(folder):
    with (folder / "batchnorm.py").open("wb") as file:
        file.truncate(500 * 2**20)


LEFT_OUT = {
    link: "not a regular file",
    pipe: "not a regular file",
    directory: "not a regular file",
    giant: "larger than 1048576 bytes",
}


@pytest.mark.parametrize("make", LEFT_OUT, ids=lambda make: make.__name__)
def test_what_is_no_plain_file_is_left_out_by_name(kim, make):
    make(kim)
    submission = intake.read(kim, WANTED)
    assert list(submission.files) == ["activations.py"]
    assert "batchnorm.py" in notes(submission)
    assert LEFT_OUT[make] in notes(submission)


def test_an_unreadable_file_is_left_out_by_name(kim, monkeypatch):
    (kim / "batchnorm.py").write_bytes(GOOD)
    real = entries.os.open

    def refusing(path, *arguments):
        if str(path).endswith("batchnorm.py"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments)

    monkeypatch.setattr(entries.os, "open", refusing)
    submission = intake.read(kim, WANTED)
    assert list(submission.files) == ["activations.py"]
    assert "batchnorm.py: cannot be read (Permission denied)" in notes(submission)


def test_a_file_swapped_for_a_pipe_after_the_look_is_not_waited_for(kim):
    os.mkfifo(kim / "batchnorm.py")
    with pytest.raises(OSError, match="not a regular file"):
        entries._read_regular(kim / "batchnorm.py", 10)


REFUSED = {
    "/activations.py": "leads out",
    "../activations.py": "leads out",
    "a/../../activations.py": "leads out",
    "C:/activations.py": "leads out",
    "..\\activations.py": "leads out",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_zip_member_that_leads_out_is_refused_by_name(tmp_path, name):
    path = zipped(tmp_path / "lee.zip", [("batchnorm.py", GOOD), (name, b"evil = 1\n")])
    submission = intake.read(path, WANTED)
    assert dict(submission.files) == {"batchnorm.py": GOOD}
    assert REFUSED[name] in notes(submission)


def test_a_second_member_of_the_same_name_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zipped(tmp_path / "lee.zip", [("activations.py", GOOD), ("activations.py", b"")])
    submission = intake.read(path, WANTED)
    assert dict(submission.files) == {"activations.py": GOOD}
    assert "second file of the same name" in notes(submission)


def test_a_link_in_a_zip_is_refused(tmp_path):
    member = zipfile.ZipInfo("batchnorm.py")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = zipped(tmp_path / "lee.zip", [("activations.py", GOOD), (member, "/etc/passwd")])
    submission = intake.read(path, WANTED)
    assert list(submission.files) == ["activations.py"]
    assert "not a regular file" in notes(submission)


def test_a_zip_bomb_is_refused_by_its_size(tmp_path):
    path = zipped(tmp_path / "lee.zip", [("activations.py", GOOD), ("batchnorm.py", bytes(2**28))])
    assert path.stat().st_size < 2**20
    assert "larger than" in notes(intake.read(path, WANTED))


def test_a_zip_that_lies_about_a_size_costs_that_member_only(tmp_path):
    path = zipped(tmp_path / "lee.zip", [("activations.py", GOOD), ("batchnorm.py", bytes(2**21))])
    data = path.read_bytes()
    size = (2**21).to_bytes(4, "little")
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    submission = intake.read(path, WANTED)
    assert dict(submission.files) == {"activations.py": GOOD}
    assert "batchnorm.py: cannot be read" in notes(submission)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_member_is_left_out(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "lee.zip", "w", method) as archive:
        archive.writestr("activations.py", bytes(range(256)) * 400)
        archive.writestr("batchnorm.py", GOOD)
    data = bytearray((tmp_path / "lee.zip").read_bytes())
    data[60:140] = bytes(byte ^ 0x5A for byte in data[60:140])
    (tmp_path / "lee.zip").write_bytes(data)
    submission = intake.read(tmp_path / "lee.zip", WANTED)
    assert dict(submission.files) == {"batchnorm.py": GOOD}
    assert "activations.py: cannot be read" in notes(submission)


def test_a_zip_with_a_name_in_no_encoding_is_not_readable(tmp_path):
    path = zipped(tmp_path / "lee.zip", [("활성.py", GOOD)])
    path.write_bytes(path.read_bytes().replace("활성".encode(), b"\xff" * 6))
    with pytest.raises(Unusable, match="not a readable zip"):
        intake.read(path, WANTED)


def test_a_member_without_a_name_is_nothing(tmp_path):
    path = zipped(tmp_path / "lee.zip", [("activations.py", GOOD), ("~", GOOD)])
    path.write_bytes(path.read_bytes().replace(b"~", b"\0"))  # a name ends there
    assert intake.read(path, WANTED).files == {"activations.py": GOOD}


def test_an_encrypted_member_is_left_out(tmp_path):
    path = zipped(tmp_path / "lee.zip", [("activations.py", GOOD), ("batchnorm.py", GOOD)])
    data = bytearray(path.read_bytes())
    for signature, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        second = data.find(signature, data.find(signature) + 1)
        data[second + flag] |= 1
    path.write_bytes(bytes(data))
    submission = intake.read(path, WANTED)
    assert list(submission.files) == ["activations.py"]
    assert "batchnorm.py: cannot be read" in notes(submission)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not really", b"\x00" * 100])
def test_what_is_no_zip_is_said(tmp_path, data):
    path = tmp_path / "lee.zip"
    path.write_bytes(data)
    with pytest.raises(Unusable, match=r"lee\.zip is not a readable zip"):
        intake.read(path, WANTED)


def test_too_many_files_keep_the_wanted_ones(kim):
    for index in range(entries.MAX_FILES + 5):
        (kim / f"a{index:03}.py").write_bytes(GOOD)
    submission = intake.read(kim, WANTED)
    assert len(submission.files) == entries.MAX_FILES
    assert "activations.py" in submission.files
    assert "too large" in notes(submission)
