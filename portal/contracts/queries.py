"""What the pages of the contracts show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from portal.contracts.access import seen_by
from portal.contracts.models import Approval, Contract, ContractMove
from portal.contracts.rules import ENDED, TRANSITIONS, ContractState, Side
from portal.contracts.usecases import require_may_sign, side_of, standing_contract
from portal.documents import store
from portal.documents.catalogue import kinds
from portal.documents.models import StoredDocument
from portal.evaluation.access import has_conflict, has_declared
from portal.evaluation.models import AwardDecision
from portal.evaluation.usecases import standing_award
from portal.offers.models import LotOffer
from portal.organisations.models import Organisation, Person
from portal.permissions import may
from portal.procurement.access import is_officer
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import LotTerms, OptionTerms, State, latest_end
from portal.procurement.terms import lot_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken

Names = Mapping[str, str]

ROWS_ON_A_PAGE = 20
STOPS = ("hold_contract", "release_contract", "refuse_contract")


@dataclass(frozen=True)
class ContractRow:
    """One contract of the list."""

    id: UUID
    reference: str
    title: Names
    lot: Names
    buyer: Names
    provider: Names
    state: str
    concluded_at: datetime
    in_force_at: datetime | None


@dataclass(frozen=True)
class ContractList:
    """One page of the list."""

    rows: list[ContractRow]
    total: int
    n: int
    pages: int

    @property
    def earlier(self) -> int | None:
        """The page before this one."""
        return self.n - 1 if self.n > 1 else None

    @property
    def later(self) -> int | None:
        """The page after this one."""
        return self.n + 1 if self.n < self.pages else None


def contracts_page(session: Session, person: Person, n: int) -> ContractList:
    """The person's contracts: those waiting for approval first, then the newest.

    A page beyond the last is the last.
    """
    mine = seen_by(person)
    total = session.scalar(select(func.count()).select_from(Contract).where(mine)) or 0
    pages = max(1, -(-total // ROWS_ON_A_PAGE))
    n = min(max(n, 1), pages)
    buyer, provider = aliased(Organisation), aliased(Organisation)
    found = session.execute(
        select(
            Contract.id,
            Contract.reference,
            Procurement.title,
            Lot.title,
            buyer.name,
            provider.name,
            Contract.state,
            Contract.concluded_at,
            Contract.in_force_at,
        )
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(buyer, buyer.id == Contract.buyer_id)
        .join(provider, provider.id == Contract.provider_id)
        .where(mine)
        .order_by(
            case((Contract.state == ContractState.AWAITING_APPROVAL, 0), else_=1),
            Contract.concluded_at.desc(),
            Contract.reference,
            Contract.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset((n - 1) * ROWS_ON_A_PAGE)
    )
    return ContractList([ContractRow(*row) for row in found], total, n, pages)


@dataclass(frozen=True)
class OptionShown:
    """An option clause with its condition as printed; ``share`` is in percent."""

    terms: OptionTerms
    feedback_mean: Decimal | None
    answers: int | None
    share: Decimal | None

    @property
    def conditional(self) -> bool:
        """Whether anything must be met before the option may be used."""
        return (self.feedback_mean, self.answers, self.share) != (None, None, None)


@dataclass(frozen=True)
class Terms:
    """What is agreed on: the lot, its price, its options, its period."""

    lot: LotTerms
    options: list[OptionShown]
    bonus: Mapping[str, Any] | None
    price: Decimal
    coordination_fee: Decimal | None
    start: date | None
    end: date | None
    latest_end: date | None


def _terms(
    session: Session, procurement: Procurement, lot: Lot, offer_id: UUID, today: date
) -> Terms:
    terms = lot_terms(lot)
    offered = session.scalars(
        select(LotOffer).where(LotOffer.lot_id == lot.id, LotOffer.offer_id == offer_id)
    ).one()
    assert offered.price is not None
    end, bonus = procurement.contract_end, terms.result_bonus
    return Terms(
        lot=terms,
        options=[_option(option) for option in terms.options],
        bonus=bonus and {**bonus, "amount": Decimal(str(bonus["amount"]))},
        price=offered.price,
        coordination_fee=offered.coordination_fee,
        start=procurement.contract_start,
        end=end,
        latest_end=end and latest_end(end, terms.options, today),
    )


def _option(terms: OptionTerms) -> OptionShown:
    condition = terms.condition or {}
    answers, share = condition.get("answers_at_least"), condition.get("open_market_share_at_least")
    return OptionShown(
        terms=terms,
        feedback_mean=condition.get("feedback_mean_at_least"),
        answers=None if answers is None else int(answers),
        share=None if share is None else share * 100,
    )


@dataclass(frozen=True)
class PartyShown:
    """One side of a contract and its approval, where it has approved."""

    side: Side
    organisation: Organisation
    approval: Approval | None


@dataclass(frozen=True)
class ContractPage:
    """Everything of a contract's page.

    ``side`` is the one for which the reader may approve and nobody has; ``refusal`` is why that
    would be refused now. ``waits_for`` is the one party whose approval is missing. ``stops`` are
    the acts beside approving that the reader may do now; ``last`` is the latest of those done.
    ``may_conclude``: the reader may make a new contract of the lot in the place of this one.
    """

    contract: Contract
    procurement: Procurement
    terms: Terms
    first_signing_day: date
    document: StoredDocument | None
    parties: list[PartyShown]
    side: Side | None
    refusal: RuleBroken | None
    waits_for: Organisation | None
    stops: list[str]
    last: ContractMove | None
    may_conclude: bool


def contract_of(session: Session, contract_id: UUID, person: Person) -> Contract:
    """A contract that this reader may see. Raises NotFound, the same for none and for foreign."""
    contract = session.scalar(select(Contract).where(Contract.id == contract_id, seen_by(person)))
    if contract is None:
        raise NotFound
    return contract


def contract_document(session: Session, contract: Contract) -> StoredDocument | None:
    """The contract's PDF, once it has been made."""
    return store.find(session, "contract", contract.id, contract.language)


def contract_page(
    session: Session,
    contract_id: UUID,
    person: Person,
    combined_duties: Collection[frozenset[str]],
    at: datetime,
) -> ContractPage:
    """A contract, and whether this reader may approve it now. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    procurement = session.get_one(Procurement, contract.procurement_id)
    lot = session.get_one(Lot, contract.lot_id)
    decision = session.get_one(AwardDecision, contract.award.decision_id)
    given = {approval.side: approval for approval in contract.approvals}
    parties = [
        PartyShown(Side.BUYER, contract.buyer, given.get(Side.BUYER)),
        PartyShown(Side.PROVIDER, contract.provider, given.get(Side.PROVIDER)),
    ]
    own = side_of(contract, person)
    approving = contract.state == ContractState.AWAITING_APPROVAL
    to_approve = own if own not in given and approving else None
    refusal = None
    if to_approve is not None:
        try:
            require_may_sign(
                session,
                procurement=procurement,
                contract=contract,
                combined_duties=combined_duties,
                signer=person,
                on=at,
            )
        except RuleBroken as broken:
            refusal = broken
    waiting = [party.organisation for party in parties if party.approval is None]
    today = day_in_helsinki(at)
    return ContractPage(
        contract=contract,
        procurement=procurement,
        terms=_terms(session, procurement, lot, contract.award.offer_id, today),
        first_signing_day=decision.first_signing_day,
        document=contract_document(session, contract),
        parties=parties,
        side=to_approve,
        refusal=refusal,
        waits_for=waiting[0] if len(waiting) == 1 and approving else None,
        stops=[act for act in STOPS if _may_stop(contract, person, act)],
        last=contract.moves[-1] if contract.moves else None,
        may_conclude=contract.state in ENDED
        and is_officer(person, procurement)
        and _may_have_another(session, lot),
    )


def _may_stop(contract: Contract, person: Person, act: str) -> bool:
    """Whether this reader may do the act now: hold, release or refuse."""
    if contract.state not in TRANSITIONS[act]:
        return False
    if act != "refuse_contract":
        return may(person, act, contract.buyer_id)
    own = side_of(contract, person)
    return own is not None and own not in {approval.side for approval in contract.approvals}


def _may_have_another(session: Session, lot: Lot) -> bool:
    award = standing_award(session, lot)
    return (
        award is not None
        and award.decision_id is not None
        and standing_contract(session, award) is None
    )


@dataclass(frozen=True)
class Stop:
    """What is stopped or let go on; ``possible`` is whether this reader may do it now."""

    contract: Contract
    procurement: Procurement
    lot: Lot
    possible: bool


def stop_page(session: Session, contract_id: UUID, person: Person, act: str) -> Stop:
    """The page that asks for the reason of an act. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    return Stop(
        contract=contract,
        procurement=session.get_one(Procurement, contract.procurement_id),
        lot=session.get_one(Lot, contract.lot_id),
        possible=_may_stop(contract, person, act),
    )


@dataclass(frozen=True)
class Conclusion:
    """What would be concluded; without a provider there is nothing to conclude yet.

    ``contract`` is there when the lot has a contract that stands already.
    """

    procurement: Procurement
    lot: Lot
    contract: Contract | None = None
    provider: Organisation | None = None
    terms: Terms | None = None
    first_signing_day: date | None = None


def lot_to_contract(
    session: Session, procurement_id: UUID, lot_key: str, person: Person
) -> tuple[Procurement, Lot]:
    """A lot of a procurement of which this is an officer without a conflict.

    Raises NotFound, ``interests_undeclared``.
    """
    procurement = session.get(Procurement, procurement_id)
    if procurement is None or not is_officer(person, procurement):
        raise NotFound
    lot = next((lot for lot in procurement.lots if lot.key == lot_key), None)
    if lot is None or has_conflict(session, procurement, person):
        raise NotFound
    if not has_declared(session, procurement, person):
        raise RuleBroken("interests_undeclared")
    return procurement, lot


def conclusion_page(
    session: Session, procurement_id: UUID, lot_key: str, person: Person, at: datetime
) -> Conclusion:
    """What the contract of the lot would be. Raises NotFound."""
    procurement, lot = lot_to_contract(session, procurement_id, lot_key, person)
    award = standing_award(session, lot)
    if award is None or award.decision_id is None:
        return Conclusion(procurement, lot)
    return Conclusion(
        procurement=procurement,
        lot=lot,
        contract=standing_contract(session, award),
        provider=award.offer.provider,
        terms=_terms(session, procurement, lot, award.offer_id, day_in_helsinki(at)),
        first_signing_day=session.get_one(AwardDecision, award.decision_id).first_signing_day,
    )


@dataclass(frozen=True)
class Verified:
    """What anybody may know of a document whose bytes they have.

    ``kind`` and ``made_on`` are None for whatever is sealed; the rest is of contracts only.
    ``approved``: both parties have approved these very bytes.
    """

    kind: Names | None = None
    made_on: date | None = None
    contract: str | None = None
    state: str | None = None
    approved: bool = False
    in_force_at: datetime | None = None


def verified(session: Session, sha256: str) -> Verified | None:
    """What is told of the document with this hash; None where the portal has made no such one."""
    stored = store.by_hash(session, sha256)
    if stored is None:
        return None
    if _is_sealed(session, stored):
        return Verified()
    kind, made_on = kinds()[stored.kind].title, day_in_helsinki(stored.made_at)
    if stored.kind != "contract":
        return Verified(kind, made_on)
    contract = session.get_one(Contract, stored.subject)
    approving = {
        approval.side for approval in contract.approvals if approval.sha256 == stored.sha256
    }
    return Verified(
        kind,
        made_on,
        contract=contract.reference,
        state=contract.state,
        approved=approving == set(Side),
        in_force_at=contract.in_force_at,
    )


def _is_sealed(session: Session, stored: StoredDocument) -> bool:
    """Receipts always are, since they tell who has offered; before the opening all but the call."""
    if stored.kind in ("call", "offer_receipt"):
        return stored.kind == "offer_receipt"
    state = session.scalar(select(Procurement.state).where(Procurement.id == stored.owner))
    return state not in (State.OPENED, State.DECIDED)
