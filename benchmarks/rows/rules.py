"""Plain rules, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from benchmarks.measuring import Goal, Row, interleaved
from portal.evaluation.rules import ComparedOffer, Comparing, rank, spread

OFFERS, CRITERIA, ASSESSORS = 1000, 40, 5


def rows(quick: bool) -> Iterator[Row]:
    """The ranking of many offers by the joint points, and the spread of what was given before."""
    keys = [f"criterion-{n}" for n in range(CRITERIA)]
    comparing = Comparing(Decimal(40), dict.fromkeys(keys, Decimal("1.5")), 3)
    offers = [
        ComparedOffer(
            f"offer-{n}",
            Decimal(50) + Decimal(n * 7919 % 4000) / 100,
            None,
            {key: (n * 31 + place * 17) % 4 for place, key in enumerate(keys)},
            f"Opisto {n:04}",
        )
        for n in range(OFFERS)
    ]
    given = [
        [[(n + place + one) % 4 for one in range(ASSESSORS)] for place in range(CRITERIA)]
        for n in range(OFFERS)
    ]

    def apart() -> None:
        for offer in given:
            for points in offer:
                spread(points)

    name = f"ranking {OFFERS:,} offers × {CRITERIA} criteria, by what {ASSESSORS} assessors agreed"
    other = "how far the assessors are apart, for each of these points"
    works = {name: lambda: rank(offers, comparing), other: apart}
    found = interleaved(works, 5 if quick else 25)
    yield Goal(name, 50).row(found[name], "ms")
    yield Row(other, found[other], "ms")
