"""The pages of personal data: what they show to whom, and the file that is handed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.permissions import Role
from portal.privacy.command import run
from portal.privacy.models import Hold, RetentionPeriod
from portal.shared.clock import day_in_helsinki
from portal.web.unit import Services
from tests.cast import Cast, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.privacy.planted import (
    LONG_AFTER,
    WRITTEN,
    Planted,
    canary,
    is_text,
    ways,
)
from tests.promises.figures import leave

HOME = "/personal-data"
Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _then(clock: SettableClock) -> None:
    clock.at = WRITTEN


def _of_ann(here: Planted, rest: str = "") -> str:
    return f"{HOME}/participants/{here.ann}{rest}"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_stands_in_every_language(browse: Browse, here: Planted, language: str) -> None:
    browser = browse(here.official, language)
    for address in (
        HOME,
        f"{HOME}/holds",
        f"{HOME}/mine",
        f"{HOME}/holds/training/{here.training}",
        _of_ann(here),
        _of_ann(here, "/correct"),
    ):
        browser.get(address)


def test_the_official_sets_the_periods_and_what_is_typed_wrong_is_kept(
    browse: Browse, database: Database, cast: Cast, here: Planted
) -> None:
    address = f"{HOME}/retention/{cast.office.id}"
    browser = browse(here.official)
    assert browser.get(address).value("participants") == "24"
    refused = browser.post(address, {"participants": "0", "feedback": "x"}, 422)
    assert refused.value("feedback") == "x"
    assert len(refused.errors) == 2
    browser.post(address, {"participants": "36", "feedback": "12"})
    assert "36" in browser.get(HOME).text
    with database.reading() as session:
        period = session.get_one(RetentionPeriod, (cast.office.id, "participants"))
        assert (period.months, period.set_by_id) == (36, here.official.id)


def test_the_overview_shows_what_ends_when_and_what_has_gone(
    browse: Browse, database: Database, clock: SettableClock, here: Planted
) -> None:
    browser = browse(here.official)
    assert "2029" in browser.get(HOME).text
    run(database, LONG_AFTER)
    clock.at = LONG_AFTER
    shown = browser.get(HOME).text
    assert "Anonymised" in shown
    assert "2 participations" in shown


def test_a_hold_is_placed_and_released_on_its_pages(
    browse: Browse, database: Database, here: Planted
) -> None:
    browser = browse(here.official)
    for kind in ("participant", "training", "contract", "procurement"):
        subject = here.ann if kind == "participant" else getattr(here, kind)
        address = f"{HOME}/holds/{kind}/{subject}"
        assert browser.post(address, {"reason": ""}, 422).errors
        browser.post(address, {"reason": f"Valitus {kind}"})
    assert browser.get(f"{HOME}/holds").text.count("In force") == 4
    with database.reading() as session:
        hold = session.scalars(select(Hold).where(Hold.kind == "contract")).one().id
    browser.post(f"{HOME}/holds/{hold}/release")
    assert browser.post(f"{HOME}/holds/{hold}/release", status=422).errors


def test_an_officer_of_the_same_house_sees_that_there_is_a_hold_and_not_on_whom(
    browse: Browse, database: Database, cast: Cast, here: Planted
) -> None:
    with database.transaction() as session:
        officer = person(session, "Outi Ostaja", cast.office, Role.PROCUREMENT_OFFICER)
        session.expunge(officer)
        hold = session.scalars(select(Hold)).one()
        hold.released_at = hold.released_by_id = None
    shown = browse(officer).get(f"{HOME}/holds").text
    assert "In force" in shown
    assert "KANARIA" not in shown
    assert "KANARIA-enrolment-name" in browse(here.official).get(f"{HOME}/holds").text


@pytest.mark.trust
def test_every_field_of_the_inventory_is_in_the_file_that_is_handed_over(
    browse: Browse, database: Database, cast: Cast, here: Planted
) -> None:
    browser = browse(cast.kaisa)
    browser.get(_of_ann(here))
    browser.post(_of_ann(here, "/export"), status=200)
    assert browser.response is not None
    disposition = browser.response.headers["Content-Disposition"]
    assert "personal-data.zip" in disposition
    archive = ZipFile(BytesIO(browser.response.get_data()))
    assert archive.namelist() == ["data.json", "data.html", "minutes-1.pdf"]
    told, page = archive.read("data.json").decode(), archive.read("data.html").decode()
    content = json.loads(told)
    assert {one["record"] for one in content["records"]} >= {
        records.table for records, _way, _keys in ways(here) if records.person
    }
    found = 0
    for records, _way, _keys in ways(here):
        rows = next((one for one in content["records"] if one["record"] == records.table), None)
        for field in records.fields:
            if records.person is None or field.of != "participant":
                if is_text(records, field) and field.at_end != "keep":
                    assert canary("KANARIA", records, field) not in told
                continue
            assert rows is not None
            assert rows["rows"], f"no row of {records.table}"
            assert field.column in rows["rows"][0]
            assert rows["purposes"][field.column]
            found += 1
            if is_text(records, field) and field.at_end != "keep":
                assert canary("KANARIA", records, field) in told
                assert canary("KANARIA", records, field) in page
    assert "Ben Berg" not in told + page
    assert content["read_by"][0]["roles"] == ["course_sponsor"]
    assert "Kaisa" not in told + page
    with database.reading() as session:
        assert session.scalars(
            select(AuditEntry).where(AuditEntry.act == "export_participant")
        ).one()
    leave("one_export", "fields", {"fields in the inventory": found, "missing": 0})


def test_who_has_read_is_told_by_organisation_role_and_page_and_not_by_name(
    browse: Browse, cast: Cast, here: Planted
) -> None:
    browser = browse(cast.kaisa)
    browser.get(_of_ann(here))
    table = browser.get(_of_ann(here)).one("table").get_text(" ")
    assert "Esimerkkilän työllisyysalue" in table
    assert "Course sponsor" in table
    assert "What is known about the participant" in table
    assert "Kaisa" not in table


def test_a_participant_is_corrected_and_the_page_shows_it(
    browse: Browse, cast: Cast, here: Planted
) -> None:
    browser = browse(cast.kaisa)
    page = browser.get(_of_ann(here, "/correct"))
    assert page.value("name") == "KANARIA-enrolment-name"
    values = {
        "name": "Anna Aalto",
        "external_key": page.value("external_key"),
        "birth_year": "1990",
        "sex": "woman",
        "education": "basic",
    }
    refused = browser.post(_of_ann(here, "/correct"), {**values, "birth_year": "x"}, 422)
    assert refused.value("birth_year") == "x"
    browser.post(_of_ann(here, "/correct"), values)
    assert browser.get(_of_ann(here, "/correct")).value("birth_year") == "1990"
    assert "Anna Aalto" in browser.get(_of_ann(here)).text


def test_a_foreign_and_a_missing_participant_look_the_same(
    browse: Browse, cast: Cast, here: Planted, services: Services
) -> None:
    missing = "00000000-0000-4000-8000-000000000000"
    for reader in (cast.tuula, cast.olli, cast.eva, cast.roope, cast.ada, cast.tarja):
        status = browse(reader).get(_of_ann(here), status=403).status
        assert status == 403
    browser = browse(here.official)
    for address in ("/participants/{}", "/participants/{}/correct", "/holds/training/{}"):
        browser.get(HOME + address.format(missing), status=404)
    browser.get(f"{HOME}/holds/elephant/{missing}", status=404)
    browser.get(f"{HOME}/retention/{cast.buyer.id}", status=404)


def test_whoever_has_an_account_takes_their_own_data(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.tuula)
    assert "tuula@esimerkki.example" in browser.get(f"{HOME}/mine").text
    browser.post(f"{HOME}/mine/export", status=200)
    assert browser.response is not None
    archive = ZipFile(BytesIO(browser.response.get_data()))
    content = json.loads(archive.read("data.json"))
    (kept,) = (one for one in content["records"] if one["record"] == "person")
    assert kept["rows"][0]["email"] == "tuula@esimerkki.example"
    assert "not a hash" not in archive.read("data.json").decode()


def test_the_form_says_why_each_field_is_asked(browse: Browse, cast: Cast, here: Planted) -> None:
    page = browse(cast.kaisa).get(f"/trainings/{here.training}/applications/new", status=200)
    told = [one.get_text() for one in page.all(".field-purpose")]
    assert len(told) == 7
    assert "The indicators of funding and follow-up are counted from this." in told


def test_a_removed_document_says_so_on_the_page_of_its_meeting(
    browse: Browse, database: Database, cast: Cast, here: Planted, clock: SettableClock
) -> None:
    run(database, LONG_AFTER)
    clock.at = LONG_AFTER
    shown = browse(cast.kaisa).get(f"/meetings/{here.meeting}").text
    assert "The document was removed on" in shown
    assert "a" * 64 in shown


def test_the_lists_take_as_many_queries_for_many_as_for_one(
    browse: Browse, database: Database, cast: Cast, here: Planted
) -> None:
    browser = browse(here.official)
    browser.get(HOME)
    few = browser.queries
    browser.get(f"{HOME}/holds")
    few_holds = browser.queries
    with database.transaction() as session:
        for n in range(25):
            session.add(
                Hold(
                    kind="training",
                    subject=here.training,
                    organisation_id=cast.office.id,
                    reason=f"Valitus {n}",
                    until=day_in_helsinki(LONG_AFTER),
                    placed_by_id=here.official.id,
                    placed_at=WRITTEN,
                )
            )
    browser.get(HOME)
    assert browser.queries == few
    assert "Page 1 of 2" in browser.get(f"{HOME}/holds").text
    assert browser.queries <= few_holds + 1
