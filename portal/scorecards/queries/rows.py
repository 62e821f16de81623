"""The rows of a scorecard: indicators with their numbers, criteria with both views."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from portal.criteria.rules import Criterion, Scale, Use
from portal.indicators.rules import Figure
from portal.organisations.models import Organisation
from portal.permissions import Role
from portal.scorecards.bands import assessed, readings
from portal.scorecards.models import Scorecard, ScorecardAssessment
from portal.scorecards.rules import (
    Band,
    ScorecardState,
    Spread,
    View,
    gap_between,
    link_of,
    spread_of,
    view_shown,
)
from portal.scorecards.usecases import set_of
from portal.shared.numbers import rounded

Names = Mapping[str, str]


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator: its value as printed, never without its numbers; None is no data.

    A share is printed in percent.
    """

    key: str
    title: Names
    share: bool
    value: Decimal | None
    numerator: int
    denominator: int
    band: Band | None
    proposal: bool


@dataclass(frozen=True)
class Assessed:
    """One person's points with the reason; ``link`` is where the evidence is an address."""

    person: str
    organisation: Names | None
    points: int
    name: Names
    reason: str
    indicator: Names | None
    evidence: str
    link: str | None
    at: datetime


@dataclass(frozen=True)
class Side:
    """One side's view of a criterion; the mean only beside the points that it is of."""

    view: View
    shown: bool
    given: list[Assessed]
    spread: Spread | None
    mean: Decimal | None
    band: Band


@dataclass(frozen=True)
class CriterionRow:
    """A criterion with both views; ``gap`` is the own view less the referrers', where shown."""

    criterion: Criterion
    own: Side
    referrers: Side
    gap: Decimal | None


def indicator_rows(figures: Mapping[str, Collection[int]]) -> list[IndicatorRow]:
    """The figures as they were fixed, in the order in which they are read."""
    rows = []
    for key, reading in readings().items():
        if key not in figures:
            continue
        numerator, denominator = figures[key]
        value = Figure(key, numerator, denominator).value
        rows.append(
            IndicatorRow(
                key=key,
                title=reading.title,
                share=reading.share,
                value=_printed(value, reading.share),
                numerator=numerator,
                denominator=denominator,
                band=reading.limits.band_of(value),
                proposal=reading.proposal,
            )
        )
    return rows


def _printed(value: Fraction | None, share: bool) -> Decimal | None:
    """A share in percent with one decimal, anything else with two."""
    if value is None:
        return None
    return rounded(value * 100, 1) if share else rounded(value)


def criteria_rows(scorecard: Scorecard, side: View | None) -> list[CriterionRow]:
    """Each criterion of the set with the views that a reader on this side may see."""
    standing = [one for one in scorecard.assessments if one.replaced_at is None]
    stands = scorecard.state == ScorecardState.SETTLED
    rows = []
    for weighted in set_of(scorecard).criteria:
        criterion = weighted.criterion
        names = {point.value: point.name for point in criterion.scales[Use.FOLLOW_UP].points}
        mine = [one for one in standing if one.criterion == criterion.key]
        given = {one.view for one in mine}
        sides = {}
        for view in View:
            shown = view_shown(view, reader=side, given=given, stands=stands)
            seen = [one for one in mine if one.view == view] if shown else []
            sides[view] = _side(view, shown, seen, scorecard, names)
        own, referrers = sides[View.OWN], sides[View.REFERRERS]
        gap = gap_between(own.spread, referrers.spread)
        rows.append(CriterionRow(criterion, own, referrers, None if gap is None else rounded(gap)))
    return rows


def _side(
    view: View,
    shown: bool,
    seen: list[ScorecardAssessment],
    scorecard: Scorecard,
    names: Mapping[int, Names],
) -> Side:
    spread = spread_of(one.points for one in seen)
    mean = None if spread is None else spread.mean
    return Side(
        view=view,
        shown=shown,
        given=[_assessed(one, scorecard, names) for one in seen],
        spread=spread,
        mean=None if mean is None else rounded(mean),
        band=assessed().band_of(mean),
    )


def _assessed(
    one: ScorecardAssessment, scorecard: Scorecard, names: Mapping[int, Names]
) -> Assessed:
    reading = readings().get(one.indicator)
    home = _home(one, scorecard)
    return Assessed(
        person=one.person.name,
        organisation=None if home is None else dict(home.name),
        points=one.points,
        name=names[one.points],
        reason=one.reason,
        indicator=None if reading is None else reading.title,
        evidence=one.evidence,
        link=link_of(one.evidence),
        at=one.at,
    )


def _home(one: ScorecardAssessment, scorecard: Scorecard) -> Organisation | None:
    """In whose name the person assessed."""
    if one.view == View.OWN:
        return scorecard.provider
    if one.person.holds({Role.PROCUREMENT_OFFICER}, scorecard.buyer_id):
        return scorecard.buyer
    offices = one.person.organisations_as(Role.COURSE_SPONSOR)
    return offices[0] if offices else None


def scale_of(scorecard: Scorecard) -> Scale:
    """The scale of evidence, which all criteria of the set share."""
    first = set_of(scorecard).criteria[0].criterion
    return first.scales[Use.FOLLOW_UP]
