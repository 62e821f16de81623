"""What is published holds by the official schema of OCDS 1.1.5 and by its rules of merging."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest

from portal.reports.open_data.extensions import addresses, extensions
from portal.reports.open_data.rules import (
    as_bytes,
    record_package,
    release_package,
    releases_of,
)
from tests.reports.open_data.processes import BUYER, END, HOUSE, WHOLE
from tests.reports.open_data.schema import faults, needs_schemas, schemas, unknown_fields

pytestmark = needs_schemas

Change = Callable[[dict[str, Any]], object]
URI = "https://portaali.example/open-data/9"


@pytest.fixture(scope="module")
def releases() -> dict[str, Any]:
    """The release package, read back from its bytes."""
    told = releases_of(WHOLE, HOUSE, END)
    package: dict[str, Any] = json.loads(as_bytes(release_package(told, BUYER, HOUSE, URI)))
    return package


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    """The record package, read back from its bytes."""
    told = releases_of(WHOLE, HOUSE, END)
    package: dict[str, Any] = json.loads(
        as_bytes(record_package(told, BUYER, HOUSE, f"{URI}/record.json", URI))
    )
    return package


def test_both_packages_hold(releases: dict[str, Any], record: dict[str, Any]) -> None:
    assert faults("release-package-schema", releases) == []
    assert faults("record-package-schema", record) == []
    assert releases["extensions"] == list(addresses())


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda release: release["tag"].append("opened"), "'opened' is not one of"),
        (lambda release: release.update(date="12.1.2026"), "is not a 'date-time'"),
        (lambda release: release.pop("ocid"), "'ocid' is a required property"),
        (
            lambda release: release["tender"]["documents"][0].update(url="ei osoite"),
            "is not a 'uri'",
        ),
        (lambda release: release["tender"].update(status="open"), "'open' is not one of"),
        (lambda release: release["tender"]["value"].update(amount="180000"), "is not of type"),
    ],
)
def test_what_is_wrong_does_not_hold(releases: dict[str, Any], spoil: Change, fault: str) -> None:
    spoilt = deepcopy(releases)
    spoil(spoilt["releases"][0])
    found = faults("release-package-schema", spoilt)
    assert len(found) == 1
    assert fault in found[0]


def test_every_field_is_of_the_standard_or_of_a_declared_extension(
    releases: dict[str, Any], record: dict[str, Any]
) -> None:
    told = [*releases["releases"], record["records"][0]["compiledRelease"]]
    assert [unknown_fields(release, extensions()) for release in told] == [[]] * len(told)
    # The check does find what is unknown: without the lots' extension, the lots.
    without = tuple(one for one in extensions() if one["key"] != "lots")
    assert "Tender/lots" in unknown_fields(told[0], without)
    assert unknown_fields({"tender": {"items": [{"unit": {"size": 1}}]}}, ()) == ["Item.unit/size"]


def test_every_extension_that_is_declared_is_used(releases: dict[str, Any]) -> None:
    for extension in extensions():
        without = tuple(one for one in extensions() if one is not extension)
        assert any(unknown_fields(release, without) for release in releases["releases"])


def test_the_compiled_release_is_what_the_schema_merges_the_releases_to(
    record: dict[str, Any],
) -> None:
    """Merged here anew, by what the official schema says of each list."""
    (found,) = record["records"]
    expected: dict[str, Any] = {}
    for release in found["releases"]:
        expected = merged_by(expected, release, whole_lists())
    last = found["releases"][-1]
    expected |= {
        "id": f"{last['ocid']}-{last['date']}",
        "date": last["date"],
        "tag": ["compiled"],
    }
    assert found["compiledRelease"] == expected


def whole_lists() -> set[str]:
    """Lists that are replaced whole: those that the schema marks, and the extensions' own."""
    marked = {"criteria", "numbers"}

    def look(schema: object) -> None:
        if isinstance(schema, Mapping):
            for name, below in schema.items():
                if isinstance(below, Mapping) and below.get("wholeListMerge") is True:
                    marked.add(name)
                look(below)

    look(schemas()["release-schema"])
    return marked


def merged_by(old: Any, new: Any, whole: set[str], of: str = "") -> Any:
    """The newer over the older: objects by field, lists of objects by id, all else replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {
            name: merged_by(old.get(name), new.get(name, old.get(name)), whole, name)
            for name in [*old, *(name for name in new if name not in old)]
        }
    by_id = of not in whole and isinstance(new, list) and isinstance(old, list)
    if by_id and all(isinstance(one, dict) and "id" in one for one in [*old, *new]):
        keys = list(dict.fromkeys(one["id"] for one in [*old, *new]))
        older = {one["id"]: one for one in old}
        newer = {one["id"]: one for one in new}
        return [merged_by(older.get(key), newer.get(key, older.get(key)), whole) for key in keys]
    return new
