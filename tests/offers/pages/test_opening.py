from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.database import Database
from portal.evaluation.usecases import declare_interests
from portal.offers import access
from portal.offers.models import Opening
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.procurement.usecases import appoint_evaluator
from portal.web.unit import Services
from tests.cast import AINOS_PHRASE, OLLIS_PHRASE, Cast
from tests.conftest import SettableClock
from tests.offers.conftest import DUE, OPENS, Acting
from tests.offers.pages.conftest import make_documents
from tests.page import Browser

Browse = Callable[..., Browser]


def declare(services: Services, opening_url: str, by: Person, at: datetime) -> None:
    """Say that one is tied to none of the providers."""
    with services.database.transaction() as session:
        declare_interests(
            session,
            procurement=session.get_one(Procurement, UUID(opening_url.split("/")[2])),
            conflicts=[],
            by=session.get_one(Person, by.id),
            at=at,
        )


def after_the_deadline(clock: SettableClock) -> None:
    clock.at = DUE
    clock.move(minutes=5)


def test_before_the_deadline_nothing_tells_whether_there_are_offers(
    browse: Browse, cast: Cast, opening_url: str, act: Acting
) -> None:
    browser = browse(cast.aino)
    without = browser.get(opening_url)
    act.save()
    act.submit()
    with_one = browser.get(opening_url)
    assert with_one.text == without.text
    assert "06/02/2026 12:00" in with_one.text
    assert not with_one.has("main form")
    page = browser.post(f"{opening_url}/request", {}, 422)
    assert page.errors == ["Offers can be opened only after the deadline."]


def test_two_openers_open_the_offers(
    browse: Browse,
    cast: Cast,
    opening_url: str,
    act: Acting,
    clock: SettableClock,
    with_htmx: bool,
    services: Services,
) -> None:
    act.save()
    version = act.submit()
    after_the_deadline(clock)
    first, second = browse(cast.olli, htmx=with_htmx), browse(cast.aino, htmx=with_htmx)
    page = first.get(opening_url)
    assert version.reference not in page.text
    assert "Jokiopisto" not in page.text
    first.submit("main form", phrase=OLLIS_PHRASE)
    page = first.follow()
    assert "log in with an account of their own" in page.text
    assert not page.has("main form")
    page = first.post(f"{opening_url}/confirm", {}, 422)
    assert page.errors == ["Two different openers are needed to open the offers."]
    page = second.get(opening_url)
    assert "Olli Ostaja started the opening" in page.text
    second.submit("main form", phrase=AINOS_PHRASE)
    page = second.follow()
    assert page.flashes == ["All offers have been opened."]
    # Nothing of the offers is shown before the reader has declared interests.
    assert "Jokiopisto" not in page.text
    assert not page.has("tbody tr")
    for opener in (cast.olli, cast.aino, cast.paula):
        declare(services, opening_url, opener, clock())
    page = second.get(opening_url)
    row = page.one("tbody tr").get_text(" ", strip=True)
    for shown in ("Jokiopisto", version.reference, version.sha256, "Sea district", "09:00:00"):
        assert shown in row
    make_documents(services, clock)
    link = str(first.get(opening_url).one('a[href$="/record"]')["href"])
    assert first.download(link).startswith(b"%PDF-")
    assert browse(cast.paula).download(link).startswith(b"%PDF-")
    browse(cast.eeva).get(link, 404)


def test_the_second_opener_must_follow_in_time(
    browse: Browse, cast: Cast, opening_url: str, clock: SettableClock, database: Database
) -> None:
    after_the_deadline(clock)
    first, second = browse(cast.olli), browse(cast.aino)
    first.post(f"{opening_url}/request", {"phrase": OLLIS_PHRASE})
    second.get(opening_url)
    clock.move(minutes=15, seconds=1)
    page = second.submit("main form", status=422, phrase=AINOS_PHRASE)
    assert page.errors == [
        "The second opener did not follow in time. Start the opening of the offers again."
    ]
    with database.reading() as session:
        assert session.scalars(select(Opening)).one().opened_at is None
    second.submit("main form", phrase=AINOS_PHRASE)
    assert "Waiting for the second opener" in second.follow().text


def test_the_record_waits_for_a_declaration(
    browse: Browse, cast: Cast, opening_url: str, act: Acting, clock: SettableClock
) -> None:
    act.save()
    act.submit()
    after_the_deadline(clock)
    act.open(clock())
    page = browse(cast.paula).get(f"{opening_url}/record", 422)
    assert "Declare your interests first." in page.text


def test_an_opening_without_offers_says_so(
    browse: Browse,
    cast: Cast,
    opening_url: str,
    act: Acting,
    clock: SettableClock,
    services: Services,
) -> None:
    after_the_deadline(clock)
    act.open(clock())
    declare(services, opening_url, cast.aino, clock())
    assert (
        "No offer that counts had arrived by the deadline."
        in browse(cast.aino).get(opening_url).text
    )


def test_only_those_who_take_part_see_the_opening(
    browse: Browse, cast: Cast, opening_url: str, call: object, database: Database
) -> None:
    for person in (cast.eva, cast.eeva, cast.erik):
        browse(person).get(opening_url, 404)
    for person in (cast.roope, cast.kaisa, cast.ada):
        browse(person).get(opening_url, 403)
    with database.transaction() as session:
        appoint_evaluator(
            session,
            procurement=session.scalars(select(Procurement)).one(),
            evaluator=session.get_one(Person, cast.erik.id),
            by=session.get_one(Person, cast.olli.id),
            at=OPENS,
        )
    page = browse(cast.erik).get(opening_url)
    assert not page.has("main form")


def test_other_roles_cannot_open(
    browse: Browse, cast: Cast, opening_url: str, clock: SettableClock, call: object
) -> None:
    after_the_deadline(clock)
    for act in ("request", "confirm"):
        for person in (cast.paula, cast.roope, cast.ada):
            browse(person).post(f"{opening_url}/{act}", {}, 403)
    page = browse(cast.paula).get(opening_url)
    assert "The openers have not opened the offers yet." in page.text


def test_whoever_a_later_room_shuts_out_sees_no_opening(
    browse: Browse, cast: Cast, opening_url: str, monkeypatch: object
) -> None:
    def conflicted(_session: object, _procurement: object, person: Person) -> bool:
        return person.id == cast.paula.id

    before = list(access._shut_out)
    access.shut_out_by(conflicted)
    try:
        browse(cast.paula).get(opening_url, 404)
        browse(cast.aino).get(opening_url)
    finally:
        access._shut_out[:] = before
