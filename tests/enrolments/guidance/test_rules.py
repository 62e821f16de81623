"""The limits of after-guidance, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.enrolments.guidance.rules import (
    Clause,
    Entry,
    GuidanceState,
    last_day,
    require_guidance,
    standing,
    used_hours,
)
from portal.shared.errors import RuleBroken

ENDED = date(2026, 6, 30)
TEN_HOURS = Clause(Decimal(10), 6)


def used(hours: str, day: date = ENDED) -> Entry:
    return Entry(day, GuidanceState.USED, Decimal(hours))


def broken(
    entry: Entry,
    *before: Entry,
    clause: Clause | None = TEN_HOURS,
    state: str = "completed",
    ended_on: date | None = ENDED,
) -> str:
    with pytest.raises(RuleBroken) as refused:
        require_guidance(clause, state, ended_on, before, entry)
    return refused.value.rule


def test_the_window_runs_from_the_day_of_the_end_and_its_last_day_counts() -> None:
    assert last_day(TEN_HOURS, ENDED) == date(2026, 12, 30)
    assert last_day(TEN_HOURS, date(2026, 8, 31)) == date(2027, 2, 28)
    assert last_day(Clause(Decimal(10)), ENDED) is None
    last = date(2026, 12, 30)
    require_guidance(TEN_HOURS, "completed", ENDED, [], used("1", last))
    after = last + timedelta(days=1)
    assert broken(used("1", after)) == "after_guidance_window_passed"
    for state in (GuidanceState.OFFERED, GuidanceState.ACCEPTED):
        assert broken(Entry(after, state)) == "after_guidance_window_passed"
    require_guidance(Clause(Decimal(10)), "completed", ENDED, [], used("1", date(2036, 1, 1)))


def test_the_rules_are_tried_in_the_order_of_the_format() -> None:
    late = used("99", date(2027, 6, 1))
    assert broken(late, clause=None, state="started", ended_on=None) == "wrong_state"
    assert broken(late, clause=None) == "not_in_contract"
    assert broken(late) == "after_guidance_window_passed"
    assert broken(used("99", ENDED - timedelta(days=1))) == "after_guidance_hours_exceeded"
    assert broken(used("9", ENDED - timedelta(days=1))) == "guidance_before_end"


@pytest.mark.parametrize("state", ["completed", "left_early", "interrupted"])
def test_whoever_has_ended_in_any_way_may_be_guided(state: str) -> None:
    require_guidance(TEN_HOURS, state, ENDED, [], used("10"))


def test_offered_accepted_used_and_remaining_are_numbers_of_their_own() -> None:
    entries = [
        Entry(ENDED, GuidanceState.OFFERED, Decimal(10)),
        Entry(ENDED, GuidanceState.OFFERED, Decimal(10)),
        Entry(ENDED, GuidanceState.ACCEPTED, Decimal(8)),
        used("2.5"),
        used("4"),
    ]
    now = standing(TEN_HOURS, ENDED, entries)
    assert (now.offered, now.accepted) == (2, 1)
    assert (now.used, now.remaining) == (Decimal("6.5"), Decimal("3.5"))
    assert now.last_day == date(2026, 12, 30)


hours = st.decimals(min_value="0.25", max_value=12, places=2)
days = st.integers(min_value=-30, max_value=400).map(lambda n: ENDED + timedelta(days=n))
lines = st.builds(Entry, days, st.sampled_from(GuidanceState), hours)


@given(st.lists(lines, max_size=30))
def test_no_sequence_of_lines_goes_past_the_hours_or_the_window(tried: list[Entry]) -> None:
    kept: list[Entry] = []
    for entry in tried:
        try:
            require_guidance(TEN_HOURS, "completed", ENDED, kept, entry)
        except RuleBroken:
            continue
        kept.append(entry)
        assert used_hours(kept) <= TEN_HOURS.hours
        assert entry.day <= date(2026, 12, 30)
        now = standing(TEN_HOURS, ENDED, kept)
        assert now.remaining >= 0
        assert now.remaining + now.used == TEN_HOURS.hours
