"""Every refusal leaves an entry: of a page, of an act, of a form, and of what is not there."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, UUIDConverter

from portal.audit.models import AuditEntry
from portal.audit.record import ACCOUNTS
from portal.database import Database
from portal.offers.usecases import save_offer
from portal.organisations.models import Person
from portal.permissions import PAGES
from portal.procurement.models import Procurement
from portal.procurement.usecases import publish
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from portal.web import attempts
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import Evaluating, call, evaluating
from tests.offers.conftest import AFTER
from tests.page import Browser
from tests.promises.figures import leave

__all__ = ["call", "evaluating"]
Browse = Callable[..., Browser]


def denials(database: Database) -> list[tuple[str, str, UUID | None, str | None]]:
    with database.reading() as session:
        found = session.execute(
            select(AuditEntry.chain, AuditEntry.act, AuditEntry.by, AuditEntry.rule)
            .where(AuditEntry.outcome == "denied")
            .order_by(AuditEntry.id)
        )
        return [tuple(row) for row in found]  # type: ignore[misc]  # as selected


@pytest.mark.trust
def test_every_page_that_a_role_is_not_let_through_to_leaves_an_entry(
    app: Flask, browse: Browse, cast: Cast, database: Database
) -> None:
    asked = []
    for person in (cast.ada, cast.kaisa):
        browser = browse(person)
        for rule in app.url_map.iter_rules():
            row = PAGES[rule.endpoint]
            if row.public or row.allows(person):
                continue
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            keys = {name: given_for(rule._converters[name]) for name in rule.arguments}
            url = app.url_map.bind("localhost").build(rule.endpoint, keys, method=method)
            assert browser.whatever(method, url).status_code == 403, url
            asked.append((ACCOUNTS, rule.endpoint, person.id, "not_permitted"))
    assert denials(database) == asked
    leave("attempts_on_record", "pages", {"refused pages": len(asked), "without an entry": 0})
    assert len(asked) > 300


def given_for(converter: BaseConverter) -> object:
    """Something that the address takes."""
    if isinstance(converter, UUIDConverter):
        return uuid4()
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else "x"


def test_what_an_act_refuses_stands_in_the_chain_of_its_procurement(
    database: Database, cast: Cast, evaluating: Evaluating
) -> None:
    refused: list[tuple[str, str, UUID | None, str | None]] = []

    def tried(act: Callable[..., object], name: str, by: Person, rule: str, **how: object) -> None:
        with pytest.raises(RuleBroken, match=f"^{rule}$"):
            evaluating.do(act, by, AFTER, **how)
        refused.append((str(evaluating.call), name, by.id, rule))

    tried(publish, "publish", cast.olli, "wrong_state")
    tried(publish, "publish", cast.eva, "not_permitted")
    tried(save_offer, "save_offer", cast.olli, "not_permitted", provider=cast.river, content=None)
    assert denials(database) == refused


def test_what_a_form_refuses_outside_of_an_act_is_on_record(
    browse: Browse, cast: Cast, database: Database, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.reports.programme import queries

    def refuse(*_of: object) -> None:
        raise RuleBroken("period_closed")

    monkeypatch.setattr(queries, "table_page", refuse)
    browse(cast.olli).get("/reports/programme", 422)
    assert denials(database) == [(ACCOUNTS, "programme.index", cast.olli.id, "period_closed")]


def test_an_attempt_at_what_is_foreign_or_missing_leaves_the_same_single_entry(
    browse: Browse,
    cast: Cast,
    database: Database,
    clock: SettableClock,
    evaluating: Evaluating,
) -> None:
    eva = browse(cast.eva)
    foreign = eva.whatever("GET", f"/procurements/{evaluating.call}/bundles")
    missing = browse(cast.eva).whatever("GET", f"/procurements/{uuid4()}/bundles")
    assert foreign.status_code == missing.status_code == 404
    entry = (ACCOUNTS, "bundles.index", cast.eva.id, "not_found")
    # Trying out a thousand addresses writes one line.
    for _ in range(5):
        eva.whatever("GET", f"/procurements/{uuid4()}/bundles")
    assert denials(database) == [entry]
    clock.at += attempts.ONCE_IN
    eva.whatever("GET", f"/procurements/{uuid4()}/bundles")
    assert denials(database) == [entry, entry]
    browse(None).whatever("GET", f"/procurements/{uuid4()}")
    assert len(denials(database)) == 2


def test_what_a_provider_looks_for_among_its_own_offers_leaves_no_entry(
    browse: Browse, cast: Cast, database: Database, evaluating: Evaluating
) -> None:
    roope = browse(cast.roope)
    assert (
        roope.whatever("GET", f"/procurements/{evaluating.call}/offer/receipt").status_code == 404
    )
    assert denials(database) == []


def test_no_attempt_is_lost_where_the_same_person_tries_many_times(
    database: Database, cast: Cast, call: UUID
) -> None:
    for _ in range(20):
        with pytest.raises(RuleBroken), unit_of_work(database) as session:
            publish(
                session,
                procurement=session.get_one(Procurement, call),
                by=session.get_one(Person, cast.eva.id),
                at=AFTER,
            )
    with database.reading() as session:
        counted = select(func.count()).where(AuditEntry.outcome == "denied")
        assert session.scalar(counted) == 20
