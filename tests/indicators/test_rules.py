"""Indicators without a database: each computed twice, the second time by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.criteria.bank import bank
from portal.criteria.rules import Unit
from portal.enrolments.rules import EnrolmentState, Status
from portal.indicators.rules import (
    MEASURES,
    NUMBERS,
    OF_CASE_FILES,
    Answer,
    CalledOff,
    Participation,
    Period,
    Proposed,
    Records,
    Reviewed,
    Visited,
    by_contract,
    figure_of,
    interval_of,
    is_preliminary,
    mirror,
    of_form,
    rows_of,
    too_small,
    wilson,
)
from portal.indicators.rules.figures import Figure
from portal.indicators.words import POPULATIONS
from portal.shared.clock import months_later

HERE, THERE = UUID(int=1), UUID(int=2)
SHARES = {one.key for one in bank().indicators if one.unit is Unit.SHARE}
DAY = date(2026, 1, 1)

days = st.integers(0, 500).map(lambda n: DAY + timedelta(days=n))
keys = st.uuids(version=4)
contracts = st.sampled_from([HERE, THERE])
forms = st.sampled_from(["unit_toppis", "cohort"])
statuses = st.sampled_from([str(one) for one in Status])


@st.composite
def participations(draw: Callable[..., Any]) -> Participation:
    """Somebody somewhere on the way, with an end after the start where there is one."""
    state = draw(st.sampled_from(list(EnrolmentState)))
    going = state in ("started", "completed", "left_early", "interrupted", "transferred")
    started: date | None = draw(days) if going else None
    ended: date | None = None
    if started is not None and state in ("completed", "left_early", "interrupted"):
        ended = started + timedelta(days=draw(st.integers(0, 300)))
    guided = draw(st.none() | st.frozensets(st.sampled_from(["offered", "accepted", "used"])))
    return Participation(
        id=draw(keys),
        training_id=UUID(int=9),
        contract_id=draw(contracts),
        state=state,
        status_at_start=draw(statuses),
        sex="woman",
        birth_year=1990,
        education="basic",
        started_on=started,
        ended_on=ended,
        status_at_end=draw(statuses) if ended else None,
        units=draw(st.integers(0, 4)) if ended else 0,
        qualifications=draw(st.integers(0, 1)) if ended else 0,
        followed=draw(st.dictionaries(st.sampled_from([3, 6, 12]), statuses)) if ended else {},
        form=draw(forms),
        decided_on=draw(st.none() | days),
        guided=guided,
        in_target=draw(st.none() | st.booleans()),
    )


def many(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=8, unique_by=lambda it: it.id).map(tuple)


call_offs = st.builds(
    CalledOff,
    id=keys,
    contract_id=contracts,
    state=st.sampled_from(["reserved", "confirmed", "declined", "cancelled"]),
    called_on=days,
    start_by=days,
    starts=st.none() | days,
    form=forms,
)
everything = st.builds(
    Records,
    participations=many(participations()),
    call_offs=many(call_offs),
    practices=many(
        st.builds(
            Reviewed,
            id=keys,
            contract_id=contracts,
            status=st.sampled_from(["kept", "partly", "not_kept", "open"]),
            reviewed_on=st.none() | days,
        )
    ),
    answers=many(
        st.builds(
            Answer,
            id=keys,
            training_id=keys,
            contract_id=contracts,
            giver=st.sampled_from(["participant", "employer", "sponsor"]),
            points=st.integers(1, 5),
            given_on=days,
            form=forms,
        )
    ),
    visits=many(
        st.builds(
            Visited, id=keys, training_id=keys, contract_id=contracts, made_on=days, form=forms
        )
    ),
    proposals=many(
        st.builds(
            Proposed,
            id=keys,
            training_id=keys,
            contract_id=contracts,
            made_on=days,
            answered_on=st.none() | days,
            form=forms,
        )
    ),
)
periods = st.builds(Period, first=st.none() | days, last=st.none() | days)


def by_hand(records: Records, period: Period) -> dict[str, tuple[int, int]]:
    """Every indicator counted anew: plain loops, and none of the functions that are tested."""

    def holds(day: date | None) -> bool:
        return (
            day is not None
            and (period.first is None or period.first <= day)
            and (period.last is None or day <= period.last)
        )

    people = records.participations
    ended = [
        one
        for one in people
        if one.started_on
        and holds(one.ended_on)
        and one.state.value in ("completed", "left_early", "interrupted")
    ]
    found: dict[str, tuple[int, int]] = {}
    n = len(ended)
    found["open_market_share"] = (sum(o.status_at_end == "open_market" for o in ended), n)
    found["education_share"] = (sum(o.status_at_end == "in_education" for o in ended), n)
    broken_off = sum(o.state.value == "interrupted" for o in ended)
    found["interrupted_share"] = (broken_off, n)
    found["completed_share"] = (n - broken_off, n)
    found["left_early_share"] = (sum(o.state.value == "left_early" for o in ended), n)
    for months in (3, 6, 12):
        over = [
            o
            for o in ended
            if o.ended_on and (not period.last or months_later(o.ended_on, months) <= period.last)
        ]
        known = sum(months in o.followed for o in over)
        found[f"known_at_{months}_months_share"] = (known, len(over))
        if months == 3:
            there = sum(o.followed.get(3) == "open_market" for o in over)
            found["open_market_at_3_months_share"] = (there, len(over))
    found["units_completed"] = (sum(o.units for o in ended), min(n, 1))
    found["qualifications"] = (sum(o.qualifications for o in ended), min(n, 1))
    found["units_per_completed"] = (
        sum(o.units for o in ended if o.state.value != "interrupted"),
        n - broken_off,
    )
    named = [
        o
        for o in people
        if o.in_target is not None and holds(o.started_on) and o.state.value != "transferred"
    ]
    found["target_group_reached_share"] = (sum(bool(o.in_target) for o in named), len(named))
    called = [o for o in records.call_offs if holds(o.called_on)]
    settled = [o for o in called if o.state in ("confirmed", "declined")]
    confirmed = [o for o in settled if o.state == "confirmed" and o.starts is not None]
    in_time = sum(o.starts <= o.start_by for o in confirmed if o.starts)
    found["start_within_limit_share"] = (in_time, len(settled))
    waited = sum((o.starts - o.called_on).days for o in confirmed if o.starts)
    found["days_to_start"] = (waited, len(confirmed))
    reviewed = [o for o in records.practices if holds(o.reviewed_on)]
    found["practices_kept_share"] = (sum(o.status == "kept" for o in reviewed), len(reviewed))
    for giver, mean, number in (
        ("participant", "feedback_mean", "feedback_answers"),
        ("employer", "employer_feedback_mean", "employer_answers"),
    ):
        given_points = [o.points for o in records.answers if o.giver == giver and holds(o.given_on)]
        found[mean] = (sum(given_points), len(given_points))
        found[number] = (len(given_points), min(len(given_points), 1))
    proposals = [o for o in records.proposals if holds(o.made_on)]
    answered = sum(o.answered_on is not None for o in proposals)
    found["proposals_answered_share"] = (answered, len(proposals))
    there_then = [
        o
        for o in people
        if o.started_on
        and o.state.value != "transferred"
        and not (period.last and o.started_on > period.last)
        and not (period.first and o.ended_on and o.ended_on < period.first)
    ]
    visits = sum(holds(o.made_on) for o in records.visits)
    found["visits_per_participant"] = (visits, len(there_then))
    guided = [o for o in ended if o.guided is not None]
    for state in ("offered", "accepted", "used"):
        had = sum(state in (o.guided or ()) for o in guided)
        found[f"after_guidance_{state}_share"] = (had, len(guided))
    return found


@settings(max_examples=60, deadline=None)
@given(everything, periods)
def test_indicators_computed_two_ways_agree(records: Records, period: Period) -> None:
    computed = {}
    for key in MEASURES:
        figure = figure_of(key, rows_of(key, records, period))
        computed[key] = (figure.numerator, figure.denominator)
    assert computed == by_hand(records, period)


@settings(max_examples=40, deadline=None)
@given(everything, periods)
def test_a_share_is_its_rows_counted_and_lies_between_nought_and_one(
    records: Records, period: Period
) -> None:
    for key in MEASURES:
        rows = rows_of(key, records, period)
        figure = figure_of(key, rows)
        assert len({(row.kind, row.id) for row in rows}) == len(rows), "a row counts once"
        assert figure.cases == sum(row.below for row in rows)
        if not figure.cases:
            assert figure.value is None
        elif key in SHARES:
            assert figure.value == Fraction(sum(row.above == 1 for row in rows), len(rows))
            assert 0 <= figure.value <= 1
            low, high = wilson(figure.numerator, figure.denominator)
            assert 0 <= low <= round(figure.value, 4) <= high <= 1


@settings(max_examples=30, deadline=None)
@given(everything, periods, st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_division_of_the_records_matters(
    records: Records, period: Period, chance: Any
) -> None:
    mixed = Records(
        **{
            part.name: tuple(chance.sample(ones, len(ones)))
            for part in fields(records)
            for ones in [getattr(records, part.name)]
        }
    )
    parts = by_contract(records)
    for key in MEASURES:
        whole = rows_of(key, records, period)
        figure = figure_of(key, whole)
        assert figure_of(key, rows_of(key, mixed, period)) == figure
        each = [row for part in parts.values() for row in rows_of(key, part, period)]
        assert figure_of(key, each) == figure
        assert {row.id for row in each} == {row.id for row in whole}
        if key not in NUMBERS:
            sums = [figure_of(key, rows_of(key, part, period)) for part in parts.values()]
            assert sum(one.numerator for one in sums) == figure.numerator
            assert sum(one.denominator for one in sums) == figure.denominator
    for form in ("unit_toppis", "cohort"):
        assert all(one.form == form for one in of_form(records, form).participations)


@settings(max_examples=60, deadline=None)
@given(everything, periods, st.integers(2, 6))
def test_the_mirror_breaks_no_small_group_down_and_gives_none_away(
    records: Records, period: Period, least: int
) -> None:
    reflected = mirror(records, period, least)
    whole = figure_of("completed_share", rows_of("completed_share", records, period))
    shown = [row for row in reflected.rows if row.ended]
    assert all(row.ended >= least for row in shown if row.ended)
    left_out = whole.denominator - sum(row.ended or 0 for row in shown)
    assert left_out == 0 or left_out >= least or not shown
    assert left_out == 0 or len(reflected.withheld_ended) >= 2 or not shown
    if not reflected.withheld:
        assert sum(row.completed or 0 for row in reflected.rows) == whole.numerator


def test_withholding_takes_the_next_smallest_group_along() -> None:
    a, b, c = Status.UNEMPLOYED, Status.OUTSIDE, Status.IN_EDUCATION
    assert too_small({a: 9, b: 3, c: 7}, 5) == {b, c}
    assert too_small({a: 9, b: 3, c: 2}, 5) == {b, c}
    assert too_small({a: 9, b: 1, c: 2}, 5) == {a, b, c}
    assert too_small({a: 9, b: 0, c: 7}, 5) == frozenset()
    assert too_small({a: 3}, 5) == {a}


def test_every_function_has_its_definition_and_every_population_its_words() -> None:
    definitions = {one.key: one for one in bank().indicators}
    assert set(definitions) == set(MEASURES)
    assert set(OF_CASE_FILES) < set(MEASURES)
    assert {one.key for one in bank().indicators if one.unit is Unit.NUMBER} == NUMBERS
    assert {one.population for one in bank().indicators} == set(POPULATIONS)


def test_no_data_is_no_value() -> None:
    for key in MEASURES:
        figure = figure_of(key, rows_of(key, Records(), Period()))
        assert (figure.value, figure.cases) == (None, 0)


def test_the_interval_is_that_of_the_textbooks_and_only_where_cases_are_few() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I.
    assert wilson(15, 148) == (Decimal("0.0624"), Decimal("0.1605"))
    assert wilson(1, 29) == (Decimal("0.0061"), Decimal("0.1718"))
    assert wilson(0, 20) == (Decimal(0), Decimal("0.1611"))
    assert wilson(29, 29) == (Decimal("0.8830"), Decimal(1))
    share = "open_market_share"
    assert interval_of(Figure(share, 1, 29), 30, SHARES) == wilson(1, 29, 3)
    assert interval_of(Figure(share, 1, 30), 30, SHARES) is None
    assert interval_of(Figure(share, 0, 0), 30, SHARES) is None
    assert interval_of(Figure("feedback_mean", 9, 3), 30, SHARES) is None
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


def _somebody(**values: Any) -> Participation:
    somebody = Participation(
        UUID(int=5),
        UUID(int=9),
        HERE,
        EnrolmentState.COMPLETED,
        "unemployed",
        "woman",
        1990,
        "basic",
        started_on=DAY,
        ended_on=date(2026, 3, 31),
        status_at_end="open_market",
    )
    return replace(somebody, **values)


def test_a_figure_is_preliminary_until_nothing_can_move_it_by_itself() -> None:
    period = Period(DAY, date(2026, 6, 30))
    records = Records(
        (_somebody(guided=frozenset(), guidance_until=date(2026, 9, 30)),),
        (CalledOff(UUID(int=6), HERE, "reserved", DAY, DAY),),
    )

    def preliminary(key: str, today: date, during: Period = period) -> bool:
        return is_preliminary(key, records, during, today)

    assert preliminary("open_market_share", date(2026, 6, 30))
    assert not preliminary("open_market_share", date(2026, 7, 1))
    assert preliminary("open_market_share", date(2026, 7, 1), Period(DAY, None))
    # Three months after 31 March are over with 30 June, six with 30 September.
    assert not preliminary("known_at_3_months_share", date(2026, 7, 1))
    assert preliminary("known_at_6_months_share", date(2026, 9, 30))
    assert not preliminary("known_at_6_months_share", date(2026, 10, 1))
    assert preliminary("after_guidance_used_share", date(2026, 9, 30))
    assert not preliminary("after_guidance_used_share", date(2026, 10, 1))
    assert preliminary("days_to_start", date(2027, 1, 1)), "a call-off waits for the provider"
