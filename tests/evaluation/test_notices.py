"""The award notice: who won and at what price, and nothing of anybody else's offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.evaluation.notices import LotOutcome, Winner, award_notice, tender_value
from portal.legal.rules import Regime
from portal.procurement.notices import Advertised, Known, Notice
from portal.procurement.rules import PriceModel
from tests.offers.conftest import CALL, LOT

RIVER = Winner({"fi": "Jokiopisto"}, "2345678-0", Decimal("58.00"), Decimal(2000))
DAY = date(2026, 3, 2)


def of(*, in_union: bool = True, **changes: Any) -> Advertised:
    return Advertised(
        call=replace(CALL, **changes),
        buyer={"fi": "Ostaja"},
        business_id=None,
        criteria=(),
        address="https://siirtyma.example",
        in_union=in_union,
    )


def notice(first: LotOutcome, second: LotOutcome, **changes: Any) -> Notice:
    return award_notice(of(**changes), {"sea": first, "Osa-alue 2": second}, DAY)


def values(of: Notice, term: str) -> list[Any]:
    return [one.value for one in of.terms if one.id == term and one.section in ("result", "winner")]


def test_the_winner_and_its_price_are_told_lot_by_lot() -> None:
    # 58 × 1000 + 2000 = 60 000; 61 × 1000 = 61 000; together 121 000.
    other = Winner({"fi": "Rantaopisto"}, None, Decimal(61), None)
    made = notice(LotOutcome(RIVER, 3, 2), LotOutcome(other, 1, 1))
    assert (made.kind, made.subtype) == ("award", "33")
    assert values(made, "BT-720") == ["60000 EUR", "61000 EUR"]
    assert values(made, "BT-161") == ["121000 EUR"]
    assert values(made, "BT-142") == ["selec-w", "selec-w"]
    assert values(made, "BT-759") == ["3", "1"]
    assert values(made, "BT-1451") == ["2026-03-02"] * 2
    assert values(made, "BT-500") == [{"fi": "Jokiopisto"}, {"fi": "Rantaopisto"}]
    assert values(made, "BT-501") == ["2345678-0", None]
    assert values(made, "BT-13713") == ["LOT-0001", "LOT-0002"]
    assert {"BT-131", "BT-18"}.isdisjoint(term.id for term in made.terms)


def test_the_lowest_and_highest_values_are_left_out_on_purpose() -> None:
    made = notice(LotOutcome(RIVER, 3, 2), LotOutcome(RIVER, 3, 2))
    for term in ("BT-710", "BT-711"):
        assert {one.known for one in made.terms if one.id == term} == {Known.WITHHELD}
        assert term not in {one.id for one in made.missing}


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (LotOutcome(None, 0, 0), "no-rece"),
        (LotOutcome(None, 2, 0), "all-rej"),
        (LotOutcome(None, 2, 1), None),
    ],
)
def test_a_lot_without_a_winner_says_why_where_the_portal_knows(
    outcome: LotOutcome, why: str | None
) -> None:
    made = notice(LotOutcome(RIVER, 1, 1), outcome)
    assert values(made, "BT-142") == ["selec-w", "clos-nw"]
    assert values(made, "BT-144") == [why]
    assert values(made, "BT-161") == ["60000 EUR"]
    assert len(values(made, "BT-500")) == 1


def test_without_any_winner_there_is_no_value() -> None:
    made = notice(LotOutcome(None, 0, 0), LotOutcome(None, 0, 0))
    assert values(made, "BT-161") == []


def test_a_sum_for_a_period_has_no_value_at_the_capacity() -> None:
    monthly = replace(LOT, price_model=PriceModel.FIXED_SUM_PER_PERIOD)
    assert tender_value(monthly, RIVER) is None
    made = award_notice(of(lots=(monthly,)), {"sea": LotOutcome(RIVER, 1, 1)}, DAY)
    assert values(made, "BT-720") == [None]
    assert values(made, "BT-161") == [None]


@pytest.mark.parametrize(
    ("regime", "in_union", "subtype"),
    [
        (Regime.EU, True, "29"),
        (Regime.ANNEX_E, True, "33"),
        (Regime.ANNEX_E, False, "E4"),
        (Regime.NATIONAL, False, "E4"),
    ],
)
def test_the_form_follows_the_regime_and_where_the_law_asks_for_the_notice(
    regime: Regime, in_union: bool, subtype: str
) -> None:
    won = LotOutcome(RIVER, 1, 1)
    assert notice(won, won, regime=regime, in_union=in_union).subtype == subtype
