"""What the pictures show of counts, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from portal.enrolments.rules import EnrolmentState, Status
from portal.feedback.rules import Giver
from portal.pictures.rules import (
    Due,
    Feedback,
    Followed,
    Quarter,
    flow_of,
    in_order_of_days,
    last_quarters,
    marks_of,
)

KEY = UUID(int=1)


def test_everybody_referred_is_in_exactly_one_place_of_the_flow() -> None:
    states = {state.value: n for n, state in enumerate(EnrolmentState, 1)}
    flow = flow_of(states, {}, 3, least=5)
    started = sum(count or 0 for count in flow.ways.values())
    assert flow.started == started
    assert flow.referred == flow.undecided + flow.rejected + flow.started
    assert flow.referred == sum(states.values()) - states["transferred"]


def test_the_started_are_broken_down_from_the_least_group_on() -> None:
    assert flow_of({"started": 3, "interrupted": 1}, {}, 3, least=5).withheld
    flow = flow_of({"started": 4, "interrupted": 1}, {}, 3, least=5)
    assert flow.ways[EnrolmentState.INTERRUPTED] == 1
    assert not flow.withheld


def test_an_outcome_of_few_takes_the_next_smallest_with_it() -> None:
    statuses = {Status.OPEN_MARKET: 9, Status.UNEMPLOYED: 6, Status.OUTSIDE: 2}
    flow = flow_of({"completed": 17}, {str(key): n for key, n in statuses.items()}, 3, least=5)
    assert flow.followed == 17
    assert flow.outcomes == {
        Followed.OPEN_MARKET: 9,
        Followed.OTHER_WORK: 0,
        Followed.UNEMPLOYED: None,
        Followed.OUTSIDE: None,
        Followed.UNKNOWN: 0,
    }


@pytest.mark.parametrize(
    ("status", "group"),
    [
        ("long_term_unemployed", Followed.UNEMPLOYED),
        ("in_education", Followed.OUTSIDE),
        ("other_work", Followed.OTHER_WORK),
        (None, Followed.UNKNOWN),
    ],
)
def test_every_status_has_its_group(status: str | None, group: Followed) -> None:
    assert flow_of({"completed": 7}, {status: 7}, 3, least=5).outcomes[group] == 7


def test_no_status_is_left_out_of_the_groups() -> None:
    flow = flow_of({"completed": 60}, {status.value: 10 for status in Status}, 3, least=5)
    assert sum(count or 0 for count in flow.outcomes.values()) == 60


def test_the_last_quarters_end_with_that_of_today() -> None:
    quarters = last_quarters(date(2026, 1, 1), 3)
    assert quarters == [Quarter(2025, 3), Quarter(2025, 4), Quarter(2026, 1)]
    assert [one.first_day for one in quarters] == [
        date(2025, 7, 1),
        date(2025, 10, 1),
        date(2026, 1, 1),
    ]
    assert last_quarters(date(2026, 12, 31), 1) == [Quarter(2026, 4)]


def test_a_mean_of_few_answers_is_withheld_and_of_none_there_is_none() -> None:
    assert marks_of(5, 21, least=5).mean == Decimal("4.2")
    assert marks_of(4, 16, least=5).withheld
    assert not marks_of(0, 0, least=5).withheld
    feedback = Feedback([Quarter(2026, 1)], {Giver.PARTICIPANT: [marks_of(4, 16, 5)]}, 5)
    assert feedback.shown
    assert not feedback.drawn


def test_days_come_in_their_order_and_no_more_than_asked_for() -> None:
    days = [Due(date(2026, 1, n), "offers_due", "x", "procurement.show", KEY) for n in (9, 3, 5)]
    assert [one.day.day for one in in_order_of_days(days, 2)] == [3, 5]
    assert days[1].is_late(date(2026, 1, 4))
    assert not days[1].is_late(date(2026, 1, 3))
    assert not days[0].is_near(date(2025, 10, 1))
