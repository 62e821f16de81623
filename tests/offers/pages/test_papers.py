from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from portal.audit.models import ReadEntry
from portal.database import Database
from portal.offers.models import ProviderPaper
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.files import pdf
from tests.offers.pages.conftest import TYPED, write_step
from tests.page import Browser, words

Browse = Callable[..., Browser]
TAX = {
    "kind": "tax_certificate",
    "title": "Tax certificate 2026",
    "valid_from": "01/01/2026",
    "valid_to": "31/03/2026",
}


def add(browser: Browser, status: int = 303, content: bytes | None = None, **values: Any) -> None:
    browser.get("/papers")
    file = (BytesIO(pdf() if content is None else content), values.pop("name", "vero.pdf"))
    browser.submit("#paper", {**TAX, **values, "file": file}, status)


def test_a_paper_is_kept_shown_with_its_validity_and_removed(
    browse: Browse, cast: Cast, clock: SettableClock, services: Services
) -> None:
    browser = browse(cast.roope)
    assert "No papers have been kept yet." in browser.get("/papers").text
    add(browser)
    page = browser.follow()
    assert page.flashes == ["The paper is kept."]
    row = words(page.one("tbody tr"))
    assert "Tax certificate 2026 Certificate of paid taxes vero.pdf 01/01/2026 31/03/2026" in row
    assert words(page.one("tbody .status")) == "In force"
    link = str(page.one("tbody td a")["href"])
    assert browser.download(link) == pdf()
    with services.reads_database.reading() as session:
        assert "offers.paper" in set(session.scalars(select(ReadEntry.page)))
    for days, validity in ((50, "Expires soon"), (40, "Expired")):
        clock.move(days=days)
        browser = browse(cast.roope)
        page = browser.get("/papers")
        assert words(page.one("tbody .status")) == validity
    browser.submit("tbody form")
    assert browser.follow().flashes == ["The paper is removed. Offers keep their copies."]
    browser.get(link, 404)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"title": ""}, "Fill in this field."),
        ({"kind": ""}, "Choose one of these."),
        ({"valid_to": "31/12/2025"}, "The last day may not be before the first."),
        ({"valid_from": "tomorrow"}, "Write a day such as 24/11/2026."),
        (
            {"content": pdf("salasana")},
            (
                "The file is encrypted, or a password restricts its use. Save it without and send"
                " it again."
            ),
        ),
        (
            {"name": "vero.exe", "content": b"MZ"},
            (
                "Files of this type are not accepted. Send a PDF, Word (docx), Excel (xlsx), PNG or"
                " JPEG file."
            ),
        ),
    ],
)
def test_a_wrong_paper_is_refused_beside_its_field(
    browse: Browse, cast: Cast, database: Database, values: dict[str, Any], error: str
) -> None:
    browser = browse(cast.roope)
    add(browser, 422, **values)
    assert browser.page is not None
    assert browser.page.errors == [error]
    assert browser.page.has(".field-error")
    typed = {key: text for key, text in {**TAX, **values}.items() if key in TAX}
    for name, text in typed.items():
        assert browser.page.value(name) == text
    with database.reading() as session:
        assert session.scalars(select(ProviderPaper)).all() == []


def test_a_paper_is_copied_into_an_offer_in_one_act(
    browse: Browse, cast: Cast, url: str, with_htmx: bool
) -> None:
    add(browse(cast.roope))
    browser = browse(cast.roope, htmx=with_htmx)
    page = browser.get(f"{url}/steps/declarations")
    assert "Tax certificate 2026" in page.one("#papers").get_text()
    browser.submit("#papers table form")
    page = browser.follow()
    assert page.flashes == ["A copy of the paper is among the files of the offer."]
    assert "Copied into the offer" in page.one("#papers").get_text()
    assert "vero.pdf" in browser.get(f"{url}/files").text
    write_step(browser, url, "declarations", TYPED["declarations"])
    page = browser.get(f"{url}/check")
    assert "vero.pdf Certificate of paid taxes, in force to 31/03/2026" in page.text


def test_anothers_papers_are_not_found(
    browse: Browse, cast: Cast, url: str, database: Database
) -> None:
    add(browse(cast.roope))
    with database.reading() as session:
        key = session.scalars(select(ProviderPaper.id)).one()
    other = browse(cast.sanna)
    assert "Tax certificate" not in other.get("/papers").text
    assert "Tax certificate" not in other.get(f"{url}/steps/declarations").text
    other.get(f"/papers?provider={cast.river.id}", 404)
    for address in (f"/papers/{key}", f"/papers/{key}?provider={cast.river.id}"):
        other.get(address, 404)
    for address in (
        f"/papers/{key}/remove",
        f"/papers/{key}/remove?provider={cast.river.id}",
        f"{url}/papers/{key}",
        f"{url}/papers/{key}?provider={cast.river.id}",
    ):
        other.post(address, {}, 404)
    for person in (cast.olli, cast.aino, cast.paula, cast.eeva, cast.tuula, cast.ada, cast.tarja):
        browse(person).get("/papers", 403)
        browse(person).get(f"/papers/{key}", 403)


@pytest.mark.parametrize("count", [1, 20])
def test_the_papers_take_as_many_queries_for_one_as_for_many(
    browse: Browse, cast: Cast, url: str, database: Database, count: int
) -> None:
    browser = browse(cast.roope)
    add(browser)
    with database.transaction() as session:
        first = session.scalars(select(ProviderPaper)).one()
        kept = {
            column.name: getattr(first, column.name)
            for column in ProviderPaper.__table__.columns
            if column.name != "id"
        }
        for _n in range(count - 1):
            session.add(ProviderPaper(**kept))
    assert len(browser.get("/papers").all("tbody tr")) == count
    assert browser.queries <= 8
    assert len(browser.get(f"{url}/steps/declarations").all("#papers tbody tr")) == count
    assert browser.queries <= 18
