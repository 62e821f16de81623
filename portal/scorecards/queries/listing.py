"""The list of scorecards, and what one is drawn up from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.organisations.models import Organisation, Person
from portal.permissions import Role, may
from portal.scorecards.access import (
    buys_from,
    providers_bought_from,
    scorecards_seen_by,
)
from portal.scorecards.models import Scorecard
from portal.shared.errors import NotFound
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.training_forms.queries import form_name, forms_of

Names = Mapping[str, str]


@dataclass(frozen=True)
class Listed:
    """One scorecard of the list."""

    id: UUID
    provider: Names
    buyer: Names
    first_day: date
    last_day: date
    form: Names | None
    state: str
    answer_by: date
    answered_at: datetime | None


@dataclass(frozen=True)
class ScorecardList:
    """One page of the scorecards that a reader sees."""

    rows: list[Listed]
    paging: Paging
    may_draw_up: bool


def scorecards_page(session: Session, person: Person, n: int) -> ScorecardList:
    """By provider, and the latest period of each first."""
    mine = scorecards_seen_by(person)
    counted = select(func.count()).select_from(Scorecard).where(mine)
    pages = paging(session.scalar(counted) or 0, n)
    provider = select(Organisation.id, Organisation.name).subquery()
    found = session.scalars(
        select(Scorecard)
        .join(provider, provider.c.id == Scorecard.provider_id)
        .where(mine)
        .order_by(
            provider.c.name[DEFAULT_LANGUAGE].as_string(),
            Scorecard.provider_id,
            Scorecard.last_day.desc(),
            Scorecard.n.desc(),
        )
        .offset(pages.offset)
        .limit(ROWS_ON_A_PAGE)
    )
    rows = [
        Listed(
            id=one.id,
            provider=dict(one.provider.name),
            buyer=dict(one.buyer.name),
            first_day=one.first_day,
            last_day=one.last_day,
            form=None if one.form is None else form_name(session, one.form),
            state=one.state,
            answer_by=one.answer_by,
            answered_at=one.answered_at,
        )
        for one in found
    ]
    return ScorecardList(rows, pages, may(person, "draw_up_scorecard"))


@dataclass(frozen=True)
class DrawingUp:
    """What a scorecard is drawn up from; ``days`` is how long the provider may answer."""

    providers: list[tuple[UUID, Names]]
    forms: list[tuple[str, Names]]
    days: int


def drawing_up(session: Session, person: Person) -> DrawingUp:
    """The providers that the officer's buyer buys from, and the forms of training."""
    providers = [(one.id, dict(one.name)) for one in providers_bought_from(session, person)]
    return DrawingUp(
        providers=sorted(providers, key=lambda pair: (pair[1][DEFAULT_LANGUAGE], str(pair[0]))),
        forms=[(one.key, one.name) for one in forms_of(session).values()],
        days=settings_of(session).scorecard_answer_days,
    )


def provider_bought_from(session: Session, provider_id: UUID, person: Person) -> Organisation:
    """A provider that the officer's buyer buys from. Raises NotFound."""
    buyers = person.organisations_as(Role.PROCUREMENT_OFFICER)
    provider = session.get(Organisation, provider_id)
    if provider is None or not any(buys_from(session, one.id, provider.id) for one in buyers):
        raise NotFound
    return provider
