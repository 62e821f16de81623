"""The list of files: what each is, how it stands, and the form with its progress."""

from __future__ import annotations

from collections.abc import Callable

from portal.config import Settings
from portal.shared.canonical import sha256
from tests.cast import Cast
from tests.offers.files import office, pdf
from tests.offers.pages.conftest import upload
from tests.page import Browser, Page, words

Browse = Callable[..., Browser]


def listed(page: Page) -> list[list[str]]:
    return [
        [words(cell) for cell in row.select("th, td")][:3]
        for row in page.all("#attachments tbody tr")
    ]


def test_a_file_is_listed_with_its_checks_and_how_it_stands(
    browse: Browse, cast: Cast, url: str, submit: Callable[..., Page]
) -> None:
    browser = browse(cast.roope)
    browser.get(url)
    upload(browser, url, pdf(), "kuvaus.pdf")
    checks = "can be read, not encrypted"
    draft = ["kuvaus.pdf", f"Checked: PDF, {checks}", "In the draft, not submitted"]
    assert listed(browser.follow()) == [draft]
    submit(browser)
    sent = [*draft[:2], "Submitted"]
    assert listed(browser.get(f"{url}/files")) == [sent]
    upload(browser, url, office(), "toinen.docx")
    page = browser.follow()
    other = ["toinen.docx", f"Checked: DOCX, {checks}", "In the draft, not submitted"]
    assert listed(page) == [sent, other]
    assert "0.0 of 100 megabytes are in use." in page.text


def test_the_limits_are_told_before_anything_is_sent(
    browse: Browse, cast: Cast, url: str, settings: Settings
) -> None:
    page = browse(cast.roope).get(f"{url}/files")
    for told in (
        "20 megabytes",
        "100 megabytes",
        "500 pages",
        "200,000 filled cells",
        "50 million",
    ):
        assert told in page.text
    form = page.one("#attach")
    assert form["data-most-bytes"] == str(settings.attachment_megabytes * 1024 * 1024)
    assert form["data-sent"] == "Sent so far: {percent} %"
    assert form.select_one(".upload-progress[hidden] progress") is not None


def test_the_same_file_twice_is_refused_by_the_name_it_has(
    browse: Browse, cast: Cast, url: str, with_htmx: bool
) -> None:
    browser = browse(cast.roope, htmx=with_htmx)
    browser.get(url)
    content = pdf()
    upload(browser, url, content, "kuvaus.pdf")
    browser.follow()
    page = upload(browser, url, content, "toinen.pdf", 422)
    assert page.errors == ["This very file is already in the offer, under the name kuvaus.pdf."]
    assert len(listed(page)) == 1


def test_the_receipt_shows_the_hash_of_each_file(
    browse: Browse, cast: Cast, url: str, submit: Callable[..., Page]
) -> None:
    browser = browse(cast.roope)
    browser.get(url)
    files = {"kuvaus.pdf": pdf(), "toinen.docx": office()}
    for name, content in files.items():
        upload(browser, url, content, name)
    page = submit(browser)
    for name, content in files.items():
        assert f"{name} – {len(content):,} {sha256(content)}" in page.text


def test_an_offer_that_has_not_been_begun_has_no_way_to_its_check(
    browse: Browse, cast: Cast, url: str
) -> None:
    browser = browse(cast.roope)
    for address in (url, f"{url}/files", f"{url}/steps/prices"):
        assert not browser.get(address).has(f'a[href="{url}/check"]')
    upload(browser, url, pdf(), "kuvaus.pdf")
    assert browser.follow().has(f'a[href="{url}/check"]')
