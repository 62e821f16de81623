"""Every page of a draft says that nothing has been submitted, and until when there is time."""

from __future__ import annotations

from collections.abc import Callable

from tests.cast import Cast
from tests.offers.conftest import Acting
from tests.page import Browser

Browse = Callable[..., Browser]
PLACES = (
    "",
    "/steps/bidder",
    "/steps/declarations",
    "/steps/prices",
    "/steps/answer-0",
    "/files",
    "/check",
    "/sheet",
    "/earlier",
)


def test_every_page_of_a_draft_says_that_it_is_not_submitted(
    browse: Browse, cast: Cast, act: Acting, url: str
) -> None:
    act.save()
    browser = browse(cast.roope)
    for place in PLACES:
        page = browser.get(f"{url}{place}")
        assert "Not submitted: this is a draft" in page.text, place
        assert page.one("[data-countdown]")["data-countdown"].startswith("2026-02-06T10:00:00")
    act.submit()
    for place in ("", "/steps/prices", "/check"):
        assert "Not submitted" not in browser.get(f"{url}{place}").text, place
