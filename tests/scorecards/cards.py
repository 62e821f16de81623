"""A provider with results, and a scorecard drawn up of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.scorecards import usecases
from portal.scorecards.models import Scorecard
from portal.scorecards.rules import Given
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.underway import contract_in_force, enrolled, training_of

DRAWN = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 9, 30)
ANSWER_BY = date(2026, 10, 15)
OVER = DRAWN + timedelta(days=15)
"""The first day on which it can stand without an answer."""
TWO = {"needs_mapping": Given(2, "Suunnitelmat on tehty")}


def put_results(database: Database, cast: Cast) -> None:
    """Two trainings of different forms: of three who ended, one at work and one interrupted."""
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        first = training_of(session, cast, contract)
        done: dict[str, Any] = {"state": "completed", "ended_on": date(2026, 6, 1)}
        away = {**done, "state": "interrupted"}
        enrolled(session, first, "a", status_at_end="open_market", **done)
        enrolled(session, first, "b", status_at_end="outside", **away)
        enrolled(session, first, "c")
        second = training_of(session, cast, contract, form="cohort")
        enrolled(session, second, "d", status_at_end="unemployed", **done)


def draw_up(database: Database, cast: Cast, **how: Any) -> UUID:
    """A scorecard of the provider by the buyer's officer, unless told otherwise."""
    by: Person = how.pop("by", cast.olli)
    provider: Organisation = how.pop("provider", cast.river)
    with unit_of_work(database) as session:
        drawn = usecases.draw_up_scorecard(
            session,
            provider=session.get_one(Organisation, provider.id),
            **{"first_day": FIRST, "last_day": LAST, "at": DRAWN, **how},
            by=session.get_one(Person, by.id),
        )
        return drawn.id


def act(
    database: Database, verb: str, card: UUID, by: Person, at: datetime = DRAWN, **how: Any
) -> None:
    """One verb on a scorecard in a transaction of its own."""
    with unit_of_work(database) as session:
        getattr(usecases, verb)(
            session,
            scorecard=session.get_one(Scorecard, card),
            by=session.get_one(Person, by.id),
            at=at,
            **how,
        )


def assess_both(database: Database, cast: Cast, card: UUID) -> None:
    """Both views: the provider's own is a point higher."""
    higher = {"needs_mapping": Given(3, "Jokaisella on suunnitelma", "/meetings/x")}
    act(database, "assess_provider", card, cast.roope, points=higher)
    act(database, "assess_provider", card, cast.kaisa, points=TWO)
