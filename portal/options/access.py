"""What a contract has led to and how often its options were used: rows, for rules and pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.evaluation.models import Conflict, InterestDeclaration
from portal.indicators.queries import records_of
from portal.indicators.rules import Period, Records, by_contract, figure_of, rows_of, started_in
from portal.offers.models import LotOffer
from portal.options.models import ContractPassing, OptionExercise
from portal.options.rules import Evidence, Quality
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import Role
from portal.procurement.models import Lot
from portal.procurement.rules import PriceModel, latest_end
from portal.procurement.terms import option_terms


def evidence_of(session: Session, contracts: Collection[UUID]) -> dict[UUID, Evidence]:
    """The evidence of each of these contracts so far: the part of its quality that conditions name.

    Points count as the participants gave them through their own links.
    """
    return {
        contract_id: Evidence(
            answers=quality.answers,
            points=quality.points,
            ended=quality.ended,
            open_market=quality.open_market,
        )
        for contract_id, quality in quality_of(session, contracts).items()
    }


def used_times(session: Session, contracts: Collection[UUID]) -> dict[tuple[UUID, UUID], int]:
    """How often each option of these contracts has been used, by contract and option."""
    counted = select(OptionExercise.contract_id, OptionExercise.option_id, func.count())
    rows = session.execute(
        counted.where(OptionExercise.contract_id.in_(contracts)).group_by(
            OptionExercise.contract_id, OptionExercise.option_id
        )
    )
    return {(contract_id, option_id): times for contract_id, option_id, times in rows}


def exercises_of(session: Session, contract_id: UUID) -> list[OptionExercise]:
    """Every use of the contract's options, in the order of use."""
    return list(
        session.scalars(
            select(OptionExercise)
            .where(OptionExercise.contract_id == contract_id)
            .order_by(OptionExercise.exercised_at, OptionExercise.option_id, OptionExercise.n)
        )
    )


def first_end(session: Session, contract: Contract) -> date:
    """The contract's last day before any further period was used."""
    exercises = exercises_of(session, contract.id)
    return next((one.ends_before for one in exercises if one.ends_before), contract.ends_on)


def latest_end_of(session: Session, contract: Contract, lot: Lot, on: date) -> date:
    """The contract's end with every further period used, or that can still be on that day."""
    used: dict[str, int] = {}
    for one in exercises_of(session, contract.id):
        used[one.option.key] = used.get(one.option.key, 0) + 1
    first = first_end(session, contract)
    return latest_end(first, tuple(option_terms(clause) for clause in lot.options), on, used)


def quality_of(session: Session, contracts: Collection[UUID]) -> dict[UUID, Quality]:
    """How each of these contracts has gone so far, in a fixed number of queries."""
    parts = by_contract(records_of(session, Contract.id.in_(contracts)))
    qualities = {}
    for contract_id in contracts:
        records = parts.get(contract_id, Records())
        placed, completed, feedback = (
            figure_of(key, rows_of(key, records, Period()))
            for key in ("open_market_share", "completed_share", "feedback_mean")
        )
        qualities[contract_id] = Quality(
            started=sum(1 for _one in started_in(records, Period())),
            ended=placed.denominator,
            completed=completed.numerator,
            open_market=placed.numerator,
            answers=feedback.denominator,
            points=feedback.numerator,
        )
    return qualities


def original_value(session: Session, contract: Contract) -> Decimal:
    """What the contract was to come to at its estimate, in euros without value added tax.

    The price of the estimated capacity or, of a fixed sum per month, of one training throughout
    the first period; with the coordination fee.
    """
    return original_values(session, [contract])[contract.id]


def original_values(session: Session, contracts: Collection[Contract]) -> dict[UUID, Decimal]:
    """The same of each contract, in as many queries for all of them as for one."""
    lot_ids = [one.lot_id for one in contracts]
    offers = [one.award.offer_id for one in contracts]
    lots = {lot.id: lot for lot in session.scalars(select(Lot).where(Lot.id.in_(lot_ids)))}
    offered = {
        (one.lot_id, one.offer_id): one
        for one in session.scalars(
            select(LotOffer).where(LotOffer.lot_id.in_(lot_ids), LotOffer.offer_id.in_(offers))
        )
    }
    first_ends: dict[UUID, date | None] = {}
    for contract_id, ends_before in session.execute(
        select(OptionExercise.contract_id, OptionExercise.ends_before)
        .where(
            OptionExercise.contract_id.in_([one.id for one in contracts]),
            OptionExercise.ends_before.is_not(None),
        )
        .order_by(OptionExercise.exercised_at, OptionExercise.option_id, OptionExercise.n)
    ):
        first_ends.setdefault(contract_id, ends_before)
    return {
        one.id: _value(
            lots[one.lot_id],
            offered[one.lot_id, one.award.offer_id],
            one.starts_on,
            first_ends.get(one.id) or one.ends_on,
        )
        for one in contracts
    }


def _value(lot: Lot, offered: LotOffer, start: date, end: date) -> Decimal:
    assert offered.price is not None
    amount = lot.capacity_estimated
    if lot.price_model == PriceModel.FIXED_SUM_PER_PERIOD:
        amount = Decimal((end.year - start.year) * 12 + end.month - start.month + 1)
    return offered.price * amount + (offered.coordination_fee or Decimal(0))


def buyer_at(session: Session, contract: Contract, at: datetime) -> Organisation:
    """Whose the contract was at a time: of what was done then, its documents speak so for good."""
    after = session.scalar(
        select(ContractPassing)
        .where(ContractPassing.contract_id == contract.id, ContractPassing.at > at)
        .order_by(ContractPassing.n)
        .limit(1)
    )
    return contract.buyer if after is None else after.from_buyer


def passed_on_from(person: Person) -> ColumnElement[bool]:
    """A condition on Contract: one that was passed on by a buyer whose auditor this person is."""
    buyers = [buyer.id for buyer in person.organisations_as(Role.AUDITOR)]
    return Contract.id.in_(
        select(ContractPassing.contract_id).where(ContractPassing.from_id.in_(buyers))
    )


def people_of(
    session: Session, organisation_id: UUID, *roles: Role, procurement_id: UUID | None = None
) -> list[Person]:
    """Who holds one of the roles there, in the order of their names.

    With a procurement, without those who have declared a conflict in it.
    """
    found = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role.in_(roles),
            Person.closed_at.is_(None),
        )
    )
    if procurement_id is not None:
        found = found.where(
            Person.id.not_in(
                select(InterestDeclaration.person_id)
                .join(Conflict, Conflict.declaration_id == InterestDeclaration.id)
                .where(InterestDeclaration.procurement_id == procurement_id)
            )
        )
    return list(session.scalars(found.order_by(Person.name, Person.email).distinct()))
