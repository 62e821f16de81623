"""The page of a scorecard, that on which it is assessed, and its PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.criteria.rules import Criterion, Scale
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.organisations.models import Person
from portal.permissions import Role, may
from portal.scorecards.access import (
    referring_offices,
    scorecards_seen_by,
    side_of,
    view_of,
)
from portal.scorecards.models import Scorecard, ScorecardAssessment
from portal.scorecards.plans.queries import PlanRow, open_plans
from portal.scorecards.queries.rows import (
    CriterionRow,
    IndicatorRow,
    criteria_rows,
    indicator_rows,
    scale_of,
)
from portal.scorecards.rules import (
    ScorecardState,
    View,
    require_settleable,
)
from portal.scorecards.usecases import set_of
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken
from portal.training_forms.queries import form_name

Names = Mapping[str, str]


@dataclass(frozen=True)
class Missing:
    """Who has still to assess: the provider, the buyer, and the offices that refer."""

    provider: bool
    buyer: bool
    offices: list[Names]


@dataclass(frozen=True)
class ScorecardPage:
    """A scorecard as this reader sees it, and what they may do about it now.

    ``settle_refusal`` is the rule by which it cannot be settled yet. ``days_left`` counts the days
    of the answer, today included; ``preliminary``: the period had not ended at the drawing up.
    """

    scorecard: Scorecard
    form: Names | None
    indicators: list[IndicatorRow]
    plans: list[PlanRow]
    criteria: list[CriterionRow]
    scale: Scale
    side: View | None
    hides: bool
    missing: Missing
    days_left: int | None
    preliminary: bool
    may_assess: bool
    may_answer: bool
    may_settle: bool
    may_plan: bool
    settle_refusal: str | None
    document: StoredDocument | None


def scorecard_of(session: Session, scorecard_id: UUID, person: Person) -> Scorecard:
    """A scorecard that this reader may see. Raises NotFound, the same for none and for foreign."""
    found = select(Scorecard).where(Scorecard.id == scorecard_id, scorecards_seen_by(person))
    scorecard = session.scalar(found)
    if scorecard is None:
        raise NotFound
    return scorecard


def scorecard_page(
    session: Session, scorecard_id: UUID, person: Person, at: datetime
) -> ScorecardPage:
    """The page of a scorecard. Raises NotFound."""
    scorecard = scorecard_of(session, scorecard_id, person)
    today = day_in_helsinki(at)
    draft = scorecard.state == ScorecardState.DRAFT
    side = side_of(session, person, scorecard)
    rows = criteria_rows(scorecard, side)
    answered = scorecard.answered_at is not None
    return ScorecardPage(
        scorecard=scorecard,
        form=None if scorecard.form is None else form_name(session, scorecard.form),
        indicators=indicator_rows(scorecard.figures, settings_of(session).small_group),
        plans=open_plans(session, scorecard.provider_id, person, today),
        criteria=rows,
        scale=scale_of(scorecard),
        side=side,
        hides=any(not row.own.shown or not row.referrers.shown for row in rows),
        missing=_missing(session, scorecard) if draft else Missing(False, False, []),
        days_left=(scorecard.answer_by - today).days + 1 if draft and not answered else None,
        preliminary=scorecard.last_day >= day_in_helsinki(scorecard.drawn_up_at),
        may_assess=draft and _may_assess(session, person, scorecard),
        may_answer=draft
        and not answered
        and may(person, "answer_scorecard", scorecard.provider_id),
        may_settle=draft and may(person, "settle_scorecard", scorecard.buyer_id),
        may_plan=not draft
        and may(person, "draw_up_plan", scorecard.buyer_id, scorecard.provider_id),
        settle_refusal=_settle_refusal(scorecard, today) if draft else None,
        document=None if draft else store.find(session, "scorecard", scorecard.id),
    )


def _missing(session: Session, scorecard: Scorecard) -> Missing:
    standing = [one for one in scorecard.assessments if one.replaced_at is None]
    referring = [one.person for one in standing if one.view == View.REFERRERS]
    return Missing(
        provider=not any(one.view == View.OWN for one in standing),
        buyer=not any(
            person.holds({Role.PROCUREMENT_OFFICER}, scorecard.buyer_id) for person in referring
        ),
        offices=[
            dict(office.name)
            for office in referring_offices(session, scorecard.provider_id)
            if not any(person.holds({Role.COURSE_SPONSOR}, office.id) for person in referring)
        ],
    )


def _may_assess(session: Session, person: Person, scorecard: Scorecard) -> bool:
    try:
        view_of(session, person, scorecard)
    except RuleBroken:
        return False
    return may(person, "assess_provider")


def _settle_refusal(scorecard: Scorecard, today: date) -> str | None:
    try:
        require_settleable(
            {one.view for one in scorecard.assessments if one.replaced_at is None},
            answered=scorecard.answered_at is not None,
            answer_by=scorecard.answer_by,
            today=today,
        )
    except RuleBroken as broken:
        return broken.rule
    return None


@dataclass(frozen=True)
class AssessPage:
    """What is assessed, by which scale, and what the reader has given so far, by criterion."""

    scorecard: Scorecard
    criteria: list[Criterion]
    scale: Scale
    indicators: list[IndicatorRow]
    mine: dict[str, ScorecardAssessment]
    possible: bool


def assess_page(session: Session, scorecard_id: UUID, person: Person) -> AssessPage:
    """The page on which a reader assesses. Raises NotFound."""
    scorecard = scorecard_of(session, scorecard_id, person)
    side = side_of(session, person, scorecard)
    return AssessPage(
        scorecard=scorecard,
        criteria=[one.criterion for one in set_of(scorecard).criteria],
        scale=scale_of(scorecard),
        indicators=indicator_rows(scorecard.figures, settings_of(session).small_group),
        mine={
            one.criterion: one
            for one in scorecard.assessments
            if one.replaced_at is None and one.person_id == person.id and one.view == side
        },
        possible=scorecard.state == ScorecardState.DRAFT
        and _may_assess(session, person, scorecard),
    )


def document_of(
    session: Session, scorecard_id: UUID, person: Person
) -> tuple[Scorecard, StoredDocument]:
    """The PDF of a scorecard that stands. Raises NotFound, also while it is being made."""
    scorecard = scorecard_of(session, scorecard_id, person)
    stored = store.find(session, "scorecard", scorecard.id)
    if stored is None:
        raise NotFound
    return scorecard, stored
