"""A market grows to a size."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from benchmarks.market import around, people
from benchmarks.market.calls import call
from benchmarks.market.ground import KINDS_OF_CALL, Market, Size
from benchmarks.market.trainings import IN_A_TRAINING, trainings


def grow(session: Session, market: Market, size: Size) -> None:
    """Let the market grow to the size; what is there already stays as it is."""
    before = market.size
    if not market.people:
        people.cast(market)
    people.providers(market, size.providers - before.providers)
    people.evaluators(market, size.evaluators)
    market.write(session)
    calls = range(before.calls, size.calls)
    kinds = [KINDS_OF_CALL[n % len(KINDS_OF_CALL)] for n in calls]
    published = sum(kind != "draft" for kind in kinds)
    shares = _shares(size.offers - before.offers, published)
    for n, kind in zip(calls, kinds, strict=True):
        offers = 0 if kind == "draft" else next(shares)
        market.calls[kind] = call(session, market, n, kind, offers)
    needs = around.needs(market, range(before.needs, size.needs))
    for n in range(before.soundings, size.soundings):
        market.sounding = around.sounding(market, n, next(needs))
    around.units(market, range(before.needs, size.needs))
    around.cards(market, range(before.cards, size.cards))
    around.letters(market, range(before.letters, size.letters))
    market.write(session)
    trainings(market, range(before.enrolments // IN_A_TRAINING, size.enrolments // IN_A_TRAINING))
    market.write(session)
    market.size = size


def _shares(total: int, parts: int) -> Iterator[int]:
    """The total spread evenly over the parts."""
    for part in range(parts):
        yield total * (part + 1) // parts - total * part // parts
