"""Copying an earlier call from its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from portal.database import Database
from portal.procurement.models import Procurement
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser
from tests.procurement.calls import CALL, put_call

Browse = Callable[..., Browser]


@pytest.mark.parametrize("published", [False, True])
def test_an_officer_copies_a_call_in_one_act(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool, published: bool
) -> None:
    key = put_call(database, cast, published=published)
    olli = browse(cast.olli, htmx=with_htmx)
    link = olli.get(f"/procurements/{key}").one(f'a[href="/procurements/{key}/copy"]')
    olli.get(str(link["href"]))
    olli.submit("main form", reference="ESIM/99/2027")
    page = olli.follow()
    assert page.heading == "Toppis capacity"
    assert "ESIM/99/2027" in page.text
    assert page.flashes[0].startswith("The draft is a copy. Set its deadlines")
    assert str(key) not in olli.url
    missing = [str(link["href"]) for link in olli.get(f"{olli.url}/publish").all("#missing a")]
    assert [url.partition("#")[2] for url in missing] == [
        "questions_due-day",
        "offers_due-day",
        "contract_start",
    ]


def test_a_reference_that_will_not_do_is_told_beside_its_field(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    olli.get(f"/procurements/{key}/copy")
    page = olli.submit("main form", status=422)
    assert page.errors == ["Fill in this field."]
    page = olli.submit("main form", reference=CALL.reference, status=422)
    assert page.errors == ["The buyer already has a procurement with this reference."]
    assert page.has("#reference-error")
    assert page.value("reference") == CALL.reference
    page = olli.submit("main form", reference="x" * 101, status=422)
    assert page.has("#reference-error")


def test_days_of_notice_that_have_passed_are_named_before_publishing(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    key = put_call(database, cast)
    url = f"/procurements/{key}/publish"
    assert not browse(cast.olli).get(url).has("#passed")
    clock.at = datetime(2027, 1, 10, 8, tzinfo=UTC)
    for language in ("fi", "sv", "en"):
        (link,) = browse(cast.olli, language).get(url).all("#passed a")
        assert link["href"] == f"/procurements/{key}/lots/sea/options/year/edit#notice_by"


def test_only_the_buyers_officer_has_the_page(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast, published=True)
    url = f"/procurements/{key}/copy"
    for language in ("fi", "sv", "en"):
        browse(cast.olli, language).get(url)
    browse(cast.eva).get(url, 404)
    browse(cast.eva).post(url, {"reference": "X"}, 404)
    for person in (cast.roope, cast.aino, cast.tarja):
        browse(person).get(url, 403)
    for person in (cast.eva, cast.roope, None):
        assert not browse(person).get(f"/procurements/{key}").has(f'a[href="{url}"]')
    with database.reading() as session:
        assert session.get(Procurement, key) is not None
