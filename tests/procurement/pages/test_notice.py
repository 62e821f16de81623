"""The page of the contract notice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from portal.database import Database
from portal.procurement.rules import Procedure
from tests.cast import Cast
from tests.page import Browser
from tests.procurement.calls import LOT, put_call

Browse = Callable[..., Browser]


def test_an_officer_copies_or_downloads_the_notice_of_a_published_call(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast, published=True)
    url = f"/procurements/{key}/notice"
    for language in ("fi", "sv", "en"):
        olli = browse(cast.olli, language)
        assert olli.get(f"/procurements/{key}").has(f'a[href="{url}"]')
        page = olli.get(url)
        text = page.one("#copy").get_text()
        assert "ESIM/12/2026" in text
        assert page.one("#copy").has_attr("readonly")
        assert page.has("#missing li")
    content = json.loads(olli.download(f"{url}.json"))
    address = next(term for term in content["terms"] if term["id"] == "BT-15")["value"]
    assert address.endswith(f"/procurements/{key}")
    weights = [term["value"] for term in content["terms"] if term["id"] == "BT-541"]
    assert weights == ["40", "37.5", "22.5"]
    rows = olli.download(f"{url}.csv").decode("utf-8-sig")
    assert rows.startswith("term,name,place,language,value,known")
    assert olli.response is not None
    assert "attachment" in olli.response.headers["Content-Disposition"]
    olli.get(f"{url}.xml", 404)


def test_a_direct_award_has_no_contract_notice(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast, published=True, procedure=Procedure.DIRECT_AWARD)
    for language in ("fi", "sv", "en"):
        assert not browse(cast.olli, language).get(f"/procurements/{key}/notice").has("#copy")
    browse(cast.olli).get(f"/procurements/{key}/notice.json", 404)


def test_a_draft_has_no_notice_yet(browse: Browse, cast: Cast, database: Database) -> None:
    key = put_call(database, cast)
    for form in ("", ".json", ".csv"):
        browse(cast.olli).get(f"/procurements/{key}/notice{form}", 422)
    assert not browse(cast.olli).get(f"/procurements/{key}").has('a[href$="/notice"]')


def test_the_page_is_for_the_buyers_officer(browse: Browse, cast: Cast, database: Database) -> None:
    key = put_call(database, cast, published=True)
    for form in ("", ".json", ".csv"):
        url = f"/procurements/{key}/notice{form}"
        browse(cast.eva).get(url, 404)
        for person in (cast.roope, cast.aino, cast.tarja):
            browse(person).get(url, 403)
        browse().get(url, 303)


def test_the_notice_takes_as_many_queries_whatever_the_number_of_lots(
    browse: Browse, cast: Cast, database: Database
) -> None:
    olli = browse(cast.olli)
    counts = []
    for n in (1, 4):
        lots = tuple(replace(LOT, key=f"lot-{place}") for place in range(n))
        key = put_call(database, cast, published=True, reference=f"A/{n}", lots=lots)
        olli.get(f"/procurements/{key}/notice")
        counts.append(len(olli.statements))
    assert counts[0] == counts[1]
