"""The pages in a real browser: what axe-core, a keyboard, a phone and a printer make of them.

Run by `.ci/run pages`, which installs Chromium and axe-core. PAGES_SHOTS=FOLDER keeps pictures.
"""

import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import sync_playwright

from autograder import cli, language
from autograder.report.html.class_page import Gathered, pages_of
from autograder.report.reading import Course, class_of, results
from autograder.store import Store
from tests.benchmarks.generate import KEY, write

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / ".ci" / "node_modules" / "axe-core" / "axe.min.js"
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
STUDENTS = 200
LOOKS = list(product(("en", "ko"), ("light", "dark"), (375, 1280)))
HOSTILE = ("raises_markup", "exits_with_0", "raises_long_name", "prints")
WRONG = "박지우"
NAMES = ("<script>alert(1)<", "=HYPERLINK(\"x\"),'q' #%?&", "\u202egnp.exe", WRONG)
EMPTY = "empty-handed"
SECONDS = 1.0  # that sorting or filtering 1,000 rows may take, on a busy machine too


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A class with odd names and hostile submissions, its pages by language."""
    folder = tmp_path_factory.mktemp("class")
    submissions = write(folder / "in", STUDENTS - len(HOSTILE) - len(NAMES) - 1, seed=7)
    (submissions / KEY).unlink()
    for name in HOSTILE:
        shutil.copytree(ROOT / "tests" / "submissions" / name, submissions / name)
    for name in NAMES:
        shutil.copytree(ROOT / "data" / "class" / "hong-seungmin", submissions / name)
    (submissions / EMPTY).mkdir()
    cli.main(["grade", str(submissions), "--out", str(folder / "en"), "--seed", "1"])
    shutil.copytree(folder / "en", folder / "ko")
    for code in ("en", "ko"):
        assert cli.main(["report", str(folder / code), "--lang", code]) == 0
    language.use("en")
    return folder


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, f"none of {BROWSERS} is installed"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program)
        yield started
        started.close()


@contextmanager
def opened(browser, file, width=1280, **settings):
    """The page in a window of its own; in the end nothing was asked for, logged or popped up."""
    window = browser.new_context(viewport={"width": width, "height": 900}, **settings)
    page = window.new_page()
    seen = []
    page.on("request", lambda one: seen.append(one.url))
    page.on("console", lambda one: seen.append(one.text))
    page.on("pageerror", lambda one: seen.append(str(one)))
    page.on("dialog", lambda one: seen.append(one.message))
    page.goto(file.as_uri())
    yield page
    asked = [one for one in seen if not one.startswith("data:image/svg+xml;base64,")]
    assert asked == [file.as_uri()]
    window.close()


def pages(out, code):
    """The class page; the pages of who made mistakes, raised markup, and handed in nothing."""
    names = (WRONG, HOSTILE[0], EMPTY)
    return [out / code / "index.html", *(out / code / name / "feedback.html" for name in names)]


@pytest.mark.parametrize(("code", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(out, browser, code, scheme, width):
    for file in pages(out, code):
        with opened(browser, file, width, color_scheme=scheme) as page:
            keep(page, f"{file.parent.name}-{file.stem}-{code}-{scheme}-{width}")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") == width
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("axe.run({resultTypes: ['violations']})")
            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
            assert len(found["passes"]) > 15


def keep(page, name):
    if folder := os.environ.get("PAGES_SHOTS"):
        safe = re.sub(r"[^\w-]", "_", name)
        page.screenshot(path=Path(folder) / f"{safe}.png", full_page=True)


@pytest.mark.parametrize("width", [320, 768])
def test_nothing_is_wider_than_other_screens(out, browser, width):
    for code in ("en", "ko"):
        for file in pages(out, code):
            with opened(browser, file, width) as page:
                assert page.evaluate("document.documentElement.scrollWidth") == width, file


def test_light_and_dark_differ_in_the_pictures_too(out, browser):
    seen = []
    for scheme in ("light", "dark"):
        with opened(browser, out / "en" / "index.html", color_scheme=scheme) as page:
            paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
            picture = page.evaluate("document.querySelector('figure img').currentSrc")
            assert page.evaluate("document.querySelector('figure img').naturalWidth") > 0
            seen.append((paper, picture))
    assert seen[0][0] == "rgb(255, 255, 255)"
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_the_links_of_the_class_page_lead_to_pages_of_these_names(out, browser):
    with opened(browser, out / "en" / "index.html") as page:
        links = page.locator("#students a").all()
        names = {one.inner_text(): one.get_attribute("href") for one in links}
    assert len(names) == STUDENTS
    for name in NAMES:
        said = name.replace("\u202e", r"\u202e")
        window = browser.new_page()
        window.goto(urljoin((out / "en" / "index.html").as_uri(), names[said]))
        assert window.locator("h1").inner_text() == said
        window.close()


# The table of students


def shown(page, column):
    """The cells of a column in the rows that are visible."""
    rows = "[...document.querySelectorAll('#students tbody tr')].filter(one => !one.hidden)"
    return page.evaluate(f"{rows}.map(one => one.cells[{column}].textContent.trim())")


def test_a_click_sorts_and_another_one_turns_it_round(out, browser):
    with opened(browser, out / "en" / "index.html") as page:
        mark = page.locator("#students thead th").nth(1)
        for direction in ("ascending", "descending"):
            mark.locator("button").click()
            assert mark.get_attribute("aria-sort") == direction
            cells = shown(page, 1)
            numbers = [int(cell) for cell in cells if cell != "-"]
            assert numbers == sorted(numbers, reverse=direction == "descending")
            assert cells[-1] == "-"
            assert len(cells) == STUDENTS
        page.locator("#students thead th button").first.click()
        assert mark.get_attribute("aria-sort") is None
        first = next(name for name in shown(page, 0) if name.startswith("student-"))
        assert first.split()[0] == "student-00000"


def test_questions_are_sorted_by_numbers_too(out, browser):
    with opened(browser, out / "en" / "index.html") as page:
        page.locator(".questions th button").nth(1).click(click_count=2)
        cells = page.locator(".questions tbody td:nth-child(2)").all()
        numbers = [float(cell.get_attribute("data-v")) for cell in cells]
        assert numbers == sorted(numbers, reverse=True)
        assert len({cell.inner_text() for cell in cells}) < len(set(numbers))  # the exact ones


def test_words_a_state_and_a_mistake_filter_together(out, browser):
    with opened(browser, out / "en" / "index.html") as page:
        found = page.locator("#found")
        assert found.inner_text() == f"{STUDENTS} of {STUDENTS} shown"
        page.fill("#words", "STUDENT-0001")
        assert len(shown(page, 0)) == 10
        assert found.inner_text() == f"10 of {STUDENTS} shown"
        page.select_option("#state", label="crashed (1)")
        assert shown(page, 0) == []
        page.fill("#words", "")
        assert [name.split()[0] for name in shown(page, 0)] == ["exits_with_0"]


def test_a_mistake_shows_who_makes_it(out, browser):
    with opened(browser, out / "en" / "index.html") as page:
        line = page.locator(".map li").first
        page.fill("#words", "nobody of this name")
        line.locator("button").click()
        count = int(line.locator("strong").inner_text())
        assert len(shown(page, 0)) == count > 1
        assert page.evaluate("document.activeElement.id") == "mistake"


def test_without_its_script_the_page_is_all_there(out, browser):
    file = out / "en" / "index.html"
    with opened(browser, file, java_script_enabled=False) as page:
        assert page.locator("#students tbody tr:visible").count() == STUDENTS
        assert page.locator("button:visible, #tools:visible").count() == 0


def test_a_thousand_rows_are_sorted_and_filtered_at_once(out, browser, tmp_path):
    (tmp_path / "index.html").write_text(a_thousand(out / "en"), encoding="utf-8")
    with opened(browser, tmp_path / "index.html") as page:
        assert len(shown(page, 0)) == 1000
        took = {
            "sort": timed(page, "document.querySelectorAll('#students th button')[1].click()"),
            "names": timed(page, "document.querySelectorAll('#students th button')[0].click()"),
            "filter": timed(page, "words.value = '0001'; words.dispatchEvent(new Event('input'))"),
            "all": timed(page, "words.value = ''; words.dispatchEvent(new Event('input'))"),
        }
        print({name: f"{1000 * seconds:.0f} ms" for name, seconds in took.items()})
        assert max(took.values()) < SECONDS


def timed(page, action):
    """Seconds until the rows stand where they belong and have been laid out."""
    return page.evaluate(
        f"""() => {{
            const words = document.getElementById("words");
            const start = performance.now();
            {action};
            document.body.getBoundingClientRect();
            return (performance.now() - start) / 1000;
        }}"""
    )


def a_thousand(out):
    """The class page of five such classes."""
    gathered = Gathered()
    with Store(out / "results.db") as store:
        rows = list(store.rows(store.lineage(store.last_run())))
        for result in results(store, rows, class_of(rows, Course()), whole=True):
            for copy in range(5):
                key = f"{result.person.key}-{copy}"
                gathered.add(replace(result, person=replace(result.person, key=key, name=key)))
    ((_, page),) = pages_of(gathered)
    return page


# Keyboard and printer

OUTLINE = """(({outlineStyle, outlineWidth}) => `${outlineStyle} ${outlineWidth}`)(
    getComputedStyle(document.activeElement)
)"""


def test_a_keyboard_is_enough_and_shows_where_it_is(out, browser):
    with opened(browser, out / "en" / "index.html") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#needing"
        for _ in range(100):
            if page.evaluate("document.activeElement.closest('#students thead') !== null"):
                break
            assert page.evaluate(OUTLINE) == "solid 2px"
            page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE) == "solid 2px"
        page.keyboard.press("Enter")
        assert page.locator("#students th").first.get_attribute("aria-sort") == "ascending"
    with opened(browser, out / "en" / WRONG / "feedback.html") as page:
        hint = page.locator("article details").last
        hint.locator("summary").focus()
        assert not hint.locator("p").first.is_visible()
        page.keyboard.press("Enter")
        assert hint.locator("p").first.is_visible()


def test_on_paper_everything_is_unfolded_and_no_control_is_left(out, browser):
    with opened(browser, out / "en" / "index.html") as page:
        page.emulate_media(media="print")
        assert page.locator("#tools:visible, nav:visible, .map button:visible").count() == 0
        assert page.locator("details table").is_visible()
    with opened(browser, out / "en" / WRONG / "feedback.html") as page:
        page.emulate_media(media="print")
        assert all(one.is_visible() for one in page.locator("details p").all())
        assert page.pdf()[:5] == b"%PDF-"
