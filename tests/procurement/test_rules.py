"""What a call is made of, without a database."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procurement.rules import (
    Comparison,
    CriterionTerms,
    OptionKind,
    PriceModel,
    Progress,
    Span,
    Standing,
    State,
    TimeLeft,
    free_key,
    frozen_call,
    frozen_hash,
    latest_end,
    latest_end_of_call,
    missing_from_call,
    moved,
    progress_of,
    require_publishable,
    standing,
    time_left,
    weights_total,
    with_lot,
    with_option,
    without_lot,
    without_option,
)
from portal.shared.errors import RuleBroken
from tests.procurement.calls import CALL, DUE, LOT, NOW, PERIOD

TEXTS = {
    criterion.key: {"key": criterion.key, "question": {"fi": "?"}} for criterion in CALL.criteria
}


@pytest.mark.parametrize(
    ("act", "state", "after"),
    [
        ("publish", State.DRAFT, State.PUBLISHED),
        ("open_offers", State.PUBLISHED, State.OPENED),
        ("issue_decision", State.OPENED, State.DECIDED),
    ],
)
def test_the_state_moves_by_the_table_and_no_other_way(
    act: str, state: State, after: State
) -> None:
    assert moved(state, act) is after
    for other in set(State) - {state}:
        with pytest.raises(RuleBroken) as broken:
            moved(other, act)
        assert broken.value.rule == "wrong_state"


def test_a_whole_call_can_be_published() -> None:
    assert missing_from_call(CALL, NOW) == []
    require_publishable(CALL, NOW)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"title": {"sv": "Kapacitet"}}, ["title"]),
        ({"questions_due": None}, ["questions_due"]),
        ({"questions_due": NOW}, ["questions_due"]),
        ({"offers_due": NOW - timedelta(seconds=1)}, ["offers_due"]),
        ({"contract_end": None}, ["contract_period"]),
        ({"contract_end": CALL.contract_start}, ["contract_period"]),
        ({"lots": ()}, ["lots"]),
        ({"criteria": (), "price_weight": Decimal(100)}, ["criteria"]),
        (
            {
                "comparison": Comparison.TOTAL_AT_ESTIMATE,
                "lots": (replace(LOT, price_model=PriceModel.FIXED_SUM_PER_PERIOD),),
            },
            ["comparison"],
        ),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, Any], missing: list[str]) -> None:
    call = replace(CALL, **changes)
    assert missing_from_call(call, NOW) == missing
    with pytest.raises(RuleBroken) as broken:
        require_publishable(call, NOW)
    assert broken.value.rule == "call_incomplete"
    assert broken.value.facts["missing"] == missing


@pytest.mark.parametrize("price", ["39.99", "40.01", "0"])
def test_weights_must_be_exactly_100(price: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        require_publishable(replace(CALL, price_weight=Decimal(price)), NOW)
    assert broken.value.rule == "weights_not_100"


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
def test_weights_that_sum_to_100_are_frozen_as_they_were_computed(parts: list[int]) -> None:
    weights = [Decimal(part) / 1000 for part in parts]
    criteria = tuple(CriterionTerms(f"own-{n}", weight) for n, weight in enumerate(weights))
    call = replace(CALL, criteria=criteria, price_weight=Decimal(100) - sum(weights, Decimal(0)))
    if call.price_weight is not None and call.price_weight < 0:
        return
    assert weights_total(call) == 100
    require_publishable(call, NOW)
    frozen = frozen_call(call, {criterion.key: {} for criterion in criteria})
    shown = [Decimal(criterion["weight"]) for criterion in frozen["criteria"]]
    assert shown == weights
    assert sum(shown, Decimal(frozen["price_weight"])) == 100


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(one, order) for one in value] if isinstance(value, list) else value


@given(st.randoms(use_true_random=False))
def test_the_hash_does_not_depend_on_the_order_of_keys(order: random.Random) -> None:
    frozen = frozen_call(CALL, TEXTS)
    again = shuffled(frozen, order)
    assert frozen_hash(again) == frozen_hash(frozen)
    assert frozen_hash(json.loads(json.dumps(again))) == frozen_hash(frozen)


def test_the_hash_sees_values_and_not_how_they_are_written() -> None:
    before = frozen_hash(frozen_call(CALL, TEXTS))
    assert frozen_hash(frozen_call(replace(CALL, price_weight=Decimal("40.00")), TEXTS)) == before
    assert frozen_hash(frozen_call(replace(CALL, price_weight=Decimal("40.01")), TEXTS)) != before


def test_the_latest_end_counts_further_periods_that_can_still_be_used() -> None:
    end = date(2027, 3, 8)
    assert latest_end(end, LOT.options, PERIOD.notice_by) == date(2028, 3, 8)
    assert latest_end(end, LOT.options, PERIOD.notice_by + timedelta(days=1)) == end
    after_notice = PERIOD.notice_by + timedelta(days=1)
    assert latest_end(end, LOT.options, after_notice, {"year": 1}) == date(2028, 3, 8)
    twice = (replace(PERIOD, times=2, amount=Decimal(6)),)
    assert latest_end(date(2027, 8, 31), twice, NOW.date()) == date(2028, 8, 31)
    half = (replace(PERIOD, amount=Decimal(6)),)
    assert latest_end(date(2027, 8, 31), half, NOW.date()) == date(2028, 2, 29)


def test_the_latest_end_of_a_call_is_that_of_its_longest_lot() -> None:
    call = with_lot(CALL, replace(LOT, key="short", options=()))
    assert latest_end_of_call(call, NOW.date()) == date(2028, 3, 8)
    assert latest_end_of_call(replace(call, lots=()), NOW.date()) == CALL.contract_end
    assert latest_end_of_call(replace(call, contract_end=None), NOW.date()) is None


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (timedelta(days=25, hours=3), TimeLeft(Span.DAYS, 25)),
        (timedelta(days=2), TimeLeft(Span.DAYS, 2)),
        (timedelta(days=1, hours=23, minutes=59), TimeLeft(Span.HOURS, 47)),
        (timedelta(minutes=59, seconds=59), TimeLeft(Span.MINUTES, 59)),
        (timedelta(seconds=59), TimeLeft(Span.MOMENT)),
        (timedelta(0), TimeLeft(Span.MOMENT)),
        (timedelta(seconds=-1), TimeLeft(Span.PASSED)),
    ],
)
def test_the_time_left_is_rounded_down(before: timedelta, left: TimeLeft) -> None:
    assert time_left(DUE, DUE - before) == left


def test_a_published_call_is_open_until_the_second_of_its_deadline() -> None:
    assert standing("published", DUE, DUE) is Standing.OPEN
    assert standing("published", DUE, DUE + timedelta(seconds=1)) is Standing.CLOSED
    assert standing("draft", None, DUE) is Standing.DRAFT
    assert standing("decided", DUE, NOW) is Standing.DECIDED


def test_the_parts_of_a_draft_are_not_started_under_way_or_done() -> None:
    empty = replace(
        CALL,
        questions_due=None,
        offers_due=None,
        contract_start=None,
        contract_end=None,
        lots=(),
        criteria=(),
        price_weight=None,
    )
    assert list(progress_of(empty, NOW).values()) == [
        Progress.DONE,
        Progress.NOT_STARTED,
        Progress.NOT_STARTED,
        Progress.NOT_STARTED,
    ]
    begun = replace(empty, offers_due=DUE, price_weight=Decimal(100), lots=(LOT,))
    assert list(progress_of(begun, NOW).values()) == [
        Progress.DONE,
        Progress.UNDER_WAY,
        Progress.DONE,
        Progress.UNDER_WAY,
    ]
    assert set(progress_of(CALL, NOW).values()) == {Progress.DONE}


def test_lots_and_options_keep_their_places() -> None:
    river = replace(LOT, key="river")
    call = with_lot(CALL, river)
    assert [lot.key for lot in call.lots] == ["sea", "river"]
    call = with_lot(call, replace(LOT, region="Kainuu"))
    assert [(lot.key, lot.region) for lot in call.lots] == [("sea", "Kainuu"), ("river", "Lappi")]
    assert [lot.key for lot in without_lot(call, "sea").lots] == ["river"]
    lot = with_option(LOT, replace(PERIOD, times=2))
    assert [(option.key, option.times) for option in lot.options] == [("year", 2), ("after", 1)]
    assert [option.kind for option in without_option(lot, "year").options] == [
        OptionKind.AFTER_GUIDANCE
    ]


def test_a_free_key_is_the_first_that_is_not_taken() -> None:
    assert free_key("lot", []) == "lot-1"
    assert free_key("lot", ["lot-1", "lot-3"]) == "lot-2"
