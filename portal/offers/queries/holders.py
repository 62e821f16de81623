"""Who holds a part of which procurement's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.offers.access import is_opener, is_shut_out
from portal.offers.models import Resealing
from portal.organisations.models import Membership, OpenerKey, Organisation, Person
from portal.permissions import ACTS, Role
from portal.procurement.access import is_handler
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.shared.errors import NotFound
from portal.storage.models import SealingKey, SealingPart

_LIVE = (State.PUBLISHED, State.OPENED)


@dataclass(frozen=True)
class OpenerRow:
    """An opener of a buyer: since when there is a key, and the calls that it is a part of."""

    person: Person
    made_at: datetime | None
    parts: list[Procurement]


@dataclass(frozen=True)
class BuyersOpeners:
    """One buyer's openers by name, and how many of them a call needs."""

    buyer: Organisation
    needed: int
    rows: list[OpenerRow]


def openers_page(session: Session, person: Person) -> list[BuyersOpeners]:
    """The openers of each buyer whose officer or opener the reader is."""
    buyers = person.organisations_as(Role.OPENER, Role.PROCUREMENT_OFFICER)
    keys = {buyer.id for buyer in buyers}
    people = session.execute(
        select(Membership.organisation_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(keys),
            Membership.role.in_(ACTS["open_offers"]),
            Person.closed_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    ).all()
    found = session.execute(
        select(OpenerKey.person_id, OpenerKey.made_at).where(
            OpenerKey.replaced_at.is_(None),
            OpenerKey.person_id.in_({one.id for _buyer, one in people}),
        )
    )
    made = {row.person_id: row.made_at for row in found}
    pairs = (
        select(OpenerKey.person_id, SealingPart.owner)
        .join(SealingPart, SealingPart.outer_id == OpenerKey.id)
        .where(OpenerKey.replaced_at.is_(None))
        .distinct()
        .subquery()
    )
    parts: dict[tuple[UUID, UUID], list[Procurement]] = {}
    for holder, procurement in session.execute(
        select(pairs.c.person_id, Procurement)
        .join(pairs, pairs.c.owner == Procurement.id)
        .where(Procurement.buyer_id.in_(keys), Procurement.state.in_(_LIVE))
        .order_by(Procurement.offers_due, Procurement.reference)
    ):
        parts.setdefault((procurement.buyer_id, holder), []).append(procurement)
    return [
        BuyersOpeners(
            buyer,
            settings_of(session).sealing_openers,
            [
                OpenerRow(one, made.get(one.id), parts.get((buyer.id, one.id), []))
                for buyer_id, one in people
                if buyer_id == buyer.id
            ],
        )
        for buyer in buyers
    ]


@dataclass(frozen=True)
class Holder:
    """Somebody to whom the key was sealed, and whether they can still help to open."""

    person: Person
    key: OpenerKey
    able: bool


@dataclass(frozen=True)
class HoldersPage:
    """Who holds the key of one procurement, and how far its sealing anew is."""

    procurement: Procurement
    sealed_at: datetime | None
    needed: int
    holders: list[Holder]
    candidates: list[tuple[OpenerKey, Person]]
    request: Resealing | None
    first: Person | None
    chosen: list[Person]
    expires_at: datetime | None
    may_request: bool
    may_confirm: bool


def holders_page(
    session: Session, procurement_id: UUID, person: Person, window: timedelta, at: datetime
) -> HoldersPage:
    """For the buyer's handlers without a conflict. Raises NotFound."""
    procurement = session.get(Procurement, procurement_id)
    if (
        procurement is None
        or procurement.state == State.DRAFT
        or not is_handler(person, procurement)
        or is_shut_out(session, procurement, person)
    ):
        raise NotFound
    sealing = session.get(SealingKey, procurement.id)
    parts = select(SealingPart.outer_id).where(SealingPart.owner == procurement.id)
    rows = session.execute(
        select(OpenerKey, Person)
        .join(Person, Person.id == OpenerKey.person_id)
        .where(OpenerKey.id.in_(parts))
        .order_by(Person.name, Person.id)
    ).all()
    holders = [
        Holder(one, key, key.replaced_at is None and is_opener(one, procurement))
        for key, one in rows
    ]
    candidates = session.execute(
        select(OpenerKey, Person)
        .join(Person, Person.id == OpenerKey.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            OpenerKey.replaced_at.is_(None),
            Person.closed_at.is_(None),
            Membership.organisation_id == procurement.buyer_id,
            Membership.role.in_(ACTS["open_offers"]),
        )
        .order_by(Person.name, Person.id)
    ).all()
    row = session.get(Resealing, procurement.id)
    if row is not None and (row.done_at is not None or at - row.first_at > window):
        row = None
    first = session.get(Person, row.first_id) if row is not None else None
    live = procurement.state == State.PUBLISHED or (
        procurement.state == State.OPENED and procurement.two_envelopes
    )
    mine = live and any(holder.able and holder.person.id == person.id for holder in holders)
    return HoldersPage(
        procurement=procurement,
        sealed_at=sealing.made_at if sealing is not None else None,
        needed=settings_of(session).sealing_openers,
        holders=holders,
        candidates=[(key, one) for key, one in candidates],
        request=row,
        first=first,
        chosen=[one for key, one in candidates if row is not None and str(key.id) in row.keys],
        expires_at=row.first_at + window if row is not None else None,
        may_request=mine and (row is None or row.first_id == person.id),
        may_confirm=mine and row is not None and row.first_id != person.id,
    )
