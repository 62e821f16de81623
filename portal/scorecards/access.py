"""Who draws up, assesses and answers a scorecard, and who sees it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

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
    """The buyer in whose name an officer draws up a scorecard. Raises ``not_permitted``."""
    for buyer in person.organisations_as(Role.PROCUREMENT_OFFICER):
        if buys_from(session, buyer.id, provider.id):
            return buyer
    raise RuleBroken("not_permitted")


def refers_to(session: Session, person: Person, provider_id: UUID) -> bool:
    """Whether a course sponsor's office has called off from the provider."""
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    found = (
        select(CallOff.id)
        .join(Contract, Contract.id == CallOff.contract_id)
        .where(CallOff.office_id.in_(offices), Contract.provider_id == provider_id)
    )
    return bool(offices) and session.scalar(found.limit(1)) is not None


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
    referred = (
        select(Contract.provider_id)
        .join(CallOff, CallOff.contract_id == Contract.id)
        .where(CallOff.office_id.in_(offices))
    )
    return or_(
        Scorecard.buyer_id.in_(buyers),
        Scorecard.provider_id.in_(providers),
        Scorecard.provider_id.in_(referred),
    )
