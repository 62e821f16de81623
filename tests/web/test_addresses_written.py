"""Addresses compile what writes them late, and write the same."""

from __future__ import annotations

from uuid import UUID

from werkzeug.routing import Map, Rule

from portal.web.routes import Address

RULES = {
    "/": {},
    "/trainings/<uuid:key>/path": {"key": UUID(int=7)},
    "/evaluation/lots/<path:lot>/joint/<int:n>": {"lot": "Meren seutu/å?", "n": 3},
    "/notice.<any(json, csv):form>": {"form": "csv", "page": 2, "rule": "ä b", "self": "1"},
}


def test_an_address_is_written_as_the_library_writes_it() -> None:
    for rule, values in RULES.items():
        ours, theirs = (
            Map([kind(rule, endpoint="there")]).bind("localhost") for kind in (Address, Rule)
        )
        for _time in range(2):
            assert ours.build("there", values) == theirs.build("there", values)
        # What the address has no place for follows it only where that is wanted.
        assert ours.build("there", values, append_unknown=False) == theirs.build(
            "there", values, append_unknown=False
        )
