"""The openers of a call, and the key that publishing puts into their hands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.organisations.models import Membership, OpenerKey, Person
from portal.permissions import ACTS, require
from portal.procurement.models import NamedOpener, Procurement
from portal.procurement.rules import State
from portal.shared.errors import RuleBroken
from portal.storage import custody


def name_openers(
    session: Session,
    *,
    procurement: Procurement,
    openers: Collection[Person],
    by: Person,
    at: datetime,
) -> None:
    """Name who may open the offers of a draft; nobody named is all of the buyer's openers.

    Raises ``wrong_state`` once the call is published, ``openers_unknown``.
    """
    with acting(session, "name_openers", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "name_openers", procurement.buyer_id)
        if procurement.state != State.DRAFT:
            raise RuleBroken("wrong_state")
        if not all(one.holds(ACTS["open_offers"], procurement.buyer_id) for one in openers):
            raise RuleBroken("openers_unknown", field="openers")
        session.execute(delete(NamedOpener).where(NamedOpener.procurement_id == procurement.id))
        for key in {one.id for one in openers}:
            session.add(NamedOpener(procurement_id=procurement.id, person_id=key))
        facts.note(openers=sorted(str(one.id) for one in openers))


def openers_with_keys(
    session: Session, buyer_id: UUID, among: Collection[UUID] | None = None
) -> Sequence[OpenerKey]:
    """The keys of the buyer's openers (those among these), by person."""
    found = (
        select(OpenerKey)
        .join(Person, Person.id == OpenerKey.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            OpenerKey.replaced_at.is_(None),
            Person.closed_at.is_(None),
            Membership.organisation_id == buyer_id,
            Membership.role.in_(ACTS["open_offers"]),
        )
        .order_by(OpenerKey.person_id)
    )
    if among is not None:
        found = found.where(OpenerKey.person_id.in_(among))
    return session.scalars(found).all()


def require_keys(session: Session, keys: Sequence[OpenerKey]) -> None:
    """As many openers as the installation asks for hold a key. Raises ``openers_without_keys``."""
    needed = settings_of(session).sealing_openers
    if len(keys) < needed:
        raise RuleBroken("openers_without_keys", field="openers", needed=needed, have=len(keys))


def named(session: Session, procurement: Procurement) -> list[UUID]:
    """The people named for the draft; empty where it is all of the buyer's openers."""
    return list(
        session.scalars(
            select(NamedOpener.person_id).where(NamedOpener.procurement_id == procurement.id)
        )
    )


def keys_for(session: Session, procurement: Procurement) -> Sequence[OpenerKey]:
    """The keys that publishing now would seal the offers to."""
    return openers_with_keys(session, procurement.buyer_id, named(session, procurement) or None)


def seal_call(session: Session, procurement: Procurement, at: datetime) -> list[str]:
    """Make the procurement's key; returns who holds parts of it.

    Raises ``openers_without_keys``.
    """
    keys = keys_for(session, procurement)
    require_keys(session, keys)
    custody.make_key(session, procurement.id, {key.id: key.public_key for key in keys}, at)
    return [str(key.person_id) for key in keys]
