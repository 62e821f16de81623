from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from portal.audit.models import AuditEntry, ReadEntry
from portal.database import Database
from portal.offers.models import OfferVersion
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import DUE
from tests.offers.files import pdf
from tests.offers.pages.conftest import OWN_ANSWER, TYPED, make_documents, upload, write_step
from tests.page import Browser, Page

Browse = Callable[..., Browser]
Write = Callable[..., Page]


def versions(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(OfferVersion)) or 0


def test_what_is_missing_is_listed_with_links(
    browse: Browse, cast: Cast, url: str, database: Database
) -> None:
    browser = browse(cast.roope)
    write_step(browser, url, "answer-1", {"answer": "We start."})
    page = browser.get(f"{url}/check")
    links = {link.get_text(): str(link["href"]) for link in page.all(".notice-danger a")}
    assert links == {
        "The price of at least one lot": f"{url}/steps/prices",
        "Answer: Competence of the staff": f"{url}/steps/answer-0",
    }
    assert not page.has("#submit")
    page = browser.post(f"{url}/submit", {}, 422)
    assert page.errors == [
        "The offer is not complete. Price at least one lot and answer every criterion."
    ]
    assert versions(database) == 0


def test_what_had_better_be_told_is_listed_with_links_and_hinders_nothing(
    browse: Browse, cast: Cast, url: str, write: Write
) -> None:
    browser = browse(cast.roope)
    for place in ("prices", "answer-0", "answer-1"):
        write_step(browser, url, place, TYPED[place])
    write_step(browser, url, "declarations", {"holds-0": "no"})
    page = browser.get(f"{url}/check")
    links = {link.get_text(): str(link["href"]) for link in page.all(".notice-warning a")}
    assert links == {
        "Whether you offer alone or with others, and what falls to whom": f"{url}/steps/bidder",
        "Declaration: No grounds for exclusion": f"{url}/steps/declarations",
        "Declaration: Contractor's liability reports in order": f"{url}/steps/declarations",
    }
    browser.submit("#submit")


def test_a_checked_offer_is_submitted_and_gives_a_receipt(
    browse: Browse, cast: Cast, url: str, with_htmx: bool, write: Write, database: Database
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    write(browser)
    upload(browser, url, pdf(), "kuvaus.pdf")
    page = browser.get(f"{url}/check")
    assert "€58.50" in page.text
    assert OWN_ANSWER in page.text
    assert "kuvaus.pdf" in page.text
    assert "Forest College (2000001-6): The northern municipalities" in page.text
    assert "Premises Ltd: Rooms for group days" in page.text
    assert "No: A tax debt, being paid." in page.text
    assert [mark.get_text() for mark in page.all("mark.secret")] == [
        "[trade secret: Their names are Ann and Bo. end of the trade secret]"
    ]
    assert not page.has(".notice-danger")
    browser.submit("#submit")
    page = browser.follow()
    assert page.flashes == ["The offer has been submitted."]
    with database.reading() as session:
        version = session.scalars(select(OfferVersion)).one()
    assert version.sha256 in page.text
    assert version.reference in page.text
    assert "12/01/2026 09:00:00" in page.text
    assert "Roope Rehtori" in page.text
    assert "€58.50" not in page.text


def test_submitting_twice_is_one_offer(
    browse: Browse, cast: Cast, url: str, write: Write, database: Database
) -> None:
    browser = browse(cast.roope)
    write(browser)
    seen = browser.get(f"{url}/check").value("seen")
    browser.post(f"{url}/submit", {"seen": seen})
    first = browser.follow().text
    browser.post(f"{url}/submit", {"seen": seen})
    assert browser.follow().text == first
    assert versions(database) == 1
    assert "There is nothing to submit again." in browser.get(f"{url}/check").text


def test_a_draft_changed_since_it_was_checked_is_shown_again(
    browse: Browse, cast: Cast, url: str, write: Write, database: Database
) -> None:
    browser = browse(cast.roope)
    write(browser)
    browser.get(f"{url}/check")
    browse(cast.roope).post(f"{url}/steps/answer-1", {**TYPED["answer-1"], "answer": "Otherwise."})
    page = browser.submit("#submit", status=422)
    assert "Otherwise." in page.text
    assert versions(database) == 0
    browser.submit("#submit")
    assert versions(database) == 1


def test_a_submitted_offer_can_be_replaced(
    browse: Browse, cast: Cast, url: str, submit: Write, database: Database
) -> None:
    browser = browse(cast.roope)
    submit(browser)
    write_step(browser, url, "answer-1", {"answer": "Otherwise."})
    page = browser.get(url)
    assert "Your changes have not been submitted" in page.text
    assert "The changes have not been submitted" in browser.get(f"{url}/receipt").text
    browser.get(f"{url}/check")
    browser.submit("#submit")
    page = browser.follow()
    assert "The changes have not been submitted" not in page.text
    assert versions(database) == 2


def test_a_submitted_offer_can_be_withdrawn_and_submitted_again(
    browse: Browse, cast: Cast, url: str, with_htmx: bool, submit: Write, database: Database
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    submit(browser)
    browser.get(f"{url}/withdraw")
    browser.submit("main form")
    page = browser.follow()
    assert page.flashes == ["The offer has been withdrawn."]
    assert "Your offer has been withdrawn" in page.text
    assert "This offer has been withdrawn" in browser.get(f"{url}/receipt").text
    assert "there is nothing to withdraw" in browser.get(f"{url}/withdraw").text
    assert browser.post(f"{url}/withdraw", {}, 422).errors == ["This cannot be done at this stage."]
    browser.get(f"{url}/check")
    browser.submit("#submit")
    assert "Your offer has been submitted" in browser.get(url).text
    assert versions(database) == 2


def test_nothing_is_submitted_or_withdrawn_after_the_deadline(
    browse: Browse, cast: Cast, url: str, submit: Write, clock: SettableClock, database: Database
) -> None:
    browser = browse(cast.roope)
    submit(browser)
    clock.at = DUE
    clock.move(seconds=1)
    for act in ("submit", "withdraw"):
        page = browser.post(f"{url}/{act}", {}, 422)
        assert page.errors == ["The deadline for offers has passed."]
    page = browser.get(url)
    assert "nothing can be changed any more" in page.text
    assert OWN_ANSWER in page.text
    with database.reading() as session:
        denied = session.scalars(
            select(AuditEntry.act).where(AuditEntry.outcome == "denied").order_by(AuditEntry.id)
        )
        assert denied.all() == ["submit_offer", "withdraw_offer"]


def test_the_receipt_can_be_downloaded_once_it_is_made(
    browse: Browse, cast: Cast, url: str, submit: Write, services: Services, clock: SettableClock
) -> None:
    browser = browse(cast.roope)
    page = submit(browser)
    assert "Load this page again in a moment." in page.text
    browser.get(f"{url}/receipt/pdf", 404)
    make_documents(services, clock)
    link = browser.get(f"{url}/receipt").one('a[href$="/pdf"]')
    assert browser.download(str(link["href"])).startswith(b"%PDF-")
    browse(cast.sanna).get(f"{url}/receipt/pdf", 404)


def test_readings_of_what_is_sealed_are_recorded(
    browse: Browse, cast: Cast, url: str, submit: Write, services: Services
) -> None:
    submit(browse(cast.roope))
    with services.reads_database.reading() as session:
        pages = set(session.scalars(select(ReadEntry.page)))
        assert set(session.scalars(select(ReadEntry.by))) == {cast.roope.id}
    assert {"offers.step", "offers.check", "offers.receipt"} <= pages
