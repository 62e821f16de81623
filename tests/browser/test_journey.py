"""An offer in a real browser: without JavaScript as with it, which only adds."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.cast import Cast
from tests.offers.conftest import Acting, act, call
from tests.offers.files import pdf

__all__ = ["act", "call"]

pytestmark = pytest.mark.browser

ANSWERS = {
    "answer-0": "Kouluttaja ja valmentaja ovat nimetty työpari.",
    "answer-1": "Aloitamme viikon sisällä.",
}
CONTINUE, STAY = '#offer button[value="next"]', '#offer button[value="stay"]'


def named(window: Visit, name: str) -> str:
    """The value of the only field of that name."""
    return window.page.locator(f'[name="{name}"]').input_value()


def focused(page: Page, what: str) -> str:
    """Something of the element that has the focus."""
    return str(page.evaluate(f"document.activeElement.{what}"))


def test_an_offer_is_written_and_submitted_without_javascript(
    visit: Callable[..., Visit], cast: Cast, call: UUID
) -> None:
    window = visit(cast.roope, javascript=False)
    page = window.page
    page.goto(f"/procurements/{call}")
    page.locator(f'main a[href="/procurements/{call}/offer"]').first.click()
    page.locator('.tasks a[href$="/bidder"]').click()
    page.locator('[name="alone"]').check()
    page.locator(CONTINUE).click()
    assert page.url.endswith("/steps/declarations")
    page.locator('[name="holds-0"][value="yes"]').check()
    page.locator(CONTINUE).click()
    page.locator('[name="price-sea"]').fill("58,5o")
    page.locator(STAY).click()
    assert page.locator("#error-summary li").count() == 1
    assert named(window, "price-sea") == "58,5o"
    page.locator('[name="price-sea"]').fill("1 058,50")
    page.locator('[name="fee-sea"]').fill("200")
    page.locator(STAY).click()
    assert page.locator("#flashes .flash").count() == 1
    assert named(window, "price-sea").replace("\N{NO-BREAK SPACE}", " ") == "1 058,50"
    page.locator(CONTINUE).click()
    for place, text in ANSWERS.items():
        assert page.url.endswith(f"/steps/{place}")
        page.locator('[name="answer"]').fill(text)
        page.locator(CONTINUE).click()
    assert page.url.endswith("/offer/files")
    file = {"name": "kuvaus.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.locator('#attach [name="file"]').set_input_files(file)  # type: ignore[arg-type]
    page.locator('#attach button[value="check"]').click()
    assert page.url.endswith(f"/procurements/{call}/offer/check")
    assert "kuvaus.pdf" in page.locator("main").inner_text()
    page.locator("#submit button").click()
    assert page.url.endswith(f"/procurements/{call}/offer/receipt")
    assert re.search(r"\b[0-9a-f]{64}\b", page.locator("main").inner_text())
    assert unexpected(window) == []


def test_a_draft_saves_itself_and_says_so(
    visit: Callable[..., Visit], cast: Cast, call: UUID
) -> None:
    window = visit(cast.roope)
    page = window.page
    page.goto(f"/procurements/{call}/offer/steps/prices")
    state = page.locator("#save-state")
    field = page.locator('[name="price-sea"]')
    field.press_sequentially("58,50")
    expect(state).to_have_attribute("data-state", "unsaved")
    expect(state).to_have_attribute("data-state", "saved", timeout=10_000)
    expect(state).to_contain_text("12.1.2026")
    # Whoever types goes on typing where they were.
    assert focused(page, "name") == "price-sea"
    page.locator('[name="fee-sea"]').press_sequentially("120")
    page.keyboard.press("Tab")
    expect(state).to_have_attribute("data-state", "saved", timeout=10_000)
    assert focused(page, "tagName") != "BODY"
    page.reload()
    assert named(window, "price-sea") == "58,50"
    assert named(window, "fee-sea") == "120,00"
    assert window.complaints == []


def test_what_cannot_be_saved_says_why_and_a_mistake_is_shown_first(
    visit: Callable[..., Visit], cast: Cast, call: UUID
) -> None:
    window = visit(cast.roope)
    page = window.page
    page.goto(f"/procurements/{call}/offer/steps/prices")
    page.locator('[name="price-sea"]').press_sequentially("paljon")
    state = page.locator("#save-state")
    expect(state).to_have_attribute("data-state", "failed", timeout=10_000)
    assert focused(page, "name") == "price-sea"
    page.locator(STAY).click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert named(window, "price-sea") == "paljon"
    page.locator("#error-summary a").first.click()
    expect(page.locator('[name="price-sea"]')).to_be_focused()
    assert unexpected(window) == []


def test_a_swapped_region_keeps_the_focus_and_is_announced(
    visit: Callable[..., Visit], cast: Cast, call: UUID, act: Acting
) -> None:
    act.save()
    window = visit(cast.roope)
    page = window.page
    page.goto(f"/procurements/{call}/offer/files")
    page.locator("#attach button").first.click()
    expect(page.locator("#attachments #error-summary")).to_be_focused()
    file = {"name": "kuvaus.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.locator('#attach [name="file"]').set_input_files(file)  # type: ignore[arg-type]
    page.locator("#attach button").first.click()
    expect(page.locator("#attachments table")).to_contain_text("kuvaus.pdf")
    expect(page.locator(":focus")).to_have_count(1)
    expect(page.locator("#announcements")).not_to_be_empty()
    page.locator("#attachments table button").click()
    expect(page.locator("#attachments table")).to_have_count(0)
    expect(page.locator(":focus")).to_have_count(1)
    assert page.locator("#error-summary").count() == 0
    assert unexpected(window) == []


def unexpected(window: Visit) -> list[str]:
    """Complaints but for the browser's own line about an answer 422, which was asked for here."""
    return [complaint for complaint in window.complaints if "status of 422" not in complaint]
