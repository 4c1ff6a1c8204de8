"""The language in which people are spoken to."""

from __future__ import annotations

from .model import Text


def say(sentence: str | Text) -> str:
    """The sentence in the language in use."""
    return str(sentence)
