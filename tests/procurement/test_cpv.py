"""What a code of the common procurement vocabulary looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procurement.cpv import DIVISIONS, require_cpv
from portal.shared.errors import RuleBroken


@given(st.sampled_from(sorted(DIVISIONS)), st.integers(0, 999_999), st.integers(0, 9))
def test_a_code_has_eight_digits_and_may_have_its_check_digit(
    division: int, rest: int, check: int
) -> None:
    require_cpv([f"{division:02}{rest:06}"])
    require_cpv([f"{division:02}{rest:06}-{check}"])


@pytest.mark.parametrize(
    "code", ["", "8050000", "805000000", "80500000-", "80500000-10", "80 500000", "99000000"]
)
def test_another_code_is_refused_by_name(code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        require_cpv(["80500000-9", code])
    assert broken.value.rule == "cpv_unknown"
    assert broken.value.facts["code"] == code


def test_the_same_code_is_given_once() -> None:
    require_cpv(["80500000-9", "80530000-8"])
    with pytest.raises(RuleBroken):
        require_cpv(["80500000-9", "80500000"])


def test_no_codes_are_no_fault() -> None:
    require_cpv([])
