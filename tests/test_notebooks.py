"""The notebooks: built from their sources, for students without the answers, and they all run."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

from autograder import lab, language, notebooks, plots, syllabus
from autograder.cli import main
from autograder.model import Unusable

ROOT = Path(__file__).resolve().parents[1]
NAMES = [path.stem for path in notebooks.source_files()]
LANGUAGES = language.LANGUAGES
POINTS = {"en": "({} points)", "ko": "({}점)"}


def cells(name, language):
    return notebooks.in_language(notebooks.NOTEBOOKS / f"{name}.py", language)


def kind(cell):
    """What nbgrader takes a cell for: a test, an answer, a task, or nothing."""
    told = cell.nbgrader or {"task": False, "solution": False, "grade": False}
    return next((name for name in ("task", "solution", "grade") if told[name]), None)


every_notebook = pytest.mark.parametrize("name", NAMES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


# --- building -------------------------------------------------------------------------------------


def test_there_are_five():
    assert [name[:2] for name in NAMES] == ["1_", "2_", "3_", "4_", "5_"]


def test_the_committed_notebooks_are_fresh(capsys):
    assert main(["notebooks", "--check"]) == 0
    assert capsys.readouterr().out == "the notebooks in assignment/ are fresh\n"
    built = {*notebooks.student_files()}
    assert {
        path.relative_to(ROOT / "assignment").as_posix()
        for path in (ROOT / "assignment").rglob("*.ipynb")
    } == built


def test_what_is_stale_is_named_and_written(tmp_path):
    first, *others = notebooks.write(tmp_path)
    assert not notebooks.stale(tmp_path)
    (tmp_path / first).write_bytes(b"{}")
    assert notebooks.stale(tmp_path) == [first]
    assert notebooks.write(tmp_path) == [first]
    assert others


def test_another_process_builds_the_same_bytes(tmp_path):
    code = "import sys, pathlib; from autograder import notebooks as n; n.write(pathlib.Path('.'))"
    environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "PATH": ""}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    for name, content in notebooks.student_files().items():
        assert (tmp_path / name).read_bytes() == content


@every_language
@every_notebook
def test_instructors_notebooks_are_valid_and_have_the_answers(name, language):
    content = notebooks.instructor_notebooks(language)[f"{name}.ipynb"]
    notebook = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == [cell.title for cell in cells(name, language)]
    assert "MARK SCHEME" in content.decode()


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("# %%\n1", "cell 1 needs a title"),
        ("# %% one\n1\n# %% one\n2", "cell 1 needs a title of its own"),
        ('# %% one nbgrader={"grade_id": "two"}\n1', "another grade_id"),
    ],
)
def test_a_faulty_source_is_refused(tmp_path, source, complaint):
    path = tmp_path / "1_x.py"
    path.write_text(source)
    with pytest.raises(Unusable, match=complaint):
        notebooks.read(path)


@pytest.mark.parametrize(
    "korean", ["# %% other [markdown]\n# x", "# %% one [markdown]\n# x\n# %% b [markdown]\n# x"]
)
def test_a_translation_that_lacks_a_cell_or_has_one_more_is_refused(tmp_path, korean):
    (tmp_path / "ko").mkdir()
    (tmp_path / "1_x.py").write_text("# %% one [markdown]\n# x\n")
    (tmp_path / "ko" / "1_x.py").write_text(korean)
    with pytest.raises(Unusable, match="not in both languages"):
        notebooks.in_language(tmp_path / "1_x.py", "ko")


# --- what stands in them --------------------------------------------------------------------------


def test_every_question_has_one_check_cell_worth_its_points():
    found = [
        (cell.title, cell.nbgrader["points"], cell.source)
        for name in NAMES
        for cell in cells(name, "en")
        if kind(cell) == "grade"
    ]
    assert sorted(found) == sorted(
        (question.name, question.points, f'check("{question.name}")')
        for question in syllabus.questions()
    )


def test_every_picture_is_shown_once():
    shown = [
        found
        for name in NAMES
        for cell in cells(name, "en")
        for found in re.findall(r'^show\("(\w+)", "(\w+)"\)$', cell.source, re.M)
    ]
    assert sorted(shown) == sorted(
        (exercise, plan.name) for exercise in syllabus.EXERCISES for plan in plots.plans(exercise)
    )


@every_language
@every_notebook
def test_written_questions_and_tasks_are_as_nbgrader_wants_them(name, language):
    found = cells(name, language)
    answers = [cell for cell in found if kind(cell) == "solution"]
    tasks = [cell for cell in found if kind(cell) == "task"]
    assert 2 <= len(answers) <= 3
    assert len(tasks) == 1
    for cell in found:
        if cell.nbgrader:
            assert cell.nbgrader["schema_version"] == 3
            assert cell.nbgrader["locked"] != cell.nbgrader["solution"]
            assert cell.nbgrader["points"] > 0
            assert cell.nbgrader["grade"] == (kind(cell) != "task")
    for cell in answers:
        asked = found[found.index(cell) - 1].source
        assert cell.kind == "markdown"
        assert POINTS[language].format(cell.nbgrader["points"]) in asked.splitlines()[0]
        assert points_to_be_had(cell.source, language) >= cell.nbgrader["points"]
    for cell in tasks:
        scheme = re.search(
            "=== BEGIN MARK SCHEME ===(.*)=== END MARK SCHEME ===", cell.source, re.S
        )
        assert POINTS[language].format(cell.nbgrader["points"]) in cell.source.splitlines()[0]
        assert points_to_be_had(scheme[1], language) == cell.nbgrader["points"]


def points_to_be_had(scheme, language):
    """The sum of a mark scheme's criteria; "for each of two" counts twice."""
    number = {"en": r"^- (\d) points?", "ko": r"^- (?:.*에 )?(\d)점"}[language]
    twice = {"en": "for each of two", "ko": "두 가지까지"}[language]
    lines = re.findall(r"^- .*(?:\n  .*)*", scheme, re.M)
    return sum(
        int(found[1]) * (2 if twice in line else 1)
        for line in lines
        if (found := re.match(number, line))
    )


@every_notebook
def test_the_korean_edition_has_the_same_cells_and_the_same_code(name):
    english, korean = cells(name, "en"), cells(name, "ko")
    assert [(c.title, c.kind, c.nbgrader) for c in english] == [
        (c.title, c.kind, c.nbgrader) for c in korean
    ]
    for one, other in zip(english, korean, strict=True):
        if one.kind == "code":
            assert other.source == one.source.replace('use("en")', 'use("ko")')
        else:
            assert re.search("[가-힣]", other.source)
            assert not re.search("[가-힣]", one.source)
            assert one.source.count("$$") == other.source.count("$$")
    assert 'use("ko")' in "".join(cell.source for cell in korean)


@every_language
@every_notebook
def test_nothing_for_instructors_reaches_a_student(name, language):
    released = notebooks.student_notebooks(language)[f"{name}.ipynb"].decode()
    plain = "".join("".join(cell["source"]) for cell in json.loads(released)["cells"])
    for words in ("MARK SCHEME", "Mark scheme", "Model answer", "모범 답안", "채점 기준", "HIDDEN"):
        assert words not in plain
    for cell in cells(name, language):
        secret = cell.source if kind(cell) == "solution" else ""
        if kind(cell) == "task":
            asked, _, secret = cell.source.partition("=== BEGIN")
            assert asked.strip() in plain
        for line in secret.splitlines()[1:]:
            assert len(line) < 10 or line not in plain
    assert plain.count(notebooks.ANSWER_HERE[language]) == sum(
        kind(cell) == "solution" for cell in cells(name, language)
    )


def test_hidden_tests_are_taken_out_in_both_spellings():
    source = 'check("f")\n### BEGIN HIDDEN TESTS\nassert f(1)\n### END HIDDEN TESTS\nprint(1)'
    cell = notebooks.Cell("f", "code", source, {"grade": True, "solution": False})
    assert notebooks.for_students(cell, "en").source == 'check("f")\nprint(1)'
    cell = notebooks.Cell(
        "f", "code", "a\n# === BEGIN HIDDEN TESTS ===\nb\n# === END HIDDEN TESTS ==="
    )
    assert notebooks.for_students(cell, "en").source == "a"


def test_without_jupytext_the_remedy_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupytext", None)
    notebooks.read.cache_clear()
    assert main(["notebooks"]) == 2
    assert "install requirements-notebooks.txt" in capsys.readouterr().err


def test_the_pins_are_the_same_for_tests():
    wanted, tested = (
        dict(re.findall(r"^(\S+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M))
        for name in ("requirements-notebooks.txt", "tests/requirements.txt")
    )
    both = set(wanted) & set(tested)
    assert both >= {"jupytext", "nbformat"}
    assert {name: wanted[name] for name in both} == {name: tested[name] for name in both}


# --- running --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["solutions", "assignment"])
def executed(request, tmp_path_factory):
    """All notebooks, one after the other in one kernel, with the references or with the stubs.

    Between two notebooks all names are forgotten. Any error ends the run.
    """
    folder = tmp_path_factory.mktemp(request.param)
    for path in (ROOT / request.param).glob("[!_]*.py"):
        shutil.copy(path, folder)
    whole = nbformat.v4.new_notebook()
    for name, content in notebooks.student_notebooks("en").items():
        whole.cells += nbformat.reads(content.decode(), as_version=4).cells
        whole.cells.append(nbformat.v4.new_code_cell("%reset -f", id="forget"))
        for cell in whole.cells:
            cell.id = cell.id if "-" in cell.id else f"{name[0]}-{cell.id}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        resources = {"metadata": {"path": str(folder)}}
        nbclient.NotebookClient(whole, timeout=120, resources=resources).execute()
    return request.param, [cell for cell in whole.cells if cell.cell_type == "code"]


def said(cell):
    """All that a cell put out, on one line."""
    parts = [output.get("text") or output.data.get("text/plain", "") for output in cell.outputs]
    return " ".join(" ".join(parts).split())


def test_all_notebooks_run_with_the_references_and_explain_what_a_stub_lacks(executed):
    folder, ran = executed
    solved = folder == "solutions"
    points = 0.0
    for cell in ran:
        if cell.id.endswith(("setup", "forget")):
            continue
        assert ("not written yet" in said(cell)) != solved, (cell.id, said(cell))
        if cell.source.startswith("check"):
            *_, result = cell.outputs
            points += float(result.data["text/plain"])
            assert ("[PASS]" if solved else "[TODO]") in said(cell)
        if cell.source.startswith("show"):
            *pictures, caption = cell.outputs
            assert [*caption.data] == ["text/html", "text/plain"]
            if solved:
                assert pictures[0].metadata["image/png"]["alt"] == caption.data["text/plain"]
                assert re.search(r"\d", caption.data["text/plain"]), cell.id
    assert points == (100 if solved else 0)


@pytest.mark.parametrize("folder", ["assignment", "assignment/ko"])
def test_the_first_cell_finds_the_lab_and_the_students_files(folder):
    """Wherever the copy lies, without anything installed; as in a notebook, by the kernel's cwd."""
    setups = [cell.source for name in NAMES for cell in cells(name, "en") if cell.title == "setup"]
    code = "\n".join([*setups, "from autograder import lab", "print(lab.desk.folder)"])
    command = [sys.executable, "-P", "-c", code]
    found = subprocess.run(command, cwd=ROOT / folder, check=True, capture_output=True, text=True)
    assert len(setups) == 5
    assert Path(found.stdout.strip()) == ROOT / "assignment"


# --- the lab --------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A student's folder; the notebook of a second language lies in a folder of its own."""
    for path in (ROOT / "assignment").glob("*.py"):
        shutil.copy(path, tmp_path)
    (tmp_path / "ko").mkdir()
    monkeypatch.chdir(tmp_path / "ko")
    lab.desk.clear()
    yield tmp_path
    lab.desk.clear()


def test_an_edited_file_is_used_at_once(desk, capsys):
    activations = lab.functions("activations")
    network = lab.functions("network")
    with lab.explaining():
        activations.relu_forward(-2.0)
    file, line = capsys.readouterr().out.split()[-1].rsplit(":", 1)
    assert "def relu_forward" in Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    shutil.copy(ROOT / "solutions" / "activations.py", desk)
    assert activations.relu_forward(-2.0)[0] == 0
    assert network.ACTIVATIONS["relu"][0](-2.0)[0] == 0
    source = (desk / "activations.py").read_text(encoding="utf-8")
    (desk / "activations.py").write_text(source.replace("np.maximum(x, 0.0)", "np.minimum(x, 0.0)"))
    assert network.ACTIVATIONS["relu"][0](-2.0)[0] == -2
    assert activations.relu_forward(-2.0)[0] == -2


def test_a_broken_function_costs_itself_and_is_told_with_its_line(desk, capsys):
    source = (ROOT / "solutions" / "activations.py").read_text(encoding="utf-8")
    broken = source.replace("def elu_forward(x, alpha=1.0):", "def elu_forward(x, alpha=1.0:")
    (desk / "activations.py").write_text(broken)
    activations = lab.functions("activations")
    assert activations.relu_forward(3.0)[0] == 3
    told = capsys.readouterr().out
    assert re.match(r"activations\.py line \d+ does not parse", told)
    with lab.explaining():
        activations.elu_forward(1.0)
    assert capsys.readouterr().out == told


def test_other_errors_of_a_student_are_not_swallowed(desk):
    (desk / "activations.py").write_text("def relu_forward(x):\n    return x.nonsense\n")
    with pytest.raises(AttributeError, match="nonsense"), lab.explaining():
        lab.functions("activations").relu_forward(3.0)
    with pytest.raises(NotImplementedError, match="mine"), lab.explaining():
        raise NotImplementedError("mine")


def test_what_is_not_there_is_said(desk, capsys):
    (desk / "initializers.py").unlink()
    with lab.explaining():
        lab.functions("initializers").he_init(1, 2)
    with lab.explaining():
        lab.functions("activations").relu_froward(1)
    with lab.explaining():
        lab.functions("activation")
    missing, misspelt, unknown = capsys.readouterr().out.replace("\n  ", " ").splitlines()
    assert missing == f"{desk / 'initializers.py'} is missing"
    assert misspelt.startswith("there is no function relu_froward in ")
    assert unknown.startswith("there is no file activation: use one of activations, ")


def test_check_says_what_the_command_says_and_gives_the_points(desk, capsys):
    shutil.copy(ROOT / "solutions" / "initializers.py", desk)
    assert lab.check("he_init") == 4.0
    by_lab = capsys.readouterr().out
    assert main(["check", "he_init", "--folder", str(desk)]) == 0
    assert capsys.readouterr().out == by_lab
    assert lab.check("he_inti") == 0.0
    assert "did you mean he_init?" in capsys.readouterr().out


def test_importing_the_lab_needs_numpy_alone():
    code = (
        "import sys; from autograder import lab\n"
        "print({n.partition('.')[0] for n in sys.modules} & "
        "{'matplotlib', 'IPython', 'jupytext', 'nbformat', 'sqlalchemy', 'tqdm'})"
    )
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert found.stdout == "set()\n"
