"""What an award decision says, and which of the parts asked of it are missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class ComparedFacts:
    """A compared offer as the decision tells of it: place, points, reasons by criterion key."""

    provider: str
    rank: int | None
    total: Decimal | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOutFacts:
    """An offer left out, with the ground and the reason."""

    provider: str
    ground: str
    reason: str


@dataclass(frozen=True)
class LotFacts:
    """What the decision says of one lot: awarded, or discontinued with a reason.

    ``offers`` names every bidder of the lot; ``winner`` is one of the compared.
    """

    lot: str
    offers: tuple[str, ...] = ()
    winner: str | None = None
    price: Decimal | None = None
    discontinued: bool = False
    reason: str = ""
    compared: tuple[ComparedFacts, ...] = ()
    left_out: tuple[LeftOutFacts, ...] = ()


@dataclass(frozen=True)
class DecisionFacts:
    """What a decision says, as far as the law asks for it.

    ``criteria`` are the keys of the frozen call; ``instructed`` the parts of the instructions for
    appeal that are given in every language.
    """

    buyer: str
    title: str
    procedure: str
    lots: tuple[LotFacts, ...]
    criteria: tuple[str, ...]
    legal_grounds: tuple[str, ...]
    standstill_days: int
    standstill_ends: date | None
    first_signing_day: date | None
    instructed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Missing:
    """A part that is missing: of one lot, by its key, or of the whole decision."""

    part: str
    lot: str | None = None


def missing_from_decision(facts: DecisionFacts, asked: Iterable[str]) -> list[Missing]:
    """The parts asked for (`portal.legal.decision.parts_asked`) that the decision does not have.

    A part that no rule here knows is looked for among the instructions, so that a new row of law
    is asked for and never passed over.
    """
    missing = []
    for part in asked:
        if part in WHOLE:
            missing += [] if WHOLE[part](facts) else [Missing(part)]
        elif part in BY_LOT:
            found = BY_LOT[part]
            missing += [Missing(part, lot.lot) for lot in facts.lots if not found(facts, lot)]
        elif part not in facts.instructed:
            missing.append(Missing(part))
    return missing


def _has_standstill(facts: DecisionFacts) -> bool:
    return facts.standstill_days > 0 and facts.standstill_ends is not None


WHOLE: dict[str, Callable[[DecisionFacts], bool]] = {
    "buyer": lambda facts: _said(facts.buyer),
    "object": lambda facts: _said(facts.title) and bool(facts.lots),
    "procedure": lambda facts: _said(facts.procedure),
    "legal_grounds": lambda facts: (
        bool(facts.legal_grounds) and all(map(_said, facts.legal_grounds))
    ),
    "standstill": _has_standstill,
    "contract_time": lambda facts: facts.first_signing_day is not None,
}
"""The parts that a decision has once, each with how it is found."""


def _outcome(_facts: DecisionFacts, lot: LotFacts) -> bool:
    return lot.discontinued or lot.winner is not None


def _winner_and_price(_facts: DecisionFacts, lot: LotFacts) -> bool:
    if lot.winner is None:
        return True
    return lot.price is not None and lot.winner in [offer.provider for offer in lot.compared]


def _reason(_facts: DecisionFacts, lot: LotFacts) -> bool:
    return not _outcome(_facts, lot) or _said(lot.reason)


def _places_and_points(_facts: DecisionFacts, lot: LotFacts) -> bool:
    """Everybody has a place or has been left out; of a lot discontinued no places are asked."""
    if lot.winner is None:
        return True
    told = {offer.provider for offer in lot.compared} | {out.provider for out in lot.left_out}
    placed = all(offer.rank is not None and offer.total is not None for offer in lot.compared)
    return placed and told == set(lot.offers)


def _reasons_per_criterion(facts: DecisionFacts, lot: LotFacts) -> bool:
    return all(
        _said(offer.reasons.get(criterion, ""))
        for offer in lot.compared
        for criterion in facts.criteria
    )


def _exclusions(_facts: DecisionFacts, lot: LotFacts) -> bool:
    return all(_said(out.ground) and _said(out.reason) for out in lot.left_out)


BY_LOT: dict[str, Callable[[DecisionFacts, LotFacts], bool]] = {
    "outcome": _outcome,
    "winner_and_price": _winner_and_price,
    "reason": _reason,
    "places_and_points": _places_and_points,
    "reasons_per_criterion": _reasons_per_criterion,
    "exclusions": _exclusions,
}
"""The parts that a decision has of each lot, each with how it is found."""


def known_parts(instructed: Collection[str]) -> frozenset[str]:
    """Every part that can be looked for, those of the instructions among them."""
    return frozenset(WHOLE) | frozenset(BY_LOT) | frozenset(instructed)


def _said(text: str) -> bool:
    return bool(text.strip())
