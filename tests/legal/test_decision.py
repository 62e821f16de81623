"""The parts of a decision and the instructions for appeal are checked when they are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from portal.cli import main
from portal.config import Settings
from portal.installation import open_installation
from portal.legal.decision import (
    FACTS,
    INSTRUCTIONS,
    MUST_NAME,
    decision_law,
    instructions,
    legal_text,
    load_decision_law,
    load_instructions,
    parts_asked,
)
from portal.legal.parameters import BadParameters, standstill_days
from portal.legal.rules import Regime
from portal.shared.names import LANGUAGES

ON = date(2026, 2, 16)
TOLD = {"buyer": {"fi": "Hankinta", "sv": "Upphandling"}, "contact": "Olli", "reference": "E/1"}


def example() -> dict[str, Any]:
    """The installed instructions as plain values."""
    content: dict[str, Any] = yaml.safe_load(INSTRUCTIONS.read_text(encoding="utf-8"))
    return content


def written(folder: Path, content: dict[str, Any]) -> Path:
    """A file of instructions."""
    file = folder / "own.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return file


def test_every_row_is_for_a_lawyer_to_confirm() -> None:
    law = decision_law()
    assert all(row.to_confirm for row in (*law.parts, *law.grounds))
    assert load_instructions().confirm


@pytest.mark.parametrize("regime", Regime)
def test_a_standstill_is_a_part_of_the_decision_just_where_the_law_asks_for_one(
    regime: Regime,
) -> None:
    keys = [part.key for part in parts_asked(regime, ON)]
    assert ("standstill" in keys) is (standstill_days(ON, regime) > 0)


@pytest.mark.parametrize("regime", Regime)
def test_no_place_of_the_text_is_left_unfilled(regime: Regime) -> None:
    legal = legal_text(instructions(), regime, ON, TOLD)
    assert legal["grounds"]
    assert all(set(ground) == set(LANGUAGES) for ground in legal["grounds"])
    text = str([section["paragraphs"] for section in legal["appeal"]])
    assert not [fact for fact in FACTS if f"{{{fact}}}" in text]


def test_the_times_and_the_fee_are_the_legal_parameters_in_each_language() -> None:
    legal = legal_text(instructions(), Regime.ANNEX_E, ON, TOLD)
    by_part = {part: section for section in legal["appeal"] for part in section["says"]}
    assert "14 päivän kuluessa" in by_part["appeal_time"]["paragraphs"]["fi"][0]
    fee = by_part["appeal_fee"]["paragraphs"]
    assert "2\xa0120,00\xa0€" in fee["sv"][0]
    assert "€2,120.00" in fee["en"][0]
    assert "Upphandling" in by_part["correction_how"]["paragraphs"]["sv"][2]


def test_below_the_threshold_nothing_is_said_of_how_to_appeal() -> None:
    legal = legal_text(instructions(), Regime.BELOW_THRESHOLD, ON, TOLD)
    said = {part for section in legal["appeal"] for part in section["says"]}
    assert said == {"correction_time", "correction_how"}


def without_section(content: dict[str, Any]) -> None:
    content["sections"] = [one for one in content["sections"] if one["says"] != ["appeal_fee"]]


def without_regime(content: dict[str, Any]) -> None:
    content["sections"][2]["regimes"] = ["eu"]


def without_language(content: dict[str, Any]) -> None:
    del content["sections"][0]["paragraphs"]["sv"]


def shorter_in_swedish(content: dict[str, Any]) -> None:
    content["sections"][0]["paragraphs"]["sv"].pop()


def time_left_out(content: dict[str, Any]) -> None:
    text = content["sections"][2]["paragraphs"]["fi"]
    text[0] = text[0].replace("{appeal_days}", "neljäntoista")


def unknown_fact(content: dict[str, Any]) -> None:
    content["sections"][0]["paragraphs"]["en"][0] += " {price}"


def unknown_part(content: dict[str, Any]) -> None:
    content["sections"][0]["says"].append("poetry")


FAULTS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (without_section, "appeal_fee is not said to a decision of the regime eu"),
    (without_regime, "appeal_time is not said to a decision of the regime annex_e"),
    (without_language, "paragraphs needs fi, sv, en"),
    (shorter_in_swedish, "every language needs the same paragraphs"),
    (time_left_out, "fi: does not name {appeal_days}"),
    (unknown_fact, "en: unknown facts price"),
    (unknown_part, "says unknown parts: poetry"),
]


@pytest.mark.parametrize(("spoil", "fault"), FAULTS, ids=[spoil.__name__ for spoil, _ in FAULTS])
def test_a_file_that_lacks_something_is_refused_with_what_it_lacks(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], None], fault: str
) -> None:
    content = example()
    spoil(content)
    file = written(tmp_path, content)
    with pytest.raises(BadParameters) as bad:
        load_instructions(file)
    assert any(fault in line for line in bad.value.faults), bad.value.faults
    told = CliRunner().invoke(main, ["legal", "check", str(file)])
    assert told.exit_code == 1
    assert fault in told.output


def test_an_installation_keeps_its_own_confirmed_text(tmp_path: Path) -> None:
    content = example()
    content["confirm"] = ""
    content["version"] = 7
    told = CliRunner().invoke(main, ["legal", "check", str(written(tmp_path, content))])
    assert told.exit_code == 0
    assert told.output == "The legal data has no faults.\n"
    assert set(MUST_NAME) == {
        part
        for section in load_instructions(tmp_path / "own.yaml").sections
        for part in section.says
    }


def test_an_installation_does_not_start_with_instructions_that_cannot_be_used(
    settings: Settings, tmp_path: Path
) -> None:
    own = settings.model_copy(update={"appeal_instructions": tmp_path / "nothing.yaml"})
    with pytest.raises(BadParameters):
        open_installation(own)


def test_a_part_stands_once_for_a_regime(tmp_path: Path) -> None:
    part = (
        "{key: buyer, name: {fi: a, sv: b, en: c}, regimes: [eu], valid_from: 2017-01-01,"
        " source: s, to_confirm: true}"
    )
    file = tmp_path / "decision.yaml"
    file.write_text(f"parts: [{part}, {part}]\ngrounds: []\n", encoding="utf-8")
    with pytest.raises(BadParameters, match="buyer stands twice"):
        load_decision_law(file)
