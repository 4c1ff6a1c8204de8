"""What one submission more takes of the grading command's memory: a name and a path."""

import gc
import os
import pickle
import tracemalloc
from contextlib import redirect_stdout

from autograder import batch, grading, intake, store
from autograder.cli import main
from autograder.model import Finding, Mark, Report, Verdict

PAGE = 20  # rows of the store at a time: fewer than there are, so that a small class shows it
FEW, MANY = 100, 400
BYTES = 450  # for a name, a path, and their places in a dict and two lists: some 300
MARK = Mark(
    "activations", "relu_forward", (Finding("value", "It is right.", Verdict.FAILED, 0, 2),)
)


class Watch:
    """The bytes in use, garbage aside, when all are graded and whenever all rows were read."""

    def __init__(self):
        self.rows, self.held = grading.Grading.rows, []

    def look(self):
        gc.collect()
        self.held.append(tracemalloc.get_traced_memory()[0])

    def run(self, paths, settings, jobs):
        """A result for each, as it comes out of the pipe of a grading process."""
        for number, path in enumerate(paths, 300):
            name = intake.name_of(path)
            profile = batch.Profile(number, number, number / 7, number / 3)
            result = batch.Result(name, path, Report(name, 1, (MARK,)), "graded", None, profile)
            yield pickle.loads(pickle.dumps(result))
        self.look()

    def all_rows(self, of):
        yield from self.rows(of)
        self.look()


def held(folder, count, monkeypatch):
    """The bytes that are held while a class of ``count`` is graded, kept and shown."""
    for number in range(count):
        (folder / f"student-{number:05d}").mkdir(parents=True)
    watch = Watch()
    options = ["--seed", "1", "--all-rows", "--profile", "--out", str(folder.with_suffix(".out"))]
    with (
        monkeypatch.context() as patched,
        open(os.devnull, "w") as nowhere,
        redirect_stdout(nowhere),
    ):
        patched.setattr(batch, "run", watch.run)
        patched.setattr(grading.Grading, "rows", lambda of: watch.all_rows(of))
        tracemalloc.start(1)
        try:
            assert main(["grade", str(folder), *options]) == 1
        finally:
            tracemalloc.stop()
    return watch.held


def test_a_larger_class_takes_next_to_nothing_more(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "version", lambda: "1")  # it reads all of this repository
    for room in (store, grading):
        monkeypatch.setattr(room, "PAGE", PAGE)
    held(tmp_path / "warm", 4 * PAGE, monkeypatch)  # what is imported and cached
    few, many = (held(tmp_path / str(count), count, monkeypatch) for count in (FEW, MANY))
    assert len(few) == 5  # once all are graded, and four times all rows are read
    more = [(later - earlier) / (MANY - FEW) for earlier, later in zip(few, many, strict=True)]
    assert max(more) < BYTES
