"""What the pages do in a real browser, with htmx and without, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SAVE = "form.main-form button[type=submit]"


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, locale="en-GB")
    opened = context.new_page()
    told: list[str] = []
    opened.on("console", lambda message: told.append(message.text))
    opened.on("pageerror", lambda fault: told.append(str(fault)))
    yield opened
    context.close()
    assert not [text for text in told if "Failed to load resource" not in text]


def fill_in(window: Page) -> None:
    window.fill("#name", "Jokiopisto")
    window.fill("#price", "58")
    window.fill("#due-day", "24/11/2026")
    window.fill("#due-time", "12:00")
    window.check("#kind-0")
    window.fill("#inner-title", "Etelä")


def focused(window: Page) -> str:
    found = window.evaluate("document.activeElement.id || document.activeElement.tagName")
    return str(found)


def test_the_error_summary_is_read_first_and_leads_to_the_field(window: Page) -> None:
    window.goto("/sample")
    fill_in(window)
    window.fill("#price", "x")
    window.click(SAVE)
    window.wait_for_selector("#error-summary:focus")
    assert window.title().startswith("Error: ")
    assert not window.is_disabled(SAVE)
    window.click("#error-summary a")
    assert focused(window) == "price"


def test_a_change_is_announced_and_the_focus_is_not_lost(window: Page) -> None:
    window.goto("/sample")
    fill_in(window)
    window.click(SAVE)
    window.wait_for_selector("#announcements:text-is('Kept.')", state="attached")
    assert window.inner_text("#flashes") == "Kept."
    assert focused(window) != "BODY"


def test_a_lost_connection_is_told(window: Page) -> None:
    window.goto("/sample")
    fill_in(window)
    window.route("**/sample", lambda route: route.abort())
    window.evaluate("htmx.config.timeout = 0; window.console.error = () => {}")
    window.click(SAVE)
    window.wait_for_selector("#flashes .notice-danger")


def test_the_form_works_with_javascript_off(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False, locale="en-GB")
    window = context.new_page()
    window.goto("/sample")
    fill_in(window)
    window.click(SAVE)
    assert window.inner_text("#flashes") == "Kept."
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", ["/", "/nothing", "/sample"])
def test_pages_are_accessible_and_do_not_scroll_sideways(
    chromium: Browser, address: str, width: int, path: str
) -> None:
    context = chromium.new_context(
        base_url=address, viewport={"width": width, "height": 800}, bypass_csp=True, locale="en-GB"
    )
    window = context.new_page()
    window.goto(path)
    root = "document.documentElement"
    assert window.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    window.add_script_tag(path=AXE)
    found = window.evaluate("rules => axe.run({runOnly: rules})", RULES)
    context.close()
    assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found["violations"]] == []
