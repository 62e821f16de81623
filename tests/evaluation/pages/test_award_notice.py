"""The page of the award notice, and what must never be in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from portal.offers.rules import Promise, Secret
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import KEYS, Evaluating
from tests.page import Browser

Browse = Callable[..., Browser]

LOSING = Decimal("52.77")
CANARIES = ("Salaisuus-kanarialintu", "Lupaus-kanarialintu", "Peruste-kanarialintu", "vastaa:")


def test_an_officer_copies_or_downloads_the_notice_once_the_decision_is_issued(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
) -> None:
    address = f"{url}/decision/notice"
    evaluating.until("awarded")
    browse(cast.olli).get(address, 422)
    browse(cast.olli).get(f"{address}.json", 422)
    assert not browse(cast.olli).get(f"{url}/decision").has(f'a[href="{address}"]')
    evaluating.issue()
    for language in ("fi", "sv", "en"):
        olli = browse(cast.olli, language)
        assert olli.get(f"{url}/decision").has(f'a[href="{address}"]')
        assert "Jokiopisto" in olli.get(address).one("#copy").get_text()
    terms = json.loads(olli.download(f"{address}.json"))["terms"]
    named = {term["id"]: term["value"] for term in terms if term["section"] == "result"}
    # 58 × 1000, of two offers.
    assert (named["BT-720"], named["BT-759"]) == ("58000 EUR", "2")
    assert olli.download(f"{address}.csv")


def test_the_notice_holds_nothing_of_the_offers_but_who_won_and_at_what_price(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
) -> None:
    secret, promise, reason = CANARIES[:3]
    kept = {
        "secrets": (Secret(KEYS[0], secret),),
        "promises": (Promise(KEYS[0], promise),),
    }
    evaluating.offer(cast.river, cast.roope, Decimal("58.00"), **kept)
    evaluating.offer(cast.shore, cast.sanna, LOSING, **kept)
    evaluating.appoint(cast.eeva, cast.erik)
    evaluating.open()
    evaluating.declare(cast.olli, cast.paula, cast.eeva, cast.erik)
    evaluating.judge(cast.river, cast.shore)
    evaluating.assess_all()
    evaluating.agree_all()
    evaluating.award(cast.river, reason=reason)
    evaluating.issue()
    olli = browse(cast.olli)
    address = f"{url}/decision/notice"
    told = [
        olli.get(address).html,
        olli.download(f"{address}.json").decode(),
        olli.download(f"{address}.csv").decode(),
    ]
    for text in told:
        for canary in (*CANARIES, "52.77", "52,77", "52770", "52 770", "Rantaopisto"):
            assert canary not in text
        assert "58000 EUR" in text


def test_the_page_is_for_the_buyers_officer_without_a_conflict(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock, call: UUID
) -> None:
    evaluating.until("decided")
    for form in ("", ".json", ".csv"):
        address = f"{url}/decision/notice{form}"
        browse(cast.eva).get(address, 404)
        for person in (cast.roope, cast.sanna, cast.eeva, cast.paula, cast.tarja):
            browse(person).get(address, 403)
        browse().get(address, 303)
    evaluating.declare(cast.olli, conflicts=[cast.shore])
    browse(cast.olli).get(f"{url}/decision/notice", 422)
