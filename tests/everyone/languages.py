"""Which language a text seems to be in, by its small words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from portal import demonstration
from portal.paths import ROOT
from portal.provider_cards import demonstration as cards

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


@cache
def typed() -> str:
    """What the demonstration's people have written in one language, which it stays in.

    Whatever is given in three languages is not part of it: each page shows its own.
    """
    told: list[Any] = [demonstration.ANSWERS, cards.ANSWER, cards.REMARK]
    told += [terms for _days, terms in cards.CARDS]
    for file in sorted((ROOT / "tests" / "cases").glob("demo-*.yaml")):
        told.append(yaml.safe_load(file.read_text(encoding="utf-8")))
    return " | ".join(" ".join(text.split()) for one in told for text in _texts(one))


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif dataclasses.is_dataclass(told) and not isinstance(told, type):
        yield from _texts(vars(told))
    elif isinstance(told, dict) and not {"fi", "sv"} <= told.keys():
        for one in told.values():
            yield from _texts(one)
    elif isinstance(told, list | tuple):
        for one in told:
            yield from _texts(one)
