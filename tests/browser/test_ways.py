"""The deadline by the server's clock and the end of the log-in, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.database import Database
from portal.organisations.models import LoginSession
from tests.browser.conftest import Visit
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import DUE, call  # noqa: F401  # a fixture

pytestmark = pytest.mark.browser

SECOND_MS = 1_000


def test_the_time_left_is_the_servers_whatever_the_readers_clock_says(
    visit: Callable[..., Visit],
    cast: Cast,
    clock: SettableClock,
    call: UUID,  # noqa: F811
) -> None:
    # The browser's own clock is months away from the server's.
    clock.at = DUE - timedelta(minutes=10, seconds=3)
    window = visit(cast.roope)
    page = window.page
    page.goto(f"/procurements/{call}/offer")
    place = page.locator("[data-countdown]")
    shown = str(place.text_content())
    minutes, seconds = (int(one) for one in shown.rpartition(" ")[2].split(":")[1:])
    ran = page.evaluate("performance.now()") / SECOND_MS
    assert abs(minutes * 60 + seconds - (603 - ran)) <= 1.5
    live = page.locator("#announcements")
    expect(live).to_have_text("Määräaikaan on 10 minuuttia.", timeout=15_000)
    clock.at = DUE - timedelta(seconds=1)
    page.reload()
    expect(place).to_have_attribute("data-state", "over", timeout=15_000)
    expect(place).to_contain_text("Määräaika on päättynyt.")
    expect(live).to_contain_text("Määräaika on päättynyt.")
    assert window.complaints == []


def test_without_scripts_the_exact_times_stand_there(
    visit: Callable[..., Visit],
    cast: Cast,
    clock: SettableClock,
    call: UUID,  # noqa: F811
) -> None:
    clock.at = DUE - timedelta(hours=1)
    page = visit(cast.roope, javascript=False).page
    page.goto(f"/procurements/{call}/offer")
    expect(page.locator("main")).to_contain_text("6.2.2026 klo 12.00")
    expect(page.locator("[data-countdown]")).to_be_hidden()
    expect(page.locator("#session-end form")).to_be_visible()
    expect(page.locator("#session-warning")).to_be_hidden()


def test_the_reader_is_warned_goes_on_and_is_told_when_it_is_over(
    visit: Callable[..., Visit],
    cast: Cast,
    database: Database,
    clock: SettableClock,
    call: UUID,  # noqa: F811
) -> None:
    clock.at = DUE - timedelta(days=1)
    window = visit(cast.roope)
    page = window.page

    def end_in(seconds: int) -> None:
        with database.transaction() as session:
            for one in session.scalars(select(LoginSession)):
                one.started_at = clock() - timedelta(hours=1)
                one.ends_at = clock() + timedelta(seconds=seconds)

    end_in(240)
    page.goto(f"/procurements/{call}/offer/steps/answer-1")
    answer = page.locator('[name="answer"]')
    answer.focus()
    warning = page.locator("#session-warning")
    expect(warning).to_be_visible(timeout=15_000)
    expect(page.locator("#announcements")).to_contain_text("Kirjautumisesi päättyy")
    page.locator("#session-go-on").click()
    expect(warning).to_be_hidden(timeout=15_000)
    expect(answer).to_be_focused()
    with database.reading() as session:
        ends = session.scalars(select(LoginSession.ends_at)).one()
    assert ends == clock() + timedelta(minutes=60)
    end_in(12)
    page.reload()
    answer.fill("Tämä ei katoa.")
    over = page.locator("#session-over")
    expect(over).to_be_visible(timeout=25_000)
    clock.move(minutes=1)
    page.locator("#session-back").click()
    expect(answer).to_have_value("Tämä ei katoa.")
    assert [text for text in window.complaints if "401" not in text] == []
