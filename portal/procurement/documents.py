"""What the call's document says, as plain values."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.documents.store import Builder
from portal.procurement.models import CallAmendment, Procurement
from portal.procurement.queries.amendments import amendments_of, differences_shown
from portal.procurement.queries.shown import (
    CriterionShown,
    LotShown,
    OptionShown,
    criteria_shown,
    lot_shown,
    questions_of,
    requirements_shown,
)
from portal.procurement.regimes import REGIME_NAMES
from portal.procurement.rules import latest_end_of_call, weights_total
from portal.procurement.terms import call_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.names import LANGUAGES


def call_context(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """The published call with the answers given so far.

    ``subject`` is the procurement or, of an amended call, the amendment.
    """
    amendment = session.get(CallAmendment, subject)
    procurement = session.get_one(
        Procurement, subject if amendment is None else amendment.procurement_id
    )
    assert procurement.published_at is not None
    call = call_terms(procurement)
    published_on = day_in_helsinki(procurement.published_at)
    questions = questions_of(session, procurement)
    amendments = [
        one
        for one in amendments_of(session, procurement)
        if amendment is not None and one.n <= amendment.n
    ]
    answered = [question.answered_at for question in questions if question.answered_at]
    return {
        "made_at": max(
            [
                procurement.published_at,
                *answered,
                *(one.amended_at for one in amendments),
            ]
        ),
        "amendments": [
            {
                "n": one.n,
                "amended_at": one.amended_at,
                "reason": one.reason,
                "differences": [asdict(row) for row in differences_shown(one, procurement)],
            }
            for one in amendments
        ],
        "portal_address": settings_of(session).base_url,
        "buyer": {
            "name": dict(procurement.buyer.name),
            "business_id": procurement.buyer.business_id,
        },
        "procurement": {
            "reference": call.reference,
            "title": dict(call.title),
            "description": dict(call.description),
            "kind": call.kind.value,
            "regime": call.regime.value,
            "regime_text": REGIME_NAMES[call.regime],
            "procedure": call.procedure.value,
            "cpv": list(call.cpv),
            "estimated_value": call.estimated_value,
            "published_at": procurement.published_at,
            "questions_due": call.questions_due,
            "offers_due": call.offers_due,
            "contract_start": call.contract_start,
            "contract_end": call.contract_end,
            "latest_end": latest_end_of_call(call, published_on),
            "price_weight": call.price_weight or Decimal(0),
            "comparison": call.comparison.value,
            "scale_top": call.scale_top,
            "two_envelopes": call.two_envelopes,
            "low_price_percent": call.low_price_percent,
            "frozen_sha256": procurement.frozen_sha256,
        },
        "lots": [_lot(lot_shown(lot, call.contract_end, published_on)) for lot in call.lots],
        "requirements": [
            {"key": one.key, "title": dict(one.title), "evidence": dict(one.evidence)}
            for one in requirements_shown(procurement)
        ],
        "weights_together": weights_total(call),
        "criteria": [_criterion(criterion) for criterion in criteria_shown(procurement)],
        "questions": [
            {
                "n": question.n,
                "text": question.text,
                "answer": question.answer,
                "answered_at": question.answered_at,
            }
            for question in questions
        ],
    }


def _lot(lot: LotShown) -> dict[str, Any]:
    terms = lot.terms
    return {
        "key": terms.key,
        "title": dict(terms.title),
        "region": terms.region,
        "fields": list(terms.fields),
        "unit": terms.unit.value,
        "capacity_minimum": terms.capacity_minimum,
        "capacity_estimated": terms.capacity_estimated,
        "capacity_maximum": terms.capacity_maximum,
        "price_model": terms.price_model.value,
        "minimum_group": terms.minimum_group,
        "target_group": dict(terms.target_group),
        "target_participants": terms.target_participants,
        "target_open_market_share": terms.target_open_market_share,
        "vat_rate": terms.vat_rate,
        "price_revision": None if terms.price_revision is None else asdict(terms.price_revision),
        "result_bonus": lot.bonus,
        "options": [_option(option) for option in lot.options],
    }


def _option(option: OptionShown) -> dict[str, Any]:
    terms = option.terms
    return {
        "key": terms.key,
        "kind": terms.kind.value,
        "amount": terms.amount,
        "times": terms.times,
        "notice_by": terms.notice_by,
        "window_months": terms.window_months,
        "price": terms.price,
        "condition": option.condition,
    }


def _criterion(criterion: CriterionShown) -> dict[str, Any]:
    return {
        "key": criterion.key,
        "version": criterion.version,
        "weight": criterion.weight,
        "title": dict(criterion.title),
        "question": dict(criterion.question),
        "guidance": dict(criterion.guidance),
        "points": [
            {
                "points": points,
                "facts": {
                    language: " ".join(fact[language] for fact in facts)
                    for language in LANGUAGES
                    if all(language in fact for fact in facts)
                },
            }
            for points, facts in criterion.points
        ],
    }


DOCUMENTS: dict[str, Builder] = {"call": call_context}
