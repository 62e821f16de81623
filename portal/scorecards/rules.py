"""When a scorecard may be assessed, answered and settled, and how its figures are read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from urllib.parse import urlsplit

from portal.shared.errors import RuleBroken


class ScorecardState(StrEnum):
    """A draft is assessed and answered until it is settled and stands."""

    DRAFT = "draft"
    SETTLED = "settled"


TRANSITIONS = {"settle_scorecard": (ScorecardState.DRAFT, ScorecardState.SETTLED)}
"""The one table that moves a scorecard."""


class View(StrEnum):
    """Whose assessment it is: the provider's own, or that of those who refer and buy."""

    OWN = "own"
    REFERRERS = "referrers"


class Band(StrEnum):
    """How a value is to be read. No data is a band of its own, and never the lowest."""

    NO_DATA = "no_data"
    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"


@dataclass(frozen=True)
class Limits:
    """Where the bands of an indicator begin; the limits themselves are in the better band.

    Where less is better (``more_is_better`` false) they are the highest values of a band.
    """

    good: Fraction
    fair: Fraction
    more_is_better: bool = True

    def band_of(self, value: Fraction | None) -> Band:
        """The one band of a value; None is no data."""
        if value is None:
            return Band.NO_DATA
        sign = 1 if self.more_is_better else -1
        if sign * value >= sign * self.good:
            return Band.GOOD
        return Band.FAIR if sign * value >= sign * self.fair else Band.WEAK


@dataclass(frozen=True)
class Given:
    """Points for one criterion, with the reason and what they rest on.

    ``indicator`` is the key of an indicator of the scorecard; ``evidence`` an address or words.
    """

    points: int
    reason: str
    evidence: str = ""
    indicator: str = ""


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")


def link_of(evidence: str) -> str | None:
    """The address that evidence is, on the web or a page of the portal; None for mere words."""
    text = evidence.strip()
    if not text or any(sign.isspace() or sign == "\\" for sign in text):
        return None
    if text.startswith("/") and not text.startswith("//"):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None


def require_given(
    points: Mapping[str, Given], tops: Mapping[str, int], indicators: Collection[str] = ()
) -> None:
    """Refuses points that cannot stand; ``tops`` is the highest point of each criterion.

    Raises ``reason_missing``, then ``points_off_scale``, which a criterion outside the set is too,
    then ``evidence_unfit`` for an address that is neither of the web nor of the portal, or an
    indicator that is not of the scorecard.
    """
    for criterion, given in points.items():
        if not given.reason.strip():
            raise RuleBroken("reason_missing", field=f"reason-{criterion}")
    for criterion, given in points.items():
        if criterion not in tops or not 0 <= given.points <= tops[criterion]:
            raise RuleBroken("points_off_scale", field=f"points-{criterion}")
    for criterion, given in points.items():
        if given.indicator and given.indicator not in indicators:
            raise RuleBroken("evidence_unfit", field=f"indicator-{criterion}")
        text = given.evidence.strip()
        if _SCHEME.match(text) and link_of(text) is None:
            raise RuleBroken("evidence_unfit", field=f"evidence-{criterion}")


def last_day_to_answer(drawn_up_on: date, days: int) -> date:
    """The day itself is not counted, and the last one is in time."""
    return drawn_up_on + timedelta(days=days)


def require_settleable(
    views: Collection[str], *, answered: bool, answer_by: date, today: date
) -> None:
    """Refuses to let a scorecard stand too early.

    Raises ``assessments_missing`` without either view, ``answer_time_running`` until the last day
    to answer has passed, unless there is an answer.
    """
    if not set(View) <= set(views):
        raise RuleBroken("assessments_missing")
    if not answered and today <= answer_by:
        raise RuleBroken("answer_time_running")


def view_shown(view: str, *, reader: View | None, given: Collection[str], stands: bool) -> bool:
    """Whether a reader sees a side's assessments of a criterion before the scorecard stands.

    The two views are to be independent: a side sees the other's once it has given its own for the
    criterion. ``given`` are the sides that have. Who is of neither side sees them once it stands.
    """
    return stands or view == reader or (reader is not None and reader in given)


@dataclass(frozen=True)
class Spread:
    """Points of one side for one criterion: how many gave them, from least to most, and the sum."""

    count: int
    least: int
    most: int
    total: int

    @property
    def mean(self) -> Fraction:
        """The exact mean, which is never shown without the points that it is of."""
        return Fraction(self.total, self.count)


def spread_of(points: Iterable[int]) -> Spread | None:
    """The spread of a side's points; None where nobody has assessed: that is never a zero."""
    listed = list(points)
    if not listed:
        return None
    return Spread(len(listed), min(listed), max(listed), sum(listed))


def gap_between(own: Spread | None, referrers: Spread | None) -> Fraction | None:
    """How much higher the provider sees itself than those who refer; None without both views."""
    return None if own is None or referrers is None else own.mean - referrers.mean
