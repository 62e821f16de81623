"""Between rows and terms: the same call as tables keep it and as rules reckon with it."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from portal.legal.rules import Regime
from portal.procurement.models import (
    AwardCriterion,
    Lot,
    OptionClause,
    Procurement,
    SuitabilityRequirement,
)
from portal.procurement.rules import (
    CallTerms,
    Comparison,
    CriterionTerms,
    LotTerms,
    OptionKind,
    OptionTerms,
    PriceModel,
    PriceRevision,
    Procedure,
    ProcurementKind,
    RequirementTerms,
    Unit,
)
from portal.shared.numbers import plain

SCALARS = (
    "reference",
    "title",
    "description",
    "kind",
    "regime",
    "procedure",
    "estimated_value",
    "questions_due",
    "offers_due",
    "contract_start",
    "contract_end",
    "price_weight",
    "comparison",
    "scale_top",
    "criteria_set",
    "two_envelopes",
    "low_price_percent",
)
LOT_SCALARS = (
    "key",
    "title",
    "region",
    "unit",
    "capacity_minimum",
    "capacity_estimated",
    "capacity_maximum",
    "price_model",
    "minimum_group",
    "target_group",
    "target_participants",
    "target_open_market_share",
    "result_bonus",
    "vat_rate",
)
OPTION_SCALARS = ("key", "kind", "amount", "times", "notice_by", "window_months", "price")


def _values(thing: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def option_terms(clause: OptionClause) -> OptionTerms:
    """The terms of one option clause."""
    values = _values(clause, OPTION_SCALARS) | {"kind": OptionKind(clause.kind)}
    condition = clause.condition and {
        name: Decimal(value) for name, value in clause.condition.items()
    }
    return OptionTerms(**values, condition=condition)


def lot_terms(lot: Lot) -> LotTerms:
    """The terms of one lot."""
    values = _values(lot, LOT_SCALARS) | {
        "unit": Unit(lot.unit),
        "price_model": PriceModel(lot.price_model),
    }
    return LotTerms(
        **values,
        fields=tuple(lot.fields),
        price_revision=_price_revision(lot.price_revision),
        options=tuple(option_terms(clause) for clause in lot.options),
    )


def _price_revision(kept: dict[str, Any] | None) -> PriceRevision | None:
    return None if kept is None else PriceRevision(**kept | {"ceiling": Decimal(kept["ceiling"])})


def call_terms(procurement: Procurement) -> CallTerms:
    """The terms of the whole call."""
    values = _values(procurement, SCALARS) | {
        "kind": ProcurementKind(procurement.kind),
        "regime": Regime(procurement.regime),
        "procedure": Procedure(procurement.procedure),
        "comparison": Comparison(procurement.comparison),
    }
    return CallTerms(
        **values,
        cpv=tuple(procurement.cpv),
        lots=tuple(lot_terms(lot) for lot in procurement.lots),
        requirements=tuple(
            RequirementTerms(row.key, row.title, row.evidence) for row in procurement.requirements
        ),
        criteria=tuple(
            CriterionTerms(row.key, row.weight, row.version, row.question, row.text)
            for row in procurement.criteria
        ),
    )


def _condition(terms: OptionTerms) -> dict[str, Any] | None:
    if terms.condition is None:
        return None
    return {name: plain(value) for name, value in terms.condition.items()}


def _kept_revision(terms: PriceRevision | None) -> dict[str, Any] | None:
    return None if terms is None else {**asdict(terms), "ceiling": plain(terms.ceiling)}


def lot_row(terms: LotTerms, position: int) -> Lot:
    """A row for a lot with its option clauses."""
    options = [
        OptionClause(
            **_values(option, OPTION_SCALARS), position=place, condition=_condition(option)
        )
        for place, option in enumerate(terms.options)
    ]
    return Lot(
        **_values(terms, LOT_SCALARS),
        fields=list(terms.fields),
        price_revision=_kept_revision(terms.price_revision),
        position=position,
        options=options,
    )


def requirement_row(terms: RequirementTerms, position: int) -> SuitabilityRequirement:
    """A row for a requirement of suitability."""
    return SuitabilityRequirement(
        key=terms.key, title=dict(terms.title), evidence=dict(terms.evidence), position=position
    )


def criterion_row(terms: CriterionTerms, position: int) -> AwardCriterion:
    """A row for an award criterion."""
    question = dict(terms.question) if terms.question else None
    return AwardCriterion(
        key=terms.key,
        weight=terms.weight,
        version=terms.version,
        question=question,
        text=dict(terms.text) if terms.text else None,
        position=position,
    )
