"""What is another organisation's cannot be had, nor told from what does not exist.

Every route that a role is let through to is asked with the other side's keys. The short run asks
each route as one role, the long one as all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import pytest
from flask import Flask

from tests.permissions.asking import (
    KEY,
    Told,
    addresses,
    text_of,
)
from tests.permissions.readers import Browse, PersonOf, askers, chosen, readers_of
from tests.permissions.world import World
from tests.promises.figures import leave

NOWHERE = UUID("00000000-0000-5000-8000-000000000001")
OPEN_TO_ALL = {
    "procurement.show": "a published call is public",
    "procurement.index": "published calls are public",
    "procurement.document": "a published call is public",
    "open_data.": "what is published as open data is public",
    "soundings.": "a published sounding is public and answered by any provider",
    "provider_cards.": "cards are for whoever refers a client",
    "qualification_units.": "units of an organisation are shown to everybody",
    "procurement.ask": "any provider may ask about an open call",
    "procurement.new_from_sounding": "a sounding is public",
    "procurement.draft_from_sounding": "a sounding is public",
    "offers.": "any provider may make an offer in an open call",
    "accessibility.": "a message about accessibility is to the portal, and any officer answers it",
    "evaluation.own_clarifications": "any provider has a page of what it was asked about a call",
}
"""Routes by which a stranger rightly gets at some of what is another's, and why."""
PUBLIC_FIELDS = frozenset(
    {
        "organisation.name",
        "procurement.title@published",
        "procurement.title@decided",
        "procurement.title@opened",
        "procurement.reference@published",
        "procurement.reference@decided",
        "procurement.reference@opened",
        "lot.title@published",
        "lot.title@decided",
        "lot.title@opened",
        "award_criterion.question@published",
        "award_criterion.question@opened",
        "award_criterion.question@decided",
        "suitability_requirement.title@decided",
        "suitability_requirement.evidence@decided",
        "accessibility_message.text",
        "accessibility_message.page",
        "accessibility_message.email",
        "accessibility_message.answer",
        "question.text",
        "question.text@published",
        "question.answer@published",
        "question.text@decided",
        "question.answer@decided",
        "call_amendment.reason@decided",
        "sounding.title",
        "sounding.description",
        "sounding.capacity",
        "sounding.questions",
        "sounding_answer.reason",
        "sounding_answer.comment",
        "provider_card.title",
        "provider_card.description",
        "provider_card.services",
        "provider_card.target_groups",
        "provider_card.preconditions",
        "provider_card.contact_name",
        "provider_card.phone",
        "qualification_unit.name",
        "qualification_unit.example",
    }
)
"""What is told to everybody by the nature of the thing; all else of A is a leak."""
TOLD_BY_NAME = {
    "provider_cards.": {"person.name"},
    "open_data.": {"contract.reference@decided"},
    "organisations.people": {"person.name"},
    "organisations.close_person": {"person.name"},
    "organisations.roles": {"person.name"},
    "organisations.reset_factor": {"person.name"},
}
"""What is told besides: who keeps a card, a contract's number as open data, and all accounts
to the administrator."""
OF_THE_HOUSE = ("organisations.close_person", "organisations.roles", "organisations.reset_factor")
"""Routes of the administrator, who belongs to no side: every account is theirs to look after."""
ENDS = ("log_out", "log_out_everywhere")


def open_to_all(endpoint: str) -> bool:
    """Whether strangers may rightly get at something there."""
    return any(endpoint == one or endpoint.startswith(one) for one in OPEN_TO_ALL if one)


def leaks(world: World, endpoint: str, said: str) -> set[str]:
    """The fields of A that are told there and are not public."""
    known = world.canary_places(said) - PUBLIC_FIELDS
    for route, fields in TOLD_BY_NAME.items():
        if endpoint.startswith(route):
            known -= fields
    return known


def missing(keys: Mapping[str, UUID] | set[str]) -> dict[str, str]:
    """Keys that are nobody's in place of those."""
    told = keys.values() if isinstance(keys, Mapping) else keys
    return {str(key): str(uuid5(NOWHERE, str(key))) for key in told}


def hidden(others: Mapping[str, str]) -> dict[str, str]:
    """The same word for a key and for what stands in its place."""
    said = {}
    for n, (key, other) in enumerate(sorted(others.items())):
        said[key] = said[other] = f"KEY{n}"
    return said


@pytest.mark.trust
def test_nobody_reads_what_is_anothers_nor_learns_that_it_is_there(
    app: Flask, world: World, person_of: PersonOf, browse: Browse
) -> None:
    everybody = readers_of("B", person_of, browse)
    asked = differences = 0
    faults: list[str] = []
    told_before: dict[tuple[str, str], Told] = {}
    routes = set()
    seen: dict[str, int] = {}
    for address in addresses(app, world, "A", "GET"):
        seen[address.endpoint] = seen.get(address.endpoint, 0) + 1
        if seen[address.endpoint] > 1 and not chosen(6, address.endpoint, seen[address.endpoint]):
            continue
        for label, browser in askers(everybody, address, 1):
            others = missing(address.keys)
            answer = browser.client.get(address.url, buffered=True)
            asked += 1
            routes.add(address.endpoint)
            leaked = leaks(world, address.endpoint, str(answer.headers) + text_of(answer))
            if leaked:
                faults.append(f"{label}: {address.url} tells {sorted(leaked)}")
            if not others or open_to_all(address.endpoint) or address.endpoint in OF_THE_HOUSE:
                continue
            none_url = address.with_keys(others)
            if (label, none_url) not in told_before:
                none = browser.client.get(none_url, buffered=True)
                told_before[label, none_url] = Told.of(none, hidden(others))
            foreign, none_told = Told.of(answer, hidden(others)), told_before[label, none_url]
            if foreign != none_told:
                differences += 1
                faults.append(f"{label}: {address.endpoint} {foreign} for {none_told}")
    assert faults == []
    assert routes == {
        rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    figures: dict[str, Any] = {"routes": len(routes), "roles": len(everybody), "requests": asked}
    leave("tenants_isolated", "reading", {**figures, "leaks": len(faults), "differences": 0})
    leave("no_existence_oracle", "reading", {**figures, "differences": differences})


@pytest.mark.trust
def test_no_header_or_search_brings_out_what_is_anothers(
    app: Flask, world: World, person_of: PersonOf, browse: Browse
) -> None:
    everybody = readers_of("B", person_of, browse)
    rows = world.keys["A"]
    some = {name: str(found[0]["id"]) for name, found in rows.items() if "id" in found[0]}
    foreign = f"/contracts/{some['contract']}"
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": f"http://localhost{foreign}",
        "Referer": f"http://localhost{foreign}",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-For": "10.0.0.1",
        "X-Original-URL": foreign,
        "X-Rewrite-URL": foreign,
        "X-HTTP-Method-Override": "POST",
    }
    query = {
        "q": "Zk",
        "page": "1",
        "provider": some["organisation"],
        "contract": some["contract"],
        "contracts": some["contract"],
        "training": some["training"],
        "procurement": some["procurement"],
        "office": some["organisation"],
        "person": some["person"],
        "buyer": some["organisation"],
        "lot": some["lot"],
        "field": "kiinteistöpalvelut",
    }
    faults = []
    asked = 0
    for address in addresses(app, world, "A", "GET"):
        if address.keys or address.endpoint.startswith("health."):
            continue
        for label, browser in askers(everybody, address, 1):
            plain = browser.client.get(address.url, buffered=True)
            for way in (
                browser.client.get(address.url, headers=headers, buffered=True),
                browser.client.get(address.url, query_string=query, buffered=True),
            ):
                asked += 1
                said = str(way.headers) + text_of(way)
                leaked = leaks(world, address.endpoint, said)
                shown = (set(KEY.findall(said)) & world.keys_of("A")) - set(query.values())
                shown -= set(KEY.findall(text_of(plain))) | {some["contract"]}
                if leaked or (shown and not open_to_all(address.endpoint)):
                    faults.append(f"{label}: {address.url} {sorted(leaked)} {sorted(shown)}")
                assert "elsewhere.example" not in said, address.url
                assert way.status_code < 500, address.url
    assert faults == []
    leave("tenants_isolated", "headers and searches", {"requests": asked, "leaks": 0})


def test_both_sides_have_everything_that_the_tables_can_hold(world: World) -> None:
    here = {name: len(rows) for name, rows in world.keys["A"].items()}
    assert here == {name: len(rows) for name, rows in world.keys["B"].items()}
    assert len(world.canaries) > 200
