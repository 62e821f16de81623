"""The preview of the formula, which keeps nothing and speaks of no real offer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from portal.database import Database
from portal.procurement.rules import Comparison, CriterionTerms
from tests.cast import Cast
from tests.evaluation.conftest import Evaluating, rows
from tests.offers.conftest import LOT
from tests.page import Browser, Page
from tests.procurement.calls import put_call

Browse = Callable[..., Browser]

CRITERIA = (
    CriterionTerms("staff_competence", Decimal(40)),
    CriterionTerms("local_labour_market", Decimal(20)),
)


def put(database: Database, cast: Cast, **changes: Any) -> str:
    """A draft with two criteria; the address of its preview."""
    key = put_call(database, cast, **{"lots": (LOT,), "criteria": CRITERIA, **changes})
    return f"/procurements/{key}/preview"


def places(page: Page) -> list[list[str]]:
    return [
        [" ".join(cell.get_text().split()) for cell in row.select("td, th")]
        for row in page.all("#ranking tr")
    ]


TYPED = {
    "name-0": "River",
    "price-0": "58",
    "points-0-0": "3",
    "points-0-1": "2",
    "name-1": "Shore",
    "price-1": "52.50",
    "points-1-0": "2",
    "points-1-1": "2",
    "price-2": "",
}


@pytest.mark.parametrize("published", [False, True])
def test_three_samples_are_there_to_begin_with(
    browse: Browse, cast: Cast, database: Database, published: bool
) -> None:
    url = put(database, cast, published=published)
    for language in ("fi", "sv", "en"):
        olli = browse(cast.olli, language)
        assert olli.get(url.removesuffix("/preview")).has(f'a[href="{url}"]')
        page = olli.get(url)
        assert [row[1] for row in places(page)] == ["C", "B", "A"]
    assert page.value("price-0") == "51.00"
    assert page.value("price-3") == ""


def test_what_is_typed_is_ranked_by_the_calls_formula_step_by_step(
    browse: Browse, cast: Cast, database: Database
) -> None:
    url = put(database, cast)
    olli = browse(cast.olli, "en")
    olli.get(url)
    before = rows(database)
    page = olli.submit("#try", TYPED, status=200)
    # River: 40 × 52.50/58 = 36.21 and 40 × 3/3 + 20 × 2/3 = 53.33. Shore: 40 and 40.
    assert places(page) == [
        ["1", "River", "€58.00", "36.21", "53.33", "89.54"],
        ["2", "Shore", "€52.50", "40.00", "40.00", "80.00"],
    ]
    assert "40 × 52.50 / 58.00" in page.text
    assert "40 × 3 / 3" in page.text
    # A point in the first criterion is worth 40/3. 2100/(36.2069 − 13.3333) − 58 = 33.81.
    worth = page.one("table:has(caption:-soup-contains('One point more'))").get_text(" ")
    assert "13.33" in worth
    assert "€33.81" in worth
    # 36.2069 − 2100/59 = 0.6137.
    assert "0.6137" in page.text
    assert page.value("name-0") == "River"
    assert page.value("price-2") == ""
    assert rows(database) == before


def test_the_total_is_compared_with_the_coordination_fee_where_the_call_does_so(
    browse: Browse, cast: Cast, database: Database
) -> None:
    url = put(database, cast, comparison=Comparison.TOTAL_AT_ESTIMATE)
    olli = browse(cast.olli, "en")
    assert olli.get(url).value("fee-0") == "1,000.00"
    page = olli.submit("#try", {**TYPED, "fee-0": "2000", "fee-1": ""}, status=200)
    assert "58.00 × 1,000 + 2,000.00 = 60,000.00" in page.text
    assert places(page)[0][3] == "35.00"


def test_what_is_mistyped_is_told_beside_its_field_and_ranks_nothing(
    browse: Browse, cast: Cast, database: Database
) -> None:
    url = put(database, cast)
    olli = browse(cast.olli, "en")
    olli.get(url)
    wrong = {**TYPED, "price-0": "0", "points-0-0": "4", "points-1-1": "", "price-3": "x"}
    page = olli.submit("#try", wrong, status=422)
    assert page.errors == [
        "Write a number above zero.",
        "Write a number that is at most 3.",
        "Fill in this field.",
        "Write a sum of money in euros, with at most two decimals.",
        "Fill in this field.",
        "Fill in this field.",
    ]
    assert not page.has("#ranking")
    assert page.value("price-3") == "x"
    olli.get(url)
    page = olli.submit("#try", {f"price-{n}": "" for n in range(4)}, status=422)
    assert page.errors == ["Fill in this field."]
    assert page.has("#price-0-error")


def test_each_lot_has_its_own_samples(browse: Browse, cast: Cast, database: Database) -> None:
    second = replace(LOT, key="a/b ä", title={"fi": "Joki"}, capacity_estimated=Decimal(500))
    total = Comparison.TOTAL_AT_ESTIMATE
    url = put(database, cast, lots=(LOT, second), comparison=total)
    olli = browse(cast.olli, "en")
    page = olli.get(url)
    (link,) = page.all("nav a[href*='preview?lot']")
    page = olli.get(str(link["href"]))
    page = olli.submit("#try", TYPED, status=200)
    assert "58.00 × 500" in page.text
    olli.get(f"{url}?lot=nowhere", 404)


def test_a_draft_that_is_not_far_enough_says_what_is_missing(
    browse: Browse, cast: Cast, database: Database
) -> None:
    url = put(database, cast, lots=(), criteria=(), price_weight=None)
    for language in ("fi", "sv", "en"):
        page = browse(cast.olli, language).get(url)
        assert len(page.all("#missing a")) == 3
        assert not page.has("#try")
    browse(cast.olli).post(url, TYPED, 200)


def test_weights_that_do_not_add_up_are_told_and_ranked_all_the_same(
    browse: Browse, cast: Cast, database: Database
) -> None:
    page = browse(cast.olli, "en").get(put(database, cast, price_weight=Decimal(30)))
    assert "together 90." in page.text
    assert page.has("#ranking")


def test_the_page_is_for_the_buyers_officer_and_closed_once_offers_are_opened(
    browse: Browse, cast: Cast, call: UUID, evaluating: Evaluating
) -> None:
    url = f"/procurements/{call}/preview"
    browse(cast.olli).get(url)
    browse(cast.eva).get(url, 404)
    for person in (cast.roope, cast.eeva, cast.aino, cast.paula):
        browse(person).get(url, 403)
    browse().get(url, 303)
    evaluating.until("opened")
    browse(cast.olli).get(url, 422)
    browse(cast.olli).post(url, TYPED, 422)
    assert not browse(cast.olli).get(f"/procurements/{call}").has(f'a[href="{url}"]')
