"""The working file of an offer on its pages: download, errors by cell, preview, conflicts."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from portal.offers.rules import OfferContent
from portal.offers.usecases import draft_content, own_offer
from portal.organisations.models import Organisation
from portal.procurement.models import Procurement
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import AFTER, FULL, Acting
from tests.offers.files import office
from tests.offers.pages.conftest import write_step
from tests.page import Browser, Page, words

Browse = Callable[..., Browser]


def downloaded(browser: Browser, url: str) -> Workbook:
    return load_workbook(BytesIO(browser.download(f"{url}/sheet/file")))


def sent(browser: Browser, url: str, book: Workbook, status: int = 200) -> Page:
    out = BytesIO()
    book.save(out)
    return browser.post(f"{url}/sheet", {"file": (BytesIO(out.getvalue()), "tarjous.xlsx")}, status)


def draft(act: Acting, provider: Organisation | None = None) -> OfferContent:
    with act.database.reading() as session:
        procurement = session.get_one(Procurement, act.call)
        offer = own_offer(session, procurement, provider or act.cast.river)
        assert offer is not None
        return draft_content(session, offer)


def test_the_file_sent_back_as_it_came_changes_nothing(
    browse: Browse, cast: Cast, act: Acting, url: str
) -> None:
    act.save()
    browser = browse(cast.roope)
    page = sent(browser, url, downloaded(browser, url))
    assert "Nothing: the file says nothing that the draft does not say." in page.text
    assert not page.has("#take")


def test_what_is_filled_in_is_shown_first_and_taken_when_confirmed(
    browse: Browse, cast: Cast, act: Acting, url: str
) -> None:
    browser = browse(cast.roope)
    book = downloaded(browser, url)
    book["Prices"]["C5"] = 58.5
    book["Answers"]["E6"] = "We start within a week."
    promises, secrets = book["Promises"], book["Trade secrets"]
    promises["B5"], promises["C5"] = book["Answers"]["B6"].value, "Five days."
    secrets["B5"], secrets["C5"] = book["Answers"]["B6"].value, "within a week"
    secrets["D5"] = "Only we can."
    page = sent(browser, url, book)
    assert page.heading == "What the file would change"
    assert [words(term) for term in page.all("#take dt")] == [
        "Price: Sea district",
        "Answer: How do you start?",
        "Promises: How do you start?",
        "Trade secrets: How do you start?",
    ]
    with act.database.reading() as session:
        procurement = session.get_one(Procurement, act.call)
        assert own_offer(session, procurement, cast.river) is None
    browser.submit("#take")
    assert browser.follow().flashes == [
        "The draft has what you took from the file. It has not been submitted."
    ]
    page = browser.get(f"{url}/steps/answer-1")
    assert page.value("answer") == "We start within a week."
    assert page.value("promise-0-text") == "Five days."
    assert page.value("secret-0-passage") == "within a week"
    assert browser.get(f"{url}/steps/prices").value("price-sea") == "58.50"


def test_errors_are_told_by_cell_and_nothing_is_taken(
    browse: Browse, cast: Cast, act: Acting, url: str
) -> None:
    act.save()
    browser = browse(cast.roope, language="fi")
    book = downloaded(browser, url)
    book["Hinnat"]["C5"] = "halpa"
    book["Hinnat"]["D6"] = -1
    book["Vastaukset"]["E6"] = "x" * 20_001
    book["Lupaukset"]["C9"] = "Ilman kriteeriä"
    book["Liikesalaisuudet"]["C5"] = "ei missään"
    page = sent(browser, url, book, 422)
    assert [words(cell) for cell in page.all("#cells tbody th")] == [
        "Hinnat!C5",
        "Hinnat!D6",
        "Vastaukset!E6",
        "Lupaukset!B9",
        "Liikesalaisuudet!C5",
    ]
    assert draft(act) == FULL


def test_what_others_wrote_meanwhile_stays_and_what_both_changed_is_chosen(
    browse: Browse, cast: Cast, act: Acting, url: str
) -> None:
    act.save()
    browser = browse(cast.roope)
    book = downloaded(browser, url)
    write_step(browser, url, "prices", {"price-sea": "99"})
    write_step(browser, url, "answer-1", {"answer": "Of the page."})
    book["Answers"]["E6"] = "Of the file."
    book["Prices"]["C6"] = 70
    page = sent(browser, url, book)
    assert page.heading == "The draft has moved on: choose"
    assert [words(term) for term in page.all("#take dt")] == ["Price: River valley"]
    assert "Of the page." in page.text
    assert "Of the file." in page.text
    browser.submit("#take", status=422)
    assert browser.page is not None
    assert browser.page.errors == ["Choose one of the two texts."]
    browser.submit("#take", {"choice-0": "file"})
    browser.follow()
    content = draft(act)
    assert content.answers["own"] == "Of the file."
    assert {key: str(lot.price) for key, lot in content.lots.items()} == {
        "sea": "99",
        "Osa-alue 2": "70",
    }


def test_a_draft_that_moves_on_while_the_page_is_read_shows_the_page_anew(
    browse: Browse, cast: Cast, act: Acting, url: str
) -> None:
    act.save()
    browser, other = browse(cast.roope), browse(cast.roope)
    book = downloaded(browser, url)
    book["Answers"]["E6"] = "Of the file."
    sent(browser, url, book)
    write_step(other, url, "answer-1", {"answer": "Of the page."})
    browser.submit("#take", status=422)
    assert browser.page is not None
    assert browser.page.errors == [
        "Somebody changed this while you were working on it. Look at the newest version first."
    ]
    browser.submit("#take", {"choice-0": "draft"})
    assert draft(act).answers["own"] == "Of the page."


def test_files_of_others_and_files_that_are_none_are_refused(
    browse: Browse, cast: Cast, act: Acting, url: str
) -> None:
    browser = browse(cast.roope)
    foreign = downloaded(browse(cast.sanna), url)
    page = sent(browser, url, foreign, 422)
    assert page.errors == ["This file was downloaded for another provider."]
    strange: Any = Workbook()
    page = sent(browser, url, strange, 422)
    assert page.errors[0].startswith("This is not a file that was downloaded")
    for name, content in (
        ("a.xlsx", b"nothing"),
        ("a.xlsx", office("xl/workbook.xml", **{"xl/vbaProject.bin": b"x"})),
        ("a.pdf", b"%PDF-1.7"),
    ):
        page = browser.post(f"{url}/sheet", {"file": (BytesIO(content), name)}, 422)
        assert len(page.errors) == 1
    browser.post(f"{url}/sheet", {}, 422)


def test_what_the_page_carries_cannot_be_made_up(
    browse: Browse, cast: Cast, act: Acting, url: str
) -> None:
    act.save()
    browser = browse(cast.roope)
    book = downloaded(browser, url)
    book["Answers"]["E6"] = "Of the file."
    page = sent(browser, url, book)
    read = page.value("read")
    for wrong in ("", "x", read[:-3] + "abc"):
        page = browser.post(f"{url}/sheet/take", {"read": wrong, "seen": ""}, 422)
        assert page.errors == ["What was read from the file is no longer at hand. Send it again."]
    assert draft(act) == FULL


def test_after_the_deadline_there_is_no_file(
    browse: Browse, cast: Cast, act: Acting, url: str, clock: SettableClock
) -> None:
    act.save()
    clock.at = AFTER
    browser = browse(cast.roope)
    browser.get(f"{url}/sheet", 404)
