"""What the result sheet, the award decision and a bidder's letter say, as plain values."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.documents.store import Builder, render
from portal.evaluation.comparison import LotComparison, compare_lots, sort_key
from portal.evaluation.decided import (
    Outcome,
    Plan,
    contact_of,
    decision_legal,
)
from portal.evaluation.models import Award, AwardDecision, BidderLetter
from portal.evaluation.queries import planned_decision_of, require_decision_to_make
from portal.evaluation.results import (
    criteria_rows,
    decided_lots,
    decision_lot,
    decision_row,
    drawn_names,
    left_out_rows,
    letter_lot,
    party,
    ranking_rows,
)
from portal.evaluation.rules import tie_settled_by
from portal.evaluation.secrets import secrets_of
from portal.jobs import work
from portal.jobs.models import Work
from portal.legal.rules import Regime
from portal.offers.access import awaits_confirmation
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.procurement.regimes import REGIME_NAMES
from portal.shared.canonical import canonical, sha256
from portal.shared.errors import NotFound, RuleBroken
from portal.shared.numbers import rounded

DRAFT = "decision_draft"


def result_sheet(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """How an award's ranking came about, step by step, with the hash of what went into it."""
    award = session.get_one(Award, subject)
    procurement = session.get_one(Procurement, award.offer.procurement_id)
    compared = compare_lots(session, procurement, {award.lot_id: award.draw})[award.lot_id]
    lot, placings = compared.lot, compared.placings
    clear = secrets_of(session, procurement).clear(language)
    return {
        "made_at": award.awarded_at,
        "buyer": party(procurement.buyer),
        "procurement": _call(procurement)
        | {
            "comparison": procurement.comparison,
            "two_envelopes": procurement.two_envelopes,
            "low_price_percent": procurement.low_price_percent,
        },
        "lot": {
            "key": lot.key,
            "title": dict(lot.title),
            "unit": lot.unit,
            "capacity_estimated": lot.capacity_estimated,
            "price_model": lot.price_model,
        },
        "criteria": criteria_rows(procurement),
        "lowest_comparison_price": rounded(placings[0].lowest_price) if placings else None,
        "offers": ranking_rows(compared, clear),
        "tie_settled_by": tie_settled_by(placings),
        "draw": drawn_names(compared, award.draw, language),
        "left_out": left_out_rows(compared, clear),
        "low_prices": _low_prices(compared),
        "input_sha256": sha256(canonical(_input(procurement, compared, award))),
    }


def _low_prices(compared: LotComparison) -> list[dict[str, Any]]:
    """The prices that the measure of the call flagged, lowest first."""
    flagged = sorted(
        compared.low_prices.items(),
        key=lambda item: (item[1].price, sort_key(compared.offers[UUID(item[0])].provider)),
    )
    return [
        {
            "provider": party(compared.offers[UUID(key)].provider),
            "price": rounded(low.price),
            "mean_of_others": rounded(low.mean_of_others),
            "share": rounded(low.share),
        }
        for key, low in flagged
    ]


def _input(procurement: Procurement, compared: LotComparison, award: Award) -> dict[str, Any]:
    """The prices, weights, joint scores and draw that the ranking was reckoned from.

    Bidders stand by their names, so that the same inputs have the same hash everywhere.
    """
    rows = {key: "/".join(sort_key(row.provider)) for key, row in compared.offers.items()}
    return {
        "price_weight": procurement.price_weight,
        "comparison": procurement.comparison,
        "scale_top": procurement.scale_top,
        "estimated": compared.lot.capacity_estimated,
        "weights": {row.key: row.weight for row in procurement.criteria},
        "offers": [
            {
                "provider": rows[UUID(placing.provider)],
                "price": compared.offers[UUID(placing.provider)].price,
                "coordination_fee": compared.offers[UUID(placing.provider)].coordination_fee,
                "points": {criterion.key: criterion.points for criterion in placing.criteria},
            }
            for placing in compared.placings
        ],
        "draw": [rows[UUID(key)] for key in award.draw],
    }


def award_decision(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """The decision on its lots, with its grounds, its standstill and the appeal instructions."""
    decision = session.get_one(AwardDecision, subject)
    procurement = session.get_one(Procurement, decision.procurement_id)
    lots = decided_lots(session, procurement, decision)
    return _decision(session, procurement, decision, lots, language) | {"draft": False}


def draft_decision(session: Session, planned: Plan, language: str) -> dict[str, Any]:
    """The decision as it would be if it were issued now, marked as a draft."""
    return _decision(session, planned.procurement, planned.decision, planned.lots, language) | {
        "draft": True
    }


def begin_draft(
    session: Session, procurement_id: UUID, *, language: str, by: Person, at: datetime
) -> Work:
    """Have the draft made in the background, as the decision would be if it were issued now.

    Raises NotFound where there is no decision to make, and what `Part.require_open` raises.
    """
    require_decision_to_make(session, procurement_id, by)
    return work.begin(
        session, DRAFT, person_id=by.id, subject=procurement_id, language=language, at=at
    )


def _make_draft(session: Session, asked: Work, progress: work.Progress) -> work.Made:
    assert asked.subject is not None
    by = session.get_one(Person, asked.by_id)
    planned = planned_decision_of(session, asked.subject, by, asked.asked_at)
    context = draft_decision(session, planned, asked.language)
    made = render("award_decision", asked.language, context)
    return work.Made(BytesIO(made.pdf), "award-decision-draft.pdf", "application/pdf")


def _allow_draft(session: Session, asked: Work) -> None:
    """As when it was made; what has been issued meanwhile has no draft any more."""
    assert asked.subject is not None
    try:
        require_decision_to_make(session, asked.subject, session.get_one(Person, asked.by_id))
    except NotFound as gone:
        raise RuleBroken("changed_meanwhile") from gone


DECISION_DRAFT = work.Kind(_make_draft, allow=_allow_draft)


def _decision(
    session: Session,
    procurement: Procurement,
    decision: AwardDecision,
    lots: list[tuple[Outcome, LotComparison]],
    language: str,
) -> dict[str, Any]:
    clear = secrets_of(session, procurement).clear(language)
    return {
        "made_at": decision.issued_at,
        "buyer": party(procurement.buyer),
        "contact": contact_of(session, procurement),
        "procurement": _call(procurement)
        | {
            "kind": procurement.kind,
            "cpv": list(procurement.cpv),
            "procedure": procurement.procedure,
            "regime": procurement.regime,
            "regime_text": dict(REGIME_NAMES[Regime(procurement.regime)]),
        },
        "decision": decision_row(decision),
        "legal": decision.legal or decision_legal(session, procurement, decision.received_on),
        "criteria": criteria_rows(procurement),
        "lots": [decision_lot(outcome, compared, language, clear) for outcome, compared in lots],
    }


def bidder_letter(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """One bidder's own points against the winner's, in every lot that it offered.

    What is said of its own offer is said in full, and nothing of what others hold to be secret.
    A bidder whose offer was not opened is told how each lot ended.
    """
    letter = session.get_one(BidderLetter, subject)
    decision = letter.decision
    procurement = session.get_one(Procurement, decision.procurement_id)
    clear = secrets_of(session, procurement).clear(language, owner=letter.offer_id)
    decided = decided_lots(session, procurement, decision)
    own = [(outcome, lot) for outcome, lot in decided if letter.offer_id in lot.offers]
    return {
        "made_at": decision.issued_at,
        "buyer": party(procurement.buyer),
        "contact": contact_of(session, procurement),
        "provider": party(letter.offer.provider),
        "procurement": _call(procurement),
        "decision": decision_row(decision),
        "criteria": criteria_rows(procurement),
        "unconfirmed": awaits_confirmation(letter.offer, procurement),
        "lots": [
            letter_lot(outcome, compared, letter.offer, language, clear)
            for outcome, compared in own or decided
        ],
    }


def _call(procurement: Procurement) -> dict[str, Any]:
    return {
        "reference": procurement.reference,
        "title": dict(procurement.title),
        "price_weight": procurement.price_weight,
        "scale_top": procurement.scale_top,
    }


DOCUMENTS: dict[str, Builder] = {
    "result_sheet": result_sheet,
    "award_decision": award_decision,
    "bidder_letter": bidder_letter,
}
