from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.database import Database
from portal.offers.models import Offer
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import Role
from portal.procurement.usecases import draft_procurement, publish
from portal.storage.models import SealedBlob
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import CALL, DUE, OPENS, Acting
from tests.offers.files import office, pdf
from tests.offers.pages.conftest import OWN_ANSWER, TYPED, upload, write_step
from tests.page import Browser, Page, words

Browse = Callable[..., Browser]


def blobs(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(SealedBlob)) or 0


def tasks(page: Page) -> dict[str, str]:
    """The steps with how far each is, as the page lists them."""
    return {
        words(row.find(["a", "span"])): words(row.select_one(".status"))
        for row in page.all(".tasks > li")
    }


def test_the_steps_show_what_the_call_asks(browse: Browse, cast: Cast, url: str) -> None:
    browser = browse(cast.roope)
    page = browser.get(f"{url}/steps/answer-0")
    assert "Who does the work" in page.text
    assert "Evidence is descriptions of named trainers" in page.text
    assert "For each person named there is an example" in page.text
    assert "How do you start?" in browser.get(f"{url}/steps/answer-1").text
    page = browser.get(f"{url}/steps/prices")
    assert "Sea district" in page.text
    assert "River valley" in page.text
    assert "The total price is never a trade secret" in page.text
    for place in ("answer-2", "files", "check", "nothing"):
        browser.get(f"{url}/steps/{place}", 404)


def test_the_task_list_tells_how_far_each_step_is(
    browse: Browse, cast: Cast, url: str, write: Callable[..., Page]
) -> None:
    browser = browse(cast.roope)
    assert tasks(browser.get(url)) == {
        "Who offers": "Not started",
        "Declarations and papers": "Not started",
        "Prices": "Not started",
        "Answer: Competence of the staff": "Not started",
        "Answer: How do you start?": "Not started",
        "Files": "Not started",
        "Check and submit": "Cannot start yet",
    }
    assert len(browser.get(url).all(".tasks a")) == 6
    write(browser, bidder={"subcontractor-0-part": ""}, declarations={"note-1": ""})
    upload(browser, url, pdf(), "kuvaus.pdf")
    assert tasks(browser.get(url)) == {
        "Who offers": "Under way",
        "Declarations and papers": "Under way",
        "Prices": "Done",
        "Answer: Competence of the staff": "Done",
        "Answer: How do you start?": "Done",
        "Files": "Done",
        "Check and submit": "Not started",
    }


def test_save_and_continue_leads_through_every_step(
    browse: Browse, cast: Cast, url: str, with_htmx: bool
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    browser.get(str(browser.get(url).all(".tasks a")[0]["href"]))
    seen = [browser.url]
    while browser.page is not None and browser.page.has("#offer"):
        browser.post(browser.url, {"next": "next"})
        browser.follow()
        seen.append(browser.url)
    places = ["bidder", "declarations", "prices", "answer-0", "answer-1"]
    assert seen == [*(f"{url}/steps/{place}" for place in places), f"{url}/files"]


def test_what_most_bidders_say_of_themselves_is_asked_on_the_page_of_the_steps(
    browse: Browse, cast: Cast, url: str, with_htmx: bool
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    page = browser.get(url)
    assert page.has(f'#offer a[href="{url}/steps/bidder"]') is False
    assert page.has(f'section a[href="{url}/steps/bidder"]')
    browser.submit("#offer", {"alone": "y", "holds-0": "yes", "holds-1": "yes"}, button="next")
    browser.follow()
    assert browser.url == f"{url}/steps/prices"
    page = browser.get(url)
    assert not page.has("#offer")
    assert list(tasks(page).values())[:2] == ["Done", "Done"]
    assert browser.get(f"{url}/steps/bidder").has('[name="alone"][checked]')


@pytest.mark.parametrize(
    ("said", "next_step"),
    [
        ({}, "bidder"),
        ({"holds-0": "yes", "holds-1": "yes"}, "bidder"),
        ({"alone": "y"}, "declarations"),
    ],
)
def test_what_was_not_told_at_the_start_comes_next(
    browse: Browse, cast: Cast, url: str, said: dict[str, str], next_step: str
) -> None:
    browser = browse(cast.roope)
    browser.get(url)
    browser.submit("#offer", said, button="next")
    browser.follow()
    assert browser.url == f"{url}/steps/{next_step}"


def test_a_no_at_the_start_is_explained_next_and_keeps_its_note(
    browse: Browse, cast: Cast, url: str
) -> None:
    browser = browse(cast.roope)
    browser.get(url)
    browser.submit("#offer", {"alone": "y", "holds-0": "yes", "holds-1": "no"}, button="next")
    browser.follow()
    assert browser.url == f"{url}/steps/declarations"
    write_step(browser, url, "declarations", {"note-1": "A tax debt, being paid."})
    typed = {"alone": "y", "holds-0": "yes", "holds-1": "no"}
    browser.post(f"{url}/steps/start/autosave", typed, 200)
    assert browser.get(f"{url}/steps/declarations").value("note-1") == "A tax debt, being paid."


def test_what_is_refused_at_the_start_is_told_on_its_page(
    browse: Browse, cast: Cast, url: str
) -> None:
    browser = browse(cast.roope)
    page = browser.post(f"{url}/steps/start", {"holds-0": "perhaps"}, 422)
    assert page.has("#error-summary")
    assert page.has(".tasks")
    assert browser.get(f"{url}/steps/start").has("#offer")


def test_a_file_may_lead_straight_to_the_check(
    browse: Browse, cast: Cast, url: str, with_htmx: bool
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    browser.get(f"{url}/files")
    file = (BytesIO(pdf()), "kuvaus.pdf")
    browser.post(f"{url}/files", {"file": file, "next": "check"})
    assert "kuvaus.pdf" in browser.follow().text
    assert browser.url == f"{url}/check"


def test_a_draft_says_that_it_is_not_an_offer(
    browse: Browse, cast: Cast, url: str, write: Callable[..., Page]
) -> None:
    browser = browse(cast.roope)
    warning = "A draft is not an offer until you submit it."
    assert warning in browser.get(url).text
    assert warning in write(browser).text
    assert warning in browser.get(f"{url}/check").text
    assert warning in browser.get(f"{url}/files").text
    assert "06/02/2026 12:00" in browser.get(url).text
    assert "12/01/2026 09:00:00" in browser.get(url).text


def test_what_is_typed_is_kept(
    browse: Browse, cast: Cast, with_htmx: bool, url: str, write: Callable[..., Page]
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    page = write(browser)
    assert page.flashes == ["The draft is saved. It has not been submitted."]
    for place, typed in TYPED.items():
        page = browser.get(f"{url}/steps/{place}")
        for name, value in typed.items():
            if name.startswith("holds"):
                assert page.one(f'[name="{name}"][checked]')["value"] == value
            else:
                shown = {"1,200": "1,200.00"}.get(value, value)
                assert page.value(name) == shown
    assert page.has('[name="promise-2-text"]')
    assert not page.has('[name="promise-3-text"]')


def test_saving_a_step_again_leaves_what_was_submitted_as_it_was(
    browse: Browse, cast: Cast, url: str, act: Acting
) -> None:
    act.save()
    act.submit()
    browser = browse(cast.roope)
    for place in ("answer-0", "prices", "answer-1", "bidder", "declarations"):
        page = write_step(browser, url, place, {})
    assert "Your offer has been submitted" in page.text
    assert "Your changes have not been submitted" not in page.text


def test_one_step_does_not_write_over_another(
    browse: Browse, cast: Cast, url: str, write: Callable[..., Page]
) -> None:
    one, other = browse(cast.roope), browse(cast.roope)
    one.get(f"{url}/steps/prices")
    write_step(other, url, "answer-1", TYPED["answer-1"])
    one.submit("#offer", TYPED["prices"])
    page = one.get(f"{url}/steps/answer-1")
    assert page.value("answer") == OWN_ANSWER


def test_numbers_are_typed_and_shown_as_the_reader_writes_them(
    browse: Browse, cast: Cast, url: str
) -> None:
    browser = browse(cast.roope, language="fi")
    page = write_step(browser, url, "prices", {"price-sea": "1 058,50"})
    assert page.value("price-sea") == "1\N{NO-BREAK SPACE}058,50"


@pytest.mark.parametrize(
    ("place", "values", "error"),
    [
        (
            "prices",
            {"price-sea": "a lot"},
            "Write a sum of money in euros, with at most two decimals.",
        ),
        ("prices", {"price-sea": "0"}, "The price must be above zero."),
        (
            "prices",
            {"price-sea": "", "fee-sea": "5"},
            "Give the price of the lot as well as the fee.",
        ),
        ("prices", {"fee-sea": "-5"}, "Write a number that is at least 0."),
        ("answer-1", {"answer": "x" * 20_001}, "Shorten this text to at most 20,000 characters."),
        (
            "answer-0",
            {"secret-0-passage": "Their names are Cid and Bo."},
            "This passage is not in the answer. Copy the very words of the answer or of a promise.",
        ),
        ("answer-0", {"secret-0-passage": "Bo."}, "Mark a passage of at least 4 characters."),
        ("answer-0", {"secret-0-reason": ""}, "Say why this is a trade secret."),
        ("bidder", {"member-0-name": ""}, "Fill in the name."),
        (
            "bidder",
            {"subcontractor-0-business_id": "2000001-7"},
            "Check the business ID. Its check digit does not match.",
        ),
        ("bidder", {"alone": "y"}, "Take the others away, or do not say that you offer alone."),
        ("declarations", {"holds-0": "", "note-0": "A fine."}, "Choose yes or no."),
    ],
)
def test_a_wrong_value_saves_nothing_and_loses_nothing(
    browse: Browse,
    cast: Cast,
    url: str,
    database: Database,
    place: str,
    values: dict[str, str],
    error: str,
) -> None:
    browser = browse(cast.roope)
    page = browser.get(f"{url}/steps/{place}")
    typed = {**TYPED[place], **values}
    page = browser.submit("#offer", typed, status=422)
    assert page.errors == [error]
    assert page.one("#offer .field-error").get_text(strip=True).endswith(error)
    for name, value in typed.items():
        if not name.startswith("holds") and name != "alone":
            assert page.value(name) == value
    assert blobs(database) == 0


def test_a_mistake_in_a_later_row_is_shown_in_that_row(
    browse: Browse, cast: Cast, url: str
) -> None:
    browser = browse(cast.roope)
    browser.get(f"{url}/steps/answer-0")
    typed = {"answer": "We are two.", "secret-1-passage": "three", "secret-1-reason": "It is."}
    page = browser.submit("#offer", typed, status=422)
    assert page.has("#secret-1-passage-error")
    assert not page.has("#secret-0-passage-error")


def test_a_promise_without_its_text_is_taken_away(
    browse: Browse, cast: Cast, url: str, write: Callable[..., Page]
) -> None:
    browser = browse(cast.roope)
    write(browser)
    page = write_step(browser, url, "answer-1", {"promise-0-text": ""})
    assert not page.has('[name="promise-2-text"]')


def test_a_draft_saves_itself(browse: Browse, cast: Cast, url: str, database: Database) -> None:
    browser = browse(cast.roope, htmx=True)
    for place, typed in TYPED.items():
        form = browser.get(f"{url}/steps/{place}").one("#offer")
        assert form["hx-post"] == f"{url}/steps/{place}/autosave"
        assert "input delay:2s" in str(form["hx-trigger"])
        page = browser.post(f"{url}/steps/{place}/autosave", typed, 200)
        state = page.one("#save-state")
        assert state.get_text(strip=True) == "Saved as a draft on 12/01/2026 09:00:00"
        assert state["data-state"] == "saved"
    assert browser.get(f"{url}/steps/prices").value("price-sea") == "58.50"
    assert "Last saved as a draft on 12/01/2026 09:00:00" in browser.get(url).text


def test_a_draft_that_cannot_save_itself_says_why(
    browse: Browse, cast: Cast, url: str, database: Database
) -> None:
    browser = browse(cast.roope, htmx=True)
    browser.get(f"{url}/steps/prices")
    page = browser.post(f"{url}/steps/prices/autosave", {"price-sea": "0"}, 422)
    state = page.one("#save-state")
    assert state["data-state"] == "failed"
    assert "The draft is not saved. The price must be above zero." in state.get_text()
    assert blobs(database) == 0


def test_a_good_file_is_attached_listed_and_removed(
    browse: Browse, cast: Cast, url: str, with_htmx: bool
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    browser.get(f"{url}/files")
    content = pdf()
    upload(browser, url, content, "../Tarjous/kuvaus.pdf")
    page = browser.follow()
    assert page.flashes == ["The file is attached."]
    link = str(page.one("#attachments th a")["href"])
    assert "kuvaus.pdf" in page.one("#attachments").get_text()
    assert browser.download(link) == content
    assert browser.response is not None
    assert browser.response.headers["Content-Disposition"] == "attachment; filename=kuvaus.pdf"
    assert browser.response.headers["Cache-Control"] == "no-store"
    browser.submit("#attachments table form")
    page = browser.follow()
    assert "There are no files yet." in page.text
    browser.get(link, 404)


def test_a_file_is_marked_as_a_trade_secret_until_it_is_removed(
    browse: Browse, cast: Cast, url: str
) -> None:
    browser = browse(cast.roope)
    browser.get(f"{url}/files")
    upload(browser, url, pdf(), "sopimus.pdf")
    browser.follow()
    browser.submit("#file-secrets", {"reason-0": "The contract is not public."})
    assert browser.follow().value("reason-0") == "The contract is not public."
    page = browser.get(f"{url}/check")
    assert "sopimus.pdf : the whole file. Why: The contract is not public." in page.text
    page = browser.get(f"{url}/files")
    page = browser.submit("#file-secrets", {"reason-0": "x" * 2001}, 422)
    assert page.errors == ["Shorten this text to at most 2,000 characters."]
    browser.get(f"{url}/files")
    browser.submit("#attachments table form")
    assert "The offer has no trade secrets." in browser.get(f"{url}/check").text


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (
            b"MZ",
            "ohjelma.exe",
            (
                "Files of this type are not accepted. Send a PDF, Word (docx), Excel (xlsx), PNG or"
                " JPEG file."
            ),
        ),
        (
            pdf("salasana"),
            "a.pdf",
            (
                "The file is encrypted, or a password restricts its use."
                " Save it without and send it again."
            ),
        ),
        (b"%PDF-1.4", "a.pdf", "The file cannot be read. It may be damaged or cut off."),
        (
            office(),
            "a.pdf",
            (
                "The content of the file is not what the end of its name says."
                " Save it again in that form."
            ),
        ),
        (pdf(pages=501), "a.pdf", "The file has 501 pages. At most 500 are accepted."),
        (b"", "", "Choose a file."),
    ],
)
def test_a_bad_file_is_refused_beside_its_field(
    browse: Browse,
    cast: Cast,
    url: str,
    with_htmx: bool,
    content: bytes,
    name: str,
    error: str,
    write: Callable[..., Page],
) -> None:
    write(browse(cast.roope))
    browser = browse(cast.roope, htmx=with_htmx)
    browser.get(f"{url}/files")
    page = upload(browser, url, content, name, 422)
    assert page.errors == [error]
    assert error in page.one("#attachments .field-error").get_text()


def test_a_file_too_large_is_refused(browse: Browse, cast: Cast, url: str) -> None:
    browser = browse(cast.roope)
    browser.get(f"{url}/files")
    for megabytes, status, told in (
        (20, 422, "The file is larger than 20 megabytes, the most accepted."),
        (23, 413, "too large"),
    ):
        content = b"%PDF-" + b"x" * megabytes * 1024 * 1024
        # Encoded here, since the client would leave the temporary file of its own encoding open.
        boundary, body = encode_multipart(
            {"csrf_token": browser.csrf_token(), "file": FileStorage(BytesIO(content), "a.pdf")}
        )
        kind = f"multipart/form-data; boundary={boundary}"
        response = browser.client.post(f"{url}/files", data=body, content_type=kind)
        assert response.status_code == status
        assert told in response.get_data(as_text=True)


def test_after_the_deadline_the_draft_can_only_be_read(
    browse: Browse, cast: Cast, url: str, write: Callable[..., Page], clock: SettableClock
) -> None:
    browser = browse(cast.roope)
    write(browser)
    clock.at = DUE
    clock.move(seconds=1)
    for path in ("", "/steps/prices", "/files"):
        page = browser.get(f"{url}{path}")
        assert "No offer was submitted" in page.text
        assert not page.has("#offer, #attach, .tasks")
    page = browser.post(f"{url}/steps/answer-1", {"answer": "Too late."}, 422)
    assert page.errors == ["The deadline for offers has passed."]
    assert page.value("answer") == "Too late."


def test_whoever_represents_several_providers_chooses(
    browse: Browse, cast: Cast, url: str, database: Database
) -> None:
    with database.transaction() as session:
        roope = session.get_one(Person, cast.roope.id)
        roope.memberships.append(
            Membership(
                organisation=session.get_one(Organisation, cast.shore.id), role=Role.REPRESENTATIVE
            )
        )
    browser = browse(cast.roope)
    page = browser.get(url)
    links = page.all("main li a")
    assert [link.get_text() for link in links] == ["Jokiopisto", "Rantaopisto"]
    page = browser.get(str(links[1]["href"]))
    browser.get(str(page.one('.tasks a[href*="/prices"]')["href"]))
    browser.submit("#offer", TYPED["prices"])
    assert "Rantaopisto" in browser.follow().text
    with database.reading() as session:
        assert session.scalars(select(Offer.provider_id)).all() == [cast.shore.id]
    browser.post(f"{url}/steps/prices", TYPED["prices"], 404)


def test_own_offers_are_listed_as_they_stand(
    browse: Browse, cast: Cast, url: str, act: Acting, clock: SettableClock
) -> None:
    browser = browse(cast.roope)
    assert "You have not begun any offer." in browser.get("/offers").text
    act.save()
    assert "Draft, not submitted" in browser.get("/offers").text
    act.submit()
    row = browser.get("/offers").one("tbody tr").get_text(" ", strip=True)
    assert "Submitted 12/01/2026 09:00:00" in " ".join(row.split())
    write_step(browser, url, "answer-1", {"answer": "Otherwise."})
    assert "Submitted, with changes not submitted" in browser.get("/offers").text
    act.withdraw()
    assert "Withdrawn" in browser.get("/offers").text
    assert "You have not begun any offer." in browse(cast.sanna).get("/offers").text


def test_a_draft_not_submitted_in_time_is_listed_so(
    browse: Browse, cast: Cast, act: Acting, clock: SettableClock
) -> None:
    act.save()
    clock.at = DUE
    clock.move(seconds=1)
    assert "Not submitted in time" in browse(cast.roope).get("/offers").text


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_takes_as_many_queries_for_one_offer_as_for_many(
    browse: Browse, cast: Cast, database: Database, act: Acting, call: UUID, count: int
) -> None:
    for n in range(count):
        with database.transaction() as session:
            olli = session.get_one(Person, cast.olli.id)
            procurement = draft_procurement(
                session,
                buyer=session.get_one(Organisation, cast.buyer.id),
                call=replace(CALL, reference=f"ESIM/{n + 2}/2026"),
                by=olli,
                at=OPENS,
            )
            publish(session, procurement=procurement, by=olli, at=OPENS)
            act.call = procurement.id
        act.save()
        act.submit()
    browser = browse(cast.roope)
    assert len(browser.get("/offers").all("tbody tr")) == min(count, 20)
    assert browser.queries <= 9
