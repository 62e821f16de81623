"""Participants of another office, another sponsor or another provider are nobody's to find."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.capacity.models import Training
from portal.capacity.usecases import name_coach, remove_coach
from portal.database import Database
from portal.organisations.models import Person
from tests.cast import Cast
from tests.enrolments.pages.conftest import NOW, Underway
from tests.enrolments.pages.test_pages import names, needs, numbers
from tests.page import Browser

Browse = Callable[..., Browser]


def ours(app: Flask, **keys: UUID) -> list[str]:
    """Every address of this room, with the keys given."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("enrolments.") and rule.arguments <= keys.keys():
            values = {name: keys[name] for name in rule.arguments}
            found += [
                f"{method} {adapter.build(rule.endpoint, values)}"
                for method in ("GET", "POST")
                if method in (rule.methods or ())
            ]
    return found


def asked(browser: Browser, addresses: list[str]) -> list[tuple[int, bool]]:
    """The status of each answer, and whether a participant's name is in it."""
    told = []
    for address in addresses:
        method, _space, url = address.partition(" ")
        answer = browser.whatever(method, url)
        body = answer.get_data(as_text=True)
        told.append((answer.status_code, any(name in body for name in ("Ann", "Ben", "Cia"))))
    return told


@pytest.mark.parametrize("who", ["pirjo", "vilma", "sanna", "eva", "erik", "ada"])
def test_a_stranger_is_answered_as_if_there_were_no_such_training_or_participant(
    browse: Browse, app: Flask, cast: Cast, underway: Underway, who: str
) -> None:
    person = getattr(underway.more, who, None) or getattr(cast, who)
    browser = browse(person)
    real = ours(
        app, training_id=underway.shared, enrolment_id=underway.ann, person_id=cast.tuula.id
    )
    missing = ours(app, training_id=uuid4(), enrolment_id=uuid4(), person_id=uuid4())
    told = asked(browser, real)
    assert told == asked(browser, missing)
    assert not any(named for _status, named in told)
    assert {status for status, _named in told} <= {200, 403, 404}
    assert len(real) > 20


@pytest.mark.parametrize(("who", "key"), [("kaisa", "cia"), ("outi", "ann")])
def test_each_office_in_a_shared_training_finds_its_own_people_only(
    browse: Browse, app: Flask, cast: Cast, underway: Underway, who: str, key: str
) -> None:
    person = getattr(underway.more, who, None) or getattr(cast, who)
    browser = browse(person)
    theirs = [one for one in ours(app, enrolment_id=getattr(underway, key)) if "partic" in one]
    guessed = [one for one in ours(app, enrolment_id=uuid4()) if "partic" in one]
    assert asked(browser, theirs) == asked(browser, guessed)
    assert {status for status, _named in asked(browser, theirs)} == {403, 404}


def test_two_offices_in_one_training_each_see_and_count_their_own(
    browse: Browse, cast: Cast, underway: Underway
) -> None:
    page = browse(cast.kaisa).get(f"/trainings/{underway.shared}")
    assert names(page) == ["Ann Aalto", "Ben Berg"]
    assert numbers(page) == ["5", "2", "1", "1"]
    outi = browse(underway.more.outi)
    page = outi.get(f"/trainings/{underway.shared}")
    assert names(page) == ["Cia Kaukaa"]
    assert numbers(page) == ["2", "1", "0", "0"]
    assert "Ann" not in page.html
    page = outi.get("/my-trainings")
    assert needs(page) == ["1 interview to hold"]
    page = outi.get(f"/trainings/{underway.shared}/decisions")
    assert "Cia Kaukaa" in page.text
    assert "Ben Berg" not in page.text
    # A key of another office's participant sent by hand is not one of the choices.
    outi.submit("main form", status=422)
    outi.post(
        f"/trainings/{underway.shared}/decisions",
        {"enrolments": str(underway.ben), "outcome": "rejected", "reason": "Syy"},
        422,
    )


def test_the_provider_sees_everybody_and_the_buyer_and_the_auditor_numbers_alone(
    browse: Browse, cast: Cast, underway: Underway
) -> None:
    for provider in (cast.tuula, cast.roope, underway.more.veikko):
        page = browse(provider).get(f"/trainings/{underway.shared}")
        assert names(page) == ["Ann Aalto", "Ben Berg", "Cia Kaukaa"]
    for of_buyer in (cast.olli, cast.paula, cast.tarja):
        browser = browse(of_buyer)
        page = browser.get(f"/trainings/{underway.shared}")
        assert numbers(page) == ["7", "3", "1", "1"]
        assert not any(name in page.html for name in ("Ann", "Ben", "Cia"))
        browser.get(f"/participants/{underway.ann}", 403)
        browser.get("/trainings")


def test_a_coach_of_another_provider_sees_the_training_that_names_them_and_no_other(
    browse: Browse, cast: Cast, underway: Underway, database: Database
) -> None:
    vilma = browse(underway.more.vilma)
    assert not vilma.get("/trainings").has("tbody tr")

    def named(verb: Callable[..., None]) -> None:
        with database.transaction() as session:
            verb(
                session,
                training=session.get_one(Training, underway.shared),
                person=session.get_one(Person, underway.more.vilma.id),
                by=session.get_one(Person, cast.kaisa.id),
                at=NOW,
            )

    named(name_coach)
    assert len(vilma.get("/trainings").all("tbody tr")) == 1
    assert len(names(vilma.get(f"/trainings/{underway.shared}"))) == 3
    vilma.get(f"/participants/{underway.ben}/interview")
    vilma.submit(need="1", urgency="1", suitability="1")
    vilma.get(f"/trainings/{underway.other}", 404)
    vilma.get(f"/participants/{underway.ann}/end", 403)
    named(remove_coach)
    vilma.get(f"/trainings/{underway.shared}", 404)
    vilma.get(f"/participants/{underway.ben}", 404)
    assert not vilma.get("/trainings").has("tbody tr")
