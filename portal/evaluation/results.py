"""What a lot's comparison came to, as plain values: the same on the pages and in the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.comparison import Bidder, LotComparison, compare_lots, sort_key
from portal.evaluation.decided import Outcome
from portal.evaluation.models import Award, AwardDecision, Discontinuation
from portal.evaluation.rules import Placing
from portal.evaluation.secrets import Clear
from portal.legal.rules import MovingDay, Step, standstill_steps
from portal.offers.models import Offer
from portal.organisations.models import Organisation
from portal.procurement.models import Procurement
from portal.procurement.queries.shown import criteria_shown
from portal.shared.names import name_in
from portal.shared.numbers import rounded

Plain = dict[str, Any]

NOT_OPENED = "not_opened"
"""Why an offer took no part that was never opened, or not confirmed after an amendment."""


def party(organisation: Organisation | Bidder) -> Plain:
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


def ranking_rows(comparison: LotComparison, clear: Clear) -> list[Plain]:
    """The ranked offers, best first, with every step of their points and the reasons cleared."""
    return [_ranked(comparison, placing, clear) for placing in comparison.placings]


def _ranked(comparison: LotComparison, placing: Placing, clear: Clear) -> Plain:
    offer_id = UUID(placing.provider)
    row = comparison.offers[offer_id]
    joint = comparison.joint[offer_id].points
    return {
        "provider": party(row.provider),
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
                "reason": clear(joint[criterion.key]["reason"]),
            }
            for criterion in placing.criteria
        ],
    }


def left_out_rows(comparison: LotComparison, clear: Clear) -> list[Plain]:
    """Who was left out, on what ground, and why (cleared), in an order that never changes."""
    rows = sorted(comparison.offers.items(), key=lambda item: sort_key(item[1].provider))
    found = []
    for offer_id, row in rows:
        ground = comparison.left_out(offer_id)
        if ground is not None:
            found.append(
                {
                    "provider": party(row.provider),
                    "ground": ground.value,
                    "reason": clear(comparison.reason_left_out(offer_id)),
                }
            )
    return found


def drawn_names(comparison: LotComparison, draw: Sequence[str], language: str) -> list[str]:
    """The providers in the order in which lots were drawn."""
    offers = comparison.offers
    return [name_in(offers[UUID(key)].provider.name, language) for key in draw]


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


def decided_lots(
    session: Session, procurement: Procurement, decision: AwardDecision
) -> list[tuple[Outcome, LotComparison]]:
    """Each outcome of the decision with its lot's comparison, in the order of the lots."""
    awards = {
        award.lot_id: award
        for award in session.scalars(select(Award).where(Award.decision_id == decision.id))
    }
    discontinued = {
        one.lot_id: one
        for one in session.scalars(
            select(Discontinuation).where(Discontinuation.decision_id == decision.id)
        )
    }
    outcomes: dict[UUID, Outcome] = {**discontinued, **awards}
    draws = {key: award.draw for key, award in awards.items()}
    compared = compare_lots(session, procurement, draws)
    return [(outcomes[lot.id], compared[lot.id]) for lot in procurement.lots if lot.id in outcomes]


def decision_lot(outcome: Outcome, comparison: LotComparison, language: str, clear: Clear) -> Plain:
    """What the decision says of one lot; of one discontinued neither prices nor points."""
    award = outcome if isinstance(outcome, Award) else None
    return {
        "title": dict(comparison.lot.title),
        "discontinued": award is None,
        "reason": clear(outcome.reason),
        "winner": _winner(award, comparison) if award is not None else None,
        "draw": drawn_names(comparison, award.draw, language) if award is not None else [],
        "left_out": left_out_rows(comparison, clear),
        "ranking": ranking_rows(comparison, clear) if award is not None else [],
    }


def _winner(award: Award, comparison: LotComparison) -> Plain:
    won = comparison.offers[award.offer_id]
    return {"provider": party(won.provider), "price": won.price}


NAMED = ("price", "price_points", "quality_points", "total")


def letter_lot(
    outcome: Outcome, comparison: LotComparison, offer: Offer, language: str, clear: Clear
) -> Plain:
    """How one bidder's offer came out in one lot, against the winner where there is one."""
    rows = {
        placing.provider: row
        for placing, row in zip(comparison.placings, ranking_rows(comparison, clear), strict=True)
    }
    own = rows.get(str(offer.id))
    award = outcome if isinstance(outcome, Award) else None
    winner = rows[str(award.offer_id)] if award is not None else None
    won = award is not None and award.offer_id == offer.id
    return {
        "title": dict(comparison.lot.title),
        "discontinued": award is None,
        "reason": clear(outcome.reason),
        "won": won,
        "compared": len(rows),
        "draw": drawn_names(comparison, award.draw, language) if award is not None else [],
        "own": {"left_out": None, "reason": None, "rank": own["rank"]}
        | {name: own[name] for name in NAMED}
        if own
        else _not_ranked(comparison, offer, clear),
        "winner": {"provider": winner["provider"]} | {name: winner[name] for name in NAMED}
        if winner
        else None,
        "criteria": _against(own, None if won else winner) if own else [],
    }


def _not_ranked(comparison: LotComparison, offer: Offer, clear: Clear) -> Plain:
    """The ground and the reason; without a ground where the lot ended before it was compared."""
    if offer.id not in comparison.offers:
        return {"left_out": NOT_OPENED, "reason": None, "rank": None}
    ground = comparison.left_out(offer.id)
    if ground is None:
        return {"left_out": None, "reason": None, "rank": None}
    return {
        "left_out": ground.value,
        "reason": clear(comparison.reason_left_out(offer.id)),
        "rank": None,
    }


def _against(own: Plain, winner: Plain | None) -> list[Plain]:
    best: Mapping[str, Plain] = {
        scored["key"]: scored for scored in (winner["criteria"] if winner else ())
    }
    return [
        {
            "key": scored["key"],
            **{f"own_{name}": scored[name] for name in ("points", "result", "reason")},
            **{
                f"winner_{name}": best[scored["key"]][name] if winner else None
                for name in ("points", "result", "reason")
            },
        }
        for scored in own["criteria"]
    ]
