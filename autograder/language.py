"""The language in which people are spoken to: English, or one that has a catalogue in ``locale/``.

A sentence stays English until it is shown: what is stored, logged or exchanged is ``str(Text)`` or
the Text itself. What English does not need (gettext, a catalogue) is imported and read only for
another language.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from .model import Text

LANGUAGES = ("en", "ko")
CATALOGUES = Path(__file__).resolve().parent / "locale"
DOMAIN = "autograder"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as in POSIX

Translate = Callable[[str], str]
_in_use: dict[str, Translate] = {}  # at most one: the translation; none for English
_spoken = ["en"]


def spoken() -> str:
    """The code of the language in use, one of :data:`LANGUAGES`."""
    return _spoken[0]


def use(language: str | None = None) -> None:
    """Speak ``language`` from now on; by default that of the environment; else English."""
    _in_use.clear()
    _spoken[0] = "en"
    wanted = (language or _of_the_environment())[:2].lower()
    if wanted in LANGUAGES and wanted != "en" and (found := _catalogue(wanted)) is not None:
        _in_use["translate"] = found
        _spoken[0] = wanted


def say(sentence: str | Text) -> str:
    """The sentence in the language in use; in English where there is no translation of it."""
    if not _in_use:
        return str(sentence)
    if isinstance(sentence, str):
        return _translated(sentence)
    try:
        return sentence.filled(_translated(sentence.template), say)
    except (LookupError, ValueError, TypeError, AttributeError):  # the translation's placeholders
        return sentence.filled(sentence.template, say)


def _translated(template: str) -> str:
    """Of "" a catalogue gives its own header."""
    return _in_use["translate"](template) if template else ""


def _of_the_environment() -> str:
    for name in VARIABLES:
        if os.environ.get(name):
            return os.environ[name]
    if sys.platform == "win32":
        import locale

        return locale.getlocale()[0] or ""  # ko_KR or Korean_Korea
    return ""


def _catalogue(language: str) -> Translate | None:
    """The translation into a language; None where its catalogue cannot be read."""
    import gettext

    try:
        with (CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
            return gettext.GNUTranslations(file).gettext
    except Exception:  # a broken file breaks in many ways, and English is always there
        return None
