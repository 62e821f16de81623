"""An assessment in a real browser, where it saves itself while it is being written."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import KEYS, Evaluating, call, evaluating
from tests.offers.conftest import AFTER

__all__ = ["call", "evaluating"]

pytestmark = pytest.mark.browser


def test_what_is_typed_last_is_handed_in_with_the_rest(
    visit: Callable[..., Visit],
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
) -> None:
    clock.at = AFTER
    evaluating.until("judged")
    window = visit(cast.eeva)
    page = window.page
    offer = evaluating.offer_id(cast.river)
    page.goto(f"/procurements/{call}/evaluation/lots/sea/assessments/{offer}")
    for key in KEYS:
        page.locator(f'[name="points-{key}"][value="2"]').check()
        page.locator(f'[name="reason-{key}"]').press_sequentially("Näkyy.")
    # Leaving the last field begins a saving, which the button then waits for.
    page.locator('#assessment button[name="next"]').click()
    expect(page.locator("#flashes .flash")).to_have_count(1)
    expect(page.locator("#assessment")).to_have_count(0)
    expect(page.locator("#error-summary")).to_have_count(0)
    assert window.complaints == []
