"""Giving points: one's own assessment of an offer, and the panel's joint score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.evaluation.models import (
    Assessment,
    Award,
    Clarification,
    ConformityJudgement,
    JointDraft,
    JointScore,
    SuitabilityJudgement,
)
from portal.evaluation.queries.clarified import clarifications_of
from portal.evaluation.queries.panel_work import PanelWork, panel_work
from portal.evaluation.queries.part import Part, lot_of, offer_of, seeing_part
from portal.evaluation.rules import AssessmentState
from portal.offers.models import LotOffer, Offer, OpenedContent
from portal.offers.queries import Names
from portal.offers.queries.asked import answer_pieces
from portal.offers.rules import OfferContent, Secret, secrets_of, unpacked
from portal.organisations.models import Person
from portal.procurement.models import Lot
from portal.procurement.queries.shown import CriterionShown, criteria_shown
from portal.shared.errors import NotFound, RuleBroken


@dataclass(frozen=True)
class PointChoice:
    """A point of the scale, with the facts in an offer that earn it."""

    value: int
    facts: list[Names]


@dataclass(frozen=True)
class Given:
    """What somebody gave for one criterion; a draft may lack the points."""

    name: str
    points: int | None
    reason: str


@dataclass(frozen=True)
class ScoredCriterion:
    """A criterion with the offer's answer beside it, and the points given so far.

    The answer comes in ``pieces``, each with whether it is a trade secret.
    """

    asked: CriterionShown
    choices: list[PointChoice]
    pieces: list[tuple[str, bool]]
    promises: list[str]
    secrets: tuple[Secret, ...]
    own: Given | None
    others: list[Given]
    joint: Given | None


@dataclass(frozen=True)
class ScoringPage:
    """One offer in one lot, to be given points. ``own`` is the reader's assessment."""

    part: Part
    lot: Lot
    row: LotOffer
    criteria: list[ScoredCriterion]
    own: Assessment | None
    abstained: list[tuple[str, str]]
    shows_others: bool
    joint: JointScore | None
    earlier: list[JointScore]
    draft: JointDraft | None
    clarifications: list[Clarification]
    open: bool

    @property
    def offer(self) -> Offer:
        """The offer that is given points."""
        return self.row.offer

    @property
    def revision(self) -> int:
        """Which state of the own assessment this page shows; 0 before there is one."""
        return self.own.revision if self.own is not None else 0

    @property
    def own_points(self) -> Mapping[str, Any]:
        """The own points and reasons as kept."""
        return self.own.points if self.own is not None else {}

    @property
    def joint_points(self) -> Mapping[str, Any]:
        """The joint points and reasons as they are being written, or as they were agreed."""
        if self.draft is not None:
            return self.draft.points
        return self.joint.points if self.joint is not None else {}

    @property
    def joint_revision(self) -> int:
        """Which state of the joint draft this page shows; 0 before there is one."""
        return self.draft.revision if self.draft is not None else 0

    def drafted(self, key: str) -> Given | None:
        """What stands in the joint draft for a criterion, and who saved it."""
        if self.draft is None:
            return None
        return _given(self.draft.saved_by.name, self.draft.points, key)


def assessment_page(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> ScoringPage:
    """The reader's own assessment; the others' only after it has been handed in.

    Raises NotFound, ``not_permitted`` for whoever is not appointed, and what
    `Part.require_open` raises.
    """
    part, lot, row = _place(session, procurement_id, lot_key, offer_id, person)
    if not part.evaluates:
        raise RuleBroken("not_permitted")
    work = panel_work(session, part, [lot], row.offer_id)
    place = (lot.id, row.offer_id)
    shows_others = work.own_done(place)
    left_out = _left_out(session, lot, row)
    writable = part.under_way and not shows_others and not left_out and not work.closed
    writable = writable and not _awarded(session, lot)
    return _page(session, part, lot, row, work, shows_others=shows_others, writable=writable)


def joint_page(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> ScoringPage:
    """The joint score with every assessor's points.

    Raises NotFound, ``not_permitted``, ``assessments_missing`` while the panel is at work, and
    what `Part.require_open` raises.
    """
    part, lot, row = _place(session, procurement_id, lot_key, offer_id, person)
    if not part.officer:
        raise RuleBroken("not_permitted")
    work = panel_work(session, part, [lot], row.offer_id)
    place = (lot.id, row.offer_id)
    if not work.visible(place) or not (work.closed or work.ready(place)):
        raise RuleBroken("assessments_missing")
    writable = part.under_way and not work.closed and not _awarded(session, lot)
    return _page(session, part, lot, row, work, shows_others=True, writable=writable)


def _place(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> tuple[Part, Lot, LotOffer]:
    part = seeing_part(session, procurement_id, person)
    lot = lot_of(part.procurement, lot_key)
    offer = offer_of(session, part.procurement, offer_id)
    row = session.scalar(
        select(LotOffer).where(LotOffer.lot_id == lot.id, LotOffer.offer_id == offer.id)
    )
    if row is None:
        raise NotFound
    return part, lot, row


def _awarded(session: Session, lot: Lot) -> bool:
    award = select(Award.id).where(Award.lot_id == lot.id, Award.voided_at.is_(None))
    return session.scalar(award.limit(1)) is not None


def _left_out(session: Session, lot: Lot, row: LotOffer) -> bool:
    """Whether the offer has been judged unsuitable, or not conforming in this lot."""
    unsuitable = exists().where(
        SuitabilityJudgement.offer_id == row.offer_id,
        SuitabilityJudgement.replaced_at.is_(None),
        SuitabilityJudgement.suitable.is_(False),
    )
    nonconforming = exists().where(
        ConformityJudgement.lot_id == lot.id,
        ConformityJudgement.offer_id == row.offer_id,
        ConformityJudgement.replaced_at.is_(None),
        ConformityJudgement.conforms.is_(False),
    )
    return bool(session.scalar(select(or_(unsuitable, nonconforming))))


def _page(
    session: Session,
    part: Part,
    lot: Lot,
    row: LotOffer,
    work: PanelWork,
    *,
    shows_others: bool,
    writable: bool,
) -> ScoringPage:
    place = (lot.id, row.offer_id)
    own = work.own(place)
    finished = work.finished(place) if shows_others else []
    versions: list[JointScore] = []
    draft = None
    if shows_others:
        versions = _joint_versions(session, lot, row)
        if part.officer:
            draft = session.scalar(
                select(JointDraft)
                .where(JointDraft.lot_id == lot.id, JointDraft.offer_id == row.offer_id)
                .options(joinedload(JointDraft.saved_by).lazyload(Person.memberships))
            )
    joint = versions[0] if versions else None
    content = unpacked(session.get_one(OpenedContent, row.offer_id).content)
    return ScoringPage(
        part=part,
        lot=lot,
        row=row,
        criteria=[
            _scored(asked, part.procurement.scale_top, content, own, finished, joint)
            for asked in criteria_shown(part.procurement)
        ],
        own=own,
        abstained=[
            (assessment.evaluator.name, assessment.abstained_because or "")
            for assessment in finished
            if assessment.state == AssessmentState.ABSTAINED
        ],
        shows_others=shows_others,
        joint=joint,
        earlier=versions[1:],
        draft=draft,
        clarifications=clarifications_of(session, row.offer_id, lot),
        open=writable,
    )


def _joint_versions(session: Session, lot: Lot, row: LotOffer) -> list[JointScore]:
    """Every version of the joint score, the one that stands first."""
    return list(
        session.scalars(
            select(JointScore)
            .where(JointScore.lot_id == lot.id, JointScore.offer_id == row.offer_id)
            .order_by(JointScore.n.desc())
            .options(joinedload(JointScore.agreed_by).lazyload(Person.memberships))
            .execution_options(populate_existing=True)
        )
    )


def _scored(
    asked: CriterionShown,
    scale_top: int,
    content: OfferContent,
    own: Assessment | None,
    finished: list[Assessment],
    joint: JointScore | None,
) -> ScoredCriterion:
    facts = dict(asked.points)
    others = [
        _given(assessment.evaluator.name, assessment.points, asked.key) for assessment in finished
    ]
    return ScoredCriterion(
        asked=asked,
        choices=[PointChoice(value, facts.get(value, [])) for value in range(scale_top + 1)],
        pieces=answer_pieces(content, asked.key),
        promises=[promise.text for promise in content.promises if promise.criterion == asked.key],
        secrets=secrets_of(content, asked.key),
        own=_given("", own.points, asked.key) if own is not None else None,
        others=[given for given in others if given is not None],
        joint=_given("", joint.points, asked.key) if joint is not None else None,
    )


def _given(name: str, points: Mapping[str, Any], key: str) -> Given | None:
    if key not in points:
        return None
    return Given(name, points[key]["points"], points[key]["reason"])
