"""Which periods are in force."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.privacy.models import RetentionPeriod
from portal.privacy.rules import Retention


def has_set_retention(session: Session, office_id: UUID) -> bool:
    """Whether an office has set how long data about participants is kept."""
    return session.get(RetentionPeriod, (office_id, Retention.PARTICIPANTS.value)) is not None


def periods_of(session: Session, organisations: Iterable[UUID]) -> dict[tuple[UUID, str], int]:
    """The months in force, by organisation and kind."""
    found = session.execute(
        select(RetentionPeriod.organisation_id, RetentionPeriod.kind, RetentionPeriod.months).where(
            RetentionPeriod.organisation_id.in_(list(organisations))
        )
    )
    return {(organisation, kind): months for organisation, kind, months in found}
