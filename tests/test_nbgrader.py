"""nbgrader is large and lives apart: without it, everything but its own steps works."""

import sys

import pytest

from autograder.cli import main

STEPS = ("setup", "validate", "autograde", "push", "export")


def test_help_needs_no_nbgrader(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    with pytest.raises(SystemExit) as ended:
        main(["nbgrader", "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for step in STEPS:
        assert f"    {step} " in said
        with pytest.raises(SystemExit):
            main(["nbgrader", step, "--help"])
        assert "COURSE" in capsys.readouterr().out


@pytest.mark.parametrize("step", STEPS)
def test_a_step_without_nbgrader_says_how_to_get_it(monkeypatch, capsys, tmp_path, step):
    for name in list(sys.modules):
        if name.startswith("autograder.nbgrader"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)
    assert main(["nbgrader", step, str(tmp_path)]) == 2
    said = capsys.readouterr().err.strip()
    assert said.endswith(".venv/bin/pip install -r requirements-notebooks.txt")
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())
