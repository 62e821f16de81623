"""What the contract says, as plain values: its parties, its lot, its prices, its clauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.contracts.models import Contract
from portal.documents.clauses import Fact, facts_of, pinned, written
from portal.documents.store import Builder
from portal.evaluation.models import AwardDecision
from portal.offers.models import LotOffer, OfferVersion, OpenedContent
from portal.offers.rules import (
    OfferContent,
    Partner,
    public_answers,
    scrubbed,
    secret_passages,
    unpacked,
)
from portal.procurement.models import Lot, OptionClause, Procurement
from portal.procurement.queries.amendments import amendments_shown
from portal.procurement.queries.shown import criteria_shown, questions_of
from portal.procurement.rules import latest_end
from portal.procurement.terms import option_terms
from portal.shared.clock import day_in_helsinki


def contract_context(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """The whole contract, from what does not change after it is concluded.

    Raises BadClause where a clause that the contract was made from is no longer there as it was.
    """
    row = session.get_one(Contract, subject)
    kept = row.made_from
    procurement = session.get_one(Procurement, row.procurement_id)
    lot = session.get_one(Lot, row.lot_id)
    decision = session.get_one(AwardDecision, row.award.decision_id)
    price = session.scalars(
        select(LotOffer).where(LotOffer.lot_id == lot.id, LotOffer.offer_id == row.award.offer_id)
    ).one()
    opened = session.get_one(OpenedContent, row.award.offer_id)
    content = unpacked(opened.content)
    version = session.get_one(OfferVersion, opened.version_id)
    assert procurement.contract_start is not None
    assert procurement.contract_end is not None
    end = latest_end(
        procurement.contract_end,
        tuple(option_terms(clause) for clause in lot.options),
        day_in_helsinki(row.concluded_at),
    )
    address = kept["portal_address"] or settings_of(session).base_url
    facts: dict[str, Fact] = {
        **facts_of(kept["parameters"]),
        "buyer": kept["buyer"]["name"],
        "provider": kept["provider"]["name"],
        "procurement_reference": procurement.reference,
        "offer_reference": version.reference,
        "contract_start": procurement.contract_start,
        "contract_end": procurement.contract_end,
        "latest_end": end,
        "portal_address": address,
    }
    return {
        "made_at": row.concluded_at,
        "portal_address": address,
        "buyer": kept["buyer"],
        "provider": kept["provider"],
        "contract": {
            "reference": row.reference,
            "first_signing_day": decision.first_signing_day,
            "latest_end": end,
        },
        "procurement": {
            "reference": procurement.reference,
            "title": dict(procurement.title),
            "kind": procurement.kind,
            "contract_start": procurement.contract_start,
            "contract_end": procurement.contract_end,
        },
        "lot": lot_facts(lot),
        "price": price.price,
        "coordination_fee": price.coordination_fee,
        "offer": {
            **_offer(procurement, version, content, language),
            "consortium": _partners(content.consortium, content, language),
            "subcontractors": _partners(content.subcontractors, content, language),
        },
        "questions": [
            {"n": asked.n, "text": asked.text, "answer": asked.answer}
            for asked in questions_of(session, procurement)
            if asked.answered_at is not None and asked.answered_at <= row.concluded_at
        ],
        "amendments": [
            {
                "n": one.n,
                "amended_at": one.amended_at,
                "reason": one.reason,
                "differences": [asdict(row) for row in one.differences],
            }
            for one in amendments_shown(session, procurement)
        ],
        "clause_facts": facts,
        "clauses": written(language, facts, pinned(kept["clauses"])),
    }


def lot_facts(lot: Lot) -> dict[str, Any]:
    """The lot with its option clauses; conditions and bonuses as numbers again."""
    return {
        "key": lot.key,
        "title": dict(lot.title),
        "region": lot.region,
        "fields": list(lot.fields),
        "unit": lot.unit,
        "capacity_minimum": lot.capacity_minimum,
        "capacity_estimated": lot.capacity_estimated,
        "capacity_maximum": lot.capacity_maximum,
        "price_model": lot.price_model,
        "minimum_group": lot.minimum_group,
        "target_group": dict(lot.target_group or {}),
        "target_participants": lot.target_participants,
        "target_open_market_share": lot.target_open_market_share,
        "vat_rate": lot.vat_rate,
        "price_revision": _revision(lot.price_revision),
        "result_bonus": _bonus(lot.result_bonus),
        "options": [_option(option) for option in lot.options],
    }


def _bonus(bonus: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if bonus is None else {**bonus, "amount": Decimal(str(bonus["amount"]))}


def _revision(revision: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not revision:
        return None
    return {**revision, "ceiling": Decimal(str(revision["ceiling"]))}


def _option(option: OptionClause) -> dict[str, Any]:
    return {
        "key": option.key,
        "kind": option.kind,
        "amount": option.amount,
        "times": option.times,
        "notice_by": option.notice_by,
        "window_months": option.window_months,
        "price": option.price,
        "condition": _condition(option.condition),
    }


def _condition(condition: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not condition:
        return None
    return {
        name: int(value) if name == "answers_at_least" else Decimal(str(value))
        for name, value in condition.items()
    }


def _offer(
    procurement: Procurement, version: OfferVersion, content: OfferContent, language: str
) -> dict[str, Any]:
    """The offer without its trade secrets: a contract in force is for the public to read."""
    questions = {asked.key: dict(asked.question) for asked in criteria_shown(procurement)}
    answers = public_answers(content, language)
    passages = secret_passages(content)
    return {
        "reference": version.reference,
        "submitted_at": version.submitted_at,
        "sha256": version.sha256,
        "answers": [
            {"question": question, "text": answers[key]}
            for key, question in questions.items()
            if key in answers
        ],
        "promises": [
            {
                "question": questions[promise.criterion],
                "text": scrubbed(promise.text, passages, language),
            }
            for promise in content.promises
            if promise.criterion in questions
        ],
    }


def _partners(
    named: Iterable[Partner], content: OfferContent, language: str
) -> list[dict[str, Any]]:
    """Members of a consortium or subcontractors as the offer names them, where it names any."""
    passages = secret_passages(content)
    return [
        {
            "name": partner.name,
            "business_id": partner.business_id or None,
            "part": scrubbed(partner.part, passages, language),
        }
        for partner in named
    ]


DOCUMENTS: dict[str, Builder] = {"contract": contract_context}
