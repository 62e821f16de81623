"""Legal parameters are dated, sourced and checked when they are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.legal.parameters import (
    BadParameters,
    NoParameter,
    euros,
    listed,
    load_parameters,
    parameter,
    parameters,
    percent,
    standstill_days,
    whole,
)
from portal.legal.rules import Regime
from portal.procurement.consequences import Notice
from portal.procurement.cpv import require_cpv

ON = date(2026, 2, 16)

ROW = """
- key: appeal_days
  valid_from: 2017-01-01
  valid_to: 2025-12-31
  value: 14
  unit: days
  source: somewhere
  to_confirm: true
"""


def test_every_parameter_names_its_source_and_is_for_a_lawyer_to_confirm() -> None:
    for row in parameters():
        assert row.source
        assert row.to_confirm
        assert "lawyer" in row.note


@pytest.mark.parametrize(
    ("regime", "days"),
    [
        ("eu", 14),
        ("annex_e", 14),
        ("national", 0),
        ("below_threshold", 0),
        ("reserved", 0),
    ],
)
def test_a_standstill_is_asked_for_by_regime(regime: str, days: int) -> None:
    assert standstill_days(ON, regime) == days
    assert standstill_days(ON, Regime(regime)) == days


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("threshold_annex_e_social_and_health", 400_000),
        ("threshold_annex_e_other_services", 300_000),
        ("threshold_national", 60_000),
    ],
)
def test_thresholds_are_in_euros(key: str, value: int) -> None:
    assert euros(key, ON) == Decimal(value)
    assert parameter(key, ON).unit == "euros"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("framework_term_warning_years", 4),
        ("correction_request_days", 14),
        ("appeal_days", 14),
        ("receipt_electronic_days", 0),
        ("receipt_post_days", 7),
    ],
)
def test_terms_and_remedies_have_their_values(key: str, value: int) -> None:
    assert whole(key, ON) == value
    assert whole(key, ON, Regime.ANNEX_E) == value


def test_a_rate_has_its_decimals_and_a_list_its_entries() -> None:
    assert percent("vat_rate_proposal", ON) == Decimal("25.5")
    assert listed("notices", ON, Regime.EU) == ("eu_contract", "eu_award")
    assert listed("notices", ON, Regime.BELOW_THRESHOLD) == ()
    with pytest.raises(NoParameter):
        percent("appeal_days", ON)
    with pytest.raises(NoParameter):
        listed("appeal_days", ON)


def test_every_notice_and_range_of_codes_is_one_that_is_known() -> None:
    for row in parameters():
        if row.unit == "kinds of notice":
            assert {Notice(name) for name in row.value} or row.value == ()  # type: ignore[union-attr]
        if row.unit == "ranges of CPV codes":
            for one in row.value:  # type: ignore[union-attr]
                require_cpv({one[:8], one[-8:]})
                assert one[:8] <= one[-8:]


def test_nothing_is_in_force_before_its_day_or_without_a_row() -> None:
    with pytest.raises(NoParameter):
        parameter("standstill_days", date(2016, 12, 31), "annex_e")
    with pytest.raises(NoParameter):
        parameter("standstill_days", ON)
    with pytest.raises(NoParameter):
        parameter("no_such_key", ON)
    with pytest.raises(NoParameter):
        whole("standstill_days", ON, "national")


def test_a_row_holds_on_its_first_and_on_its_last_day(tmp_path: Path) -> None:
    [row] = load_parameters(written(tmp_path, ROW))
    assert row.in_force(date(2017, 1, 1))
    assert row.in_force(date(2025, 12, 31))
    assert not row.in_force(date(2026, 1, 1))


def test_a_row_may_follow_where_another_ends(tmp_path: Path) -> None:
    later = ROW.replace("2017-01-01", "2026-01-01").replace("  valid_to: 2025-12-31\n", "")
    assert len(load_parameters(written(tmp_path, ROW + later))) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("valid_to: 2025-12-31", "valid_to: 2016-12-31", "valid_to is before valid_from"),
        ("value: 14", "value: fourteen", "row 1 (appeal_days), value"),
        ("value: 14", "value: 1.5", "row 1 (appeal_days), value"),
        ("value: 14", "value: -1", "below zero"),
        ("value: 14", "value: [saturday]", "does not fit its unit"),
        ("unit: days", "unit: weeks", "unit"),
        ("value: 14", 'value: "14.5"', "does not fit its unit"),
        ("unit: days", "unit: percent", "does not fit its unit"),
        ("value: 14\n  unit: days", 'value: "-1.5"\n  unit: percent', "below zero"),
        ("  source: somewhere\n", "", "source"),
        ("source: somewhere", "source: ''", "source"),
        ("to_confirm: true", "to_confirm: true\n  regime: other", "regime"),
        ("to_confirm: true", "to_confirm: true\n  remark: x", "remark"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(BadParameters) as refused:
        load_parameters(written(tmp_path, ROW.replace(old, new)))
    assert any(words in fault for fault in refused.value.faults), refused.value.faults


def test_two_values_on_one_day_are_refused(tmp_path: Path) -> None:
    later = ROW.replace("2017-01-01", "2025-12-31").replace("  valid_to: 2025-12-31\n", "", 1)
    with pytest.raises(BadParameters, match="two values on 2025-12-31"):
        load_parameters(written(tmp_path, ROW + later))


@pytest.mark.parametrize("text", ["", "key: value\n", "- [1\n", "- 3\n"])
def test_a_file_that_is_no_list_of_rows_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadParameters):
        load_parameters(written(tmp_path, text))


def written(folder: Path, text: str) -> Path:
    path = folder / "parameters.yaml"
    path.write_text(text, encoding="utf-8")
    return path
