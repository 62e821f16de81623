"""The decision: what it still waits for, and what it says once it is issued."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.access import handles_offers
from portal.evaluation.models import Award, AwardDecision, BidderLetter
from portal.evaluation.queries.part import Part, part_of
from portal.legal.rules import Step, standstill_steps
from portal.offers.models import LotOffer
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class DecidedLot:
    """A lot and its award, with the result sheet for those who handle the offers."""

    lot: Lot
    award: Award | None
    price: LotOffer | None
    sheet: StoredDocument | None


@dataclass(frozen=True)
class OwnLetter:
    """A letter to a bidder that the reader represents."""

    letter: BidderLetter
    document: StoredDocument | None


@dataclass(frozen=True)
class DecisionPage:
    """The decision as its reader may see it; a bidder has no ``part`` in the evaluation."""

    procurement: Procurement
    part: Part | None
    decision: AwardDecision | None
    document: StoredDocument | None
    lots: list[DecidedLot]
    letters: list[OwnLetter]
    steps: list[Step]

    @property
    def missing(self) -> list[Lot]:
        """The lots without an award."""
        return [decided.lot for decided in self.lots if decided.award is None]

    @property
    def may_issue(self) -> bool:
        """Whether the reader is a decision maker who has a decision to issue."""
        return self.part is not None and self.part.decides and self.part.under_way

    @property
    def may_conclude(self) -> bool:
        """Whether the reader makes the contracts of this decision."""
        return self.part is not None and self.part.officer and self.decision is not None


def decision_page(session: Session, procurement_id: UUID, person: Person) -> DecisionPage:
    """For who handles the offers at any time after the opening, for bidders once it is issued.

    Raises NotFound, and for the former what `Part.require_open` raises.
    """
    procurement = session.get(Procurement, procurement_id)
    if procurement is None or procurement.state == State.DRAFT:
        raise NotFound
    decision = session.scalar(
        select(AwardDecision).where(
            AwardDecision.procurement_id == procurement.id, AwardDecision.voided_at.is_(None)
        )
    )
    letters = _own_letters(session, decision, person)
    part = None
    if handles_offers(session, procurement, person):
        part = part_of(session, procurement_id, person)
        part.require_open()
    elif not letters:
        raise NotFound
    document = None
    steps: list[Step] = []
    if decision is not None:
        document = store.find(session, "award_decision", decision.id, person.language)
        if decision.standstill_days:
            steps = standstill_steps(decision.received_on, decision.standstill_days)
    return DecisionPage(
        procurement=procurement,
        part=part,
        decision=decision,
        document=document,
        lots=_lots(session, procurement, with_sheets=part is not None),
        letters=letters,
        steps=steps,
    )


def _own_letters(
    session: Session, decision: AwardDecision | None, person: Person
) -> list[OwnLetter]:
    if decision is None:
        return []
    letters = session.scalars(
        select(BidderLetter).where(BidderLetter.decision_id == decision.id)
    ).all()
    return [
        OwnLetter(letter, store.find(session, "bidder_letter", letter.id, person.language))
        for letter in letters
        if person.holds({Role.REPRESENTATIVE}, letter.offer.provider_id)
    ]


def _lots(session: Session, procurement: Procurement, *, with_sheets: bool) -> list[DecidedLot]:
    lots = list(procurement.lots)
    awards = {
        award.lot_id: award
        for award in session.scalars(
            select(Award).where(
                Award.lot_id.in_([lot.id for lot in lots]), Award.voided_at.is_(None)
            )
        )
    }
    prices = {
        (row.lot_id, row.offer_id): row
        for row in session.scalars(
            select(LotOffer).where(
                LotOffer.lot_id.in_(list(awards)),
                LotOffer.offer_id.in_([award.offer_id for award in awards.values()]),
            )
        )
    }
    sheets = _sheets(session, [award.id for award in awards.values()]) if with_sheets else {}
    return [
        DecidedLot(
            lot=lot,
            award=awards.get(lot.id),
            price=prices.get((lot.id, awards[lot.id].offer_id)) if lot.id in awards else None,
            sheet=sheets.get(awards[lot.id].id) if lot.id in awards else None,
        )
        for lot in lots
    ]


def _sheets(session: Session, awards: Collection[UUID]) -> dict[UUID, StoredDocument]:
    found = session.scalars(
        select(StoredDocument).where(
            StoredDocument.kind == "result_sheet", StoredDocument.subject.in_(awards)
        )
    )
    return {stored.subject: stored for stored in found}
