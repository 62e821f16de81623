"""The content of an award notice in the terms of eForms.

It is made from who won and at what price, and from how many offers there were. Nothing else of
any offer comes in: no answer, no points, no price of a bidder that did not win.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.procurement.eforms import forms_for
from portal.procurement.notices import (
    Advertised,
    Known,
    Names,
    Notice,
    NoticeTerm,
    Section,
    Value,
    buyer_terms,
    lot_terms,
    money,
    notice_terms,
    numbered,
    procedure_terms,
)
from portal.procurement.rules import LotTerms, PriceModel
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class Winner:
    """Who won a lot, and what it offered, without value added tax."""

    name: Names
    business_id: str | None
    price: Decimal
    coordination_fee: Decimal | None


@dataclass(frozen=True)
class LotOutcome:
    """How a lot came out; ``received`` and ``left_in`` count its offers."""

    winner: Winner | None
    received: int
    left_in: int


def award_notice(of: Advertised, outcomes: Mapping[str, LotOutcome], decided_on: date) -> Notice:
    """The notice of an issued decision; ``outcomes`` are by the key of the lot."""
    forms = forms_for(of.call.regime, in_union=of.in_union)
    lots: list[NoticeTerm] = []
    results: list[NoticeTerm] = []
    values: list[Decimal | None] = []
    for lot_id, lot in numbered(of.call.lots):
        outcome = outcomes[lot.key]
        lots += lot_terms(of, lot_id, lot)
        results += _result(lot_id, lot, outcome, decided_on)
        if outcome.winner is not None:
            values.append(tender_value(lot, outcome.winner))
    known = [value for value in values if value is not None]
    total = sum(known, Decimal(0)) if known and len(known) == len(values) else None
    return Notice(
        "award",
        forms.award_subtype,
        (
            *notice_terms(forms.legal_basis, "result", forms.award_type, of.call),
            *buyer_terms(of),
            *procedure_terms(of.call),
            *lots,
            *([NoticeTerm("BT-161", Section.RESULT, money(total))] if values else []),
            *results,
        ),
    )


def tender_value(lot: LotTerms, winner: Winner) -> Decimal | None:
    """The winner's total at the estimated capacity, with its coordination fee.

    None where the price is a sum for a period, which the capacity does not multiply.
    """
    if lot.price_model == PriceModel.FIXED_SUM_PER_PERIOD:
        return None
    return rounded(winner.price * lot.capacity_estimated + (winner.coordination_fee or 0))


def _result(lot_id: str, lot: LotTerms, outcome: LotOutcome, decided_on: date) -> list[NoticeTerm]:
    winner = outcome.winner

    def result(name: str, value: Value, unless_given: Known = Known.MISSING) -> NoticeTerm:
        return NoticeTerm(name, Section.RESULT, value, lot=lot_id, unless_given=unless_given)

    def of_winner(name: str, value: Value) -> NoticeTerm:
        return NoticeTerm(name, Section.WINNER, value, lot=lot_id)

    found = [
        result("BT-13713", lot_id),
        result("BT-142", "selec-w" if winner else "clos-nw"),
        *([] if winner else [result("BT-144", _why_not(outcome))]),
        result("BT-760", "tenders"),
        result("BT-759", str(outcome.received)),
        result("BT-710", None, Known.WITHHELD),
        result("BT-711", None, Known.WITHHELD),
    ]
    if winner is None:
        return found
    return [
        *found,
        result("BT-720", money(tender_value(lot, winner))),
        result("BT-3201", lot_id.replace("LOT", "TEN")),
        result("BT-773", None),
        result("BT-1451", decided_on.isoformat()),
        result("BT-145", None),
        result("BT-150", None),
        of_winner("BT-500", winner.name),
        of_winner("BT-501", winner.business_id),
        of_winner("BT-514", None),
        of_winner("BT-165", None),
    ]


def _why_not(outcome: LotOutcome) -> str | None:
    if not outcome.received:
        return "no-rece"
    return None if outcome.left_in else "all-rej"
