"""In which order the criteria of a wide comparison are read, and how it is cut for paper."""

from __future__ import annotations

from decimal import Decimal

from portal.evaluation.queries.matrix import places_read, places_told
from portal.evaluation.rules.matrix import Order, apart, chunks, ordered

WEIGHTS = [Decimal(10), Decimal(30), Decimal(20), Decimal(40)]
POINTS = [[3, 0], [2, 2], [1, 3], [None, 2]]


def test_offers_are_apart_by_their_known_points() -> None:
    assert [apart(points) for points in POINTS] == [3, 0, 2, 0]
    assert apart([]) == 0


def test_what_tells_offers_apart_most_comes_first_by_its_weight() -> None:
    assert ordered(Order.CALL, WEIGHTS, POINTS) == [0, 1, 2, 3]
    assert ordered(Order.DIFFERENCES, WEIGHTS, POINTS) == [2, 0, 1, 3]
    assert ordered(Order.WEIGHT, WEIGHTS, POINTS) == [3, 1, 2, 0]


def test_what_the_reader_puts_first_stays_first_and_nothing_is_lost_or_doubled() -> None:
    assert ordered(Order.WEIGHT, WEIGHTS, POINTS, [1, 0, 1, 99]) == [1, 0, 3, 2]
    assert places_read(places_told([3, 0, 2])) == (3, 0, 2)
    assert places_read("1.x.-2.99999.0") == (1, 0)


def test_paper_has_every_column_once() -> None:
    places = list(range(40))
    sheets = chunks(places, 10)
    assert [len(sheet) for sheet in sheets] == [10] * 4
    assert [place for sheet in sheets for place in sheet] == places
    assert chunks([], 10) == []
