"""The rows of a scorecard: indicators with their numbers, criteria with both views."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal.criteria.bank import bank
from portal.criteria.rules import Criterion, Scale, Unit, Use
from portal.indicators.queries import value_shown
from portal.indicators.rules import MEASURES, Figure, tells_of_few
from portal.organisations.models import Organisation
from portal.permissions import Role
from portal.scorecards.bands import assessed, bandings
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

    A share is printed in percent, with ``places`` decimals as anything else. ``withheld``: the
    feedback is of too few to be shown. ``band`` is None for an indicator that has none.
    """

    key: str
    title: Names
    unit: Unit
    value: Decimal | None
    places: int
    numerator: int
    denominator: int
    withheld: bool
    band: Band | None


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


def indicator_rows(figures: Mapping[str, Collection[int]], least: int) -> list[IndicatorRow]:
    """The figures as they were fixed, in the order in which they are read.

    Of the answers of fewer than ``least`` only the number is shown.
    """
    rows = []
    for key in MEASURES:
        if key not in figures:
            continue
        figure = Figure(key, *figures[key])
        definition, banding = bank().indicator(key), bandings().get(key)
        withheld = tells_of_few(figure, least)
        value = None if withheld else value_shown(definition.unit, figure)
        exponent = 0 if value is None else value.as_tuple().exponent
        assert isinstance(exponent, int)
        rows.append(
            IndicatorRow(
                key=key,
                title=definition.name,
                unit=definition.unit,
                value=value,
                places=-exponent,
                numerator=figure.numerator,
                denominator=figure.denominator,
                withheld=withheld,
                band=None if banding is None or withheld else banding.limits.band_of(figure.value),
            )
        )
    return rows


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
    home = _home(one, scorecard)
    return Assessed(
        person=one.person.name,
        organisation=None if home is None else dict(home.name),
        points=one.points,
        name=names[one.points],
        reason=one.reason,
        indicator=bank().indicator(one.indicator).name if one.indicator else None,
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
