"""Whose procurements a reader is shown an overview of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.evaluation.models import Conflict, InterestDeclaration
from portal.organisations.models import Person
from portal.permissions import OVERVIEW_READERS
from portal.procurement.models import Procurement
from portal.procurement.rules import State


def procurements_surveyed_by(person: Person) -> ColumnElement[bool]:
    """A condition on Procurement: published, of the reader's buyer or with a contract of its now.

    A declared conflict shuts out here as everywhere.
    """
    buyers = [one.id for one in person.organisations_as(*OVERVIEW_READERS)]
    shut_out = (
        select(InterestDeclaration.procurement_id)
        .join(Conflict, Conflict.declaration_id == InterestDeclaration.id)
        .where(InterestDeclaration.person_id == person.id)
    )
    passed_on = select(Contract.procurement_id).where(
        Contract.buyer_id.in_(buyers), Contract.in_force_at.is_not(None)
    )
    return (
        (Procurement.state != State.DRAFT)
        & Procurement.published_at.is_not(None)
        & or_(Procurement.buyer_id.in_(buyers), Procurement.id.in_(passed_on))
        & Procurement.id.not_in(shut_out)
    )


def contracts_surveyed_by(person: Person) -> ColumnElement[bool]:
    """A condition on Contract: of the reader's buyer, and in force now or once."""
    buyers = [one.id for one in person.organisations_as(*OVERVIEW_READERS)]
    return (
        Contract.in_force_at.is_not(None)
        & Contract.buyer_id.in_(buyers)
        & contracts_seen_by(person)
    )
