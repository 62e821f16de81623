"""The living page of the design system."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from portal.documents.catalogue import kinds
from portal.paths import TEMPLATES
from portal.web.unit import Services
from tests.cast import Cast
from tests.page import Browser
from tests.web.test_behaviour import AXE, RULES

Browse = Callable[..., Browser]
PAGE = (TEMPLATES / "design" / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def in_development(app: Flask, services: Services) -> None:
    services.settings = services.settings.model_copy(update={"development": True})


def test_there_is_no_such_page_unless_in_development(browse: Browse, cast: Cast) -> None:
    browse().get("/design", 404)
    browse(cast.ada).get("/design", 404)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_it_shows_every_state_in_every_language(
    browse: Browse, in_development: None, language: str
) -> None:
    page = browse(language=language).get("/design")
    assert len(page.errors) == 11
    assert len(page.all(".field-wrong")) == 11
    assert len(page.all("[disabled]")) > 8
    assert {"info", "success", "warning", "danger"} == {
        str(notice["class"][1]).removeprefix("notice-") for notice in page.all(".notice")
    }
    assert len(page.all("svg.chart")) == 3


def test_every_document_is_shown_with_its_preview_in_each_language(
    browse: Browse, in_development: None
) -> None:
    designer = browse()
    page = designer.get("/design/documents")
    assert len(page.all("tbody tr")) == len(kinds())
    assert len(page.all("tbody a")) == 9 * len(kinds())
    shown = designer.whatever("GET", "/design/documents/order/sv/pdf")
    assert shown.get_data().startswith(b"%PDF-")
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert "Avrop" in designer.whatever("GET", "/design/documents/order/sv/html").text
    assert b'"kind":"order"' in designer.whatever("GET", "/design/documents/order/en/data").data
    for missing in ("nothing/fi/pdf", "order/de/pdf", "_hyphenation/fi/html"):
        assert designer.whatever("GET", f"/design/documents/{missing}").status_code == 404


def test_there_are_no_previews_unless_in_development(browse: Browse, cast: Cast) -> None:
    for address in ("", "/order/fi/pdf", "/order/fi/html", "/order/fi/data"):
        assert browse().whatever("GET", f"/design/documents{address}").status_code == 404


def test_no_component_is_missing_from_it() -> None:
    imported = set(re.findall(r'"components/([\w-]+\.html)"', PAGE))
    assert {path.name for path in (TEMPLATES / "components").iterdir()} == imported


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 320])
def test_it_is_accessible_and_gives_way_to_a_narrow_window(
    chromium: Chromium, address: str, in_development: None, width: int
) -> None:
    context = chromium.new_context(
        base_url=address, viewport={"width": width, "height": 800}, bypass_csp=True, locale="en-GB"
    )
    window = context.new_page()
    window.goto("/design")
    root = "document.documentElement"
    assert window.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    window.add_script_tag(path=AXE)
    found = window.evaluate("rules => axe.run({runOnly: rules})", RULES)
    context.close()
    assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found["violations"]] == []
