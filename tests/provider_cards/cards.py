"""A card, and ways of putting cards into the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from benchmarks.cards import card_rows
from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.provider_cards.queries.search import Found, found_cards
from portal.provider_cards.rules import CardTerms, EntryKind
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


def put_many(database: Database, cast: Cast, cards: int) -> None:
    """So many small cards at once, as `benchmarks.cards` describes them."""
    with database.transaction() as session:
        for table, rows in card_rows(range(cards), cast.river.id, cast.roope.id, NOW).items():
            session.execute(insert(table), rows)
