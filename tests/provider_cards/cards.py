"""A card, and ways of putting cards into the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.provider_cards.models import CardEntry, CardTerm, ProviderCard
from portal.provider_cards.queries.search import Found, found_cards
from portal.provider_cards.rules import CardTerms, EntryKind, Part, index_of, sorted_as
from portal.provider_cards.usecases import write_card
from tests.cast import Cast

NOW = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
TODAY = date(2026, 1, 12)
CARD = CardTerms(
    title={
        "fi": "Siivoojaksi työssä oppien",
        "sv": "Till städare genom arbete",
        "en": "Learning to clean at work",
    },
    description={"fi": "Neljä päivää viikossa töissä, yksi koulussa.\n\nAloitus joka kuukausi."},
    services={"fi": "Osatutkinto ja työturvallisuuskortti", "sv": "Examensdel"},
    target_groups={"fi": "Pitkään työttömänä olleet, myös maahanmuuttajat"},
    preconditions={"fi": "Lähete työllisyysalueelta ja haastattelu"},
    entries={
        EntryKind.STAGE: ["training"],
        EntryKind.FIELD: ["cleaning"],
        EntryKind.SUPPORT: ["on_the_job", "language_support"],
        EntryKind.REGION: ["lappi", "kainuu"],
    },
    area="Sodankylä, Kemijärvi",
    contact_name="Hakutoimisto",
    phone="020 123 4567",
    email="haku@jokiopisto.example",
    website="https://jokiopisto.example/siivous",
)


def put_card(
    database: Database,
    cast: Cast,
    *,
    provider: Organisation | None = None,
    by: Person | None = None,
    keeper: Person | None = None,
    at: datetime = NOW,
    **changes: Any,
) -> UUID:
    """Write the card with these changes."""
    writer = by or cast.roope
    with database.transaction() as session:
        return write_card(
            session,
            provider=session.get_one(Organisation, (provider or cast.river).id),
            terms=replace(CARD, **changes),
            keeper=session.get_one(Person, (keeper or writer).id),
            by=session.get_one(Person, writer.id),
            at=at,
        ).id


def search(
    database: Database,
    cast: Cast,
    query: str = "",
    chosen: Mapping[EntryKind, str] | None = None,
    n: int = 1,
    today: date = TODAY,
) -> Found:
    """What the course sponsor finds."""
    with database.reading() as session:
        reader = session.get_one(Person, cast.kaisa.id)
        return found_cards(session, reader, query, chosen or {}, today, n)


def titles(found: Found) -> list[str]:
    """Of the page, in their order."""
    return [row.title.get("fi", "") for row in found.rows]


def put_many(session: Session, cast: Cast, cards: int) -> None:
    """So many small cards at once, each with a number of its own among its words.

    Every fourth is of cleaning, every fifth in Kainuu, and every tenth is out of date.
    """
    stages = ["assessment", "rehabilitation", "training", "employment"]
    regions = ["lappi", "kainuu", "uusimaa", "pirkanmaa", "whole_country"]
    words = ["siivous", "hitsaus", "varasto", "myynti"]
    rows, entries, terms = [], [], []
    for n in range(cards):
        key = uuid4()
        title = {"fi": f"Palvelu {n:05} {words[n % 4]}"}
        rows.append(
            {
                "id": key,
                "provider_id": cast.river.id,
                "title": title,
                "description": {"fi": "Koulutusta ja valmennusta."},
                "services": {},
                "target_groups": {},
                "preconditions": {},
                "area": "",
                "contact_name": "",
                "phone": "020 123 4567",
                "email": "",
                "website": "",
                "keeper_id": cast.roope.id,
                "written_by_id": cast.roope.id,
                "written_at": NOW,
                "confirmed_on": TODAY - timedelta(days=365 if n % 10 == 0 else 5),
                "confirmed_by_id": cast.roope.id,
                "sorted_as": sorted_as(title),
                "revision": 1,
            }
        )
        entries += [
            {"card_id": key, "kind": "stage", "key": stages[n % 4]},
            {"card_id": key, "kind": "region", "key": regions[n % 5]},
        ]
        index = index_of([Part(8, title), Part(2, {"fi": "koulutus"})])
        terms += [{"term": t, "card_id": key, "weight": w} for t, w in index.items()]
    session.execute(insert(ProviderCard), rows)
    session.execute(insert(CardEntry), entries)
    session.execute(insert(CardTerm), terms)
