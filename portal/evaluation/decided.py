"""What a decision would say now: its facts by the rules, its legal text, what it commits to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.evaluation.comparison import LotComparison, compare_lots
from portal.evaluation.models import Award, AwardDecision, Discontinuation
from portal.evaluation.rules import (
    Commitment,
    ComparedFacts,
    DecisionFacts,
    LeftOutFacts,
    LotFacts,
    Missing,
    decision_value,
    missing_from_decision,
)
from portal.legal.decision import decision_law, instructions, legal_text, parts_asked
from portal.legal.parameters import standstill_days
from portal.legal.rules import Regime, first_signing_day, standstill_last_day
from portal.organisations.models import Person
from portal.procurement.models import Lot, Procurement
from portal.procurement.regimes import REGIME_NAMES
from portal.procurement.rules import PriceModel
from portal.shared.clock import day_in_helsinki
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES, name_in
from portal.shared.numbers import rounded

Outcome = Award | Discontinuation


@dataclass(frozen=True)
class Plan:
    """The procurement's next decision, as yet outside the database, and what it would say.

    ``outcomes`` and ``compared`` are of the lots that no standing decision is on, by their keys;
    ``value`` is what its awards commit the buyer to, in euros.
    """

    procurement: Procurement
    decision: AwardDecision
    outcomes: dict[UUID, Outcome]
    compared: dict[UUID, LotComparison]
    missing: list[Missing]
    value: Decimal

    @property
    def lots(self) -> list[tuple[Outcome, LotComparison]]:
        """The outcomes with their lots' comparisons, in the order of the lots."""
        return [
            (self.outcomes[key], lot) for key, lot in self.compared.items() if key in self.outcomes
        ]

    @property
    def missing_names(self) -> list[dict[str, str]]:
        """What is missing in each language, the lot in brackets where it is missing of one."""
        parts = {part.key: part.name for part in decision_law().parts}
        titles = {lot.key: lot.title for lot in self.procurement.lots}
        return [
            {
                language: name_in(parts[one.part], language)
                + (f" ({name_in(titles[one.lot], language)})" if one.lot is not None else "")
                for language in LANGUAGES
            }
            for one in self.missing
        ]


def plan(session: Session, procurement: Procurement, by: Person, at: datetime) -> Plan:
    """The decision that this person would issue now."""
    lots = [lot.id for lot in procurement.lots]
    awards = {
        award.lot_id: award
        for award in session.scalars(
            select(Award).where(Award.lot_id.in_(lots), Award.voided_at.is_(None))
        )
    }
    discontinued = {
        one.lot_id: one
        for one in session.scalars(
            select(Discontinuation).where(
                Discontinuation.lot_id.in_(lots), Discontinuation.voided_at.is_(None)
            )
        )
    }
    standing: dict[UUID, Outcome] = {**discontinued, **awards}
    compared = {
        key: lot
        for key, lot in compare_lots(session, procurement).items()
        if key not in standing or standing[key].decision_id is None
    }
    outcomes = {key: one for key, one in standing.items() if one.decision_id is None}
    decision = planned_decision(session, procurement, by, at)
    facts = decision_facts(procurement, decision, outcomes, compared)
    asked = parts_asked(procurement.regime, decision.received_on)
    return Plan(
        procurement=procurement,
        decision=decision,
        outcomes=outcomes,
        compared=compared,
        missing=missing_from_decision(facts, [part.key for part in asked]),
        value=value_of(procurement, outcomes, compared),
    )


def planned_decision(
    session: Session, procurement: Procurement, by: Person, at: datetime
) -> AwardDecision:
    """The procurement's next decision, as yet outside the database."""
    received = day_in_helsinki(at)
    days = standstill_days(received, procurement.regime)
    last = session.scalar(
        select(func.max(AwardDecision.n)).where(AwardDecision.procurement_id == procurement.id)
    )
    return AwardDecision(
        procurement_id=procurement.id,
        n=(last or 0) + 1,
        issued_by=by,
        issued_by_id=by.id,
        issued_at=at,
        received_on=received,
        standstill_days=days,
        standstill_ends=standstill_last_day(received, days) if days else received,
        first_signing_day=first_signing_day(received, days) if days else received,
        legal=decision_legal(session, procurement, received),
    )


def decision_facts(
    procurement: Procurement,
    decision: AwardDecision,
    outcomes: Mapping[UUID, Outcome],
    compared: Mapping[UUID, LotComparison],
) -> DecisionFacts:
    """What a decision says of the lots in ``outcomes`` and of those that nothing is decided on."""
    assert decision.legal is not None
    return DecisionFacts(
        buyer=name_in(procurement.buyer.name, DEFAULT_LANGUAGE),
        title=name_in(procurement.title, DEFAULT_LANGUAGE),
        procedure=name_in(REGIME_NAMES[Regime(procurement.regime)], DEFAULT_LANGUAGE),
        lots=tuple(_lot_facts(outcomes.get(key), lot) for key, lot in compared.items()),
        criteria=tuple(row.key for row in procurement.criteria),
        legal_grounds=tuple(
            name_in(ground, DEFAULT_LANGUAGE) for ground in decision.legal["grounds"]
        ),
        standstill_days=decision.standstill_days,
        standstill_ends=decision.standstill_ends,
        first_signing_day=decision.first_signing_day,
        instructed=frozenset(
            part for section in decision.legal["appeal"] for part in section["says"]
        ),
    )


def _lot_facts(outcome: Outcome | None, compared: LotComparison) -> LotFacts:
    award = outcome if isinstance(outcome, Award) else None
    return LotFacts(
        lot=compared.lot.key,
        offers=tuple(str(key) for key in compared.offers),
        winner=str(award.offer_id) if award is not None else None,
        price=compared.offers[award.offer_id].price if award is not None else None,
        discontinued=isinstance(outcome, Discontinuation),
        reason=outcome.reason if outcome is not None else "",
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
        instructions(settings_of(session).appeal_instructions),
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


def value_of(
    procurement: Procurement,
    outcomes: Mapping[UUID, Outcome],
    compared: Mapping[UUID, LotComparison],
) -> Decimal:
    """What the awards among these outcomes commit the buyer to (`rules.decision_value`)."""
    return decision_value(
        _commitment(procurement, compared[key], outcome.offer_id)
        for key, outcome in outcomes.items()
        if isinstance(outcome, Award)
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
