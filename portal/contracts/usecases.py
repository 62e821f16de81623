"""Concluding a contract, approving it by both sides, and what stops it before that."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.contracts.models import Approval, Contract, ContractMove
from portal.contracts.rules import (
    ENDED,
    TRANSITIONS,
    ContractState,
    Side,
    after_approval,
    after_refusal,
    free_reference,
    moved,
    require_standstill_over,
)
from portal.contracts.terms import made_from
from portal.documents import store
from portal.evaluation.models import Award, AwardDecision
from portal.evaluation.rules import require_reason, require_separate_duties
from portal.evaluation.usecases import preparers, require_no_pending_appeal, standing_award
from portal.jobs.mail import send_mail
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import Role, require
from portal.procurement.models import Lot, Procurement
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES

LETTER_OF = {
    "hold_contract": "contract_held",
    "release_contract": "contract_released",
    "refuse_contract": "contract_refused",
    "void_contracts": "contract_void",
}


def conclude_contract(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    provider: Organisation,
    language: str = DEFAULT_LANGUAGE,
    by: Person,
    at: datetime,
) -> Contract:
    """Make the contract of a decided award; its document is laid out for both to approve.

    ``language`` is that of the document, the only one that is approved. After a refusal the same
    award may have a new contract. Raises ``wrong_state`` when the lot has a contract that stands,
    ``not_awarded`` (also before the decision is issued), ``language_unknown``.
    """
    with acting(session, "conclude_contract", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "conclude_contract", procurement.buyer_id)
        award = standing_award(session, lot)
        if award is not None and award.offer.provider_id != provider.id:
            award = None
        if award is not None and standing_contract(session, award) is not None:
            raise RuleBroken("wrong_state")
        if award is None or award.decision_id is None:
            raise RuleBroken("not_awarded")
        if language not in LANGUAGES:
            raise RuleBroken("language_unknown", field="language")
        assert procurement.contract_start is not None
        assert procurement.contract_end is not None
        taken = session.scalars(
            select(Contract.reference).where(
                Contract.buyer_id == procurement.buyer_id,
                Contract.reference.startswith(procurement.reference, autoescape=True),
            )
        )
        contract = Contract(
            reference=free_reference(procurement.reference, lot.key, set(taken)),
            procurement_id=procurement.id,
            lot_id=lot.id,
            award=award,
            award_id=award.id,
            buyer=procurement.buyer,
            buyer_id=procurement.buyer_id,
            provider=award.offer.provider,
            provider_id=provider.id,
            state=ContractState.AWAITING_APPROVAL,
            language=language,
            concluded_by_id=by.id,
            concluded_at=at,
            starts_on=procurement.contract_start,
            ends_on=procurement.contract_end,
            made_from=made_from(session, procurement.buyer, award.offer.provider),
        )
        session.add(contract)
        session.flush()
        facts.note(
            contract=contract.id,
            lot=lot.id,
            language=language,
            clauses=contract.made_from["clauses"],
        )
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


def standing_contract(session: Session, award: Award) -> Contract | None:
    """The contract of this award that is neither refused nor void, if any."""
    return session.scalar(
        select(Contract).where(Contract.award_id == award.id, Contract.state.not_in(ENDED))
    )


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


def hold_contract(
    session: Session,
    *,
    procurement: Procurement,
    contract: Contract,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """The buyer stops the approving for now; approvals already given stay.

    Raises ``wrong_state``, ``reason_missing``.
    """
    with acting(session, "hold_contract", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "hold_contract", contract.buyer_id)
        state = moved(contract.state, "hold_contract")
        require_reason(reason)
        _move(session, contract, "hold_contract", state, Side.BUYER, by, reason, at)
        facts.note(contract=contract.id, state=state)


def release_contract(
    session: Session,
    *,
    procurement: Procurement,
    contract: Contract,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """The buyer lets the approving go on. Raises ``wrong_state``, ``reason_missing``."""
    with acting(session, "release_contract", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "release_contract", contract.buyer_id)
        state = moved(contract.state, "release_contract")
        require_reason(reason)
        _move(session, contract, "release_contract", state, Side.BUYER, by, reason, at)
        facts.note(contract=contract.id, state=state)


def refuse_contract(
    session: Session,
    *,
    procurement: Procurement,
    contract: Contract,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """One side refuses, which ends this contract; the award stands and may have a new one.

    Raises ``wrong_state`` (also for a side that has approved), ``reason_missing``.
    """
    with acting(session, "refuse_contract", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "refuse_contract", contract.buyer_id, contract.provider_id)
        side = side_of(contract, by)
        if side is None:
            raise RuleBroken("not_permitted")
        state = after_refusal(
            contract.state, {approval.side for approval in contract.approvals}, side
        )
        require_reason(reason)
        _move(session, contract, "refuse_contract", state, side, by, reason, at)
        facts.note(contract=contract.id, side=side, state=state)


def waive_start_up(
    session: Session, *, contract: Contract, reason: str, by: Person, at: datetime
) -> None:
    """Let places be called off before the start-up meeting is held, for a reason that stays.

    Raises ``contract_not_in_force``, ``wrong_state`` (held or waived already), ``reason_missing``.
    """
    chain = contract.procurement_id
    with acting(session, "waive_start_up", chain=chain, by=by.id, at=at) as facts:
        require(by, "waive_start_up", contract.buyer_id)
        require_in_force(contract)
        if contract.started_up_at is not None:
            raise RuleBroken("wrong_state")
        require_reason(reason)
        contract.started_up_at = at
        contract.start_up_waiver = reason.strip()
        contract.start_up_waived_by_id = by.id
        facts.note(contract=contract.id)


def note_started_up(contract: Contract, *, at: datetime) -> None:
    """For the room of meetings, within its own act: the start-up meeting has been held."""
    if contract.started_up_at is None:
        contract.started_up_at = at


def note_extended(contract: Contract, *, ends_on: date) -> None:
    """For the room of options, within its own act: a further period moves the last day."""
    contract.ends_on = ends_on


def require_in_force(contract: Contract) -> None:
    """Refuses by ``contract_not_in_force`` what needs a contract that both have approved."""
    if contract.state != ContractState.IN_FORCE:
        raise RuleBroken("contract_not_in_force")


def any_in_force(session: Session, procurement_id: UUID) -> bool:
    """Whether a contract of the procurement is in force."""
    found = select(Contract.id).where(
        Contract.procurement_id == procurement_id, Contract.state == ContractState.IN_FORCE
    )
    return session.scalar(found.limit(1)) is not None


def void_contracts(session: Session, *, lots: Collection[Lot], at: datetime) -> list[UUID]:
    """Make every unsigned contract of these lots void, and tell both parties.

    For whoever voids the awards (a correction of the decision, an appeal that annuls), within its
    own act, whose record notes the keys that this returns. A contract in force stays as it is, and
    one refused or void already too, so that a second call changes nothing.
    """
    found = session.scalars(
        select(Contract)
        .where(
            Contract.lot_id.in_([lot.id for lot in lots]),
            Contract.state.in_(TRANSITIONS["void_contracts"]),
        )
        .order_by(Contract.reference)
    ).all()
    for contract in found:
        state = moved(contract.state, "void_contracts")
        _move(session, contract, "void_contracts", state, None, None, "", at)
    return [contract.id for contract in found]


def _move(
    session: Session,
    contract: Contract,
    act: str,
    state: ContractState,
    side: Side | None,
    by: Person | None,
    reason: str,
    at: datetime,
) -> None:
    """Note the move, and tell the other side (both of what neither has done) and the officer."""
    contract.state = state
    contract.moves.append(
        ContractMove(
            n=len(contract.moves) + 1, act=act, side=side, person=by, reason=reason.strip(), at=at
        )
    )
    others = [other for other in Side if other != side]
    officer = contract.concluded_by_id if by is None or by.id != contract.concluded_by_id else None
    _tell_signers(session, contract, LETTER_OF[act], at, sides=others, also=officer)


def _tell_signers(
    session: Session,
    contract: Contract,
    letter: str,
    at: datetime,
    sides: Collection[Side] = tuple(Side),
    also: UUID | None = None,
) -> None:
    signers = {
        Side.BUYER: (Membership.role == Role.SIGNATORY)
        & (Membership.organisation_id == contract.buyer_id),
        Side.PROVIDER: (Membership.role == Role.REPRESENTATIVE)
        & (Membership.organisation_id == contract.provider_id),
    }
    found = session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.closed_at.is_(None), or_(Person.id == also, *[signers[side] for side in sides])
        )
        .distinct()
    )
    for person in found:
        send_mail(
            session,
            to=person,
            letter=letter,
            facts={"contract": contract.reference, "path": f"/contracts/{contract.id}"},
            at=at,
        )
