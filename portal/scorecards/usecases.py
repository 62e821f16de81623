"""Drawing up a scorecard, assessing the provider, answering, and letting it stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.criteria.bank import bank
from portal.criteria.rules import CriteriaSet, Use
from portal.documents import store
from portal.indicators.queries import records_of
from portal.indicators.rules import MEASURES, Period, figure_of, of_form, rows_of
from portal.jobs.mail import send_mail
from portal.organisations.models import Membership, Organisation, Person
from portal.organisations.queries import representatives_of
from portal.permissions import Role, require
from portal.scorecards.access import buyer_of, view_of
from portal.scorecards.models import Scorecard, ScorecardAssessment
from portal.scorecards.rules import (
    TRANSITIONS,
    Given,
    ScorecardState,
    last_day_to_answer,
    require_given,
    require_settleable,
)
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.transitions import status_after

FOLLOW_UP_SET = "follow_up"


def draw_up_scorecard(
    session: Session,
    *,
    provider: Organisation,
    first_day: date,
    last_day: date,
    form: str | None = None,
    by: Person,
    at: datetime,
) -> Scorecard:
    """A draft with the figures of the period, over all contracts of the provider; they are fixed.

    With ``form`` only what belongs to trainings of that form is counted. The provider's
    representatives are told. Raises ``not_permitted`` for an officer whose buyer has no contract
    with the provider while another has one, ``days_disordered``.
    """
    with acting(session, "draw_up_scorecard", chain=provider.id, by=by.id, at=at) as facts:
        require(by, "draw_up_scorecard")
        buyer = buyer_of(session, by, provider)
        if last_day < first_day:
            raise RuleBroken("days_disordered", field="last_day")
        period = Period(first_day, last_day)
        records = records_of(session, Contract.provider_id == provider.id)
        if form is not None:
            records = of_form(records, form)
        figures = [figure_of(key, rows_of(key, records, period)) for key in MEASURES]
        latest = select(func.max(Scorecard.n)).where(Scorecard.provider_id == provider.id)
        chosen = bank().criteria_set(FOLLOW_UP_SET)
        today = day_in_helsinki(at)
        scorecard = Scorecard(
            provider_id=provider.id,
            buyer_id=buyer.id,
            n=(session.scalar(latest) or 0) + 1,
            form=form,
            first_day=first_day,
            last_day=last_day,
            criteria_set=f"{chosen.key}@{chosen.version}",
            figures={one.key: [one.numerator, one.denominator] for one in figures},
            drawn_up_by_id=by.id,
            drawn_up_at=at,
            answer_by=last_day_to_answer(today, settings_of(session).scorecard_answer_days),
        )
        session.add(scorecard)
        session.flush()
        _write(
            session,
            "scorecard_drawn_up",
            representatives_of(session, [provider.id]),
            scorecard,
            at,
            answer_by=scorecard.answer_by.isoformat(),
        )
        facts.note(scorecard=scorecard.id, provider=provider.id, figures=scorecard.figures)
        return scorecard


def assess_provider(
    session: Session,
    *,
    scorecard: Scorecard,
    points: Mapping[str, Given],
    by: Person,
    at: datetime,
) -> None:
    """One person's points for criteria of the follow-up set, as the provider's own or referrers'.

    A later assessment replaces the same person's earlier one, criterion by criterion. Raises
    ``not_permitted``, ``wrong_state`` (it stands already), ``reason_missing``,
    ``points_off_scale``, ``evidence_unfit``.
    """
    with acting(session, "assess_provider", chain=scorecard.provider_id, by=by.id, at=at) as facts:
        require(by, "assess_provider")
        view = view_of(session, by, scorecard)
        if scorecard.state != ScorecardState.DRAFT:
            raise RuleBroken("wrong_state")
        criteria = {one.criterion.key: one.criterion for one in set_of(scorecard).criteria}
        tops = {key: one.scales[Use.FOLLOW_UP].top for key, one in criteria.items()}
        require_given(points, tops, scorecard.figures)
        for earlier in scorecard.assessments:
            mine = earlier.person_id == by.id and earlier.view == view
            if mine and earlier.replaced_at is None and earlier.criterion in points:
                earlier.replaced_at = at
        session.flush()
        for key, given in points.items():
            session.add(
                ScorecardAssessment(
                    scorecard_id=scorecard.id,
                    view=view,
                    criterion=key,
                    criterion_version=criteria[key].version,
                    points=given.points,
                    reason=given.reason.strip(),
                    evidence=given.evidence.strip(),
                    indicator=given.indicator,
                    person_id=by.id,
                    at=at,
                )
            )
        session.flush()
        session.expire(scorecard, ["assessments"])
        facts.note(
            scorecard=scorecard.id, view=view, points={k: g.points for k, g in points.items()}
        )


def answer_scorecard(
    session: Session, *, scorecard: Scorecard, text: str, by: Person, at: datetime
) -> None:
    """The provider's answer, which the scorecard carries from then on. The officer is told.

    Raises ``not_permitted``, ``wrong_state`` (it stands, or has been answered), ``text_missing``.
    """
    chain = scorecard.provider_id
    with acting(session, "answer_scorecard", chain=chain, by=by.id, at=at) as facts:
        require(by, "answer_scorecard", scorecard.provider_id)
        if scorecard.state != ScorecardState.DRAFT or scorecard.answered_at is not None:
            raise RuleBroken("wrong_state")
        if not text.strip():
            raise RuleBroken("text_missing", field="text")
        scorecard.answer, scorecard.answered_by_id, scorecard.answered_at = text.strip(), by.id, at
        _write(session, "scorecard_answered", _officers(session, scorecard), scorecard, at)
        facts.note(scorecard=scorecard.id)


def settle_scorecard(session: Session, *, scorecard: Scorecard, by: Person, at: datetime) -> None:
    """Let a scorecard stand: its PDF is made, and the provider's representatives are told.

    Raises ``not_permitted``, ``wrong_state``, ``assessments_missing``, ``answer_time_running``.
    """
    chain = scorecard.provider_id
    with acting(session, "settle_scorecard", chain=chain, by=by.id, at=at) as facts:
        require(by, "settle_scorecard", scorecard.buyer_id)
        state = status_after(TRANSITIONS, scorecard.state, "settle_scorecard")
        require_settleable(
            {one.view for one in scorecard.assessments if one.replaced_at is None},
            answered=scorecard.answered_at is not None,
            answer_by=scorecard.answer_by,
            today=day_in_helsinki(at),
        )
        scorecard.state = state
        scorecard.settled_by_id, scorecard.settled_at = by.id, at
        session.flush()
        store.request(
            session,
            "scorecard",
            subject=scorecard.id,
            # It is of no one procurement: the provider's own key seals it.
            owner=scorecard.provider_id,
            language=_language(session, scorecard),
            at=at,
        )
        readers = representatives_of(session, [scorecard.provider_id])
        _write(session, "scorecard_stands", readers, scorecard, at)
        facts.note(scorecard=scorecard.id)


def _language(session: Session, scorecard: Scorecard) -> str:
    """That of the latest contract between the two, else Finnish."""
    found = select(Contract.language).where(
        Contract.buyer_id == scorecard.buyer_id, Contract.provider_id == scorecard.provider_id
    )
    latest = session.scalar(found.order_by(Contract.concluded_at.desc(), Contract.id).limit(1))
    return latest or DEFAULT_LANGUAGE


def _officers(session: Session, scorecard: Scorecard) -> Iterable[Person]:
    return session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == scorecard.buyer_id,
            Membership.role == Role.PROCUREMENT_OFFICER,
            Person.closed_at.is_(None),
        )
        .order_by(Person.name, Person.id)
        .distinct()
    )


def _write(
    session: Session,
    letter: str,
    people: Iterable[Person],
    scorecard: Scorecard,
    at: datetime,
    **more: Any,
) -> None:
    for person in list(people):
        facts = {
            "provider": dict(session.get_one(Organisation, scorecard.provider_id).name),
            "first_day": scorecard.first_day.isoformat(),
            "last_day": scorecard.last_day.isoformat(),
            "path": f"/scorecards/{scorecard.id}",
            **more,
        }
        send_mail(session, to=person, letter=letter, facts=facts, at=at, about=scorecard.id)


def set_of(scorecard: Scorecard) -> CriteriaSet:
    """The follow-up set that a scorecard is assessed by."""
    return bank().set_named(scorecard.criteria_set)
