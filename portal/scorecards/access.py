"""Who draws up, assesses and answers a scorecard, and who sees it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from portal.capacity.access import usable_by_offices
from portal.capacity.models import CallOff
from portal.contracts.models import Contract
from portal.organisations.models import Organisation, Person
from portal.permissions import BUYERS_HANDLERS, PROVIDING, Role
from portal.scorecards.models import Scorecard
from portal.scorecards.rules import View
from portal.shared.errors import RuleBroken

OF_BUYER = BUYERS_HANDLERS | {Role.AUDITOR}


def buys_from(session: Session, buyer_id: UUID, provider_id: UUID) -> bool:
    """Whether a buyer has, or has had, a contract in force with the provider."""
    found = select(Contract.id).where(
        Contract.buyer_id == buyer_id,
        Contract.provider_id == provider_id,
        Contract.in_force_at.is_not(None),
    )
    return session.scalar(found.limit(1)) is not None


def buyer_of(session: Session, person: Person, provider: Organisation) -> Organisation:
    """The buyer in whose name an officer draws up a scorecard.

    Of a provider that nobody buys from there is nothing of another buyer's to be seen: the
    scorecard then says that there is no data. Raises ``not_permitted``.
    """
    buyers = person.organisations_as(Role.PROCUREMENT_OFFICER)
    for buyer in buyers:
        if buys_from(session, buyer.id, provider.id):
            return buyer
    in_use = select(Contract.id).where(
        Contract.provider_id == provider.id, Contract.in_force_at.is_not(None)
    )
    if not buyers or session.scalar(in_use.limit(1)) is not None:
        raise RuleBroken("not_permitted")
    return buyers[0]


def providers_bought_from(session: Session, person: Person) -> list[Organisation]:
    """The providers of the contracts, in force or ended, of an officer's buyers."""
    buyers = [one.id for one in person.organisations_as(Role.PROCUREMENT_OFFICER)]
    bought = select(Contract.provider_id).where(
        Contract.buyer_id.in_(buyers), Contract.in_force_at.is_not(None)
    )
    return list(session.scalars(select(Organisation).where(Organisation.id.in_(bought))))


def referred_by(offices: Collection[UUID]) -> ColumnElement[bool]:
    """A condition on Contract: one of these offices has called off from it.

    Where the buyer itself called off, every office that may use the contract refers to it, as it
    acts for its trainings (`capacity.access.sponsors_office`).
    """
    if not offices:
        return false()
    called = select(CallOff.id).where(CallOff.contract_id == Contract.id)
    by_buyer = called.where(CallOff.office_id.is_(None)).exists() & usable_by_offices(offices)
    return or_(called.where(CallOff.office_id.in_(offices)).exists(), by_buyer)


def refers_to(session: Session, person: Person, provider_id: UUID) -> bool:
    """Whether a course sponsor's office refers to the provider."""
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    found = select(Contract.id).where(Contract.provider_id == provider_id, referred_by(offices))
    return session.scalar(found.limit(1)) is not None


def referring_offices(session: Session, provider_id: UUID) -> list[Organisation]:
    """The offices that have called off from the provider."""
    found = (
        select(CallOff.office_id)
        .join(Contract, Contract.id == CallOff.contract_id)
        .where(Contract.provider_id == provider_id)
    )
    return list(session.scalars(select(Organisation).where(Organisation.id.in_(found))))


def side_of(session: Session, person: Person, scorecard: Scorecard) -> View | None:
    """Whose side a reader is on: everybody of the provider's on its own, else those who assess.

    None for who only reads.
    """
    if person.holds(PROVIDING, scorecard.provider_id):
        return View.OWN
    try:
        return view_of(session, person, scorecard)
    except RuleBroken:
        return None


def view_of(session: Session, person: Person, scorecard: Scorecard) -> View:
    """Whose view a person's assessment is. Raises ``not_permitted``."""
    if person.holds({Role.REPRESENTATIVE}, scorecard.provider_id):
        return View.OWN
    if person.holds({Role.PROCUREMENT_OFFICER}, scorecard.buyer_id) or refers_to(
        session, person, scorecard.provider_id
    ):
        return View.REFERRERS
    raise RuleBroken("not_permitted")


def scorecards_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on Scorecard: the buyer's, the provider's, and those of offices that refer."""
    buyers = [one.id for one in person.organisations_as(*OF_BUYER)]
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    offices = [one.id for one in person.organisations_as(Role.COURSE_SPONSOR)]
    referred = select(Contract.provider_id).where(referred_by(offices))
    return or_(
        Scorecard.buyer_id.in_(buyers),
        Scorecard.provider_id.in_(providers),
        Scorecard.provider_id.in_(referred),
    )
