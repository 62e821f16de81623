"""Who draws up and follows an improvement plan: its two parties, and nobody else."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from portal.contracts.access import seen_by
from portal.contracts.models import Contract
from portal.organisations.models import Person
from portal.permissions import PROVIDING, Role
from portal.scorecards.access import OF_BUYER
from portal.scorecards.models import Scorecard
from portal.scorecards.plans.models import ImprovementPlan
from portal.scorecards.plans.rules import Side
from portal.shared.errors import RuleBroken

ACTS_FOR = {Side.BUYER: Role.PROCUREMENT_OFFICER, Side.PROVIDER: Role.REPRESENTATIVE}
"""Who acts for each side."""


def side_of(person: Person, buyer_id: UUID, provider_id: UUID) -> Side:
    """The side that a person acts for. Raises ``not_permitted``."""
    for side, party in ((Side.BUYER, buyer_id), (Side.PROVIDER, provider_id)):
        if person.holds({ACTS_FOR[side]}, party):
            return side
    raise RuleBroken("not_permitted")


def acts_for(person: Person, side: str, plan: ImprovementPlan) -> bool:
    """Whether a person acts for that side of a plan."""
    party = plan.buyer.id if side == Side.BUYER else plan.provider_id
    return person.holds({ACTS_FOR[Side(side)]}, party)


def scorecards_agreed_on(person: Person) -> ColumnElement[bool]:
    """A condition on Scorecard: those of which this person is a party; a referring office is not.

    The buyer's officers and auditors, and the provider's people.
    """
    return or_(
        Scorecard.buyer_id.in_([one.id for one in person.organisations_as(*OF_BUYER)]),
        Scorecard.provider_id.in_([one.id for one in person.organisations_as(*PROVIDING)]),
    )


def plans_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on ImprovementPlan: those of contracts and scorecards that are the reader's.

    Whoever has declared a conflict in a procurement does not see the plans of its contracts.
    """
    return or_(
        ImprovementPlan.contract_id.in_(select(Contract.id).where(seen_by(person))),
        ImprovementPlan.scorecard_id.in_(select(Scorecard.id).where(scorecards_agreed_on(person))),
    )
