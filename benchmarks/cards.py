"""Any number of small provider cards, as rows of the register's tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from portal.database import Base
from portal.provider_cards.models import CardEntry, CardTerm, ProviderCard
from portal.provider_cards.rules import Part, index_of, sorted_as
from portal.shared.clock import day_in_helsinki

STAGES = ("assessment", "rehabilitation", "training", "employment")
REGIONS = ("lappi", "kainuu", "uusimaa", "pirkanmaa", "whole_country")
TRADES = ("siivous", "hitsaus", "varasto", "myynti")


def card_rows(
    numbers: Iterable[int], provider: UUID, keeper: UUID, at: datetime
) -> dict[type[Base], list[dict[str, Any]]]:
    """The rows of the cards with these numbers, by table.

    Every fourth is of cleaning, every fifth in Kainuu and every fifth everywhere; every tenth is
    out of date at that time. All are about training (koulutus).
    """
    found: dict[type[Base], list[dict[str, Any]]] = {ProviderCard: [], CardEntry: [], CardTerm: []}
    today = day_in_helsinki(at)
    for n in numbers:
        key = uuid4()
        title = {"fi": f"Palvelu {n:05} {TRADES[n % 4]}"}
        found[ProviderCard].append(
            {
                "id": key,
                "provider_id": provider,
                "title": title,
                "description": {"fi": "Koulutus"},
                "services": {},
                "target_groups": {},
                "preconditions": {},
                "area": "",
                "contact_name": "",
                "phone": "020 123 4567",
                "email": "",
                "website": "",
                "keeper_id": keeper,
                "written_by_id": keeper,
                "written_at": at,
                "confirmed_on": today - timedelta(days=365 if n % 10 == 0 else 5),
                "confirmed_by_id": keeper,
                "sorted_as": sorted_as(title),
                "revision": 1,
            }
        )
        entries = (("stage", STAGES[n % 4]), ("region", REGIONS[n % 5]))
        found[CardEntry] += [
            {"card_id": key, "kind": kind, "key": entry} for kind, entry in entries
        ]
        index = index_of([Part(8, title), Part(2, {"fi": "Koulutus"})])
        found[CardTerm] += [
            {"term": term, "card_id": key, "weight": weight} for term, weight in index.items()
        ]
    return found
