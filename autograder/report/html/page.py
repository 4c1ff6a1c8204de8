"""A page from its template: all that is put into it is text, and only its own script may run."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, overload
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ...language import say
from ...model import Text, text

HERE = Path(__file__).parent
FEEDBACK = "feedback.html"
LARGEST = 300_000  # bytes of a page: it opens at once on a phone
LENGTHS = (2_000, 300, 60)  # letters of what others wrote; fewer where a page grows too large
# Controls, marks that turn the direction of what follows, halves of a letter: written out.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
SPECIAL = re.compile(r"[^\w.-]")  # in a link; letters of every script may stay as they are


@dataclass(frozen=True)
class Page:
    """What all pages have in common: the language and the title of the course."""

    language: str
    title: str

    def filled(self, template: str, length: int | None = None, **facts: Any) -> bytes:
        """The page; with shorter strings, unless a ``length`` is given, where it is too large."""
        made = b""
        for most in LENGTHS if length is None else (length,):
            source = environment(most).get_template(template)
            made = source.render(language=self.language, title=self.title, **facts).encode()
            if len(made) <= LARGEST:
                break
        return made


@cache
def environment(length: int) -> Environment:
    """Templates whose values are escaped, and cut after ``length`` letters."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=partial(shown, length=length),
    )
    style, script = source("style.css"), source("class.js")
    allowed = {"style_hash": digest(style), "script_hash": digest(script)}
    say_cut = partial(said, length=length)
    sayings = {"_": lambda template, **values: say_cut(Text(template, values)), "say": say_cut}
    made.globals |= {**sayings, "Text": Text, "style": style, "script": script, **allowed}
    return made


def shown(value: object, length: int) -> object:
    """What stands in a page as it came, such as a name: cut, and without unseen letters."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return seen(str(cut(value, length)))


def said(sentence: str | Text, length: int) -> Markup:
    """A sentence in the language in use: what is filled into it is cut, its own words are not."""
    whole = Text(sentence) if isinstance(sentence, str) else sentence
    return escape(seen(str(cut(say(cut(whole, length)), LENGTHS[0]))))


@overload
def cut(value: Text, length: int) -> Text: ...
@overload
def cut(value: object, length: int) -> object: ...
def cut(value: object, length: int) -> object:
    """A string of at most ``length`` letters, and how many it had; a text with such values."""
    if isinstance(value, Text):
        return Text(value.template, {n: cut(one, length) for n, one in value.values.items()})
    if isinstance(value, (list, tuple)):
        return [cut(one, length) for one in value]
    if isinstance(value, str) and len(value) > length:
        start = text("{start} ... ({count:,} letters)", start=value[:length], count=len(value))
        return say(start)
    return value


def seen(string: str) -> str:
    return UNSEEN.sub(lambda letter: f"\\u{ord(letter[0]):04x}", string)


def link(key: str) -> Markup:
    """The relative link to a student's page."""
    return Markup(SPECIAL.sub(lambda letter: quote(letter[0], safe=""), key) + f"/{FEEDBACK}")


def source(name: str) -> Markup:
    """One of our own files, to stand in a page as it is."""
    return Markup((HERE / name).read_text(encoding="utf-8"))


def digest(code: str) -> Markup:
    """By which a content security policy knows a style or script that may run."""
    return Markup(f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'")


