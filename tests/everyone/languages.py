"""Which language a text seems to be in, by its small words."""

from __future__ import annotations

import re

SMALL_WORDS = {
    "fi": "ja on ei tai sekä että jos kun joka jonka jotka ovat ole myös sen se tämä tämän niin voi"
    " vain mutta kuin mitä hän ennen jälkeen mukaan sitten vielä oma oman",
    "sv": "och är inte eller att om när som den det detta en ett av för med till på har kan från"
    " efter enligt sedan också ännu hos vid din ditt den här inom",
    "en": "and is are not or that if when which the this of for with to on has have can from by"
    " after before your its be was were what who an it",
}
_WORDS = {language: set(words.split()) for language, words in SMALL_WORDS.items()}
_LETTERS = re.compile(r"[a-zåäöé]+")


def seems(text: str) -> str | None:
    """The language of which there are clearly most small words; None where that is not clear."""
    words = _LETTERS.findall(text.lower())
    counts = {language: sum(word in small for word in words) for language, small in _WORDS.items()}
    (best, most), (_other, next_most), *_rest = sorted(
        counts.items(), key=lambda pair: pair[1], reverse=True
    )
    return best if most >= 2 and most >= 2 * next_most + 1 else None
