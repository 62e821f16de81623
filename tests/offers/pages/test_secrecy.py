"""Nobody but its own provider can see an offer, or that there is one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.offers.models import Offer
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from tests.cast import Cast
from tests.offers.conftest import Acting
from tests.page import Browser

Browse = Callable[..., Browser]

STEPS = ["/steps/bidder", "/steps/declarations", "/steps/prices", "/steps/answer-0", "/files"]
READ = ["/check", "/receipt", "/receipt/pdf", "/withdraw", "/files/{file}"]
ACTS = ["/submit", "/withdraw", "/files/{file}/remove"]


@pytest.fixture
def file(act: Acting) -> UUID:
    act.save()
    key = act.attach(b"some bytes")
    act.submit()
    return key


@pytest.mark.parametrize("path", READ)
def test_another_provider_finds_nothing(
    path: str, browse: Browse, cast: Cast, url: str, file: UUID
) -> None:
    path = path.format(file=file)
    other = browse(cast.sanna)
    foreign = other.get(f"{url}{path}?provider={cast.river.id}", 404)
    none_begun = other.get(f"{url}{path}", 404)
    no_such_call = other.get(f"/procurements/{uuid4()}/offer{path}", 404)
    assert foreign.text == none_begun.text == no_such_call.text


@pytest.mark.parametrize("path", ACTS)
def test_another_provider_can_do_nothing(
    path: str, browse: Browse, cast: Cast, url: str, file: UUID, database: Database
) -> None:
    path = path.format(file=file)
    other = browse(cast.sanna)
    other.post(f"{url}{path}?provider={cast.river.id}", {}, 404)
    other.post(f"{url}{path}", {}, 404)
    with database.reading() as session:
        offer = session.scalars(select(Offer)).one()
        assert (offer.state, offer.draft_blob_id) == ("submitted", None)


def test_writing_in_anothers_name_is_not_found(
    browse: Browse, cast: Cast, url: str, file: UUID
) -> None:
    other = browse(cast.sanna)
    for path in ("", *STEPS):
        other.get(f"{url}{path}?provider={cast.river.id}", 404)
    for path in ("/steps/prices", "/steps/prices/autosave", "/files"):
        other.post(f"{url}{path}?provider={cast.river.id}", {}, 404)


def test_own_page_looks_the_same_whether_others_have_offered(
    browse: Browse, cast: Cast, url: str, act: Acting
) -> None:
    other = browse(cast.sanna)
    before = [other.get(f"{url}{path}").text for path in ("", *STEPS)]
    act.save()
    act.submit()
    assert [other.get(f"{url}{path}").text for path in ("", *STEPS)] == before


@pytest.mark.parametrize("path", ["", *STEPS, *READ])
def test_nobody_else_is_let_in(path: str, browse: Browse, cast: Cast, url: str, file: UUID) -> None:
    path = path.format(file=file)
    for person in (cast.olli, cast.aino, cast.paula, cast.eeva, cast.tuula, cast.ada, cast.tarja):
        browse(person).get(f"{url}{path}", 403)


def test_a_file_of_one_offer_is_not_had_through_another(
    browse: Browse, cast: Cast, url: str, act: Acting, file: UUID
) -> None:
    act.save(by=cast.sanna, provider=cast.shore)
    browse(cast.sanna).get(f"{url}/files/{file}", 404)


def test_a_call_not_yet_published_has_no_offers(
    browse: Browse, cast: Cast, url: str, database: Database
) -> None:
    with database.transaction() as session:
        session.scalars(select(Procurement)).one().state = "draft"
    browser = browse(cast.roope)
    browser.get(url, 404)
    browser.get("/offers")


def test_whoever_stops_representing_the_provider_is_out_at_once(
    browse: Browse, cast: Cast, url: str, database: Database, file: UUID
) -> None:
    browser = browse(cast.roope)
    browser.get(url)
    with database.transaction() as session:
        roope = session.get_one(Person, cast.roope.id)
        roope.memberships.clear()
    browser.get(url, 403)
