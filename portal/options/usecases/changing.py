"""Changing a contract otherwise than by its options, with the provider's consent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.contracts.usecases import require_in_force
from portal.documents import store
from portal.evaluation.rules import require_reason
from portal.jobs.mail import send_mail
from portal.legal.changes import change_grounds
from portal.options.access import original_value, people_of
from portal.options.models import ContractChange
from portal.options.rules import (
    ChangeState,
    moved,
    percent_of,
    require_single_within,
    require_within_ceiling,
)
from portal.organisations.models import Person
from portal.permissions import Role, require
from portal.shared.errors import RuleBroken


def running_total(session: Session, contract: Contract) -> Decimal:
    """What the changes that count towards the ceiling come to, proposed ones too, in euros.

    Net: what one takes away is taken off what another adds.
    """
    counting = [key for key, ground in change_grounds().items() if ground.counts]
    values = session.scalars(
        select(ContractChange.value).where(
            ContractChange.contract_id == contract.id,
            ContractChange.ground.in_(counting),
            ContractChange.state != ChangeState.REFUSED,
        )
    )
    return sum(values, Decimal(0))


def change_contract(
    session: Session,
    *,
    contract: Contract,
    ground: str,
    text: str,
    reason: str,
    value: Decimal,
    by: Person,
    at: datetime,
) -> ContractChange:
    """Propose a change to the provider; it takes effect when the provider consents.

    ``ground`` is a key of the legal grounds, ``text`` what changes, ``value`` what it adds in
    euros without value added tax (below zero: takes away). Raises ``contract_not_in_force``,
    ``change_ground_missing``, ``text_missing``, ``reason_missing``, ``change_too_large`` and
    ``change_above_ceiling``.
    """
    chain = contract.procurement_id
    with acting(session, "change_contract", chain=chain, by=by.id, at=at) as facts:
        require(by, "change_contract", contract.buyer_id)
        require_in_force(contract)
        rests_on = change_grounds().get(ground)
        if rests_on is None:
            raise RuleBroken("change_ground_missing", field="ground")
        if not text.strip():
            raise RuleBroken("text_missing", field="text")
        require_reason(reason)
        original = original_value(session, contract)
        ceiling = percent_of(settings_of(session).change_ceiling_percent, original)
        if rests_on.each_at_most_percent is not None:
            require_single_within(value, percent_of(rests_on.each_at_most_percent, original))
        total = running_total(session, contract) + (value if rests_on.counts else 0)
        if rests_on.counts:
            require_within_ceiling(total, ceiling)
        latest = select(func.max(ContractChange.n)).where(ContractChange.contract_id == contract.id)
        change = ContractChange(
            contract_id=contract.id,
            contract=contract,
            n=(session.scalar(latest) or 0) + 1,
            ground=ground,
            text=text.strip(),
            reason=reason.strip(),
            value=value,
            state=ChangeState.PROPOSED,
            original_value=original,
            against_ceiling=total,
            ceiling=ceiling,
            proposed_by_id=by.id,
            proposed_at=at,
            settled_reason="",
        )
        session.add(change)
        session.flush()
        for person in people_of(session, contract.provider_id, Role.REPRESENTATIVE):
            _tell(session, person, "change_proposed", change, at)
        facts.note(contract=contract.id, change=change.id, ground=ground, value=value)
        return change


def consent_to_change(
    session: Session, *, change: ContractChange, by: Person, at: datetime
) -> None:
    """The provider consents: the change is in effect, and its amendment is laid out as a PDF.

    Raises ``wrong_state`` where it is settled already.
    """
    contract = change.contract
    chain = contract.procurement_id
    with acting(session, "consent_to_change", chain=chain, by=by.id, at=at) as facts:
        require(by, "consent_to_change", contract.provider_id)
        change.state = moved(change.state, "consent_to_change")
        change.settled_by_id, change.settled_at = by.id, at
        session.flush()
        store.request(
            session,
            "amendment",
            subject=change.id,
            owner=contract.procurement_id,
            language=contract.language,
            at=at,
        )
        _tell_proposer(session, change, at)
        facts.note(contract=contract.id, change=change.id)


def refuse_change(
    session: Session, *, change: ContractChange, reason: str, by: Person, at: datetime
) -> None:
    """The provider refuses the change, or the buyer's officer takes it back; it has no effect.

    Raises ``wrong_state`` where it is settled already, ``reason_missing``.
    """
    contract = change.contract
    chain = contract.procurement_id
    with acting(session, "refuse_change", chain=chain, by=by.id, at=at) as facts:
        if not (
            by.holds({Role.REPRESENTATIVE}, contract.provider_id)
            or by.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id)
        ):
            raise RuleBroken("not_permitted")
        state = moved(change.state, "refuse_change")
        require_reason(reason)
        change.state, change.settled_reason = state, reason.strip()
        change.settled_by_id, change.settled_at = by.id, at
        _tell_proposer(session, change, at)
        facts.note(contract=contract.id, change=change.id)


def _tell_proposer(session: Session, change: ContractChange, at: datetime) -> None:
    if change.settled_by_id != change.proposed_by_id:
        _tell(session, change.proposed_by, "change_settled", change, at)


def _tell(
    session: Session, person: Person, letter: str, change: ContractChange, at: datetime
) -> None:
    facts = {
        "contract": change.contract.reference,
        "path": f"/contracts/{change.contract_id}/changes/{change.n}",
    }
    send_mail(session, to=person, letter=letter, facts=facts, at=at, about=change.id)
