"""Bands, views and evidence, without a database."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.criteria.bank import bank
from portal.criteria.rules import Use
from portal.indicators.rules import MEASURES, OF_CASE_FILES
from portal.scorecards.bands import assessed, bandings
from portal.scorecards.rules import (
    Band,
    Given,
    Limits,
    View,
    gap_between,
    link_of,
    require_given,
    require_settleable,
    spread_of,
    view_shown,
)
from portal.scorecards.usecases import FOLLOW_UP_SET
from portal.shared.errors import RuleBroken

VALUES = st.none() | st.fractions(min_value=0, max_value=5)


def test_whatever_is_banded_is_an_indicator_and_its_limits_are_in_order() -> None:
    assert set(bandings()) <= set(MEASURES)
    assert set(OF_CASE_FILES) <= set(bandings())
    for banding in bandings().values():
        assert banding.proposal
        good, fair = banding.limits.good, banding.limits.fair
        assert good > fair if banding.limits.more_is_better else good < fair


@given(VALUES, st.fractions(0, 5), st.fractions(0, 5), st.booleans())
def test_every_value_has_exactly_one_band(
    value: Fraction | None, one: Fraction, other: Fraction, more: bool
) -> None:
    good, fair = (max(one, other), min(one, other)) if more else (min(one, other), max(one, other))
    better = (lambda a, b: a >= b) if more else (lambda a, b: a <= b)
    holds = {
        Band.NO_DATA: value is None,
        Band.GOOD: value is not None and better(value, good),
        Band.FAIR: value is not None and better(value, fair) and not better(value, good),
        Band.WEAK: value is not None and not better(value, fair),
    }
    assert [band for band, there in holds.items() if there] == [
        Limits(good, fair, more).band_of(value)
    ]


@given(VALUES, VALUES)
def test_a_better_value_is_never_in_a_lower_band(a: Fraction | None, b: Fraction | None) -> None:
    order = [Band.WEAK, Band.FAIR, Band.GOOD]
    if a is None or b is None:
        return
    for banding in bandings().values():
        better, worse = (
            (max(a, b), min(a, b))
            if banding.limits.more_is_better
            else (
                min(a, b),
                max(a, b),
            )
        )
        bands = [order.index(banding.limits.band_of(value)) for value in (better, worse)]
        assert bands[0] >= bands[1]


def test_the_best_the_worst_and_no_data_land_where_they_belong() -> None:
    for key, banding in bandings().items():
        top = Fraction(1) if key.endswith("_share") else Fraction(30)
        best, worst = (top, Fraction(0)) if banding.limits.more_is_better else (Fraction(0), top)
        assert banding.limits.band_of(best) == Band.GOOD
        # Nobody in education is no failure where people went to work instead.
        lowest = Band.FAIR if key == "education_share" else Band.WEAK
        assert banding.limits.band_of(worst) == lowest
        assert banding.limits.band_of(None) == Band.NO_DATA
    assert not bandings()["interrupted_share"].limits.more_is_better
    assert [assessed().band_of(Fraction(n)) for n in range(4)] == [
        Band.WEAK,
        Band.FAIR,
        Band.GOOD,
        Band.GOOD,
    ]


def test_a_value_at_a_limit_is_in_the_better_band() -> None:
    for banding in bandings().values():
        assert banding.limits.band_of(banding.limits.good) == Band.GOOD
        assert banding.limits.band_of(banding.limits.fair) == Band.FAIR
        beyond = Fraction(-1 if banding.limits.more_is_better else 1, 10**9)
        assert banding.limits.band_of(banding.limits.good + beyond) == Band.FAIR
        assert banding.limits.band_of(banding.limits.fair + beyond) == Band.WEAK


@pytest.mark.parametrize(
    ("evidence", "link"),
    [
        ("/meetings/1", "/meetings/1"),
        ("https://jokiopisto.example/a?b=1", "https://jokiopisto.example/a?b=1"),
        ("Pöytäkirja 6.3.2026", None),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://", None),
        ("", None),
    ],
)
def test_an_address_is_told_from_words(evidence: str, link: str | None) -> None:
    assert link_of(evidence) == link
    if not evidence.startswith("https://") or link:
        require_given({"a": Given(1, "Syy", evidence)}, {"a": 3})


@pytest.mark.parametrize(
    "evidence",
    ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "file:///etc", "ftp://a"],
)
def test_an_address_of_another_kind_is_no_evidence(evidence: str) -> None:
    assert link_of(evidence) is None
    with pytest.raises(RuleBroken, match="evidence_unfit") as broken:
        require_given({"a": Given(1, "Syy", evidence)}, {"a": 3})
    assert broken.value.field == "evidence-a"


def test_points_are_refused_in_the_order_of_the_format() -> None:
    def rule_of(**given: Given) -> str | None:
        try:
            require_given(given, {"a": 3, "b": 3}, {"completed_share"})
        except RuleBroken as broken:
            return broken.rule
        return None

    assert rule_of(a=Given(4, "Syy"), b=Given(1, " ")) == "reason_missing"
    assert rule_of(a=Given(4, "Syy")) == "points_off_scale"
    assert rule_of(a=Given(-1, "Syy")) == "points_off_scale"
    assert rule_of(c=Given(1, "Syy")) == "points_off_scale"
    assert rule_of(a=Given(3, "Syy", indicator="unheard_of")) == "evidence_unfit"
    assert rule_of(a=Given(0, "Syy", indicator="completed_share"), b=Given(3, "Syy")) is None


@pytest.mark.parametrize(
    ("views", "answered", "day", "rule"),
    [
        (set(View), False, 15, "answer_time_running"),
        (set(View), False, 16, None),
        (set(View), True, 1, None),
        ({View.OWN}, True, 16, "assessments_missing"),
        ({View.REFERRERS}, True, 16, "assessments_missing"),
        (set(), False, 1, "assessments_missing"),
    ],
)
def test_a_scorecard_stands_with_both_views_and_with_the_answer_or_its_time_over(
    views: set[str], answered: bool, day: int, rule: str | None
) -> None:
    last = date(2026, 10, 15)
    allowed: AbstractContextManager[Any] = (
        nullcontext() if rule is None else pytest.raises(RuleBroken, match=rule)
    )
    with allowed:
        require_settleable(views, answered=answered, answer_by=last, today=date(2026, 10, day))


def test_each_side_sees_the_other_view_only_after_its_own_or_once_it_stands() -> None:
    def seen(reader: View | None, *given: View, stands: bool = False) -> list[View]:
        return [v for v in View if view_shown(v, reader=reader, given=given, stands=stands)]

    assert seen(View.OWN, View.REFERRERS) == [View.OWN]
    assert seen(View.OWN, View.OWN) == [View.OWN, View.REFERRERS]
    assert seen(View.REFERRERS, View.OWN) == [View.REFERRERS]
    assert seen(View.REFERRERS, View.REFERRERS) == list(View)
    assert seen(None, *View) == []
    assert seen(None, stands=True) == list(View)


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_the_gap_is_that_of_the_means_and_needs_both_views(
    own: list[int], referrers: list[int]
) -> None:
    gap = gap_between(spread_of(own), spread_of(referrers))
    if own and referrers:
        assert gap == Fraction(sum(own), len(own)) - Fraction(sum(referrers), len(referrers))
    else:
        assert gap is None


def test_the_follow_up_set_is_assessed_on_the_scale_of_evidence() -> None:
    for weighted in bank().criteria_set(FOLLOW_UP_SET).criteria:
        assert weighted.criterion.scales[Use.FOLLOW_UP].key == "evidence"
        assert weighted.weight is None
