"""Pages for people: one for each student, and one or more that show the class.

Each page is one file that asks nothing of a network: its style, its script and its pictures are in
it, and its own policy lets it run nothing else. ``OUT/<student>/feedback.html`` is the student's
own and says nothing of anybody else; ``OUT/index.html`` is the instructor's.
"""

from __future__ import annotations

from pathlib import Path

from ...model import Text, text
from ..files import replace_text
from ..result import Results
from .class_page import Gathered, pages_of
from .page import FEEDBACK
from .student import feedback


def write_pages(results: Results, out: Path) -> Text:
    """Write all pages, in the language in use.

    One pass: of each result only what the class page shows of it is kept.
    """
    gathered = Gathered()
    for result in results():
        file = out / result.person.key / FEEDBACK
        if result.status == "missing":
            file.unlink(missing_ok=True)  # of another day: it is not so any more
        else:
            replace_text(file, feedback(result))
        gathered.add(result)
    pages = dict(pages_of(gathered))
    for name, page in pages.items():
        replace_text(out / name, page)
    for further in set(out.glob("index-*.html")) - {out / name for name in pages}:
        further.unlink()  # of a larger class
    return text(
        "{file}, and a {name} for each of {count:,} students",
        file=out / "index.html",
        name=FEEDBACK,
        count=gathered.with_pages,
    )
