"""What waits for those who open, declare and assess, from the deadline to the decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import Evaluating, call, evaluating  # noqa: F401  # fixtures
from tests.page import TOKENS, Browser

Browse = Callable[..., Browser]
OPEN = "Open the offers with another opener"
DECLARE = "Declare your interests"


def waits(browser: Browser) -> dict[str, str]:
    """What waits on the home page, with where it leads."""
    links = browser.get("/").all("#waits ~ * tbody a")
    return {str(link.find(string=True)).strip(): str(link["href"]) for link in links}


def test_openers_are_told_after_the_deadline_whether_there_are_offers_or_not(
    browse: Browse,
    cast: Cast,
    clock: SettableClock,
    evaluating: Evaluating,  # noqa: F811
) -> None:
    clock.at = evaluating.at - timedelta(days=30)
    assert OPEN not in waits(browse(cast.aino))
    clock.at = evaluating.at
    without = waits(browse(cast.aino))
    assert without[OPEN] == f"/procurements/{evaluating.call}/opening"
    assert OPEN not in waits(browse(cast.paula))
    evaluating.offer_both()
    assert waits(browse(cast.aino)) == without
    evaluating.open()
    assert OPEN not in waits(browse(cast.aino))


def test_before_the_deadline_no_home_page_but_the_providers_own_tells_of_an_offer(
    browse: Browse,
    cast: Cast,
    clock: SettableClock,
    evaluating: Evaluating,  # noqa: F811
) -> None:
    clock.at = evaluating.at - timedelta(days=30)
    people = (cast.olli, cast.aino, cast.paula, cast.tarja, cast.sanna, cast.ada, None)

    def homes() -> list[str]:
        return [TOKENS.sub("", browse(person).get("/").html) for person in people]

    before = homes()
    evaluating.offer(cast.river, cast.roope, Decimal(58))
    assert homes() == before


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_whoever_handles_the_offers_declares_and_then_assesses(
    browse: Browse,
    cast: Cast,
    clock: SettableClock,
    evaluating: Evaluating,  # noqa: F811
    language: str,
) -> None:
    evaluating.offer_both()
    evaluating.appoint(cast.eeva)
    evaluating.open()
    clock.at = evaluating.at
    page = f"/procurements/{evaluating.call}/evaluation"
    assert waits(browse(cast.eeva)) == {DECLARE: page}
    evaluating.declare(cast.eeva)
    assert waits(browse(cast.eeva)) == {"Assess the offers": page}
    browse(cast.eeva, language).get("/")


def test_the_key_of_another_buyer_waits_for_nobody(
    browse: Browse,
    cast: Cast,
    clock: SettableClock,
    evaluating: Evaluating,  # noqa: F811
    call: UUID,  # noqa: F811
) -> None:
    clock.at = evaluating.at
    assert str(call) not in browse(cast.eva).get("/").html
