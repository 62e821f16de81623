"""Whose record somebody may read: an auditor that of the own organisation's procurements."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, false, func, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.record import ACCOUNTS
from portal.auditing.rules import BEFORE_DECISION
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.shared.errors import NotFound


def procurements_audited_by(person: Person) -> ColumnElement[bool]:
    """A condition on Procurement: those whose buyer the person is an auditor of."""
    buyers = [one.id for one in person.organisations_as(Role.AUDITOR)]
    return Procurement.buyer_id.in_(buyers) if buyers else false()


def procurement_audited(session: Session, procurement_id: UUID, person: Person) -> Procurement:
    """One of them. Raises NotFound for anybody else's, as for none."""
    found = session.scalar(
        select(Procurement).where(Procurement.id == procurement_id, procurements_audited_by(person))
    )
    if found is None:
        raise NotFound
    return found


def reads_accounts(person: Person) -> bool:
    """The administrator reads the chain of the accounts, and no other."""
    return person.holds({Role.ADMINISTRATOR})


def entries_seen_by(session: Session, person: Person) -> ColumnElement[bool]:
    """A condition on AuditEntry: what this person is shown of the record."""
    audited = procurements_audited_by(person)
    all_of = select(_chain_of(session)).where(audited, Procurement.state == State.DECIDED)
    part_of = select(_chain_of(session)).where(audited, Procurement.state != State.DECIDED)
    seen = or_(
        AuditEntry.chain.in_(all_of),
        and_(AuditEntry.chain.in_(part_of), AuditEntry.act.in_(sorted(BEFORE_DECISION))),
    )
    return or_(seen, AuditEntry.chain == ACCOUNTS) if reads_accounts(person) else seen


def _chain_of(session: Session) -> ColumnElement[str]:
    """The name of a procurement's chain: its key as text, which the databases keep differently."""
    key = as_type(Procurement.id, String)
    if session.get_bind().dialect.name == "postgresql":
        return key
    parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]
    text: ColumnElement[str] = func.substr(key, *parts[0])
    for first, length in parts[1:]:
        text = text + "-" + func.substr(key, first, length)
    return text
