from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry, ReadEntry
from portal.organisations.models import Person
from portal.web.unit import Services
from tests.cast import Cast
from tests.page import Browser
from tests.web.test_fields import FILLED

Browse = Callable[..., Browser]


def test_an_act_done_is_told_on_the_page_that_follows(browse: Browse, with_htmx: bool) -> None:
    browser = browse(htmx=with_htmx)
    browser.get("/sample")
    browser.submit("form.main-form", FILLED)
    assert browser.response is not None
    assert browser.response.status_code == 303
    assert browser.follow().flashes == ["Kept."]
    assert browser.get("/sample").flashes == []


def test_htmx_is_sent_to_another_page_by_a_header(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.olli, htmx=True)
    browser.get("/sample")
    browser.submit("form.main-form", FILLED | {"name": "Elsewhere"})
    assert browser.response is not None
    assert browser.response.status_code == 204
    assert browser.response.headers["HX-Redirect"] == "/sample/secret"
    assert browser.follow().flashes == ["Kept."]


def test_a_form_with_faults_is_the_whole_page_with_422(browse: Browse, with_htmx: bool) -> None:
    browser = browse(htmx=with_htmx)
    browser.get("/sample")
    page = browser.submit("form.main-form", FILLED | {"price": "x"}, status=422)
    assert page.has("#part #error-summary")
    form = page.one("form.main-form")
    assert form["hx-target"] == form["hx-select"] == "#part"
    assert form["hx-select-oob"] == "#flashes"


def test_a_draft_that_saves_itself_gets_no_page(browse: Browse) -> None:
    browser = browse(htmx=True)
    browser.get("/sample")
    browser.post("/sample", {"autosave": "1"}, status=204)


def test_every_answer_depends_on_htmx_and_private_ones_are_not_stored(
    browse: Browse, cast: Cast
) -> None:
    anonymous, officer = browse(), browse(cast.olli)
    for browser, control in ((anonymous, "private, no-cache"), (officer, "no-store")):
        browser.get("/sample")
        assert browser.response is not None
        assert browser.response.headers["Cache-Control"] == control
        assert "HX-Request" in browser.response.vary


def test_browsers_of_one_test_are_different_readers(browse: Browse, cast: Cast) -> None:
    readers = [browse(), browse(cast.olli), browse(cast.roope)]
    shown = [reader.get("/sample/open").text for reader in readers]
    assert shown == ["Plain nobody", "Plain Olli Ostaja", "Plain Roope Rehtori"]


def test_an_unlisted_page_is_closed_to_everybody(browse: Browse, cast: Cast) -> None:
    for person in (None, cast.olli, cast.ada):
        browse(person).get("/sample/unlisted", status=403)


def test_a_page_for_the_logged_in_sends_others_to_log_in_and_back(browse: Browse) -> None:
    browser = browse()
    browser.get("/sample/secret?a=1", status=303)
    assert browser.response is not None
    assert browser.response.headers["Location"] in ("/", "/log-in?next=/sample/secret?a%3D1") or (
        "next=" in browser.response.headers["Location"]
    )


def test_htmx_is_not_given_the_log_in_page_to_swap(browse: Browse) -> None:
    browser = browse(htmx=True)
    browser.get("/sample")
    browser.post("/sample/act")
    assert browser.response is not None
    assert browser.response.status_code == 204
    assert "HX-Redirect" in browser.response.headers


def test_a_role_without_the_page_is_refused_and_recorded(
    browse: Browse, cast: Cast, services: Services
) -> None:
    browse(cast.olli).get("/sample/officers")
    browse(cast.roope).get("/sample/officers", status=403)
    with services.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.chain, entry.act, entry.by) == ("accounts", "sample.officers", cast.roope.id)
    assert (entry.outcome, entry.rule) == ("denied", "not_permitted")


def test_a_refused_act_changes_nothing_and_is_told_in_words(
    browse: Browse, cast: Cast, services: Services
) -> None:
    browser = browse(cast.olli)
    browser.get("/sample")
    page = browser.post("/sample/act", status=422)
    assert "The deadline for offers has passed." in page.text
    assert page.one("main a")["href"] == "/sample"
    with services.database.reading() as session:
        assert session.get_one(Person, cast.olli.id).name == "Olli Ostaja"
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.act, entry.rule) == ("sample.act", "deadline_passed")


def test_a_reading_is_recorded(browse: Browse, cast: Cast, services: Services) -> None:
    browse(cast.olli).get("/sample/secret")
    with services.reads_database.reading() as session:
        (entry,) = session.scalars(select(ReadEntry))
    assert (entry.by, entry.page, entry.subject) == (cast.olli.id, "sample.secret", "a subject")


def test_a_form_without_its_token_is_refused(reader: Browser) -> None:
    page = reader.post("/sample", {"csrf_token": ""}, status=400)
    assert page.heading == "The form has expired"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_missing_pages_are_told_in_the_readers_language(browse: Browse, language: str) -> None:
    browser = browse(language=language)
    browser.get("/nothing/here", status=404)
    browser.get("/sample/fault/00000000-0000-0000-0000-000000000000", status=404)


def test_a_wrong_method_and_too_much_are_told(reader: Browser) -> None:
    reader.get("/language", status=405)
    assert reader.response is not None
    assert "POST" in reader.response.headers["Allow"]
    page = reader.post("/sample", {"reason": "x" * 2_500_000}, status=413)
    assert page.heading == "What you sent is too large"
