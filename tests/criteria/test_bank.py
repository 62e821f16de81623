"""The bank finds the version that is asked for, and refuses a folder with a fault."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from portal.criteria.bank import BankFaulty, bank, load_bank
from portal.shared.errors import NotFound

Spoil = Callable[[str, str, str], int]


def second_version(folder: Path, shelf: str, key: str) -> Path:
    text = (folder / shelf / f"{key}.yaml").read_text(encoding="utf-8")
    path = folder / shelf / f"{key}@2.yaml"
    path.write_text(text.replace("version: 1\n", "version: 2\n", 1), encoding="utf-8")
    return path


def test_the_latest_version_is_given_unless_another_is_asked_for(folder: Path) -> None:
    second_version(folder, "library", "service_process")
    loaded = load_bank(folder)
    assert loaded.criterion("service_process").version == 2
    assert loaded.criterion("service_process", 1).version == 1
    assert [criterion.key for criterion in loaded.criteria].count("service_process") == 1
    assert len(loaded.criterion_versions) == len(loaded.criteria) + 1


def test_a_set_keeps_the_version_that_it_names(folder: Path) -> None:
    second_version(folder, "library", "service_process")
    chosen = load_bank(folder).criteria_set("toppis_and_work_based_training")
    assert chosen.criteria[0].criterion.reference == "service_process@1"


def test_a_set_has_versions_too(folder: Path) -> None:
    second_version(folder, "sets", "follow_up")
    assert load_bank(folder).criteria_set("follow_up").version == 2
    assert load_bank(folder).criteria_set("follow_up", 1).version == 1


@pytest.mark.parametrize(("key", "version"), [("nothing", None), ("service_process", 9)])
def test_a_criterion_that_is_not_there_is_not_found(key: str, version: int | None) -> None:
    with pytest.raises(NotFound):
        bank().criterion(key, version)


def test_a_set_or_scale_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        bank().criteria_set("nothing")
    with pytest.raises(NotFound):
        bank().scale("nothing")


def test_a_weight_with_decimals_is_exact(folder: Path, spoil: Spoil) -> None:
    name = "sets/toppis_and_work_based_training.yaml"
    spoil(name, "price_weight: 40", "price_weight: 40.1")
    spoil(
        name, "service_process, version: 1, weight: 10", "service_process, version: 1, weight: 9.9"
    )
    chosen = load_bank(folder).criteria_set("toppis_and_work_based_training")
    assert chosen.price_weight == Decimal("40.1")
    assert chosen.criteria[0].weight == Decimal("9.9")


def test_a_folder_with_a_fault_is_not_loaded_in_part(folder: Path, spoil: Spoil) -> None:
    spoil("sets/follow_up.yaml", "key: feedback_handled", "key: feedback_handed")
    with pytest.raises(BankFaulty) as refused:
        load_bank(folder)
    assert len(refused.value.faults) == 1
    assert "feedback_handed" in refused.value.faults[0]


def test_the_installed_bank_is_read_once() -> None:
    assert bank() is bank()
