"""What follows from a call's regime, procedure, value and length, as advice to its officer.

The reckoning only: the legal values are handed in (`queries.advice` reads them), and each is for a
lawyer to confirm. Nothing here keeps a call from being published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.legal.rules import Regime
from portal.procurement.rules import CallTerms, Procedure, latest_end_of_call
from portal.shared.clock import months_later


class Notice(StrEnum):
    """A notice that the law asks for; one of a direct award is the buyer's choice."""

    NATIONAL_CONTRACT = "national_contract"
    EU_CONTRACT = "eu_contract"
    EU_AWARD = "eu_award"
    DIRECT_AWARD = "direct_award"


class Finding(StrEnum):
    """Something about the value, the codes or the length that the officer should look at."""

    VALUE_UNKNOWN = "value_unknown"
    ABOVE_REGIME = "above_regime"
    ABOVE_REGIME_OF_STATE = "above_regime_of_state"
    BELOW_REGIME = "below_regime"
    CODES_OF_ANNEX_E = "codes_of_annex_e"
    CODES_OUTSIDE_ANNEX_E = "codes_outside_annex_e"
    TERM_BINDING = "term_binding"
    TERM_TO_REASON = "term_to_reason"


WARNINGS = frozenset(
    {
        Finding.ABOVE_REGIME,
        Finding.ABOVE_REGIME_OF_STATE,
        Finding.CODES_OUTSIDE_ANNEX_E,
        Finding.TERM_BINDING,
        Finding.TERM_TO_REASON,
    }
)


class Service(StrEnum):
    """What the codes say is bought, as far as thresholds go."""

    SOCIAL_AND_HEALTH = "social_and_health"
    OTHER_ANNEX_E = "other_annex_e"
    OUTSIDE_ANNEX_E = "outside_annex_e"


@dataclass(frozen=True)
class LegalValues:
    """What the law says on a day for a regime; None where no value is in force.

    Thresholds are in euros without value added tax, with the options counted in. Ranges of codes
    are pairs of eight digits, both ends included.
    """

    standstill_days: int | None
    term_years: int | None
    notices: tuple[Notice, ...]
    notices_over_eu: tuple[Notice, ...]
    notices_of_direct_award: tuple[Notice, ...]
    national: Decimal | None
    social_and_health: Decimal | None
    other_annex_e: Decimal | None
    eu_annex_e: Decimal | None
    eu_state: Decimal | None
    eu_others: Decimal | None
    codes_social_and_health: tuple[tuple[str, str], ...]
    codes_other_annex_e: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Found:
    """A finding with the threshold in euros or the years that it is about."""

    what: Finding
    threshold: Decimal | None = None
    years: int | None = None

    @property
    def warns(self) -> bool:
        """Whether it should be put right or reasoned; the others are only good to know."""
        return self.what in WARNINGS


@dataclass(frozen=True)
class Advice:
    """What follows; ``standstill_days`` is 0 where the law asks for none, None where unknown."""

    notices: tuple[Notice, ...]
    standstill_days: int | None
    findings: tuple[Found, ...]
    latest_end: date | None


def advice(call: CallTerms, law: LegalValues, on: date) -> Advice:
    """What follows from the call as it stands on that day."""
    return Advice(
        notices=_notices(call, law),
        standstill_days=law.standstill_days,
        findings=(*_of_codes(call, law), *_of_value(call, law), *_of_term(call, law, on)),
        latest_end=latest_end_of_call(call, on),
    )


def service(codes: Iterable[str], law: LegalValues) -> Service | None:
    """What the codes say is bought, None without codes.

    All must be of social and health services for their higher threshold; one code of annex E is
    enough for its other services.
    """
    digits = [code[:8] for code in codes]
    social = [_within(code, law.codes_social_and_health) for code in digits]
    other = [_within(code, law.codes_other_annex_e) for code in digits]
    if not digits:
        return None
    if all(social):
        return Service.SOCIAL_AND_HEALTH
    return Service.OTHER_ANNEX_E if any(social) or any(other) else Service.OUTSIDE_ANNEX_E


def _within(code: str, ranges: Iterable[tuple[str, str]]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def _reaches(value: Decimal | None, threshold: Decimal | None) -> bool:
    """The act holds from the threshold itself on (sections 25 and 26)."""
    return value is not None and threshold is not None and value >= threshold


def _notices(call: CallTerms, law: LegalValues) -> tuple[Notice, ...]:
    if call.procedure is Procedure.DIRECT_AWARD:
        return law.notices_of_direct_award
    if call.regime is Regime.ANNEX_E and _reaches(call.estimated_value, law.eu_annex_e):
        return law.notices_over_eu
    return law.notices


def _of_codes(call: CallTerms, law: LegalValues) -> list[Found]:
    bought = service(call.cpv, law)
    if bought is None:
        return []
    outside = bought is Service.OUTSIDE_ANNEX_E
    if outside and call.regime is Regime.ANNEX_E:
        return [Found(Finding.CODES_OUTSIDE_ANNEX_E)]
    if not outside and call.regime in (Regime.EU, Regime.NATIONAL):
        return [Found(Finding.CODES_OF_ANNEX_E)]
    return []


def _of_value(call: CallTerms, law: LegalValues) -> list[Found]:
    value = call.estimated_value
    if value is None:
        return [Found(Finding.VALUE_UNKNOWN)]
    floor, ceiling = _limits(call, law)
    found = []
    if _reaches(value, ceiling):
        found.append(Found(Finding.ABOVE_REGIME, ceiling))
    elif call.regime is Regime.NATIONAL and _reaches(value, law.eu_state):
        found.append(Found(Finding.ABOVE_REGIME_OF_STATE, law.eu_state))
    if floor is not None and value < floor:
        found.append(Found(Finding.BELOW_REGIME, floor))
    return found


def _limits(call: CallTerms, law: LegalValues) -> tuple[Decimal | None, Decimal | None]:
    """From which value on, and below which, the regime is the one that the law means."""
    bought = service(call.cpv, law)
    annex_e = law.social_and_health if bought is Service.SOCIAL_AND_HEALTH else law.other_annex_e
    if call.regime is Regime.EU:
        return law.eu_state, None
    if call.regime is Regime.ANNEX_E:
        return annex_e, None
    if call.regime is Regime.NATIONAL:
        return law.national, law.eu_others
    if call.regime is Regime.BELOW_THRESHOLD:
        # Without codes the lower of the two is the careful one.
        return None, law.national if bought in (None, Service.OUTSIDE_ANNEX_E) else annex_e
    return None, None


def _of_term(call: CallTerms, law: LegalValues, on: date) -> list[Found]:
    end = latest_end_of_call(call, on)
    if call.contract_start is None or end is None or law.term_years is None:
        return []
    # Four years from the first of January end on the last of December.
    if end < months_later(call.contract_start, 12 * law.term_years):
        return []
    binding = call.regime is Regime.EU
    what = Finding.TERM_BINDING if binding else Finding.TERM_TO_REASON
    return [Found(what, years=law.term_years)]


def worth_stating(call: CallTerms) -> list[str]:
    """Names of what a careful officer states though nothing asks for it, in the pages' order."""
    wanted = {
        "description": call.description.get("fi"),
        "estimated_value": call.estimated_value is not None,
        "cpv": call.cpv,
        "vat_rate": all(lot.vat_rate is not None for lot in call.lots),
        "target_group": all(lot.target_group.get("fi") for lot in call.lots),
        "targets": all(
            lot.target_participants is not None or lot.target_open_market_share is not None
            for lot in call.lots
        ),
        "requirements": call.requirements,
    }
    return [name for name, stated in wanted.items() if not stated]
