"""Scorecards and plans, put straight into the database or made by the verbs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.organisations.models import Organisation
from portal.scorecards.models import Scorecard
from portal.scorecards.plans.models import ImprovementPlan, ImprovementStep
from portal.scorecards.plans.rules import Side
from portal.scorecards.plans.usecases import add_improvement, draw_up_plan
from tests.cast import Cast

AT = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
DUE = date(2026, 9, 30)


def standing(
    session: Session,
    cast: Cast,
    *,
    n: int = 1,
    state: str = "settled",
    provider: Organisation | None = None,
    buyer: Organisation | None = None,
    first_day: date = date(2026, 1, 1),
    last_day: date = date(2026, 6, 30),
    figures: dict[str, Any] | None = None,
    form: str | None = None,
) -> Scorecard:
    """A scorecard of the river, settled unless told otherwise."""
    scorecard = Scorecard(
        provider_id=(provider or cast.river).id,
        buyer_id=(buyer or cast.buyer).id,
        n=n,
        form=form,
        first_day=first_day,
        last_day=last_day,
        criteria_set="follow_up@1",
        figures=figures or {},
        state=state,
        drawn_up_by_id=cast.olli.id,
        drawn_up_at=AT,
        answer_by=date(2026, 8, 1),
    )
    session.add(scorecard)
    session.flush()
    return scorecard


def planned(session: Session, cast: Cast, origin: Scorecard | Contract) -> ImprovementPlan:
    """A plan by the officer."""
    return draw_up_plan(session, origin=origin, aim="Vähemmän keskeytyksiä", by=cast.olli, at=AT)


def step_in(session: Session, cast: Cast, plan: ImprovementPlan, **values: Any) -> ImprovementStep:
    """A step that the provider's trainer takes care of."""
    given: dict[str, Any] = {
        "what": "Käynnit kahdesti kuussa",
        "side": Side.PROVIDER,
        "responsible": cast.tuula,
        "due": DUE,
        "about": "indicator:interrupted_share",
        "by": cast.olli,
        "at": AT,
        **values,
    }
    return add_improvement(session, plan=plan, **given)
