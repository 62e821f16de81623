"""The order of a day's route, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.meetings.visits.rules import Stop, rearranged, require_stops
from portal.shared.errors import RuleBroken


def test_a_stop_goes_one_place_earlier_or_later() -> None:
    assert rearranged("abc", "b", up=True) == ["b", "a", "c"]
    assert rearranged("abc", "b", up=False) == ["a", "c", "b"]
    assert rearranged("abc", "a", up=True) == ["a", "b", "c"]
    assert rearranged("abc", "c", up=False) == ["a", "b", "c"]


@given(st.lists(st.integers(), min_size=1, unique=True), st.data(), st.booleans())
def test_no_stop_is_lost_or_doubled(order: list[int], data: st.DataObject, up: bool) -> None:
    moved = data.draw(st.sampled_from(order))
    assert sorted(rearranged(order, moved, up=up)) == sorted(order)


def test_a_route_has_stops_with_places() -> None:
    require_stops([Stop("Kahvila")])
    for stops, rule in (([], "no_stops"), ([Stop("Kahvila"), Stop(" ")], "text_missing")):
        with pytest.raises(RuleBroken, match=rule):
            require_stops(stops)
