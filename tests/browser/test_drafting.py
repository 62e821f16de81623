"""A draft of a call in a real browser, where it keeps itself while it is being written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from portal.database import Database
from tests.browser.conftest import Visit
from tests.cast import Cast
from tests.procurement.calls import put_call

pytestmark = pytest.mark.browser


def test_a_draft_saves_itself_says_what_it_refuses_and_yields_to_its_button(
    visit: Callable[..., Visit], cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    window = visit(cast.olli)
    page = window.page
    page.goto(f"/procurements/{key}/criteria")
    weight = page.locator('[name="price_weight"]')
    line = page.locator("#save-state")
    weight.fill("30")
    expect(line).to_have_attribute("data-state", "saved", timeout=10_000)
    expect(page.locator("#weights-together")).to_contain_text("90")
    weight.fill("kolmekymmentä")
    expect(line).to_have_attribute("data-state", "failed", timeout=10_000)
    expect(line).to_contain_text("Ei tallennettu:")
    weight.fill("40")
    # Leaving the field begins a saving, which the button then waits for.
    page.locator("#weights button[type=submit]").click()
    expect(page.locator("#flashes .flash")).to_have_count(1)
    expect(page.locator("#error-summary")).to_have_count(0)
    expect(weight).to_have_value("40")
    # A person types later than the moment in which the swapped form is taken up.
    expect(page.locator(".htmx-added, .htmx-settling, .htmx-swapping")).to_have_count(0)
    # The other form of the page goes on from what the first one saved.
    weight.fill("35")
    expect(line).to_have_attribute("data-state", "saved", timeout=10_000)
    page.locator("#set button[type=submit]").click()
    expect(page.locator("#flashes .flash")).to_have_count(1)
    expect(page.locator("#error-summary")).to_have_count(0)
    # The browser tells of every answer that refuses, which is what the test asked for.
    assert [text for text in window.complaints if "422" not in text] == []


def test_without_scripts_the_draft_has_its_button(
    visit: Callable[..., Visit], cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    page = visit(cast.olli, javascript=False).page
    page.goto(f"/procurements/{key}/edit")
    page.locator('[name="title_en"]').fill("Newer")
    page.locator("#basics button[type=submit]").click()
    expect(page.locator("#flashes .flash")).to_have_count(1)
    page.goto(f"/procurements/{key}/edit")
    expect(page.locator('[name="title_en"]')).to_have_value("Newer")
