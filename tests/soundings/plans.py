"""A need and a sounding, and ways of putting them into the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.soundings.models import Sounding
from portal.soundings.rules import MarketAnswer, NeedTerms, SoundingTerms
from portal.soundings.usecases import (
    answer_sounding,
    draft_sounding,
    publish_sounding,
    record_need,
)
from tests.cast import Cast

NOW = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=21)
NEED = NeedTerms(
    target_group="Pitkään työttömänä olleet",
    people=12,
    region="Lappi",
    field="Hitsaus",
    wanted_from=date(2026, 8, 1),
    note="Kaksi ryhmää",
)
PLAN = SoundingTerms(
    title={"fi": "Toppis Lapissa", "sv": "Toppis i Lappland", "en": "Toppis in Lapland"},
    description={"fi": "Neljä päivää työssä.\n\nYksi koulussa."},
    capacity={"fi": "Kaksi osa-aluetta, 2000 päivää."},
    questions={"fi": "Riittääkö 14 päivää aloitukseen?"},
    comments_due=DUE,
)


def put_need(
    database: Database,
    cast: Cast,
    *,
    by: Person | None = None,
    office: Organisation | None = None,
    at: datetime = NOW,
    **changes: Any,
) -> UUID:
    """Record the need with these changes."""
    with database.transaction() as session:
        return record_need(
            session,
            office=session.get_one(Organisation, (office or cast.office).id),
            terms=replace(NEED, **changes),
            by=session.get_one(Person, (by or cast.kaisa).id),
            at=at,
        ).id


def put_sounding(
    database: Database,
    cast: Cast,
    *,
    published: bool = False,
    needs: Collection[UUID] = (),
    at: datetime = NOW,
    **changes: Any,
) -> UUID:
    """Draft, and where asked publish, the sounding with these changes."""
    with database.transaction() as session:
        olli = session.get_one(Person, cast.olli.id)
        sounding = draft_sounding(
            session,
            buyer=session.get_one(Organisation, cast.buyer.id),
            terms=replace(PLAN, **changes),
            needs=needs,
            by=olli,
            at=at,
        )
        if published:
            publish_sounding(session, sounding=sounding, by=olli, at=at)
        return sounding.id


def put_answer(
    database: Database,
    sounding_id: UUID,
    provider: Organisation,
    by: Person,
    answer: MarketAnswer,
    at: datetime = NOW,
) -> UUID:
    """Answer for the provider."""
    with database.transaction() as session:
        return answer_sounding(
            session,
            sounding=session.get_one(Sounding, sounding_id),
            provider=session.get_one(Organisation, provider.id),
            answer=answer,
            by=session.get_one(Person, by.id),
            at=at,
        ).id
