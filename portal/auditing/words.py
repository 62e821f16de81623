"""What acts are called: one table in three languages, `acts.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from portal.data_files import from_yaml

FILE = Path(__file__).with_name("acts.yaml")


@cache
def act_words() -> dict[str, dict[str, str]]:
    """Each act's key with its name in three languages."""
    loaded: dict[str, dict[str, str]] = from_yaml(FILE.read_text(encoding="utf-8"))
    return loaded


def act_in_words(act: str, language: str) -> str | None:
    """The act's name; None for a page that somebody was not let through to."""
    named = act_words().get(act)
    return None if named is None else named[language]
