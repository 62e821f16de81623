"""What the document of a scorecard that stands says, as plain values."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.documents.store import Builder
from portal.organisations.models import Organisation
from portal.scorecards.models import Scorecard
from portal.scorecards.queries import (
    CriterionRow,
    IndicatorRow,
    Side,
    criteria_rows,
    indicator_rows,
)
from portal.scorecards.usecases import set_of
from portal.shared.clock import day_in_helsinki
from portal.training_forms.queries import form_name


def scorecard_context(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """The figures, both views of each criterion with the gap, and the provider's answer."""
    card = session.get_one(Scorecard, subject)
    assert card.settled_at is not None
    assert card.settled_by is not None
    least = settings_of(session).small_group
    answer = None
    if card.answered_at is not None and card.answered_by is not None:
        answer = {"text": card.answer, "by": card.answered_by.name, "at": card.answered_at}
    return {
        "made_at": card.settled_at,
        "buyer": _party(card.buyer),
        "provider": _party(card.provider),
        "scorecard": {
            "n": card.n,
            "first_day": card.first_day,
            "last_day": card.last_day,
            "form": None if card.form is None else dict(form_name(session, card.form)),
            "drawn_up_at": card.drawn_up_at,
            "drawn_up_by": card.drawn_up_by.name,
            "answer_by": card.answer_by,
            "settled_at": card.settled_at,
            "settled_by": card.settled_by.name,
            "preliminary": card.last_day >= day_in_helsinki(card.drawn_up_at),
            "criteria_set": dict(set_of(card).title),
        },
        "indicators": [_indicator(row) for row in indicator_rows(card.figures, least)],
        "criteria": [_criterion(row) for row in criteria_rows(card, None)],
        "answer": answer,
    }


def _party(organisation: Organisation) -> dict[str, Any]:
    return {"name": dict(organisation.name), "business_id": organisation.business_id}


def _indicator(row: IndicatorRow) -> dict[str, Any]:
    return {
        "title": dict(row.title),
        "unit": str(row.unit),
        "value": row.value,
        "places": row.places,
        "withheld": row.withheld,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "band": None if row.band is None else str(row.band),
    }


def _criterion(row: CriterionRow) -> dict[str, Any]:
    return {
        "title": dict(row.criterion.title),
        "own": _side(row.own),
        "referrers": _side(row.referrers),
        "gap": row.gap,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "given": [
            {
                "person": one.person,
                "organisation": None if one.organisation is None else dict(one.organisation),
                "points": one.points,
                "name": dict(one.name),
                "reason": one.reason,
                "indicator": None if one.indicator is None else dict(one.indicator),
                "evidence": one.evidence,
            }
            for one in side.given
        ],
        "mean": side.mean,
        "least": None if side.spread is None else side.spread.least,
        "most": None if side.spread is None else side.spread.most,
        "band": str(side.band),
    }


DOCUMENTS: dict[str, Builder] = {"scorecard": scorecard_context}
