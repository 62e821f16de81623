"""What is another organisation's cannot be had, changed or told from what does not exist.

Every route that a role is let through to is asked with the other side's keys: read, and sent with
the very form that its rightful reader is shown. The short run asks each route as one or two roles,
the long one as all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal.database import Database
from portal.models import Base
from tests.page import Browser, counted
from tests.permissions.asking import (
    KEY,
    Form,
    Told,
    addresses,
    exchanged,
    keys_in,
    text_of,
)
from tests.permissions.filling import NOT_OF_ANYBODY
from tests.permissions.going_round import Round
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
    "finding.organisation": "organisations are listed for whoever is logged in",
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
    "provider_cards.": {"person.name", "card_remark.text", "card_remark.answer"},
    "open_data.": {"contract.reference@decided"},
    "enrolments.remove_coach": {"person.name"},
    "organisations.people": {"person.name"},
    "organisations.close_person": {"person.name"},
    "organisations.roles": {"person.name"},
    "organisations.reset_factor": {"person.name"},
}
"""What is told besides: who keeps a card and, to all who refer clients, remarks on it; a contract's
number as open data; the coaches of every provider to whom names one; to the administrator all
accounts."""
OF_THE_HOUSE = (
    "organisations.close_person",
    "organisations.roles",
    "organisations.take_role_away",
    "organisations.reset_factor",
)
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


class Watch:
    """What is A's, and whether anything of it has changed."""

    def __init__(self, database: Database, world: World) -> None:
        self.database, self.keys = database, world.keys_of("A")
        self.before = self.rows()

    def rows(self) -> dict[str, set[str]]:
        """Every row with a key of A in it, by table."""
        found: dict[str, set[str]] = {}
        with self.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                if table.name not in NOT_OF_ANYBODY:
                    found[table.name] = {
                        repr(row)
                        for row in session.execute(select(table))
                        if any(str(value) in self.keys for value in row)
                    }
        return found

    def changed(self, *, added_too: bool = True) -> list[str]:
        """The tables in which a row of A is gone, another, or new."""
        now = self.rows()
        return [
            name
            for name, rows in self.before.items()
            if rows - now[name] or (added_too and now[name] - rows)
        ]


def wrote(statements: list[str]) -> bool:
    """Whether a request changed anything but the records of the house."""
    return any(
        statement.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE")
        and not any(f" {name} " in statement.replace("(", " (") for name in NOT_OF_ANYBODY)
        for statement in statements
    )


def send(
    browser: Browser, app: Flask, action: str, fields: Mapping[str, list[str]]
) -> tuple[Any, list[str]]:
    """Send a form with a token of the sender's own; the answer and what it took."""
    data = MultiDict((name, one) for name, values in fields.items() for one in values)
    data["csrf_token"] = browser.csrf_token()
    with counted(app.extensions["portal"].database.engine) as statements:
        answer = browser.client.post(action, data=data, buffered=True)
    return answer, statements


def changed_fields(fields: Mapping[str, list[str]], others: Mapping[str, str]) -> dict[str, Any]:
    """The fields with other keys in them, their names included."""
    return {
        exchanged(name, others): [exchanged(one, others) for one in values]
        for name, values in fields.items()
    }


class Sending:
    """Sends forms with keys of the other side in them, and notes what that told or changed."""

    def __init__(self, app: Flask, world: World, watch: Watch) -> None:
        self.app, self.world, self.watch = app, world, watch
        self.faults: list[str] = []
        self.organisations = {str(row["id"]) for row in world.keys["A"]["organisation"]}

    def told(
        self,
        browser: Browser,
        endpoint: str,
        form: Form,
        exchange: Mapping[str, str],
        *,
        open_: bool,
    ) -> Told:
        """Send it with keys exchanged; what came of it. Where it is open, new rows may name A."""
        said = changed_fields(form.fields, exchange)
        answer, statements = send(browser, self.app, exchanged(form.action, exchange), said)
        leaked = leaks(self.world, endpoint, str(answer.headers) + text_of(answer))
        # What was sent comes back to whoever sent it.
        leaked -= self.world.canary_places(str(said))
        if leaked:
            self.faults.append(f"{endpoint}: {form.action} tells {sorted(leaked)}")
        if wrote(statements):
            changes = self.watch.changed(added_too=not open_)
            if changes:
                self.faults.append(f"{endpoint}: {form.action} changes {changes}")
            self.watch.before = self.watch.rows()
        if answer.status_code == 303:
            # What was done is told on the next page, which is not to be the one compared.
            browser.client.get("/nowhere")
        return Told.of(answer)

    def compare(
        self,
        who: tuple[str, Browser],
        endpoint: str,
        form: Form,
        own: Mapping[str, str],
        others: Mapping[str, str],
    ) -> None:
        """A foreign key and one that is nobody's are answered alike; the rest are one's own.

        That an organisation exists is public, so that naming one alone may be answered.
        """
        label, browser = who
        open_ = open_to_all(endpoint) or others.keys() <= self.organisations
        none = self.told(browser, endpoint, form, {**own, **others}, open_=open_)
        foreign = self.told(browser, endpoint, form, own, open_=open_)
        unlike = foreign.hiding(hidden(others)).unlike(none.hiding(hidden(others)))
        if unlike and not open_:
            self.faults.append(f"{label}: {endpoint} ({len(own)} own): {unlike}")


@pytest.mark.trust
def test_nobody_changes_what_is_anothers_whatever_form_is_sent(
    app: Flask,
    world: World,
    person_of: PersonOf,
    browse: Browse,
    database: Database,
    own_round: Round,
) -> None:
    everybody = readers_of("B", person_of, browse)
    sending = Sending(app, world, Watch(database, world))
    twins = {str(key): str(twin) for key, twin in world.twins.items()}
    sent = mixed = 0
    posts = {address.endpoint: address for address in addresses(app, world, "A", "POST")}
    for endpoint, address in posts.items():
        if endpoint.endswith(ENDS) or endpoint in OF_THE_HOUSE:
            continue
        sender, form = own_round.forms.get(endpoint, ("", Form(address.url, "post", {})))
        keys = keys_in(form) & world.keys_of("A")
        others = missing(keys)
        for who in askers(everybody, address, 1) if keys else ():
            sent += 1
            sending.compare(who, endpoint, form, {}, others)
        if len(keys) < 2 or sender not in everybody or not keys <= twins.keys():
            continue
        # One's own form, with one key of the other side in it.
        for key in sorted(keys):
            if chosen(3, endpoint, len(keys), sorted(keys).index(key)):
                mixed += 1
                own = {one: twins[one] for one in keys if one != key}
                who = sender, everybody[sender][1]
                sending.compare(who, endpoint, form, own, {key: others[key]})
    assert "\n".join(sending.faults) == ""
    figures: dict[str, Any] = {
        "routes": len(posts),
        "forms": len(own_round.forms),
        "roles": len(everybody),
        "posts": sent,
        "posts with mixed keys": mixed,
    }
    leave("tenants_isolated", "changing", {**figures, "changes": 0, "leaks": 0})
    leave("no_existence_oracle", "changing", {**figures, "differences": 0})


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
