"""What of an offer is in a sheet, and how a filled sheet and a draft that has moved on are joined.

The sheet says of each place what the draft said when it was downloaded, as a mark. So three states
can be held against each other place by place: then, in the draft now, in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from portal.offers.rules import (
    LotPrice,
    OfferContent,
    Promise,
    Secret,
    put_in_place,
    secrets_of,
)
from portal.shared.canonical import canonical, sha256
from portal.shared.numbers import plain

MARK_LENGTH = 16

Rows = tuple[tuple[str, ...], ...]
"""What is said at a place: rows of texts, none where nothing is said."""


class Part(StrEnum):
    """What a place of the offer holds.

    ``lot``: price and fee; ``answer``: its text; ``promises``: a row each; ``secrets``: passage
    and reason in a row each.
    """

    LOT = "lot"
    ANSWER = "answer"
    PROMISES = "promises"
    SECRETS = "secrets"


@dataclass(frozen=True, order=True)
class Place:
    """One part of one lot or criterion, by its key."""

    part: Part
    key: str

    def __str__(self) -> str:
        return f"{self.part} {self.key}"


def place_named(name: str) -> Place:
    """The place that `str` has written. Raises ValueError."""
    part, _space, key = name.partition(" ")
    return Place(Part(part), key)


def places(lots: Iterable[str], criteria: Iterable[str]) -> list[Place]:
    """Every place of an offer in this call, in the order of the sheets."""
    asked = list(criteria)
    return [
        *(Place(Part.LOT, key) for key in lots),
        *(Place(part, key) for part in (Part.ANSWER, Part.PROMISES, Part.SECRETS) for key in asked),
    ]


def said(content: OfferContent, place: Place) -> Rows:
    """What the offer says at the place, without the spaces around it."""
    if place.part == Part.LOT:
        lot = content.lots.get(place.key)
        if lot is None:
            return ()
        fee = "" if lot.coordination_fee is None else plain(lot.coordination_fee)
        return ((plain(lot.price), fee),)
    if place.part == Part.ANSWER:
        answer = tidy(content.answers.get(place.key, ""))
        return ((answer,),) if answer else ()
    if place.part == Part.PROMISES:
        return tuple((tidy(one.text),) for one in content.promises if one.criterion == place.key)
    return tuple((tidy(one.passage), tidy(one.reason)) for one in secrets_of(content, place.key))


def tidy(text: str) -> str:
    """As a field of a form keeps a text: line breaks as one sign each, nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def mark(rows: Rows) -> str:
    """A short hash by which it is known again whether anything is said otherwise."""
    return sha256(canonical(rows))[:MARK_LENGTH]


@dataclass(frozen=True)
class Joined:
    """The places at which only the file says something new, and those at which both do."""

    from_file: tuple[Place, ...]
    both: tuple[Place, ...]

    def __bool__(self) -> bool:
        return bool(self.from_file or self.both)


def join(draft: OfferContent, filled: Mapping[Place, Rows], then: Mapping[Place, str]) -> Joined:
    """What the file changes in the draft as it is now.

    ``then`` are the marks of what the draft said when the file was downloaded; what is unknown of
    then is decided by the writer.
    """
    from_file: list[Place] = []
    both: list[Place] = []
    for place, rows in filled.items():
        now = said(draft, place)
        if rows == now or mark(rows) == then.get(place):
            continue
        (from_file if mark(now) == then.get(place) else both).append(place)
    return Joined(tuple(from_file), tuple(both))


def taken(
    draft: OfferContent, filled: Mapping[Place, Rows], chosen: Collection[Place]
) -> OfferContent:
    """The draft with what the file says at the chosen places; all else stays as it is."""
    content = draft
    for place in filled:
        if place in chosen:
            content = _with(content, place, filled[place])
    return content


def _with(content: OfferContent, place: Place, rows: Rows) -> OfferContent:
    key = place.key
    if place.part == Part.LOT:
        lots = {one: price for one, price in content.lots.items() if one != key}
        return replace(content, lots=lots | ({key: _price(rows[0])} if rows else {}))
    if place.part == Part.ANSWER:
        answers = {one: text for one, text in content.answers.items() if one != key}
        return replace(content, answers=answers | ({key: rows[0][0]} if rows else {}))
    if place.part == Part.PROMISES:
        promises = [Promise(key, text) for (text,) in rows]
        return replace(
            content,
            promises=put_in_place(content.promises, lambda one: one.criterion == key, promises),
        )
    secrets = [Secret(key, reason, passage) for passage, reason in rows]
    return replace(
        content,
        secrets=put_in_place(
            content.secrets, lambda one: not one.file and one.criterion == key, secrets
        ),
    )


def _price(row: Sequence[str]) -> LotPrice:
    price, fee = row
    return LotPrice(Decimal(price), Decimal(fee) if fee else None)
