"""The indicator table's arithmetic, against a recount that knows nothing of it."""

from __future__ import annotations

import time
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.enrolments.rules import Education, EnrolmentState, Sex, Status
from portal.indicators.rules import Participation, Period
from portal.reports.programme.rules import (
    FIGURES,
    GROUPS,
    OF_GROUPS,
    RESULTS,
    Background,
    counted_in,
    may_open,
    reported_in,
    require_ordered,
    tallied,
)
from portal.shared.errors import RuleBroken

TRAINING, CONTRACT = UUID(int=1), UUID(int=2)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
STATUSES = st.sampled_from([status.value for status in Status])
PEOPLE = st.builds(
    Participation,
    id=st.uuids(),
    training_id=st.just(TRAINING),
    contract_id=st.just(CONTRACT),
    state=st.sampled_from(EnrolmentState),
    status_at_start=STATUSES,
    sex=st.sampled_from([sex.value for sex in Sex]),
    birth_year=st.integers(1955, 2012),
    education=st.sampled_from([level.value for level in Education]),
    started_on=st.none() | DAYS,
    ended_on=st.none() | DAYS,
    status_at_end=st.none() | STATUSES,
    units=st.integers(0, 9),
    qualifications=st.integers(0, 2),
)
REPORTS = st.builds(
    Background,
    training_id=st.uuids(),
    starts=DAYS,
    **{name: st.integers(0, 9) for name in GROUPS},
)
PERIODS = st.builds(Period, st.none() | DAYS, st.none() | DAYS)


def within(period: Period, day: date | None) -> bool:
    if period == Period():
        return True
    if day is None:
        return False
    return (period.first or date.min) <= day <= (period.last or date.max)


def recount(
    people: list[Participation], reports: list[Background], period: Period
) -> dict[str, int]:
    """By hand: each figure from a list of its own."""
    here = [one for one in people if one.started_on and one.state != "transferred"]
    started = [one for one in here if within(period, one.started_on)]
    ended = [one for one in here if within(period, one.ended_on)]
    completed = [one for one in ended if one.state in ("completed", "left_early")]
    found = {
        "interrupted": len([one for one in ended if one.state == "interrupted"]),
        "units": sum(one.units for one in ended),
        "qualifications": sum(one.qualifications for one in ended),
    }
    for part, group in (("started", started), ("completed", completed)):
        statuses = [
            one.status_at_start if part == "started" else one.status_at_end for one in group
        ]
        found[f"{part}.total"] = len(group)
        found[f"{part}.women"] = len([one for one in group if one.sex == "woman"])
        for status in ("open_market", "other_work", "long_term_unemployed", "in_education"):
            found[f"{part}.{status}"] = statuses.count(status)
        found[f"{part}.unemployed"] = statuses.count("unemployed") + statuses.count(
            "long_term_unemployed"
        )
        found[f"{part}.outside"] = statuses.count("outside") + statuses.count("in_education")
    ages = [one.started_on.year - one.birth_year for one in started if one.started_on]
    found["started.age_15_24"] = len([age for age in ages if 15 <= age <= 24])
    found["started.age_55_64"] = len([age for age in ages if 55 <= age <= 64])
    for level in ("basic", "upper_secondary", "post_secondary", "higher"):
        found[f"started.{level}"] = len([one for one in started if one.education == level])
    for name in GROUPS:
        found[f"started.{name}"] = sum(
            getattr(one, name) for one in reports if within(period, one.starts)
        )
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(PEOPLE, max_size=12), st.lists(REPORTS, max_size=4), PERIODS)
def test_the_table_is_what_a_recount_by_hand_gives(
    people: list[Participation], reports: list[Background], period: Period
) -> None:
    table = tallied(people, reports, period)
    assert {key: table[key] for key in FIGURES} == recount(people, reports, period)
    for part in ("started", "completed"):
        sure = sum(table[f"{part}.{name}"] for name in ("open_market", "other_work", "unemployed"))
        unknown = table[f"{part}.total"] - sure - table[f"{part}.outside"]
        assert unknown >= 0
        assert unknown == 0 or part == "completed"
        assert table[f"{part}.unemployed"] >= table[f"{part}.long_term_unemployed"]
        assert table[f"{part}.outside"] >= table[f"{part}.in_education"]
        assert table[f"{part}.total"] >= table[f"{part}.women"]


@settings(max_examples=50, deadline=None)
@given(st.lists(PEOPLE, max_size=12), st.lists(REPORTS, max_size=4), PERIODS)
def test_every_figure_equals_its_rows(
    people: list[Participation], reports: list[Background], period: Period
) -> None:
    table = tallied(people, reports, period)
    for key in FIGURES:
        rows = [dict(counted_in(one, period)).get(key, 0) for one in people]
        rows += [dict(reported_in(one, period)).get(key, 0) for one in reports]
        assert table[key] == sum(rows)


def test_the_report_has_the_keys_of_the_format_and_results_stand_first() -> None:
    table = tallied([], [], Period())
    reported = table.as_reported()
    assert sorted(reported) == ["completed", "interrupted", "qualifications", "started", "units"]
    assert len(reported["started"]) == 18
    assert len(reported["completed"]) == 8
    assert FIGURES[0] == "completed.total"
    assert FIGURES[len(RESULTS)] == "started.total"


def test_twelve_thousand_people_are_counted_well_under_a_second() -> None:
    people = [
        Participation(
            id=uuid4(),
            training_id=TRAINING,
            contract_id=CONTRACT,
            state=EnrolmentState.COMPLETED,
            status_at_start=("long_term_unemployed", "outside", "unemployed")[n % 3],
            sex=("woman", "man")[n % 2],
            birth_year=1960 + n % 45,
            education="basic",
            started_on=date(2026, 3, 16),
            ended_on=date(2026, 6, 12),
            status_at_end=("open_market", "in_education")[n % 2],
            units=n % 4,
        )
        for n in range(12_000)
    ]
    began = time.process_time()
    table = tallied(people, [], Period())
    assert time.process_time() - began < 1
    assert (table["started.total"], table["started.unemployed"]) == (12_000, 8_000)
    assert (table["completed.open_market"], table["units"]) == (6_000, 18_000)


def test_few_are_opened_only_to_whoever_sees_them_by_name() -> None:
    assert may_open("started.women", 4, named=True, small_group=5)
    assert not may_open("started.women", 4, named=False, small_group=5)
    assert may_open("started.women", 5, named=False, small_group=5)
    assert not may_open("started.women", 0, named=True, small_group=5)
    for key in OF_GROUPS:
        assert not may_open(key, 4, named=True, small_group=5)


def test_a_period_does_not_end_before_it_begins() -> None:
    require_ordered(Period(date(2026, 1, 1), date(2026, 1, 1)))
    with pytest.raises(RuleBroken, match="days_disordered"):
        require_ordered(Period(date(2026, 1, 2), date(2026, 1, 1)))
