"""The options of a contract, with the evidence of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.ledger import balance_of
from portal.capacity.rules import Balance
from portal.contracts.models import Contract
from portal.contracts.queries import contract_of
from portal.contracts.rules import ContractState
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.options.access import (
    evidence_of,
    exercises_of,
    latest_end_of,
    quality_of,
)
from portal.options.models import ContractChange, OptionExercise
from portal.options.queries.figures import Compared, compared
from portal.options.rules import (
    Evidence,
    Measured,
    left_of,
    measured,
    require_exercisable,
)
from portal.organisations.models import Person
from portal.permissions import may
from portal.procurement.models import Lot, OptionClause, Procurement
from portal.procurement.rules import OptionKind, OptionTerms
from portal.procurement.terms import option_terms
from portal.scorecards.plans.queries import PlanRow, open_plans
from portal.shared.clock import day_in_helsinki, months_later
from portal.shared.errors import NotFound, RuleBroken
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class PartShown:
    """One part of a condition as printed, with at most two decimals; a share is in percent."""

    measure: str
    cut_off: Decimal
    shown: Decimal | None
    holds: bool


def _part(part: Measured) -> PartShown:
    times = 100 if part.measure == "open_market_share_at_least" else 1
    found = None if part.found is None else rounded(part.found * times)
    return PartShown(part.measure, part.cut_off * times, found, part.holds)


@dataclass(frozen=True)
class OptionRow:
    """An option with what has been done with it; ``rule`` is what would refuse its use now."""

    id: UUID
    terms: OptionTerms
    used: int
    left: int
    parts: list[PartShown]
    rule: str | None
    notice_passed: bool

    @property
    def condition_holds(self) -> bool:
        """Whether all that the condition names holds; an option without one is not held up."""
        return all(part.holds for part in self.parts)


@dataclass(frozen=True)
class OptionsPage:
    """A contract's options, what it has led to, and what this reader may do."""

    contract: Contract
    procurement: Procurement
    lot: Lot
    rows: list[OptionRow]
    exercises: list[OptionExercise]
    amendments: dict[UUID, StoredDocument]
    balance: Balance
    result: Compared
    target_share: Decimal | None
    latest_end: date
    may_exercise: bool
    plans: list[PlanRow]
    may_plan: bool


def _option_row(
    contract: Contract, clause: OptionClause, used: int, evidence: Evidence, today: date
) -> OptionRow:
    terms = option_terms(clause)
    rule = None
    if contract.state != ContractState.IN_FORCE:
        rule = "wrong_state"
    else:
        try:
            require_exercisable(terms, used, evidence, today)
        except RuleBroken as broken:
            rule = broken.rule
    return OptionRow(
        id=clause.id,
        terms=terms,
        used=used,
        left=left_of(terms, used),
        parts=[_part(part) for part in measured(terms.condition, evidence)],
        rule=rule,
        notice_passed=today > terms.notice_by,
    )


def options_page(session: Session, contract_id: UUID, person: Person, at: datetime) -> OptionsPage:
    """The options of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    lot = session.get_one(Lot, contract.lot_id)
    today = day_in_helsinki(at)
    exercises = exercises_of(session, contract.id)
    evidence = evidence_of(session, [contract.id])[contract.id]
    times = [one.option_id for one in exercises]
    target = lot.target_open_market_share
    return OptionsPage(
        contract=contract,
        procurement=session.get_one(Procurement, contract.procurement_id),
        lot=lot,
        rows=[
            _option_row(contract, clause, times.count(clause.id), evidence, today)
            for clause in lot.options
        ],
        exercises=exercises,
        amendments=store.find_all(
            session, "amendment", [one.id for one in exercises], contract.language
        ),
        balance=balance_of(session, contract),
        result=compared(quality_of(session, [contract.id])[contract.id]),
        target_share=None if target is None else target * 100,
        latest_end=latest_end_of(session, contract, lot, today),
        may_exercise=may(person, "exercise_option", contract.buyer_id),
        plans=open_plans(session, contract.provider_id, person, today),
        may_plan=contract.state == ContractState.IN_FORCE
        and may(person, "draw_up_plan", contract.buyer_id, contract.provider_id),
    )


@dataclass(frozen=True)
class OptionPage:
    """One option: its clause, its evidence, and what using it now would do."""

    of: OptionsPage
    row: OptionRow
    exercises: list[OptionExercise]
    maximum_after: Decimal | None
    ends_after: date | None


def option_of(session: Session, contract: Contract, key: str) -> OptionClause:
    """An option of the contract's lot. Raises NotFound."""
    lot = session.get_one(Lot, contract.lot_id)
    found = next((clause for clause in lot.options if clause.key == key), None)
    if found is None:
        raise NotFound
    return found


def option_page(
    session: Session, contract_id: UUID, key: str, person: Person, at: datetime
) -> OptionPage:
    """One option of a contract. Raises NotFound."""
    of = options_page(session, contract_id, person, at)
    row = next((row for row in of.rows if row.terms.key == key), None)
    if row is None:
        raise NotFound
    amount = row.terms.amount
    maximum_after = ends_after = None
    if row.terms.kind == OptionKind.ADDITIONAL_CAPACITY:
        maximum_after = of.balance.maximum + amount
    elif row.terms.kind == OptionKind.FURTHER_PERIOD:
        periods = [one for one in of.exercises if one.ends_before is not None]
        first = periods[0].ends_before if periods else of.contract.ends_on
        assert first is not None
        ends_after = months_later(first, sum(int(one.amount) for one in periods) + int(amount))
    return OptionPage(
        of=of,
        row=row,
        exercises=[one for one in of.exercises if one.option_id == row.id],
        maximum_after=maximum_after,
        ends_after=ends_after,
    )


def amendment_of(
    session: Session, contract_id: UUID, subject: UUID, person: Person
) -> tuple[Contract, StoredDocument | None]:
    """The amendment of a use or a change of a contract that this reader may see.

    Raises NotFound.
    """
    contract = contract_of(session, contract_id, person)
    of_contract = [
        session.scalar(
            select(table.id).where(table.id == subject, table.contract_id == contract.id)
        )
        for table in (OptionExercise, ContractChange)
    ]
    if not any(of_contract):
        raise NotFound
    return contract, store.find(session, "amendment", subject, contract.language)
