"""What is held, and what a person may hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.organisations.models import Person
from portal.permissions import ACTS
from portal.privacy.access import (
    answered_for,
    may_hold_for,
    organisations_of,
    trainings_of_offices,
)
from portal.privacy.models import Hold
from portal.privacy.rules import Held
from portal.procurement.models import Procurement
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class Subject:
    """What a hold is on: its words, and in whose name it is placed."""

    kind: Held
    key: UUID
    words: str
    organisation_id: UUID


def subject_of(session: Session, kind: str, key: UUID, person: Person) -> Subject:
    """What this person may hold. Raises NotFound for anything else, foreign as missing."""
    if kind not in set(Held):
        raise NotFound
    held = Held(kind)
    if held == Held.PARTICIPANT:
        enrolment = answered_for(session, key, person)
        if enrolment.office_id not in may_hold_for(person):
            raise NotFound
        return Subject(held, key, enrolment.name, enrolment.office_id)
    own = may_hold_for(person)
    column = {
        Held.TRAINING: Training.id,
        Held.CONTRACT: Contract.id,
        Held.PROCUREMENT: Contract.procurement_id,
    }[held]
    row = session.execute(
        select(Training, Contract)
        .join(Contract, Contract.id == Training.contract_id)
        .where(column == key, trainings_of_offices(own) | Contract.buyer_id.in_(own))
        .order_by(Training.n)
        .limit(1)
    ).first()
    if row is None:
        raise NotFound
    training, contract = row
    words = {
        Held.TRAINING: f"{contract.reference}/{training.n}",
        Held.CONTRACT: contract.reference,
        Held.PROCUREMENT: _reference(session, contract.procurement_id),
    }[held]
    offices = {one.office_id for one in training.call_offs} | {contract.buyer_id}
    name = next((one for one in own if one in offices), own[0])
    return Subject(held, key, words, name)


def _reference(session: Session, procurement_id: UUID) -> str:
    return session.get_one(Procurement, procurement_id).reference


@dataclass(frozen=True)
class HoldRow:
    """A hold as it is listed; whom it is on, and why, only for those who see that participant."""

    hold: Hold
    words: str
    reason: str
    running: bool
    may_release: bool


@dataclass(frozen=True)
class HoldsPage:
    """A page of the holds of the reader's organisations, the latest first."""

    rows: list[HoldRow]
    paging: Paging


def holds_page(session: Session, person: Person, today: date, n: int) -> HoldsPage:
    """The holds of the reader's organisations."""
    own = [one.id for one in organisations_of(person)]
    mine = Hold.organisation_id.in_(own)
    total = session.scalar(select(func.count()).select_from(Hold).where(mine)) or 0
    shown = paging(total, n)
    holds = session.scalars(
        select(Hold)
        .where(mine)
        .order_by(Hold.placed_at.desc(), Hold.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(shown.offset)
    ).all()
    words = _words(session, [one.subject for one in holds])
    releasing = may_hold_for(person)

    def sees(hold: Hold) -> bool:
        return hold.kind != Held.PARTICIPANT or person.holds(
            ACTS["export_participant"], hold.organisation_id
        )

    return HoldsPage(
        [
            HoldRow(
                one,
                words.get(one.subject, "–") if sees(one) else "–",
                one.reason if sees(one) else "–",
                one.released_at is None and (one.until is None or one.until >= today),
                one.released_at is None and one.organisation_id in releasing,
            )
            for one in holds
        ],
        shown,
    )


def _words(session: Session, keys: list[UUID]) -> dict[UUID, str]:
    named = select(Enrolment.id, Enrolment.name).where(Enrolment.id.in_(keys))
    found: dict[UUID, str] = {row.id: row.name for row in session.execute(named)}
    for model in (Contract, Procurement):
        referred = select(model.id, model.reference).where(model.id.in_(keys))
        found |= {row.id: row.reference for row in session.execute(referred)}
    trained = (
        select(Training.id, Contract.reference, Training.n)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Training.id.in_(keys))
    )
    found |= {row.id: f"{row.reference}/{row.n}" for row in session.execute(trained)}
    return found


def hold_of(session: Session, hold_id: UUID, person: Person) -> Hold:
    """A hold that this person may release. Raises NotFound."""
    found = session.get(Hold, hold_id)
    if found is None or found.organisation_id not in may_hold_for(person):
        raise NotFound
    return found
