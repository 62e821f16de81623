from __future__ import annotations

from decimal import Decimal

import pytest

from portal.evaluation.rules import Commitment, decision_value, require_within_limit
from portal.shared.errors import RuleBroken


def test_a_decision_is_worth_its_lots_at_their_maximum_with_fees_and_bonuses() -> None:
    value = decision_value(
        [
            # 58.00 × 1300 = 75 400, 2 000 and 10 × 500 beside it.
            Commitment(Decimal("58.00"), Decimal(1300), Decimal(2000), Decimal(5000)),
            # 4.005 × 7 = 28.035, which is rounded at the end only.
            Commitment(Decimal("4.005"), Decimal(7)),
        ]
    )
    assert value == Decimal("82428.04")


@pytest.mark.parametrize("limit", [None, Decimal(100), Decimal("100.01")])
def test_a_value_at_the_limit_is_within(limit: Decimal | None) -> None:
    require_within_limit(Decimal("100.00"), limit)


def test_a_cent_above_the_limit_is_refused_with_both_figures() -> None:
    with pytest.raises(RuleBroken) as refusal:
        require_within_limit(Decimal("100.01"), Decimal(100))
    assert refusal.value.rule == "above_decision_limit"
    assert refusal.value.facts == {"value": Decimal("100.01"), "limit": Decimal(100)}
