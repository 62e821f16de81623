"""The published procurements, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.organisations.models import Organisation
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class PublishedRow:
    """One procurement that is published as open data."""

    id: UUID
    reference: str
    title: Mapping[str, str]
    buyer: Mapping[str, str]
    published_at: datetime


@dataclass(frozen=True)
class PublishedList:
    """One page of the list, and on which terms the data may be used."""

    rows: list[PublishedRow]
    paging: Paging
    licence: str


def is_published(at: datetime) -> ColumnElement[bool]:
    """A call that has been published; from then on it is everybody's to read."""
    return (
        (Procurement.state != State.DRAFT)
        & Procurement.frozen_sha256.is_not(None)
        & (Procurement.published_at <= at)
    )


def published_page(session: Session, n: int, at: datetime) -> PublishedList:
    """The newest first."""
    total = session.scalar(select(func.count()).select_from(Procurement).where(is_published(at)))
    shown = paging(total or 0, n)
    rows = session.execute(
        select(
            Procurement.id,
            Procurement.reference,
            Procurement.title,
            Organisation.name,
            Procurement.published_at,
        )
        .join(Organisation, Organisation.id == Procurement.buyer_id)
        .where(is_published(at))
        .order_by(Procurement.published_at.desc(), Procurement.reference, Procurement.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(shown.offset)
    )
    return PublishedList(
        rows=[PublishedRow(*row) for row in rows],  # type: ignore[arg-type]  # published: has a time
        paging=shown,
        licence=settings_of(session).open_data_licence,
    )


def keys_of(session: Session, reference: str | None, at: datetime) -> list[UUID]:
    """The published procurements of that reference, which two buyers may use; all without one."""
    wanted = select(Procurement.id).where(is_published(at))
    if reference is not None:
        wanted = wanted.where(Procurement.reference == reference)
    return list(session.scalars(wanted.order_by(Procurement.published_at, Procurement.id)))
