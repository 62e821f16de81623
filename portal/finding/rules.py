"""What a search looks for: the words of a name, and what somebody typed.

A thing keeps each word of its name as it is written and, where they differ, with its letters
folded to a to z. So who writes å, ä and ö finds what is written so, and who cannot write them finds
it as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LONGEST_TYPED = 200
LONGEST_TERM = 60
MOST_WORDS = 6
"""So many words are looked for: more help nobody and cost a part of the query each."""
LEAST_SIGNS = 2
"""Shorter beginnings find too much to be of use."""

_HYPHENS = re.compile(r"[\u2010-\u2015\u2212]")
_WORD = re.compile(r"[^\W_]+(?:[-/.:'’][^\W_]+)*")
_INSIDE = re.compile(r"[-/.:'’]")
_NUMBERED = re.compile(r"(?P<reference>.*\S)\s*/\s*(?P<n>\d{1,6})")
# Letters that no decomposition turns into one of a to z.
_ALONE = str.maketrans({"ø": "o", "æ": "ae", "ð": "d", "þ": "t", "ł": "l"})


class Kind(StrEnum):
    """What is found by the words of its name."""

    PROCUREMENT = "procurement"
    CONTRACT = "contract"
    CALL_OFF = "call_off"
    TRAINING = "training"
    ORGANISATION = "organisation"
    SOUNDING = "sounding"


@dataclass(frozen=True)
class Typed:
    """What was typed: the words that all have to be in what is found.

    ``named`` and ``n`` are those before a closing number and the number itself, as the call-offs
    and trainings of a contract are called: ``KEHA-2026-1/3``. ``whole`` is all of it, for numbers
    that are only found whole.
    """

    whole: str
    words: tuple[str, ...]
    named: tuple[str, ...] = ()
    n: int | None = None

    @property
    def usable(self) -> bool:
        """Whether anything can be looked for."""
        return bool(self.words)


def typed_in(text: str) -> Typed:
    """What a search box holds, as something to look for."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST_TYPED * 4])
    whole = " ".join(shown.split())[:LONGEST_TYPED]
    numbered = _NUMBERED.fullmatch(whole)
    if numbered is None:
        return Typed(whole, _wanted(whole))
    named = _wanted(numbered["reference"])
    return Typed(whole, _wanted(whole), named, int(numbered["n"]) if named else None)


def _wanted(text: str) -> tuple[str, ...]:
    words = (word[:LONGEST_TERM] for word in _WORD.findall(_normal(text)))
    return tuple(dict.fromkeys(word for word in words if len(word) >= LEAST_SIGNS))[:MOST_WORDS]


def begins_one_of(typed: Typed, texts: Iterable[str]) -> bool:
    """Whether each word typed begins some word of these texts."""
    terms = terms_of(texts)
    return typed.usable and all(
        any(term.startswith(word) for term in terms) for word in typed.words
    )


def terms_of(texts: Iterable[str]) -> frozenset[str]:
    """The terms by which something with these names is found: words, their parts, both folded."""
    found: set[str] = set()
    for text in texts:
        for word in _WORD.findall(_normal(text)):
            # A reference is found by any part that it goes on from: 2026-1 of KEHA-2026-1.
            parts = [word[cut:] for cut in (0, *(m.end() for m in _INSIDE.finditer(word)))]
            found |= {form[:LONGEST_TERM] for part in parts for form in (part, _folded(part))}
    return frozenset(found)


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().replace("\xad", "")
    return _HYPHENS.sub("-", unicodedata.normalize("NFC", folded))


def _folded(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.translate(_ALONE))
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


LISTS: Mapping[str, frozenset[str]] = {
    page: frozenset({"state", "sort"})
    for page in (
        "procurement.index",
        "contracts.index",
        "capacity.index",
        "enrolments.index",
        "soundings.index",
    )
} | {"organisations.index": frozenset({"sort"})}
"""The lists of which views are kept, and what of their addresses. Free text is never part of it:
it may be about somebody, and a view is kept until it is deleted."""
LONGEST_VIEW_NAME = 60
MOST_VIEWS = 12
"""Of one list: more make a list of lists."""
_CODE = re.compile(r"-?[a-z][a-z0-9_]{0,40}")


def kept_of(page: str, asked: Mapping[str, str]) -> dict[str, str]:
    """What of the arguments of a list's address a view keeps; anything else is left out."""
    return {
        name: text
        for name, text in sorted(asked.items())
        if name in LISTS.get(page, ()) and _CODE.fullmatch(text)
    }
