"""The pages of openers' keys: one's own, the buyer's, a draft's, a call's, and sealing anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.organisations.models import OpenerKey, Person
from portal.organisations.usecases.opener_keys import enter_opener_key, is_opened_by
from portal.permissions import Role
from tests.cast import AINOS_PHRASE, OLLIS_PHRASE, SINCE, Cast, person
from tests.conftest import SettableClock
from tests.offers.conftest import AFTER, Acting
from tests.page import Browser

Browse = Callable[..., Browser]
LANGUAGES = ("fi", "sv", "en")
VILLES_PHRASE = "VVVV-VVVV-VVVV-VVVV-VVVV-VVVV"


@pytest.fixture
def ville(database: Database, cast: Cast) -> Person:
    """A third opener of the buyer, with a key."""
    with database.transaction() as session:
        session.expire_on_commit = False
        buyer = session.merge(cast.buyer)
        added = person(session, "Ville Varalla", buyer, Role.OPENER)
        enter_opener_key(session, added, VILLES_PHRASE, SINCE)
        return added


def standing_key(database: Database, who: Person) -> OpenerKey:
    """The key that somebody has now."""
    with database.reading() as session:
        return session.scalars(
            select(OpenerKey).where(OpenerKey.person_id == who.id, OpenerKey.replaced_at.is_(None))
        ).one()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_opener_makes_a_key_and_sees_its_phrase_once(
    browse: Browse, cast: Cast, database: Database, language: str, with_htmx: bool
) -> None:
    browser = browse(cast.aino, language, htmx=with_htmx)
    browser.get("/account/opening-key")
    page = browser.post("/account/opening-key", {}, 200)
    found = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}", page.text)
    assert found is not None
    assert is_opened_by(standing_key(database, cast.aino), found[0].lower().replace("-", " "))
    assert found[0] not in browser.get("/account/opening-key").text
    assert not is_opened_by(standing_key(database, cast.aino), AINOS_PHRASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_officers_and_openers_see_who_has_a_key_and_a_part_of_what(
    browse: Browse, cast: Cast, call: UUID, language: str
) -> None:
    for who in (cast.olli, cast.aino):
        page = browse(who, language).get("/openers")
        assert "Aino Avaaja" in page.text
        assert page.text.count("ESIM/1/2026") == 2
    page = browse(cast.aino, language).get(f"/procurements/{call}/opening/key")
    assert "Olli Ostaja" in page.text
    browse(cast.roope, language).get(f"/procurements/{call}/opening/key", 403)
    browse(cast.eva, language).get(f"/procurements/{call}/opening/key", 404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_phrases_open_the_offers_and_a_wrong_one_stays_beside_its_field(
    browse: Browse, cast: Cast, act: Acting, clock: SettableClock, language: str, with_htmx: bool
) -> None:
    act.save()
    act.submit()
    clock.at = AFTER
    url = f"/procurements/{act.call}/opening"
    olli = browse(cast.olli, language, htmx=with_htmx)
    aino = browse(cast.aino, language, htmx=with_htmx)
    assert len(olli.get(url).all("input[name=phrase]")) == 1
    wrong = olli.post(f"{url}/request", {"phrase": AINOS_PHRASE}, 422)
    assert len(wrong.all(".field-wrong input[name=phrase]")) == 1
    assert AINOS_PHRASE not in wrong.text
    olli.post(f"{url}/request", {"phrase": f" {OLLIS_PHRASE.lower().replace('-', ' ')} "})
    assert len(aino.post(f"{url}/confirm", {"phrase": "x"}, 422).all(".field-wrong")) == 1
    aino.post(f"{url}/confirm", {"phrase": AINOS_PHRASE})


def test_wrong_phrases_slow_down_the_next_try(
    browse: Browse, cast: Cast, act: Acting, clock: SettableClock
) -> None:
    clock.at = AFTER
    url = f"/procurements/{act.call}/opening"
    olli = browse(cast.olli)
    for _n in range(5):
        olli.post(f"{url}/request", {"phrase": "wrong"}, 422)
    page = olli.post(f"{url}/request", {"phrase": OLLIS_PHRASE}, 422)
    assert "Too many wrong key phrases" in page.text
    clock.move(minutes=20)
    olli.post(f"{url}/request", {"phrase": OLLIS_PHRASE})


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_openers_seal_the_key_anew_to_others(
    browse: Browse,
    cast: Cast,
    act: Acting,
    ville: Person,
    clock: SettableClock,
    language: str,
    with_htmx: bool,
) -> None:
    act.save()
    act.submit()
    url = f"/procurements/{act.call}/opening/key"
    olli = browse(cast.olli, language, htmx=with_htmx)
    aino = browse(cast.aino, language, htmx=with_htmx)
    chosen = {"openers": [str(cast.aino.id), str(ville.id)]}
    olli.post(f"{url}/request", {**chosen, "phrase": "x"}, 422)
    olli.post(f"{url}/request", {"openers": [str(ville.id)], "phrase": OLLIS_PHRASE}, 422)
    olli.post(f"{url}/request", {**chosen, "phrase": OLLIS_PHRASE})
    olli.get(url)
    seen = aino.get(url).value("seen")
    aino.post(f"{url}/confirm", {"seen": "", "phrase": AINOS_PHRASE}, 422)
    aino.post(f"{url}/confirm", {"seen": seen, "phrase": AINOS_PHRASE})
    clock.at = AFTER + timedelta(minutes=1)
    opening = f"/procurements/{act.call}/opening"
    assert len(olli.get(opening).all("input[name=phrase]")) == 0
    olli.post(f"{opening}/request", {"phrase": OLLIS_PHRASE}, 422)
    browse(ville, language).post(f"{opening}/request", {"phrase": VILLES_PHRASE})
    aino.post(f"{opening}/confirm", {"phrase": AINOS_PHRASE})
