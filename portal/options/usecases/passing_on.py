"""A contract passes to a new buyer; what a provider leaves goes to the next one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.contracts.models import Contract
from portal.contracts.usecases import require_in_force
from portal.documents import store
from portal.evaluation.rules import require_reason
from portal.jobs.mail import send_mail
from portal.options.access import people_of
from portal.options.models import ContractPassing, Handover
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, Role, require
from portal.shared.errors import RuleBroken


def pass_contract(
    session: Session,
    *,
    contract: Contract,
    buyer: Organisation,
    reason: str,
    by: Person,
    at: datetime,
) -> ContractPassing:
    """Let the contract pass to a new buyer with its history; its officers act from now on.

    The old buyer's people no longer see it, but for its auditors. Raises
    ``contract_not_in_force``, ``wrong_state`` (no buyer, or the same one), ``reason_missing``,
    ``contract_reference_taken``.
    """
    chain = contract.procurement_id
    with acting(session, "pass_contract", chain=chain, by=by.id, at=at) as facts:
        require(by, "pass_contract", contract.buyer_id)
        require_in_force(contract)
        if buyer.id == contract.buyer_id or Kind.BUYER not in buyer.kinds:
            raise RuleBroken("wrong_state", field="buyer")
        require_reason(reason)
        same = select(Contract.id).where(
            Contract.buyer_id == buyer.id, Contract.reference == contract.reference
        )
        if session.scalar(same) is not None:
            raise RuleBroken("contract_reference_taken", field="buyer")
        latest = select(func.max(ContractPassing.n)).where(
            ContractPassing.contract_id == contract.id
        )
        passing = ContractPassing(
            contract_id=contract.id,
            n=(session.scalar(latest) or 0) + 1,
            from_id=contract.buyer_id,
            to_id=buyer.id,
            reason=reason.strip(),
            by_id=by.id,
            at=at,
        )
        session.add(passing)
        contract.buyer_id = buyer.id
        session.flush()
        told = [
            *people_of(session, buyer.id, Role.PROCUREMENT_OFFICER),
            *people_of(session, contract.provider_id, Role.REPRESENTATIVE),
        ]
        for person in told:
            send_mail(
                session,
                to=person,
                letter="contract_passed",
                facts={"contract": contract.reference, "path": f"/contracts/{contract.id}"},
                at=at,
                about=passing.id,
            )
        facts.note(contract=contract.id, passing=passing.id, to=buyer.id)
        return passing


def hand_over(
    session: Session, *, contract: Contract, to_contract: Contract, by: Person, at: datetime
) -> Handover:
    """Give the provider of the next contract what this one leaves: its pack is made as a PDF.

    The act names that provider by its contract, and so the pack may hold the keys of the
    participants who go on. Raises ``contract_not_in_force``, ``wrong_state`` (the same provider,
    or handed over already).
    """
    chain = contract.procurement_id
    with acting(session, "hand_over", chain=chain, by=by.id, at=at) as facts:
        require(by, "hand_over", contract.buyer_id)
        require(by, "hand_over", to_contract.buyer_id)
        require_in_force(contract)
        require_in_force(to_contract)
        if contract.provider_id == to_contract.provider_id:
            raise RuleBroken("wrong_state", field="to_contract")
        given = select(Handover.id).where(
            Handover.contract_id == contract.id, Handover.to_contract_id == to_contract.id
        )
        if session.scalar(given) is not None:
            raise RuleBroken("wrong_state", field="to_contract")
        handover = Handover(
            contract_id=contract.id, to_contract_id=to_contract.id, by_id=by.id, at=at
        )
        session.add(handover)
        session.flush()
        store.request(
            session,
            "handover_pack",
            subject=handover.id,
            owner=to_contract.procurement_id,
            language=to_contract.language,
            at=at,
        )
        for person in people_of(session, to_contract.provider_id, Role.REPRESENTATIVE):
            send_mail(
                session,
                to=person,
                letter="handover_given",
                facts={
                    "contract": to_contract.reference,
                    "path": f"/handovers/{handover.id}",
                },
                at=at,
                about=handover.id,
            )
        facts.note(contract=contract.id, to_contract=to_contract.id, handover=handover.id)
        return handover
