"""Every text of the portal is in both catalogues, whole and with the same places to fill."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from portal.paths import ROOT, TRANSLATIONS

PLACES = re.compile(r"%\(\w+\)[sd]")


@cache
def texts() -> frozenset[str]:
    """The msgids of the code and the templates; of plural ones the singular."""
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = set()
    keywords = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None}
    for folder in ("portal", "templates"):
        mapped = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods]
        chosen = {
            pattern.removeprefix(f"{folder}/"): values
            for pattern, values in options.items()
            if pattern.startswith(folder)
        }
        mapped = [
            row for row, (whole, _) in zip(mapped, methods, strict=True) if whole.startswith(folder)
        ]
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, mapped, chosen, keywords
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return frozenset(found)


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def test_there_are_texts_of_pages_letters_and_documents() -> None:
    assert len(texts()) > 900


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_text_is_translated(language: str) -> None:
    known = catalogue(language)
    missing = [text for text in texts() if text not in known]
    assert missing == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_translation_is_empty_or_doubtful_or_loses_a_place(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(said), message.id
        assert not message.fuzzy, message.id
        places = {place for text in asked for place in PLACES.findall(text)}
        for text in said:
            assert set(PLACES.findall(text)) <= places, message.id
        assert {place for text in said for place in PLACES.findall(text)} == places, message.id
