"""The correction of a decision, and the register of requests and appeals against it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.evaluation.models import (
    Award,
    AwardDecision,
    Correction,
    Discontinuation,
    Remedy,
    RemedyFile,
)
from portal.evaluation.rules import RemedyKind, RemedyState, require_reason, settled
from portal.evaluation.usecases.subject import was_opened
from portal.organisations.models import Person
from portal.permissions import require
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.procurement.usecases import note_decided_anew
from portal.shared.canonical import sha256
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of


class Contracts(Protocol):
    """What this room must know and say of the contracts, which come after it."""

    def any_in_force(self, session: Session, procurement_id: UUID) -> bool:
        """Whether a contract of the procurement is in force."""

    def void_contracts(
        self, session: Session, *, lots: Collection[Lot], at: datetime
    ) -> list[UUID]:
        """Make the contracts of these lots void, but for those in force; their keys."""


_contracts: list[Contracts] = []


def contracts_known_by(contracts: Contracts) -> None:
    """Let the contracts' room answer, at wiring, for what is concluded from awards."""
    _contracts[:] = [contracts]


def correct_decision(
    session: Session, *, procurement: Procurement, reason: str, by: Person, at: datetime
) -> None:
    """Make the decisions of a procurement void, so that its lots can be awarded anew.

    All awards and all contracts not in force are void with them; a discontinuation stands on
    until it is replaced. Raises ``wrong_state`` where no decision stands, ``reason_missing``,
    ``contract_in_force``. Source: act 1397/2016, sections 132 to 135.
    """
    with acting(session, "correct_decision", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "correct_decision", procurement.buyer_id)
        standing = standing_decisions(session, procurement)
        if not standing:
            raise RuleBroken("wrong_state")
        require_reason(reason)
        if any(one.any_in_force(session, procurement.id) for one in _contracts):
            raise RuleBroken("contract_in_force")
        for decision in standing:
            decision.voided_at = at
            session.add(
                Correction(
                    decision_id=decision.id,
                    reason=reason,
                    corrected_by_id=by.id,
                    corrected_at=at,
                )
            )
        void = _void_awards(session, procurement.lots, at)
        for old in _discontinued(session, procurement.lots):
            old.voided_at = at
            session.flush()
            session.add(
                Discontinuation(
                    lot_id=old.lot_id,
                    reason=old.reason,
                    carried=True,
                    discontinued_by_id=old.discontinued_by_id,
                    discontinued_at=old.discontinued_at,
                )
            )
        _decide_anew(session, procurement)
        facts.note(decisions=[decision.id for decision in standing], contracts=void)


def standing_decisions(session: Session, procurement: Procurement) -> list[AwardDecision]:
    """The decisions that are not void, in their order."""
    return list(
        session.scalars(
            select(AwardDecision)
            .where(
                AwardDecision.procurement_id == procurement.id, AwardDecision.voided_at.is_(None)
            )
            .order_by(AwardDecision.n)
        )
    )


def _void_awards(session: Session, lots: Collection[Lot], at: datetime) -> list[UUID]:
    """Void the lots' awards and the contracts not in force; the keys of these contracts."""
    awards = session.scalars(
        select(Award).where(Award.lot_id.in_([lot.id for lot in lots]), Award.voided_at.is_(None))
    )
    for award in awards:
        award.voided_at = at
    session.flush()
    return [
        key
        for contracts in _contracts
        for key in contracts.void_contracts(session, lots=lots, at=at)
    ]


def _discontinued(session: Session, lots: Collection[Lot]) -> list[Discontinuation]:
    return list(
        session.scalars(
            select(Discontinuation).where(
                Discontinuation.lot_id.in_([lot.id for lot in lots]),
                Discontinuation.voided_at.is_(None),
            )
        )
    )


def _decide_anew(session: Session, procurement: Procurement) -> None:
    if procurement.state == State.DECIDED:
        note_decided_anew(procurement, opened=was_opened(session, procurement))


def record_correction_request(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    by: Person,
    at: datetime,
    party: str = "",
    reference: str = "",
    received_on: date | None = None,
) -> Remedy:
    """Enter a bidder's request for correction. Raises ``wrong_state`` before any decision."""
    with acting(
        session, "record_correction_request", chain=procurement.id, by=by.id, at=at
    ) as facts:
        require(by, "record_correction_request", procurement.buyer_id)
        remedy = _recorded(
            session, RemedyKind.CORRECTION_REQUEST, lot, party, reference, received_on, by, at
        )
        facts.note(remedy=remedy.id, lot=lot.id)
    return remedy


def record_appeal(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    by: Person,
    at: datetime,
    party: str = "",
    reference: str = "",
    received_on: date | None = None,
) -> Remedy:
    """Enter an appeal to the Market Court; until it is settled no contract of the lot is approved.

    Raises ``wrong_state`` before any decision on the lot.
    """
    with acting(session, "record_appeal", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "record_appeal", procurement.buyer_id)
        remedy = _recorded(session, RemedyKind.APPEAL, lot, party, reference, received_on, by, at)
        facts.note(remedy=remedy.id, lot=lot.id)
    return remedy


def _recorded(
    session: Session,
    kind: RemedyKind,
    lot: Lot,
    party: str,
    reference: str,
    received_on: date | None,
    by: Person,
    at: datetime,
) -> Remedy:
    decision = _last_decision_on(session, lot)
    if decision is None:
        raise RuleBroken("wrong_state")
    today = day_in_helsinki(at)
    if received_on is not None and received_on > today:
        raise RuleBroken("day_ahead", field="received_on")
    remedy = Remedy(
        procurement_id=lot.procurement_id,
        lot_id=lot.id,
        decision_id=decision.id,
        kind=kind,
        state=RemedyState.PENDING,
        party=party,
        reference=reference,
        received_on=received_on or today,
        recorded_by_id=by.id,
        recorded_at=at,
    )
    session.add(remedy)
    session.flush()
    return remedy


def _last_decision_on(session: Session, lot: Lot) -> AwardDecision | None:
    """The last decision on the lot, void or not: what is asked against it may come late."""
    on_lot = exists().where(Award.decision_id == AwardDecision.id, Award.lot_id == lot.id) | (
        exists().where(
            Discontinuation.decision_id == AwardDecision.id, Discontinuation.lot_id == lot.id
        )
    )
    return session.scalar(
        select(AwardDecision).where(on_lot).order_by(AwardDecision.n.desc()).limit(1)
    )


def settle_correction_request(
    session: Session,
    *,
    procurement: Procurement,
    remedy: Remedy,
    outcome: str,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """Answer a request: accepted (the decision maker then corrects) or rejected, with the reason.

    Raises ``wrong_state``, ``reason_missing``.
    """
    with acting(
        session, "settle_correction_request", chain=procurement.id, by=by.id, at=at
    ) as facts:
        require(by, "settle_correction_request", procurement.buyer_id)
        if remedy.kind != RemedyKind.CORRECTION_REQUEST:
            raise RuleBroken("wrong_state")
        state = settled(remedy.kind, remedy.state, outcome)
        require_reason(reason)
        _settle(remedy, state, reason, by, at)
        facts.note(remedy=remedy.id, outcome=state)


def settle_appeal(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    outcome: str,
    by: Person,
    at: datetime,
    remedy: Remedy | None = None,
    reason: str = "",
) -> None:
    """Enter how the Market Court settled an appeal: the oldest pending of the lot, or ``remedy``.

    One that annuls makes the lot's award, its unsigned contract or its discontinuation void; the
    lot is decided on anew. Raises ``wrong_state`` where no appeal is pending.
    """
    with acting(session, "settle_appeal", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "settle_appeal", procurement.buyer_id)
        found = remedy or oldest_pending_appeal(session, lot)
        if found is None or found.kind != RemedyKind.APPEAL:
            raise RuleBroken("wrong_state")
        state = settled(found.kind, found.state, outcome)
        _settle(found, state, reason or None, by, at)
        annulled = state == RemedyState.ANNULLED
        void = _annul(session, procurement, lot, at) if annulled else []
        facts.note(remedy=found.id, lot=lot.id, outcome=state, contracts=void)


def oldest_pending_appeal(session: Session, lot: Lot) -> Remedy | None:
    """The appeal of the lot that has been pending longest, if any is."""
    return session.scalar(
        select(Remedy)
        .where(
            Remedy.lot_id == lot.id,
            Remedy.kind == RemedyKind.APPEAL,
            Remedy.state == RemedyState.PENDING,
        )
        .order_by(Remedy.recorded_at, Remedy.id)
        .limit(1)
    )


def require_no_pending_appeal(session: Session, lot: Lot) -> None:
    """Refuse by ``appeal_pending``. Source: act 1397/2016, section 150."""
    if oldest_pending_appeal(session, lot) is not None:
        raise RuleBroken("appeal_pending")


def _settle(
    remedy: Remedy, state: RemedyState, reason: str | None, by: Person, at: datetime
) -> None:
    remedy.state = state
    remedy.settled_by_id, remedy.settled_at, remedy.settled_reason = by.id, at, reason


def _annul(session: Session, procurement: Procurement, lot: Lot, at: datetime) -> list[UUID]:
    void = _void_awards(session, [lot], at)
    for discontinued in _discontinued(session, [lot]):
        discontinued.voided_at = at
    session.flush()
    _decide_anew(session, procurement)
    return void


def attach_to_remedy(
    session: Session,
    *,
    procurement: Procurement,
    remedy: Remedy,
    name: str,
    media_type: str,
    content: bytes,
    by: Person,
    at: datetime,
) -> RemedyFile:
    """Keep a document of a request or an appeal with it, checked and sealed."""
    with acting(session, "attach_to_remedy", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "attach_to_remedy", procurement.buyer_id)
        file = RemedyFile(
            remedy_id=remedy.id,
            name=name,
            media_type=media_type,
            size=len(content),
            sha256=sha256(content),
            blob_id=vault_of(session).seal(session, content, owner=procurement.id, at=at),
            added_by_id=by.id,
            added_at=at,
        )
        session.add(file)
        facts.note(remedy=remedy.id, sha256=file.sha256)
    return file
