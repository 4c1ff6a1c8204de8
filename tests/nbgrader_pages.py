"""What people look at: cells that show something, formgrader in a real browser, the notebooks."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from jinja2 import Environment

from autograder.nbgrader.display import Display
from autograder.nbgrader.pages import markdown2html
from tests.nbgrader_class import (
    ANSWER,
    ASSIGNMENT,
    CLASS,
    FIRST,
    HOSTILE,
    OF_NBGRADER,
    QUESTIONS,
    Course,
    hand_in,
    set_up,
)
from tests.nbgrader_gradebook import FULL, keep

pytestmark = OF_NBGRADER
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)


# --- cells that show something --------------------------------------------------------------------


@pytest.fixture(scope="module")
def display():
    opened = Display(seconds=3.0, total=20.0)
    yield opened
    opened.close()


def said(outputs):
    """All text of a cell, without colours."""
    text = "".join(output.get("text") or output.data.get("text/plain", "") for output in outputs)
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_cell_prints_draws_imports_and_keeps_its_names(display):
    cells = [
        "import mine, matplotlib.pyplot as plt\nx = mine.three()",
        "print(x)\nplt.plot([1, 2])\nplt.show()",
        "%timeit -n1 -r1 1",
        "x + 1",
    ]
    first, second, third, fourth = display.run(cells, {"mine.py": b"def three():\n    return 3\n"})
    assert (said(first), said(fourth).strip()) == ("", "Out[4]: 4")
    assert second[0].text == "3\n"
    assert second[1].data["image/png"].startswith("iVBOR")
    assert second[1].metadata["image/png"]["alt"].startswith("<Figure")
    assert "per loop" in said(third)


ATTEMPTS = {
    "read the system": "open('/etc/passwd').read()",
    "read the references": "open({root!r} + '/solutions/activations.py').read()",
    "read a course": "open({course!r}).read()",
    "write a course": "open({course!r}, 'a').write('x')",
    "write beside itself": "open('x', 'w')",
    "remove a course": "import os; os.remove({course!r})",
    "ask a server": "import socket; socket.socket().connect(('127.0.0.1', 9))",
    "ask a server here": "import socket; socket.socket(socket.AF_UNIX)",
    "start a program": "import subprocess; subprocess.run(['true'])",
    "start a process": "import os; os.fork()",
    "signal its parent": "import os; os.kill(os.getppid(), 9)",
    "look into its parent": "open(f'/proc/{{__import__(\"os\").getppid()}}/environ').read()",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_cell_cannot(display, attempt, tmp_path):
    from tests.nbgrader_class import ROOT

    course = tmp_path / "gradebook.db"
    course.write_text("marks", encoding="utf-8")
    source = ATTEMPTS[attempt].format(root=str(ROOT), course=str(course))
    cell, after = display.run([f"{source}\nprint('it', 'could')", "print('still here')"], {})
    assert "it could" not in said(cell)
    assert "Error" in said(cell)
    assert said(after) == "still here\n"
    assert course.read_text(encoding="utf-8") == "marks"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import os; os._exit(3)", "exit code 3"),
        ("while True: pass", "more than 3 s"),
        ("import os; os.write(4, b'x' * 100)", "sent something"),
        ("import os; os.write(4, (10).to_bytes(8, 'little') + b'N' * 10)", "sent something"),
        ("x = bytearray(2**31)", "MemoryError"),
        ("print('x' * 2**30)", ""),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    ],
)
def test_a_kernel_that_ends_takes_nothing_with_it(display, source, says):
    cell, after = display.run([source, "1"], {})
    assert says in said(cell) + said(after)
    assert len(json.dumps([cell, after])) < 2**20
    ((next_one,),) = display.run(["print('next')"], {})
    assert next_one.text == "next\n"


def test_what_a_cell_shows_is_text_and_pictures_only(display):
    source = (
        "from IPython.display import HTML, Javascript, Markdown, SVG, display\n"
        "for one in (HTML, Javascript, Markdown): display(one('<script>forged()</script>'))\n"
        "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))"
    )
    (outputs,) = display.run([source], {})
    kinds = {kind for output in outputs for kind in output.data}
    assert kinds == {"text/plain", "image/svg+xml"}


def test_one_notebook_leaves_nothing_for_the_next(display):
    list(display.run(["x = 1\nimport sys\nsys.path.clear()"], {"left.py": b""}))
    first, second = display.run(["x", "import left"], {})
    assert "NameError" in said(first)
    assert "ModuleNotFoundError" in said(second)


# --- markdown -------------------------------------------------------------------------------------


ACTIVE = re.compile(
    r"""<(script|iframe|svg|input|form|button)|\bon\w+=|javascript:|data:text"""
    r"""| (style|id)=|class=.score""",
    re.IGNORECASE,
)


def rendered(source, cell=None):
    environment = Environment(autoescape=False)
    environment.filters["markdown2html"] = markdown2html
    return environment.from_string("{{ source | markdown2html }}").render(
        source=source, cell=cell or {}
    )


@pytest.mark.parametrize(
    "source",
    [
        *HOSTILE.strip().splitlines(),
        "<iframe src='evil.html'></iframe>",
        "<svg onload=forged()>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='jAvAsCrIpT:forged()'>x</a>",
        "<p style='position:fixed;top:0'>x</p>",
        "<div class='score' id='relu_forward'>x</div>",
        "<form action='/formgrader/api'><button>x</button></form>",
        "```\n</pre><script>forged()</script>\n```",
        "$<img src=x onerror=forged()>$",
        "![x](javascript:forged())",
    ],
)
def test_a_student_s_text_executes_nothing(source):
    page = rendered(source)
    tags = re.findall(r"<(?!/)[^>]*>", page)
    assert not [tag for tag in tags if ACTIVE.search(tag)], page


def test_what_a_lesson_needs_is_shown():
    page = rendered(
        "## A *title*\n\n$a < b$ and `c < d`\n\n|x|y|\n|-|-|\n|1|2|\n\n> said\n\n1. one"
    )
    for part in ("<em>title</em>", "<code>c &lt; d</code>", "<td>1</td>", "<blockquote>", "<ol>"):
        assert part in page
    assert "$a &lt; b$" in page
    picture = {"attachments": {"p.png": {"image/png": "iVBORw0KGgo="}}}
    assert 'src="data:image/png;base64,iVBOR' in rendered("![p](attachment:p.png)", picture)
    assert '<a href="https://cs231n.github.io">' in rendered("[notes](https://cs231n.github.io)")


# --- formgrader -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Two with notebooks, one of them hostile, and one whose results were pushed."""
    made = set_up(tmp_path_factory.mktemp("formgrader") / "course")
    for student in ("right", "hostile-page"):
        hand_in(made.folder / "release" / ASSIGNMENT, made.submitted(student), CLASS[student])
    made.ours("autograde")
    keep(made.folder / "results", {"pushed": FULL})
    made.ours("push", "--out", made.folder / "results")
    return made


@pytest.fixture(scope="module")
def address(course, tmp_path_factory):
    """A Jupyter server in the course's folder, as an instructor starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = course.folder / "jupyter.log"
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    options = [f"--ServerApp.port={port}", "--IdentityProvider.token="]
    home = tmp_path_factory.mktemp("home")
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, *options],
            cwd=course.folder,
            env={**os.environ, "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "jupyter")},
            stdout=output,
            stderr=output,
        )
    try:
        yield answering(f"http://127.0.0.1:{port}", server, log)
    finally:
        server.terminate()
        server.wait(20)


def answering(address, server, log):
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api").close()
        except OSError:
            assert server.poll() is None, log.read_text(encoding="utf-8")[-3000:]
            time.sleep(0.2)
        else:
            return address
    raise AssertionError(log.read_text(encoding="utf-8")[-3000:])


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium. Without one, formgrader is not tested, and that is a failure."""
    assert CHROMIUM, "there is no Chromium: apt-get install chromium"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address):
    opened = browser.new_page(base_url=address)
    opened.route(lambda url: not url.startswith(address), without_network)
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


def without_network(route):
    """Formgrader waits for MathJax, from a server of its own: here is what it asks of it."""
    ready = "MathJax = {Hub: {Config() {}, Startup: {signal: {Interest(told) { told('End') }}}}}"
    if "mathjax" in route.request.url:
        route.fulfill(body=ready, content_type="text/javascript")
    else:
        route.abort()


def shown(page, student, name=FIRST):
    """The page on which a notebook of a student is marked, reached as a person does."""
    page.goto(f"/formgrader/gradebook/{ASSIGNMENT}/{name}")
    where = f"/formgrader/api/submitted_notebooks/{ASSIGNMENT}/{name}"
    names = page.evaluate(f"async () => (await fetch('{where}')).json()")
    (number,) = (one["id"] for one in names if one["student"] == student)
    page.goto(f"/formgrader/submissions/{number}/?index=0")
    page.wait_for_function("() => formgrader.loaded && formgrader.grades.loaded")
    page.wait_for_function("() => formgrader.comments.loaded")


def test_formgrader_lists_every_submission(page):
    page.goto(f"/formgrader/manage_submissions/{ASSIGNMENT}")
    page.wait_for_selector("td.student-id, td:has-text('right')")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length >= 3")
    text = page.inner_text("table")
    for student in ("right", "hostile-page", "pushed"):
        assert student in text
    assert "100" in text


def test_an_answer_that_is_marked_there_is_in_the_export(page, course):
    before = course.exported()["right"]
    assert before[ANSWER] == ""
    shown(page, "right")
    assert "because of the slope" in page.inner_text("#notebook")
    box = page.locator(f"#{ANSWER}")
    box.fill("2.5")
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
        box.press("Tab")
    page.locator(f"#{ANSWER}-comment").fill("Well seen, and why?")
    with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.ok):
        page.locator(f"#{ANSWER}-comment").press("Tab")
    after = course.exported()["right"]
    assert after[ANSWER] == "2.5"
    assert int(after["open"]) == int(before["open"]) - 1
    assert float(after["so_far"]) == float(before["so_far"]) + 2.5
    course.run("generate_feedback", ASSIGNMENT, "--student", "right")
    feedback = course.folder / "feedback" / "right" / ASSIGNMENT / f"{FIRST}.html"
    assert "Well seen, and why?" in feedback.read_text(encoding="utf-8")


def test_whoever_was_pushed_has_a_page_with_the_log(page):
    shown(page, "pushed")
    assert "[PASS]" in page.inner_text("#notebook")
    assert page.input_value("#relu_forward") in ("", "2")
    assert page.get_attribute("#relu_forward", "placeholder") == "2"


def test_a_hostile_answer_runs_nothing_in_the_browser_of_whoever_marks(page, course):
    shown(page, "hostile-page")
    assert "a page" in page.inner_text("#notebook")
    for link in page.locator("#notebook-container a:visible").all():
        if link.inner_text() in ("a link", "a page"):
            link.click(no_wait_after=True)
            page.wait_for_timeout(300)
            assert page.evaluate("() => window.forged") is None
            shown(page, "hostile-page")
    assert page.evaluate("() => window.forged") is None
    assert page.locator("#relu_forward").count() == 1


# --- the course's own notebooks -------------------------------------------------------------------


def test_the_course_s_notebooks_are_set_up_and_pass_with_the_references(tmp_path):
    """The one command, and `nbgrader validate` of all that it made."""
    made = Course(tmp_path / "course")
    assert "is ready" in made.ours("setup")
    assert oct((made.folder / "nbgrader_config.py").stat().st_mode)[-3:] == "600"
    said_of_all = made.ours("validate")
    assert len(re.findall(r"^\d_\w+\.ipynb  ok$", said_of_all, re.M)) == 5
    hand_in(made.folder / "release" / ASSIGNMENT, made.submitted("kim"), lambda folder: None)
    made.ours("autograde")
    row = made.exported()["kim"]
    assert sum(float(row[name]) for name in QUESTIONS) == 100
