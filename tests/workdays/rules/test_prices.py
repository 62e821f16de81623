"""Price revision by the contract's clause."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procurement.rules import PriceRevision
from portal.shared.errors import RuleBroken
from portal.workdays.rules import change_percent, require_revision_day, revised_price

CLAUSE = PriceRevision({"fi": "Palkkaindeksi"}, day=1, month=3, ceiling=Decimal(3))
START, END = date(2026, 3, 1), date(2028, 3, 31)


@pytest.mark.parametrize(
    ("before", "now", "price"),
    [
        ("100", "102", "59.16"),
        ("100", "110", "59.74"),
        ("100", "98.5", "57.13"),
        ("100", "80", "56.26"),
        ("100", "100", "58.00"),
    ],
)
def test_a_price_follows_the_index_both_ways_up_to_the_ceiling(
    before: str, now: str, price: str
) -> None:
    found = revised_price(Decimal("58.00"), Decimal(before), Decimal(now), CLAUSE.ceiling)
    assert found == Decimal(price)


@given(
    st.decimals(min_value="0.01", max_value=9999, places=2),
    st.decimals(min_value="0.01", max_value=500, places=2),
    st.decimals(min_value="0.01", max_value=500, places=2),
    st.decimals(min_value=0, max_value=20, places=1),
)
def test_no_revision_passes_the_ceiling_by_more_than_half_a_cent(
    price: Decimal, before: Decimal, now: Decimal, ceiling: Decimal
) -> None:
    found = revised_price(price, before, now, ceiling)
    assert abs(found - price) <= price * ceiling / 100 + Decimal("0.005")


def test_an_index_below_zero_is_nothing() -> None:
    with pytest.raises(ValueError):
        revised_price(Decimal(1), Decimal(0), Decimal(1), Decimal(3))
    assert change_percent(Decimal(100), Decimal("101.234")) == Decimal("1.23")


@pytest.mark.parametrize(
    ("clause", "day", "rule"),
    [
        (None, date(2027, 3, 1), "price_revision_not_agreed"),
        (CLAUSE, date(2027, 3, 2), "price_revision_day"),
        (CLAUSE, date(2026, 3, 1), "price_revision_day"),
        (CLAUSE, date(2029, 3, 1), "price_revision_day"),
    ],
)
def test_prices_are_revised_on_the_clauses_day_within_the_contract(
    clause: PriceRevision | None, day: date, rule: str
) -> None:
    with pytest.raises(RuleBroken, match=rule):
        require_revision_day(clause, day, START, END, [])


def test_a_revision_is_made_once_and_in_order() -> None:
    assert require_revision_day(CLAUSE, date(2028, 3, 1), START, END, [date(2027, 3, 1)])
    for done in (date(2027, 3, 1), date(2028, 3, 1)):
        with pytest.raises(RuleBroken, match="price_revision_day"):
            require_revision_day(CLAUSE, date(2027, 3, 1), START, END, [done])
