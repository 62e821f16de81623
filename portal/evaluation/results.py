"""What a lot's comparison came to, as plain values: the same on the pages and in the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.comparison import LotComparison, compare_lots, sort_key
from portal.evaluation.models import Award, AwardDecision, Discontinuation
from portal.evaluation.rules import Placing
from portal.legal.rules import MovingDay, Step, standstill_steps
from portal.offers.models import Offer
from portal.organisations.models import Organisation
from portal.procurement.models import Procurement
from portal.procurement.queries.shown import criteria_shown
from portal.shared.names import name_in
from portal.shared.numbers import rounded

Plain = dict[str, Any]


def party(organisation: Organisation) -> Plain:
    """The name and the business id."""
    return {"name": dict(organisation.name), "business_id": organisation.business_id}


def criteria_rows(procurement: Procurement) -> list[Plain]:
    """The criteria of the frozen call, in its order."""
    return [
        {
            "key": asked.key,
            "version": asked.version,
            "weight": asked.weight,
            "title": dict(asked.title),
            "question": dict(asked.question),
        }
        for asked in criteria_shown(procurement)
    ]


def ranking_rows(comparison: LotComparison) -> list[Plain]:
    """The ranked offers, best first, with every step of their points."""
    return [_ranked(comparison, placing) for placing in comparison.placings]


def _ranked(comparison: LotComparison, placing: Placing) -> Plain:
    offer_id = UUID(placing.provider)
    row = comparison.offers[offer_id]
    joint = comparison.joint[offer_id].points
    return {
        "provider": party(row.offer.provider),
        "rank": placing.rank,
        "price": row.price,
        "coordination_fee": row.coordination_fee,
        "comparison_price": rounded(placing.comparison_price),
        "price_points": rounded(placing.price_points),
        "quality_points": rounded(placing.quality_points),
        "total": rounded(placing.total),
        "criteria": [
            {
                "key": criterion.key,
                "points": criterion.points,
                "result": rounded(criterion.value),
                "reason": joint[criterion.key]["reason"],
            }
            for criterion in placing.criteria
        ],
    }


def left_out_rows(comparison: LotComparison) -> list[Plain]:
    """Who was left out, on what ground, and why, in an order that never changes."""
    rows = sorted(comparison.offers.items(), key=lambda item: sort_key(item[1].offer.provider))
    found = []
    for offer_id, row in rows:
        ground = comparison.left_out(offer_id)
        if ground is not None:
            found.append(
                {
                    "provider": party(row.offer.provider),
                    "ground": ground.value,
                    "reason": comparison.reason_left_out(offer_id),
                }
            )
    return found


def drawn_names(comparison: LotComparison, draw: Sequence[str], language: str) -> list[str]:
    """The providers in the order in which lots were drawn."""
    offers = comparison.offers
    return [name_in(offers[UUID(key)].offer.provider.name, language) for key in draw]


def decision_row(decision: AwardDecision) -> Plain:
    """The decision with its standstill and the days that its last day moved over."""
    return {
        "n": decision.n,
        "issued_at": decision.issued_at,
        "issued_by": decision.issued_by.name,
        "received_on": decision.received_on,
        "standstill_days": decision.standstill_days,
        "standstill_ends": decision.standstill_ends,
        "first_signing_day": decision.first_signing_day,
        "moved": [
            {"day": step.day, "why": step.why.value}
            for step in steps_of(decision)
            if isinstance(step.why, MovingDay)
        ],
    }


def steps_of(decision: AwardDecision) -> list[Step]:
    """The standstill day by day; nothing where the law asks for none."""
    if not decision.standstill_days:
        return []
    return standstill_steps(decision.received_on, decision.standstill_days)


@dataclass(frozen=True)
class DecidedLot:
    """What a decision came to in one lot: an award, or None where nothing is bought."""

    comparison: LotComparison
    award: Award | None
    reason: str


def decided_lots(
    session: Session, procurement: Procurement, decision: AwardDecision
) -> list[DecidedLot]:
    """Each lot of the decision with its comparison, in the order of the lots."""
    awards = {
        award.lot_id: award
        for award in session.scalars(select(Award).where(Award.decision_id == decision.id))
    }
    discontinued = {
        row.lot_id: row
        for row in session.scalars(
            select(Discontinuation).where(Discontinuation.decision_id == decision.id)
        )
    }
    compared = compare_lots(
        session, procurement, {lot_id: award.draw for lot_id, award in awards.items()}
    )
    return [
        DecidedLot(
            comparison=compared[lot.id],
            award=awards.get(lot.id),
            reason=(awards.get(lot.id) or discontinued[lot.id]).reason,
        )
        for lot in procurement.lots
        if lot.id in awards or lot.id in discontinued
    ]


def decision_lot(decided: DecidedLot, language: str) -> Plain:
    """What the decision says of one lot; ``winner`` is None where nothing is bought."""
    comparison, award = decided.comparison, decided.award
    if award is None:
        return {
            "title": dict(comparison.lot.title),
            "reason": decided.reason,
            "winner": None,
            "draw": [],
            "left_out": left_out_rows(comparison),
            "ranking": [],
        }
    winner = comparison.offers[award.offer_id]
    return {
        "title": dict(comparison.lot.title),
        "reason": decided.reason,
        "winner": {"provider": party(winner.offer.provider), "price": winner.price},
        "draw": drawn_names(comparison, award.draw, language),
        "left_out": left_out_rows(comparison),
        "ranking": ranking_rows(comparison),
    }


def letter_lot(decided: DecidedLot, offer: Offer, language: str) -> Plain:
    """How one bidder's offer came out in one lot, against the winner, if there is one."""
    comparison, award = decided.comparison, decided.award
    if award is None:
        left_out = offer.id in comparison.offers and comparison.left_out(offer.id) is not None
        return {
            "title": dict(comparison.lot.title),
            "reason": decided.reason,
            "won": False,
            "compared": 0,
            "draw": [],
            "own": _left_out(comparison, offer) if left_out else None,
            "winner": None,
            "criteria": [],
        }
    rows = {
        placing.provider: row
        for placing, row in zip(comparison.placings, ranking_rows(comparison), strict=True)
    }
    winner, own = rows[str(award.offer_id)], rows.get(str(offer.id))
    won = award.offer_id == offer.id
    named = ("price", "price_points", "quality_points", "total")
    return {
        "title": dict(comparison.lot.title),
        "reason": award.reason,
        "won": won,
        "compared": len(rows),
        "draw": drawn_names(comparison, award.draw, language),
        "own": {"left_out": None, "reason": None, "rank": own["rank"]}
        | {name: own[name] for name in named}
        if own
        else _left_out(comparison, offer),
        "winner": {"provider": winner["provider"]} | {name: winner[name] for name in named},
        "criteria": _against(own, winner, won) if own else [],
    }


def _left_out(comparison: LotComparison, offer: Offer) -> Plain:
    ground = comparison.left_out(offer.id)
    assert ground is not None
    return {"left_out": ground.value, "reason": comparison.reason_left_out(offer.id)}


def _against(own: Plain, winner: Plain, won: bool) -> list[Plain]:
    best: Mapping[str, Plain] = {scored["key"]: scored for scored in winner["criteria"]}
    return [
        {
            "key": scored["key"],
            **{f"own_{name}": scored[name] for name in ("points", "result", "reason")},
            **{
                f"winner_{name}": None if won else best[scored["key"]][name]
                for name in ("points", "result", "reason")
            },
        }
        for scored in own["criteria"]
    ]
