"""The legal values that a call's advice is reckoned with."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

from portal.legal.parameters import NoParameter, euros, listed, percent, standstill_days, whole
from portal.procurement.consequences import Advice, LegalValues, Notice, advice
from portal.procurement.rules import CallTerms


def advice_on(call: CallTerms, on: date) -> Advice:
    """What follows from the call by the law of that day, with whatever values are in force."""
    return advice(call, _law(call, on), on)


def proposed_vat_rate(on: date) -> Decimal | None:
    """The general rate of value added tax, in percent, for a form to begin with."""
    with suppress(NoParameter):
        return percent("vat_rate_proposal", on)
    return None


def _law(call: CallTerms, on: date) -> LegalValues:
    def threshold(key: str) -> Decimal | None:
        with suppress(NoParameter):
            return euros(key, on)
        return None

    def several(key: str) -> tuple[str, ...]:
        with suppress(NoParameter):
            return listed(key, on, call.regime)
        return ()

    def notices(key: str) -> tuple[Notice, ...]:
        return tuple(Notice(name) for name in several(key))

    def ranges(key: str) -> tuple[tuple[str, str], ...]:
        return tuple((one[:8], one[-8:]) for one in several(key))

    def number(key: str) -> int | None:
        with suppress(NoParameter):
            return whole(key, on, call.regime)
        return None

    def standstill() -> int | None:
        with suppress(NoParameter):
            return standstill_days(on, call.regime)
        return None

    return LegalValues(
        standstill_days=standstill(),
        term_years=number("framework_term_warning_years"),
        notices=notices("notices"),
        notices_over_eu=notices("notices_over_eu_threshold"),
        notices_of_direct_award=notices("notices_of_direct_award"),
        national=threshold("threshold_national"),
        social_and_health=threshold("threshold_annex_e_social_and_health"),
        other_annex_e=threshold("threshold_annex_e_other_services"),
        eu_annex_e=threshold("threshold_eu_annex_e"),
        eu_state=threshold("threshold_eu_state"),
        eu_others=threshold("threshold_eu_others"),
        codes_social_and_health=ranges("cpv_annex_e_social_and_health"),
        codes_other_annex_e=ranges("cpv_annex_e_other_services"),
    )
