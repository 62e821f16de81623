"""The drafts on which somebody has to act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.organisations.models import Person
from portal.permissions import Role
from portal.scorecards.access import (
    scorecards_seen_by,
)
from portal.scorecards.models import Scorecard
from portal.scorecards.rules import (
    ScorecardState,
    View,
)

Names = Mapping[str, str]


@dataclass(frozen=True)
class CardWaiting:
    """A draft on which somebody has to act: ``what`` is to_answer, to_assess or to_settle."""

    what: str
    id: UUID
    provider: Names
    first_day: date
    last_day: date
    by: date | None


def scorecards_waiting(session: Session, person: Person, today: date) -> list[CardWaiting]:
    """The drafts that this reader has to assess, to answer or to let stand."""
    providers = {one.id for one in person.organisations_as(Role.REPRESENTATIVE)}
    buyers = {one.id for one in person.organisations_as(Role.PROCUREMENT_OFFICER)}
    offices = person.organisations_as(Role.COURSE_SPONSOR)
    if not providers and not buyers and not offices:
        return []
    drafts = session.scalars(
        select(Scorecard).where(Scorecard.state == ScorecardState.DRAFT, scorecards_seen_by(person))
    )
    found = []
    for one in drafts:
        own, bought = one.provider_id in providers, one.buyer_id in buyers
        given = [row for row in one.assessments if row.replaced_at is None]
        views = {row.view for row in given}
        answered = one.answered_at is not None
        waits: list[tuple[str, date | None]] = []
        if own and not answered:
            waits.append(("to_answer", one.answer_by))
        # One assessment speaks for the provider, and one for the buyer where no office has given
        # any; each course sponsor sees the service from their own place.
        mine = any(row.person_id == person.id for row in given)
        if (
            (own and View.OWN not in views)
            or (bought and View.REFERRERS not in views)
            or (offices and not own and not bought and not mine)
        ):
            waits.append(("to_assess", one.answer_by))
        if bought and set(View) <= views and (answered or one.answer_by < today):
            waits.append(("to_settle", None))
        for what, by in waits:
            names = dict(one.provider.name)
            found.append(CardWaiting(what, one.id, names, one.first_day, one.last_day, by))
    return found
