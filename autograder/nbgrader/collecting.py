"""Which extracted file is whose, for `nbgrader zip_collect`: the folder's name is the student's."""

from __future__ import annotations

from pathlib import Path

from nbgrader.plugins import FileNameCollectorPlugin

EXTRACTED = "extracted"
ENDINGS = (".ipynb", ".py")


class ByFolder(FileNameCollectorPlugin):
    """Takes notebooks and Python files; of those with one name the first, no Mac's shadows."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        path = Path(submitted_file)
        within = path.parts[len(path.parts) - path.parts[::-1].index(EXTRACTED) :]
        hidden = any(part.startswith((".", "__")) for part in within)
        if path.suffix not in ENDINGS or len(within) < 2 or hidden:
            return None
        student, name = within[0], path.name
        if (student, name) in self.taken:
            self.log.warning("Passed over, there is one already: %s", path)
            return None
        self.taken.add((student, name))
        return {"student_id": student, "file_id": name}

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.taken: set[tuple[str, str]] = set()
