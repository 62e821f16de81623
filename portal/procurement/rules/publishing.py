"""When a call is complete, and how it is frozen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.procurement.rules.call import CallTerms, Comparison, PriceModel
from portal.shared.canonical import canonical, sha256
from portal.shared.errors import RuleBroken


def weights_total(call: CallTerms) -> Decimal:
    """Price and criteria together."""
    return sum((criterion.weight for criterion in call.criteria), call.price_weight or Decimal(0))


def missing_from_call(call: CallTerms, at: datetime) -> list[str]:
    """Names of what keeps a call from being published, in the order of its pages."""
    missing = []
    if not call.title.get("fi"):
        missing.append("title")
    if call.questions_due is None or call.questions_due <= at:
        missing.append("questions_due")
    if call.offers_due is None or call.offers_due <= at:
        missing.append("offers_due")
    if (
        call.contract_start is None
        or call.contract_end is None
        or call.contract_end <= call.contract_start
    ):
        missing.append("contract_period")
    if not call.lots:
        missing.append("lots")
    if not call.criteria:
        missing.append("criteria")
    if call.comparison == Comparison.TOTAL_AT_ESTIMATE and any(
        lot.price_model == PriceModel.FIXED_SUM_PER_PERIOD for lot in call.lots
    ):
        missing.append("comparison")
    return missing


def require_publishable(call: CallTerms, at: datetime) -> None:
    """Refuses by ``call_incomplete`` (with what is missing) or ``weights_not_100``."""
    missing = missing_from_call(call, at)
    if missing:
        raise RuleBroken("call_incomplete", missing=missing)
    if weights_total(call) != 100:
        raise RuleBroken("weights_not_100", total=weights_total(call))


def require_one_scale(scale_top: int, criteria: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse criteria whose facts are for another scale than the call's.

    ``criteria`` are the texts to be frozen, by key; one without facts is on any scale. Raises
    ``scale_differs``: every point that may be given has its facts.
    """
    for key, text in criteria.items():
        described = {point["value"] for point in text.get("points") or ()}
        if described and described != set(range(scale_top + 1)):
            raise RuleBroken("scale_differs", criterion=key)


def frozen_call(call: CallTerms, criteria: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The call with its criteria written out, as plain values: what publishing keeps and hashes."""
    content: dict[str, Any] = json.loads(canonical(asdict(call)))
    for terms in content["criteria"]:
        terms["text"] = json.loads(canonical(dict(criteria[terms["key"]])))
    return content


def frozen_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical frozen call."""
    return sha256(canonical(content))


def require_shared_criteria(call: CallTerms, shared: Iterable[tuple[str, int]]) -> None:
    """A call that follows a set keeps all its criteria, in the versions of the set.

    Raises ``shared_criterion_missing``: a buyer adds criteria of its own, the shared ones stay.
    """
    kept = {
        (criterion.key, criterion.version)
        for criterion in call.criteria
        if criterion.question is None and criterion.weight > 0
    }
    for key, version in shared:
        if (key, version) not in kept:
            raise RuleBroken("shared_criterion_missing", field=f"weight-{key}", criterion=key)
