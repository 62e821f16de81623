"""Concluding a contract from an award, and approving it by both sides."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.contracts.models import Approval, Contract
from portal.contracts.rules import (
    BEYOND_RECALL,
    ContractState,
    Side,
    after_approval,
    require_standstill_over,
)
from portal.documents import store
from portal.evaluation.models import Award, AwardDecision
from portal.evaluation.rules import require_separate_duties
from portal.evaluation.usecases import preparers, require_no_pending_appeal, standing_award
from portal.jobs.mail import send_mail
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import Role, require
from portal.procurement.models import Lot, Procurement
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken


def conclude_contract(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    provider: Organisation,
    by: Person,
    at: datetime,
) -> Contract:
    """Make the contract of a decided award; its document is laid out for both to approve.

    Raises ``wrong_state`` when the lot has its contract, ``not_awarded`` (also before the
    decision is issued).
    """
    with acting(session, "conclude_contract", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "conclude_contract", procurement.buyer_id)
        award = standing_award(session, lot)
        if award is not None and award.offer.provider_id != provider.id:
            award = None
        if award is not None and _contract_of(session, award) is not None:
            raise RuleBroken("wrong_state")
        if award is None or award.decision_id is None:
            raise RuleBroken("not_awarded")
        contract = Contract(
            reference=_reference(session, procurement, lot),
            procurement_id=procurement.id,
            lot_id=lot.id,
            award=award,
            award_id=award.id,
            buyer=procurement.buyer,
            buyer_id=procurement.buyer_id,
            provider=award.offer.provider,
            provider_id=provider.id,
            state=ContractState.AWAITING_APPROVAL,
            language="fi",
            concluded_by_id=by.id,
            concluded_at=at,
        )
        session.add(contract)
        session.flush()
        facts.note(contract=contract.id, lot=lot.id)
        store.request(
            session,
            "contract",
            subject=contract.id,
            owner=procurement.id,
            language=contract.language,
            at=at,
        )
        _tell_signers(session, contract, "contract_ready", at)
    return contract


def _reference(session: Session, procurement: Procurement, lot: Lot) -> str:
    """The lot's; what is concluded after a void one is told apart by its number."""
    before = session.scalar(select(func.count()).where(Contract.lot_id == lot.id)) or 0
    return f"{procurement.reference}/{lot.key}" + (f"/{before + 1}" if before else "")


def _contract_of(session: Session, award: Award) -> Contract | None:
    return session.scalar(select(Contract).where(Contract.award_id == award.id))


def side_of(contract: Contract, person: Person) -> Side | None:
    """For which party this person may approve, if for any."""
    if person.holds({Role.SIGNATORY}, contract.buyer_id):
        return Side.BUYER
    if person.holds({Role.REPRESENTATIVE}, contract.provider_id):
        return Side.PROVIDER
    return None


def require_may_sign(
    session: Session,
    *,
    procurement: Procurement,
    contract: Contract,
    combined_duties: Collection[frozenset[str]],
    signer: Person,
    on: datetime,
) -> None:
    """What stands between a side that has not approved and its approval at this time.

    Raises ``duties_combined``, ``standstill_running``, ``appeal_pending``,
    ``document_not_ready``.
    """
    decision = session.get_one(AwardDecision, contract.award.decision_id)
    if side_of(contract, signer) is Side.BUYER:
        held = {
            "preparing": preparers(session, procurement) | {str(contract.concluded_by_id)},
            "deciding": {str(decision.issued_by_id)},
        }
        require_separate_duties("signing", str(signer.id), held, combined_duties)
    require_standstill_over(day_in_helsinki(on), decision.first_signing_day)
    require_no_pending_appeal(session, session.get_one(Lot, contract.lot_id))
    if store.find(session, "contract", contract.id, contract.language) is None:
        raise RuleBroken("document_not_ready")


def approve_contract(
    session: Session,
    *,
    procurement: Procurement,
    contract: Contract,
    combined_duties: Collection[frozenset[str]],
    by: Person,
    at: datetime,
) -> None:
    """Approve the very bytes of the contract's document for one's side.

    Raises ``wrong_state``, ``duties_combined``, ``standstill_running``, ``appeal_pending``,
    ``document_not_ready``.
    """
    with acting(session, "approve_contract", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "approve_contract", contract.buyer_id, contract.provider_id)
        side = side_of(contract, by)
        if side is None:
            raise RuleBroken("not_permitted")
        state = after_approval(
            contract.state, {approval.side for approval in contract.approvals}, side
        )
        require_may_sign(
            session,
            procurement=procurement,
            contract=contract,
            combined_duties=combined_duties,
            signer=by,
            on=at,
        )
        document = store.find(session, "contract", contract.id, contract.language)
        assert document is not None
        contract.approvals.append(
            Approval(
                contract_id=contract.id,
                side=side,
                person=by,
                person_id=by.id,
                approved_at=at,
                sha256=document.sha256,
            )
        )
        contract.state = state
        if state == ContractState.IN_FORCE:
            contract.in_force_at = at
            _tell_signers(session, contract, "contract_in_force", at)
        facts.note(contract=contract.id, side=side, sha256=document.sha256, state=state)


def any_in_force(session: Session, procurement_id: UUID) -> bool:
    """Whether a contract of the procurement is in force."""
    found = select(Contract.id).where(
        Contract.procurement_id == procurement_id, Contract.state == ContractState.IN_FORCE
    )
    return session.scalar(found.limit(1)) is not None


def void(session: Session, award_ids: Collection[UUID], at: datetime) -> None:
    """Told by the evaluation's room that awards are void: so are their contracts not in force."""
    contracts = session.scalars(
        select(Contract).where(
            Contract.award_id.in_(award_ids), Contract.state.not_in(BEYOND_RECALL)
        )
    )
    for contract in contracts:
        contract.state, contract.voided_at = ContractState.VOID, at
        _tell_signers(session, contract, "contract_void", at)


def _tell_signers(session: Session, contract: Contract, letter: str, at: datetime) -> None:
    signers = session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.closed_at.is_(None),
            (
                (Membership.role == Role.SIGNATORY)
                & (Membership.organisation_id == contract.buyer_id)
            )
            | (
                (Membership.role == Role.REPRESENTATIVE)
                & (Membership.organisation_id == contract.provider_id)
            ),
        )
        .distinct()
    )
    for person in signers:
        send_mail(
            session,
            to=person,
            letter=letter,
            facts={"contract": contract.reference, "path": f"/contracts/{contract.id}"},
            at=at,
        )
