"""What lies around the calls: needs, soundings, cards, letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from uuid import UUID, uuid4

from benchmarks.cards import card_rows
from benchmarks.market.ground import AT, DAY, FIELDS, REGIONS, Market
from portal.jobs.models import OutgoingMail
from portal.soundings.models import Need, SoundedNeed, Sounding, SoundingAnswer
from portal.soundings.rules import NeedState, SoundingState
from portal.training_forms.models import QualificationUnit


def needs(market: Market, places: range) -> Iterator[list[UUID]]:
    """Records the needs; then hands out a few at a time to the soundings that build on them."""
    rows = [
        {
            "id": uuid4(),
            "office_id": market.organisations["office"],
            "state": NeedState.USED if n % 2 else NeedState.OPEN,
            "target_group": "Pitkään työttömänä olleet",
            "people": 5 + n % 20,
            "region": REGIONS[n % len(REGIONS)],
            "field": FIELDS[n % len(FIELDS)],
            "wanted_from": date(2026, 9, 1),
            "recorded_by_id": market.people["sponsor"],
            "recorded_at": AT - timedelta(hours=n),
            "revision": 1,
        }
        for n in places
    ]
    market.put(Need, rows)
    used = iter([row["id"] for row in rows if row["state"] == NeedState.USED])
    while True:
        yield list(islice(used, 3))


def units(market: Market, numbers: range) -> None:
    """An office adds to one field as many units as it has needs."""
    market.put(
        QualificationUnit,
        [
            {
                "id": uuid4(),
                "organisation_id": market.organisations["office"],
                "field": "cleaning",
                "name": {"fi": f"Oma tutkinnon osa {n:04}"},
                "example": {"fi": "Ryhmälle, jolla on yhteinen työpaikka."},
                "added_by_id": market.people["sponsor"],
                "added_at": AT - timedelta(hours=n),
            }
            for n in numbers
        ],
    )


def cards(market: Market, numbers: range) -> None:
    """All of one provider, whose own list is as long then as the search's."""
    keeper = market.representatives[0]
    for table, rows in card_rows(numbers, market.providers[0], keeper, AT).items():
        market.put(table, rows)


def sounding(market: Market, n: int, needs: list[UUID]) -> UUID:
    """A sounding that builds on these needs, with answers."""
    key = uuid4()
    market.put(
        Sounding,
        [
            {
                "id": key,
                "buyer_id": market.organisations["buyer"],
                "state": SoundingState.PUBLISHED,
                "title": {"fi": f"Suunnitelma {n:03}"},
                "description": {"fi": "Kapasiteettia kahdelle alueelle."},
                "comments_due": AT + DAY * (n if n % 2 else -n - 1),
                "created_by_id": market.people["officer"],
                "created_at": AT - 60 * DAY,
                "published_by_id": market.people["officer"],
                "published_at": AT - 59 * DAY,
                "revision": 1,
            }
        ],
    )
    market.put(SoundedNeed, [{"sounding_id": key, "need_id": need} for need in needs])
    market.put(
        SoundingAnswer,
        [
            {
                "id": uuid4(),
                "sounding_id": key,
                "provider_id": market.providers[place],
                "would_bid": place % 3 > 0,
                "reason": "" if place % 3 else "Erä on liian pieni.",
                "comment": "Aloitusaika riittää.",
                "answered_by_id": market.representatives[place],
                "answered_at": AT - 50 * DAY,
            }
            for place in range(min(len(market.providers), 40))
        ],
    )
    return key


def letters(market: Market, places: range) -> None:
    """Letters of the outbox."""
    market.put(
        OutgoingMail,
        [
            {
                "id": uuid4(),
                "recipient_id": market.representatives[0],
                "address": "edustaja@suuri.example",
                "language": "fi",
                "letter": "call_published",
                "facts": {"reference": f"SUURI/{n:04}", "path": "/procurements"},
                "created_at": AT - timedelta(minutes=n),
            }
            for n in places
        ],
    )
