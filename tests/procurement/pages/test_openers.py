"""The page of a draft on which its openers are named, and what publishing asks of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select, update

from portal.database import Database
from portal.organisations.models import OpenerKey
from portal.procurement.models import NamedOpener
from tests.cast import Cast
from tests.offers.trio import add_ville
from tests.page import Browser
from tests.procurement.calls import put_call

Browse = Callable[..., Browser]


def named(database: Database) -> set[UUID]:
    """Who has been named for a draft."""
    with database.reading() as session:
        return set(session.scalars(select(NamedOpener.person_id)))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_officer_names_the_openers_of_a_draft(
    browse: Browse, cast: Cast, database: Database, language: str, with_htmx: bool
) -> None:
    ville = add_ville(database, cast)
    url = f"/procurements/{put_call(database, cast)}"
    browser = browse(cast.olli, language, htmx=with_htmx)
    page = browser.get(f"{url}/openers")
    assert len(page.all("input[name=openers][checked]")) == 3
    browser.post(f"{url}/openers", {"openers": [str(cast.aino.id), str(ville.id)]})
    assert named(database) == {cast.aino.id, ville.id}
    assert len(browser.get(f"{url}/openers").all("input[name=openers][checked]")) == 2
    browser.post(f"{url}/openers", {"openers": [str(cast.eva.id)]}, 422)
    browse(cast.aino, language).get(f"{url}/openers", 403)
    browse(cast.eva, language).get(f"{url}/openers", 404)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_too_few_keys_stand_among_what_is_missing_before_publishing(
    browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    url = f"/procurements/{put_call(database, cast)}"
    with database.transaction() as session:
        session.execute(
            update(OpenerKey)
            .where(OpenerKey.person_id == cast.aino.id)
            .values(replaced_at=OpenerKey.made_at, closed_private=None)
        )
    browser = browse(cast.olli, language)
    page = browser.get(f"{url}/publish")
    assert page.has(f'#missing a[href="{url}/openers"]')
    browser.post(f"{url}/publish", {}, 422)


def test_the_list_of_openers_asks_no_more_the_more_there_are(
    browse: Browse, cast: Cast, database: Database
) -> None:
    put_call(database, cast, published=True)
    browser = browse(cast.aino)
    browser.get("/openers")
    before = browser.queries
    add_ville(database, cast)
    put_call(database, cast, published=True, reference="ESIM/99/2026")
    browser.get("/openers")
    assert browser.queries <= before
