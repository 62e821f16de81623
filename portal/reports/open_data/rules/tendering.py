"""The call as the standard's tender, made from what publication or an amendment froze."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.evaluation.rules import Commitment, decision_value
from portal.legal.rules import Regime
from portal.procurement.regimes import REGIME_NAMES
from portal.procurement.rules import (
    OptionKind,
    OptionTerms,
    PriceModel,
    ProcurementKind,
    latest_end,
)
from portal.reports.open_data.rules import words
from portal.reports.open_data.rules.facts import House, Party
from portal.reports.open_data.rules.values import (
    Plain,
    day_begins,
    day_ends,
    instant,
    money,
    number,
    only_given,
    reference,
    texts,
)
from portal.shared.clock import day_in_helsinki
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES, name_in

Call = Mapping[str, Any]


def options_of(lot: Call) -> tuple[OptionTerms, ...]:
    """The lot's option clauses, from plain values."""
    return tuple(
        OptionTerms(
            key=one["key"],
            kind=OptionKind(one["kind"]),
            amount=Decimal(one["amount"]),
            times=one["times"],
            notice_by=date.fromisoformat(one["notice_by"]),
            price=None if one["price"] is None else Decimal(one["price"]),
        )
        for one in lot["options"]
    )


def period(starts: date, ends: date, latest: date) -> Plain:
    """The time of a contract, with the last day that its options could bring."""
    return {
        "startDate": day_begins(starts),
        "endDate": day_ends(ends),
        "maxExtentDate": day_ends(latest),
    }


def tender_of(
    call: Call, key: str, published: datetime, buyer: Party, house: House, n: int
) -> Plain:
    """The whole tender as it stood after its ``n``-th amendment, 0 being the publication."""
    value = call["estimated_value"]
    on = day_in_helsinki(published)
    return only_given(
        {
            "id": call["reference"],
            **texts("title", call["title"]),
            **texts("description", call["description"]),
            "status": "active",
            "procuringEntity": reference(buyer),
            "items": [item(call, lot) for lot in call["lots"]],
            "value": None if value is None else money(Decimal(value)),
            "procurementMethod": words.METHODS[call["procedure"]],
            "procurementMethodDetails": (
                f"{name_in(REGIME_NAMES[Regime(call['regime'])], DEFAULT_LANGUAGE)},"
                f" {words.PROCEDURES[call['procedure']]}"
            ),
            "mainProcurementCategory": "services",
            "awardCriteria": "ratedCriteria",
            "submissionMethod": ["electronicSubmission"],
            "tenderPeriod": _open_until(published, call["offers_due"]),
            "enquiryPeriod": _open_until(published, call["questions_due"]),
            "eligibilityCriteria": _requirements(call),
            "contractPeriod": _contract_period(call, on, call["lots"]),
            "documents": _documents(key, published, house, n),
            "lots": [_lot(call, lot, on) for lot in call["lots"]],
            "hasOptions": any(lot["options"] for lot in call["lots"]),
            "techniques": _techniques(call),
        }
    )


def _open_until(published: datetime, due: str | None) -> Plain | None:
    if due is None:
        return None
    return {"startDate": instant(published), "endDate": instant(datetime.fromisoformat(due))}


def _requirements(call: Call) -> str | None:
    titles = [name_in(one["title"], DEFAULT_LANGUAGE) for one in call.get("requirements", ())]
    return "\n".join(titles) or None


def _contract_period(call: Call, on: date, lots: list[Call]) -> Plain | None:
    if call["contract_start"] is None or call["contract_end"] is None:
        return None
    ends = date.fromisoformat(call["contract_end"])
    latest = max([ends, *(latest_end(ends, options_of(lot), on) for lot in lots)])
    return period(date.fromisoformat(call["contract_start"]), ends, latest)


def _documents(key: str, published: datetime, house: House, n: int) -> list[Plain]:
    page = f"{house.address}/procurements/{key}"
    notice = {
        "id": "notice",
        "documentType": "tenderNotice",
        "title": "Tarjouspyyntö portaalissa",
        "url": page,
        "datePublished": instant(published),
        "format": "text/html",
    }
    printed = [
        {
            "id": f"call-{n}-{language}",
            "documentType": "biddingDocuments",
            "title": "Tarjouspyyntö" if n == 0 else f"Tarjouspyyntö, muutos {n}",
            "url": f"{page}/documents/call/{language}.pdf",
            "datePublished": instant(published),
            "format": "application/pdf",
            "language": language,
        }
        for language in LANGUAGES
    ]
    return [notice, *printed] if n == 0 else printed


def item(
    call: Call, lot: Call, price: Decimal | None = None, amount: Decimal | None = None
) -> Plain:
    """What is bought in a lot: as much as its maximum or the amount, at the price if given."""
    codes = [{"scheme": "CPV", "id": code} for code in call["cpv"]]
    monthly = lot["price_model"] == PriceModel.FIXED_SUM_PER_PERIOD
    told = Decimal(lot["capacity_maximum"]) if amount is None else amount
    priced = price is not None and not monthly
    return only_given(
        {
            "id": lot["key"],
            **texts("description", lot["title"]),
            "classification": codes[0] if codes else None,
            "additionalClassifications": codes[1:] or None,
            "quantity": number(told),
            "unit": {
                "name": words.UNITS[lot["unit"]],
                **({"value": money(price)} if priced and price is not None else {}),
            },
            "relatedLot": lot["key"],
        }
    )


def _lot(call: Call, lot: Call, on: date) -> Plain:
    clauses = "\n".join(
        words.option_clause(one.kind, one.amount, one.times, one.notice_by.isoformat())
        for one in options_of(lot)
    )
    return only_given(
        {
            "id": lot["key"],
            "title": name_in(lot["title"], DEFAULT_LANGUAGE),
            "description": f"{lot['region']}: {', '.join(lot['fields'])}",
            "status": "active",
            "contractPeriod": _contract_period(call, on, [lot]),
            "hasOptions": bool(clauses),
            "options": {"description": clauses} if clauses else None,
            "techniques": _techniques(call),
            "awardCriteria": {"criteria": _criteria(call)},
        }
    )


def _techniques(call: Call) -> Plain | None:
    """A purchase of capacity is a framework that is called off from without a new competition."""
    if call["kind"] != ProcurementKind.CAPACITY:
        return None
    return {
        "hasFrameworkAgreement": True,
        "frameworkAgreement": {"method": "withoutReopeningCompetition"},
    }


def _criteria(call: Call) -> list[Plain]:
    found = []
    if call["price_weight"] is not None:
        found.append(_criterion("price", words.PRICE, call["price_weight"]))
    for one in call["criteria"]:
        text = one["text"]
        title = text.get("title") or text.get("question") or {}
        name = name_in(title, DEFAULT_LANGUAGE) or one["key"]
        found.append(_criterion("quality", name, one["weight"]))
    return found


def _criterion(kind: str, name: str, weight: str) -> Plain:
    share = {"number": number(Decimal(weight)), "weight": "percentageExact"}
    return {"type": kind, "name": name, "numbers": [share]}


def awarded_value(call: Call, lot: Call, price: Decimal, fee: Decimal | None) -> Decimal:
    """What the award can come to at the maximum capacity, in euros (`evaluation.rules.limits`)."""
    bonus = lot["result_bonus"]
    commitment = Commitment(
        price=price,
        amount=amount_at_most(call, lot),
        coordination_fee=fee or Decimal(0),
        bonus=Decimal(str(bonus["amount"])) * int(bonus["at_most"]) if bonus else Decimal(0),
    )
    return decision_value([commitment])


def amount_at_most(call: Call, lot: Call) -> Decimal:
    """The maximum capacity or, of a fixed sum per period, the months of the contract."""
    if lot["price_model"] != PriceModel.FIXED_SUM_PER_PERIOD:
        return Decimal(lot["capacity_maximum"])
    start, end = (
        date.fromisoformat(call["contract_start"]),
        date.fromisoformat(call["contract_end"]),
    )
    return Decimal((end.year - start.year) * 12 + end.month - start.month + 1)
