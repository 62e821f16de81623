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
from tests.offers.pages.conftest import TYPED, upload
from tests.page import Browser, Page

Browse = Callable[..., Browser]


def blobs(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(SealedBlob)) or 0


def test_the_form_shows_what_the_call_asks(browse: Browse, cast: Cast, url: str) -> None:
    page = browse(cast.roope).get(url)
    assert "How do you start?" in page.text
    assert "Who does the work" in page.text
    assert "Evidence is descriptions of named trainers" in page.text
    assert "For each person named there is an example" in page.text
    assert "Sea district" in page.text
    assert "River valley" in page.text


def test_a_draft_says_that_it_is_not_an_offer(
    browse: Browse, cast: Cast, url: str, write: Callable[..., Page]
) -> None:
    browser = browse(cast.roope)
    warning = "A draft is not an offer until you submit it."
    assert warning in browser.get(url).text
    assert warning in write(browser).text
    assert warning in browser.get(f"{url}/check").text
    assert "06/02/2026 12:00" in browser.get(url).text
    assert "12/01/2026 09:00:00" in browser.get(url).text


def test_what_is_typed_is_kept(
    browse: Browse, cast: Cast, with_htmx: bool, write: Callable[..., Page]
) -> None:
    page = write(browse(cast.roope, htmx=with_htmx))
    assert page.flashes == ["The draft is saved. It has not been submitted."]
    assert page.value("price-sea") == "58.50"
    assert page.value("fee-sea") == "1,200.00"
    assert page.value("answer-own") == TYPED["answer-own"]
    assert page.value("promise-0-criterion") == "own"
    assert page.value("promise-0-text") == TYPED["promise-0-text"]
    assert page.value("secret-staff_competence") == TYPED["secret-staff_competence"]
    assert page.has('[name="promise-2-text"]')


def test_numbers_are_typed_and_shown_as_the_reader_writes_them(
    browse: Browse, cast: Cast, url: str
) -> None:
    browser = browse(cast.roope, language="fi")
    browser.get(url)
    browser.submit("#offer", {"price-sea": "1 058,50"})
    assert browser.follow().value("price-sea") == "1\N{NO-BREAK SPACE}058,50"


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"price-sea": "a lot"}, "Write a sum of money in euros, with at most two decimals."),
        ({"price-sea": "0"}, "The price must be above zero."),
        ({"price-sea": "", "fee-sea": "5"}, "Give the price of the lot as well as the fee."),
        ({"fee-sea": "-5"}, "Write a number that is at least 0."),
        ({"promise-0-criterion": ""}, "Choose the criterion under which you promise this."),
        ({"answer-own": "x" * 20_001}, "Shorten this text to at most 20,000 characters."),
    ],
)
def test_a_wrong_value_saves_nothing_and_loses_nothing(
    browse: Browse, cast: Cast, url: str, database: Database, values: dict[str, str], error: str
) -> None:
    browser = browse(cast.roope)
    browser.get(url)
    page = browser.submit("#offer", {**TYPED, **values}, status=422)
    assert page.errors == [error]
    for name, value in {**TYPED, **values}.items():
        assert page.value(name) == value
    assert blobs(database) == 0


def test_a_promise_without_its_text_is_taken_away(
    browse: Browse, cast: Cast, url: str, write: Callable[..., Page]
) -> None:
    browser = browse(cast.roope)
    write(browser)
    browser.submit("#offer", {"promise-0-text": ""})
    assert not browser.follow().has('[name="promise-2-text"]')


def test_a_draft_saves_itself(browse: Browse, cast: Cast, url: str, database: Database) -> None:
    browser = browse(cast.roope, htmx=True)
    form = browser.get(url).one("#offer")
    assert form["hx-post"] == f"{url}/autosave"
    assert "input delay:2s" in str(form["hx-trigger"])
    page = browser.post(f"{url}/autosave", TYPED, 200)
    state = page.one("#save-state")
    assert state.get_text(strip=True) == "Saved as a draft on 12/01/2026 09:00:00"
    assert state["data-state"] == "saved"
    assert browser.get(url).value("price-sea") == "58.50"


def test_a_draft_that_cannot_save_itself_says_why(
    browse: Browse, cast: Cast, url: str, database: Database
) -> None:
    browser = browse(cast.roope, htmx=True)
    browser.get(url)
    page = browser.post(f"{url}/autosave", {**TYPED, "price-sea": "0"}, 422)
    state = page.one("#save-state")
    assert state["data-state"] == "failed"
    assert "The draft is not saved. The price must be above zero." in state.get_text()
    assert blobs(database) == 0


def test_a_good_file_is_attached_listed_and_removed(
    browse: Browse, cast: Cast, url: str, with_htmx: bool
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    browser.get(url)
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
    browser.get(url)
    page = upload(browser, url, content, name, 422)
    assert page.errors == [error]
    assert error in page.one("#attachments .field-error").get_text()
    assert page.value("price-sea") == "58.50"


def test_a_file_too_large_is_refused(browse: Browse, cast: Cast, url: str) -> None:
    browser = browse(cast.roope)
    browser.get(url)
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
    page = browser.get(url)
    assert "No offer was submitted" in page.text
    assert not page.has("#offer")
    page = browser.post(url, {**TYPED, "answer-own": "Too late."}, 422)
    assert page.errors == ["The deadline for offers has passed."]
    assert page.value("answer-own") == "Too late."


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
    browser.get(str(links[1]["href"]))
    browser.submit("#offer", TYPED)
    assert "Rantaopisto" in browser.follow().text
    with database.reading() as session:
        assert session.scalars(select(Offer.provider_id)).all() == [cast.shore.id]
    browser.post(url, TYPED, 404)


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
    browser.get(url)
    browser.submit("#offer", {"answer-own": "Otherwise."})
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
    assert len(browser.get("/offers").all("tbody tr")) == count
    assert browser.queries <= 9
