"""The documents say what is there."""

from __future__ import annotations

import re

import click
import pytest

from portal.cli import main
from portal.config import PREFIX, BadSettings, Settings, read_settings
from portal.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
KEYS = {
    "PORTAL_SECRET_KEY": "x" * 40,
    "PORTAL_STORAGE_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


def test_every_command_of_the_readme_exists() -> None:
    for words in re.findall(r"`portal ([a-z ]+)", README):
        command: click.Command = main
        for word in words.split():
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), word)
            assert found is not None
            command = found


def test_every_room_of_the_readme_is_a_package() -> None:
    table = README.split("## The rooms")[1]
    for room in re.findall(r"^\| `([a-z_]+)` \|", table, flags=re.MULTILINE):
        assert (ROOT / "portal" / room / "__init__.py").exists()


def test_every_setting_named_in_the_readme_exists() -> None:
    for name in re.findall(r"`PORTAL_([A-Z_]+)`", README):
        assert name.lower() in Settings.model_fields


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_missing_keys_are_named_with_their_meaning() -> None:
    with pytest.raises(BadSettings) as bad:
        read_settings({})
    assert [line.split(" is missing")[0] for line in bad.value.faults] == sorted(KEYS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "eighty"),
        ("DATABASE_URL", "mysql://x"),
        ("STORAGE_KEY", "short"),
        ("SECRET_KEY", "short"),
        ("BASE_URL", "nowhere"),
        ("COMBINED_DUTIES", "deciding"),
        ("DECISION_LIMIT_EUROS", "0"),
        ("DECISION_LIMITS", "paula=5"),
        ("DEVELOPMENT", "perhaps"),
        ("COLOUR", "blue"),
    ],
)
def test_a_bad_value_is_refused_on_one_line_by_its_name(name: str, value: str) -> None:
    with pytest.raises(BadSettings) as bad:
        read_settings({**KEYS, PREFIX + name: value})
    assert len(bad.value.faults) == 1
    assert bad.value.faults[0].startswith(PREFIX + name)
