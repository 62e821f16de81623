"""Discontinuing a lot, correcting a decision, and the register of requests and appeals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.models import AwardDecision, Correction, Remedy, RemedyFile
from portal.evaluation.queries.part import Part, lot_of, part_of, seeing_part
from portal.evaluation.rules import RemedyKind, RemedyState
from portal.evaluation.rules.remedies import own_correction_until
from portal.evaluation.usecases.correcting import standing_decisions
from portal.evaluation.usecases.subject import require_discontinuable
from portal.legal.parameters import whole
from portal.legal.rules import standstill_last_day
from portal.organisations.models import Person
from portal.permissions import may
from portal.procurement.models import Lot
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken


@dataclass(frozen=True)
class DiscontinuingPage:
    """A lot that may be discontinued. Of the offers there is nothing on it."""

    part: Part
    lot: Lot
    opened: bool


def discontinuing_page(
    session: Session, procurement_id: UUID, lot_key: str, person: Person
) -> DiscontinuingPage:
    """Raises NotFound, ``not_permitted``, ``conflict_of_interest``, ``wrong_state``."""
    part = part_of(session, procurement_id, person)
    part.require_free()
    if not may(person, "discontinue", part.procurement.buyer_id):
        raise RuleBroken("not_permitted")
    lot = lot_of(part.procurement, lot_key)
    require_discontinuable(session, part.procurement, lot)
    return DiscontinuingPage(part, lot, part.opened)


@dataclass(frozen=True)
class CorrectingPage:
    """The decisions that a correction makes void, and until when the law lets the buyer do so."""

    part: Part
    decisions: list[AwardDecision]
    until: date
    late: bool


def correcting_page(
    session: Session, procurement_id: UUID, person: Person, at: datetime
) -> CorrectingPage:
    """Raises NotFound, ``not_permitted``, ``wrong_state``, and as `Part.require_open`."""
    part = seeing_part(session, procurement_id, person)
    if not may(person, "correct_decision", part.procurement.buyer_id):
        raise RuleBroken("not_permitted")
    decisions = standing_decisions(session, part.procurement)
    if not decisions:
        raise RuleBroken("wrong_state")
    issued_on = day_in_helsinki(decisions[-1].issued_at)
    until = own_correction_until(issued_on, whole("own_correction_days", issued_on))
    return CorrectingPage(part, decisions, until, day_in_helsinki(at) > until)


@dataclass(frozen=True)
class RemedyRow:
    """A line of the register; ``in_time`` is by the day on which it was received."""

    remedy: Remedy
    lot: Mapping[str, str]
    last_day: date
    in_time: bool

    @property
    def pending(self) -> bool:
        """Whether it waits for its ending."""
        return self.remedy.state == RemedyState.PENDING


@dataclass(frozen=True)
class CorrectionRow:
    """A decision that has been made void by the buyer itself."""

    decision: AwardDecision
    correction: Correction


@dataclass(frozen=True)
class RemediesPage:
    """The register of one procurement, the newest first."""

    part: Part
    rows: list[RemedyRow]
    corrections: list[CorrectionRow]
    lots: list[Lot]
    may_record: bool


def remedies_page(session: Session, procurement_id: UUID, person: Person) -> RemediesPage:
    """For who handles the offers. Raises NotFound and as `Part.require_open`."""
    part = _handling(session, procurement_id, person)
    procurement = part.procurement
    titles = {lot.id: lot.title for lot in procurement.lots}
    found = session.execute(
        select(Remedy, AwardDecision)
        .join(AwardDecision, AwardDecision.id == Remedy.decision_id)
        .where(Remedy.procurement_id == procurement.id)
        .order_by(Remedy.recorded_at.desc(), Remedy.id)
    ).all()
    corrections = session.execute(
        select(AwardDecision, Correction)
        .join(Correction, Correction.decision_id == AwardDecision.id)
        .where(AwardDecision.procurement_id == procurement.id)
        .order_by(AwardDecision.n.desc())
    ).all()
    return RemediesPage(
        part=part,
        rows=[_row(remedy, decision, titles[remedy.lot_id]) for remedy, decision in found],
        corrections=[CorrectionRow(decision, correction) for decision, correction in corrections],
        lots=list(procurement.lots),
        may_record=part.officer and _decided_once(session, procurement_id),
    )


def _handling(session: Session, procurement_id: UUID, person: Person) -> Part:
    part = seeing_part(session, procurement_id, person)
    if not part.officer and not part.decides and not part.signs:
        raise NotFound
    return part


def _decided_once(session: Session, procurement_id: UUID) -> bool:
    decided = select(AwardDecision.id).where(AwardDecision.procurement_id == procurement_id)
    return session.scalar(decided.limit(1)) is not None


def _row(remedy: Remedy, decision: AwardDecision, lot: Mapping[str, str]) -> RemedyRow:
    received = decision.received_on
    key = "appeal_days" if remedy.kind == RemedyKind.APPEAL else "correction_request_days"
    last = standstill_last_day(received, whole(key, received))
    return RemedyRow(remedy, lot, last, remedy.received_on <= last)


@dataclass(frozen=True)
class RemedyPage:
    """One request or appeal with its documents."""

    part: Part
    row: RemedyRow
    lot: Lot
    decision: AwardDecision
    may_settle: bool
    may_attach: bool


def remedy_page(
    session: Session, procurement_id: UUID, remedy_id: UUID, person: Person
) -> RemedyPage:
    """Raises NotFound and as `Part.require_open`."""
    part = _handling(session, procurement_id, person)
    remedy = session.get(Remedy, remedy_id)
    if remedy is None or remedy.procurement_id != procurement_id:
        raise NotFound
    decision = session.get_one(AwardDecision, remedy.decision_id)
    lot = next(lot for lot in part.procurement.lots if lot.id == remedy.lot_id)
    row = _row(remedy, decision, lot.title)
    return RemedyPage(
        part=part,
        row=row,
        lot=lot,
        decision=decision,
        may_settle=part.officer and row.pending,
        may_attach=part.officer,
    )


def remedy_file(found: RemedyPage, file_id: UUID) -> RemedyFile:
    """A document of that request or appeal. Raises NotFound."""
    for file in found.row.remedy.files:
        if file.id == file_id:
            return file
    raise NotFound
