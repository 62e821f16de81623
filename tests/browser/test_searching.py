"""The search field of every page in a real browser: as one types, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Cast
from tests.offers.conftest import call  # noqa: F401  # a fixture

pytestmark = pytest.mark.browser


def test_hits_come_as_one_types_are_told_and_gone_through_by_keyboard(
    visit: Callable[..., Visit],
    cast: Cast,
    call: UUID,  # noqa: F811
) -> None:
    window = visit(cast.olli)
    page = window.page
    page.goto("/account")
    live = page.locator("#announcements")
    assert live.inner_text() == ""
    field, hits = page.locator("#site-search"), page.locator("#search-hits")
    field.press_sequentially("toppis-ka")
    hit = hits.locator(f'a[href="/procurements/{call}"]')
    expect(hit).to_be_visible()
    expect(live).to_have_text(re.compile(r"^\d+ löytyi$"))
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(hit).to_have_count(0)
    expect(field).to_be_focused()
    field.fill("zzzz")
    expect(live).to_have_text("Mitään ei löytynyt")
    field.fill("esim/1")
    expect(hit).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(hits.locator("a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    expect(hit).to_have_count(0)
    field.fill("esim/1/2026")
    expect(hit).to_be_visible()
    for _step in range(hits.locator("a").count()):
        page.keyboard.press("ArrowDown")
        if hit.and_(page.locator(":focus")).count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/procurements/{call}")
    assert window.complaints == []


def test_without_scripts_the_field_leads_to_the_page_of_what_was_found(
    visit: Callable[..., Visit],
    cast: Cast,
    call: UUID,  # noqa: F811
) -> None:
    page = visit(cast.olli, javascript=False).page
    page.goto("/account")
    page.locator("#site-search").fill("esim/1")
    page.keyboard.press("Enter")
    expect(page.locator(f'main .hits a[href="/procurements/{call}"]')).to_be_visible()
    expect(page.locator("main [data-announce]")).to_contain_text("löytyi")
