"""The award of a lot and the decision issued to every bidder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select, union
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.documents import store
from portal.evaluation.access import require_clean
from portal.evaluation.comparison import compare_lots
from portal.evaluation.decided import plan
from portal.evaluation.models import (
    Award,
    AwardDecision,
    BidderLetter,
    Discontinuation,
)
from portal.evaluation.rules import (
    require_first,
    require_reason,
    require_separate_duties,
    require_within_limit,
)
from portal.evaluation.usecases.subject import (
    lot_offer,
    require_discontinuable,
    standing_award,
    standing_discontinuation,
    was_opened,
)
from portal.jobs import work
from portal.jobs.mail import chosen_language, send_mail
from portal.jobs.models import Work
from portal.offers.access import opened
from portal.offers.models import LotOffer, Offer
from portal.offers.rules import OfferState
from portal.organisations.models import Organisation, Person
from portal.organisations.queries import representatives_of
from portal.permissions import Role, require
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.procurement.usecases import note_decided
from portal.shared.errors import RuleBroken
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES


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
        discontinued = standing_discontinuation(session, lot)
        if discontinued is not None and not discontinued.carried:
            raise RuleBroken("wrong_state")
        found = lot_offer(session, lot, provider)
        require_clean(session, procurement, by)
        require_reason(reason)
        drawn = [str(lot_offer(session, lot, organisation).offer_id) for organisation in draw]
        placings = compare_lots(session, procurement, {lot.id: drawn})[lot.id].placings
        if not placings:
            raise RuleBroken("scores_missing")
        require_first(placings, str(found.offer_id))
        if discontinued is not None:
            discontinued.voided_at = at
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


def discontinue(
    session: Session, *, procurement: Procurement, lot: Lot, reason: str, by: Person, at: datetime
) -> Discontinuation:
    """Buy nothing in this lot; also in one without offers, and before the offers are opened.

    Raises ``wrong_state`` (a draft, a decided procurement, a lot awarded or discontinued),
    ``reason_missing``.
    """
    with acting(session, "discontinue", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "discontinue", procurement.buyer_id)
        standing = require_discontinuable(session, procurement, lot)
        require_reason(reason)
        if standing is not None:
            standing.voided_at = at
            session.flush()
        discontinued = Discontinuation(
            lot_id=lot.id,
            reason=reason,
            carried=False,
            discontinued_by_id=by.id,
            discontinued_at=at,
        )
        session.add(discontinued)
        facts.note(lot=lot.id)
    return discontinued


def take_back(
    session: Session, *, procurement: Procurement, lot: Lot, by: Person, at: datetime
) -> None:
    """Undo the award or the discontinuation of a lot before it has been decided on.

    Raises ``wrong_state`` where there is neither, or it stands in a decision.
    """
    with acting(session, "take_back", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "take_back", procurement.buyer_id)
        standing = standing_award(session, lot) or standing_discontinuation(session, lot)
        if standing is None or standing.decision_id is not None:
            raise RuleBroken("wrong_state")
        standing.voided_at = at
        facts.note(lot=lot.id)


def preparers(session: Session, procurement: Procurement) -> set[str]:
    """Who has prepared this procurement: published it, awarded or discontinued one of its lots."""
    lots = [lot.id for lot in procurement.lots]
    prepared = union(
        select(Award.awarded_by_id).where(Award.lot_id.in_(lots), Award.voided_at.is_(None)),
        select(Discontinuation.discontinued_by_id).where(
            Discontinuation.lot_id.in_(lots), Discontinuation.voided_at.is_(None)
        ),
    )
    people = {str(person_id) for person_id in session.scalars(prepared)}
    if procurement.published_by_id is not None:
        people.add(str(procurement.published_by_id))
    return people


def issue_decision(
    session: Session,
    *,
    procurement: Procurement,
    combined_duties: Collection[frozenset[str]],
    seen: Collection[UUID] | None = None,
    by: Person,
    at: datetime,
) -> AwardDecision:
    """Issue the award decision to every bidder; it is received the same day.

    It is on every lot that no standing decision is on yet. ``seen`` are the awards and
    discontinuations that whoever decides had before their eyes. Raises ``wrong_state``,
    ``duties_combined``, ``interests_undeclared``, ``conflict_of_interest``,
    ``decision_incomplete`` with the parts that are missing, ``changed_meanwhile``,
    ``above_decision_limit``.
    """
    with acting(session, "issue_decision", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "issue_decision", procurement.buyer_id)
        outcomes = [
            standing_award(session, lot) or standing_discontinuation(session, lot)
            for lot in procurement.lots
        ]
        unopened = not was_opened(session, procurement) and all(
            isinstance(one, Discontinuation) for one in outcomes
        )
        if procurement.state != (State.PUBLISHED if unopened else State.OPENED):
            raise RuleBroken("wrong_state")
        held = {"preparing": preparers(session, procurement)}
        require_separate_duties("deciding", str(by.id), held, combined_duties)
        require_clean(session, procurement, by)
        planned = plan(session, procurement, by, at)
        if planned.missing:
            raise RuleBroken("decision_incomplete", missing=planned.missing_names)
        if seen is not None and set(seen) != {one.id for one in planned.outcomes.values()}:
            raise RuleBroken("changed_meanwhile")
        require_within_limit(planned.value, settings_of(session).decision_limit_of(by.email))
        decision = planned.decision
        session.add(decision)
        session.flush()
        for outcome in planned.outcomes.values():
            outcome.decision_id = decision.id
        note_decided(procurement)
        _notify_bidders(session, procurement, decision, set(planned.outcomes), at)
        assert decision.legal is not None
        facts.note(
            decision=decision.id,
            first_signing_day=decision.first_signing_day,
            value=planned.value,
            instructions=decision.legal["sha256"],
        )
    return decision


def _notify_bidders(
    session: Session,
    procurement: Procurement,
    decision: AwardDecision,
    lots: set[UUID],
    at: datetime,
) -> None:
    """To every bidder in these lots; to those never opened or not confirmed, in whatever lot."""
    in_lots = exists().where(LotOffer.offer_id == Offer.id, LotOffer.lot_id.in_(lots))
    offers = session.scalars(
        select(Offer).where(
            Offer.procurement_id == procurement.id,
            Offer.state == OfferState.SUBMITTED,
            or_(in_lots, ~opened(procurement)),
        )
    ).all()
    representatives = representatives_of(session, [offer.provider_id for offer in offers])
    languages = {DEFAULT_LANGUAGE}
    made = work.follow(
        session,
        "award_documents",
        person_id=decision.issued_by_id,
        subject=procurement.id,
        language=DEFAULT_LANGUAGE,
        at=at,
    )
    documents = 0
    for offer in offers:
        readers = [
            person
            for person in representatives
            if person.holds({Role.REPRESENTATIVE}, offer.provider_id)
        ]
        letter = BidderLetter(
            decision_id=decision.id, offer_id=offer.id, received_on=decision.received_on
        )
        session.add(letter)
        session.flush()
        chosen = {chosen_language(person) for person in readers} or {DEFAULT_LANGUAGE}
        languages |= chosen
        documents += _request(session, "bidder_letter", letter.id, procurement, chosen, made, at)
        for person in readers:
            send_mail(
                session,
                to=person,
                letter="decision_issued",
                facts={
                    "procurement": procurement.reference,
                    "path": f"/procurements/{procurement.id}/decision#letters",
                },
                at=at,
                about=letter.id,
            )
    documents += _request(session, "award_decision", decision.id, procurement, languages, made, at)
    made.total = documents


def _request(
    session: Session,
    kind: str,
    subject: UUID,
    procurement: Procurement,
    languages: Collection[str],
    made: Work,
    at: datetime,
) -> int:
    """Ask for a document in each language that somebody who gets it has chosen; how many."""
    wanted = [language for language in LANGUAGES if language in languages]
    for language in wanted:
        store.request(
            session,
            kind,
            subject=subject,
            owner=procurement.id,
            language=language,
            at=at,
            part_of=made.id,
        )
    return len(wanted)
