from __future__ import annotations

from datetime import date

import pytest

from portal.offers.rules import Validity, require_period, validity_of
from portal.shared.errors import RuleBroken

FROM, TO = date(2026, 1, 1), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("today", "validity"),
    [
        (date(2025, 12, 31), Validity.NOT_YET),
        (date(2026, 1, 1), Validity.VALID),
        (date(2026, 2, 28), Validity.VALID),
        (date(2026, 3, 1), Validity.EXPIRES_SOON),
        (date(2026, 3, 31), Validity.EXPIRES_SOON),
        (date(2026, 4, 1), Validity.EXPIRED),
    ],
)
def test_a_paper_is_in_force_from_its_first_day_to_its_last(
    today: date, validity: Validity
) -> None:
    assert validity_of(FROM, TO, today, soon_days=30) == validity


def test_a_paper_without_a_last_day_stays_in_force() -> None:
    assert validity_of(FROM, None, date(2099, 1, 1), soon_days=30) == Validity.VALID


def test_a_paper_may_not_end_before_it_begins() -> None:
    require_period(FROM, FROM)
    require_period(FROM, None)
    with pytest.raises(RuleBroken) as refused:
        require_period(TO, FROM)
    assert (refused.value.rule, refused.value.field) == ("ends_before_start", "valid_to")
