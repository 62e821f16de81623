"""What follows from regime, procedure, value, codes and length, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.legal.rules import Regime
from portal.procurement.consequences import (
    Finding,
    LegalValues,
    Notice,
    Service,
    advice,
    service,
    worth_stating,
)
from portal.procurement.queries.advice import advice_on, proposed_vat_rate
from portal.procurement.rules import CallTerms, Procedure
from portal.shared.clock import months_later
from tests.procurement.calls import CALL, LOT, NOW, PERIOD

ON = NOW.date()
LAW = LegalValues(
    standstill_days=14,
    term_years=4,
    notices=(Notice.NATIONAL_CONTRACT,),
    notices_over_eu=(Notice.EU_CONTRACT, Notice.EU_AWARD),
    notices_of_direct_award=(Notice.DIRECT_AWARD,),
    national=Decimal(60_000),
    social_and_health=Decimal(400_000),
    other_annex_e=Decimal(300_000),
    eu_annex_e=Decimal(750_000),
    eu_state=Decimal(140_000),
    eu_others=Decimal(216_000),
    codes_social_and_health=(("85000000", "85323000"),),
    codes_other_annex_e=(("80000000", "80660000"),),
)
TRAINING, CARE, PAPER = "80530000-8", "85312000-9", "30192700-8"


def found(call: CallTerms, law: LegalValues = LAW) -> list[Finding]:
    return [one.what for one in advice(call, law, ON).findings]


@pytest.mark.parametrize(
    ("codes", "bought"),
    [
        ([], None),
        ([TRAINING], Service.OTHER_ANNEX_E),
        ([CARE], Service.SOCIAL_AND_HEALTH),
        ([CARE, TRAINING], Service.OTHER_ANNEX_E),
        ([CARE, PAPER], Service.OTHER_ANNEX_E),
        ([PAPER], Service.OUTSIDE_ANNEX_E),
        (["80660000"], Service.OTHER_ANNEX_E),
        (["80660001"], Service.OUTSIDE_ANNEX_E),
    ],
)
def test_the_codes_say_what_is_bought(codes: list[str], bought: Service | None) -> None:
    assert service(codes, LAW) is bought


@pytest.mark.parametrize(
    ("regime", "codes", "value", "findings"),
    [
        (Regime.ANNEX_E, (TRAINING,), "300000", []),
        (Regime.ANNEX_E, (TRAINING,), "299999.99", [Finding.BELOW_REGIME]),
        (Regime.ANNEX_E, (CARE,), "399999.99", [Finding.BELOW_REGIME]),
        (Regime.ANNEX_E, (PAPER,), "300000", [Finding.CODES_OUTSIDE_ANNEX_E]),
        (Regime.ANNEX_E, (), None, [Finding.VALUE_UNKNOWN]),
        (Regime.BELOW_THRESHOLD, (TRAINING,), "299999.99", []),
        (Regime.BELOW_THRESHOLD, (TRAINING,), "300000", [Finding.ABOVE_REGIME]),
        (Regime.BELOW_THRESHOLD, (CARE,), "400000", [Finding.ABOVE_REGIME]),
        (Regime.BELOW_THRESHOLD, (), "60000", [Finding.ABOVE_REGIME]),
        (Regime.NATIONAL, (PAPER,), "60000", []),
        (Regime.NATIONAL, (PAPER,), "59999", [Finding.BELOW_REGIME]),
        (Regime.NATIONAL, (PAPER,), "140000", [Finding.ABOVE_REGIME_OF_STATE]),
        (Regime.NATIONAL, (PAPER,), "216000", [Finding.ABOVE_REGIME]),
        (Regime.NATIONAL, (TRAINING,), "100000", [Finding.CODES_OF_ANNEX_E]),
        (Regime.EU, (PAPER,), "140000", []),
        (Regime.EU, (PAPER,), "139999", [Finding.BELOW_REGIME]),
        (Regime.RESERVED, (TRAINING,), "5000000", []),
    ],
)
def test_a_threshold_counts_from_its_own_euro_on(
    regime: Regime, codes: tuple[str, ...], value: str | None, findings: list[Finding]
) -> None:
    call = replace(CALL, regime=regime, cpv=codes, estimated_value=value and Decimal(value))
    assert found(call) == findings


def test_the_threshold_that_was_reached_is_named() -> None:
    call = replace(
        CALL, regime=Regime.BELOW_THRESHOLD, cpv=(TRAINING,), estimated_value=Decimal(300_000)
    )
    (one,) = advice(call, LAW, ON).findings
    assert one.threshold == 300_000
    assert one.warns


@given(
    st.sampled_from([Regime.BELOW_THRESHOLD, Regime.NATIONAL]),
    st.sampled_from([(), (TRAINING,), (CARE,), (PAPER,)]),
    st.decimals(1, 2_000_000, places=2),
    st.decimals(0, 2_000_000, places=2),
)
def test_a_higher_value_never_takes_a_warning_away(
    regime: Regime, codes: tuple[str, ...], value: Decimal, more: Decimal
) -> None:
    above = {Finding.ABOVE_REGIME, Finding.ABOVE_REGIME_OF_STATE}
    lower = replace(CALL, regime=regime, cpv=codes, estimated_value=value)
    higher = replace(lower, estimated_value=value + more)
    assert not (above & set(found(lower)) and not above & set(found(higher)))


@pytest.mark.parametrize(
    ("changes", "notices"),
    [
        ({"estimated_value": None}, [Notice.NATIONAL_CONTRACT]),
        ({"estimated_value": Decimal("749999.99")}, [Notice.NATIONAL_CONTRACT]),
        ({"estimated_value": Decimal(750_000)}, [Notice.EU_CONTRACT, Notice.EU_AWARD]),
        ({"procedure": Procedure.DIRECT_AWARD}, [Notice.DIRECT_AWARD]),
    ],
)
def test_notices_follow_from_the_value_and_the_procedure(
    changes: dict[str, Any], notices: list[Notice]
) -> None:
    assert list(advice(replace(CALL, **changes), LAW, ON).notices) == notices


@pytest.mark.parametrize(
    ("regime", "finding"),
    [(Regime.EU, Finding.TERM_BINDING), (Regime.ANNEX_E, Finding.TERM_TO_REASON)],
)
@pytest.mark.parametrize(("times", "too_long"), [(3, False), (4, True)])
def test_a_term_over_four_years_with_the_options_is_binding_in_eu_procedures_only(
    regime: Regime, finding: Finding, times: int, too_long: bool
) -> None:
    lot = replace(LOT, options=(replace(PERIOD, times=times),))
    call = replace(CALL, regime=regime, lots=(lot,))
    assert (finding in found(call)) is too_long


@given(
    st.dates(date(2026, 1, 1), date(2040, 12, 31)),
    st.integers(1, 3000),
    st.integers(0, 4),
    st.integers(1, 24),
)
def test_the_term_is_warned_of_exactly_when_its_last_day_lies_beyond_four_years(
    start: date, days: int, times: int, months: int
) -> None:
    option = replace(PERIOD, times=times, amount=Decimal(months), notice_by=date(2099, 1, 1))
    lots = (replace(LOT, options=(option,)),) if times else ()
    end = start + timedelta(days=days)
    call = replace(CALL, contract_start=start, contract_end=end, lots=lots)
    warned = Finding.TERM_TO_REASON in found(call)
    last_within = months_later(start, 48) - timedelta(days=1)
    assert warned is (months_later(end, times * months) > last_within)


def test_four_whole_years_are_within_the_term() -> None:
    call = replace(CALL, contract_start=date(2026, 3, 1), contract_end=date(2030, 2, 28), lots=())
    assert Finding.TERM_TO_REASON not in found(call)
    assert Finding.TERM_TO_REASON in found(replace(call, contract_end=date(2030, 3, 1)))


def test_without_legal_values_nothing_is_claimed() -> None:
    nothing = LegalValues(
        standstill_days=None,
        term_years=None,
        notices=(),
        notices_over_eu=(),
        notices_of_direct_award=(),
        national=None,
        social_and_health=None,
        other_annex_e=None,
        eu_annex_e=None,
        eu_state=None,
        eu_others=None,
        codes_social_and_health=(),
        codes_other_annex_e=(),
    )
    for regime in Regime:
        call = replace(CALL, regime=regime, cpv=(), estimated_value=Decimal(10**9))
        assert found(call, nothing) == []


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("day", [date(2016, 1, 1), ON, date(2035, 1, 1)])
def test_advice_is_given_on_any_day_whatever_values_are_in_force(regime: Regime, day: date) -> None:
    known = advice_on(replace(CALL, regime=regime), day)
    if day < date(2017, 1, 1):
        assert (known.notices, known.standstill_days) == ((), None)
    else:
        assert known.standstill_days == (14 if regime in (Regime.EU, Regime.ANNEX_E) else 0)


def test_the_law_of_today_is_what_the_parameters_say() -> None:
    call = replace(CALL, estimated_value=Decimal(750_000))
    assert advice_on(call, ON).notices == (Notice.EU_CONTRACT, Notice.EU_AWARD)
    assert advice_on(CALL, ON).notices == (Notice.NATIONAL_CONTRACT,)
    assert [one.what for one in advice_on(CALL, ON).findings] == [Finding.BELOW_REGIME]
    assert proposed_vat_rate(ON) == Decimal("25.5")
    assert proposed_vat_rate(date(2024, 8, 31)) is None


def test_what_is_only_worth_stating_is_named_in_the_order_of_the_pages() -> None:
    bare = replace(
        CALL,
        description={"en": "Four days at work."},
        estimated_value=None,
        cpv=(),
        requirements=(),
        lots=(
            replace(LOT, vat_rate=None, target_group={}, target_open_market_share=None),
            replace(LOT, key="river", target_group={"fi": "Työttömät"}),
        ),
    )
    assert worth_stating(bare) == [
        "description",
        "estimated_value",
        "cpv",
        "vat_rate",
        "target_group",
        "targets",
        "requirements",
    ]
    lots = (replace(LOT, vat_rate=Decimal(0), target_group={"fi": "Työttömät"}),)
    assert worth_stating(replace(CALL, lots=lots)) == []
