"""The award of a lot and the decision issued to every bidder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.documents import store
from portal.evaluation.access import require_clean
from portal.evaluation.comparison import compare_lots
from portal.evaluation.models import (
    Award,
    AwardDecision,
    BidderLetter,
)
from portal.evaluation.rules import (
    require_first,
    require_reason,
    require_separate_duties,
)
from portal.evaluation.usecases.subject import lot_offer, standing_award
from portal.jobs.mail import send_mail
from portal.legal.parameters import standstill_days
from portal.legal.rules import first_signing_day, standstill_last_day
from portal.offers.models import Offer
from portal.offers.rules import OfferState
from portal.organisations.models import Organisation, Person
from portal.organisations.queries import representatives_of
from portal.permissions import Role, require
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.procurement.usecases import note_decided
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken


def award(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    provider: Organisation,
    reason: str,
    draw: Sequence[Organisation] = (),
    by: Person,
    at: datetime,
) -> Award:
    """Award a lot to the offer that stands first alone, with the ranking as it stood.

    ``draw`` is the order in which lots were drawn for a tie. Raises ``wrong_state``,
    ``interests_undeclared``, ``conflict_of_interest``, ``scores_missing``, ``not_first``.
    """
    with acting(session, "award", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "award", procurement.buyer_id)
        if procurement.state != State.OPENED or standing_award(session, lot) is not None:
            raise RuleBroken("wrong_state")
        found = lot_offer(session, lot, provider)
        require_clean(session, procurement, by)
        require_reason(reason)
        drawn = [str(lot_offer(session, lot, organisation).offer_id) for organisation in draw]
        placings = compare_lots(session, procurement, {lot.id: drawn})[lot.id].placings
        if not placings:
            raise RuleBroken("scores_missing")
        require_first(placings, str(found.offer_id))
        awarded = Award(
            lot_id=lot.id,
            offer=found.offer,
            offer_id=found.offer_id,
            reason=reason,
            draw=drawn,
            ranking=[placing.as_reported() for placing in placings],
            awarded_by_id=by.id,
            awarded_at=at,
        )
        session.add(awarded)
        facts.note(lot=lot.id, offer=found.offer_id, ranking=awarded.ranking, draw=drawn)
        store.request(
            session,
            "result_sheet",
            subject=awarded.id,
            owner=procurement.id,
            language="fi",
            at=at,
        )
    return awarded


def preparers(session: Session, procurement: Procurement) -> set[str]:
    """Who has prepared this procurement: published it, or awarded one of its lots."""
    lots = [lot.id for lot in procurement.lots]
    awarded_by = session.scalars(
        select(Award.awarded_by_id).where(Award.lot_id.in_(lots), Award.voided_at.is_(None))
    )
    people = {str(person_id) for person_id in awarded_by}
    if procurement.published_by_id is not None:
        people.add(str(procurement.published_by_id))
    return people


def issue_decision(
    session: Session,
    *,
    procurement: Procurement,
    combined_duties: Collection[frozenset[str]],
    by: Person,
    at: datetime,
) -> AwardDecision:
    """Issue the award decision to every bidder; it is received the same day.

    Raises ``wrong_state``, ``duties_combined``, ``interests_undeclared``,
    ``conflict_of_interest``, ``decision_incomplete`` (a lot without an award).
    """
    with acting(session, "issue_decision", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "issue_decision", procurement.buyer_id)
        if procurement.state != State.OPENED:
            raise RuleBroken("wrong_state")
        held = {"preparing": preparers(session, procurement)}
        require_separate_duties("deciding", str(by.id), held, combined_duties)
        require_clean(session, procurement, by)
        awards = [standing_award(session, lot) for lot in procurement.lots]
        if any(found is None for found in awards):
            raise RuleBroken("decision_incomplete")
        received = day_in_helsinki(at)
        days = standstill_days(received, procurement.regime)
        decision = AwardDecision(
            procurement_id=procurement.id,
            n=1,
            issued_by=by,
            issued_by_id=by.id,
            issued_at=at,
            received_on=received,
            standstill_days=days,
            standstill_ends=standstill_last_day(received, days) if days else received,
            first_signing_day=first_signing_day(received, days) if days else received,
        )
        session.add(decision)
        session.flush()
        for found in awards:
            assert found is not None
            found.decision_id = decision.id
        note_decided(procurement)
        _notify_bidders(session, procurement, decision, at)
        facts.note(decision=decision.id, first_signing_day=decision.first_signing_day)
    return decision


def _notify_bidders(
    session: Session, procurement: Procurement, decision: AwardDecision, at: datetime
) -> None:
    store.request(
        session,
        "award_decision",
        subject=decision.id,
        owner=procurement.id,
        language="fi",
        at=at,
    )
    offers = session.scalars(
        select(Offer).where(
            Offer.procurement_id == procurement.id, Offer.state == OfferState.SUBMITTED
        )
    ).all()
    representatives = representatives_of(session, [offer.provider_id for offer in offers])
    for offer in offers:
        letter = BidderLetter(
            decision_id=decision.id, offer_id=offer.id, received_on=decision.received_on
        )
        session.add(letter)
        session.flush()
        store.request(
            session,
            "bidder_letter",
            subject=letter.id,
            owner=procurement.id,
            language="fi",
            at=at,
        )
        for person in representatives:
            if person.holds({Role.REPRESENTATIVE}, offer.provider_id):
                send_mail(
                    session,
                    to=person,
                    letter="decision_issued",
                    facts={
                        "procurement": procurement.reference,
                        "path": f"/procurements/{procurement.id}/decision",
                    },
                    at=at,
                )
