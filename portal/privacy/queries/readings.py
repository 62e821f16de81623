"""Who has read about a participant: from the record of reads, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import ReadEntry
from portal.organisations.models import Person
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class Reading:
    """One reading: when, for which organisations and in which roles, on what kind of page.

    Nobody is named. A participant has a right to know when and why data was read; whether by whom,
    is for a lawyer to confirm (Court of Justice of the EU, C-579/21; Act 906/2019 section 17).
    """

    at: datetime
    organisations: tuple[Mapping[str, str], ...]
    roles: tuple[str, ...]
    room: str


@dataclass(frozen=True)
class Readings:
    """A page of them, or all."""

    rows: list[Reading]
    paging: Paging


def readings_of(
    reads: Session, session: Session, keys: Sequence[UUID], n: int | None = None
) -> Readings:
    """The readings of all participations of one person, the latest first; all without a page."""
    mine = ReadEntry.subject.in_([str(key) for key in keys])
    total = reads.scalar(select(func.count()).select_from(ReadEntry).where(mine)) or 0
    shown = paging(total, n or 1)
    found = (
        select(ReadEntry.at, ReadEntry.by, ReadEntry.page)
        .where(mine)
        .order_by(ReadEntry.at.desc(), ReadEntry.id)
    )
    if n is not None:
        found = found.limit(ROWS_ON_A_PAGE).offset(shown.offset)
    rows = reads.execute(found).all()
    readers = {
        person.id: person
        for person in session.scalars(
            select(Person).where(Person.id.in_({by for _at, by, _page in rows if by is not None}))
        )
    }
    return Readings(
        [_reading(at, readers.get(by) if by else None, page) for at, by, page in rows], shown
    )


def _reading(at: datetime, reader: Person | None, page: str) -> Reading:
    places = reader.memberships if reader is not None else []
    organisations = {place.organisation_id: place.organisation.name for place in places}
    roles = dict.fromkeys(place.role for place in places)
    return Reading(at, tuple(organisations.values()), tuple(roles), page.partition(".")[0])
