"""Tests read English, whatever the machine speaks, and leave a student's progress alone."""

import os

import pytest

from autograder import language, progress
from autograder.language import VARIABLES

for name in VARIABLES:
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"


@pytest.fixture(autouse=True)
def own_progress_in_english(tmp_path, monkeypatch):
    language.use()
    monkeypatch.setattr(progress, "FILE", tmp_path / "course" / "progress.json")
