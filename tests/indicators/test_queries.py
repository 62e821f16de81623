"""The records as they are read: the same figures as the database counts, and target groups."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.contracts.models import Contract
from portal.database import Database
from portal.enrolments.models import Enrolment, FollowUp
from portal.enrolments.rules import Status
from portal.indicators.queries import records_of
from portal.indicators.rules import MEASURES, Period, figure_of, rows_of
from portal.indicators.usecases import name_target_group
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.indicators.conftest import TODAY, Ground
from tests.underway import contract_in_force, enrolled, training_of


def test_the_figures_are_those_that_the_database_counts(
    database: Database, cast: Cast, ground: Ground
) -> None:
    with unit_of_work(database) as session:
        # What another contract has led to is not counted along.
        other = training_of(session, cast, contract_in_force(session, cast))
        enrolled(session, other, "Muu", state="completed", ended_on=other.starts, units=9)
    with unit_of_work(database) as session:
        records = records_of(session, Contract.id == ground.contract)
        found = {
            key: (figure.numerator, figure.denominator)
            for key in MEASURES
            for figure in [figure_of(key, rows_of(key, records, Period()))]
        }

        def counted(*conditions: object) -> int:
            own = select(func.count()).where(Enrolment.training_id == ground.training, *conditions)  # type: ignore[arg-type]
            return session.scalar(own) or 0

        ended = counted(Enrolment.ended_on.is_not(None))
        assert found["open_market_share"] == (counted(Enrolment.status_at_end == "open_market"), 14)
        assert found["interrupted_share"] == (counted(Enrolment.state == "interrupted"), ended)
        known = session.scalar(select(func.count(FollowUp.enrolment_id.distinct())))
        assert found["known_at_3_months_share"] == (known, ended)
    assert found["open_market_at_3_months_share"] == (1, 14)
    assert found["known_at_6_months_share"] == (0, 14)
    assert found["units_completed"] == (12, 1)
    assert found["units_per_completed"] == (12, 12)
    assert found["days_to_start"] == (7, 1)
    assert (found["feedback_mean"], found["feedback_answers"]) == ((21, 5), (5, 1))
    assert found["proposals_answered_share"] == (1, 2)
    assert found["visits_per_participant"] == (2, 14)
    # One of the three offers was taken back.
    assert found["after_guidance_offered_share"] == (2, 14)
    assert found["after_guidance_used_share"] == (0, 14)
    assert found["target_group_reached_share"] == (0, 0)


def test_a_target_group_is_counted_by_the_starting_situations_named_last(
    database: Database, cast: Cast, ground: Ground
) -> None:
    def reached() -> tuple[int, int]:
        with unit_of_work(database) as session:
            records = records_of(session, Contract.id == ground.contract)
            rows = rows_of("target_group_reached_share", records, Period())
            figure = figure_of("target_group_reached_share", rows)
            return figure.numerator, figure.denominator

    def name(
        *statuses: Status, reason: str = "Pitkään työttömänä olleet", by: str = "olli"
    ) -> None:
        with unit_of_work(database) as session:
            name_target_group(
                session,
                contract=session.get_one(Contract, ground.contract),
                statuses=statuses,
                reason=reason,
                by=session.merge(getattr(cast, by)),
                at=TODAY,
            )

    assert reached() == (0, 0)
    name(Status.LONG_TERM_UNEMPLOYED)
    assert reached() == (6, 14)
    name(Status.LONG_TERM_UNEMPLOYED, Status.UNEMPLOYED)
    assert reached() == (12, 14)
    name()
    assert reached() == (0, 0)
    with pytest.raises(RuleBroken, match="reason_missing"):
        name(Status.OUTSIDE, reason=" ")
    for stranger in ("roope", "eva", "tarja"):
        with pytest.raises(RuleBroken, match="not_permitted"):
            name(Status.OUTSIDE, by=stranger)
