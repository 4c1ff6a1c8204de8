"""A page from its template: all that is put into it is text, and only its own script may run."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ...language import say, spoken
from ...model import Text
from ..practice import TITLE
from ..safe import shown
from ..screen import command

HERE = Path(__file__).parent
FEEDBACK = "feedback.html"
LARGEST = 300_000  # bytes of a page: it opens at once on a phone
LENGTHS = (2_000, 300, 60)  # letters of what others wrote; fewer where a page grows too large
SPECIAL = re.compile(r"[^\w.-]")  # in a link; letters of every script may stay as they are


def filled(template: str, **facts: Any) -> str:
    """The page; what others wrote is cut shorter where it would be too large."""
    made = ""
    for length in LENGTHS:
        made = part(template, length, **facts)
        if size(made) <= LARGEST:
            break
    return made


def part(template: str, length: int, **facts: Any) -> Markup:
    """A page or a piece of one, with what others wrote cut after ``length`` letters."""
    source = environment(length).get_template(template)
    return Markup(source.render(language=spoken(), course=TITLE, **facts))


def size(page: str) -> int:
    return len(page.encode())


@cache
def environment(length: int) -> Environment:
    """Templates whose values are escaped."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=partial(plain, length=length),
    )
    style, script = source("style.css"), source("class.js")
    own = {"style": style, "script": script}
    allowed = {"style_hash": digest(style), "script_hash": digest(script)}
    saying = partial(said, length=length)
    made.globals |= {**own, **allowed, "say": saying, "Text": Text, "command": command}
    made.globals["_"] = lambda template, **values: saying(Text(template, values))
    return made


def plain(value: object, length: int) -> object:
    """What stands in a page as it came, such as a name."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)
    return shown(str(value), length) if is_text else value


def said(sentence: str | Text, length: int) -> Markup:
    """A sentence in the language in use: what is filled into it is cut, its own words are not."""
    if isinstance(sentence, Text):
        sentence = Text(sentence.template, cut(sentence.values, length))
    return escape(say(sentence))


def cut(values: Mapping[str, object], length: int) -> dict[str, object]:
    return {name: shortened(value, length) for name, value in values.items()}


def shortened(value: object, length: int) -> object:
    if isinstance(value, Text):
        return Text(value.template, cut(value.values, length))
    if isinstance(value, (list, tuple)):
        return [shortened(one, length) for one in value]
    return shown(value, length) if isinstance(value, str) and len(value) > length else value


def link(key: str) -> Markup:
    """The relative link to a student's page."""
    return Markup(SPECIAL.sub(lambda letter: quote(letter[0], safe=""), key) + f"/{FEEDBACK}")


def source(name: str) -> Markup:
    """One of our own files, to stand in a page as it is."""
    return Markup((HERE / name).read_text(encoding="utf-8"))


def digest(code: str) -> Markup:
    """By which a content security policy knows a style or script that may run."""
    return Markup(f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'")
