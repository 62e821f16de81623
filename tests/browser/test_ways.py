"""The deadline by the server's clock and the end of the log-in, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from sqlalchemy import select

from portal.database import Database
from portal.organisations.models import LoginSession
from tests.browser.conftest import Visit
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import TERMS, published
from tests.evaluation.pages.test_matrix import MANY, many_criteria, many_offers
from tests.offers.conftest import AFTER, DUE, call  # noqa: F401  # a fixture

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
    for minutes, told in ((60, "Määräaikaan on yksi tunti."), (1, "Määräaikaan on 1 minuutti.")):
        # A page that took its time on the way is told all the same: the edge is not a moment.
        clock.at = DUE - timedelta(minutes=minutes, seconds=1)
        page.reload()
        expect(live).to_have_text(told, timeout=15_000)
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

    end_in(320)
    page.goto(f"/procurements/{call}/offer/steps/answer-1")
    answer = page.locator('[name="answer"]')
    answer.focus()
    clock.move(seconds=30)
    warning = page.locator("#session-warning")
    expect(warning).to_be_visible(timeout=40_000)
    expect(page.locator("#announcements")).to_contain_text("Kirjautumisesi päättyy")
    page.locator("#session-go-on").click()
    expect(warning).to_be_hidden(timeout=15_000)
    expect(answer).to_be_focused()
    with database.reading() as session:
        ends = session.scalars(select(LoginSession.ends_at)).one()
    assert ends == clock() + timedelta(minutes=60)
    end_in(20)
    page.reload()
    expect(warning).to_be_visible(timeout=15_000)
    page.keyboard.press("Escape")
    answer.fill("Tämä ei katoa.")
    over = page.locator("#session-over")
    expect(over).to_be_visible(timeout=40_000)
    page.locator("#session-back").click()
    expect(answer).to_have_value("Tämä ei katoa.")
    assert [text for text in window.complaints if "401" not in text] == []


def test_forty_criteria_are_printed_on_lying_sheets_with_no_column_cut(
    visit: Callable[..., Visit], cast: Cast, database: Database, clock: SettableClock
) -> None:
    wide = published(database, cast, replace(TERMS, criteria=many_criteria()))
    many_offers(database, cast, wide, 6)
    clock.at = AFTER
    page = visit(cast.olli).page
    address = f"/procurements/{wide}/evaluation/matrix/sea"
    page.goto(f"{address}?paper=1")
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    sizes = [(sheet.mediabox.width, sheet.mediabox.height) for sheet in printed.pages]
    assert all(width > height for width, height in sizes)
    text = " ".join(" ".join(sheet.extract_text().split()) for sheet in printed.pages)
    assert all(f"Kriteeri {n} " in text for n in range(MANY))
    cut = page.evaluate(
        "Array.from(document.querySelectorAll('.matrix-sheet .table'))"
        ".filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert cut == 0
    # The heads stay in sight, however far one goes.
    page.goto(address)
    scroll = page.locator(".matrix-scroll")
    scroll.evaluate("one => { one.scrollLeft = 3000; one.scrollTop = 200; }")
    edge = scroll.bounding_box()
    name = page.locator(".matrix tbody th").last.bounding_box()
    head = page.locator(".matrix thead th").last.bounding_box()
    assert edge
    assert name
    assert head
    assert abs(name["x"] - edge["x"]) <= 2
    assert head["y"] - edge["y"] <= 60
