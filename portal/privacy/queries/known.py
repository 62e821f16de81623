"""What the portal knows about one person: every field of the inventory that is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.documents import store
from portal.enrolments.models import Enrolment
from portal.meetings.models import Meeting
from portal.organisations.models import Person
from portal.privacy.inventory import Field, Records, inventory, rows_of


@dataclass(frozen=True)
class KnownField:
    """One field with its purpose, and its value in each row."""

    what: Mapping[str, str]
    column: str
    purpose: Mapping[str, str]


@dataclass(frozen=True)
class KnownTable:
    """One kind of record about the person, and what applies to it."""

    table: str
    ground: Mapping[str, Any]
    retention: Mapping[str, str]
    readers: Mapping[str, str]
    fields: list[KnownField]
    rows: list[list[Any]]


def keys_of_person(session: Session, enrolment: Enrolment) -> list[UUID]:
    """All participations of one person in an office: by its key, and by transfers."""
    mine = select(Enrolment.id).where(
        Enrolment.office_id == enrolment.office_id,
        or_(
            Enrolment.external_key == enrolment.external_key,
            Enrolment.id == enrolment.id,
            Enrolment.transferred_from_id == enrolment.id,
            Enrolment.id == enrolment.transferred_from_id,
        ),
    )
    return list(session.scalars(mine.order_by(Enrolment.applied_at, Enrolment.id)))


def known_about_participant(session: Session, keys: list[UUID]) -> list[KnownTable]:
    """Everything kept about a participant, other people's data left out."""
    return [
        _known(session, records, records.person, keys)
        for records in inventory().tables
        if records.person is not None
    ]


def known_about_account(session: Session, person: Person) -> list[KnownTable]:
    """Everything kept about somebody with an account, but for what they did in their work."""
    return [
        _known(session, records, records.account, [person.id])
        for records in inventory().tables
        if records.account is not None
    ]


def documents_about(session: Session, keys: list[UUID]) -> list[bytes]:
    """The minutes about the person, as they were made."""
    meetings = list(
        session.scalars(
            select(Meeting.id)
            .where(Meeting.enrolment_id.in_(keys))
            .order_by(Meeting.begins, Meeting.id)
        )
    )
    found = store.find_all(session, "minutes", meetings)
    return [store.content(session, found[key]) for key in meetings if key in found]


def _known(session: Session, records: Records, way: str, keys: list[UUID]) -> KnownTable:
    told = inventory()
    fields = records.of("participant", "account")
    columns = [records.rows.c[field.column] for field in fields]
    rows = session.execute(
        select(*columns).where(rows_of(records.rows, way, keys)).order_by(*columns)
    )
    return KnownTable(
        table=records.table,
        ground=told.grounds[records.ground],
        retention=told.retention[records.retention]["name"],
        readers=told.readers[records.readers],
        fields=[_field(field, told.purposes) for field in fields],
        rows=[[_plain(value) for value in row] for row in rows],
    )


def _field(field: Field, purposes: Mapping[str, Mapping[str, str]]) -> KnownField:
    return KnownField(field.what, field.column, purposes[field.purpose])


def _plain(value: Any) -> Any:
    """As JSON writes it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, UUID) else value
