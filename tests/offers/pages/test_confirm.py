"""An offer after the call has been amended, from its provider's side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from portal.database import Database
from portal.organisations.models import Person
from portal.procurement.changes import CallChanges, LotChanges
from portal.procurement.models import Procurement
from portal.procurement.usecases import amend
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import DUE, OPENS
from tests.page import Browser, Page

Browse = Callable[..., Browser]
CONFIRM = 'form[action$="/offer/confirm"]'


@pytest.fixture
def amended(
    browse: Browse, cast: Cast, call: UUID, database: Database, submit: Callable[..., Page]
) -> Browser:
    """Jokiopisto's browser; its offer was submitted before the call was amended."""
    browser = browse(cast.roope)
    submit(browser)
    with unit_of_work(database) as session:
        amend(
            session,
            procurement=session.get_one(Procurement, call),
            changes=CallChanges(lots={"sea": LotChanges(capacity_maximum=Decimal(1500))}),
            reason="Tarve kasvoi.",
            by=session.get_one(Person, cast.olli.id),
            at=OPENS,
        )
    return browser


def test_the_provider_is_told_and_confirms_with_one_button(amended: Browser, url: str) -> None:
    page = amended.get(url)
    assert "Confirm your offer again" in page.text
    assert page.has('a[href$="#amendments"]')
    amended.submit(CONFIRM)
    page = amended.follow()
    assert page.flashes == ["The offer is confirmed."]
    assert not page.has(CONFIRM)
    assert "Your offer has been submitted" in page.text
    amended.post(f"{url}/confirm", {}, 422)


def test_the_list_says_how_the_offer_stands(
    amended: Browser, clock: SettableClock, url: str
) -> None:
    assert "Submitted, to be confirmed again" in amended.get("/offers").text
    clock.at = DUE + timedelta(minutes=1)
    assert "Not confirmed in time" in amended.get("/offers").text
    page = amended.get(url)
    assert "Your offer was not confirmed" in page.text
    assert not page.has(CONFIRM)
    page = amended.post(f"{url}/confirm", {}, 422)
    assert "The deadline for offers has passed." in page.text


def test_an_unconfirmed_offer_can_be_withdrawn(amended: Browser, url: str) -> None:
    amended.get(f"{url}/withdraw")
    amended.submit("main form")
    assert "Your offer has been withdrawn" in amended.follow().text


def test_nobody_else_confirms_it(browse: Browse, cast: Cast, amended: Browser, url: str) -> None:
    browse(cast.olli).post(f"{url}/confirm", {}, 403)
    browse(cast.sanna).post(f"{url}/confirm", {}, 404)
