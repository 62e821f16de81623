"""A declared conflict, or none declared yet, gets nothing of the offers by any route."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.contracts.documents import DOCUMENTS as CONTRACT_DOCUMENTS
from portal.contracts.models import Contract
from portal.contracts.usecases import conclude_contract
from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.models import Award, BidderLetter, Clarification, InterestDeclaration
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.documents.reading import text_of
from tests.evaluation.conftest import KEYS, Evaluating
from tests.evaluation.pages.conftest import Browse, make_documents
from tests.page import Browser
from tests.permissions.asking import text_of as unpacked

CANARIES = (
    "58.00",
    "52.50",
    "vastaa: service_process",
    "Paneeli sopi.",
    "perustelee.",
    "Paras kokonaisuus.",
    "Selvitykset on tarkastettu.",
    "Kuinka monta ryhmää aloittaa?",
    "87.87",
)
ROOMS = ("offers", "evaluation", "contracts")
# A contract is read by whoever signs it, later too; and declaring is the way out of this state.
WITHOUT_DECLARATION = {
    "contracts.show",
    "contracts.document",
    "contracts.approve",
    "evaluation.declare",
}


@pytest.fixture
def whole(
    evaluating: Evaluating, after: SettableClock, services: Services, cast: Cast
) -> Evaluating:
    """A procurement from opening to contract, with a clarification on the way."""
    evaluating.until("agreed")
    evaluating.do(
        usecases.ask_clarification,
        cast.olli,
        providers=[cast.river],
        text="Kuinka monta ryhmää aloittaa?",
        due=evaluating.at.replace(day=20),
    )
    evaluating.award(cast.river)
    evaluating.issue()
    evaluating.do(conclude_contract, cast.olli, lot="sea", provider=cast.river)
    make_documents(services, evaluating)
    make_documents(services, evaluating, CONTRACT_DOCUMENTS)
    return evaluating


def routes(app: Flask, values: dict[str, object]) -> Iterator[tuple[str, str, Rule]]:
    """Every address of these rooms about this procurement, with each method."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in ROOMS or not rule.arguments <= values.keys():
            continue
        path = adapter.build(rule.endpoint, {key: values[key] for key in rule.arguments})
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield method, path, rule


def told(browser: Browser, method: str, path: str) -> str:
    """The text of an answer, of a document as well as of a page."""
    response = browser.whatever(method, path)
    assert response.status_code < 500
    if response.mimetype == "application/pdf":
        return text_of(response.get_data())
    return unpacked(response)


def values_of(whole: Evaluating, database: Database) -> dict[str, object]:
    with database.reading() as session:
        return {
            "procurement_id": whole.call,
            "lot_key": "sea",
            "offer_id": whole.offer_id(whole.cast.river),
            "file_id": UUID(int=1),
            "award_id": session.scalars(select(Award.id)).one(),
            "letter_id": session.scalars(select(BidderLetter.id)).first(),
            "clarification_id": session.scalars(select(Clarification.id)).one(),
            "contract_id": session.scalars(select(Contract.id)).one(),
        }


@pytest.mark.parametrize("reader", ["olli", "aino", "paula", "eeva"])
@pytest.mark.parametrize("tied", [True, False], ids=["conflict", "undeclared"])
def test_nothing_of_the_offers_is_had_by_any_route(
    app: Flask,
    browse: Browse,
    cast: Cast,
    whole: Evaluating,
    database: Database,
    reader: str,
    tied: bool,
) -> None:
    by = getattr(cast, reader)
    if tied:
        whole.declare(by, conflicts=[cast.shore])
    else:
        with database.transaction() as session:
            for row in session.scalars(select(InterestDeclaration)):
                if row.person_id == by.id:
                    session.delete(row)
    browser = browse(by)
    tried = 0
    for method, path, rule in routes(app, values_of(whole, database)):
        if not tied and rule.endpoint in WITHOUT_DECLARATION:
            continue
        text = told(browser, method, path)
        tried += 1
        for canary in CANARIES:
            assert canary not in text, f"{method} {path} told {reader} {canary}"
    assert tried > 50


def test_the_canaries_are_there_for_whoever_may_see_them(
    app: Flask, browse: Browse, cast: Cast, whole: Evaluating, database: Database
) -> None:
    browser = browse(cast.olli)
    seen = "".join(
        told(browser, method, path)
        for method, path, _rule in routes(app, values_of(whole, database))
        if method == "GET"
    )
    for canary in CANARIES:
        assert canary in seen
    assert KEYS[0] in seen
