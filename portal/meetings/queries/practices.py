"""The practices that other rooms ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.meetings.models import Practice
from portal.meetings.rules import PracticeStatus
from portal.organisations.models import Person


def open_practices(session: Session, contract: Contract) -> list[Practice]:
    """What nobody has reviewed yet, of all meetings of the contract, the earliest due first."""
    return list(
        session.scalars(
            select(Practice)
            .where(Practice.contract_id == contract.id, Practice.status == PracticeStatus.OPEN)
            .order_by(Practice.due, Practice.agreed_at, Practice.position, Practice.id)
        )
    )


@dataclass(frozen=True)
class DuePractice:
    """An open practice of somebody's own whose day has come."""

    id: UUID
    contract_id: UUID
    meeting_id: UUID
    contract: str
    text: str
    due: date


def practices_due(session: Session, person: Person, on: date) -> list[DuePractice]:
    """The person's own open practices that are due by this day, the most overdue first."""
    found = session.execute(
        select(
            Practice.id,
            Practice.contract_id,
            Practice.meeting_id,
            Contract.reference,
            Practice.text,
            Practice.due,
        )
        .join(Contract, Contract.id == Practice.contract_id)
        .where(
            Practice.owner_id == person.id,
            Practice.status == PracticeStatus.OPEN,
            Practice.due <= on,
        )
        .order_by(Practice.due, Contract.reference, Practice.position, Practice.id)
    )
    return [DuePractice(*row) for row in found]
