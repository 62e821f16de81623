"""The portal's texts in a reader's language, for whatever is not a page: documents and mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import NullTranslations, translation

from portal.paths import TRANSLATIONS

DOMAIN = "messages"


@cache
def translations(language: str) -> NullTranslations:
    """The compiled catalogue of a language; English, its source, is what it falls back to."""
    return translation(DOMAIN, localedir=TRANSLATIONS, languages=[language], fallback=True)


def gettext_in(language: str) -> Callable[[str], str]:
    """The function that says an English text in that language."""
    return translations(language).gettext
