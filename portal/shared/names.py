"""Names that are data, in up to three languages."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("fi", "sv", "en")
DEFAULT_LANGUAGE = "fi"


def name_in(names: Mapping[str, str], language: str) -> str:
    """The name in the reader's language, else in Finnish, else in whichever there is."""
    return names.get(language) or names.get(DEFAULT_LANGUAGE) or next(iter(names.values()), "")


def language_in(names: Mapping[str, str], language: str) -> str:
    """The language that ``name_in`` finds the name in."""
    for one in (language, DEFAULT_LANGUAGE):
        if names.get(one):
            return one
    return next(iter(names), language)
