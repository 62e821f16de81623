"""Invoices by every price model, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procurement.rules import PriceModel
from portal.shared.numbers import rounded, shown
from portal.workdays.rules import (
    Bonus,
    ChargeKind,
    Done,
    Followed,
    Guided,
    Invoice,
    Revised,
    Started,
    Terms,
    invoices,
    with_tax,
)

T1, T2 = uuid4(), uuid4()
PER_DAY = Terms(PriceModel.PER_STUDENT_WORKDAY, Decimal("58.00"))
SUMMER = datetime(2026, 9, 14, 6, 0, tzinfo=UTC)


def told(found: tuple[Invoice, ...]) -> list[tuple[str, str, str]]:
    return [(one.period, shown(one.quantity), shown(one.amount)) for one in found]


def done(period: str, amount: str, training: UUID = T1, corrected_in: str | None = None) -> Done:
    return Done(training, period, Decimal(amount), corrected_in)


def followed(person: UUID, *, month: int = 9, day: int = 1, **values: object) -> Followed:
    at = datetime(2026, month, day, 9, 0, tzinfo=UTC)
    given = {"months": 3, "status": "open_market", "status_at_start": "unemployed", **values}
    return Followed(person, T1, f"2026-{month:02}", at, **given)  # type: ignore[arg-type]


def test_workdays_are_invoiced_in_the_month_of_the_record_as_in_the_shared_case() -> None:
    days = [done("2026-04", "4"), done("2026-03", "2"), done("2026-03", "2")]
    days += [done("2026-03", "1.5"), done("2026-04", "3"), done("2026-04", "4")]
    assert told(invoices(PER_DAY, done=days)) == [
        ("2026-03", "5.50", "319.00"),
        ("2026-04", "11.00", "638.00"),
    ]


def test_hours_are_invoiced_as_workdays_are() -> None:
    terms = Terms(PriceModel.PER_HOUR, Decimal("33.33"))
    assert told(invoices(terms, done=[done("2026-03", "0.25")])) == [("2026-03", "0.25", "8.33")]


def test_a_total_is_rounded_once_from_the_exact_sum() -> None:
    terms = Terms(PriceModel.PER_HOUR, Decimal("0.01"))
    halves = [done("2026-03", "0.5", T1), done("2026-03", "0.5", T2), done("2026-03", "0.5")]
    assert told(invoices(terms, done=halves)) == [("2026-03", "1.50", "0.02")]


def test_a_fixed_sum_is_for_each_month_of_each_training_whoever_is_left() -> None:
    terms = Terms(PriceModel.FIXED_SUM_PER_PERIOD, Decimal("4000.00"))
    full = [done("2026-03", "5") for _ in range(10)]
    nobody_left = [done("2026-04", "0")]
    found = invoices(terms, done=[*full, *nobody_left, done("2026-04", "3", T2)])
    assert told(found) == [("2026-03", "1.00", "4000.00"), ("2026-04", "2.00", "8000.00")]


def test_an_early_good_exit_costs_the_provider_nothing_under_a_fixed_sum() -> None:
    terms = Terms(PriceModel.FIXED_SUM_PER_PERIOD, Decimal("4000.00"))
    stayed = [done("2026-04", "20"), done("2026-04", "20")]
    left_for_work = [done("2026-04", "20"), done("2026-04", "3")]
    assert invoices(terms, done=stayed) == invoices(terms, done=left_for_work)
    assert told(invoices(PER_DAY, done=stayed)) != told(invoices(PER_DAY, done=left_for_work))


def test_a_correction_changes_no_fixed_sum() -> None:
    terms = Terms(PriceModel.FIXED_SUM_PER_PERIOD, Decimal("4000.00"))
    found = invoices(terms, done=[done("2026-03", "5"), done("2026-03", "-1", T1, "2026-05")])
    assert told(found) == [("2026-03", "1.00", "4000.00")]


def test_a_package_is_invoiced_in_the_month_in_which_its_person_starts() -> None:
    terms = Terms(PriceModel.PER_TRAINING_PACKAGE, Decimal("2500.50"))
    starts = [Started(T1, "2026-04"), Started(T1, "2026-03"), Started(T2, "2026-03")]
    found = invoices(terms, done=[done("2026-05", "9")], started=starts)
    assert told(found) == [("2026-03", "2.00", "5001.00"), ("2026-04", "1.00", "2500.50")]


def test_the_coordination_fee_goes_once_on_the_earliest_months_invoice() -> None:
    terms = replace(PER_DAY, coordination_fee=Decimal("1000.00"))
    found = invoices(terms, done=[done("2026-04", "1"), done("2026-03", "1")])
    assert told(found) == [("2026-03", "1.00", "1058.00"), ("2026-04", "1.00", "58.00")]
    assert invoices(terms) == ()


def test_a_correction_goes_on_the_invoice_of_the_month_in_which_it_was_accepted() -> None:
    days = [done("2026-03", "10"), done("2026-03", "-2", T1, "2026-05"), done("2026-05", "4")]
    assert told(invoices(PER_DAY, done=days)) == [
        ("2026-03", "10.00", "580.00"),
        ("2026-05", "2.00", "116.00"),
    ]


def test_a_result_bonus_is_for_the_right_months_status_and_start_once_a_person() -> None:
    bonus = Bonus("open_market", 3, Decimal("500.00"), frozenset({"long_term_unemployed"}), 2)
    a, b, c, d = (uuid4() for _ in range(4))
    long_term = {"status_at_start": "long_term_unemployed"}
    follow_ups = [
        followed(d, month=12, **long_term),
        followed(a, month=9, **long_term),
        followed(a, month=10, **long_term),
        followed(b, month=9, months=6, **long_term),
        followed(b, month=9, status="other_work", **long_term),
        followed(b, month=11, day=2, **long_term),
        followed(c, month=9, status_at_start="unemployed"),
    ]
    found = invoices(replace(PER_DAY, bonus=bonus), followed=follow_ups)
    assert told(found) == [("2026-09", "0.00", "500.00"), ("2026-11", "0.00", "500.00")]
    anybody = replace(bonus, only_started_as=None, at_most=10)
    found = invoices(replace(PER_DAY, bonus=anybody), followed=follow_ups)
    assert [one.amount for one in found] == [1000, 500, 500]
    nobody = replace(bonus, only_started_as=frozenset())
    assert invoices(replace(PER_DAY, bonus=nobody), followed=follow_ups) == ()


def test_guidance_hours_are_invoiced_in_the_month_of_use_where_the_option_has_a_price() -> None:
    hours = [Guided(T1, "2026-07", Decimal(6)), Guided(T1, "2026-07", Decimal("1.5"))]
    terms = replace(PER_DAY, guidance_price=Decimal("65.00"))
    assert told(invoices(terms, guided=hours)) == [("2026-07", "0.00", "487.50")]
    assert invoices(PER_DAY, guided=hours) == ()


def test_a_revised_price_counts_from_the_first_whole_month_and_not_before() -> None:
    terms = replace(
        PER_DAY,
        revisions=(
            Revised(date(2027, 3, 2), Decimal("60.00")),
            Revised(date(2028, 3, 1), Decimal("59.00")),
        ),
    )
    months = ["2027-02", "2027-03", "2027-04", "2028-02", "2028-03"]
    days = [*[done(month, "1") for month in months], done("2027-02", "1", T1, "2027-06")]
    assert [shown(one.amount) for one in invoices(terms, done=days)] == [
        "58.00",
        "58.00",
        "60.00",
        "58.00",
        "60.00",
        "59.00",
    ]


@pytest.mark.parametrize(
    ("net", "rate", "tax", "gross"),
    [
        ("319.00", "25.5", "81.35", "400.35"),
        ("0.10", "25", "0.03", "0.13"),
        ("319.00", "0", "0.00", "319.00"),
    ],
)
def test_tax_is_reckoned_on_the_months_sum(net: str, rate: str, tax: str, gross: str) -> None:
    found = with_tax(Decimal(net), Decimal(rate))
    assert (found.tax, found.gross) == (Decimal(tax), Decimal(gross))
    assert with_tax(Decimal(net), None).gross is None


AMOUNTS = st.decimals(min_value=0, max_value=400, places=2)
PERIODS = st.sampled_from([f"2026-{month:02}" for month in range(1, 13)])
DONE = st.builds(
    Done,
    st.sampled_from([T1, T2]),
    PERIODS,
    AMOUNTS,
    st.one_of(st.none(), PERIODS),
)
TERMS = st.builds(
    Terms,
    st.sampled_from(PriceModel),
    st.decimals(min_value="0.01", max_value=9999, places=2),
    st.one_of(st.none(), st.decimals(min_value=0, max_value=9999, places=2)),
)


@given(TERMS, st.lists(DONE, max_size=20), st.lists(st.builds(Started, st.just(T1), PERIODS)))
def test_each_month_has_one_invoice_in_order_and_its_exact_sum(
    terms: Terms, days: list[Done], starts: list[Started]
) -> None:
    found = invoices(terms, done=days, started=starts)
    months = [one.period for one in found]
    assert months == sorted(set(months))
    for one in found:
        assert {charge.period for charge in one.charges} == {one.period}
        exact = sum(Fraction(c.quantity) * Fraction(c.price) for c in one.charges)
        assert one.amount == rounded(exact)
    fees = [
        (n, charge.price)
        for n, one in enumerate(found)
        for charge in one.charges
        if charge.kind == ChargeKind.COORDINATION_FEE
    ]
    assert fees == ([(0, terms.coordination_fee)] if found and terms.coordination_fee else [])
    if terms.model in (PriceModel.PER_STUDENT_WORKDAY, PriceModel.PER_HOUR):
        assert sum(one.quantity for one in found) == sum(one.amount for one in days)
    if terms.model == PriceModel.PER_TRAINING_PACKAGE:
        assert sum(one.quantity for one in found) == len(starts)


@given(st.lists(DONE, min_size=1, max_size=12), st.randoms())
def test_the_order_in_which_records_are_read_changes_nothing(
    days: list[Done], chance: object
) -> None:
    other = list(days)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert invoices(PER_DAY, done=days) == invoices(PER_DAY, done=other)
