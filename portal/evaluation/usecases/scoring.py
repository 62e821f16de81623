"""Individual assessments, blind until handed in, and the panel's joint score."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, exists, select
from sqlalchemy.orm import Session, lazyload

from portal.audit.record import acting
from portal.evaluation.access import (
    appointed_to,
    conflicted,
    declared,
    panel,
    prices_opened,
    refuse_unclean,
    require_clean,
    second_envelope_opened,
)
from portal.evaluation.models import (
    Assessment,
    Award,
    JointDraft,
    JointScore,
)
from portal.evaluation.rules import (
    AssessmentState,
    Points,
    packed_points,
    require_points,
    require_reason,
)
from portal.evaluation.rules.points import moved
from portal.evaluation.rules.prices import require_prices_sealed
from portal.evaluation.usecases.subject import lot_offer, require_being_evaluated, standing_award
from portal.offers.models import LotOffer
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.procurement.models import Lot, Procurement
from portal.procurement.rules import State
from portal.shared.errors import RuleBroken

Given = Mapping[str, Points]


def _require_may_assess(
    session: Session, procurement: Procurement, lot: Lot, provider: Organisation, by: Person
) -> LotOffer:
    require(by, "assess")
    appointed, awarded, has_declared, tied, prices_opened = session.execute(
        _how_it_stands(), {"procurement": procurement.id, "lot": lot.id, "person": by.id}
    ).one()
    if not appointed:
        raise RuleBroken("not_permitted")
    require_being_evaluated(procurement)
    found = lot_offer(session, lot, provider)
    if awarded:
        raise RuleBroken("wrong_state")
    refuse_unclean(has_declared=has_declared, tied=tied)
    require_prices_sealed(opened=procurement.two_envelopes and prices_opened)
    return found


@cache
def _how_it_stands() -> Select[*tuple[bool, ...]]:
    """What an assessor is refused by, asked at once."""
    procurement: BindParameter[UUID] = bindparam("procurement")
    person: BindParameter[UUID] = bindparam("person")
    return select(
        appointed_to(procurement, person),
        exists().where(Award.lot_id == bindparam("lot"), Award.voided_at.is_(None)),
        declared(procurement, person),
        conflicted(procurement, person),
        second_envelope_opened(procurement),
    )


def _assessment(session: Session, lot: Lot, offer_id: UUID, evaluator: Person) -> Assessment | None:
    return session.scalar(
        select(Assessment)
        .where(
            Assessment.lot_id == lot.id,
            Assessment.offer_id == offer_id,
            Assessment.evaluator_id == evaluator.id,
        )
        .options(lazyload(Assessment.evaluator))
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


def _require_seen(written: Assessment | JointDraft, revision: int | None) -> None:
    if revision is not None and revision != (written.revision or 0):
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
    ``conflict_of_interest``, ``prices_opened``, ``handed_in``, ``changed_meanwhile``,
    ``points_off_scale``, ``reason_missing``.
    """
    with acting(session, "assess", chain=procurement.id, by=by.id, at=at) as facts:
        found = _require_may_assess(session, procurement, lot, provider, by)
        assessment = _own_assessment(session, found, lot, by)
        _require_seen(assessment, revision)
        if points is None:
            require_reason(abstain or "", field="abstain")
            assessment.state, assessment.points = moved(assessment.state, "abstain"), {}
            assessment.abstained_because = abstain
        else:
            criteria = [row.key for row in procurement.criteria]
            require_points(points, criteria, procurement.scale_top)
            assessment.state = moved(assessment.state, "hand_in")
            assessment.points = packed_points(points)
        assessment.saved_at = assessment.handed_in_at = at
        facts.note(lot=lot.id, offer=found.offer_id, state=assessment.state)


def _require_may_agree(
    session: Session, procurement: Procurement, lot: Lot, provider: Organisation, by: Person
) -> LotOffer:
    require(by, "agree", procurement.buyer_id)
    if procurement.state != State.OPENED or standing_award(session, lot) is not None:
        raise RuleBroken("wrong_state")
    found = lot_offer(session, lot, provider)
    require_clean(session, procurement, by)
    _require_assessed(session, procurement, lot, found.offer_id)
    require_prices_sealed(opened=prices_opened(session, procurement))
    return found


def _joint_draft(
    session: Session, lot: Lot, offer_id: UUID, revision: int | None, by: Person, at: datetime
) -> JointDraft:
    draft = session.scalar(
        select(JointDraft).where(JointDraft.lot_id == lot.id, JointDraft.offer_id == offer_id)
    )
    if draft is None:
        draft = JointDraft(lot_id=lot.id, offer_id=offer_id)
        session.add(draft)
    _require_seen(draft, revision)
    draft.saved_by_id, draft.saved_at = by.id, at
    return draft


def save_joint(
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
    """Keep what the panel is writing; nothing is agreed by it.

    Raises what `agree` raises but ``reason_missing``.
    """
    with acting(session, "save_joint", chain=procurement.id, by=by.id, at=at) as facts:
        found = _require_may_agree(session, procurement, lot, provider, by)
        draft = _joint_draft(session, lot, found.offer_id, revision, by, at)
        require_points(points, (), procurement.scale_top)
        draft.points = packed_points(points)
        facts.note(lot=lot.id, offer=found.offer_id)


def agree(
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
    """Record the panel's joint score; the assessors' own points stay as they are.

    Agreeing anew adds a version and keeps the one before. Raises ``wrong_state`` (also once the
    lot is awarded), ``interests_undeclared``, ``conflict_of_interest``, ``assessments_missing``,
    ``prices_opened``, ``changed_meanwhile``, ``points_off_scale``, ``reason_missing``.
    """
    with acting(session, "agree", chain=procurement.id, by=by.id, at=at) as facts:
        found = _require_may_agree(session, procurement, lot, provider, by)
        draft = _joint_draft(session, lot, found.offer_id, revision, by, at)
        require_points(points, [row.key for row in procurement.criteria], procurement.scale_top)
        draft.points = packed_points(points)
        standing = session.scalar(
            select(JointScore).where(
                JointScore.lot_id == lot.id,
                JointScore.offer_id == found.offer_id,
                JointScore.replaced_at.is_(None),
            )
        )
        if standing is not None:
            standing.replaced_at = at
            session.flush()
        score = JointScore(
            lot_id=lot.id,
            offer_id=found.offer_id,
            n=standing.n + 1 if standing is not None else 1,
            points=packed_points(points),
            agreed_by_id=by.id,
            agreed_at=at,
        )
        session.add(score)
        facts.note(
            lot=lot.id,
            offer=found.offer_id,
            n=score.n,
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
