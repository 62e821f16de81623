from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procurement.changes import (
    CallChanges,
    LotChanges,
    amended,
    differences,
    require_amendable,
    require_before_deadline,
)
from portal.procurement.rules import CallTerms
from portal.shared.errors import RuleBroken
from tests.offers.conftest import CALL, DUE, OPENS

WHOLE = st.integers(1, 5000).map(Decimal)
SOMETIME = st.integers(0, 400).map(lambda days: DUE + timedelta(days=days))
CHANGES = st.builds(
    CallChanges,
    questions_due=st.none() | SOMETIME,
    offers_due=st.none() | SOMETIME,
    contract_start=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    contract_end=st.none() | st.dates(date(2026, 6, 1), date(2030, 1, 1)),
    lots=st.dictionaries(
        st.sampled_from([lot.key for lot in CALL.lots]),
        st.builds(
            LotChanges,
            capacity_minimum=st.none() | WHOLE,
            capacity_estimated=st.none() | WHOLE,
            capacity_maximum=st.none() | WHOLE,
            minimum_group=st.none() | st.integers(1, 20),
        ),
    ),
)


@given(CHANGES)
def test_what_differs_is_what_was_changed_and_nothing_else(changes: CallChanges) -> None:
    after = amended(CALL, changes)
    told = {(one.lot, one.name): one.after for one in differences(CALL, after)}
    for part in ("questions_due", "offers_due", "contract_start", "contract_end"):
        given_ = getattr(changes, part)
        assert told.get((None, part)) == (given_ if given_ != getattr(CALL, part) else None)
    assert after.criteria == CALL.criteria
    assert after.price_weight == CALL.price_weight
    assert [lot.options for lot in after.lots] == [lot.options for lot in CALL.lots]
    assert differences(after, after) == []


@given(CHANGES)
def test_an_amendable_call_has_its_capacity_in_order_and_its_deadlines_ahead(
    changes: CallChanges,
) -> None:
    after = amended(CALL, changes)
    with suppress(RuleBroken):
        require_amendable(CALL, after, OPENS)
        _assert_sound(after)


def _assert_sound(after: CallTerms) -> None:
    assert after.offers_due is not None
    assert after.offers_due > OPENS
    for lot in after.lots:
        assert 0 <= lot.capacity_minimum <= lot.capacity_estimated <= lot.capacity_maximum
        assert lot.capacity_maximum > 0


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (CallChanges(), "nothing_changed"),
        (CallChanges(offers_due=DUE), "nothing_changed"),
        (CallChanges(offers_due=OPENS), "call_incomplete"),
        (CallChanges(contract_end=date(2026, 3, 9)), "call_incomplete"),
        (
            CallChanges(lots={"sea": LotChanges(capacity_maximum=Decimal(999))}),
            "capacity_disordered",
        ),
        (
            CallChanges(lots={"sea": LotChanges(capacity_minimum=Decimal(1001))}),
            "capacity_disordered",
        ),
    ],
)
def test_an_amendment_that_could_not_have_been_published_is_refused(
    changes: CallChanges, rule: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        require_amendable(CALL, amended(CALL, changes), OPENS)
    assert broken.value.rule == rule


def test_a_deadline_for_questions_that_has_passed_may_stay_passed() -> None:
    assert CALL.questions_due is not None
    late = CALL.questions_due + timedelta(days=1)
    after = replace(CALL, offers_due=DUE + timedelta(days=7))
    require_amendable(CALL, after, late)
    with pytest.raises(RuleBroken):
        require_amendable(CALL, replace(after, questions_due=late), late)


def test_the_deadline_s_own_second_is_still_in_time_for_an_amendment() -> None:
    require_before_deadline(DUE, DUE + timedelta(microseconds=999_999))
    with pytest.raises(RuleBroken) as broken:
        require_before_deadline(DUE, DUE + timedelta(seconds=1))
    assert broken.value.rule == "deadline_passed"
