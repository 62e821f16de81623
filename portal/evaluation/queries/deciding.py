"""The decision: what it still waits for, and what it says once it is issued."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.evaluation.access import handles_offers
from portal.evaluation.comparison import sort_key
from portal.evaluation.decided import Outcome, Plan, plan
from portal.evaluation.models import Award, AwardDecision, BidderLetter, Correction, Discontinuation
from portal.evaluation.queries.part import Part, part_of
from portal.evaluation.secrets import Clear, secrets_of
from portal.evaluation.usecases.subject import was_opened
from portal.jobs.mail import Told, fates
from portal.legal.rules import Step, standstill_steps
from portal.offers.access import opened
from portal.offers.models import LotOffer, Offer
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class DecidedLot:
    """A lot and how it ended, with the result sheet for those who handle the offers.

    ``reason`` is cleared of trade secrets for a bidder; None while nothing is decided.
    """

    lot: Lot
    award: Award | None
    discontinued: Discontinuation | None
    reason: str | None
    price: LotOffer | None
    sheet: StoredDocument | None


@dataclass(frozen=True)
class Notice:
    """A bidder's letter, whether its PDF has been made, and what became of its announcement."""

    letter: BidderLetter
    made: bool
    told: list[Told]


@dataclass(frozen=True)
class OwnLetter:
    """A letter to a bidder that the reader represents."""

    letter: BidderLetter
    document: StoredDocument | None


@dataclass(frozen=True)
class IssuedDecision:
    """A decision of the procurement, void ones too, with its PDF once it is made.

    ``void_reason`` is why it was made void, cleared of trade secrets for a bidder.
    """

    decision: AwardDecision
    document: StoredDocument | None
    void_reason: str


@dataclass(frozen=True)
class DecisionPage:
    """The decision as its reader may see it; a bidder has no ``part`` in the evaluation.

    ``decision`` is the newest that stands, ``issued`` all of them, the newest first. ``plan`` is
    the next decision, while there is one to make, and ``bidders`` how many it goes to;
    ``limit`` is the reader's, in euros.
    """

    procurement: Procurement
    part: Part | None
    decision: AwardDecision | None
    issued: list[IssuedDecision]
    lots: list[DecidedLot]
    letters: list[OwnLetter]
    notices: list[Notice]
    steps: list[Step]
    plan: Plan | None
    bidders: int
    limit: Decimal | None

    @property
    def within_limit(self) -> bool:
        """Whether the reader's limit is large enough for the decision."""
        return self.plan is None or self.limit is None or self.plan.value <= self.limit

    @property
    def may_issue(self) -> bool:
        """Whether the reader is a decision maker who has a decision to issue."""
        return self.part is not None and self.part.decides and self.plan is not None

    @property
    def may_discontinue(self) -> list[Lot]:
        """The lots that the reader may still discontinue."""
        if self.part is None or not self.part.officer or self.plan is None:
            return []
        return [row.lot for row in self.lots if row.award is None and not row.discontinued]

    @property
    def may_conclude(self) -> bool:
        """Whether the reader makes the contracts of this decision."""
        return self.part is not None and self.part.officer and self.decision is not None


def decision_page(
    session: Session, procurement_id: UUID, person: Person, *, language: str, at: datetime
) -> DecisionPage:
    """For who handles the offers at any time after the opening, for bidders once it is issued.

    Raises NotFound, and for the former what `Part.require_open` raises.
    """
    procurement = session.get(Procurement, procurement_id)
    if procurement is None or procurement.state == State.DRAFT:
        raise NotFound
    decisions = session.scalars(
        select(AwardDecision)
        .where(AwardDecision.procurement_id == procurement.id)
        .order_by(AwardDecision.n.desc())
    ).all()
    decision = next((one for one in decisions if one.voided_at is None), None)
    letters = _own_letters(session, decisions, person)
    part, planned = None, None
    clear: Clear = str
    if handles_offers(session, procurement, person):
        part = part_of(session, procurement_id, person)
        if _is_to_decide(session, part):
            planned = plan(session, procurement, person, at)
    elif letters:
        owners = {own.letter.offer_id for own in letters}
        owner = owners.pop() if len(owners) == 1 else None
        clear = secrets_of(session, procurement).clear(language, owner)
    else:
        raise NotFound
    steps: list[Step] = []
    if decision is not None and decision.standstill_days:
        steps = standstill_steps(decision.received_on, decision.standstill_days)
    return DecisionPage(
        procurement=procurement,
        part=part,
        decision=decision,
        issued=_issued(session, decisions, clear, language),
        lots=_lots(session, procurement, clear, handling=part is not None),
        letters=letters,
        notices=_notices(session, procurement, decision) if part is not None else [],
        steps=steps,
        plan=planned,
        bidders=_bidders(session, procurement) if planned is not None else 0,
        limit=settings_of(session).decision_limit_of(person.email),
    )


def planned_decision_of(
    session: Session, procurement_id: UUID, person: Person, at: datetime
) -> Plan:
    """The next decision, for those who may read it before it is issued.

    Raises NotFound where there is none to make, and what `Part.require_open` raises.
    """
    procurement = require_decision_to_make(session, procurement_id, person)
    return plan(session, procurement, person, at)


def require_decision_to_make(session: Session, procurement_id: UUID, person: Person) -> Procurement:
    """The procurement, where this person may read its next decision; raises as that does."""
    part = part_of(session, procurement_id, person)
    if not _is_to_decide(session, part):
        raise NotFound
    return part.procurement


def _is_to_decide(session: Session, part: Part) -> bool:
    """Whether a decision is to be made: once opened, or unopened with every lot discontinued.

    Raises what `Part.require_open` raises.
    """
    if part.procurement.state == State.PUBLISHED and _all_discontinued(session, part.procurement):
        part.require_free()
        part.require_declared()
        return True
    part.require_open()
    return part.under_way


def _all_discontinued(session: Session, procurement: Procurement) -> bool:
    lots = {lot.id for lot in procurement.lots}
    found = session.scalars(
        select(Discontinuation.lot_id).where(
            Discontinuation.lot_id.in_(lots), Discontinuation.voided_at.is_(None)
        )
    )
    return set(found) == lots


def _issued(
    session: Session, decisions: Sequence[AwardDecision], clear: Clear, language: str
) -> list[IssuedDecision]:
    keys = [decision.id for decision in decisions]
    documents = store.find_all(session, "award_decision", keys, language)
    reasons = {
        correction.decision_id: correction.reason
        for correction in session.scalars(
            select(Correction).where(Correction.decision_id.in_(keys))
        )
    }
    return [
        IssuedDecision(decision, documents.get(decision.id), clear(reasons.get(decision.id, "")))
        for decision in decisions
    ]


def _bidders(session: Session, procurement: Procurement) -> int:
    return session.scalar(select(func.count()).select_from(Offer).where(opened(procurement))) or 0


def _notices(
    session: Session, procurement: Procurement, decision: AwardDecision | None
) -> list[Notice]:
    """Each bidder's letter; none where the offers were never opened and nobody may know of them."""
    if decision is None or not was_opened(session, procurement):
        return []
    letters = session.scalars(
        select(BidderLetter).where(BidderLetter.decision_id == decision.id)
    ).all()
    keys = [letter.id for letter in letters]
    made = set(
        session.scalars(
            select(StoredDocument.subject).where(
                StoredDocument.kind == "bidder_letter", StoredDocument.subject.in_(keys)
            )
        )
    )
    told = fates(session, keys)
    return sorted(
        (Notice(letter, letter.id in made, told.get(letter.id, [])) for letter in letters),
        key=lambda notice: sort_key(notice.letter.offer.provider),
    )


def _own_letters(
    session: Session, decisions: Sequence[AwardDecision], person: Person
) -> list[OwnLetter]:
    letters = [
        letter
        for letter in session.scalars(
            select(BidderLetter)
            .join(AwardDecision, AwardDecision.id == BidderLetter.decision_id)
            .where(BidderLetter.decision_id.in_([decision.id for decision in decisions]))
            .order_by(AwardDecision.n.desc(), BidderLetter.id)
        )
        if person.holds({Role.REPRESENTATIVE}, letter.offer.provider_id)
    ]
    documents = store.find_all(
        session, "bidder_letter", [letter.id for letter in letters], person.language
    )
    return [OwnLetter(letter, documents.get(letter.id)) for letter in letters]


def _lots(
    session: Session, procurement: Procurement, clear: Clear, *, handling: bool
) -> list[DecidedLot]:
    """Each lot as it stands; to a bidder only what a decision has told."""
    lots = list(procurement.lots)
    keys = [lot.id for lot in lots]
    awards = {
        award.lot_id: award
        for award in session.scalars(
            select(Award).where(Award.lot_id.in_(keys), Award.voided_at.is_(None))
        )
        if handling or award.decision_id is not None
    }
    discontinued = {
        one.lot_id: one
        for one in session.scalars(
            select(Discontinuation).where(
                Discontinuation.lot_id.in_(keys), Discontinuation.voided_at.is_(None)
            )
        )
        if handling or one.decision_id is not None
    }
    outcomes: dict[UUID, Outcome] = {**discontinued, **awards}
    prices = {
        (row.lot_id, row.offer_id): row
        for row in session.scalars(
            select(LotOffer).where(
                LotOffer.lot_id.in_(list(awards)),
                LotOffer.offer_id.in_([award.offer_id for award in awards.values()]),
            )
        )
    }
    sheets = _sheets(session, [award.id for award in awards.values()]) if handling else {}
    return [
        DecidedLot(
            lot=lot,
            award=awards.get(lot.id),
            discontinued=discontinued.get(lot.id),
            reason=clear(outcomes[lot.id].reason) if lot.id in outcomes else None,
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
