"""From declared interests to the issued decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.documents import store
from portal.evaluation.access import handles_offers, has_conflict, panel, require_clean
from portal.evaluation.comparison import compare_lots
from portal.evaluation.models import (
    Assessment,
    Award,
    AwardDecision,
    BidderLetter,
    Conflict,
    InterestDeclaration,
    JointScore,
    SuitabilityJudgement,
)
from portal.evaluation.rules import (
    AssessmentState,
    Points,
    packed_points,
    require_first,
    require_points,
    require_reason,
    require_separate_duties,
)
from portal.jobs.mail import send_mail
from portal.legal.parameters import standstill_days
from portal.legal.rules import first_signing_day, standstill_last_day
from portal.offers.models import LotOffer, Offer
from portal.offers.rules import OfferState
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import BUYERS_HANDLERS, Role, require
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.procurement.usecases import appointed, note_decided
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken

Given = Mapping[str, Points]


def _not_yet_opened(procurement: Procurement) -> bool:
    return procurement.state in (State.DRAFT, State.PUBLISHED)


def _require_being_evaluated(procurement: Procurement) -> None:
    if procurement.state == State.DECIDED:
        raise RuleBroken("wrong_state")
    if procurement.state == State.DRAFT:
        raise RuleBroken("wrong_state")
    if procurement.state == State.PUBLISHED:
        raise RuleBroken("not_opened")


def _lot_offer(session: Session, lot: Lot, provider: Organisation) -> LotOffer:
    found = session.scalar(
        select(LotOffer)
        .join(Offer, Offer.id == LotOffer.offer_id)
        .where(LotOffer.lot_id == lot.id, Offer.provider_id == provider.id)
    )
    if found is None:
        raise RuleBroken("wrong_state")
    return found


def standing_award(session: Session, lot: Lot) -> Award | None:
    """The lot's award that has not been voided."""
    return session.scalar(select(Award).where(Award.lot_id == lot.id, Award.voided_at.is_(None)))


def look_at_offers(
    session: Session, *, procurement: Procurement, by: Person, at: datetime
) -> list[Offer]:
    """The offers that this person sees now.

    Before the opening a provider's own, for anyone else ``sealed``; after it the buyer's handlers
    and the panel see all, a provider its own, and a declared conflict refuses by
    ``conflict_of_interest``.
    """
    with acting(session, "look_at_offers", chain=procurement.id, by=by.id, at=at):
        require(by, "look_at_offers")
        own = [
            membership.organisation_id
            for membership in by.memberships
            if membership.role in {Role.REPRESENTATIVE, Role.TRAINER, Role.COACH}
        ]
        offers = select(Offer).where(Offer.procurement_id == procurement.id)
        sees_all = procurement.buyer_id is not None and (
            by.holds(BUYERS_HANDLERS, procurement.buyer_id) or by.id in panel(session, procurement)
        )
        if _not_yet_opened(procurement):
            if not own:
                raise RuleBroken("sealed")
            offers = offers.where(Offer.provider_id.in_(own), Offer.state != OfferState.WITHDRAWN)
        else:
            if has_conflict(session, procurement, by):
                raise RuleBroken("conflict_of_interest")
            if not sees_all and not own:
                raise RuleBroken("not_permitted")
            offers = offers.where(Offer.state == OfferState.SUBMITTED)
            if not sees_all:
                offers = offers.where(Offer.provider_id.in_(own))
        return list(session.scalars(offers))


def declare_interests(
    session: Session,
    *,
    procurement: Procurement,
    conflicts: Collection[Organisation],
    by: Person,
    at: datetime,
) -> None:
    """Say to which providers one is tied, or that to none. May be said anew; a conflict stands.

    Raises ``wrong_state`` for a draft.
    """
    with acting(session, "declare_interests", chain=procurement.id, by=by.id, at=at) as facts:
        if not handles_offers(session, procurement, by):
            raise RuleBroken("not_permitted")
        if procurement.state == State.DRAFT:
            raise RuleBroken("wrong_state")
        session.add(
            InterestDeclaration(
                procurement_id=procurement.id,
                person_id=by.id,
                declared_at=at,
                conflicts=[Conflict(provider_id=provider.id) for provider in conflicts],
            )
        )
        facts.note(conflicts=len(conflicts))


def judge_suitability(
    session: Session,
    *,
    procurement: Procurement,
    provider: Organisation,
    suitable: bool,
    reason: str,
    by: Person,
    at: datetime,
) -> None:
    """Suitable or not, with the reason; may be judged anew until a lot of the offer is awarded."""
    with acting(session, "judge_suitability", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "judge_suitability", procurement.buyer_id)
        _require_being_evaluated(procurement)
        offer = session.scalar(
            select(Offer).where(
                Offer.procurement_id == procurement.id,
                Offer.provider_id == provider.id,
                Offer.state == OfferState.SUBMITTED,
            )
        )
        if offer is None or _has_award_on_its_lots(session, offer):
            raise RuleBroken("wrong_state")
        require_clean(session, procurement, by)
        require_reason(reason)
        judgement = session.scalar(
            select(SuitabilityJudgement).where(SuitabilityJudgement.offer_id == offer.id)
        )
        if judgement is None:
            judgement = SuitabilityJudgement(offer_id=offer.id)
            session.add(judgement)
        judgement.suitable, judgement.reason = suitable, reason
        judgement.judged_by_id, judgement.judged_at = by.id, at
        facts.note(offer=offer.id, suitable=suitable)


def _has_award_on_its_lots(session: Session, offer: Offer) -> bool:
    lots = select(LotOffer.lot_id).where(LotOffer.offer_id == offer.id)
    award = select(Award.id).where(Award.lot_id.in_(lots), Award.voided_at.is_(None))
    return session.scalar(award.limit(1)) is not None


def _require_may_assess(
    session: Session, procurement: Procurement, lot: Lot, provider: Organisation, by: Person
) -> LotOffer:
    require(by, "assess")
    if not appointed(session, procurement, by):
        raise RuleBroken("not_permitted")
    _require_being_evaluated(procurement)
    found = _lot_offer(session, lot, provider)
    if standing_award(session, lot) is not None:
        raise RuleBroken("wrong_state")
    require_clean(session, procurement, by)
    return found


def _assessment(session: Session, lot: Lot, offer_id: UUID, evaluator: Person) -> Assessment | None:
    return session.scalar(
        select(Assessment).where(
            Assessment.lot_id == lot.id,
            Assessment.offer_id == offer_id,
            Assessment.evaluator_id == evaluator.id,
        )
    )


def _own_assessment(session: Session, found: LotOffer, lot: Lot, by: Person) -> Assessment:
    assessment = _assessment(session, lot, found.offer_id, by)
    if assessment is None:
        assert found.offer.current_version_id is not None
        assessment = Assessment(
            lot_id=lot.id,
            offer_id=found.offer_id,
            version_id=found.offer.current_version_id,
            evaluator_id=by.id,
            state=AssessmentState.DRAFT,
            points={},
        )
        session.add(assessment)
    elif assessment.state != AssessmentState.DRAFT:
        raise RuleBroken("handed_in")
    return assessment


def _require_seen(assessment: Assessment, revision: int | None) -> None:
    if revision is not None and revision != (assessment.revision or 0):
        raise RuleBroken("changed_meanwhile")


def save_assessment(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    provider: Organisation,
    points: Given,
    by: Person,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Keep an assessment as a draft that nobody else sees; points and reasons may be missing.

    Raises what `assess` raises but ``reason_missing``, and ``changed_meanwhile``.
    """
    with acting(session, "save_assessment", chain=procurement.id, by=by.id, at=at) as facts:
        found = _require_may_assess(session, procurement, lot, provider, by)
        assessment = _own_assessment(session, found, lot, by)
        _require_seen(assessment, revision)
        require_points(points, (), procurement.scale_top)
        assessment.points, assessment.saved_at = packed_points(points), at
        facts.note(lot=lot.id, offer=found.offer_id)


def assess(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    provider: Organisation,
    points: Given | None,
    abstain: str | None = None,
    by: Person,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Hand in one's points for an offer, or abstain with a reason; never a zero for silence.

    Raises ``not_permitted``, ``wrong_state``, ``not_opened``, ``interests_undeclared``,
    ``conflict_of_interest``, ``handed_in``, ``changed_meanwhile``, ``points_off_scale``,
    ``reason_missing``.
    """
    with acting(session, "assess", chain=procurement.id, by=by.id, at=at) as facts:
        found = _require_may_assess(session, procurement, lot, provider, by)
        assessment = _own_assessment(session, found, lot, by)
        _require_seen(assessment, revision)
        if points is None:
            require_reason(abstain or "", field="abstain")
            assessment.state, assessment.points = AssessmentState.ABSTAINED, {}
            assessment.abstained_because = abstain
        else:
            criteria = [row.key for row in procurement.criteria]
            require_points(points, criteria, procurement.scale_top)
            assessment.state = AssessmentState.HANDED_IN
            assessment.points = packed_points(points)
        assessment.saved_at = assessment.handed_in_at = at
        facts.note(lot=lot.id, offer=found.offer_id, state=assessment.state)


def agree(
    session: Session,
    *,
    procurement: Procurement,
    lot: Lot,
    provider: Organisation,
    points: Given,
    by: Person,
    at: datetime,
) -> None:
    """Record the panel's joint score; the assessors' own points stay as they are.

    Raises ``wrong_state`` (also once the lot is awarded), ``interests_undeclared``,
    ``conflict_of_interest``, ``assessments_missing``, ``points_off_scale``, ``reason_missing``.
    """
    with acting(session, "agree", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "agree", procurement.buyer_id)
        if procurement.state != State.OPENED or standing_award(session, lot) is not None:
            raise RuleBroken("wrong_state")
        found = _lot_offer(session, lot, provider)
        require_clean(session, procurement, by)
        _require_assessed(session, procurement, lot, found.offer_id)
        require_points(points, [row.key for row in procurement.criteria], procurement.scale_top)
        score = session.scalar(
            select(JointScore).where(
                JointScore.lot_id == lot.id, JointScore.offer_id == found.offer_id
            )
        )
        if score is None:
            score = JointScore(lot_id=lot.id, offer_id=found.offer_id)
            session.add(score)
        score.points, score.agreed_by_id, score.agreed_at = packed_points(points), by.id, at
        facts.note(
            lot=lot.id,
            offer=found.offer_id,
            points={key: value.points for key, value in points.items()},
        )


def _require_assessed(session: Session, procurement: Procurement, lot: Lot, offer_id: UUID) -> None:
    members = panel(session, procurement)
    states = {
        assessment.evaluator_id: assessment.state
        for assessment in session.scalars(
            select(Assessment).where(Assessment.lot_id == lot.id, Assessment.offer_id == offer_id)
        )
        if assessment.evaluator_id in members
    }
    handed_in = AssessmentState.HANDED_IN in states.values()
    waiting = any(
        states.get(key, AssessmentState.DRAFT) == AssessmentState.DRAFT for key in members
    )
    if waiting or not handed_in:
        raise RuleBroken("assessments_missing")


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
        found = _lot_offer(session, lot, provider)
        require_clean(session, procurement, by)
        require_reason(reason)
        drawn = [str(_lot_offer(session, lot, organisation).offer_id) for organisation in draw]
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
    representatives = session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.role == Role.REPRESENTATIVE,
            Membership.organisation_id.in_([offer.provider_id for offer in offers]),
            Person.closed_at.is_(None),
        )
        .distinct()
    ).all()
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
