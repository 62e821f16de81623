"""Clarifications: asked of bidders in writing, answered in writing, in their own time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.evaluation.access import has_conflict, require_clean
from portal.evaluation.comparison import compare_lots
from portal.evaluation.models import Clarification
from portal.evaluation.rules import ClarificationKind, ClarificationState
from portal.evaluation.rules.clarifications import moved, require_due_ahead, require_time_left
from portal.evaluation.usecases.subject import (
    lot_offer,
    require_being_evaluated,
    standing_award,
)
from portal.jobs.mail import send_mail
from portal.offers.access import opened
from portal.offers.models import Offer
from portal.organisations.models import Organisation, Person
from portal.organisations.queries import representatives_of
from portal.permissions import require
from portal.procurement.models import Lot, Procurement
from portal.shared.errors import RuleBroken


def ask_clarification(
    session: Session,
    *,
    procurement: Procurement,
    providers: Sequence[Organisation],
    text: str,
    due: datetime,
    by: Person,
    at: datetime,
    lot: Lot | None = None,
    kind: ClarificationKind = ClarificationKind.CONTENT,
) -> list[Clarification]:
    """Put the same question to each of these bidders; each answers by ``due`` for itself alone.

    An unusually low price is asked about lot by lot, once the prices are known. Raises
    ``wrong_state``, ``not_opened``, ``interests_undeclared``, ``conflict_of_interest``,
    ``text_missing``, ``due_not_ahead``, ``prices_sealed``, ``price_not_low`` (by the measure of
    the call, where it can tell).
    """
    with acting(session, "ask_clarification", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "ask_clarification", procurement.buyer_id)
        require_being_evaluated(procurement)
        if not providers or (lot is not None and standing_award(session, lot) is not None):
            raise RuleBroken("wrong_state")
        require_clean(session, procurement, by)
        if not text.strip():
            raise RuleBroken("text_missing", field="text")
        require_due_ahead(due, at)
        offers = _offers(session, procurement, providers, lot, kind)
        asked = []
        for offer in offers:
            clarification = Clarification(
                offer=offer,
                offer_id=offer.id,
                lot_id=lot.id if lot is not None else None,
                kind=kind,
                state=ClarificationState.ASKED,
                text=text,
                asked_by_id=by.id,
                asked_at=at,
                due=due,
            )
            session.add(clarification)
            session.flush()
            asked.append(clarification)
            for person in representatives_of(session, [offer.provider_id]):
                send_mail(
                    session,
                    to=person,
                    letter="clarification_asked",
                    facts={
                        "procurement": procurement.reference,
                        "due": due.isoformat(),
                        "path": f"/procurements/{procurement.id}/offer/clarifications",
                    },
                    at=at,
                )
        facts.note(clarifications=[one.id for one in asked], kind=kind, due=due)
    return asked


def _offers(
    session: Session,
    procurement: Procurement,
    providers: Sequence[Organisation],
    lot: Lot | None,
    kind: ClarificationKind,
) -> list[Offer]:
    if lot is None:
        return [_whole_offer(session, procurement, provider, kind) for provider in providers]
    rows = [lot_offer(session, lot, provider) for provider in providers]
    if kind is ClarificationKind.LOW_PRICE:
        if any(row.price is None for row in rows):
            raise RuleBroken("prices_sealed")
        compared = compare_lots(session, procurement)[lot.id]
        if not all(compared.may_be_low(row.offer_id) for row in rows):
            raise RuleBroken("price_not_low", field="providers")
    return [row.offer for row in rows]


def _whole_offer(
    session: Session, procurement: Procurement, provider: Organisation, kind: ClarificationKind
) -> Offer:
    offer = session.scalar(
        select(Offer).where(opened(procurement), Offer.provider_id == provider.id)
    )
    if offer is None or kind is ClarificationKind.LOW_PRICE:
        raise RuleBroken("wrong_state")
    return offer


def answer_clarification(
    session: Session,
    *,
    procurement: Procurement,
    clarification: Clarification,
    text: str,
    by: Person,
    at: datetime,
) -> None:
    """Answer once, for the provider that was asked. The answer stands beside the offer.

    Raises ``wrong_state`` (answered already, or the decision has been issued),
    ``answer_time_passed``, ``text_missing``.
    """
    with acting(session, "answer_clarification", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "answer_clarification", clarification.offer.provider_id)
        require_being_evaluated(procurement)
        state = moved(clarification.state, "answer_clarification")
        require_time_left(at, clarification.due)
        if not text.strip():
            raise RuleBroken("text_missing", field="answer")
        clarification.state, clarification.answer = state, text
        clarification.answered_by_id, clarification.answered_at = by.id, at
        asker = session.get_one(Person, clarification.asked_by_id)
        if not has_conflict(session, procurement, asker):
            send_mail(
                session,
                to=asker,
                letter="clarification_answered",
                facts={
                    "procurement": procurement.reference,
                    "path": f"/procurements/{procurement.id}/clarifications",
                },
                at=at,
            )
        facts.note(clarification=clarification.id)
