"""Pages in a real browser: nothing is blocked, nothing breaks, nothing needs JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.cast import Cast

pytestmark = pytest.mark.browser
ROLES = ["olli", "aino", "paula", "eeva", "erik", "kaisa", "roope", "tarja", "ada"]


@pytest.mark.parametrize(
    ("language", "javascript", "roles"),
    # Without JavaScript the portal's answers are those that tests/page.py reads everywhere.
    [("fi", True, ROLES), ("en", False, ROLES[::3])],
    ids=["Finnish with JavaScript", "English without"],
)
def test_every_link_of_every_role_opens_without_complaint(
    visit: Callable[..., Visit], cast: Cast, language: str, javascript: bool, roles: list[str]
) -> None:
    for person in (None, *(getattr(cast, name) for name in roles)):
        window = visit(person, language=language, javascript=javascript)
        window.page.goto("/")
        links = (
            window.page.locator(".site-nav a").evaluate_all(
                "links => links.map(link => link.getAttribute('href'))"
            )
            if javascript
            else [link.get_attribute("href") for link in window.page.locator(".site-nav a").all()]
        )
        for link in links:
            answer = window.page.goto(link)
            assert answer is not None
            assert answer.status == 200, link
            assert window.page.locator("h1").count() == 1, link
        assert window.complaints == []
        window.context.close()


def test_a_narrow_window_does_not_scroll_sideways(visit: Callable[..., Visit], cast: Cast) -> None:
    window = visit(cast.olli)
    window.page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/procurements", "/account"):
        window.page.goto(path)
        width = window.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, path


def test_the_keyboard_reaches_the_content_first(visit: Callable[..., Visit], cast: Cast) -> None:
    window = visit(cast.olli)
    window.page.goto("/")
    window.page.keyboard.press("Tab")
    assert window.page.evaluate("document.activeElement.getAttribute('href')") == "#main"
