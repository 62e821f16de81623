"""How far a figure may be trusted: whether it may still move, and how widely it may stray."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Context, Decimal

from portal.capacity.rules import CallOffState
from portal.enrolments.rules import EnrolmentState
from portal.indicators.rules.figures import Figure
from portal.indicators.rules.measures import MONTHS_AFTER, ended_in
from portal.indicators.rules.records import Period, Records
from portal.shared.clock import months_later
from portal.shared.numbers import rounded

_OF_GUIDANCE = "after_guidance_"
_OF_CALL_OFFS = frozenset({"start_within_limit_share", "days_to_start"})


def is_preliminary(key: str, records: Records, period: Period, today: date) -> bool:
    """Whether a figure may still move by itself.

    It may until the period's last day is over. After that it may while the months or the
    after-guidance of somebody whose end is in the period are running, or a call-off of the period
    waits for the provider.
    """
    if period.last is None or period.last >= today:
        return True
    return any(day is None or day >= today for day in _waited_for(key, records, period))


def _waited_for(key: str, records: Records, period: Period) -> Iterator[date | None]:
    """The days that the figure waits for; None is a day that nobody knows yet."""
    if key in MONTHS_AFTER:
        for one in ended_in(records, period):
            assert one.ended_on is not None
            yield months_later(one.ended_on, MONTHS_AFTER[key])
    elif key.startswith(_OF_GUIDANCE):
        for one in ended_in(records, period):
            if one.guidance_until is not None:
                yield one.guidance_until
    elif key in _OF_CALL_OFFS:
        for called in records.call_offs:
            if called.state == CallOffState.RESERVED and period.holds(called.called_on):
                yield None
    elif key == "target_group_reached_share":
        for one in records.participations:
            if one.state == EnrolmentState.SELECTED and period.holds(one.decided_on):
                yield None


_Z = Decimal("1.959963984540054")
"""The 97.5 percent point of the normal distribution: 95 percent lie within it on both sides."""
_EXACTLY = Context(prec=50)


def interval_of(
    figure: Figure, few: int, shares: Collection[str]
) -> tuple[Decimal, Decimal] | None:
    """The 95 percent interval of a share of fewer than ``few`` cases, to a tenth of a percent.

    None for what is no share, and where there are enough cases or none. Wilson's score interval:
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal
    of the American Statistical Association 22 (1927).
    """
    n = figure.denominator
    if figure.key not in shares or not 0 < n < few:
        return None
    return wilson(figure.numerator, n, 3)


def wilson(numerator: int, denominator: int, places: int = 4) -> tuple[Decimal, Decimal]:
    """Wilson's 95 percent interval of a share, rounded once to so many decimals.

    Raises ValueError unless ``0 <= numerator <= denominator`` and the denominator is above zero.
    """
    if not 0 <= numerator <= denominator or denominator == 0:
        raise ValueError(f"{numerator}/{denominator} is no share")
    at = _EXACTLY
    n, squared = Decimal(denominator), at.multiply(_Z, _Z)
    share = at.divide(Decimal(numerator), n)
    middle = at.add(share, at.divide(squared, 2 * n))
    spread = at.divide(at.multiply(share, at.subtract(Decimal(1), share)), n)
    spread = at.sqrt(at.add(spread, at.divide(squared, 4 * n * n)))
    spread = at.multiply(_Z, spread)
    scale = at.add(Decimal(1), at.divide(squared, n))
    low = max(Decimal(0), at.divide(at.subtract(middle, spread), scale))
    high = min(Decimal(1), at.divide(at.add(middle, spread), scale))
    return rounded(low, places), rounded(high, places)
