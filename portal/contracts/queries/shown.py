"""One contract, with what its reader may do next, and what it is concluded from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.contracts.access import seen_by
from portal.contracts.models import Approval, Contract, ContractMove
from portal.contracts.rules import ENDED, TRANSITIONS, ContractState, Side
from portal.contracts.usecases import require_may_sign, side_of, standing_contract
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.access import has_conflict, has_declared
from portal.evaluation.models import AwardDecision
from portal.evaluation.usecases import standing_award
from portal.offers.models import LotOffer
from portal.organisations.models import Organisation, Person
from portal.permissions import may
from portal.procurement.access import is_officer
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import LotTerms, OptionTerms, latest_end
from portal.procurement.terms import lot_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken

Names = Mapping[str, str]


_latest_end: list[Callable[[Session, Contract, Lot, date], date]] = []


def latest_end_told_by(find: Callable[[Session, Contract, Lot, date], date]) -> None:
    """Hand over, at wiring, a later room's knowledge of the further periods used already."""
    if find not in _latest_end:
        _latest_end.append(find)


STOPS = ("hold_contract", "release_contract", "refuse_contract")


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
    terms = _terms(session, procurement, lot, contract.award.offer_id, day_in_helsinki(at))
    terms = replace(terms, start=contract.starts_on, end=contract.ends_on)
    for find in _latest_end:
        latest = find(session, contract, lot, day_in_helsinki(at))
        terms = replace(terms, latest_end=latest)
    return ContractPage(
        contract=contract,
        procurement=procurement,
        terms=terms,
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
