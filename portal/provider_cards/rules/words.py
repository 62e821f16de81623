"""The words by which a card is found: normal forms and stems in Finnish, Swedish and English.

A card keeps each of its words as it is and by its stem. Who searches may use any form of a word,
or its beginning: what they typed is looked for as a beginning, and so are its stems in all three
languages where they are long enough to tell words apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

LONGEST_QUERY = 200
MOST_WORDS = 8
"""So many words of a query are looked for: more help nobody and cost a part of the query each."""
LONGEST_TERM = 60
_LEAST_BEGINNING = 2
_LEAST_STEM_BEGINNING = 4
"""A shorter stem begins too many other words: of Lappi it is lap, which begins lapsi as well."""

_STEMMERS = {"fi": "finnish", "sv": "swedish", "en": "english"}
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212]")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_INSIDE = re.compile(r"[-'’]")
# Words that say nothing of a service; they are neither kept nor looked for.
_EMPTY_WORDS = """
ja tai sekä eli että on ei se ne me te he olla ovat joka jotka kun jos mutta myös kuin
och eller att en ett den det de som är på av till för med inte om i vi ni kan
the a an of to in is are and or for with by on at be as it we you
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


@dataclass(frozen=True)
class Part:
    """Some texts of a card, by language, and how much a word in them counts.

    A text under an empty language is taken to be in any of the three.
    """

    weight: int
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Wanted:
    """One word of a query: terms that are it, and beginnings of terms that are it."""

    word: str
    whole: frozenset[str]
    beginnings: frozenset[str]

    def found_in(self, term: str) -> bool:
        """Whether a kept term answers to the word."""
        return term in self.whole or any(term.startswith(start) for start in self.beginnings)


def cleaned(text: str) -> str:
    """What somebody typed into a search: one line, signs that can be shown, not overly long."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST_QUERY * 4])
    return " ".join(shown.split())[:LONGEST_QUERY]


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().replace("\xad", "")
    return _HYPHENS.sub("-", unicodedata.normalize("NFC", folded))


def words_of(text: str) -> list[str]:
    """The words of a text in normal form, in their order; compounds with hyphens stay whole."""
    return [word for word in _WORD.findall(_normal(text)) if word not in _EMPTY]


def index_of(parts: Iterable[Part]) -> dict[str, int]:
    """The terms by which a card is found, each with its greatest weight."""
    found: dict[str, int] = {}
    for part in parts:
        for language, text in part.texts.items():
            for word in words_of(text):
                for term in _terms(word, language):
                    found[term] = max(found.get(term, 0), part.weight)
    return found


def _terms(word: str, language: str) -> set[str]:
    pieces = [piece for piece in _INSIDE.split(word) if piece not in _EMPTY]
    terms: set[str] = set()
    for piece in {*pieces, "".join(_INSIDE.split(word))}:
        terms |= {piece, *stems(piece, language)}
    return {term[:LONGEST_TERM] for term in terms}


def wanted_in(text: str) -> list[Wanted]:
    """The words of a query, each once, the first few of them."""
    found: dict[str, Wanted] = {}
    for typed in words_of(cleaned(text)):
        word = _INSIDE.sub("", typed)[:LONGEST_TERM]
        found.setdefault(word, _wanted(word))
    return list(found.values())[:MOST_WORDS]


def _wanted(word: str) -> Wanted:
    candidates = {stem[:LONGEST_TERM] for stem in stems(word, "")}
    beginnings = {stem for stem in candidates if len(stem) >= _LEAST_STEM_BEGINNING}
    if len(word) >= _LEAST_BEGINNING:
        beginnings.add(word)
    # A longer beginning finds nothing that a shorter one does not.
    shortest = {
        one for one in beginnings if not any(one != o and one.startswith(o) for o in beginnings)
    }
    return Wanted(word, frozenset({word, *candidates} - beginnings), frozenset(shortest))


@lru_cache(maxsize=50_000)
def stems(word: str, language: str) -> frozenset[str]:
    """The stems of a word in that language; where it is none of the three, in all of them."""
    import snowballstemmer  # of forty languages, by the first word that is looked for

    languages = [language] if language in _STEMMERS else list(_STEMMERS)
    found: set[str] = set()
    for one in languages:
        # A stemmer holds the word that it works on, so none is shared.
        stem = str(snowballstemmer.stemmer(_STEMMERS[one]).stemWord(word))
        found |= _finnish(word, stem) if one == "fi" else {stem}
    return frozenset(stem for stem in found if stem)


def _finnish(word: str, stem: str) -> set[str]:
    """Brings together forms that the algorithm leaves apart.

    koulutuksen and koulutusta with koulutus, suomalaisen with suomalainen, nuorten with nuori,
    työttömien with työtön.
    """
    if word.endswith(("usta", "ystä")):
        return {_bare(stem), word[:-2]}
    if word.endswith(("ton", "tön")):
        return {_bare(stem), f"{word[:-3]}tt{word[-2]}m"}
    if re.search(r"[lnrs]ten$", word):
        return {_bare(word[:-3])}
    if stem.endswith(("uks", "yks")):
        return {stem[:-2] + "s", stem[:-2]}
    return {_bare(stem)}


def _bare(stem: str) -> str:
    """Without the end that changes from form to form, while enough is left."""
    if len(stem) > _LEAST_STEM_BEGINNING and stem.endswith(("in", "is", "j")):
        stem = stem[:-1]
    if len(stem) > _LEAST_STEM_BEGINNING and stem[-1] in "aeiouyäö":
        stem = stem[:-1]
    return stem
