"""What the pages of options, changes, passings and handovers show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.capacity.ledger import balance_of
from portal.capacity.rules import Balance
from portal.config import settings_of
from portal.contracts.access import OF_BUYER, OF_PROVIDER, seen_by
from portal.contracts.models import Contract
from portal.contracts.queries import contract_of
from portal.contracts.rules import ContractState
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.legal.changes import ChangeGround, change_grounds
from portal.options.access import (
    evidence_of,
    exercises_of,
    latest_end_of,
    original_value,
    quality_of,
)
from portal.options.models import ContractChange, ContractPassing, Handover, OptionExercise
from portal.options.rules import (
    ChangeState,
    Evidence,
    Measured,
    Quality,
    left_of,
    measured,
    percent_of,
    require_exercisable,
)
from portal.options.usecases import running_total
from portal.organisations.models import Organisation, OrganisationKind, Person
from portal.permissions import Kind, may
from portal.procurement.models import Lot, OptionClause, Procurement
from portal.procurement.rules import OptionKind, OptionTerms
from portal.procurement.terms import option_terms
from portal.shared.clock import day_in_helsinki, months_later
from portal.shared.errors import NotFound, RuleBroken
from portal.shared.names import name_in
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class Figure:
    """A share or a mean, as it is printed, with its numbers beside it; None without data."""

    value: Decimal | None
    numerator: int
    denominator: int


def _share(value: Fraction | None, numerator: int, denominator: int) -> Figure:
    """In percent, with one decimal."""
    shown = None if value is None else rounded(value * 100, 1)
    return Figure(shown, numerator, denominator)


def _mean(value: Fraction | None, points: int, answers: int) -> Figure:
    return Figure(None if value is None else rounded(value), points, answers)


@dataclass(frozen=True)
class Compared:
    """How a contract has gone: the mean of the feedback and the shares, in percent."""

    feedback: Figure
    open_market: Figure
    completed: Figure
    started: int


def _compared(quality: Quality) -> Compared:
    return Compared(
        feedback=_mean(quality.feedback_mean, quality.points, quality.answers),
        open_market=_share(quality.open_market_share, quality.open_market, quality.ended),
        completed=_share(quality.completed_share, quality.completed, quality.ended),
        started=quality.started,
    )


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
        result=_compared(quality_of(session, [contract.id])[contract.id]),
        target_share=None if target is None else target * 100,
        latest_end=latest_end_of(session, contract, lot, today),
        may_exercise=may(person, "exercise_option", contract.buyer_id),
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


@dataclass(frozen=True)
class ChangesPage:
    """The changes of a contract, and their running total against the ceiling, in euros."""

    contract: Contract
    changes: list[ContractChange]
    grounds: dict[str, ChangeGround]
    original: Decimal
    total: Decimal
    ceiling: Decimal
    percent: Decimal
    may_propose: bool


def changes_page(session: Session, contract_id: UUID, person: Person) -> ChangesPage:
    """The changes of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    original = original_value(session, contract)
    percent = settings_of(session).change_ceiling_percent
    changes = select(ContractChange).where(ContractChange.contract_id == contract.id)
    return ChangesPage(
        contract=contract,
        changes=list(session.scalars(changes.order_by(ContractChange.n))),
        grounds=change_grounds(),
        original=original,
        total=running_total(session, contract),
        ceiling=percent_of(percent, original),
        percent=percent,
        may_propose=may(person, "change_contract", contract.buyer_id)
        and contract.state == ContractState.IN_FORCE,
    )


@dataclass(frozen=True)
class ChangePage:
    """One change, and what this reader may do about it now."""

    change: ContractChange
    ground: ChangeGround
    amendment: StoredDocument | None
    may_consent: bool
    may_refuse: bool


def change_of(session: Session, contract_id: UUID, n: int, person: Person) -> ContractChange:
    """A change of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    found = session.scalar(
        select(ContractChange).where(
            ContractChange.contract_id == contract.id, ContractChange.n == n
        )
    )
    if found is None:
        raise NotFound
    return found


def change_page(session: Session, contract_id: UUID, n: int, person: Person) -> ChangePage:
    """One change of a contract. Raises NotFound."""
    change = change_of(session, contract_id, n, person)
    contract = change.contract
    open_ = change.state == ChangeState.PROPOSED
    return ChangePage(
        change=change,
        ground=change_grounds()[change.ground],
        amendment=store.find(session, "amendment", change.id, contract.language),
        may_consent=open_ and may(person, "consent_to_change", contract.provider_id),
        may_refuse=open_ and may(person, "refuse_change", contract.provider_id, contract.buyer_id),
    )


@dataclass(frozen=True)
class PassingPage:
    """To whom a contract may pass, and through whose hands it has gone."""

    contract: Contract
    buyers: list[tuple[UUID, str]]
    passings: list[ContractPassing]
    possible: bool


def passing_page(session: Session, contract_id: UUID, person: Person, language: str) -> PassingPage:
    """The page on which a contract passes to a new buyer. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    found = session.execute(
        select(Organisation.id, Organisation.name)
        .join(OrganisationKind, OrganisationKind.organisation_id == Organisation.id)
        .where(OrganisationKind.kind == Kind.BUYER, Organisation.id != contract.buyer_id)
    )
    named = [(organisation_id, name_in(names, language)) for organisation_id, names in found]
    passings = select(ContractPassing).where(ContractPassing.contract_id == contract.id)
    return PassingPage(
        contract=contract,
        buyers=sorted(named, key=lambda pair: (pair[1], str(pair[0]))),
        passings=list(session.scalars(passings.order_by(ContractPassing.n))),
        possible=may(person, "pass_contract", contract.buyer_id)
        and contract.state == ContractState.IN_FORCE,
    )


@dataclass(frozen=True)
class HandoversPage:
    """What has been handed over from and to a contract, and to which contracts it still may."""

    contract: Contract
    given: list[Handover]
    to_contracts: list[tuple[UUID, str]]
    possible: bool


def handovers_page(
    session: Session, contract_id: UUID, person: Person, language: str
) -> HandoversPage:
    """The handovers of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    possible = (
        may(person, "hand_over", contract.buyer_id) and contract.state == ContractState.IN_FORCE
    )
    given = session.scalars(
        select(Handover)
        .where(or_(Handover.contract_id == contract.id, Handover.to_contract_id == contract.id))
        .order_by(Handover.at, Handover.id)
    ).all()
    seen = [one for one in given if _may_see(session, one, person)]
    gone = {one.to_contract_id for one in given if one.contract_id == contract.id}
    following: list[tuple[UUID, str]] = []
    if possible:
        others = session.execute(
            select(Contract.id, Contract.reference, Organisation.name)
            .join(Organisation, Organisation.id == Contract.provider_id)
            .where(
                Contract.buyer_id == contract.buyer_id,
                Contract.provider_id != contract.provider_id,
                Contract.state == ContractState.IN_FORCE,
                seen_by(person),
            )
            .order_by(Contract.starts_on.desc(), Contract.reference, Contract.id)
        )
        following = [
            (key, f"{reference}, {name_in(names, language)}")
            for key, reference, names in others
            if key not in gone
        ]
    return HandoversPage(contract, seen, following, possible)


def _may_see(session: Session, handover: Handover, person: Person) -> bool:
    """The buyer's people who see the next contract, and the provider that comes."""
    to_contract = handover.to_contract
    if person.holds(OF_PROVIDER, to_contract.provider_id):
        return True
    return person.holds(OF_BUYER, to_contract.buyer_id)


@dataclass(frozen=True)
class HandoverPage:
    """A handover: what it holds in numbers, its pack for the provider that comes, and the quality
    before and after for the buyer."""

    handover: Handover
    before: Compared | None
    after: Compared | None
    pack: StoredDocument | None
    receives: bool


def handover_of(session: Session, handover_id: UUID, person: Person) -> Handover:
    """A handover that this reader may see. Raises NotFound."""
    handover = session.get(Handover, handover_id)
    if handover is None or not _may_see(session, handover, person):
        raise NotFound
    contract_of(session, handover.to_contract_id, person)
    return handover


def handover_page(session: Session, handover_id: UUID, person: Person) -> HandoverPage:
    """The page of a handover. Raises NotFound."""
    handover = handover_of(session, handover_id, person)
    of_buyer = person.holds(OF_BUYER, handover.to_contract.buyer_id)
    receives = person.holds(OF_PROVIDER, handover.to_contract.provider_id)
    keys = [handover.contract_id, handover.to_contract_id]
    qualities = quality_of(session, keys) if of_buyer else {}
    return HandoverPage(
        handover=handover,
        before=_compared(qualities[keys[0]]) if of_buyer else None,
        after=_compared(qualities[keys[1]]) if of_buyer else None,
        pack=store.find(session, "handover_pack", handover.id, handover.to_contract.language)
        if receives
        else None,
        receives=receives,
    )


def handover_pack(session: Session, handover_id: UUID, person: Person) -> StoredDocument | None:
    """The pack, for the provider that comes and nobody else. Raises NotFound."""
    found = handover_page(session, handover_id, person)
    if not found.receives:
        raise NotFound
    return found.pack
