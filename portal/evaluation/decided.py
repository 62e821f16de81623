"""What a decision would say now: its facts by the rules, its legal text, what it commits to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.evaluation.comparison import LotComparison
from portal.evaluation.rules import (
    Commitment,
    ComparedFacts,
    DecisionFacts,
    LeftOutFacts,
    LotFacts,
    decision_value,
)
from portal.legal.decision import instructions, legal_text, said
from portal.legal.parameters import standstill_days
from portal.legal.rules import Regime, first_signing_day, standstill_last_day
from portal.organisations.models import Person
from portal.procurement.models import Lot, Procurement
from portal.procurement.regimes import REGIME_NAMES
from portal.procurement.rules import PriceModel
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.shared.numbers import rounded


def decision_facts(
    session: Session,
    procurement: Procurement,
    compared: Mapping[UUID, LotComparison],
    on: date,
) -> DecisionFacts:
    """What a decision made on that day would say, by what stands awarded or discontinued now."""
    days = standstill_days(on, procurement.regime)
    legal = decision_legal(session, procurement, on)
    return DecisionFacts(
        buyer=name_in(procurement.buyer.name, DEFAULT_LANGUAGE),
        title=name_in(procurement.title, DEFAULT_LANGUAGE),
        procedure=name_in(REGIME_NAMES[Regime(procurement.regime)], DEFAULT_LANGUAGE),
        lots=tuple(_lot_facts(compared[lot.id]) for lot in procurement.lots),
        criteria=tuple(row.key for row in procurement.criteria),
        legal_grounds=tuple(name_in(ground, DEFAULT_LANGUAGE) for ground in legal["grounds"]),
        standstill_days=days,
        standstill_ends=standstill_last_day(on, days) if days else None,
        first_signing_day=first_signing_day(on, days) if days else on,
        instructed=said(_instructions(session).of(procurement.regime)),
    )


def _lot_facts(compared: LotComparison) -> LotFacts:
    award = compared.award
    won = compared.offers[award.offer_id] if award is not None else None
    return LotFacts(
        lot=compared.lot.key,
        offers=tuple(str(key) for key in compared.offers),
        winner=str(award.offer_id) if award is not None else None,
        price=won.price if won is not None else None,
        reason=award.reason if award is not None else "",
        compared=tuple(
            ComparedFacts(
                provider=placing.provider,
                rank=placing.rank,
                total=rounded(placing.total),
                reasons={
                    key: str(given["reason"])
                    for key, given in compared.joint[UUID(placing.provider)].points.items()
                },
            )
            for placing in compared.placings
        ),
        left_out=tuple(
            LeftOutFacts(str(key), ground.value, compared.reason_left_out(key))
            for key in compared.offers
            if (ground := compared.left_out(key)) is not None
        ),
    )


def decision_legal(session: Session, procurement: Procurement, on: date) -> dict[str, Any]:
    """The sections of law and the instructions for appeal, as this decision gives them."""
    return legal_text(
        _instructions(session),
        procurement.regime,
        on,
        {
            "buyer": dict(procurement.buyer.name),
            "contact": contact_of(session, procurement),
            "reference": procurement.reference,
        },
    )


def contact_of(session: Session, procurement: Procurement) -> str:
    """Whom to ask about the procurement: the officer who published it, with the address."""
    officer = session.get_one(Person, procurement.published_by_id or procurement.created_by_id)
    return f"{officer.name}, {officer.email}"


def _instructions(session: Session) -> Any:
    return instructions(settings_of(session).appeal_instructions)


def value_of(procurement: Procurement, compared: Iterable[LotComparison]) -> Decimal:
    """What the standing awards commit the buyer to, in euros (`rules.decision_value`)."""
    return decision_value(
        _commitment(procurement, lot, lot.award.offer_id) for lot in compared if lot.award
    )


def _commitment(procurement: Procurement, compared: LotComparison, offer_id: UUID) -> Commitment:
    lot, offer = compared.lot, compared.offers[offer_id]
    assert offer.price is not None
    return Commitment(
        price=offer.price,
        amount=_amount(procurement, lot),
        coordination_fee=offer.coordination_fee or Decimal(0),
        bonus=_bonus(lot),
    )


def _amount(procurement: Procurement, lot: Lot) -> Decimal:
    """The maximum capacity or, of a fixed sum per month, the months of one training throughout."""
    if lot.price_model != PriceModel.FIXED_SUM_PER_PERIOD:
        return lot.capacity_maximum
    start, end = procurement.contract_start, procurement.contract_end
    assert start is not None
    assert end is not None
    return Decimal((end.year - start.year) * 12 + end.month - start.month + 1)


def _bonus(lot: Lot) -> Decimal:
    bonus = lot.result_bonus
    return Decimal(str(bonus["amount"])) * int(bonus["at_most"]) if bonus else Decimal(0)


