"""What follows the opening: assessments, joint scores, a decision, contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from benchmarks.market.ground import CRITERIA, DAY, Market
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.criteria.bank import bank
from portal.criteria.rules import Use
from portal.documents.clauses import chosen, versions
from portal.evaluation.models import (
    Assessment,
    Award,
    AwardDecision,
    InterestDeclaration,
    JointScore,
    SuitabilityJudgement,
)
from portal.evaluation.rules import AssessmentState
from portal.offers.models import LotOffer, OpenedContent, Opening
from portal.procurement.models import Procurement

MADE_FROM = {
    "form": 2,
    "clauses": versions(),
    "parameters": chosen({}),
    "buyer": {"name": {"fi": "Suuri ostaja"}, "business_id": None},
    "provider": {"name": {"fi": "Palveluntuottaja"}, "business_id": None},
    "portal_address": "",
}


@dataclass(frozen=True)
class Panel:
    """By how many people, and by which criteria, offers are scored."""

    criteria: tuple[str, ...]
    evaluators: int

    @staticmethod
    def of_bank(key: str) -> str:
        """The criterion of the bank whose text stands under this key."""
        return key.partition("-")[0]


LITTLE = Panel(CRITERIA, 2)


def panel_of(criteria: int, evaluators: int) -> Panel:
    """So many criteria: those of the bank, each again under another key once all are there."""
    known = sorted({criterion.key for criterion in bank().criteria_for(Use.AWARD)})
    keys = [known[n % len(known)] for n in range(criteria)]
    return Panel(
        tuple(key if n < len(known) else f"{key}-{n}" for n, key in enumerate(keys)), evaluators
    )


def opened(
    market: Market, procurement: Procurement, offers: list[tuple[UUID, UUID]], panel: Panel
) -> None:
    """Opened offers, judged suitable, assessed by the whole panel, with joint scores."""
    assert procurement.offers_due is not None
    at = procurement.offers_due + DAY
    people = market.people
    evaluators = market.evaluators[: panel.evaluators]
    market.put(
        Opening,
        [
            {
                "id": uuid4(),
                "procurement_id": procurement.id,
                "first_id": people["opener"],
                "first_at": at,
                "second_id": people["second_opener"],
                "opened_at": at,
            }
        ],
    )
    market.put(
        InterestDeclaration,
        [
            {
                "id": uuid4(),
                "procurement_id": procurement.id,
                "person_id": person,
                "declared_at": at,
            }
            for person in (
                *(people[key] for key in ("officer", "opener", "decision_maker")),
                *evaluators,
            )
        ],
    )
    answers = dict.fromkeys(panel.criteria, "Kaksi kouluttajaa, kummallakin pätevyys.")
    opened = {"lots": {}, "answers": answers, "promises": [], "secrets": [], "files": []}
    market.put(
        OpenedContent,
        [
            {"offer_id": offer, "version_id": version, "content": opened}
            for offer, version in offers
        ],
    )
    market.put(
        SuitabilityJudgement,
        [
            {
                "id": uuid4(),
                "offer_id": offer,
                "suitable": True,
                "reason": "Soveltuu.",
                "judged_by_id": people["officer"],
                "judged_at": at,
            }
            for offer, _ in offers
        ],
    )
    lots = [lot.id for lot in procurement.lots]
    market.put(
        LotOffer,
        [
            {
                "id": uuid4(),
                "offer_id": offer,
                "lot_id": lot,
                "price": Decimal(80) + Decimal(place) / 4,
            }
            for place, (offer, _) in enumerate(offers)
            for lot in lots
        ],
    )
    market.put(
        Assessment,
        [
            {
                "id": uuid4(),
                "lot_id": lot,
                "offer_id": offer,
                "version_id": version,
                "evaluator_id": evaluator,
                "state": AssessmentState.HANDED_IN,
                "points": _points(place, panel),
                "saved_at": at,
                "handed_in_at": at,
                "revision": 1,
            }
            for place, (offer, version) in enumerate(offers)
            for lot in lots
            for evaluator in evaluators
        ],
    )
    market.put(
        JointScore,
        [
            {
                "id": uuid4(),
                "lot_id": lot,
                "offer_id": offer,
                "n": 1,
                "points": _points(place, panel),
                "agreed_by_id": people["officer"],
                "agreed_at": at,
            }
            for place, (offer, _) in enumerate(offers)
            for lot in lots
        ],
    )


def _points(place: int, panel: Panel) -> dict[str, dict[str, Any]]:
    return {
        key: {"points": 3 - (place + n) % 3 if place else 3, "reason": "Näkyy tarjouksesta."}
        for n, key in enumerate(panel.criteria)
    }


def decided(market: Market, procurement: Procurement, offer: UUID, provider: UUID) -> None:
    """The decision in favour of the offer, and for each lot an award and a contract."""
    assert procurement.offers_due is not None
    at = procurement.offers_due + 2 * DAY
    decision = uuid4()
    market.put(
        AwardDecision,
        [
            {
                "id": decision,
                "procurement_id": procurement.id,
                "n": 1,
                "issued_by_id": market.people["decision_maker"],
                "issued_at": at,
                "received_on": at.date(),
                "standstill_days": 14,
                "standstill_ends": (at + 14 * DAY).date(),
                "first_signing_day": (at + 15 * DAY).date(),
            }
        ],
    )
    for place, lot in enumerate(procurement.lots):
        award = uuid4()
        market.put(
            Award,
            [
                {
                    "id": award,
                    "lot_id": lot.id,
                    "offer_id": offer,
                    "reason": "Paras vertailussa.",
                    "draw": [],
                    "ranking": [],
                    "awarded_by_id": market.people["officer"],
                    "awarded_at": at,
                    "decision_id": decision,
                }
            ],
        )
        contract = uuid4()
        if place:
            market.contracts.append(contract)
        market.put(
            Contract,
            [
                {
                    "id": contract,
                    "reference": f"{procurement.reference}/{place + 1}",
                    "procurement_id": procurement.id,
                    "lot_id": lot.id,
                    "award_id": award,
                    "buyer_id": procurement.buyer_id,
                    "provider_id": provider,
                    "state": ContractState.IN_FORCE if place else ContractState.AWAITING_APPROVAL,
                    "concluded_by_id": market.people["officer"],
                    "concluded_at": at,
                    "in_force_at": at + 16 * DAY if place else None,
                    "starts_on": date(2027, 1, 1),
                    "ends_on": date(2028, 12, 31),
                    "made_from": MADE_FROM,
                }
            ],
        )
