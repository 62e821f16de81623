"""Giving points: one's own assessment of an offer, and the panel's joint score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from portal.database import Rows
from portal.evaluation.models import (
    Assessment,
    ConformityJudgement,
    JointDraft,
    JointScore,
    SuitabilityJudgement,
)
from portal.evaluation.queries.clarified import Clarified, clarifications_of
from portal.evaluation.queries.panel_work import Assessed, OfferWork, Place, panel_work
from portal.evaluation.queries.part import LotPart, Part, seeing_lot
from portal.evaluation.rules import AssessmentState
from portal.offers.models import LotOffer, Offer, OpenedContent
from portal.offers.queries import Names
from portal.offers.queries.asked import answer_pieces
from portal.offers.rules import OfferContent, Secret, secrets_of, unpacked
from portal.organisations.models import Organisation, Person
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


class JointVersion(NamedTuple):
    """A version of the joint score, and by whom it was recorded."""

    n: int
    points: Mapping[str, Any]
    agreed_at: datetime
    agreed_by: str


class Drafted(NamedTuple):
    """The joint score that is being written, and who saved it last."""

    points: Mapping[str, Any]
    saved_by: str
    saved_at: datetime
    revision: int


class OwnAssessment(NamedTuple):
    """The reader's own assessment, as `models.Assessment` keeps it."""

    state: str
    points: Mapping[str, Any]
    abstained_because: str | None
    saved_at: datetime
    handed_in_at: datetime | None
    revision: int


class OfferHere(NamedTuple):
    """An opened offer in a lot, its content as it is kept, and what is being written about it."""

    offer_id: UUID
    provider: Names
    content: dict[str, Any]
    left_out: bool
    draft: Drafted | None
    own: OwnAssessment | None


@dataclass(frozen=True)
class Asked:
    """What a form for points asks: by which criteria, and up to how many points."""

    criteria: list[CriterionShown]
    scale_top: int


@dataclass(frozen=True)
class ScoringPage:
    """One offer in one lot, to be given points. ``own`` is the reader's assessment."""

    part: Part
    lot: Lot
    offer_id: UUID
    provider: Names
    criteria: list[ScoredCriterion]
    own: OwnAssessment | None
    abstained: list[tuple[str, str]]
    shows_others: bool
    joint: JointVersion | None
    earlier: list[JointVersion]
    draft: Drafted | None
    clarifications: list[Clarified]
    open: bool

    @property
    def asked(self) -> Asked:
        """What is asked of whoever gives points."""
        return Asked([one.asked for one in self.criteria], self.part.procurement.scale_top)

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
        return _given(self.draft.saved_by, self.draft.points, key)


def assessment_page(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> ScoringPage:
    """The reader's own assessment; the others' only after it has been handed in.

    Raises NotFound, ``not_permitted`` for whoever is not appointed, and what
    `Part.require_open` raises.
    """
    found, row = _own_place(session, procurement_id, lot_key, offer_id, person)
    part = found.part
    work = panel_work(session, part, [found.lot], offer_id)
    done = work.of((found.lot.id, offer_id))
    shows_others = done.own_done
    writable = part.under_way and not shows_others and not row.left_out and not work.closed
    writable = writable and found.award is None
    return _page(session, found, row, done, shows_others=shows_others, writable=writable)


def joint_page(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> ScoringPage:
    """The joint score with every assessor's points.

    Raises NotFound, ``not_permitted``, ``assessments_missing`` while the panel is at work, and
    what `Part.require_open` raises.
    """
    found, row = _place(session, procurement_id, lot_key, offer_id, person)
    part = found.part
    if not part.officer:
        raise RuleBroken("not_permitted")
    work = panel_work(session, part, [found.lot], offer_id)
    done = work.of((found.lot.id, offer_id))
    if not done.visible or not (work.closed or done.ready):
        raise RuleBroken("assessments_missing")
    writable = part.under_way and not work.closed and found.award is None
    return _page(session, found, row, done, shows_others=True, writable=writable)


def assessment_asked(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> Asked:
    """What the form of an assessment asks, for whoever sends it. Raises as `assessment_page`."""
    found, _row = _own_place(session, procurement_id, lot_key, offer_id, person)
    procurement = found.part.procurement
    return Asked(criteria_shown(procurement), procurement.scale_top)


def _own_place(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> tuple[LotPart, OfferHere]:
    """The place of somebody who assesses."""
    found, row = _place(session, procurement_id, lot_key, offer_id, person)
    if not found.part.evaluates:
        raise RuleBroken("not_permitted")
    return found, row


def _place(
    session: Session, procurement_id: UUID, lot_key: str, offer_id: UUID, person: Person
) -> tuple[LotPart, OfferHere]:
    found = seeing_lot(session, procurement_id, lot_key, person)
    keys = {
        "procurement": found.part.procurement.id,
        "lot": found.lot.id,
        "offer": offer_id,
        "reader": person.id,
    }
    row = session.execute(_an_offer_here(), keys).first()
    if row is None:
        raise NotFound
    key, provider, content, left_out, *written = row
    draft, own = written[:4], written[4:]
    return found, OfferHere(
        offer_id=key,
        provider=provider,
        content=content,
        left_out=left_out,
        draft=Drafted(*draft) if draft[0] is not None else None,
        own=OwnAssessment(*own) if own[0] is not None else None,
    )


# Written once: with all that hangs on it, it takes longer to write than to ask.
@cache
def _an_offer_here() -> Rows:
    return (
        select(
            Offer.id,
            Organisation.name,
            OpenedContent.content,
            _left_out(),
            JointDraft.points,
            Person.name,
            JointDraft.saved_at,
            JointDraft.revision,
            Assessment.state,
            Assessment.points,
            Assessment.abstained_because,
            Assessment.saved_at,
            Assessment.handed_in_at,
            Assessment.revision,
        )
        .select_from(LotOffer)
        .join(Offer, Offer.id == LotOffer.offer_id)
        .join(Organisation, Organisation.id == Offer.provider_id)
        .join(OpenedContent, OpenedContent.offer_id == Offer.id)
        .outerjoin(
            JointDraft,
            and_(JointDraft.lot_id == LotOffer.lot_id, JointDraft.offer_id == LotOffer.offer_id),
        )
        .outerjoin(Person, Person.id == JointDraft.saved_by_id)
        .outerjoin(
            Assessment,
            and_(
                Assessment.lot_id == LotOffer.lot_id,
                Assessment.offer_id == LotOffer.offer_id,
                Assessment.evaluator_id == bindparam("reader"),
            ),
        )
        .where(
            LotOffer.lot_id == bindparam("lot"),
            LotOffer.offer_id == bindparam("offer"),
            Offer.procurement_id == bindparam("procurement"),
        )
    )


def _left_out() -> ColumnElement[bool]:
    """A condition on LotOffer: judged unsuitable, or not conforming in this lot."""
    unsuitable = exists().where(
        SuitabilityJudgement.offer_id == LotOffer.offer_id,
        SuitabilityJudgement.replaced_at.is_(None),
        SuitabilityJudgement.suitable.is_(False),
    )
    nonconforming = exists().where(
        ConformityJudgement.lot_id == LotOffer.lot_id,
        ConformityJudgement.offer_id == LotOffer.offer_id,
        ConformityJudgement.replaced_at.is_(None),
        ConformityJudgement.conforms.is_(False),
    )
    return or_(unsuitable, nonconforming)


def _page(
    session: Session,
    found: LotPart,
    row: OfferHere,
    work: OfferWork,
    *,
    shows_others: bool,
    writable: bool,
) -> ScoringPage:
    part, lot = found.part, found.lot
    own = row.own
    finished = work.finished if shows_others else ()
    versions = _joint_versions(session, (lot.id, row.offer_id)) if shows_others else []
    joint = versions[0] if versions else None
    content = unpacked(row.content)
    return ScoringPage(
        part=part,
        lot=lot,
        offer_id=row.offer_id,
        provider=row.provider,
        criteria=[
            _scored(asked, part.procurement.scale_top, content, own, finished, joint)
            for asked in criteria_shown(part.procurement)
        ],
        own=own,
        abstained=[
            (assessed.name, assessed.abstained_because or "")
            for assessed in finished
            if assessed.state == AssessmentState.ABSTAINED
        ],
        shows_others=shows_others,
        joint=joint,
        earlier=versions[1:],
        draft=row.draft if shows_others and part.officer else None,
        clarifications=clarifications_of(session, row.offer_id, lot),
        open=writable,
    )


def _joint_versions(session: Session, place: Place) -> list[JointVersion]:
    """Every version of the joint score, the one that stands first."""
    lot_id, offer_id = place
    found = session.execute(
        select(JointScore.n, JointScore.points, JointScore.agreed_at, Person.name)
        .join(Person, Person.id == JointScore.agreed_by_id)
        .where(JointScore.lot_id == lot_id, JointScore.offer_id == offer_id)
        .order_by(JointScore.n.desc())
    )
    return [JointVersion(*row) for row in found]


def _scored(
    asked: CriterionShown,
    scale_top: int,
    content: OfferContent,
    own: OwnAssessment | None,
    finished: Sequence[Assessed],
    joint: JointVersion | None,
) -> ScoredCriterion:
    facts = dict(asked.points)
    key = asked.key
    others = [
        Given(assessed.name, assessed.points[key], assessed.reasons[key])
        for assessed in finished
        if key in assessed.points
    ]
    return ScoredCriterion(
        asked=asked,
        choices=[PointChoice(value, facts.get(value, [])) for value in range(scale_top + 1)],
        pieces=answer_pieces(content, asked.key),
        promises=[promise.text for promise in content.promises if promise.criterion == asked.key],
        secrets=secrets_of(content, asked.key),
        own=_given("", own.points, asked.key) if own is not None else None,
        others=others,
        joint=_given("", joint.points, asked.key) if joint is not None else None,
    )


def _given(name: str, points: Mapping[str, Any], key: str) -> Given | None:
    if key not in points:
        return None
    return Given(name, points[key]["points"], points[key]["reason"])
