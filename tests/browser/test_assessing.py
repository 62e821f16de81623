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


def test_of_two_tabs_the_later_one_chooses_between_both_texts(
    visit: Callable[..., Visit],
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
) -> None:
    clock.at = AFTER
    evaluating.until("judged")
    here = visit(cast.eeva).page
    there = visit(cast.eeva).page
    offer = evaluating.offer_id(cast.river)
    for page in (here, there):
        page.goto(f"/procurements/{call}/evaluation/lots/sea/assessments/{offer}")
    reason = f'[name="reason-{KEYS[0]}"]'
    there.locator(reason).fill("Toisaalla.")
    expect(there.locator('#save-state[data-state="saved"]')).to_have_count(1, timeout=10_000)
    here.locator(reason).fill("Tässä.")
    expect(here.locator("#standing")).to_contain_text("Toisaalla.", timeout=10_000)
    # Typing on leaves both texts in sight, and overwrites nothing.
    here.locator(f'[name="reason-{KEYS[1]}"]').fill("Lisää.")
    here.wait_for_timeout(3_000)
    expect(here.locator("#standing")).to_contain_text("Toisaalla.")
    there.reload()
    expect(there.locator(reason)).to_have_value("Toisaalla.")
    here.locator(f'[name="reason-{KEYS[1]}"]').fill("Lisää vielä.")
    here.locator('button[name="replace"]').click()
    expect(here.locator("#flashes .flash")).to_have_count(1)
    there.reload()
    expect(there.locator(reason)).to_have_value("Tässä.")
