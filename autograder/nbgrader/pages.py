"""Markdown as formgrader and feedback show it: a student's text cannot run in anybody's browser.

nbconvert lets HTML in a notebook through as it is, and formgrader shows notebooks with the rights
of whoever marks: a script in an answer could give itself full marks.
"""

from __future__ import annotations

import re
from typing import Any

import bleach
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TAGS = {
    *("a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre"),
    *("s", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr"),
    "ul",
}
PLAIN = {"a": ("title",), "img": ("alt", "title", "width", "height"), "td": ("align",)}
CLASSES = re.compile(r"highlight|[a-z]{1,3}[0-9]?")  # of coloured code
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,")
PROTOCOLS = {"http", "https", "mailto", "data"}


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """As the filter of this name in nbconvert, without what a browser would execute."""
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, allow_harmful_protocols=False, attachments=attachments)
    page = MarkdownWithMath(renderer=renderer).render(source)
    cleaned: str = bleach.clean(page, tags=TAGS, attributes=is_harmless, protocols=PROTOCOLS)
    return cleaned


def is_harmless(tag: str, name: str, value: str) -> bool:
    if tag == "img" and name == "src":
        return ":" not in value or PICTURE.match(value) is not None
    if tag == "a" and name == "href":
        return not value.lower().lstrip().startswith("data:")
    if name == "class":
        return CLASSES.fullmatch(value) is not None
    return name in PLAIN.get(tag, ())
